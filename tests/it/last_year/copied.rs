//! What the new year opens with.

use diesel::RunQueryDsl as _;
use serde_json::json;
use usve::assessments::progress::Stage;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{declare_missing, not_applicable, store, submit};
use usve::cycles::calendar::Dates;
use usve::cycles::store as cycles;
use usve::forms::RawAnswers;
use usve::identity::rights::{Deed, Object};
use usve::state::CaseState;

use super::{BEFORE, NOW, Two, answers, service};
use crate::support::year::{Year, add_file};

#[actix_web::test]
async fn a_year_opens_with_last_years_answers_kept_renamed_split_merged_new_and_dropped() {
    let app = service().await;
    let two = Two::open(&app);
    let expected = json!({
        "background": { "places": "24" },
        "A1": { "role": "observer", "regular": "yes", "note": "Som vanligt.",
            "series": { "2025": "9", "2026": "10" }, "reasons": "Vi leder." },
        "A2": { "goals": [{ "purpose": "Fler studier", "state": "running" }], "reasons": "Målen är satta." },
        "A3": { "follow_up": "Varje kvartal.", "reasons": "Målen är satta." },
        "B1": { "names": "Docent Påhittad\n\nDoktorand Låtsas", "forms": ["study", "course"],
            "reasons": "Tre docenter.\n\nFem doktorander." },
        "B5": { "topics": ["lab"], "reasons": "Ett laboratorium." },
    });
    assert_eq!(two.contents(), expected, "numbers of a period, dates and the level stay empty");
    for (criterion, answer) in two.entered().answers {
        assert_eq!((answer.version, answer.confirmed, answer.saved_by), (1, false, None), "{criterion}");
        assert_eq!(answer.declared_missing, None);
    }
    assert_eq!(two.acts(), ["open", "prefill"]);
    // The unit that submitted nothing begins with nothing; one that has a case is not touched again.
    let stranger = two.year.standing(&two.year.stranger);
    let find = |db: &mut _| cycles::find(db, &stranger, "ortopedi", NOW, Object::Case, Deed::Read);
    let other = app.app.database.read(find).unwrap();
    assert!(app.app.database.read(|db| store::entered(db, &other.id)).unwrap().answers.is_empty());
    two.confirm("A1", 1).unwrap();
    assert_eq!(two.open_year(NOW, "prov/2026.1"), 0);
    assert_eq!((two.version("A1"), two.stage("A1")), (2, Stage::Complete));
}

#[actix_web::test]
async fn content_comes_along_and_status_and_files_do_not() {
    let app = service().await;
    let two = Two { new: app.app.forms.get("prov/2026.1").unwrap(), app: &app, year: Year::open(&app) };
    two.open_year(BEFORE, "prov/2025.1");
    let (case, old) = (two.case(BEFORE), app.app.forms.get("prov/2025.1").unwrap());
    let head = two.year.standing(&two.year.head);
    for (criterion, fields) in answers() {
        let fields: RawAnswers = serde_json::from_value(fields).unwrap();
        app.act(|act| save_answer(act, &head, &old, &case.id, Save { criterion, fields, seen: 0 }));
    }
    app.act(|act| declare_missing::declare_missing(act, &head, &old, &case.id, "B3", "Ingen vet.", 1));
    app.act(|act| add_file(act, &head, &old, &case.id, "A1", "Beslut.pdf"));
    let dates = Dates::of(&old.calendar, BEFORE);
    app.act(|act| submit::submit(act, &head, &old, &dates, &case.id));
    two.open_year(NOW, "prov/2026.1");
    let entered = two.entered();
    assert!(entered.evidence.is_empty() && entered.ready.is_empty() && entered.not_applicable.is_empty());
    let answer = &entered.answers["B5"];
    assert_eq!((&answer.declared_missing, two.stage("B5")), (&None, Stage::NotConfirmed));
    assert_eq!(answer.content["topics"], json!(["lab"]));
}

#[actix_web::test]
async fn a_unit_that_joins_later_finds_its_answers_too() {
    let app = service().await;
    let two = Two::first(&app, &answers());
    let active = |active: &str| {
        let sql = format!("UPDATE units SET active = {active} WHERE slug = 'kardiologi'");
        app.act(|act| Ok(diesel::sql_query(sql.as_str()).execute(act.db)?));
    };
    active("FALSE");
    assert_eq!(two.open_year(NOW, "prov/2026.1"), 1);
    active("TRUE");
    let coordinator = app.signed_in(&two.year.coordinator);
    coordinator.post_form("/cykel/2028/enheter", &[]).await.expect_status(303);
    assert_eq!(two.contents()["B5"], json!({ "topics": ["lab"], "reasons": "Ett laboratorium." }));
}

#[actix_web::test]
async fn the_year_after_a_mended_form_reaches_back_through_both_versions() {
    let app = service().await;
    let two = Two::first(&app, &answers());
    two.open_year(NOW, "prov/2026.2");
    assert_eq!(two.contents()["B5"], json!({ "topics": ["lab"], "reasons": "Ett laboratorium." }));
    assert_eq!(two.contents()["A3"]["follow_up"], "Varje kvartal.");
    let asked = |db: &mut _| not_applicable::approved(db, &two.case(NOW).id);
    assert!(app.app.database.read(asked).unwrap().is_empty());
    assert_eq!(two.case(NOW).state, CaseState::Draft);
}
