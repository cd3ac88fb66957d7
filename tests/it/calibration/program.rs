//! The same acts through the API.

use serde_json::{Value as Json, json};

use super::Rounds;
use crate::api::{Program, refused};
use crate::support::TestApp;

const ROUND: &str = "/cycles/2027/calibration";
const CASE: &str = "/calibration/2027/1";

#[actix_web::test]
async fn a_whole_round_goes_through_the_api() {
    let app = TestApp::new().await;
    let rounds = Rounds::planned(&app);
    let year = &rounds.year;
    let coordinator = Program::of(&app, &year.coordinator);
    let (reviewer, other) = (Program::of(&app, &year.university), Program::of(&app, &year.region));
    refused(&coordinator.get(ROUND).await, 404, "not_found");
    refused(&reviewer.get(&format!("{ROUND}/eligible")).await, 404, "not_found");
    let eligible = coordinator.get(&format!("{ROUND}/eligible")).await.expect_status(200).json();
    assert_eq!(eligible["cases"][0]["unit"], "kardiologi");
    let picked = json!({ "unit": "kardiologi", "year": 2026 });
    let made = coordinator.post(&format!("{ROUND}/cases"), &picked).await.expect_status(201);
    assert_eq!(
        (made.location(), made.json()["number"].as_i64()),
        ("/api/v1/cycles/2027/calibration/cases/1", Some(1))
    );
    coordinator.delete(&format!("{ROUND}/cases/1")).await.expect_status(204);
    coordinator.post(&format!("{ROUND}/cases"), &picked).await.expect_status(201);
    let copy = coordinator.get(&format!("{ROUND}/cases/1")).await.expect_status(200).json();
    assert_eq!(copy["criteria"].as_object().unwrap().len(), rounds.form.criteria().count() + 1);

    // A text is mended over the version that was read.
    let text = format!("{ROUND}/cases/1/A1");
    let before = coordinator.get(&text).await.expect_status(200);
    assert_eq!(before.header("etag"), "\"1\"");
    let place = before.json()["texts"].as_object().unwrap().keys().next().unwrap().clone();
    let new = json!({ "texts": { place.as_str(): "Mötena är dokumenterade." } });
    assert_eq!(coordinator.put(&text, 1, &new).await.expect_status(200).header("etag"), "\"2\"");
    let newer = coordinator.put(&text, 1, &json!({ "texts": { place.as_str(): "Annat" } })).await;
    assert_eq!(refused(&newer, 412, "stale")["current"]["texts"][&place], "Mötena är dokumenterade.");

    refused(&reviewer.get(CASE).await, 404, "not_found");
    let opening = format!("{ROUND}/opening");
    refused(&coordinator.post(&opening, &json!({ "read": false })).await, 422, "texts_not_read");
    coordinator.post(&opening, &json!({ "read": true, "due": "2027-01-29" })).await.expect_status(204);

    // A reviewer scores; the other one's levels open by the own lock.
    let shown = reviewer.get(CASE).await.expect_status(200);
    assert!(!shown.text().contains("ardiologi") && shown.text().contains("Mötena är dokumenterade."));
    let criteria: Vec<String> = shown.json()["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    for (program, level) in [(&other, "4"), (&reviewer, "1")] {
        refused(&program.post(&format!("{CASE}/lock"), &Json::Null).await, 422, "review_incomplete");
        for id in &criteria {
            let score = json!({ "score": level });
            program.put(&format!("{CASE}/scores/{id}"), 0, &score).await.expect_status(200);
        }
        refused(&program.get(&format!("{CASE}/spread")).await, 404, "not_found");
        program.post(&format!("{CASE}/lock"), &Json::Null).await.expect_status(204);
    }
    let stale = reviewer.put(&format!("{CASE}/scores/A1"), 1, &json!({ "score": "2" })).await;
    refused(&stale, 409, "review_locked");
    let spread = reviewer.get(&format!("{CASE}/spread")).await.expect_status(200).json();
    let a1 = &spread["criteria"]["A1"];
    assert_eq!(
        (a1["everybody"]["median"].as_str(), a1["own_distance"].as_str()),
        (Some("5/2"), Some("-3/2"))
    );
    assert_eq!(reviewer.get("/calibration").await.json()["rounds"][0]["cases"][0]["done"], criteria.len());

    // The coordinator sees how far apart they are, reminds, writes, and ends the round.
    let spread = coordinator.get(&format!("{ROUND}/spread")).await.expect_status(200).json();
    assert_eq!(spread["criteria"]["A1"]["1"]["difference"], "3");
    assert_eq!(coordinator.post(&format!("{ROUND}/reminders"), &Json::Null).await.json()["people"], 1);
    let clarification = format!("{ROUND}/clarifications/A1");
    assert_eq!(coordinator.get(&clarification).await.expect_status(200).header("etag"), "\"0\"");
    let text = json!({ "text": "Minnesanteckningar räcker." });
    coordinator.put(&clarification, 0, &text).await.expect_status(200);
    refused(&coordinator.put(&clarification, 0, &text).await, 412, "stale");
    refused(&reviewer.get(&clarification).await, 404, "not_found");
    coordinator.post(&format!("{ROUND}/closing"), &Json::Null).await.expect_status(204);
    let round = coordinator.get(ROUND).await.expect_status(200).json();
    assert_eq!((round["state"].as_str(), round["cases"][0]["locked"].as_i64()), (Some("closed"), Some(2)));
    assert!(!round["unclear"].as_array().unwrap().contains(&json!("A1")));
    app.mails().await;
}
