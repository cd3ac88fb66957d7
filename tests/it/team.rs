//! What a unit's people do together: invited, given areas, commenting, ready for sign-off, handed over.

use chrono::TimeDelta;
use serde_json::json;
use usve::assessments::save_answer::{Save, save_answer};
use usve::assessments::{area_ready, comments, not_applicable, store};
use usve::identity::GrantedRole;
use usve::identity::store as people;
use usve::ids::PersonId;
use usve::problem::Kind;
use usve::state::CaseState;

use crate::api::Program;
use crate::support::year::{Year, add_file};
use crate::support::{Actor, TestApp};

const UNIT: &str = "/enhet/kardiologi/2026";
const TEAM: &str = "/enhet/kardiologi/2026/medarbetare";

async fn invited(actor: &Actor<'_>, email: &str, areas: &[&str]) -> crate::support::Reply {
    let mut fields = vec![("name", "Nils Nyfiken"), ("email", email)];
    fields.extend(areas.iter().map(|area| ("area", *area)));
    actor.post_form(TEAM, &fields).await
}

fn by_email(app: &TestApp, email: &str) -> PersonId {
    app.app.database.read(|db| people::person_by_email(db, email)).unwrap().unwrap().id
}

#[actix_web::test]
async fn the_head_invites_a_colleague_who_gets_a_link_and_writes_in_the_given_areas_alone() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    app.mails().await;
    let head = app.signed_in(&year.head);
    head.get(TEAM).await.expect_status(200);
    assert_eq!(invited(&head, "nils.nyfiken@skane.example", &["A", "C"]).await.location(), TEAM);
    let mails = app.mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.to, "nils.nyfiken@skane.example");
    assert_eq!(mail.subject, "Du är inbjuden att svara för enheten: Kardiologi");
    assert!(mail.text.contains("/enhet/kardiologi/2026") && mail.attachments.is_empty());
    // Until the person has been in the unit knows the address alone, whoever it belongs to.
    let page = head.get(UNIT).await.text();
    assert!(page.contains("nils.nyfiken@skane.example") && page.contains("Inbjuden, inte inne än"));
    assert!(!page.contains("Nils Nyfiken"));
    let nils = by_email(&app, "nils.nyfiken@skane.example");
    let (case, standing) = (year.case(), year.standing(&nils));
    let save = |criterion: &'static str| {
        app.app.database.act(|act| {
            let save = Save { criterion, fields: year.complete(criterion), seen: 0 };
            save_answer(act, &standing, &year.form, &case.id, save)
        })
    };
    assert!(save("A2").is_ok());
    assert_eq!(save("B1").unwrap_err().code, "area_not_given");
    let colleague = app.signed_in(&nils);
    colleague.get(UNIT).await.expect_status(200);
    let page = head.get(UNIT).await.text();
    assert!(page.contains("Nils Nyfiken") && page.contains("A, C"), "{page}");
    // A contributor sees the team and changes nothing in it.
    colleague.get(TEAM).await.expect_status(403);
    invited(&colleague, "annan@skane.example", &["A"]).await.expect_status(403);
    let log = app.signed_in(&year.coordinator).get("/cykel/2026/kardiologi/logg").await.text();
    assert!(log.contains("Bjöd in en medarbetare"));
}

#[actix_web::test]
async fn areas_are_changed_and_access_is_ended_from_the_next_request_on() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let (team, contributor) = ("/cases/2026/kardiologi/team", app.signed_in(&year.contributor));
    let members = head.get(team).await.json();
    let grant = |members: &serde_json::Value| {
        let all = members["items"].as_array().unwrap();
        all.iter().find(|one| one["role"] == "contributor").unwrap()["grant"].as_str().unwrap().to_owned()
    };
    let of_head = members["items"].as_array().unwrap().iter().find(|one| one["role"] == "head").unwrap();
    let unknown = head.put(&format!("{team}/{}/areas", grant(&members)), 0, &json!({"areas": ["Z"]})).await;
    assert_eq!(unknown.status, 404);
    head.put(&format!("{team}/{}/areas", grant(&members)), 0, &json!({"areas": ["B"]}))
        .await
        .expect_status(200);
    let members = head.get(team).await.json();
    let now = members["items"].as_array().unwrap().iter().find(|one| one["role"] == "contributor").unwrap();
    assert_eq!(now["areas"], json!(["B"]));
    assert!(now["of"].as_u64().unwrap() < of_head["of"].as_u64().unwrap());
    // The head's own role is not the head's to end.
    let own = of_head["grant"].as_str().unwrap();
    assert_eq!(head.delete(&format!("{team}/{own}")).await.status, 404);
    contributor.get(UNIT).await.expect_status(200);
    head.delete(&format!("{team}/{}", grant(&members))).await.expect_status(204);
    contributor.get(UNIT).await.expect_status(404);
    assert_eq!(Program::of(&app, &year.stranger).get(team).await.status, 404);
    assert_eq!(Program::of(&app, &year.coordinator).get(team).await.status, 404);
}

#[actix_web::test]
async fn who_cannot_answer_for_the_unit_is_refused_by_one_sentence_that_names_nobody() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    let coordinator = app.signed_in(&year.coordinator);
    coordinator.post_form("/cykel/2026/kardiologi/granskare", &pair).await.expect_status(303);
    let head = app.signed_in(&year.head);
    let mut said = Vec::new();
    // Of the other authority; a reviewer of the unit; the coordinator; a member of the group.
    for person in [&year.other_coordinator, &year.region, &year.coordinator, &year.group] {
        let person = app.app.database.read(|db| people::person(db, person)).unwrap().unwrap();
        let refused = invited(&head, &person.email, &["A"]).await.expect_status(409).text();
        assert!(!refused.contains(&person.name), "{}", person.name);
        said.push(refused.split("errsum").nth(1).unwrap().split("</div>").next().unwrap().to_owned());
    }
    assert!(said.windows(2).all(|pair| pair.first() == pair.last()), "{said:?}");
    assert!(said.first().unwrap().contains("kan inte bjudas in"));
    invited(&head, "inte en adress", &["A"]).await.expect_status(422);
    invited(&head, "ny@skane.example", &[]).await.expect_status(422);
    // Tries count, also those that are refused.
    let mut last = 0;
    for number in 0..20 {
        last = invited(&head, &format!("ny{number}@skane.example"), &["A"]).await.status;
    }
    assert_eq!(last, 429);
}

#[actix_web::test]
async fn a_comment_is_for_the_units_eyes_alone_in_every_state_and_on_every_way() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let canary = "kanariefågel-4711";
    let (head, contributor) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    let saved =
        contributor.post_form(&format!("{UNIT}/A"), &[("comment.A2", canary), ("do", "comment.A2")]).await;
    assert_eq!(saved.location(), "/enhet/kardiologi/2026/A#kommentarer-A2");
    for page in [format!("{UNIT}/A"), UNIT.to_owned()] {
        let page = head.get(&page).await.text();
        assert!(page.contains(canary) && page.contains("Olle Påhittad"));
    }
    year.submit();
    let coordinator = app.signed_in(&year.coordinator);
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    coordinator.post_form("/cykel/2026/kardiologi/granskare", &pair).await.expect_status(303);
    let reviewer = app.signed_in(&year.university);
    for free in [&year.university, &year.region] {
        let standing = year.standing(free);
        app.act(|act| usve::reviews::conflict::declare::declare(act, &standing, &year.case().id, None));
    }
    assert_eq!(year.case().state, CaseState::Scoring);
    let outside = [
        (&reviewer, vec!["/granska/kardiologi/2026/A", "/granska/kardiologi/2026", UNIT, "/"]),
        (
            &coordinator,
            vec![
                "/cykel/2026/kardiologi",
                "/cykel/2026/kardiologi/logg",
                UNIT,
                "/enhet/kardiologi/2026/A",
                "/enhet/kardiologi/2026/svar",
                "/enhet/kardiologi/2026/kvitto",
                "/cykel/2026/utskick",
            ],
        ),
    ];
    let mut seen = 0;
    for (actor, pages) in &outside {
        for page in pages {
            let reply = actor.get(page).await;
            seen += usize::from(reply.status == 200);
            assert!(!String::from_utf8_lossy(&reply.body).contains(canary), "{page}");
        }
    }
    assert!(seen >= 8, "{seen} pages were there to look at");
    for person in [&year.university, &year.coordinator, &year.group, &year.stranger] {
        let program = Program::of(&app, person);
        assert_eq!(program.get("/cases/2026/kardiologi/comments").await.status, 404);
        for path in ["answers", "submission", "submissions", "log", "completion", "evidence"] {
            let reply = program.get(&format!("/cases/2026/kardiologi/{path}?limit=200")).await;
            assert!(!String::from_utf8_lossy(&reply.body).contains(canary), "{path}");
        }
    }
    // Nor in what was submitted, the PDF of it, a mail, or the log.
    let case = year.case();
    let submitted = app.app.database.read(|db| store::latest_submission(db, &case.id)).unwrap().unwrap();
    assert!(!submitted.content.contains(canary));
    let mails = app.mails().await;
    assert!(mails.iter().all(|mail| !mail.text.contains(canary) && !mail.html.contains(canary)));
    let chain = usve::audit::Chain::Case(case.id.clone());
    let log = app.app.database.read(|db| usve::audit::entries_of(db, &chain)).unwrap();
    assert!(log.iter().any(|entry| entry.act == "write_comment"));
    assert!(log.iter().all(|entry| !entry.detail.contains(canary)));
    // The unit reads on, and writes no more.
    let own = Program::of(&app, &year.contributor);
    assert!(own.get("/cases/2026/kardiologi/comments").await.text().contains(canary));
    let late = own.post("/cases/2026/kardiologi/comments/A2", &json!({"comment": "Sent."})).await;
    assert_eq!(late.status, 409);
}

#[actix_web::test]
async fn a_thread_is_resolved_and_opens_again_by_a_new_comment() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let write = |text: &str| {
        app.act(|act| comments::write::write(act, &head, &year.form, &case.id, "A2", text));
    };
    write("Vem har protokollen?");
    let actor = app.signed_in(&year.head);
    actor.post_form(&format!("{UNIT}/A"), &[("do", "resolve.A2")]).await.expect_status(303);
    assert!(!actor.get(UNIT).await.text().contains("Vem har protokollen?"));
    assert!(actor.get(&format!("{UNIT}/A")).await.text().contains("Vem har protokollen?"));
    write("Och höstens?");
    let page = actor.get(UNIT).await.text();
    assert!(page.contains("Och höstens?") && !page.contains("Vem har protokollen?"));
    let all = app.app.database.read(|db| comments::of_case(db, &head, &case)).unwrap();
    assert_eq!(all.iter().filter(|comment| comment.resolved.is_some()).count(), 1);
    let refuse = |text: &str| {
        let act =
            app.app.database.act(|act| comments::write::write(act, &head, &year.form, &case.id, "A2", text));
        act.unwrap_err().code
    };
    assert_eq!(refuse("  "), "comment_missing");
    assert_eq!(refuse(&"å".repeat(4001)), "comment_too_long");
}

#[actix_web::test]
async fn a_comment_is_kept_when_the_answers_beside_it_came_second() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (case, head) = (year.case(), year.standing(&year.head));
    let fields = |value: &str| [("meetings_held".to_owned(), json!(value))].into();
    app.act(|act| {
        let save = Save { criterion: "A2", fields: fields("10"), seen: 0 };
        save_answer(act, &head, &year.form, &case.id, save)
    });
    let colleague = app.signed_in(&year.contributor);
    let sent = [
        ("version.A2", "0"),
        ("A2.meetings_held", "12"),
        ("comment.A2", "Jag räknade till tolv."),
        ("do", "save"),
    ];
    colleague.post_form(&format!("{UNIT}/A"), &sent).await.expect_status(409);
    let all = app.app.database.read(|db| comments::of_case(db, &head, &case)).unwrap();
    assert_eq!(all.first().unwrap().comment, "Jag räknade till tolv.");
}

#[actix_web::test]
async fn when_every_area_is_ready_the_head_gets_one_mail_and_a_task_and_a_change_takes_the_mark_away() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    app.mails().await;
    let (case, contributor) = (year.case(), year.standing(&year.contributor));
    let mark = |area: &str| {
        app.act(|act| area_ready::mark(act, &contributor, &year.form, &case.id, area, true));
    };
    let subject = "Klart att läsa igenom och lämna in: Kardiologi";
    let areas: Vec<String> = year.form.areas.iter().map(|area| area.id.clone()).collect();
    for area in areas.iter().skip(1) {
        mark(area);
    }
    assert!(app.mails().await.is_empty());
    mark(areas.first().unwrap());
    let mails = app.mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.subject.as_str(), mail.to_name.as_str()), (subject, "Maja Exempelsson"));
    let head = app.signed_in(&year.head);
    assert!(head.get("/").await.text().contains("Klart att läsa igenom och lämna in"));
    // A change in an area takes its mark away, and says whose it was.
    app.travel(TimeDelta::minutes(5));
    let before = year.entered().version_of("A2");
    let mut fields = year.complete("A2");
    fields.insert("meetings_held".to_owned(), json!("11"));
    app.act(|act| {
        let save = Save { criterion: "A2", fields: fields.clone(), seen: before };
        save_answer(act, &contributor, &year.form, &case.id, save)
    });
    let entered = year.entered();
    assert!(!entered.ready.contains(&"A".to_owned()) && entered.ready.contains(&"B".to_owned()));
    assert_eq!(entered.changed.get("A").unwrap().0, year.contributor);
    let page = head.get(UNIT).await.text();
    assert!(page.contains("Ändrat efter klarmarkeringen: Olle Påhittad"), "{page}");
    assert!(head.get(&format!("{UNIT}/A")).await.text().contains("Var klart, ändrades"));
    assert!(!head.get("/").await.text().contains("Klart att läsa igenom"));
    // Files change an area too.
    app.act(|act| add_file(act, &contributor, &year.form, &case.id, "B1", "Avtal.pdf"));
    assert!(!year.entered().ready.contains(&"B".to_owned()));
    // So does a request that a criterion does not apply, and taking it back.
    let (area, optional) = year.form.criteria().find(|(_, one)| one.not_applicable.is_some()).unwrap();
    let standing = year.standing(&year.head);
    mark(&area.id);
    app.act(|act| {
        not_applicable::ask(act, &standing, &year.form, &case.id, &optional.id, "Vi har inga doktorander.")
    });
    assert!(!year.entered().ready.contains(&area.id));
    mark(&area.id);
    app.act(|act| not_applicable::take_back(act, &standing, &year.form, &case.id, &optional.id));
    assert!(!year.entered().ready.contains(&area.id));
    mark(&area.id);
    mark("A");
    mark("B");
    assert!(year.entered().changed.is_empty());
    let told = app.mails().await;
    assert!(told.iter().all(|mail| mail.subject != subject), "the head is told once: {told:?}");
}

async fn post(actor: &Actor<'_>, address: &str, fields: [(&str, String); 3]) -> crate::support::Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    actor.post_form(address, &fields).await
}

#[actix_web::test]
async fn a_unit_is_handed_over_in_one_step_and_everything_follows_the_role() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let admin = app.person("admin@example.se", "Ada Administratör", &[GrantedRole::Administrator]);
    let new = app.person("ny@skane.example", "Nora Nytillträdd", &[]);
    app.mails().await;
    let actor = app.signed_in(&admin);
    let address = "/admin/enheter/kardiologi";
    let page = actor.get(address).await.text();
    assert!(page.contains("Maja Exempelsson") && page.contains("Nora Nytillträdd"));
    let fields = |from: &PersonId, to: &PersonId, becomes: &'static str| {
        [("from", from.to_string()), ("to", to.to_string()), ("becomes", becomes.to_owned())]
    };
    post(&actor, address, fields(&year.head, &year.head, "nothing")).await.expect_status(422);
    post(&actor, address, fields(&year.head, &new, "contributor")).await.expect_status(303);
    // Somebody who saw the old head is told that another was first.
    post(&actor, address, fields(&year.head, &year.stranger, "nothing")).await.expect_status(409);
    let heads = app.app.database.read(|db| people::heads_of(db, &year.unit)).unwrap();
    assert_eq!(heads, std::slice::from_ref(&new));
    let case = year.case_of(&new);
    let submit = |person: &PersonId| {
        let standing = year.standing(person);
        app.app
            .database
            .act(|act| usve::assessments::submit::submit(act, &standing, &year.form, &year.dates, &case.id))
    };
    assert_eq!(submit(&year.head).unwrap_err().kind, Kind::Forbidden);
    let mails = app.mails().await;
    let told: Vec<(&str, &str)> =
        mails.iter().map(|mail| (mail.to_name.as_str(), mail.subject.as_str())).collect();
    assert!(
        told.contains(&("Nora Nytillträdd", "Du är verksamhetschef i utvärderingen: Kardiologi")),
        "{told:?}"
    );
    assert!(told.contains(&("Maja Exempelsson", "En annan är verksamhetschef i utvärderingen: Kardiologi")));
    let to_new = mails.iter().find(|mail| mail.to_name == "Nora Nytillträdd").unwrap();
    assert!(to_new.text.contains("fredag 4 december 2026 kl. 16.00") && to_new.text.contains(UNIT));
    let chain = usve::audit::Chain::Case(case.id.clone());
    let log = app.app.database.read(|db| usve::audit::entries_of(db, &chain)).unwrap();
    assert!(log.iter().any(|entry| entry.act == "hand_over"));
    assert!(submit(&new).is_ok());
    // And on to a contributor, by the API, with nothing left for the one before.
    let program = Program::of(&app, &admin);
    let asked = json!({"from": new.to_string(), "to": year.contributor.to_string(), "stays": false});
    program.post("/units/kardiologi/hand-over", &asked).await.expect_status(200);
    let grants = app.app.database.read(|db| people::grants(db, Some(&new))).unwrap();
    assert!(grants.is_empty(), "{grants:?}");
    let roles: Vec<GrantedRole> = app
        .app
        .database
        .read(|db| people::grants(db, Some(&year.contributor)))
        .unwrap()
        .into_iter()
        .map(|grant| grant.role)
        .collect();
    assert_eq!(roles, [GrantedRole::Head]);
    for person in [&year.head, &year.coordinator] {
        assert_eq!(Program::of(&app, person).post("/units/kardiologi/hand-over", &asked).await.status, 404);
    }
}

#[actix_web::test]
async fn a_reviewer_of_the_unit_does_not_become_its_head() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.submit();
    let pair = [("university", year.university.as_str()), ("region", year.region.as_str())];
    let coordinator = app.signed_in(&year.coordinator);
    coordinator.post_form("/cykel/2026/kardiologi/granskare", &pair).await.expect_status(303);
    let admin = app.person("admin@example.se", "Ada Administratör", &[GrantedRole::Administrator]);
    let asked = json!({"from": year.head.to_string(), "to": year.region.to_string(), "stays": true});
    let refused = Program::of(&app, &admin).post("/units/kardiologi/hand-over", &asked).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("reviews_the_unit")));
    let heads = app.app.database.read(|db| people::heads_of(db, &year.unit)).unwrap();
    assert_eq!(heads, std::slice::from_ref(&year.head));
}

#[actix_web::test]
async fn a_request_for_more_time_is_a_task_until_it_is_answered_and_the_head_sees_the_answer() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, coordinator) = (app.signed_in(&year.head), app.signed_in(&year.coordinator));
    let address = format!("{UNIT}/forlangning");
    head.post_form(&address, &[("reason", "Influensan tog halva enheten.")]).await.expect_status(303);
    head.post_form(&address, &[("reason", "Igen.")]).await.expect_status(409);
    assert!(head.get(UNIT).await.text().contains("Begäran om mer tid väntar på svar"));
    let tasks = coordinator.get("/").await.text();
    assert!(tasks.contains("Svara på begäran om mer tid"), "{tasks}");
    let page = coordinator.get("/cykel/2026/kardiologi").await.text();
    assert!(page.contains("Influensan tog halva enheten."));
    let decline = "/cykel/2026/kardiologi/avsla-forlangning";
    coordinator.post_form(decline, &[("reason", "")]).await.expect_status(422);
    coordinator
        .post_form(decline, &[("reason", "Datumet är satt av granskningen.")])
        .await
        .expect_status(303);
    coordinator.post_form(decline, &[("reason", "En gång till.")]).await.expect_status(409);
    assert!(!coordinator.get("/").await.text().contains("Svara på begäran om mer tid"));
    let page = head.get(UNIT).await.text();
    assert!(page.contains("Ni fick inte mer tid") && page.contains("Datumet är satt av granskningen."));
    let mails = app.mails().await;
    assert!(mails.iter().any(|mail| mail.subject == "Svar på er begäran om mer tid: Kardiologi"));
    // Asked again, and granted: the extension answers it.
    app.travel(TimeDelta::minutes(1));
    let own = Program::of(&app, &year.head);
    let asked = json!({"reason": "Nu är även sekreteraren sjuk."});
    own.post("/cases/2026/kardiologi/extension-request", &asked).await.expect_status(204);
    let extension = [("until", "2026-12-11"), ("time", "12:00"), ("reason", "En vecka till.")];
    coordinator.post_form("/cykel/2026/kardiologi/forlang", &extension).await.expect_status(303);
    assert!(
        head.get(UNIT).await.text().contains("Ni har fått mer tid till fredag 11 december 2026 kl. 12.00")
    );
    let listed = own.get("/cases/2026/kardiologi/extension-requests").await.json();
    let answers: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|one| one["granted"].as_bool()).collect();
    assert_eq!(answers, [Some(false), Some(true)]);
    let reviewer = Program::of(&app, &year.university);
    assert_eq!(reviewer.get("/cases/2026/kardiologi/extension-requests").await.status, 404);
}
