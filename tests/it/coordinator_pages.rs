//! The coordinator's pages from the open year to the release, the administrator's, and everybody's tasks.

use usve::assessments::not_applicable;
use usve::cycles::state::CaseState;
use usve::identity::grant;
use usve::identity::standing::Party;
use usve::identity::{GrantedRole, store as people};
use usve::ids::PersonId;
use usve::reviews::conflict::Stated;
use usve::reviews::conflict::declare::declare;
use usve::reviews::view;

use crate::support::TestApp;
use crate::support::year::Year;

const CASE: &str = "/cykel/2026/kardiologi";

fn seated(year: &Year<'_>) -> Vec<(Party, PersonId)> {
    let coordinator = year.standing(&year.coordinator);
    let case = year.case();
    let seats = year.app.app.database.read(|db| view::seats(db, &coordinator, &case)).unwrap();
    seats.into_iter().map(|seat| (seat.party, seat.person.id)).collect()
}

#[actix_web::test]
async fn only_coordinators_reach_the_year_and_its_cases() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    for path in ["/cykel/2026", CASE, "/cykel/2026/meddela", "/cykel/2026/utskick", "/cykel/ny", "/admin"] {
        for person in [&year.stranger, &year.university, &year.group] {
            app.signed_in(person).get(path).await.expect_status(404);
        }
    }
    // The head knows of the case, but does not coordinate it.
    app.signed_in(&year.head).get(CASE).await.expect_status(403);
    let coordinator = app.signed_in(&year.coordinator);
    assert_eq!(coordinator.get("/cykel").await.location(), "/cykel/2026");
    coordinator.get("/cykel/2026").await.expect_status(200);
    coordinator.get(CASE).await.expect_status(200);
    coordinator.get("/admin").await.expect_status(404);
    coordinator.get("/cykel/2026/no-such-unit").await.expect_status(404);
    coordinator.get("/cykel/1999").await.expect_status(404);
}

#[actix_web::test]
async fn a_draft_shows_its_progress_and_none_of_its_answers() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let all = year.form.criteria().count();
    let coordinator = app.signed_in(&year.coordinator);
    let list = coordinator.get("/cykel/2026?lage=draft&forvaltning=sus").await.expect_status(200).text();
    assert!(list.contains(&format!("{all} av {all}")), "{list}");
    let page = coordinator.get(CASE).await.expect_status(200).text();
    for text in [list, page] {
        assert!(!text.contains("Så här: åäö.") && !text.contains("Underlag A1"));
    }
    let none = coordinator.get("/cykel/2026?lage=released").await.text();
    assert!(none.contains("Inga ärenden passar urvalet") && !none.contains("/cykel/2026/kardiologi"));
}

#[actix_web::test]
async fn a_refused_act_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let coordinator = app.signed_in(&year.coordinator);
    let before = year.case().submission_due;
    let earlier = [("until", "2026-11-30"), ("reason", "Sjukdom i ledningen")];
    let page = coordinator.post_form(&format!("{CASE}/forlang"), &earlier).await.expect_status(422).text();
    assert!(
        page.contains("Sjukdom i ledningen")
            && page.contains("value=\"2026-11-30\"")
            && page.contains("errsum")
    );
    assert!(page.contains("<title>Fel: "));
    assert_eq!(year.case().submission_due, before);
    let later = [("until", "2026-12-18"), ("reason", "Sjukdom i ledningen")];
    let reply = coordinator.post_form(&format!("{CASE}/forlang"), &later).await.expect_status(303);
    assert_eq!(reply.location(), CASE);
    assert!(year.case().submission_due > before);
    let log = coordinator.get(&format!("{CASE}/logg")).await.text();
    assert!(log.contains("Förlängde tiden") && log.contains("Saga Samordning"));
}

#[actix_web::test]
async fn completion_opens_the_criteria_that_were_written_about() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    let address = format!("{CASE}/komplettering");
    assert!(coordinator.get(&address).await.expect_status(200).text().contains("name=\"A1\""));
    coordinator.post_form(&address, &[("A1", " "), ("A2", "")]).await.expect_status(422);
    let wanted = [("A1", ""), ("A2", "Ange vem som beslutade.")];
    coordinator.post_form(&address, &wanted).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Returned);
    let page = coordinator.get(CASE).await.text();
    assert!(page.contains("Ange vem som beslutade.") && !page.contains("Begär komplettering"));
}

#[actix_web::test]
async fn a_pair_is_assigned_and_only_those_who_may_are_offered() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    let page = coordinator.get(CASE).await.text();
    for person in [&year.university, &year.region, &year.further] {
        assert!(page.contains(person.as_str()));
    }
    for person in [&year.head, &year.coordinator, &year.stranger] {
        assert!(!page.contains(person.as_str()));
    }
    let address = format!("{CASE}/granskare");
    let wrong = [("university", year.region.as_str()), ("region", year.university.as_str())];
    coordinator.post_form(&address, &wrong).await.expect_status(409);
    assert_eq!((year.case().state, seated(&year).len()), (CaseState::Submitted, 0));
    let right = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form(&address, &right).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Assigned);
    app.mails().await;
    let sent = coordinator.get("/cykel/2026/utskick?lage=sent").await.text();
    assert!(sent.contains("Du är utsedd till granskare") && sent.contains("Lova Låtsas"));
}

#[actix_web::test]
async fn a_reviewer_is_replaced_in_one_step() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form(&format!("{CASE}/granskare"), &pair).await.expect_status(303);
    let seats =
        app.app.database.read(|db| view::seats(db, &year.standing(&year.coordinator), &year.case())).unwrap();
    let seat = seats.iter().find(|seat| seat.party == Party::University).unwrap();
    let address = format!("{CASE}/granskare/{}", seat.assignment_id);
    let silent = [("reason", ""), ("successor", year.further.as_str())];
    coordinator.post_form(&address, &silent).await.expect_status(422);
    let said = [("reason", "Föräldraledig"), ("successor", year.further.as_str())];
    coordinator.post_form(&address, &said).await.expect_status(303);
    let now = seated(&year);
    assert!(now.contains(&(Party::University, year.further.clone())), "{now:?}");
    assert!(!now.iter().any(|(_, person)| *person == year.university));
}

#[actix_web::test]
async fn a_declared_conflict_is_decided_and_its_ground_stands_on_no_list() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form(&format!("{CASE}/granskare"), &pair).await.expect_status(303);
    let reviewer = year.standing(&year.university);
    let stated = Stated { ground: "fl-16-1".to_owned(), words: "Min syster arbetar där.".to_owned() };
    app.act(|act| declare(act, &reviewer, &year.case().id, Some(&stated)));
    let list = coordinator.get("/cykel/2026?lage=vantar").await.text();
    assert!(list.contains("Ta ställning till anmält jäv") && !list.contains("syster"));
    let page = coordinator.get(CASE).await.text();
    assert!(page.contains("Min syster arbetar där."));
    let own = year.standing(&year.coordinator);
    let declared = app.app.database.read(|db| view::declared_conflicts(db, &own, &year.case())).unwrap();
    let address = format!("{CASE}/jav/{}", declared.first().unwrap().id);
    coordinator.post_form(&address, &[("reason", "Nära anhörig.")]).await.expect_status(422);
    let decided = [("decision", "yes"), ("reason", "Nära anhörig.")];
    coordinator.post_form(&address, &decided).await.expect_status(303);
    assert_eq!(seated(&year), vec![(Party::Region, year.region.clone())]);
    let log = coordinator.get(&format!("{CASE}/logg")).await.text();
    assert!(log.contains("Avgjorde anmält jäv") && !log.contains("syster"));
}

#[actix_web::test]
async fn a_request_that_a_criterion_does_not_apply_is_answered() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let optional = year.form.criteria().find(|(_, one)| one.not_applicable.is_some()).unwrap().1.id.clone();
    let head = year.standing(&year.head);
    let case = year.case();
    app.act(|act| {
        not_applicable::ask(act, &head, &year.form, &case.id, &optional, "Ingen sådan verksamhet.")
    });
    let coordinator = app.signed_in(&year.coordinator);
    assert!(coordinator.get(CASE).await.text().contains("Ingen sådan verksamhet."));
    let address = format!("{CASE}/undantag/{optional}");
    let answer = [("decision", "no"), ("reason", "Verksamheten finns i årsberättelsen.")];
    coordinator.post_form(&address, &answer).await.expect_status(303);
    coordinator.post_form(&address, &answer).await.expect_status(409);
    let asked = app.app.database.read(|db| usve::assessments::request_store::of_case(db, &case.id)).unwrap();
    assert_eq!(asked.first().unwrap().approved, Some(false));
}

#[actix_web::test]
async fn results_are_released_by_one_coordinator_from_each_authority() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let said = [("reason", "Påminda tre gånger.")];
    let early = app.signed_in(&year.coordinator);
    early.post_form(&format!("{CASE}/ej-inlamnad"), &said).await.expect_status(409);
    app.travel(chrono::TimeDelta::days(20));
    let (region, university) = (app.signed_in(&year.coordinator), app.signed_in(&year.other_coordinator));
    region.post_form(&format!("{CASE}/ej-inlamnad"), &said).await.expect_status(303);
    region.post_form(&format!("{CASE}/faststall"), &[]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Final);
    let page = region.get("/cykel/2026/meddela").await.text();
    assert!(page.contains("USVE 2026/0001") && page.contains("E – Ej bedömbar") && page.contains("Ortopedi"));
    region.post_form("/cykel/2026/meddela/bekrafta", &[]).await.expect_status(409);
    region.post_form("/cykel/2026/meddela/begar", &[]).await.expect_status(303);
    region.post_form("/cykel/2026/meddela/bekrafta", &[]).await.expect_status(409);
    assert_eq!(year.case().state, CaseState::Final);
    assert!(university.get("/").await.text().contains("Bekräfta att resultaten meddelas"));
    university.post_form("/cykel/2026/meddela/bekrafta", &[]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Released);
}

#[actix_web::test]
async fn opening_a_year_again_changes_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let coordinator = app.signed_in(&year.coordinator);
    let before = year.case();
    coordinator.post_form("/cykel/2026/enheter", &[]).await.expect_status(303);
    assert_eq!(year.case(), before);
    let next = [("year", "2027"), ("form", "usve/2026.1")];
    let reply = coordinator.post_form("/cykel/ny", &next).await.expect_status(303);
    assert_eq!(reply.location(), "/cykel/2027");
    coordinator.post_form("/cykel/ny", &[("year", "1900"), ("form", "usve/2026.1")]).await.expect_status(422);
    let words = coordinator.post_form("/cykel/ny", &[("year", "i år"), ("form", "usve/2026.1")]).await;
    assert!(words.expect_status(422).text().contains("Skriv året med fyra siffror"));
    app.signed_in(&year.head).post_form("/cykel/ny", &next).await.expect_status(404);
}

#[actix_web::test]
async fn a_coordinator_is_appointed_by_two_administrators() {
    let app = TestApp::new().await;
    let first = app.person("ett@example.se", "Ett Exempel", &[GrantedRole::Administrator]);
    let second = app.person("tva@example.se", "Två Exempel", &[GrantedRole::Administrator]);
    let one = app.signed_in(&first);
    let new =
        [("name", "Nils Ny"), ("email", "nils@example.se"), ("organisation", "region"), ("language", "sv")];
    let reply = one.post_form("/admin/person", &new).await.expect_status(303);
    let page = reply.location().to_owned();
    let again = one.post_form("/admin/person", &new).await.expect_status(409).text();
    assert!(again.contains("value=\"Nils Ny\""));
    let role = [("role", "coordinator"), ("unit", ""), ("administration", ""), ("year", ""), ("areas", "")];
    one.post_form(&page, &role).await.expect_status(303);
    let nils = app.app.database.read(|db| people::person_by_email(db, "nils@example.se")).unwrap().unwrap();
    let held = || app.app.database.read(|db| people::grants(db, Some(&nils.id))).unwrap();
    assert!(held().is_empty());
    let admin = app.app.database.read(|db| usve::identity::standing::load(db, &first)).unwrap().unwrap();
    let request = app.app.database.read(|db| grant::waiting(db, &admin)).unwrap().remove(0);
    let confirm = format!("/admin/begaran/{}/bekrafta", request.id);
    one.post_form(&confirm, &[]).await.expect_status(409);
    assert!(held().is_empty());
    let two = app.signed_in(&second);
    assert!(two.get("/").await.text().contains("Bekräfta en roll"));
    two.post_form(&confirm, &[]).await.expect_status(303);
    assert_eq!(held().first().unwrap().role, GrantedRole::Coordinator);
    two.post_form(&confirm, &[]).await.expect_status(404);
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let only = app.person("ett@example.se", "Ett Exempel", &[GrantedRole::Administrator]);
    let grants = app.app.database.read(|db| people::grants(db, Some(&only))).unwrap();
    let address = format!("/admin/person/{only}/roll/{}", grants.first().unwrap().id);
    app.signed_in(&only).post_form(&address, &[]).await.expect_status(409);
    assert_eq!(app.app.database.read(|db| people::grants(db, Some(&only))).unwrap().len(), 1);
}

#[actix_web::test]
async fn everybody_finds_their_own_tasks_at_the_start() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let start = |person: &PersonId| app.signed_in(person);
    assert!(start(&year.head).get("/").await.text().contains("Svara på område A."));
    assert!(start(&year.contributor).get("/").await.text().contains("Svara på område A."));
    year.fill();
    assert!(start(&year.head).get("/").await.text().contains("Kontrollera och lämna in"));
    assert!(!start(&year.contributor).get("/").await.text().contains("Kontrollera och lämna in"));
    assert!(start(&year.coordinator).get("/").await.text().contains("Du har inga uppgifter just nu"));
    let (head, case) = (year.standing(&year.head), year.case());
    app.act(|act| usve::assessments::submit::submit(act, &head, &year.form, &year.dates, &case.id));
    assert!(start(&year.head).get("/").await.text().contains("Du har inga uppgifter just nu"));
    let coordinator = start(&year.coordinator);
    let page = coordinator.get("/").await.text();
    assert!(page.contains("Utse granskare") && page.contains(&format!("{CASE}#granskare")));
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form(&format!("{CASE}/granskare"), &pair).await.expect_status(303);
    let page = start(&year.university).get("/").await.text();
    assert!(page.contains("Ta ställning till jäv") && page.contains("/granska/kardiologi/2026/jav"));
    assert!(!start(&year.further).get("/").await.text().contains("/granska/kardiologi"));
}
