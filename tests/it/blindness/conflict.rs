//! A conflict of interest shuts the door at once, on every page and in every count, and is asked for everywhere.

use actix_web::http::Method;
use usve::reviews::conflict::{Stated, declare::declare};
use usve::state::CaseState;

use super::crawl::{addresses, comparable, crawl, is_document, text};
use super::states;
use super::world::World;
use crate::api::Program;
use crate::support::TestApp;

const REPORT: &str = "/granska/kardiologi/2026/jav";
const CONFLICT: [(&str, &str); 2] = [("ground", "fl-16-4"), ("words", "Vi skriver artiklar ihop.")];

#[actix_web::test]
async fn every_page_about_the_case_leads_its_reviewers_coordinators_and_the_group_to_report_a_conflict() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let last = world.year.case().state;
    let (mut shown, mut missing) = (0, Vec::new());
    for state in &states() {
        world.put_in(*state);
        for name in ["university", "further", "group", "coordinator"] {
            let about = |path: &String| {
                let at = ["/kardiologi/2026", "/2026/kardiologi", "/meddela/kardiologi"];
                at.iter().any(|place| path.contains(place)) && !path.starts_with("/api/")
            };
            let paths: Vec<String> = addresses(&world)
                .into_iter()
                .filter(|path| about(path) && !is_document(path) && !path.ends_with("/jav"))
                .collect();
            for (path, reply) in crawl(&world, world.who(name), &paths).await {
                if reply.status != 200 || !reply.header("content-type").starts_with("text/html") {
                    continue;
                }
                shown += 1;
                if !reply.text().contains(&format!("href=\"{REPORT}\"")) {
                    missing.push(format!("{state:?} {name} {path}"));
                }
            }
            if name == "coordinator"
                || (name == "group" && matches!(state, CaseState::Final | CaseState::Closed))
            {
                world.browser(world.who(name)).get(REPORT).await.expect_status(200);
            }
        }
    }
    world.put_in(last);
    assert!(shown > 60, "{shown}");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[actix_web::test]
async fn the_door_is_shut_at_the_next_request_in_every_window_and_for_every_program() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let region = world.year.region.clone();
    let (one, other, program) = (app.signed_in(&region), app.signed_in(&region), Program::of(&app, &region));
    let case = "/cases/2026/kardiologi";
    let paths: Vec<String> = addresses(&world)
        .into_iter()
        .filter(|path| path.contains("kardiologi") && !path.contains("/units/"))
        .collect();
    let mut open = 0;
    for path in &paths {
        open += usize::from(other.get(path).await.status == 200);
    }
    assert!(open > 10, "{open}");
    // An answer that was given once may be asked for again under its key, and is not after the report.
    let body = serde_json::json!({ "reason": "En fråga om kriteriet." });
    let key = [("idempotency-key", "en-nyckel")];
    let path = format!("{case}/not-applicable/A1");
    let first = program.send(Method::POST, &path, &body, &key).await;
    app.travel(chrono::TimeDelta::seconds(1));
    one.post_form(REPORT, &CONFLICT).await.expect_status(303);
    for path in &paths {
        for browser in [&one, &other] {
            let reply = browser.get(path).await;
            assert!([303, 400, 404].contains(&reply.status), "{path}: {}", reply.status);
            assert!(!text(&reply).contains("Kardiologi"), "{path}");
        }
    }
    for path in paths.iter().filter_map(|path| path.strip_prefix("/api/v1")) {
        let reply = program.get(path).await;
        assert!([400, 404].contains(&reply.status), "{path}: {}", reply.status);
    }
    let again = program.send(Method::POST, &path, &body, &key).await;
    assert!(again.body.is_empty() || again.status >= 400, "{} {}", first.status, again.text());
    for path in
        ["/", "/granska", "/oversikt", "/api/v1/me", "/api/v1/units", "/api/v1/cycles/2026/assignments"]
    {
        let reply = other.get(path).await.expect_status(200);
        assert!(!reply.text().contains("ardiologi"), "{path}");
    }
    other.get("/api/v1/units/kardiologi").await.expect_status(404);
}

#[actix_web::test]
async fn a_save_under_way_when_the_conflict_is_reported_keeps_nothing_and_shows_nothing() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let region = world.year.region.clone();
    // The request has been let in: its reader's standing is loaded. Then the report comes from another window.
    let standing = world.year.standing(&region);
    app.travel(chrono::TimeDelta::seconds(1));
    let stated = Stated { ground: "fl-16-4".to_owned(), words: String::new() };
    app.act(|act| declare(act, &world.year.standing(&region), &world.case, Some(&stated)));
    app.travel(chrono::TimeDelta::seconds(1));
    let database = &app.app.database;
    let draft =
        usve::reviews::score::Draft { score: usve::reviews::Score::from_text("4"), reason: String::new() };
    let saved = database.act(|act| {
        usve::identity::standing::settled(act, &standing, |act, standing| {
            usve::reviews::score::save(act, standing, &world.year.form, &world.case, "A1", 1, &draft)
        })
    });
    assert_eq!(saved.unwrap_err().code, "not_found");
    let read = database.read(|db| usve::identity::standing::still_open(db, &standing));
    assert_eq!(read.unwrap_err().code, "not_found");
    let kept = database.read(|db| {
        let seat = usve::reviews::store::seat(db, &world.case, &region)?;
        usve::reviews::store::scores(db, &[seat.id])
    });
    assert_eq!(kept.unwrap().iter().find(|one| one.criterion == "A1").unwrap().version, 1);
}

#[actix_web::test]
async fn a_case_in_conflict_is_in_no_list_count_or_name_for_a_member_of_the_group() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    world.sql("UPDATE cycles SET published = TRUE");
    let last = world.year.case().state;
    let paths: Vec<String> = addresses(&world)
        .into_iter()
        .filter(|path| !path.to_lowercase().contains("kardiologi") && !is_document(path))
        .collect();
    for state in [CaseState::Final, CaseState::Released, CaseState::FollowUp, CaseState::Closed] {
        world.put_in(state);
        for name in ["member in conflict", "further in conflict"] {
            for (path, reply) in crawl(&world, world.who(name), &paths).await {
                // The address that was asked for stands in the forms for language and theme.
                assert!(!text(&reply).contains("Kardiologi"), "{state:?} {name} {path}");
            }
        }
        // And no count: the pages are those of a member in whose year the case never was.
        let browser = world.browser(world.who("member in conflict"));
        let overview = browser.get("/oversikt?ar=2026").await.expect_status(200).text();
        assert!(!overview.contains("Ta ställning till jäv"), "{state:?}");
        assert!(browser.get("/api/v1/cases/2026").await.json()["items"].as_array().unwrap().is_empty());
    }
    world.put_in(last);
}

#[actix_web::test]
async fn a_member_of_the_group_reports_from_the_result_and_stands_as_absent() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    world.sql("DELETE FROM recommendations");
    world.put_in(CaseState::Released);
    let member = world.browser(world.who("undeclared member"));
    member.get(REPORT).await.expect_status(200);
    member.post_form(REPORT, &[("ground", "free")]).await.expect_status(303);
    let result = member.get("/enhet/kardiologi/2026/resultat").await.expect_status(200).text();
    assert!(result.contains(REPORT));
    app.travel(chrono::TimeDelta::seconds(1));
    member.post_form(REPORT, &CONFLICT).await.expect_status(303);
    member.get("/enhet/kardiologi/2026/resultat").await.expect_status(404);
    member.post_form(REPORT, &CONFLICT).await.expect_status(404);
    let writer = world.browser(world.who("group"));
    let sent = [
        ("do", "write"),
        ("recommendation", "Fortsatt uppdrag."),
        ("motive", "Kraven möts."),
        ("decided-on", "2026-12-20"),
        ("present", "Greta Grupp"),
        ("absent", ""),
    ];
    writer.post_form("/enhet/kardiologi/2026/rekommendation", &sent).await.expect_status(303);
    let page = writer.get("/enhet/kardiologi/2026/rekommendation").await.text();
    for absent in ["Person undeclared member", "Person member in conflict", "Person head in the group"] {
        assert!(page.contains(absent), "{absent}: {page}");
    }
    assert!(!page.contains("artiklar ihop"));
    world.put_in(CaseState::FollowUp);
}

#[actix_web::test]
async fn who_coordinates_and_is_of_a_unit_has_it_in_no_list_of_the_coordinators() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let last = world.year.case().state;
    for state in &states() {
        world.put_in(*state);
        let browser = world.browser(world.who("coordinator of the own unit"));
        for path in ["/cykel/2026", "/cykel/2026?lage=vantar", "/cykel/2026/meddela"] {
            let page = browser.get(path).await.expect_status(200).text();
            assert!(!page.contains("Kardiologi"), "{state:?} {path}");
        }
        // It is not unknown to somebody of the unit, and not theirs to coordinate.
        browser.get("/cykel/2026/kardiologi").await.expect_status(403);
        let preview = browser.get("/api/v1/cycles/2026/release").await.expect_status(200).text();
        assert!(!preview.contains("kardiologi"), "{state:?}");
        assert!(
            world.browser(world.who("coordinator")).get("/cykel/2026").await.text().contains("Kardiologi")
        );
    }
    world.put_in(last);
}

/// The pages and answers that are not about the case by their address, and keep no register: who keeps the registers of units,
/// people and reviewers sees all of them.
fn elsewhere(world: &World<'_>) -> Vec<String> {
    let registers = ["/granskare", "/api/v1/reviewers", "/api/v1/units", "/api/v1/people", "/admin"];
    addresses(world)
        .into_iter()
        .filter(|path| !path.to_lowercase().contains("kardiologi") && !is_document(path))
        .filter(|path| !registers.iter().any(|register| path.starts_with(register)))
        .collect()
}

#[actix_web::test]
async fn a_coordinator_reports_a_conflict_and_another_decides() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    app.mails().await;
    let (saga, ulf) = (app.signed_in(&world.year.coordinator), app.signed_in(&world.year.other_coordinator));
    let page = saga.get(REPORT).await.expect_status(200).text();
    assert!(
        page.contains("en annan samordnare handlägger det") && !page.contains("Ingen annan samordnare"),
        "{page}"
    );
    // There is nothing to declare but a conflict.
    saga.post_form(REPORT, &[("ground", "free")]).await.expect_status(409);
    app.travel(chrono::TimeDelta::seconds(1));
    let reported = saga.post_form(REPORT, &CONFLICT).await.expect_status(303);
    assert_eq!(reported.location(), "/cykel/2026");
    assert!(saga.get("/cykel/2026").await.text().contains("skickad till de andra samordnarna"));
    saga.get("/cykel/2026/kardiologi").await.expect_status(404);
    saga.get(REPORT).await.expect_status(404);
    saga.post_form(REPORT, &CONFLICT).await.expect_status(404);
    let told: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    assert!(told.iter().any(|to| to.contains("ulf.universitet")), "{told:?}");
    assert!(!told.iter().any(|to| to.contains("saga.samordning")), "{told:?}");
    let case = ulf.get("/cykel/2026/kardiologi").await.expect_status(200).text();
    assert!(
        case.contains("Saga Samordning")
            && case.contains("Vi skriver artiklar ihop.")
            && case.contains("Samordningen")
    );
    let all = ulf.get("/api/v1/cases/2026/kardiologi/declarations").await.json();
    let own = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["words"] == "Vi skriver artiklar ihop.")
        .unwrap();
    assert_eq!(own["stage"], "coordination");
    let path = format!("/cykel/2026/kardiologi/jav/{}", own["id"].as_str().unwrap());
    let decision = [("decision", "no"), ("reason", "Ett gemensamt arbete för länge sedan.")];
    saga.post_form(&path, &decision).await.expect_status(404);
    app.travel(chrono::TimeDelta::seconds(1));
    ulf.post_form(&path, &decision).await.expect_status(303);
    saga.get("/cykel/2026/kardiologi").await.expect_status(200);
}

#[actix_web::test]
async fn a_program_of_a_coordinators_reports_too_and_a_request_under_way_keeps_nothing() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let ulf = &world.year.other_coordinator;
    let program = Program::of(&app, ulf);
    let standing = world.year.standing(ulf);
    app.travel(chrono::TimeDelta::seconds(1));
    let body = serde_json::json!({ "conflict": { "ground": "fl-16-1" } });
    let case = "/cases/2026/kardiologi";
    program.send(Method::POST, &format!("{case}/declarations"), &body, &[]).await.expect_status(204);
    for path in [
        case.to_owned(),
        format!("{case}/log"),
        format!("{case}/assignments"),
        format!("{case}/declarations"),
    ] {
        program.get(&path).await.expect_status(404);
    }
    let database = &app.app.database;
    let read = database.read(|db| usve::identity::standing::still_open(db, &standing));
    assert_eq!(read.unwrap_err().code, "not_found");
    let cancelled = database.act(|act| {
        usve::identity::standing::settled(act, &standing, |act, standing| {
            usve::cycles::cancel::cancel(act, standing, &world.case, "Slås ihop.")
        })
    });
    assert!(cancelled.is_err());
    assert_eq!(world.year.case().state, CaseState::Scoring);
}

#[actix_web::test]
async fn what_happens_to_a_case_changes_nothing_for_its_coordinator_in_conflict() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    world.sql("UPDATE cycles SET published = TRUE");
    let last = world.year.case().state;
    let who = world.who("coordinator in conflict");
    let paths = elsewhere(&world);
    assert!(paths.len() > 60, "{}", paths.len());
    let (mut before, mut shown): (Option<Vec<(String, String)>>, usize) = (None, 0);
    for state in &states() {
        world.put_in(*state);
        let mut seen = Vec::new();
        for (path, reply) in crawl(&world, who, &paths).await {
            assert!(!text(&reply).contains("Kardiologi"), "{state:?} {path}");
            shown += usize::from(reply.status == 200);
            seen.push((path, comparable(&reply)));
        }
        if let Some(before) = &before {
            let differ: Vec<&String> =
                before.iter().zip(&seen).filter(|(was, is)| was != is).map(|((path, _), _)| path).collect();
            assert!(differ.is_empty(), "{state:?}: {differ:#?}");
        }
        before = Some(seen);
    }
    world.put_in(last);
    assert!(shown > 30 * states().len(), "{shown}");
}

#[actix_web::test]
async fn a_conflict_is_reported_once_for_a_unit_up_to_its_year_and_for_other_units_and_years_still() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let standing = world.year.standing(world.who("coordinator in conflict").person.as_ref().unwrap());
    let reports = [("kardiologi", 2025), ("kardiologi", 2026), ("kardiologi", 2027), ("annan", 2026)]
        .map(|(unit, year)| standing.may_report(unit, year));
    assert_eq!(reports, [false, false, true, true]);
}

#[actix_web::test]
async fn no_page_of_the_year_offers_to_report_a_conflict_with_a_page() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let browser = world.browser(world.who("coordinator"));
    for path in elsewhere(&world).iter().filter(|path| path.starts_with("/cykel")) {
        let page = browser.get(path).await;
        assert!(page.status != 200 || !page.text().contains("/jav\""), "{path}");
    }
    // Nor the unit's own pages to somebody of the unit who coordinates others.
    let own = world.browser(world.who("coordinator of the own unit"));
    let page = own.get("/enhet/kardiologi/2026").await.expect_status(200).text();
    assert!(!page.contains(REPORT));
    own.get(REPORT).await.expect_status(404);
}

#[actix_web::test]
async fn the_last_coordinator_is_told_whom_to_ask_and_the_administrators_are_mailed() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    for name in ["other coordinator", "support"] {
        app.travel(chrono::TimeDelta::seconds(1));
        app.signed_in(world.who(name).person.as_ref().unwrap())
            .post_form(REPORT, &CONFLICT)
            .await
            .expect_status(303);
    }
    app.mails().await;
    let saga = app.signed_in(&world.year.coordinator);
    let page = saga.get(REPORT).await.expect_status(200).text();
    assert!(page.contains("Ingen annan samordnare") && page.contains("Person administrator"), "{page}");
    app.travel(chrono::TimeDelta::seconds(1));
    saga.post_form(REPORT, &CONFLICT).await.expect_status(303);
    assert!(saga.get("/cykel/2026").await.text().contains("administratörerna har fått mejl"));
    let mails = app.mails().await;
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert!(mail.subject.contains("saknar samordnare") && !mail.text.contains("jäv"), "{mail:?}");
    // Another who is appointed finds the case, and decides.
    let appointed = world.year.stranger.clone();
    app.act(|act| {
        let grant = usve::identity::store::NewGrant {
            person_id: appointed.clone(),
            role: usve::identity::GrantedRole::Coordinator,
            unit_id: None,
            administration_id: None,
            year: None,
            areas: None,
            granted_by: None,
        };
        usve::identity::store::add_grant(act, &grant)
    });
    let browser = app.signed_in(&appointed);
    assert!(browser.get("/cykel/2026").await.text().contains("Kardiologi"));
    browser.get("/cykel/2026/kardiologi").await.expect_status(200);
}

#[actix_web::test]
async fn a_visit_to_the_draft_ends_with_the_report() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    world.put_in(CaseState::Draft);
    let helper = world.browser(world.who("support"));
    app.travel(chrono::TimeDelta::seconds(1));
    helper.post_form(REPORT, &CONFLICT).await.expect_status(303);
    let visits = world.browser(world.who("head")).get("/api/v1/cases/2026/kardiologi/support").await.json();
    assert!(visits["items"].as_array().unwrap().iter().all(|visit| !visit["ended_at"].is_null()), "{visits}");
    world.put_in(CaseState::Scoring);
}
