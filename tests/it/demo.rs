//! The rehearsal: whole, the same from the same seed, in its own folder, and open to be walked into.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use actix_web::App as WebApp;
use actix_web::dev::Service as _;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_and_read_body, init_service};
use actix_web::web::Data;
use chrono::NaiveDate;
use tempfile::TempDir;
use usve::app::App;
use usve::clock::{Clock, Moment};
use usve::config::Config;
use usve::cycles::Case;
use usve::cycles::store::{cycles, visible};
use usve::db::invariants;
use usve::demo::folder::{self, Found};
use usve::demo::roles::Actor;
use usve::demo::{self, Settings, roles};
use usve::identity::standing;
use usve::identity::store::everybody;
use usve::ids::Source;
use usve::notify::deliver::deliver;
use usve::state::CaseState;
use usve::{assessments, audit, results, reviews};

use super::support::TestApp;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn settings(seed: u64) -> Settings {
    Settings { units: demo::FEWEST_UNITS, years: 1, seed, today: today() }
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
    let environment = [("USVE_AUDIT_KEY", "k".repeat(40)), ("USVE_SECRET", "s".repeat(40))];
    let environment: Vec<_> = environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
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
    demo::build(&app.database, (&form, &app.forms), &folder::files(folder.path()), &settings(seed)).unwrap();
    folder::finish(folder.path(), &settings(seed)).unwrap();
    Rehearsal { app, folder }
}

/// The one that tests only read in.
fn shared() -> &'static Rehearsal {
    static SHARED: OnceLock<Rehearsal> = OnceLock::new();
    SHARED.get_or_init(|| make(1))
}

fn check_sound(app: &App) {
    assert_eq!(app.database.read(invariants::find).unwrap(), Vec::new());
    let key = app.database.audit_key().to_vec();
    assert_eq!(app.database.read(|db| audit::verify(db, &key)).unwrap(), Vec::new());
    let proof = app.database.read(usve::reviews::seal::verify).unwrap();
    assert!(proof.reviews > 20 && proof.broken.is_empty(), "{proof:?}");
}

fn somebody(app: &App, role: &str) -> Actor {
    let actors = app.database.read(roles::actors).unwrap();
    actors.into_iter().find(|actor| actor.role.sv.starts_with(role)).unwrap()
}

/// The cases of a year that the coordinators may know of.
fn cases(app: &App, year: i32) -> Vec<Case> {
    let coordinator = somebody(app, "Samordnare").person;
    app.database
        .read(|db| {
            let standing = standing::load(db, &coordinator)?.unwrap();
            visible(db, &standing, year)
        })
        .unwrap()
}

#[test]
fn a_rehearsal_is_sound_shows_every_state_and_leads_into_every_role() {
    let app = &shared().app;
    check_sound(app);
    let years = app.database.read(cycles).unwrap();
    assert_eq!(years.iter().map(|cycle| cycle.year).collect::<Vec<_>>(), [2026, 2025]);
    let due = usve::clock::local_day(years[0].dates.submission);
    assert_eq!((due - today()).num_days(), demo::DAYS_LEFT);

    let now = cases(app, 2026);
    assert_eq!(now.len(), demo::FEWEST_UNITS);
    let states: BTreeSet<CaseState> = now.iter().map(|case| case.state).collect();
    let missing: Vec<_> = CaseState::ALL.iter().filter(|state| !states.contains(state)).collect();
    assert!(missing.is_empty(), "{missing:?}");

    let actors = app.database.read(roles::actors).unwrap();
    let words: BTreeSet<&str> = actors.iter().map(|actor| actor.role.sv.split(',').next().unwrap()).collect();
    for role in [
        "Verksamhetschef",
        "Medarbetare",
        "Granskare",
        "Ytterligare granskare",
        "Samordnare",
        "Samordningsgruppen",
        "Förvaltningschef",
        "Registrator",
        "Revisor",
        "Administratör",
    ] {
        assert!(words.contains(role), "{role} is not in {words:?}");
    }
}

/// What `usve score` prints for a case on its standard input.
fn recompute(case: &str) -> serde_json::Value {
    use std::io::Write as _;
    let mut program = Command::new(env!("CARGO_BIN_EXE_usve"))
        .arg("score")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(case.as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_fixed_result_of_the_rehearsal_is_recomputed_by_the_program_from_its_export() {
    let app = &shared().app;
    let coordinator = somebody(app, "Samordnare");
    let mut count = 0;
    for case in [2025, 2026].into_iter().flat_map(|year| cases(app, year)) {
        let form = app.forms.get(&case.form).unwrap();
        let (versions, standing) = app
            .database
            .read(|db| {
                let standing = standing::load(db, &coordinator.person)?.unwrap();
                let readable = standing.may(
                    &case.reference(),
                    usve::identity::rights::Object::Result,
                    usve::identity::rights::Deed::Read,
                );
                let versions =
                    if readable { results::view::versions(db, &standing, &case)? } else { Vec::new() };
                Ok((versions, standing))
            })
            .unwrap();
        for fixed in versions {
            let view =
                app.database.read(|db| results::view::version(db, &standing, &case, fixed.number)).unwrap();
            let exported = results::view::export(&standing, &form, &case, &view);
            let plain = fixed.judged.settled(&fixed.scored);
            let mut again = recompute(&serde_json::to_string(&exported).unwrap());
            again["rules"] = serde_json::json!(fixed.scored.rules);
            assert_eq!(again, serde_json::to_value(&fixed.scored).unwrap(), "{}", case.unit.slug);
            let mut public = plain;
            public.form.rules = Some(form.rules.clone());
            let public = recompute(&serde_json::to_string(&public).unwrap());
            for number in
                ["total", "display", "outcome", "areas", "missing_share", "unmet_minimum", "change", "trend"]
            {
                assert_eq!(public[number], again[number], "{number} of {}", case.unit.slug);
            }
            count += 1;
        }
    }
    assert!(count >= demo::FEWEST_UNITS, "{count}");
}

#[test]
fn another_seed_is_as_sound() {
    let other = make(7);
    check_sound(&other.app);
    let names =
        |app: &App| app.database.read(everybody).unwrap().into_iter().map(|one| one.name).collect::<Vec<_>>();
    assert_ne!(names(&other.app), names(&shared().app));
}

#[test]
fn nothing_lies_in_the_future_and_no_mail_waits() {
    let app = &shared().app;
    for year in [2025, 2026] {
        for case in cases(app, year) {
            let log =
                app.database.read(|db| audit::entries_of(db, &audit::Chain::Case(case.id.clone()))).unwrap();
            assert!(!log.is_empty());
            let late: Vec<_> = log.iter().filter(|entry| entry.at > morning()).collect();
            assert!(late.is_empty(), "{}: {late:?}", case.unit.slug);
        }
    }
    assert_eq!(deliver(&app.database, &app.sender).unwrap(), 0);
}

#[test]
fn history_is_reviewed_and_its_files_are_there() {
    let rehearsal = shared();
    let past = cases(&rehearsal.app, 2025);
    assert!(
        past.iter()
            .all(|case| matches!(case.state, CaseState::Closed | CaseState::FollowUp | CaseState::Cancelled))
    );
    let reviewed = past.iter().find(|case| case.state == CaseState::Closed).unwrap();
    rehearsal
        .app
        .database
        .read(|db| {
            let files = assessments::evidence::store::of_case(db, &reviewed.id)?;
            assert!(files.len() >= 19, "{}", files.len());
            for piece in files {
                let file = piece.file().unwrap();
                let kept = folder::files(rehearsal.folder.path()).join(&file.stored_as);
                let bytes = std::fs::read(kept).unwrap();
                assert_eq!(usve::ids::sha256(&bytes), file.sha256);
                assert_eq!(lopdf::Document::load_mem(&bytes).unwrap().get_pages().len(), 1);
            }
            let seats = reviews::store::assignments(db, std::slice::from_ref(&reviewed.id))?;
            let scores = reviews::store::scores(db, &[seats[0].id.clone(), seats[1].id.clone()])?;
            assert!(scores.len() > 80, "{}", scores.len());
            assert!(scores.iter().all(|score| score.reason.chars().count() >= 50));
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_same_seed_gives_the_same_rows() {
    let everything = |app: &App| {
        app.database
            .read(|db| {
                let log = audit::entries_of(db, &audit::Chain::System)?;
                let mut ends = vec![log.last().unwrap().hash.clone()];
                for case in all_cases(db)? {
                    ends.extend(
                        audit::entries_of(db, &audit::Chain::Case(case))?.last().map(|end| end.hash.clone()),
                    );
                }
                Ok((everybody(db)?, ends))
            })
            .unwrap()
    };
    let first = everything(&shared().app);
    assert_eq!(first, everything(&make(1).app));
}

fn all_cases(db: &mut usve::db::Db) -> Result<Vec<usve::ids::CaseId>, usve::problem::Problem> {
    let coordinator =
        roles::actors(db)?.into_iter().find(|actor| actor.role.sv.starts_with("Samordnare")).unwrap();
    let standing = standing::load(db, &coordinator.person)?.unwrap();
    let mut ids = Vec::new();
    for year in [2025, 2026] {
        ids.extend(visible(db, &standing, year)?.into_iter().map(|case| case.id));
    }
    Ok(ids)
}

#[actix_web::test]
async fn the_page_lists_people_and_a_button_signs_in_as_one() {
    let app = make_for_pages();
    let service = init_service(
        WebApp::new()
            .app_data(Data::new(app.clone()))
            .wrap(from_fn(usve::web::headers::on_every_answer))
            .configure(usve::server::routes),
    )
    .await;
    let page = call_and_read_body(&service, TestRequest::get().uri("/demo").to_request()).await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    let reviewer = somebody(&app, "Granskare, Region");
    assert!(page.contains(&reviewer.name) && page.contains(&reviewer.now.sv), "{page}");

    let choose = |person: &str| {
        TestRequest::post()
            .uri("/demo")
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form([("person", person.to_owned())])
            .to_request()
    };
    let answer = service.call(choose(reviewer.person.as_str())).await.unwrap();
    assert_eq!(answer.status(), 303);
    let cookie =
        answer.response().cookies().find(|cookie| cookie.name() == "usve-local").unwrap().into_owned();
    let start = TestRequest::get().uri("/").cookie(cookie).to_request();
    let start = String::from_utf8(call_and_read_body(&service, start).await.to_vec()).unwrap();
    assert!(start.contains(&reviewer.name));
    // Only who is listed: not anybody whose identifier somebody knows.
    let listed = app.database.read(roles::actors).unwrap();
    let mut people = app.database.read(everybody).unwrap().into_iter();
    let stranger = people.find(|person| listed.iter().all(|actor| actor.person != person.id)).unwrap();
    assert_eq!(service.call(choose(stranger.id.as_str())).await.unwrap().status(), 404);
}

/// A running service on the data of the shared rehearsal: a copy, since signing in writes.
fn make_for_pages() -> App {
    let copy: &'static TempDir = Box::leak(Box::new(tempfile::tempdir().unwrap()));
    let shared = shared().folder.path();
    // The writer is idle, so that file and log belong together.
    for name in ["usve.db", "usve.db-wal"] {
        if shared.join(name).exists() {
            std::fs::copy(shared.join(name), copy.path().join(name)).unwrap();
        }
    }
    open(copy.path(), 11)
}

#[actix_web::test]
async fn the_service_itself_has_no_such_page() {
    let app = TestApp::new().await;
    assert_eq!(app.visitor().get("/demo").await.status, 404);
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

fn demo(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usve"));
    command.current_dir(folder.path()).arg("demo").args(arguments).output().unwrap()
}

#[test]
fn a_busy_port_and_one_beyond_this_machine_are_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (listen, words) in [(address.as_str(), "--listen"), ("0.0.0.0:8080", "loopback")] {
        let refused = demo(&folder, &["--listen", listen]);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(words), "{said}");
    }
    assert!(!folder.path().join("usve-demo").exists());
    assert_eq!(demo(&folder, &["--units", "3"]).status.code(), Some(2));
}

#[test]
fn a_folder_that_is_there_is_reused_whatever_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("usve-demo");
    folder::begin(&own).unwrap();
    folder::finish(&own, &settings(4)).unwrap();
    let reused = demo(&folder, &["--only-make", "--units", "30"]);
    assert!(String::from_utf8(reused.stdout).unwrap().contains("24 units and 1 years of history (seed 4)"));
}
