//! The pages of a round, with and without script.

use actix_web::http::Method;
use serde_json::Value as Json;
use usve::calibration::{clarify, close};
use usve::forms::RawAnswers;
use usve::reviews::assign;
use usve::reviews::conflict::declare::declare;

use super::{NEXT, Rounds, without_keys};
use crate::support::TestApp;

const ROUND: &str = "/cykel/2027/ovning";

#[actix_web::test]
async fn a_coordinator_makes_reads_mends_and_opens_a_round() {
    let app = TestApp::new().await;
    let rounds = Rounds::planned(&app);
    let actor = app.signed_in(&rounds.year.coordinator);
    let page = actor.get(ROUND).await.expect_status(200).text();
    assert!(page.contains("Inget fall är valt än") && page.contains("kardiologi/2026"), "{page}");
    let reply = actor.post_form(&format!("{ROUND}/fall"), &[("case", "ortopedi/2026")]).await;
    assert!(reply.expect_status(422).text().contains("Välj ett meddelat ärende"));
    let reply = actor.post_form(&format!("{ROUND}/fall"), &[("case", "kardiologi/2026")]).await;
    assert_eq!(reply.expect_status(303).location(), ROUND);
    assert!(actor.get(ROUND).await.text().contains("Kopia av"));
    assert!(actor.get("/").await.text().contains("Läs övningsfallen och öppna omgången"));
    let page = actor.get(&format!("{ROUND}/1")).await.expect_status(200).text();
    assert!(page.contains("[enheten]") && page.contains("Ändra texter") && page.contains("1 PDF-fil"));
    // A text is mended; a second window that saves over it sees both.
    let page = actor.get(&format!("{ROUND}/1/A1")).await.expect_status(200).text();
    let place = page.split("<textarea id=\"t-").nth(1).unwrap().split("name=\"").nth(1).unwrap();
    let place = place.split('"').next().unwrap().to_owned();
    let save = |text: &'static str, version: &'static str| {
        let (actor, place) = (actor.clone(), place.clone());
        async move {
            let fields = [("version", version), (place.as_str(), text)];
            actor.post_form(&format!("{ROUND}/1/A1"), &fields).await
        }
    };
    assert_eq!(save("Texten är ändrad", "1").await.expect_status(303).location(), format!("{ROUND}/1#A1"));
    let page = save("En annan text", "1").await.expect_status(409).text();
    assert!(page.contains("Texten är ändrad") && page.contains("En annan text"), "{page}");
    let page = actor.get(&format!("{ROUND}/1/A1")).await.text();
    assert!(page.contains("Tidigare versioner") && page.contains("Texten är ändrad"));
    // It opens when every text is read.
    let reply = actor.post_form(&format!("{ROUND}/oppna"), &[("due", "2027-01-29")]).await;
    assert!(reply.expect_status(422).text().contains("value=\"2027-01-29\""));
    let fields = [("due", "2026-01-29"), ("read", "on")];
    actor.post_form(&format!("{ROUND}/oppna"), &fields).await.expect_status(422);
    let fields = [("due", "2027-01-29"), ("read", "on")];
    actor.post_form(&format!("{ROUND}/oppna"), &fields).await.expect_status(303);
    let page = actor.get(ROUND).await.text();
    assert!(
        page.contains("Omgången pågår") && page.contains("0 av 3") && page.contains("Lova Låtsas"),
        "{page}"
    );
    assert!(actor.get(&format!("{ROUND}/1/A1")).await.text().contains("ändras inte längre"));
    assert!(actor.get("/").await.text().contains("Följ övningsomgången"));
    app.mails().await;
}

/// The fields of a page of an area, as a browser sends them.
fn fields(page: &str, level: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for part in page.split("name=\"version.").skip(1) {
        let (id, rest) = part.split_once("\" value=\"").unwrap();
        all.push((format!("version.{id}"), rest.split('"').next().unwrap().to_owned()));
        all.push((format!("{id}.score"), level.to_owned()));
        all.push((format!("{id}.reason"), String::new()));
    }
    all
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[actix_web::test]
async fn a_reviewer_scores_every_area_without_script_and_locks() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let actor = app.signed_in(&rounds.year.university);
    assert!(actor.get("/").await.text().contains("Bedöm övningsfallen och lås"));
    assert!(actor.get("/ovning").await.expect_status(200).text().contains("Övningsfall 1"));
    assert_eq!(actor.get("/ovning/2027-1").await.expect_status(303).location(), "/ovning/2027-1/A");
    actor.post_form("/ovning/2027-1/las", &[]).await.expect_status(422);
    let last = rounds.form.areas.last().unwrap().id.clone();
    for area in &rounds.form.areas {
        let page = actor.get(&format!("/ovning/2027-1/{}", area.id)).await.expect_status(200).text();
        assert!(page.contains("Vad varje nivå kräver") && page.contains("anonymiserat"), "{}", area.id);
        let mut sent = fields(&page, "3");
        sent.push(("do".to_owned(), "next".to_owned()));
        let reply = actor.post_form(&format!("/ovning/2027-1/{}", area.id), &borrowed(&sent)).await;
        let to = reply.expect_status(303).location().to_owned();
        assert_eq!(to == "/ovning/2027-1/las", area.id == last, "{to}");
    }
    let page = actor.get("/ovning/2027-1/las").await.expect_status(200).text();
    assert!(!page.contains("saknar nivå"), "{page}");
    let reply = actor.post_form("/ovning/2027-1/las", &[]).await.expect_status(303);
    assert_eq!(reply.location(), "/ovning/2027-1/resultat");
    let page = actor.get("/ovning/2027-1/resultat").await.expect_status(200).text();
    assert!(page.contains("Bara du har låst än") && page.contains("Ditt avstånd"), "{page}");
    assert!(!actor.get("/").await.text().contains("Bedöm övningsfallen"));
    assert_eq!(actor.get("/ovning/2027-1/las").await.expect_status(303).location(), "/ovning");
    let sent = [("version.A1", "1"), ("A1.score", "4")];
    actor.post_form("/ovning/2027-1/A", &sent).await.expect_status(409);
}

#[actix_web::test]
async fn the_script_saves_one_criterion_and_a_second_window_is_told() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let actor = app.signed_in(&rounds.year.university);
    let by_script = |version: &'static str, score: &'static str| {
        let actor = actor.clone();
        async move {
            let fields = [
                ("csrf", actor.form_token()),
                ("version.A1", version.to_owned()),
                ("A1.score", score.to_owned()),
                ("A1.reason", "Därför".to_owned()),
            ];
            let request = actor
                .request(Method::POST, "/ovning/2027-1/A")
                .insert_header(("sec-fetch-site", "same-origin"))
                .insert_header(("x-autosave", "1"))
                .set_form(fields);
            actor.send(request).await
        }
    };
    assert_eq!(by_script("0", "2").await.expect_status(200).json()["versions"]["A1"], 1);
    assert_eq!(by_script("1", "3").await.expect_status(200).json()["versions"]["A1"], 2);
    assert_eq!(
        by_script("0", "3").await.expect_status(200).json()["versions"]["A1"],
        2,
        "it is there already"
    );
    assert_eq!(by_script("1", "4").await.expect_status(409).header("x-problem"), "stale");
    let sent = [("version.A1", "1"), ("A1.score", "1"), ("A1.reason", "Mitt")];
    let page = actor.post_form("/ovning/2027-1/A", &sent).await.expect_status(409).text();
    assert!(page.contains("Sparat nu") && page.contains("Därför") && page.contains("Mitt"), "{page}");
    assert!(page.contains("name=\"version.A1\" value=\"2\""), "{page}");
}

/// Answers with their series of years moved on by one.
fn a_year_later(answers: RawAnswers) -> RawAnswers {
    let later = |value: Json| match value {
        Json::Object(years) if years.keys().all(|key| key.parse::<i32>().is_ok()) => years
            .into_iter()
            .map(|(year, number)| ((year.parse::<i32>().unwrap() + 1).to_string(), number))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other,
    };
    answers.into_iter().map(|(field, value)| (field, later(value))).collect()
}

#[actix_web::test]
async fn what_a_round_made_clearer_stands_beside_the_anchors_of_that_year() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let year = &rounds.year;
    for (person, level) in [(&year.university, "0"), (&year.region, "4")] {
        rounds.score_all(person, |id| if id == "A1" { level } else { "2" });
        rounds.lock(person).unwrap();
    }
    let actor = app.signed_in(&year.coordinator);
    let page = actor.get(&format!("{ROUND}/utfall")).await.expect_status(200).text();
    assert!(page.contains("Behövs") && !page.contains("Lova"), "{page}");
    let address = format!("{ROUND}/fortydliga/A1");
    assert!(actor.get(&address).await.expect_status(200).text().contains("name=\"version\" value=\"0\""));
    let fields = [("version", "0"), ("text", "Minnesanteckningar räcker.")];
    actor.post_form(&address, &fields).await.expect_status(303);
    let fields = [("version", "0"), ("text", "Något annat.")];
    let page = actor.post_form(&address, &fields).await.expect_status(409).text();
    assert!(page.contains("Minnesanteckningar räcker.") && page.contains("Något annat."), "{page}");
    actor.post_form(&format!("{ROUND}/avsluta"), &[]).await.expect_status(303);
    // The year opens; its reviewers see the text at the criterion, and last year's do not.
    let form = &rounds.form;
    let dates = app.app.database.read(|db| usve::cycles::store::cycle(db, NEXT)).unwrap().dates;
    app.travel_to(dates.submission - chrono::TimeDelta::days(3));
    app.act(|act| usve::assessments::open_year::open_year(act, None, NEXT, form, &app.app.forms, &dates));
    let head = rounds.standing(&year.head);
    let case = app
        .app
        .database
        .read(|db| usve::cycles::store::visible_of_unit(db, &head, &year.unit))
        .unwrap()
        .remove(0);
    assert_eq!(case.year, NEXT);
    for place in std::iter::once("background").chain(form.criteria().map(|(_, one)| one.id.as_str())) {
        let seen = app
            .app
            .database
            .read(|db| usve::assessments::store::entered(db, &case.id))
            .unwrap()
            .version_of(place);
        let save = usve::assessments::save_answer::Save {
            criterion: place,
            fields: a_year_later(year.complete(place)),
            seen,
        };
        app.act(|act| usve::assessments::save_answer::save_answer(act, &head, form, &case.id, save));
    }
    for (_, criterion) in form.criteria().filter(|(_, criterion)| criterion.minimum) {
        app.act(|act| {
            crate::support::year::add_file(act, &head, form, &case.id, &criterion.id, "Underlag.pdf")
        });
    }
    app.act(|act| usve::assessments::submit::submit(act, &head, form, &dates, &case.id));
    let coordinator = rounds.standing(&year.coordinator);
    app.act(|act| assign::pair(act, &coordinator, &case.id, &year.university, &year.region));
    for person in [&year.university, &year.region] {
        app.act(|act| declare(act, &rounds.standing(person), &case.id, None));
    }
    let reviewer = app.signed_in(&year.university);
    let page = reviewer.get("/granska/kardiologi/2027/A").await.expect_status(200).text();
    assert_eq!(page.matches("Minnesanteckningar räcker.").count(), 1, "{}", without_keys(&page));
    let last = reviewer.get("/granska/kardiologi/2026/A").await.text();
    assert!(!last.contains("Minnesanteckningar räcker."));
    app.mails().await;
}

#[actix_web::test]
async fn a_closed_round_stays_to_be_read_and_takes_nothing() {
    let app = TestApp::new().await;
    let rounds = Rounds::open(&app);
    let year = &rounds.year;
    rounds.score_all(&year.university, |_| "2");
    rounds.lock(&year.university).unwrap();
    let coordinator = rounds.standing(&year.coordinator);
    app.act(|act| clarify::clarify(act, &coordinator, &rounds.form, (NEXT, "A1"), 0, "Så här"));
    app.act(|act| close::close(act, &coordinator, NEXT));
    let actor = app.signed_in(&year.coordinator);
    for end in ["", "/1", "/utfall", "/fortydliga/A1"] {
        actor.get(&format!("{ROUND}{end}")).await.expect_status(200);
    }
    for end in ["/fall", "/oppna", "/paminn", "/avsluta", "/1/ta-bort"] {
        let reply = actor.post_form(&format!("{ROUND}{end}"), &[("read", "on")]).await;
        assert_eq!(reply.status, 409, "{end}");
    }
    let reviewer = app.signed_in(&year.region);
    let page = reviewer.get("/ovning/2027-1/A").await.expect_status(200).text();
    assert!(page.contains("Omgången är avslutad") && !page.contains("data-autosave"), "{page}");
    let sent = [("version.A1", "0"), ("A1.score", "4")];
    reviewer.post_form("/ovning/2027-1/A", &sent).await.expect_status(409);
    assert!(reviewer.get("/ovning").await.text().contains("Läs fallet"));
}
