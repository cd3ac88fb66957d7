//! The coordinator's way from the register to pairs, and the reviewer's answer, on pages and through the API.

use serde_json::json;
use usve::cycles::state::CaseState;
use usve::identity::standing::Party;
use usve::ids::PersonId;
use usve::problem::Problem;
use usve::reviews::conflict::declare::declare;
use usve::reviews::pairing::ask;
use usve::reviews::pairing::except;
use usve::reviews::pairing::rules::Rule;
use usve::reviews::register::save;
use usve::reviews::register::{Affiliation, Profile, Tie, TieKind};
use usve::reviews::{assign, view};

use crate::api::{Program, refused};
use crate::support::TestApp;
use crate::support::year::Year;

const PAIRING: &str = "/cykel/2026/parning";

fn entry(year: &Year<'_>, person: &PersonId) -> Profile {
    let coordinator = year.standing(&year.coordinator);
    year.app.app.database.read(|db| save::entry(db, &coordinator, person)).unwrap().1
}

fn write(year: &Year<'_>, person: &PersonId, change: impl Fn(&mut Profile)) {
    let coordinator = year.standing(&year.coordinator);
    let mut profile = entry(year, person);
    change(&mut profile);
    year.app.act(|act| save::save(act, &coordinator, &profile));
}

/// The codes of the rules that stop somebody from the unit.
fn stopped(year: &Year<'_>, person: &PersonId) -> Vec<&'static str> {
    let coordinator = year.standing(&year.coordinator);
    let now = year.app.now();
    let answer = year
        .app
        .app
        .database
        .read(|db| ask::ask(db, &coordinator, 2026, "kardiologi", person, Vec::new(), now))
        .unwrap();
    answer.refusals.iter().map(|refusal| refusal.rule.as_str()).collect()
}

fn pair(year: &Year<'_>, university: &PersonId, region: &PersonId) -> Result<(), Problem> {
    let coordinator = year.standing(&year.coordinator);
    let case = year.case();
    year.app.app.database.act(|act| assign::pair(act, &coordinator, &case.id, university, region)).map(drop)
}

fn seated(year: &Year<'_>) -> Vec<(Party, PersonId)> {
    let coordinator = year.standing(&year.coordinator);
    let case = year.case();
    let seats = year.app.app.database.read(|db| view::seats(db, &coordinator, &case)).unwrap();
    seats.into_iter().map(|seat| (seat.party, seat.person.id)).collect()
}

fn unit_id(year: &Year<'_>, slug: &str) -> usve::ids::UnitId {
    year.app.app.database.read(|db| usve::units::store::by_slug(db, slug)).unwrap().id
}

#[actix_web::test]
async fn the_register_is_the_coordinators_and_saved_over_the_version_that_was_read() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let address = format!("/granskare/{}", year.university);
    for person in [&year.stranger, &year.university, &year.group, &year.head] {
        app.signed_in(person).get("/granskare").await.expect_status(404);
        app.signed_in(person).get(&address).await.expect_status(404);
        app.signed_in(person)
            .post_form(&address, &[("version", "0"), ("limit", "3")])
            .await
            .expect_status(404);
    }
    let coordinator = app.signed_in(&year.coordinator);
    let list = coordinator.get("/granskare").await.expect_status(200).text();
    assert!(list.contains("Lova Låtsas") && list.contains("Uppgifter saknas"));
    assert!(!list.contains("Maja Exempelsson"));
    coordinator.get(&format!("/granskare/{}", year.head)).await.expect_status(404);
    let unit = unit_id(&year, "ortopedi");
    let sent = [
        ("version", "0"),
        ("subjects", "Hjärtsvikt\r\nIntensivvård\r\n"),
        ("area", "A"),
        ("area", "B"),
        ("limit", "4"),
        ("a0-employer", "Region Skåne"),
        ("a0-unit", unit.as_str()),
        ("a0-from", "2019-01-01"),
        ("a1-employer", ""),
        ("t0-kind", "publication"),
        ("t0-unit", unit.as_str()),
        ("t0-on", "2025-02-03"),
        ("t0-authors", "44"),
    ];
    let reply = coordinator.post_form(&address, &sent).await.expect_status(303);
    assert_eq!(reply.location(), "/granskare");
    let saved = entry(&year, &year.university);
    assert_eq!((saved.version, saved.load_limit), (1, 4));
    assert_eq!((saved.subjects.len(), saved.areas.len()), (2, 2));
    assert_eq!((saved.affiliations.len(), saved.ties.len()), (1, 1));
    // Somebody else has the page of before.
    let stale = coordinator.post_form(&address, &sent).await;
    assert!(stale.expect_status(409).text().contains("Hjärtsvikt"));
    let wrong = [
        ("version", "1"),
        ("limit", "4"),
        ("a0-employer", "Påhittade institutet"),
        ("a0-from", "i fjol"),
        ("t0-kind", "publication"),
        ("t0-unit", unit.as_str()),
    ];
    let page = coordinator.post_form(&address, &wrong).await.expect_status(422).text();
    assert!(page.contains("href=\"#a0-from\"") && page.contains("Påhittade institutet"), "{page}");
    assert_eq!(entry(&year, &year.university).version, 1);
    let form = coordinator.get(&address).await.expect_status(200).text();
    assert!(form.contains("value=\"2019-01-01\"") && form.contains("value=\"44\""));
}

#[actix_web::test]
async fn the_year_is_proposed_changed_and_assigned_in_one_act() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let coordinator = app.signed_in(&year.coordinator);
    assert!(coordinator.get(PAIRING).await.expect_status(200).text().contains("Inget ärende väntar"));
    for person in [&year.stranger, &year.university, &year.group, &year.head] {
        app.signed_in(person).get(PAIRING).await.expect_status(404);
        app.signed_in(person).post_form(PAIRING, &[("do", "utse")]).await.expect_status(404);
    }
    year.submit();
    write(&year, &year.university, |entry| entry.subjects = vec!["Kardiologi".to_owned()]);
    let page = coordinator.get(PAIRING).await.expect_status(200).text();
    // The subject decides; the other is told with what the change costs.
    assert!(page.contains(&format!("<option value=\"{}\">Lova Låtsas</option>", year.university)), "{page}");
    assert!(page.contains("Kan ämnet: Kardiologi") && page.contains("Ylva Ytterligare (+30)"));
    assert_eq!(year.case().state, CaseState::Submitted);
    let changed = [
        ("ta", "kardiologi"),
        ("university-kardiologi", year.further.as_str()),
        ("region-kardiologi", year.region.as_str()),
    ];
    let again: Vec<(&str, &str)> = changed.iter().copied().chain([("do", "rakna")]).collect();
    let page = coordinator.post_form(PAIRING, &again).await.expect_status(200).text();
    assert!(
        page.contains(&format!("<option value=\"{}\">Ylva Ytterligare</option>", year.further)),
        "{page}"
    );
    assert_eq!(year.case().state, CaseState::Submitted);
    let none = coordinator.post_form(PAIRING, &[("do", "utse")]).await.expect_status(422).text();
    assert!(none.contains("Välj minst en enhet"));
    let assign: Vec<(&str, &str)> = changed.iter().copied().chain([("do", "utse")]).collect();
    coordinator.post_form(PAIRING, &assign).await.expect_status(303);
    let expected = [(Party::University, year.further.clone()), (Party::Region, year.region.clone())];
    assert_eq!(seated(&year), expected);
    assert_eq!(app.mails().await.iter().filter(|mail| mail.subject.contains("utsedd")).count(), 2);
    // What was there when the page was opened is there no longer.
    coordinator.post_form(PAIRING, &assign).await.expect_status(409);
}

#[actix_web::test]
async fn employments_and_ties_stop_the_same_people_everywhere() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let place = year.case().unit.administration.id;
    let department = year.case().unit.department;
    let work = |affiliation: Affiliation| {
        write(&year, &year.university, |entry| entry.affiliations = vec![affiliation.clone()]);
        stopped(&year, &year.university)
    };
    let region = Affiliation { employer: "Region Skåne".to_owned(), ..Affiliation::default() };
    let day = |text: &str| Some(text.parse().unwrap());
    assert_eq!(work(Affiliation { unit_id: Some(year.unit.clone()), ..region.clone() }), ["own_unit"]);
    assert_eq!(
        work(Affiliation { unit_id: Some(unit_id(&year, "ortopedi")), ..region.clone() }),
        ["own_line"]
    );
    let line = Affiliation { administration_id: Some(place.clone()), department, ..region.clone() };
    assert_eq!(work(line.clone()), ["own_line"]);
    assert_eq!(work(Affiliation { to: day("2025-12-31"), ..line.clone() }), ["own_line"]);
    assert!(work(Affiliation { to: day("2023-12-31"), ..line.clone() }).is_empty());
    assert!(work(Affiliation { from: day("2027-12-31"), ..line }).is_empty());
    let whole = Affiliation { administration_id: Some(place), ..region };
    assert!(work(whole.clone()).is_empty());
    assert_eq!(work(Affiliation { manages: true, ..whole }), ["manager_above"]);
    let refusal = pair(&year, &year.university, &year.region).unwrap_err();
    assert_eq!(refusal.code, "manager_above");
    let coordinator = app.signed_in(&year.coordinator);
    let case = coordinator.get("/cykel/2026/kardiologi").await.text();
    assert!(case.contains("Lova Låtsas: Personen är chef i enhetens linje"), "{case}");
    let question = format!("{PAIRING}?person={}&enhet=kardiologi", year.university);
    let told = coordinator.get(&question).await.expect_status(200).text();
    assert!(told.contains("<b>Nej.</b>") && told.contains("chef i enhetens linje"));
    assert!(seated(&year).is_empty());
    let tie = |kind| Tie { kind, unit_id: year.unit.clone(), note: String::new(), on: None, authors: None };
    for (kind, code) in [(TieKind::Supervision, "supervision"), (TieKind::Declared, "declared_tie")] {
        write(&year, &year.university, |entry| {
            entry.affiliations.clear();
            entry.ties = vec![tie(kind)];
        });
        assert_eq!(stopped(&year, &year.university), [code]);
    }
}

#[actix_web::test]
async fn multicentre_work_is_let_pass_by_a_decision_with_a_reason_and_nothing_else_is() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let publish = |authors, on: &str| {
        write(&year, &year.university, |entry| {
            entry.ties = vec![Tie {
                kind: TieKind::Publication,
                unit_id: year.unit.clone(),
                note: String::new(),
                on: Some(on.parse().unwrap()),
                authors: Some(authors),
            }];
        });
    };
    publish(4, "2019-05-01");
    assert!(stopped(&year, &year.university).is_empty());
    publish(4, "2024-05-01");
    assert_eq!(stopped(&year, &year.university), ["co_publication"]);
    let (coordinator, case) = (year.standing(&year.coordinator), year.case());
    let pass = |rule, reason: &str| {
        let passed = app
            .app
            .database
            .act(|act| except::pass(act, &coordinator, &case.id, &year.university, rule, reason));
        passed.map(drop).map_err(|problem| problem.code)
    };
    assert_eq!(pass(Rule::CoPublication, "Få författare"), Err("nothing_to_pass"));
    publish(44, "2024-05-01");
    assert_eq!(pass(Rule::CoPublication, " "), Err("reason_missing"));
    assert_eq!(pass(Rule::OwnUnit, "Skäl"), Err("nothing_to_pass"));
    assert_eq!(pair(&year, &year.university, &year.region).unwrap_err().code, "co_publication");
    let page = app.signed_in(&year.coordinator);
    let reason = [
        ("person", year.university.as_str()),
        ("rule", "co_publication"),
        ("reason", "Register med 44 författare"),
    ];
    page.post_form("/cykel/2026/kardiologi/godta", &reason).await.expect_status(303);
    let told = page.get(&format!("{PAIRING}?person={}&enhet=kardiologi", year.university)).await.text();
    assert!(told.contains("<b>Ja.</b>") && told.contains("Register med 44 författare"));
    pair(&year, &year.university, &year.region).unwrap();
}

#[actix_web::test]
async fn what_clashes_is_named_with_the_ways_out() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    write(&year, &year.region, |entry| entry.load_limit = 0);
    assert_eq!(stopped(&year, &year.region), ["load_limit"]);
    let coordinator = app.signed_in(&year.coordinator);
    let page = coordinator.get(PAIRING).await.expect_status(200).text();
    for told in [
        "Alla platser går inte att tillsätta",
        "Kardiologi ska ha en granskare från Region Skåne.",
        "Rune Rollspel tar högst 0 uppdrag i år och har 0.",
        "Höj gränsen för Rune Rollspel från 0 till 1.",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    write(&year, &year.region, |entry| entry.load_limit = 1);
    let page = coordinator.get(PAIRING).await.text();
    assert!(!page.contains("Alla platser går inte att tillsätta"));
}

#[actix_web::test]
async fn a_reviewer_declines_and_the_next_is_proposed_for_the_seat() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    pair(&year, &year.university, &year.region).unwrap();
    app.mails().await;
    let reviewer = app.signed_in(&year.university);
    let address = "/granska/kardiologi/2026/uppdrag";
    assert!(reviewer.get("/granska").await.text().contains(address));
    app.signed_in(&year.further).get(address).await.expect_status(404);
    reviewer.get(address).await.expect_status(200);
    reviewer.post_form(address, &[("do", "ja"), ("reason", "")]).await.expect_status(303);
    let coordinator = app.signed_in(&year.coordinator);
    assert!(coordinator.get("/cykel/2026/kardiologi").await.text().contains("Har tackat ja"));
    reviewer.post_form(address, &[("do", "nej"), ("reason", " ")]).await.expect_status(422);
    reviewer
        .post_form(address, &[("do", "nej"), ("reason", "Har inte tid i april")])
        .await
        .expect_status(303);
    reviewer.get(address).await.expect_status(404);
    assert_eq!(seated(&year), [(Party::Region, year.region.clone())]);
    let told: Vec<String> = app.mails().await.iter().map(|mail| mail.to.clone()).collect();
    assert!(told.iter().any(|to| to.contains("saga")), "{told:?}");
    let page = coordinator.get("/cykel/2026/kardiologi").await.text();
    assert!(page.contains("Har inte tid i april") && page.contains("Tackade nej"));
    assert!(page.contains("Ylva Ytterligare, 0 uppdrag i år (förslag)"), "{page}");
    assert_eq!(stopped(&year, &year.university), ["declined"]);
    let successor = [("university", year.further.as_str())];
    coordinator.post_form("/cykel/2026/kardiologi/granskare", &successor).await.expect_status(303);
    assert_eq!(seated(&year).len(), 2);
}

#[actix_web::test]
async fn a_reviewer_who_leaves_midway_is_sealed_and_does_not_come_back() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    pair(&year, &year.university, &year.region).unwrap();
    for person in [&year.university, &year.region] {
        let standing = year.standing(person);
        app.act(|act| declare(act, &standing, &year.case().id, None));
    }
    assert_eq!(year.case().state, CaseState::Scoring);
    let program = Program::of(&app, &year.university);
    program
        .put("/cases/2026/kardiologi/review/A1", 0, &json!({"score": "3", "reason": ""}))
        .await
        .expect_status(200);
    let none = program.post("/cases/2026/kardiologi/review/leaving", &json!({"reason": ""})).await;
    none.expect_status(422);
    let stranger = Program::of(&app, &year.stranger);
    let unseated = stranger.post("/cases/2026/kardiologi/review/leaving", &json!({"reason": "Nej"})).await;
    refused(&unseated, 404, "not_found");
    program
        .post("/cases/2026/kardiologi/review/leaving", &json!({"reason": "Byter arbete"}))
        .await
        .expect_status(204);
    assert_eq!(year.case().state, CaseState::Assigned);
    assert_eq!(stopped(&year, &year.university), ["seated_before"]);
    program.get("/cases/2026/kardiologi/review").await.expect_status(404);
    let coordinator = app.signed_in(&year.coordinator);
    let page = coordinator.get("/cykel/2026/kardiologi").await.text();
    assert!(page.contains("Byter arbete") && page.contains("Lämnade"));
}

#[actix_web::test]
async fn a_program_does_what_the_pages_do() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let program = Program::of(&app, &year.coordinator);
    for person in [&year.stranger, &year.university, &year.group] {
        let other = Program::of(&app, person);
        for path in ["/reviewers", "/cycles/2026/pairing"] {
            refused(&other.get(path).await, 404, "not_found");
        }
    }
    let list = program.get("/reviewers").await.expect_status(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    let address = format!("/reviewers/{}", year.university);
    let new = json!({"subjects": ["Kardiologi"], "load_limit": 5, "affiliations": [{"employer": "Lunds universitet"}]});
    let saved = program.put(&address, 0, &new).await.expect_status(200).json();
    assert_eq!((saved["version"].as_i64(), saved["load_limit"].as_i64()), (Some(1), Some(5)));
    refused(&program.put(&address, 0, &new).await, 412, "stale");
    let proposal = program.get("/cycles/2026/pairing").await.expect_status(200).json();
    let seat = &proposal["cases"][0]["seats"][0];
    assert_eq!(seat["person"], json!(year.university));
    assert_eq!(seat["next"]["person"], json!(year.further));
    assert_eq!(proposal["clash"], json!(null));
    let question = format!("/cycles/2026/pairing/question?person={}&unit=kardiologi", year.head);
    let answer = program.get(&question).await.expect_status(200).json();
    assert_eq!(answer["could"], json!(false));
    assert_eq!(answer["refusals"][0]["rule"], json!("not_a_reviewer"));
    let pairs = json!({"pairs": [
        {"unit": "kardiologi", "university": year.university, "region": year.region}
    ]});
    program.post("/cycles/2026/pairing?dry_run=true", &pairs).await.expect_status(200);
    assert_eq!(year.case().state, CaseState::Submitted);
    program.post("/cycles/2026/pairing", &pairs).await.expect_status(200);
    assert_eq!(year.case().state, CaseState::Assigned);
    let reviewer = Program::of(&app, &year.region);
    reviewer.post("/cases/2026/kardiologi/review/acceptance", &json!(null)).await.expect_status(204);
    refused(
        &reviewer.post("/cases/2026/kardiologi/review/acceptance", &json!(null)).await,
        409,
        "accepted_before",
    );
    let none = program.get("/cases/2026/kardiologi/exceptions").await.expect_status(200).json();
    assert_eq!(none["exceptions"], json!([]));
    let asked = json!({"person": year.further, "rule": "years_running", "reason": "Skäl"});
    refused(&program.post("/cases/2026/kardiologi/exceptions", &asked).await, 409, "nothing_to_pass");
}

#[actix_web::test]
async fn all_pairs_of_a_proposal_are_assigned_or_none() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let program = Program::of(&app, &year.coordinator);
    // The other unit has not submitted.
    let pairs = json!({"pairs": [
        {"unit": "kardiologi", "university": year.university, "region": year.region},
        {"unit": "ortopedi", "university": year.further, "region": year.region},
    ]});
    let refusal = program.post("/cycles/2026/pairing", &pairs).await;
    let told = refused(&refusal, 409, "wrong_state");
    assert!(told["detail"].as_str().unwrap().starts_with("Ortopedi: "), "{told}");
    assert_eq!((year.case().state, seated(&year).len()), (CaseState::Submitted, 0));
}
