//! The reviewer's pages: what they show and hide, step by step, and what they refuse.

use std::collections::BTreeMap;

use usve::ids::PersonId;
use usve::results::fact_check;
use usve::reviews::{assign, further};
use usve::state::CaseState;

use crate::support::year::Year;
use crate::support::{Actor, Reply, TestApp};

const CASE: &str = "/granska/kardiologi/2026";
const REASON: &str = "Underlaget visar detta tydligt, se den bifogade redovisningen och dess bilagor.";

/// A submitted case with its pair, before anybody has declared.
fn assigned(app: &TestApp) -> Year<'_> {
    let year = Year::open(app);
    year.submit();
    let case = year.case();
    let coordinator = year.standing(&year.coordinator);
    app.act(|act| assign::pair(act, &coordinator, &case.id, &year.university, &year.region));
    year
}

/// The individual review has begun.
async fn scoring(app: &TestApp) -> Year<'_> {
    let year = assigned(app);
    for person in [&year.university, &year.region] {
        app.signed_in(person)
            .post_form(&format!("{CASE}/jav"), &[("ground", "free")])
            .await
            .expect_status(303);
    }
    assert_eq!(year.case().state, CaseState::Scoring);
    year
}

/// Sends the page of an area with these scores, over the versions that it shows.
async fn save(actor: &Actor<'_>, area: &str, scores: &[(&str, &str, &str)], way: &str) -> Reply {
    let page = actor.get(&format!("{CASE}/{area}")).await.expect_status(200).text();
    let mut fields = vec![("do".to_owned(), way.to_owned())];
    for (criterion, score, reason) in scores {
        fields.push((format!("version.{criterion}"), version(&page, criterion)));
        if !score.is_empty() {
            fields.push((format!("{criterion}.score"), (*score).to_owned()));
        }
        fields.push((format!("{criterion}.reason"), (*reason).to_owned()));
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    actor.post_form(&format!("{CASE}/{area}"), &fields).await
}

fn version(page: &str, criterion: &str) -> String {
    let name = format!("name=\"version.{criterion}\" value=\"");
    page.split(&name).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Scores every criterion: 2 unless named otherwise.
async fn score_all(year: &Year<'_>, actor: &Actor<'_>, otherwise: &[(&str, &str)]) {
    let otherwise: BTreeMap<&str, &str> = otherwise.iter().copied().collect();
    for area in &year.form.areas {
        let scores: Vec<(&str, &str, &str)> = area
            .criteria
            .iter()
            .map(|one| (one.id.as_str(), otherwise.get(one.id.as_str()).copied().unwrap_or("2"), REASON))
            .collect();
        save(actor, &area.id, &scores, "save").await.expect_status(303);
    }
}

/// Both have scored, locked and declared again.
async fn settling<'a>(app: &'a TestApp, university: &[(&str, &str)], region: &[(&str, &str)]) -> Year<'a> {
    let year = scoring(app).await;
    for (person, scores) in [(&year.university, university), (&year.region, region)] {
        let actor = app.signed_in(person);
        score_all(&year, &actor, scores).await;
        actor.post_form(&format!("{CASE}/las"), &[]).await.expect_status(303);
    }
    for person in [&year.university, &year.region] {
        app.signed_in(person)
            .post_form(&format!("{CASE}/jav"), &[("ground", "free")])
            .await
            .expect_status(303);
    }
    assert_eq!(year.case().state, CaseState::Settling);
    year
}

async fn settle(actor: &Actor<'_>, fields: &[(&str, &str)]) -> Reply {
    actor.post_form(&format!("{CASE}/samsyn"), fields).await
}

/// Both sign the settlement without a joint text.
async fn sign_both(year: &Year<'_>) {
    for person in [&year.university, &year.region] {
        let actor = year.app.signed_in(person);
        let seen = summary_version(&actor).await;
        settle(&actor, &[("what", "sign"), ("version", &seen), ("summary", "")]).await.expect_status(303);
    }
}

/// The version of the joint summary that the page of the settlement holds.
async fn summary_version(actor: &Actor<'_>) -> String {
    let page = actor.get(&format!("{CASE}/samsyn")).await.text();
    page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Every page of a reviewer, without what differs in each answer.
async fn everything(year: &Year<'_>, person: &PersonId) -> Vec<(String, u16, String)> {
    let actor = year.app.signed_in(person);
    let areas = year.form.areas.iter().map(|area| format!("{CASE}/{}", area.id));
    let fixed = ["", "/jav", "/las", "/samsyn", "/ratta"].map(|end| format!("{CASE}{end}"));
    let mut pages = Vec::new();
    for path in fixed.into_iter().chain(["/granska".to_owned()]).chain(areas) {
        let reply = actor.get(&path).await;
        let shown = format!("{}{}", reply.location(), without_keys(&reply.text()));
        pages.push((path, reply.status, shown));
    }
    pages
}

/// A page without form tokens and keys.
fn without_keys(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some(at) = rest.find("<input type=\"hidden\" name=\"csrf\"") {
        kept.push_str(&rest[..at]);
        rest = rest[at..].split_once("name=\"nyckel\"").unwrap().1.split_once('>').unwrap().1;
    }
    kept + rest
}

#[actix_web::test]
async fn nothing_of_a_case_is_shown_before_the_declaration() {
    let app = TestApp::new().await;
    let year = assigned(&app);
    let reviewer = app.signed_in(&year.university);
    assert!(reviewer.get("/granska").await.text().contains("Ta ställning till jäv"));
    for end in ["A", "las", "samsyn", "ratta"] {
        let reply = reviewer.get(&format!("{CASE}/{end}")).await.expect_status(303);
        assert_eq!(reply.location(), format!("{CASE}/jav"), "{end}");
    }
    let page = reviewer.get(&format!("{CASE}/jav")).await.expect_status(200).text();
    assert!(
        page.contains("Förvaltningslagen (2017:900) 16 § 1") && page.contains("Maja Exempelsson"),
        "{page}"
    );
    assert!(!page.contains("Så här: åäö."), "{page}");
    let page = reviewer.post_form(&format!("{CASE}/jav"), &[]).await.expect_status(422).text();
    assert!(page.contains("<title>Fel: ") && page.contains("Välj det som stämmer."), "{page}");
    reviewer.post_form(&format!("{CASE}/jav"), &[("ground", "free")]).await.expect_status(303);
    // The other has not declared: nothing is open yet.
    assert_eq!(reviewer.get(CASE).await.location(), "/granska");
    reviewer.get(&format!("{CASE}/A")).await.expect_status(404);
}

#[actix_web::test]
async fn a_reported_conflict_takes_the_case_away_at_once() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let reviewer = app.signed_in(&year.region);
    assert!(reviewer.get(&format!("{CASE}/A")).await.text().contains(&format!("{CASE}/jav")));
    // The newest declaration counts: this one comes after the first.
    app.travel(chrono::TimeDelta::seconds(1));
    let sent = [("ground", "fl-16-4"), ("words", "Vi skriver artiklar ihop.")];
    let reply = reviewer.post_form(&format!("{CASE}/jav"), &sent).await.expect_status(303);
    assert_eq!(reply.location(), "/granska");
    let list = reviewer.get("/granska").await.text();
    assert!(list.contains("Inga enheter att granska ännu") && !list.contains("Kardiologi"), "{list}");
    for end in ["", "/A", "/jav", "/las", "/samsyn", "/ratta"] {
        reviewer.get(&format!("{CASE}{end}")).await.expect_status(404);
    }
}

#[actix_web::test]
async fn who_has_no_seat_finds_no_case() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    for person in [&year.head, &year.coordinator, &year.further, &year.group, &year.stranger] {
        let actor = app.signed_in(person);
        for end in ["", "/A", "/jav", "/las", "/samsyn", "/ratta"] {
            // A coordinator has no seat, and reports a conflict of the own there.
            if end == "/jav" && *person == year.coordinator {
                continue;
            }
            let page = actor.get(&format!("{CASE}{end}")).await.expect_status(404).text();
            assert!(!page.contains("Kardiologi"), "{page}");
        }
        assert!(!actor.get("/granska").await.text().contains("Kardiologi"));
    }
}

#[actix_web::test]
async fn an_area_shows_answers_evidence_and_anchors_but_not_the_units_own_level() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let page = app.signed_in(&year.university).get(&format!("{CASE}/A")).await.expect_status(200).text();
    let area = year.form.areas.first().unwrap();
    for criterion in &area.criteria {
        assert!(page.contains(&format!("id=\"{}\"", criterion.id)), "{}", criterion.id);
        assert!(
            page.contains(&criterion.level(3).unwrap().anchor.sv.replace('"', "&#34;")),
            "{}",
            criterion.id
        );
    }
    assert!(page.contains("Så här: åäö.") && page.contains(&format!("{CASE}/underlag/")), "{page}");
    assert!(!page.contains("Självskattad nivå"), "{page}");
    assert!(page.contains("Det finns inget svar från förra året."), "{page}");
}

#[actix_web::test]
async fn scores_are_saved_by_script_and_by_button_and_only_where_they_changed() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let reviewer = app.signed_in(&year.university);
    let path = format!("{CASE}/A");
    let token = reviewer.form_token();
    let sent = [
        ("csrf", token.as_str()),
        ("version.A1", "0"),
        ("A1.score", "3"),
        ("A1.reason", "Kort."),
        ("version.A2", "0"),
        ("A2.reason", ""),
    ];
    let request = reviewer
        .request(actix_web::http::Method::POST, &path)
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("x-autosave", "1"))
        .set_form(sent);
    let saved = reviewer.send(request).await.expect_status(200).json();
    assert_eq!(saved["versions"], serde_json::json!({ "A1": 1 }));
    let page = reviewer.get(&path).await.text();
    assert!(page.contains("name=\"A1.score\" value=\"3\" checked") && page.contains("Kort."), "{page}");
    let reply =
        save(&reviewer, "A", &[("A1", "3", "Kort."), ("A2", "1", "")], "next").await.expect_status(303);
    assert_eq!(reply.location(), format!("{CASE}/B"));
    let page = reviewer.get(&path).await.text();
    assert_eq!((version(&page, "A1").as_str(), version(&page, "A2").as_str()), ("1", "1"));
}

#[actix_web::test]
async fn a_page_that_is_too_old_shows_both_texts() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let reviewer = app.signed_in(&year.university);
    save(&reviewer, "A", &[("A1", "3", "Den första texten.")], "save").await.expect_status(303);
    let old = [("version.A1", "0"), ("A1.score", "1"), ("A1.reason", "Den andra texten.")];
    let page = reviewer.post_form(&format!("{CASE}/A"), &old).await.expect_status(409).text();
    for part in ["Den första texten.", "Den andra texten.", "name=\"version.A1\" value=\"1\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = reviewer.get(&format!("{CASE}/A")).await.text();
    assert!(page.contains("Den första texten."), "{page}");
}

#[actix_web::test]
async fn not_applicable_is_asked_for_with_the_button_and_a_reason() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let (area, criterion) =
        year.form.criteria().find(|(_, criterion)| criterion.not_applicable.is_some()).unwrap();
    let reviewer = app.signed_in(&year.university);
    let case = year.case();
    let asked =
        || app.app.database.read(|db| usve::assessments::request_store::of_case(db, &case.id)).unwrap();
    let sent = [(criterion.id.as_str(), "NA", "")];
    let page = save(&reviewer, &area.id, &sent, "save").await.expect_status(422).text();
    assert!(page.contains("Skriv varför kriteriet inte är tillämpligt."), "{page}");
    assert!(asked().is_empty());
    let before = everything(&year, &year.region).await;
    save(&reviewer, &area.id, &[(criterion.id.as_str(), "NA", REASON)], "save").await.expect_status(303);
    assert_eq!(asked().len(), 1);
    let page = reviewer.get(&format!("{CASE}/{}", area.id)).await.text();
    assert!(page.contains("samordnaren har inte tagit ställning"), "{page}");
    // Nor does the other learn of it.
    assert_eq!(before, everything(&year, &year.region).await);
}

#[actix_web::test]
async fn a_review_is_locked_once_nothing_is_missing() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let reviewer = app.signed_in(&year.university);
    save(&reviewer, "A", &[("A1", "4", "För kort.")], "save").await.expect_status(303);
    let page = reviewer.post_form(&format!("{CASE}/las"), &[]).await.expect_status(422).text();
    assert!(page.contains(&format!("{CASE}/A?visa=fel#A1-reason")), "{page}");
    assert!(page.contains(&format!("{CASE}/B?visa=fel#B1-score")), "{page}");
    let page = reviewer.get(&format!("{CASE}/A?visa=fel")).await.text();
    assert!(
        page.contains("Motivera med minst 50 tecken.") && page.contains("id=\"A1-reason-error\""),
        "{page}"
    );
    score_all(&year, &reviewer, &[]).await;
    assert_eq!(reviewer.get(CASE).await.location(), format!("{CASE}/las"));
    reviewer.post_form(&format!("{CASE}/las"), &[]).await.expect_status(303);
    assert!(reviewer.get(&format!("{CASE}/las")).await.text().contains("Din granskning är låst"));
    let page = reviewer.get(&format!("{CASE}/A")).await.text();
    assert!(
        !page.contains("<textarea") && page.contains(REASON) && !page.contains("Självskattad nivå"),
        "{page}"
    );
    reviewer
        .post_form(&format!("{CASE}/A"), &[("version.A1", "2"), ("A1.score", "0")])
        .await
        .expect_status(409);
}

#[actix_web::test]
async fn no_page_of_one_reviewer_depends_on_the_other_before_both_have_locked() {
    let app = TestApp::new().await;
    let year = scoring(&app).await;
    let (university, region) = (app.signed_in(&year.university), app.signed_in(&year.region));
    score_all(&year, &university, &[]).await;
    let before = everything(&year, &year.university).await;
    save(&region, "A", &[("A1", "0", REASON)], "save").await.expect_status(303);
    score_all(&year, &region, &[("A1", "0")]).await;
    assert_eq!(before, everything(&year, &year.university).await, "the other scores");
    region.post_form(&format!("{CASE}/las"), &[]).await.expect_status(303);
    assert_eq!(before, everything(&year, &year.university).await, "the other locks");
}

#[actix_web::test]
async fn the_pair_settles_what_differs_and_signs() {
    let app = TestApp::new().await;
    let year = settling(&app, &[("A1", "3"), ("A3", "4"), ("B2", "3")], &[("A1", "1"), ("A3", "2")]).await;
    let (university, region) = (app.signed_in(&year.university), app.signed_in(&year.region));
    let page = university.get(&format!("{CASE}/samsyn")).await.expect_status(200).text();
    let (open, rest) = page.split_once("id=\"rest\"").unwrap();
    assert!(
        open.contains("<article class=\"rev\" id=\"A1\"")
            && open.contains("<article class=\"rev\" id=\"A3\""),
        "{open}"
    );
    assert!(!open.contains("<article class=\"rev\" id=\"B2\"") && rest.contains("medelvärdet 2,5"), "{rest}");
    assert!(
        open.contains("Lova Låtsas, Lunds universitet") && open.contains("Rune Rollspel, Region Skåne"),
        "{open}"
    );
    assert!(open.contains("Enhetens egen nivå 2."), "{open}");
    let page = settle(&university, &[("what", "message"), ("criterion", "A1"), ("message", " ")]).await;
    assert!(page.expect_status(422).text().contains("id=\"A1-message-error\""));
    settle(&university, &[("what", "message"), ("criterion", "A1"), ("message", "Se bilaga 2.")])
        .await
        .expect_status(303);
    let page =
        settle(&region, &[("what", "revise"), ("criterion", "A1"), ("level", "2"), ("reason", "Kort.")])
            .await;
    let page = page.expect_status(422).text();
    assert!(page.contains("Se bilaga 2.") && page.contains("Motivera ändringen med 50"), "{page}");
    settle(&region, &[("what", "revise"), ("criterion", "A1"), ("level", "2"), ("reason", REASON)])
        .await
        .expect_status(303);
    let early = settle(&region, &[("what", "sign"), ("version", "0"), ("summary", "")])
        .await
        .expect_status(422)
        .text();
    assert!(early.contains("Samtalet är inte avslutat om A1, A3."), "{early}");
    for actor in [&university, &region] {
        for criterion in ["A1", "A3"] {
            settle(actor, &[("what", "close"), ("criterion", criterion)]).await.expect_status(303);
        }
    }
    let sent = [("what", "sign"), ("version", "0"), ("summary", "Tydlig styrning. Börja med A3.")];
    settle(&university, &sent).await.expect_status(303);
    let stale = settle(&region, &[("what", "sign"), ("version", "0"), ("summary", "En annan text.")]).await;
    let stale = stale.expect_status(409).text();
    assert!(stale.contains("En annan text.") && stale.contains("Tydlig styrning."), "{stale}");
    let seen = summary_version(&region).await;
    settle(&region, &[("what", "sign"), ("version", &seen), ("summary", "Tydlig styrning. Börja med A3.")])
        .await
        .expect_status(303);
    assert_eq!(year.case().state, CaseState::Further);
    let page = region.get(&format!("{CASE}/samsyn")).await.expect_status(200).text();
    assert!(page.contains("Avslutade samtal") && !page.contains("name=\"what\""), "{page}");
}

#[actix_web::test]
async fn a_further_reviewer_sees_only_what_was_sent_and_nobodys_level() {
    let app = TestApp::new().await;
    let year = settling(&app, &[("A3", "4")], &[("A3", "1")]).await;
    for person in [&year.university, &year.region] {
        let actor = app.signed_in(person);
        settle(&actor, &[("what", "close"), ("criterion", "A3")]).await.expect_status(303);
    }
    sign_both(&year).await;
    let (case, coordinator) = (year.case(), year.standing(&year.coordinator));
    app.act(|act| {
        further::assign(act, &coordinator, &year.form, &case.id, &year.further, &["A3".to_owned()])
    });
    let reviewer = app.signed_in(&year.further);
    reviewer.post_form(&format!("{CASE}/jav"), &[("ground", "free")]).await.expect_status(303);
    assert_eq!(reviewer.get(CASE).await.location(), format!("{CASE}/A"));
    let page = reviewer.get(&format!("{CASE}/A")).await.expect_status(200).text();
    assert!(page.contains("id=\"A3\"") && !page.contains("id=\"A1\""), "{page}");
    for hidden in [REASON, "Självskattad nivå", "Lova Låtsas", "Rune Rollspel", "Ej tillämpligt"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    for end in ["B", "samsyn", "ratta"] {
        reviewer.get(&format!("{CASE}/{end}")).await.expect_status(404);
    }
    let files =
        app.app.database.read(|db| usve::assessments::evidence::store::of_case(db, &case.id)).unwrap();
    for file in files.iter().filter(|file| file.criterion != "A3") {
        reviewer.get(&format!("{CASE}/underlag/{}", file.id)).await.expect_status(404);
    }
    save(&reviewer, "A", &[("A3", "2", REASON)], "next").await.expect_status(303);
    reviewer.post_form(&format!("{CASE}/las"), &[]).await.expect_status(303);
    assert_eq!(year.case().state, CaseState::FactCheck);
}

#[actix_web::test]
async fn after_the_fact_check_comments_are_answered_and_a_level_corrected_once() {
    let app = TestApp::new().await;
    let year = settling(&app, &[], &[]).await;
    sign_both(&year).await;
    let (case, head) = (year.case(), year.standing(&year.head));
    app.act(|act| fact_check::comment(act, &head, &year.form, &case.id, "A1", "Mötena var elva, inte tio."));
    let (university, region) = (app.signed_in(&year.university), app.signed_in(&year.region));
    let path = format!("{CASE}/ratta");
    let page = university.get(&path).await.expect_status(200).text();
    assert!(page.contains("Enheten kontrollerar fakta") && !page.contains("Mötena var elva"), "{page}");
    app.act(|act| fact_check::send(act, &head, &case.id));
    let page = university.get(&path).await.text();
    assert!(page.contains("Mötena var elva, inte tio.") && page.contains(REASON), "{page}");
    let correct =
        |level, reason| [("what", "correct"), ("criterion", "A1"), ("level", level), ("reason", reason)];
    let page = university.post_form(&path, &correct("3", "Kort.")).await.expect_status(422).text();
    assert!(page.contains("id=\"A1-change-error\"") && page.contains("Kort."), "{page}");
    university.post_form(&path, &correct("3", REASON)).await.expect_status(303);
    let page = university.post_form(&path, &correct("4", REASON)).await.expect_status(422).text();
    assert!(page.contains("Du har redan rättat det här kriteriet."), "{page}");
    let answer = [("what", "answer"), ("criterion", "A1"), ("answer", "Rättat till elva.")];
    region.post_form(&path, &answer).await.expect_status(303);
    let page = university.get(&path).await.text();
    assert!(page.contains("Rättat till elva.") && page.contains("Rune Rollspel"), "{page}");
    assert!(
        page.contains("Rättat till <span class=\"sc h3\">3</span>") && !page.contains("value=\"correct\""),
        "{page}"
    );
}

#[actix_web::test]
async fn every_page_stands_in_english_too() {
    let app = TestApp::new().await;
    let year = settling(&app, &[("A3", "4")], &[("A3", "1")]).await;
    let reviewer = app.signed_in(&year.university);
    reviewer.post_form("/sprak", &[("sprak", "en"), ("till", "/")]).await.expect_status(303);
    for (end, words) in [
        ("/granska", "Discuss 1 criterion"),
        ("/granska/kardiologi/2026/jav", "Report a conflict of interest"),
        ("/granska/kardiologi/2026/A", "Your review"),
        ("/granska/kardiologi/2026/samsyn", "I am done with the discussion"),
    ] {
        let page = reviewer.get(end).await.expect_status(200).text();
        assert!(page.contains(words), "{end}: {page}");
        for swedish in ["Förra året", "Nivå", "Motivering", "Jäv ", "Spara", "Granskning"] {
            assert!(!page.contains(swedish), "{end} {swedish}");
        }
    }
}
