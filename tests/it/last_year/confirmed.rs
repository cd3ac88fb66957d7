//! What came from last year is confirmed, criterion by criterion.

use actix_web::http::Method;
use serde_json::{Value as Json, json};
use usve::assessments::progress::Stage;
use usve::assessments::{confirm_prefill, store, submit};
use usve::cycles::calendar::Dates;
use usve::problem::Kind;

use super::{A, NOW, Two, send, service};
use crate::api::Program;

#[actix_web::test]
async fn what_came_from_last_year_counts_as_unanswered_until_it_is_confirmed_or_changed() {
    let app = service().await;
    let two = Two::open(&app);
    let progress = |two: &Two<'_>| {
        let areas = two.entered().areas(&two.new, NOW - 1);
        areas.iter().map(|area| (area.done, area.begun, area.not_confirmed)).collect::<Vec<_>>()
    };
    assert_eq!(progress(&two), [(0, 0, 3), (0, 0, 2)]);
    assert_eq!((two.stage("A1"), two.stage("B6")), (Stage::NotConfirmed, Stage::Untouched));
    let codes = |two: &Two<'_>| -> Vec<(String, String)> {
        let missing = two.entered().missing(&two.new, NOW - 1);
        missing.into_iter().map(|one| (one.criterion, one.code.to_owned())).collect()
    };
    let waits = |id: &str| (id.to_owned(), "not_confirmed".to_owned());
    let mut expected: Vec<_> = ["background", "A1", "A2", "A3", "B1", "B5"].map(waits).into();
    expected.push(("B6".to_owned(), "missing".to_owned()));
    assert_eq!(codes(&two), expected);
    let (case, head) = (two.case(NOW), two.year.standing(&two.year.head));
    let dates = Dates::of(&two.new.calendar, NOW);
    let refused =
        app.app.database.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id)).unwrap_err();
    assert_eq!(refused.code, "incomplete");

    assert_eq!(two.confirm("A1", 1).unwrap(), 2);
    assert_eq!(two.save("A2", 1, json!({ "reasons": "Nya mål." })).unwrap(), 2);
    assert_eq!(progress(&two), [(2, 2, 1), (0, 0, 2)]);
    assert_eq!(two.acts(), ["open", "prefill", "confirm_prefill", "save_answer"]);
    let versions = app.app.database.read(|db| store::versions(db, &case.id, "A1")).unwrap();
    let by: Vec<_> = versions.iter().map(|(version, _, by, _)| (*version, by.clone())).collect();
    assert_eq!(by, [(2, Some(two.year.head.clone())), (1, None)]);

    for criterion in ["background", "A3", "B1", "B5"] {
        two.confirm(criterion, 1).unwrap();
    }
    two.save("B6", 0, json!({ "partners": "Lunds universitet" })).unwrap();
    assert_eq!(codes(&two), []);
    app.act(|act| submit::submit(act, &head, &two.new, &dates, &case.id));
}

#[actix_web::test]
async fn only_the_answers_that_were_read_are_confirmed() {
    let app = service().await;
    let two = Two::open(&app);
    assert_eq!(two.confirm("B6", 0).unwrap_err().code, "nothing_to_confirm");
    assert_eq!(two.confirm("Z9", 0).unwrap_err().kind, Kind::NotFound);
    // What is there already, sent again, confirms nothing.
    assert_eq!(two.save("B5", 1, json!({ "topics": ["lab"] })).unwrap(), 1);
    assert_eq!(two.stage("B5"), Stage::NotConfirmed);
    assert_eq!(two.confirm("B5", 1).unwrap(), 2);
    // A colleague has confirmed the very same meanwhile.
    assert_eq!(two.confirm("B5", 1).unwrap(), 2);
    two.save("A1", 1, json!({ "note": "Ändrat av en kollega." })).unwrap();
    assert_eq!(two.confirm("A1", 1).unwrap_err().kind, Kind::Stale);
    let (case, stranger) = (two.case(NOW), two.year.standing(&two.year.stranger));
    let refused = app
        .app
        .database
        .act(|act| confirm_prefill::confirm_prefill(act, &stranger, &two.new, &case.id, "A2", 1))
        .unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
}

#[actix_web::test]
async fn saving_a_page_that_nobody_touched_confirms_nothing_and_each_button_confirms_its_own() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let page = head.get(A).await.expect_status(200).text();
    assert_eq!(page.matches("Inte bekräftad.").count(), 3, "{page}");
    assert!(page.contains("formaction=\"/enhet/kardiologi/2028/A/A1/bekrafta\""));
    send(&head, &page, A, &[("do", "save")]).await.expect_status(303);
    assert!(["A1", "A2", "A3"].iter().all(|id| two.stage(id) == Stage::NotConfirmed && two.version(id) == 1));

    // The page is sent whole: what was typed elsewhere on it is saved too, and so confirmed.
    let to = format!("{A}/A1/bekrafta");
    let back = send(&head, &page, &to, &[("A3.follow_up", "Varje månad.")]).await.expect_status(303);
    assert_eq!(back.header("location"), format!("{A}#A1"));
    assert_eq!(["A1", "A2", "A3"].map(|id| two.version(id)), [2, 1, 2]);
    assert_eq!(two.stage("A2"), Stage::NotConfirmed);
    let page = head.get(A).await.expect_status(200).text();
    assert!(page.contains("A1 är bekräftat.") && page.matches("Inte bekräftad.").count() == 1, "{page}");

    let background = "/enhet/kardiologi/2028/bakgrund";
    let page = head.get(background).await.expect_status(200).text();
    assert!(page.contains("Inte bekräftad."));
    send(&head, &page, &format!("{background}/background/bekrafta"), &[]).await.expect_status(303);
    assert!(!head.get(background).await.text().contains("Inte bekräftad."));
    head.post_form(&format!("{A}/B1/bekrafta"), &[("version.B1", "1")]).await.expect_status(404);
}

#[actix_web::test]
async fn a_button_pressed_on_an_older_page_shows_both_texts() {
    let app = service().await;
    let two = Two::open(&app);
    let head = two.head();
    let page = head.get(A).await.expect_status(200).text();
    two.save("A1", 1, json!({ "note": "Kollegans ord." })).unwrap();
    let reply = send(&head, &page, &format!("{A}/A1/bekrafta"), &[]).await.expect_status(409).text();
    assert!(reply.contains("Kollegans ord.") && reply.contains("Som vanligt."), "{reply}");
    assert_eq!(two.version("A1"), 2);
}

#[actix_web::test]
async fn a_program_confirms_over_the_version_that_it_read() {
    let app = service().await;
    let two = Two::open(&app);
    let head = Program::of(&app, &two.year.head);
    let path = "/cases/2028/kardiologi/answers/A1";
    let read = head.get(path).await.expect_status(200).json();
    assert_eq!((&read["stage"], &read["version"]), (&json!("not_confirmed"), &json!(1)));
    let confirm = async |version: Option<&str>| {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        head.send(Method::POST, &format!("{path}/confirm"), &Json::Null, &headers).await
    };
    confirm(None).await.expect_status(428);
    confirm(Some("\"7\"")).await.expect_status(412);
    let done = confirm(Some("\"1\"")).await.expect_status(200);
    assert_eq!(done.header("etag"), "\"2\"");
    assert_eq!(done.json()["stage"], "complete");
    let stranger = Program::of(&app, &two.year.stranger);
    let headers = [("if-match", "\"1\"")];
    let reply =
        stranger.send(Method::POST, "/cases/2028/kardiologi/answers/A2/confirm", &Json::Null, &headers);
    reply.await.expect_status(404);
}
