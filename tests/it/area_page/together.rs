//! Colleagues on one page: who writes now, who wrote last, how long a silent session lasts, what the page costs.

use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use usve::identity::GrantedRole;

use super::{A, autosave, stored};
use crate::support::TestApp;
use crate::support::year::Year;

#[actix_web::test]
async fn colleagues_see_who_writes_in_which_criterion_for_a_minute() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, colleague) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    let path = format!("{A}/narvaro");
    assert_eq!(head.get(&path).await.expect_status(200).json(), json!({}));
    autosave(&colleague, A, &[("version.A2", "0"), ("A2.motivation", "Jag skriver")])
        .await
        .expect_status(200);
    let writes = json!({"A2": "Olle Påhittad skriver här nu."});
    assert_eq!(head.get(&path).await.json(), writes);
    assert_eq!(colleague.get(&path).await.json(), json!({}), "nobody is told of themselves");
    let page = head.get(A).await.text();
    assert!(page.contains("data-writing=\"A2\">Olle Påhittad skriver här nu.</p>"));
    assert!(page.contains("Senast ändrat av Olle Påhittad kl. 13.00"), "also without script");
    // Told with one's own save too.
    let saved = autosave(&head, A, &[("version.A4", "0"), ("A4.motivation", "Jag med")]).await.json();
    assert_eq!(saved["writing"], writes);
    // One is in one place at a time, by the signs that the page gives between saves.
    app.travel(TimeDelta::seconds(30));
    colleague.post_form(&path, &[("criterion", "A3")]).await.expect_status(200);
    assert_eq!(head.get(&path).await.json(), json!({"A3": "Olle Påhittad skriver här nu."}));
    app.travel(TimeDelta::seconds(61));
    assert_eq!(head.get(&path).await.json(), json!({}), "a minute without a sign");
    app.travel(TimeDelta::days(1));
    let tomorrow = app.signed_in(&year.head).get(A).await.text();
    assert!(tomorrow.contains("Senast ändrat av Olle Påhittad 22 nov kl. 13.00"));
}

#[actix_web::test]
async fn however_much_is_typed_presence_is_written_a_few_times_a_minute() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let colleague = app.signed_in(&year.contributor);
    let path = format!("{A}/narvaro");
    let cost = async || {
        let before = app.app.database.queries();
        colleague.post_form(&path, &[("criterion", "A2")]).await.expect_status(200);
        app.app.database.queries() - before
    };
    let first = cost().await;
    let again = cost().await;
    assert!(again < first, "{again} statements after {first}: the second sign is not written");
}

#[actix_web::test]
async fn nobody_outside_the_unit_learns_who_writes() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let colleague = app.signed_in(&year.contributor);
    autosave(&colleague, A, &[("version.A2", "0"), ("A2.motivation", "Jag skriver")])
        .await
        .expect_status(200);
    let auditor = app.person("revisor@example.se", "Runa Revisor", &[GrantedRole::Auditor]);
    let api = "/api/v1/cases/2026/kardiologi/presence";
    for person in [&year.coordinator, &year.stranger, &year.university, &year.group, &auditor] {
        let reader = app.signed_in(person);
        reader.get(&format!("{A}/narvaro")).await.expect_status(404);
        reader.get(api).await.expect_status(404);
        let page = reader.get(A).await;
        assert!(!page.text().contains("Olle Påhittad"), "{}", page.status);
        let note = reader.post_form(&format!("{A}/narvaro"), &[("criterion", "A2")]).await;
        assert!([403, 404].contains(&note.status), "{}", note.status);
    }
    let head = app.signed_in(&year.head);
    let told: Json = head.get(api).await.expect_status(200).json();
    assert_eq!((&told[0]["criterion"], &told[0]["name"]), (&json!("A2"), &json!("Olle Påhittad")));
    head.put_json(api, &json!({"criterion": "A4"}), &[]).await.expect_status(204);
    assert_eq!(colleague.get(api).await.json()[0]["criterion"], "A4");
    head.put_json(api, &json!({"criterion": "Z9"}), &[]).await.expect_status(404);
    colleague.post_form(&format!("{A}/narvaro"), &[("criterion", "Z9")]).await.expect_status(404);
}

#[actix_web::test]
async fn a_page_that_only_stands_open_keeps_no_session_alive_and_knows_when_it_ends() {
    let app = TestApp::with(&[("USVE_IDLE_MINUTES", "10")]).await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let page = head.get(A).await.text();
    assert!(page.contains("<dialog id=\"idle\"") && page.contains("data-left=\"600\""), "{page}");
    app.travel(TimeDelta::minutes(7));
    assert_eq!(head.get("/session").await.expect_status(200).json(), json!({"seconds": 180}));
    head.get(&format!("{A}/narvaro")).await.expect_status(200);
    assert_eq!(head.get("/session").await.json(), json!({"seconds": 180}), "asking is no sign of life");
    // The button of the dialog: somebody is there.
    assert_eq!(head.post_form("/session", &[]).await.expect_status(200).json(), json!({"seconds": 600}));
    app.travel(TimeDelta::minutes(11));
    assert_eq!(head.get("/session").await.status, 401);
    assert!(!app.visitor().get("/logga-in").await.text().contains("<dialog"));
}

#[actix_web::test]
async fn opening_an_area_of_a_filled_form_takes_at_most_twelve_queries() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    year.fill();
    let (head, colleague) = (app.signed_in(&year.head), app.signed_in(&year.contributor));
    let version = year.entered().version_of("A2").to_string();
    autosave(&colleague, A, &[("version.A2", &version), ("A2.motivation", "Jag skriver")])
        .await
        .expect_status(200);
    assert_eq!(stored(&year, "A2")["motivation"], "Jag skriver");
    for area in ["A", "E", "H", "bakgrund"] {
        let before = app.app.database.queries();
        head.get(&format!("/enhet/kardiologi/2026/{area}")).await.expect_status(200);
        let queries = app.app.database.queries() - before;
        println!("{area}: {queries} queries");
        assert!(queries > 0 && queries <= 12, "{area}: {queries} queries");
    }
}
