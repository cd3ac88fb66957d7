//! A seat in a case that a coordinator in conflict may not know of takes up room, and is named and counted nowhere.

use diesel::RunQueryDsl as _;
use serde_json::json;
use usve::cycles::store as cycles;
use usve::identity::standing::Stage;
use usve::ids::{CaseId, PersonId};
use usve::reviews::conflict::{Stated, declare::declare};
use usve::reviews::pairing::except;
use usve::reviews::pairing::rules::Rule;
use usve::reviews::register::{Affiliation, save};
use usve::reviews::{assign, view};

use super::crawl::comparable;
use crate::support::TestApp;
use crate::support::year::Year;

/// What tells of reviewers and their loads.
fn paths(year: &Year<'_>) -> Vec<String> {
    let (person, question) = (&year.region, "/api/v1/cycles/2026/pairing/question");
    vec![
        "/cykel/2026/parning".to_owned(),
        format!("/cykel/2026/parning?person={person}&enhet=kardiologi"),
        "/cykel/2026/kardiologi".to_owned(),
        format!("/granskare/{person}"),
        "/granskare".to_owned(),
        "/cykel/2026/utskick".to_owned(),
        "/api/v1/cycles/2026/pairing".to_owned(),
        format!("{question}?person={person}&unit=kardiologi"),
        "/api/v1/cases/2026/kardiologi/candidates?party=region".to_owned(),
        "/api/v1/cases/2026/kardiologi/candidates?party=further".to_owned(),
        "/api/v1/cycles/2026/assignments".to_owned(),
        "/api/v1/reviewers".to_owned(),
        "/api/v1/outbox?limit=200".to_owned(),
    ]
}

async fn seen(app: &TestApp, year: &Year<'_>) -> Vec<(String, String)> {
    let browser = app.signed_in(&year.other_coordinator);
    let mut seen = Vec::new();
    for path in paths(year) {
        let reply = browser.get(&path).await.expect_status(200);
        seen.push((path, comparable(&reply)));
    }
    seen
}

fn limit(year: &Year<'_>, limit: u32) {
    let coordinator = year.standing(&year.coordinator);
    let mut profile = year.app.app.database.read(|db| save::entry(db, &coordinator, &year.region)).unwrap().1;
    profile.load_limit = limit;
    year.app.act(|act| save::save(act, &coordinator, &profile));
}

/// The case of the other unit, whose coordinator Ulf has reported a conflict about it.
fn hidden_case(app: &TestApp, year: &Year<'_>) -> CaseId {
    let head = year.standing(&year.stranger);
    let cases = app.app.database.read(|db| cycles::visible(db, &head, 2026)).unwrap();
    let case = cases.into_iter().find(|case| case.unit.slug == "ortopedi").unwrap().id;
    let stated = Stated { ground: "fl-16-4".to_owned(), words: String::new() };
    let reported = year.standing(&year.other_coordinator);
    app.act(|act| declare(act, &reported, &case, Some(&stated)));
    assert_eq!(
        year.standing(&year.other_coordinator).declared.get(&(case.clone(), Stage::Coordination)),
        Some(&true)
    );
    case
}

/// Rune has the region's seat in the hidden case, or has left it.
fn seat(app: &TestApp, year: &Year<'_>, case: &CaseId, given: bool) {
    let (rune, by) = (&year.region, &year.coordinator);
    let statement = if given {
        format!(
            "INSERT INTO assignments (id, case_id, party, person_id, assigned_by, assigned_at, version) VALUES ('sits', '{case}', \
             'region', '{rune}', '{by}', '2026-11-23 12:00:00', 0)"
        )
    } else {
        "DELETE FROM assignments WHERE id = 'sits'".to_owned()
    };
    let changed = app.act(|act| Ok(diesel::sql_query(&statement).execute(act.db)?));
    assert_eq!(changed, 1);
}

#[actix_web::test]
async fn a_seat_that_is_not_to_be_known_changes_nothing_that_is_shown_while_there_is_room() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let case = hidden_case(&app, &year);
    limit(&year, 4);
    let before = seen(&app, &year).await;
    seat(&app, &year, &case, true);
    let after = seen(&app, &year).await;
    for ((path, was), (_, is)) in before.iter().zip(&after) {
        assert_eq!(was, is, "{path}");
    }
    // Who handles the case sees the seat.
    let saga = app.signed_in(&year.coordinator);
    let candidates = saga.get("/api/v1/cases/2026/kardiologi/candidates?party=region").await.json();
    let rune = |all: &serde_json::Value| {
        all["candidates"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == "Rune Rollspel")
            .unwrap()
            .clone()
    };
    assert_eq!(rune(&candidates)["seats"], json!(1));
    seat(&app, &year, &case, false);
}

#[actix_web::test]
async fn who_reviews_a_units_people_is_not_found_out_by_letting_rules_pass() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    hidden_case(&app, &year);
    let saga = year.standing(&year.coordinator);
    let mut profile = app.app.database.read(|db| save::entry(db, &saga, &year.region)).unwrap().1;
    let units = app.app.database.read(usve::units::store::all).unwrap();
    let ortopedi = units.into_iter().find(|unit| unit.slug == "ortopedi").unwrap().id;
    profile.affiliations.push(Affiliation { unit_id: Some(ortopedi), ..Affiliation::default() });
    app.act(|act| save::save(act, &saga, &profile));
    let case = year.case().id;
    let pass = |who: &PersonId| {
        let standing = year.standing(who);
        app.app.database.act(|act| {
            except::pass(act, &standing, &case, &year.region, Rule::Reciprocal, "Ingen annan finns.")
        })
    };
    assert_eq!(pass(&year.other_coordinator).unwrap_err().code, "nothing_to_pass");
    pass(&year.coordinator).unwrap();
}

#[actix_web::test]
async fn a_limit_that_hidden_seats_fill_holds_and_is_told_as_a_conflict_without_numbers() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let case = hidden_case(&app, &year);
    seat(&app, &year, &case, true);
    limit(&year, 1);
    for (path, text) in seen(&app, &year).await {
        for told in
            ["redan 1", "har 1.", "från 1 till", "already 1", "has 1.", "from 1 to", "load_limit", "Ortopedi"]
        {
            let registers = path.contains("granskare") || path.contains("reviewers");
            assert!(registers || !text.contains(told), "{path}: {told}: {text}");
        }
    }
    let ulf = app.signed_in(&year.other_coordinator);
    let page = ulf.get("/cykel/2026/parning").await.text();
    for told in ["Rune Rollspel kan inte få fler uppdrag i år.", "Höj gränsen för Rune Rollspel."] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let standing = year.standing(&year.other_coordinator);
    let kardiologi = year.case();
    let given = app
        .app
        .database
        .act(|act| assign::pair(act, &standing, &kardiologi.id, &year.university, &year.region));
    let refused = given.unwrap_err();
    assert_eq!(
        (refused.code, refused.message.sv.as_str()),
        ("conflict_of_interest", "Personen kan inte granska den här enheten.")
    );
    // The other coordinator is told the numbers.
    let saga = app.signed_in(&year.coordinator).get("/cykel/2026/parning").await.text();
    assert!(saga.contains("Rune Rollspel tar högst 1 uppdrag i år och har 1."), "{saga}");
    let standing = year.standing(&year.coordinator);
    let candidates = app.app.database.read(|db| {
        view::candidates(db, &standing, &kardiologi, usve::identity::standing::Party::Region, app.now())
    });
    let rune = candidates.unwrap().into_iter().find(|one| one.person.id == year.region).unwrap();
    assert!(rune.refused.unwrap().message.sv.contains("har redan 1 uppdrag"));
    seat(&app, &year, &case, false);
}
