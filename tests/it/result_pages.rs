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
    fixed_after(app, year).await
}

async fn fixed_after<'a>(app: &'a TestApp, year: Year<'a>) -> Year<'a> {
    let head = app.signed_in(&year.head);
    head.post_form(&format!("{CASE}/faktagranskning"), &[("do", "none")]).await.expect_status(303);
    let case = year.case().id;
    app.act(|act| finalise::finalise(act, &year.standing(&year.coordinator), &year.form, "USVE", &case));
    year
}

/// Both authorities have released the year. One minimum is unmet, so the unit writes a plan.
async fn released(app: &TestApp) -> Year<'_> {
    let year = fact_check(app);
    released_after(app, year).await
}

/// From the fact check to the release.
async fn released_after<'a>(app: &'a TestApp, year: Year<'a>) -> Year<'a> {
    let year = fixed_after(app, year).await;
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

/// The text of a page in the order it is read, with what can be opened (`details`) apart: what is seen at once, and every
/// sentence that it opens into.
fn seen_and_opened(html: &str) -> (String, String) {
    let main = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
    let (mut seen, mut opened, mut depth, mut summary) = (String::new(), String::new(), 0, false);
    for piece in main.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        match tag.split_whitespace().next().unwrap_or_default() {
            "details" => depth += 1,
            "/details" => depth -= 1,
            "summary" => summary = true,
            "/summary" => summary = false,
            _ => {}
        }
        let into = if depth == 0 || summary { &mut seen } else { &mut opened };
        into.push(' ');
        into.push_str(&text.replace("&nbsp;", " ").replace('\u{a0}', " "));
    }
    (seen, opened)
}

/// Every number with a decimal comma in a text.
fn decimals(text: &str) -> Vec<String> {
    text.split(|sign: char| !(sign.is_ascii_digit() || sign == ','))
        .map(|word| word.trim_matches(','))
        .filter(|word| word.contains(',') && word.split(',').all(|part| !part.is_empty()))
        .map(str::to_owned)
        .collect()
}

#[actix_web::test]
async fn every_number_on_the_result_page_opens_into_its_sentence() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    for reader in [&year.head, &year.stranger] {
        let shown = page(&app, reader, "/resultat").await;
        let without_charts: String = shown
            .split("<svg")
            .map(|part| part.split_once("</svg>").map_or(part, |(_, rest)| rest))
            .collect();
        let (seen, opened) = seen_and_opened(&without_charts);
        let numbers = decimals(&seen);
        assert!(numbers.len() > 10, "{numbers:?}");
        for number in numbers {
            assert!(opened.contains(&number), "no sentence tells where {number} comes from");
        }
        // Each criterion's value, light and minimum have their own sentences behind them.
        for (_, criterion) in year.form.criteria() {
            let start = shown.find(&format!("<details id=\"{}\">", criterion.id)).unwrap();
            let whole = &shown[start..start + shown[start..].find("</details>").unwrap()];
            let (summary, behind) = whole.split_once("</summary>").unwrap();
            let value = summary.split("class=\"sc h").nth(1).unwrap().split('>').nth(1).unwrap();
            let value = value.split('<').next().unwrap();
            let sentence = behind.split("<p><b>").nth(1).unwrap().split("</p>").next().unwrap();
            assert!(
                sentence.contains(&format!(" {value}.")) || sentence.contains(&format!(" {value} ")),
                "{whole}"
            );
            for light in ["Grön", "Gul", "Röd"] {
                let lit = summary.contains(&format!("</svg>{light}</span>"));
                assert_eq!(lit, sentence.contains(&format!("{light}: ")), "{whole}");
            }
            assert!(!criterion.minimum || sentence.contains("Minimikravet"), "{whole}");
        }
        assert!(opened.contains("Underlag saknas för 0,0"), "the missing share");
    }
}

#[actix_web::test]
async fn the_page_says_what_would_have_changed_the_outcome() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    let shown = page(&app, &year.head, "/resultat").await;
    assert!(shown.contains("Vad hade ändrat omdömet?"));
    assert!(shown.contains("Ett bättre omdöme") && shown.contains("Ett sämre omdöme"));
    // Everything is 2 but E2: the total is below 60 too, so that one criterion is not enough.
    assert!(shown.contains("Det krävs minst "), "{shown}");
    let english = app.signed_in(&year.head);
    english.set_cookie("sprak", "en");
    let shown = english.get(&format!("{CASE}/resultat")).await.text();
    assert!(shown.contains("What would have changed the outcome?") && shown.contains("It takes at least "));
}

#[actix_web::test]
async fn the_case_can_be_taken_and_computed_again_by_whoever_reads_the_result() {
    let app = TestApp::new().await;
    let year = fact_check(&app);
    app.signed_in(&year.stranger).get(&format!("{CASE}/case.json")).await.expect_status(404);
    app.visitor().get(&format!("{CASE}/case.json")).await.expect_status(401);
    let year = released_after(&app, year).await;
    for reader in [&year.head, &year.stranger] {
        let shown = page(&app, reader, "/resultat").await;
        let reply = app.signed_in(reader).get(&format!("{CASE}/case.json")).await.expect_status(200);
        assert!(reply.header("content-disposition").contains("usve-kardiologi-2026-case.json"));
        assert!(!reply.text().contains(CANARY), "numbers and no words");
        let (status, again) = usve::cli::score::run(&reply.text(), None, &year.form.rules, "of others");
        let again: serde_json::Value = serde_json::from_str(&again).unwrap();
        assert_eq!(status, 0);
        assert!(shown.contains(again["display"].as_str().unwrap()));
        assert!(shown.contains(&format!("Omdöme 2026: {}.", again["outcome"].as_str().unwrap())));
    }
}

#[actix_web::test]
async fn a_superseded_version_is_read_and_marked() {
    let app = TestApp::new().await;
    let year = released(&app).await;
    let case = year.case().id;
    let level = usve::reviews::Level::new(2).unwrap();
    let levels = ["university", "region"].map(|party| {
        ((String::from("E2"), usve::identity::standing::Party::from_text(party).unwrap()), level)
    });
    let before = page(&app, &year.head, "/resultat").await;
    assert!(!before.contains("Ersatt"), "one version, nothing to say");
    let standing = year.standing(&year.coordinator);
    app.act(|act| {
        let reason = "Fel avläst i protokollet.";
        usve::results::correct_result::correct_result(
            act,
            &standing,
            &year.form,
            &case,
            &levels.into(),
            reason,
        )
    });
    let newest = page(&app, &year.head, "/resultat").await;
    assert!(newest.contains("resultat?version=1") && newest.contains("Fel avläst i protokollet."));
    assert!(!newest.contains("Ersatt version") && !newest.contains("minimikrav är inte uppfyllt"));
    let old = page(&app, &year.head, "/resultat?version=1").await;
    assert!(old.contains("Ersatt version") && old.contains("minimikrav är inte uppfyllt"));
    assert!(old.contains("case.json?version=1"));
    app.signed_in(&year.head).get(&format!("{CASE}/resultat?version=3")).await.expect_status(404);
    app.mails().await;
    app.mails().await;
    let file = |version: &str| format!("{CASE}/rapport.pdf?sprak=sv{version}");
    let head = app.signed_in(&year.head);
    let first = head.get(&file("&version=1")).await.expect_status(200);
    let second = head.get(&file("")).await.expect_status(200);
    let verdict = |bytes: &[u8]| app.app.database.read(|db| documents::verify(db, bytes)).unwrap();
    assert!(matches!(verdict(&first.body), Verdict::Superseded(_)));
    assert!(matches!(verdict(&second.body), Verdict::Genuine(_)));
}

#[actix_web::test]
async fn a_release_is_seen_as_each_recipient_before_it_happens() {
    let app = TestApp::new().await;
    let year = fixed(&app).await;
    let coordinator = app.signed_in(&year.coordinator);
    let listed = coordinator.get("/cykel/2026/meddela").await.expect_status(200).text();
    assert!(
        listed.contains("/cykel/2026/meddela/kardiologi") && listed.contains("Enheten har inte lämnat in.")
    );
    let seen = async |who: &str| {
        coordinator.get(&format!("/cykel/2026/meddela/kardiologi?som={who}")).await.expect_status(200).text()
    };
    for (who, reasons) in [
        ("head", true),
        ("contributor", true),
        ("group", true),
        ("administration_head", true),
        ("registrar", false),
        ("signed_in", false),
    ] {
        let shown = seen(who).await;
        assert!(shown.contains("Förhandsvisning") && shown.contains(SENTENCE), "{who}");
        assert!(shown.contains("minimikrav är inte uppfyllt"), "{who}");
        assert_eq!(shown.contains(CANARY), reasons, "{who}");
        assert!(!shown.contains("Utkast"), "{who}: as fixed");
    }
    assert!(seen("anybody").await.contains("ser ingenting"), "the year is not published");
    coordinator.get("/cykel/2026/meddela/kardiologi?som=chef").await.expect_status(404);
    coordinator.get("/cykel/2026/meddela/ortopedi").await.expect_status(404);
    for person in [&year.head, &year.stranger, &year.university, &year.group] {
        let reply = app.signed_in(person).get("/cykel/2026/meddela/kardiologi?som=head").await;
        assert_eq!(reply.status, 404);
        assert!(!reply.text().contains(CANARY));
    }
    assert_eq!(year.case().state, CaseState::Final);
    // What was foreseen is what comes: the same words, but for the preview's own notice and the ways on.
    let words = |html: &str| {
        seen_and_opened(&html[html.find("id=\"outcome\"").unwrap()..].replacen("", "<main>", 1)).1
    };
    let foreseen = seen("signed_in").await;
    app.act(|act| release::ask(act, &year.standing(&year.coordinator), 2026));
    app.act(|act| release::confirm(act, &year.standing(&year.other_coordinator), 2026));
    let real = page(&app, &year.stranger, "/resultat").await;
    assert_eq!(words(&foreseen), words(&real));
}
