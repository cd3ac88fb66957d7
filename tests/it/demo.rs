//! The rehearsal: whole, the same from the same seed, in its own folder, and open to be walked into.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;
use tempfile::TempDir;
use usve::app::App;
use usve::clock::{Clock, Moment};
use usve::config::Config;
use usve::cycles::store::cycles;
use usve::db::invariants;
use usve::demo::folder::{self, Found};
use usve::demo::{self, Settings, roles};
use usve::identity::standing;
use usve::ids::Source;
use usve::state::CaseState;
use usve::{assessments, audit, reviews, units};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn settings(seed: u64) -> Settings {
    Settings { units: demo::FEWEST_UNITS, years: 2, seed, today: today() }
}

fn morning() -> Moment {
    today().and_hms_opt(8, 30, 0).unwrap()
}

/// A rehearsal in a folder of the test's own.
struct Rehearsal {
    app: App,
    folder: TempDir,
}

fn open(folder: &Path, seed: u64) -> App {
    let environment = [("USVE_AUDIT_KEY".to_owned(), "k".repeat(40)), ("USVE_SECRET".to_owned(), "s".repeat(40))];
    let listen = "127.0.0.1:8080".parse().unwrap();
    let config = Config::load(None, &environment).unwrap().into_demo(folder, listen).unwrap();
    App::open(config, listen, Clock::standing(morning()), Source::seeded(seed)).unwrap()
}

fn make(seed: u64) -> Rehearsal {
    let folder = tempfile::tempdir().unwrap();
    folder::begin(folder.path()).unwrap();
    let app = open(folder.path(), seed);
    app.database.migrate().unwrap();
    let form = app.forms.newest("usve").unwrap();
    demo::build(&app.database, &form, &folder::files(folder.path()), &settings(seed)).unwrap();
    folder::finish(folder.path(), &settings(seed)).unwrap();
    Rehearsal { app, folder }
}

/// Every state of this year's cases, as the auditor and coordinators between them may know.
fn states(rehearsal: &Rehearsal, year: i32) -> BTreeMap<CaseState, usize> {
    rehearsal
        .app
        .database
        .read(|db| {
            let coordinator = roles::actors(db)?
                .into_iter()
                .find(|actor| actor.role.sv.starts_with("Samordnare"))
                .map(|actor| actor.person)
                .unwrap();
            let standing = standing::load(db, &coordinator)?.unwrap();
            let mut count = BTreeMap::new();
            for case in usve::cycles::store::visible(db, &standing, year)? {
                *count.entry(case.state).or_insert(0) += 1;
            }
            Ok(count)
        })
        .unwrap()
}

#[test]
fn a_rehearsal_is_sound_and_shows_every_state_and_leads_into_every_role() {
    let rehearsal = make(1);
    let app = &rehearsal.app;
    assert_eq!(app.database.read(invariants::find).unwrap(), Vec::new());
    let key = app.database.audit_key().to_vec();
    assert_eq!(app.database.read(|db| audit::verify(db, &key)).unwrap(), Vec::new());

    let years = app.database.read(cycles).unwrap();
    assert_eq!(years.iter().map(|cycle| cycle.year).collect::<Vec<_>>(), [2026, 2025, 2024]);
    let due = usve::clock::local_day(years[0].dates.submission);
    assert_eq!((due - today()).num_days(), demo::DAYS_LEFT);

    let now = states(&rehearsal, 2026);
    let missing: Vec<_> = CaseState::ALL.iter().filter(|state| !now.contains_key(state)).collect();
    assert!(missing.is_empty(), "{missing:?} of {now:?}");
    assert_eq!(now.values().sum::<usize>(), demo::FEWEST_UNITS);

    let actors = app.database.read(roles::actors).unwrap();
    let words: BTreeSet<&str> = actors.iter().map(|actor| actor.role.sv.split(',').next().unwrap()).collect();
    for role in [
        "Verksamhetschef", "Medarbetare", "Granskare", "Ytterligare granskare", "Samordnare", "Samordningsgruppen",
        "Förvaltningschef", "Registrator", "Revisor", "Administratör",
    ] {
        assert!(words.contains(role), "{role} is not in {words:?}");
    }
}

#[test]
fn nothing_of_a_rehearsal_lies_in_the_future_and_no_mail_of_it_waits() {
    let rehearsal = make(2);
    let app = &rehearsal.app;
    let sent = app.database.act(|act| usve::notify::deliver::deliver_nothing_waits(act)).unwrap();
    assert!(sent);
}

#[test]
fn history_has_reviewed_released_and_closed_cases_with_files_that_are_there() {
    let rehearsal = make(1);
    let past = states(&rehearsal, 2024);
    assert!(past[&CaseState::Closed] >= 20, "{past:?}");
    rehearsal
        .app
        .database
        .read(|db| {
            let unit = units::store::all(db)?.remove(0);
            let auditor = roles::actors(db)?.into_iter().find(|actor| actor.role.sv == "Revisor").unwrap();
            let standing = standing::load(db, &auditor.person)?.unwrap();
            let case = usve::cycles::store::visible_of_unit(db, &standing, &unit.id)?.pop().unwrap();
            let files = assessments::store::evidence_of(db, &case.id)?;
            assert!(files.len() >= 19, "{}", files.len());
            for file in files {
                let bytes = usve::files::get(&folder::files(rehearsal.folder.path()), &file.stored_as)?;
                assert_eq!(usve::ids::sha256(&bytes), file.sha256);
                assert_eq!(lopdf::Document::load_mem(&bytes).unwrap().get_pages().len(), 1);
            }
            let seats = reviews::store::assignments(db, std::slice::from_ref(&case.id))?;
            let scores = reviews::store::scores(db, &[seats[0].id.clone(), seats[1].id.clone()])?;
            assert!(scores.len() > 80, "{}", scores.len());
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_same_seed_gives_the_same_rows_and_another_seed_does_not() {
    let dump = |seed: u64| {
        let rehearsal = make(seed);
        rehearsal
            .app
            .database
            .read(|db| {
                let actors = roles::actors(db)?;
                let log = audit::entries_of(db, &audit::Chain::System)?;
                let people = usve::identity::store::everybody(db)?;
                Ok((format!("{actors:?}{people:?}"), log.last().map(|entry| entry.hash.clone())))
            })
            .unwrap()
    };
    let once = dump(1);
    assert!(once == dump(1));
    assert!(once.0 != dump(3).0);
}

#[test]
fn a_folder_with_anything_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(folder::look(folder.path()).unwrap(), Found::Empty);
    std::fs::write(folder.path().join("usve.db"), "somebody's own").unwrap();
    assert_eq!(folder::look(folder.path()).unwrap_err().code, "not_a_rehearsal");
    assert_eq!(folder::begin(folder.path()).unwrap_err().code, "not_a_rehearsal");
    assert_eq!(std::fs::read_to_string(folder.path().join("usve.db")).unwrap(), "somebody's own");
}

#[test]
fn a_half_made_folder_is_made_again_and_a_whole_one_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    folder::begin(folder.path()).unwrap();
    std::fs::write(folder.path().join("usve.db"), "half").unwrap();
    assert_eq!(folder::look(folder.path()).unwrap(), Found::Empty);
    folder::begin(folder.path()).unwrap();
    assert!(!folder.path().join("usve.db").exists());
    folder::finish(folder.path(), &settings(4)).unwrap();
    assert_eq!(folder::look(folder.path()).unwrap(), Found::Whole(settings(4)));
}
