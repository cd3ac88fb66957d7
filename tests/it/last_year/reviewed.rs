//! A year that was reviewed: what reviewers of the next read of its result, and how its sealed reviews are proved.

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use serde_json::{Value as Json, json};
use usve::assessments::submit;
use usve::cycles::calendar::Dates;
use usve::results::{finalise, release};
use usve::reviews::conflict::declare::declare;
use usve::reviews::score::{Draft, save};
use usve::reviews::{Score, assign, lock, settle};
use usve::state::CaseState;

use super::{BEFORE, NOW, Two, answers, service};
use crate::support::TestApp;

const REASON: &str = "Underlaget visar nivån tydligt i den bifogade redovisningen.";

/// The pair is assigned to the case of a year and has declared: the individual review has begun.
fn begin(two: &Two<'_>, cycle: i32) {
    let (case, year) = (two.case(cycle).id, &two.year);
    let coordinator = year.standing(&year.coordinator);
    two.app.act(|act| assign::pair(act, &coordinator, &case, &year.university, &year.region));
    for person in [&year.university, &year.region] {
        two.app.act(|act| declare(act, &year.standing(person), &case, None));
    }
}

/// The first year's case with both reviews locked: 2 on everything.
fn locked(app: &TestApp) -> Two<'_> {
    let two = Two::first(app, &answers());
    begin(&two, BEFORE);
    let (case, year) = (two.case(BEFORE).id, &two.year);
    let form = app.app.forms.get("prov/2025.1").unwrap();
    for person in [&year.university, &year.region] {
        let standing = year.standing(person);
        for (_, criterion) in form.criteria() {
            let draft = Draft { score: Score::from_text("2"), reason: REASON.to_owned() };
            app.act(|act| save(act, &standing, &form, &case, &criterion.id, 0, &draft));
        }
        app.act(|act| lock::lock(act, &standing, &form, &case));
    }
    two
}

#[actix_web::test]
async fn last_years_result_is_read_once_it_is_released_also_by_who_reviewed_it() {
    let app = service().await;
    let two = locked(&app);
    let (case, year) = (two.case(BEFORE).id, &two.year);
    let form = app.app.forms.get("prov/2025.1").unwrap();
    for person in [&year.university, &year.region] {
        app.act(|act| declare(act, &year.standing(person), &case, None));
    }
    for (seen, person) in (0..).zip([&year.university, &year.region]) {
        app.act(|act| settle::sign(act, &year.standing(person), &form, &case, seen));
    }
    app.travel(TimeDelta::days(40));
    app.act(|act| finalise::finalise(act, &year.standing(&year.coordinator), &form, "USVE", &case));
    assert_eq!(two.case(BEFORE).state, CaseState::Final);

    two.open_year(NOW, "prov/2026.1");
    two.save("A1", 1, json!({ "meetings_held": "12" })).unwrap();
    for criterion in ["background", "A2", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
    let (now, dates) = (two.case(NOW).id, Dates::of(&two.new.calendar, NOW));
    app.act(|act| submit::submit(act, &year.standing(&year.head), &two.new, &dates, &now));
    begin(&two, NOW);

    let reviewer = app.signed_in(&year.university);
    let (page, api) = ("/granska/kardiologi/2028/A", "/api/v1/cases/2028/kardiologi/review/A1/last-year");
    reviewer.get("/enhet/kardiologi/2027/resultat").await.expect_status(200);
    let told: Json = reviewer.get(api).await.expect_status(200).json();
    assert_eq!((&told["year"], &told["result"]), (&json!(2027), &Json::Null), "fixed and not released");
    let result = "<dt>Resultat</dt><dd><span class=\"sc h2\">2</span></dd>";
    assert!(!reviewer.get(page).await.expect_status(200).text().contains(result));
    app.act(|act| release::ask(act, &year.standing(&year.coordinator), BEFORE));
    app.act(|act| release::confirm(act, &year.standing(&year.other_coordinator), BEFORE));
    let told: Json = reviewer.get(api).await.expect_status(200).json();
    assert_eq!(told["result"], "2");
    let changed: Vec<&Json> = told["changes"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
    assert!(changed.contains(&&json!("meetings_held")), "{told}");
    assert!(told["unchanged"].as_array().unwrap().contains(&json!("note")), "{told}");
    assert!(reviewer.get(page).await.expect_status(200).text().contains(result));
    // A renamed criterion is the same one; a new one has no last year.
    let of = async |criterion: &str| -> Json {
        let path = format!("/api/v1/cases/2028/kardiologi/review/{criterion}/last-year");
        reviewer.get(&path).await.expect_status(200).json()
    };
    assert_eq!(of("B5").await["result"], "2");
    let told = of("B6").await;
    assert_eq!(
        (&told["result"], &told["changes"], &told["unchanged"]),
        (&Json::Null, &json!([]), &json!([]))
    );
    // A table whose column has another name is the same table.
    assert!(of("A2").await["unchanged"].as_array().unwrap().contains(&json!("goals")), "{}", of("A2").await);
}

#[actix_web::test]
async fn the_program_proves_every_sealed_review_and_names_what_is_not_as_it_was() {
    let app = service().await;
    let two = locked(&app);
    let said = app.program(&["audit", "verify"]);
    assert_eq!(said, "the log is whole\n2 locked reviews are as they were sealed\n");
    assert_eq!(app.program(&["audit", "verify", "--json"]).trim(), "[]");
    let seat = app
        .app
        .database
        .read(|db| usve::reviews::store::seat(db, &two.case(BEFORE).id, &two.year.university))
        .unwrap();
    let set = |score: &str| {
        let change = format!(
            "UPDATE scores SET first = '{score}' WHERE assignment_id = '{}' AND criterion = 'A1'",
            seat.id
        );
        app.act(|act| Ok(diesel::sql_query(&change).execute(act.db)?));
    };
    set("4");
    let (status, said) = app.run(&["audit", "verify"]);
    let place = format!("review kardiologi 2027, seat university ({})", seat.id);
    assert_eq!(status, Some(1));
    assert!(said.starts_with(&place) && said.contains("the log is whole\n"), "{said}");
    assert!(said.ends_with("1 of 2 locked reviews are not as they were sealed\n"), "{said}");
    let (status, said) = app.run(&["audit", "verify", "--json"]);
    let told: Json = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &told[0]["unit"], &told[0]["year"]), (Some(1), &json!("kardiologi"), &json!(2027)));
    assert_eq!((&told[0]["seat"], &told[0]["assignment"]), (&json!("university"), &json!(seat.id)));
    set("2");
}
