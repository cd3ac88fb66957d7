//! The pages of results: who sees what and when, the document, the fact check, the plan, the recommendation and the
//! overview.

use usve::ids::{PersonId, sha256};
use usve::results::documents::{self, Verdict};
use usve::results::{finalise, release};
use usve::reviews::conflict::declare::declare;
use usve::reviews::score::{Draft, save};
use usve::reviews::{Score, assign, lock, settle};
use usve::state::CaseState;

use crate::support::TestApp;
use crate::support::year::Year;

const CASE: &str = "/enhet/kardiologi/2026";
/// Stands in every reason, and on no page of somebody who may not read reasons.
const CANARY: &str = "kanariefågel";
const SENTENCE: &str = "Omdömet gäller årets utvärdering, inte uppdraget som USVE.";

/// A case in the fact check: everything is 2 for both reviewers, but E2, a minimum requirement, is 1.
pub fn fact_check(app: &TestApp) -> Year<'_> {
    let year = Year::open(app);
    year.submit();
    let case = year.case().id;
    let pair = [year.university.clone(), year.region.clone()];
    app.act(|act| assign::pair(act, &year.standing(&year.coordinator), &case, &pair[0], &pair[1]));
    for person in &pair {
        app.act(|act| declare(act, &year.standing(person), &case, None));
    }
    for person in &pair {
        let standing = year.standing(person);
        for (_, criterion) in year.form.criteria() {
            let score = if criterion.id == "E2" { "1" } else { "2" };
            let reason = format!(
                "En {CANARY} bland skälen: underlaget visar nivån tydligt i den bifogade redovisningen."
            );
            let draft = Draft { score: Score::from_text(score), reason };
            app.act(|act| save(act, &standing, &year.form, &case, &criterion.id, 0, &draft));
        }
        app.act(|act| lock::lock(act, &standing, &year.form, &case));
    }
    for person in &pair {
        app.act(|act| declare(act, &year.standing(person), &case, None));
    }
    for (seen, person) in pair.iter().enumerate() {
        let seen = i32::try_from(seen).unwrap();
        app.act(|act| settle::sign(act, &year.standing(person), &year.form, &case, seen));
    }
    assert_eq!(year.case().state, CaseState::FactCheck);
    year
}

/// The head has no comments, and the coordinator fixes the result.
async fn fixed(app: &TestApp) -> Year<'_> {
    let year = fact_check(app);
    let head = app.signed_in(&year.head);
    head.post_form(&format!("{CASE}/faktagranskning"), &[("do", "none")]).await.expect_status(303);
    let case = year.case().id;
    app.act(|act| finalise::finalise(act, &year.standing(&year.coordinator), &year.form, "USVE", &case));
    year
}

/// Both authorities have released the year. One minimum is unmet, so the unit writes a plan.
async fn released(app: &TestApp) -> Year<'_> {
    let year = fixed(app).await;
    app.act(|act| release::ask(act, &year.standing(&year.coordinator), 2026));
    app.act(|act| release::confirm(act, &year.standing(&year.other_coordinator), 2026));
    assert_eq!(year.case().state, CaseState::Action);
    year
}

async fn page(app: &TestApp, person: &PersonId, path: &str) -> String {
    app.signed_in(person).get(&format!("{CASE}{path}")).await.expect_status(200).text()
}

#[actix_web::test]
async fn the_draft_is_for_the_unit_its_reviewers_and_coordinators_alone() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    for reader in [&year.head, &year.contributor, &year.university, &year.coordinator] {
        let shown = page(&app, reader, "/resultat").await;
        assert!(shown.contains("Resultatet är inte fastställt"));
        assert!(shown.contains(CANARY));
    }
    for path in
        ["/resultat", "/rapport", "/rapport.pdf", "/faktagranskning", "/atgardsplan", "/rekommendation"]
    {
        for reader in [&year.stranger, &year.group] {
            let reply = app.signed_in(reader).get(&format!("{CASE}{path}")).await;
            assert_eq!(reply.status, 404, "{path}");
            assert!(!reply.text().contains(CANARY));
        }
    }
    // A contributor reads the result and the reviews, but not the correspondence about facts.
    app.signed_in(&year.contributor).get(&format!("{CASE}/faktagranskning")).await.expect_status(404);
    assert!(!app.signed_in(&year.stranger).get("/oversikt").await.text().contains("Kardiologi"));
}

#[actix_web::test]
async fn unmet_minimums_come_first_and_the_outcome_has_its_sentence() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    for path in ["/resultat", "/rapport"] {
        let shown = page(&app, &year.head, path).await;
        let unmet = shown.find("minimikrav är inte uppfyll").unwrap();
        let outcome = shown.find("Godkänd med krav på åtgärder").unwrap();
        assert!(path == "/rapport" || unmet < outcome, "{path}");
        assert!(shown.contains(SENTENCE), "{path}");
    }
    let shown = page(&app, &year.head, "/resultat").await;
    assert!(shown.contains("E2 Kliniskt verksamma doktorander"));
    assert!(shown.contains("× 100 ="), "every area opens into its calculation");
    let english = app.signed_in(&year.head);
    english.set_cookie("sprak", "en");
    let shown = english.get(&format!("{CASE}/resultat")).await.text();
    assert!(shown.contains("minimum requirements is not met"));
}

#[actix_web::test]
async fn comments_on_facts_are_saved_sent_and_answered_on_the_page() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    let path = format!("{CASE}/faktagranskning");
    let head = app.signed_in(&year.head);
    let typed = [("comment.A1", "Det var <b>tolv</b> möten."), ("comment.A2", ""), ("do", "save")];
    head.post_form(&path, &typed).await.expect_status(303);
    assert!(head.get(&path).await.text().contains("Det var &#60;b&#62;tolv&#60;/b&#62; möten."));
    assert_eq!(year.case().state, CaseState::FactCheck);
    head.post_form(&path, &[("do", "none")]).await.expect_status(409);
    head.post_form(&path, &[("comment.A1", "Det var tolv möten."), ("do", "send")]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::Commented);
    let reviewer = app.signed_in(&year.university);
    assert!(reviewer.get(&path).await.text().contains("Det var tolv möten."));
    let sent = [("criterion", "A1"), ("answer", "Vi rättar antalet."), ("do", "answer")];
    head.post_form(&path, &sent).await.expect_status(403);
    reviewer.post_form(&path, &sent).await.expect_status(303);
    assert!(head.get(&path).await.text().contains("Vi rättar antalet."));
}

#[actix_web::test]
async fn everybody_reads_released_numbers_and_only_those_concerned_the_reasons() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    assert!(page(&app, &year.head, "/resultat").await.contains(CANARY));
    for path in ["/resultat", "/rapport"] {
        let shown = page(&app, &year.stranger, path).await;
        assert!(shown.contains("E2"));
        assert!(!shown.contains(CANARY), "{path}");
        assert!(!shown.contains("Båda granskarna satte"), "what each reviewer set, on {path}");
        assert!(!shown.contains("Så här: åäö."), "an answer of the unit, on {path}");
    }
    let extract = app.signed_in(&year.stranger).get(&format!("{CASE}/rapport.pdf")).await.expect_status(200);
    let whole = app.signed_in(&year.head).get(&format!("{CASE}/rapport.pdf")).await.expect_status(200);
    assert!(extract.body.starts_with(b"%PDF") && whole.body.starts_with(b"%PDF"));
    assert!(extract.body.len() < whole.body.len() / 2);
    for path in ["/faktagranskning", "/atgardsplan", "/rekommendation"] {
        app.signed_in(&year.stranger).get(&format!("{CASE}{path}")).await.expect_status(404);
    }
}

#[actix_web::test]
async fn the_issued_report_is_stored_once_and_told_by_its_digest() {
    let app = TestApp::new().await;
    let year = fixed(&app).await;
    let coordinator = app.signed_in(&year.coordinator);
    let path = format!("{CASE}/rapport.pdf?sprak=sv");
    let before = coordinator.get(&path).await.expect_status(200);
    app.mails().await;
    app.mails().await;
    let issued = coordinator.get(&path).await.expect_status(200);
    assert_eq!(before.body, issued.body, "the same result gives the same bytes");
    assert_eq!(issued.header("etag"), format!("\"{}\"", sha256(&issued.body)));
    assert!(issued.header("content-disposition").contains("usve-kardiologi-2026-sv.pdf"));
    let known = coordinator
        .request(actix_web::http::Method::GET, &path)
        .insert_header(("if-none-match", issued.header("etag")));
    assert!(coordinator.send(known).await.expect_status(304).body.is_empty());
    let (case, standing) = (year.case(), year.standing(&year.coordinator));
    let listed = app.app.database.read(|db| documents::list(db, &standing, &case)).unwrap();
    assert_eq!(listed.len(), 2, "one in each language, however often the job runs");
    let verdict = app.app.database.read(|db| documents::verify(db, &issued.body)).unwrap();
    assert!(matches!(verdict, Verdict::Genuine(_)));
    let english = coordinator.get(&format!("{CASE}/rapport.pdf?sprak=en")).await.expect_status(200);
    assert_ne!(english.body, issued.body);
}

#[actix_web::test]
async fn a_plan_keeps_what_was_typed_covers_every_unmet_minimum_and_is_accepted() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    let path = format!("{CASE}/atgardsplan");
    let head = app.signed_in(&year.head);
    assert!(head.get(&path).await.text().contains("Planen behöver en åtgärd för E2"));
    let action = |due| {
        [
            ("do", "save"),
            ("version", "0"),
            ("action-id", ""),
            ("criterion", "E2"),
            ("action", "Annonsera två doktorandplatser"),
            ("owner", "Studierektorn"),
            ("due", due),
        ]
    };
    let refused = head.post_form(&path, &action("snart")).await.expect_status(422).text();
    assert!(refused.contains("Annonsera två doktorandplatser") && refused.contains("Skriv ett datum"));
    head.post_form(&path, &action("2027-03-01")).await.expect_status(303);
    head.post_form(&path, &action("2027-03-01")).await.expect_status(409);
    let contributor = app.signed_in(&year.contributor);
    contributor.post_form(&path, &[("do", "submit"), ("version", "1")]).await.expect_status(403);
    head.post_form(&path, &[("do", "submit"), ("version", "1")]).await.expect_status(303);
    let coordinator = app.signed_in(&year.coordinator);
    let shown = coordinator.get(&path).await.text();
    let version =
        shown.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    coordinator.post_form(&path, &[("do", "accept"), ("version", &version)]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::FollowUp);
    assert!(coordinator.get("/atgarder").await.text().contains("Annonsera två doktorandplatser"));
    assert!(!app.signed_in(&year.stranger).get("/atgarder").await.text().contains("doktorandplatser"));
    app.travel(chrono::TimeDelta::days(200));
    let overdue = app.signed_in(&year.coordinator).get("/atgarder?lage=forsenade").await.text();
    assert!(overdue.contains("1 av 1 åtgärder är försenade"));
}

#[actix_web::test]
async fn a_member_of_the_group_declares_before_reading_and_writes_the_recommendation() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    let (path, declaring) = (format!("{CASE}/rekommendation"), "/oversikt/jav");
    let member = app.signed_in(&year.group);
    member.get(&path).await.expect_status(404);
    let id = year.case().id.to_string();
    assert!(member.get(declaring).await.text().contains(&id));
    app.signed_in(&year.stranger).get(declaring).await.expect_status(404);
    let unsaid = [("case", id.as_str()), (&*format!("conflict.{id}"), "yes")]
        .map(|(a, b)| (a.to_owned(), b.to_owned()));
    let unsaid: Vec<(&str, &str)> = unsaid.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    member.post_form(declaring, &unsaid).await.expect_status(422);
    member.post_form(declaring, &[("case", &id), ("year", "2026")]).await.expect_status(303);
    let given = [
        ("do", "write"),
        ("recommendation", "Gruppen rekommenderar en uppföljning."),
        ("motive", "Ett minimikrav är inte uppfyllt."),
        ("decided-on", "2027-01-20"),
        ("present", "Greta Grupp"),
        ("absent", ""),
    ];
    let mut empty = given;
    empty[1].1 = " ";
    let refused = member.post_form(&path, &empty).await.expect_status(422).text();
    assert!(refused.contains("Ett minimikrav är inte uppfyllt."), "what was typed is kept");
    member.post_form(&path, &given).await.expect_status(303);
    assert!(member.get(&path).await.text().contains("Gruppen rekommenderar en uppföljning."));
    assert!(page(&app, &year.head, "/rekommendation").await.contains("20 januari 2027"));
}

#[actix_web::test]
async fn a_declared_conflict_hides_the_unit_from_a_member_of_the_group() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    let member = app.signed_in(&year.group);
    let id = year.case().id.to_string();
    let fields = [
        ("case".to_owned(), id.clone()),
        (format!("conflict.{id}"), "yes".to_owned()),
        (format!("ground.{id}"), "fl-16-1".to_owned()),
    ];
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    member.post_form("/oversikt/jav", &fields).await.expect_status(303);
    member.get(&format!("{CASE}/resultat")).await.expect_status(404);
    assert!(!member.get("/oversikt").await.text().contains("Kardiologi"));
}

#[actix_web::test]
async fn the_overview_shows_lights_in_words_and_unmet_minimums() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    for reader in [&year.coordinator, &year.stranger] {
        let shown = app.signed_in(reader).get("/oversikt?ar=2026&forvaltning=sus&ordna=namn").await;
        let shown = shown.expect_status(200).text();
        assert!(shown.contains("Kardiologi") && shown.contains(SENTENCE));
        assert!(shown.contains("minimikrav inte uppfyllt E2"), "the frame is told in words");
        assert!(shown.contains("Enheterna är inte rangordnade."));
    }
    let none = app.signed_in(&year.coordinator).get("/oversikt?forvaltning=finns-inte").await.text();
    assert!(none.contains("Inga enheter att visa"));
    app.signed_in(&year.coordinator).get("/oversikt?ar=1999").await.expect_status(404);
}
