//! The API's twin.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;
use usve::identity::bearer::{self, Scope};
use usve::ids::PersonId;
use usve::text::Lang;

use super::book::{Book, Put};
use super::{save, stored, taken_out};
use crate::support::year::Year;
use crate::support::{Reply, TestApp};

const WORKBOOK: &str = "/api/v1/cases/2026/kardiologi/workbook";

async fn call(
    app: &TestApp,
    who: &PersonId,
    method: Method,
    query: &str,
    body: &[u8],
    version: Option<i64>,
) -> Reply {
    let (token, _) = app.act(|act| bearer::create(act, who, None, "a test", Scope::Write, 30));
    let mut request = TestRequest::with_uri(&format!("{WORKBOOK}{query}"))
        .method(method)
        .insert_header(("authorization", format!("Bearer {token}")));
    if let Some(version) = version {
        request = request.insert_header(("if-match", format!("\"{version}\"")));
    }
    if !body.is_empty() {
        request =
            request.insert_header(("content-type", "application/octet-stream")).set_payload(body.to_vec());
    }
    app.send(request).await
}

fn version(reply: &Reply) -> i64 {
    reply.header("etag").trim_matches('"').parse().unwrap()
}

#[actix_web::test]
async fn a_program_tries_a_workbook_and_then_takes_what_it_chooses_over_the_version_it_saw() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Första." }));
    save(&year, &year.head, "A2", json!({ "motivation": "Bort?" }));
    let got = call(&app, &year.head, Method::GET, "", b"", None).await.expect_status(200);
    assert_eq!(version(&got), 2);
    let mut book = Book::open(&got.body);
    book.answer("A1", "motivation", &Put::Text("Filens."));
    book.answer("A2", "motivation", &Put::Nothing);
    book.answer("A4", "follow_ups", &Put::Text("få"));
    let (app, head, bytes) = (&app, &year.head, book.save());
    let post = |query: &'static str, version| call(app, head, Method::POST, query, &bytes, version);

    let tried = post("?dry_run=true", None).await.expect_status(200);
    assert_eq!(version(&tried), 2);
    let view = tried.json();
    let of = |pointer: &str| {
        view["changes"].as_array().unwrap().iter().find(|one| one["pointer"] == pointer).unwrap().clone()
    };
    assert_eq!(of("/A1/motivation")["suggested"], true);
    assert_eq!(of("/A1/motivation")["change"]["pieces"][0], json!({ "kind": "removed", "text": "Första." }));
    assert_eq!(
        (&of("/A2/motivation")["erases"], &of("/A2/motivation")["suggested"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(of("/A4/follow_ups")["issues"][0]["pointer"], "/A4/follow_ups");
    assert_eq!(stored(&year, "A1", "motivation"), "Första.");

    assert_eq!(post("", None).await.status, 428);
    assert_eq!(
        post("?take=/A1/finns_inte", Some(2)).await.expect_status(422).json()["code"],
        "unknown_pointer"
    );
    save(&year, &year.contributor, "A1", json!({ "motivation": "Ollens." }));
    let stale = post("", Some(2)).await.expect_status(412);
    assert_eq!(version(&stale), 3);
    let newer = stale.json()["current"]["changes"][0].clone();
    assert_eq!((&newer["newer"], &newer["changed_by"]), (&json!(true), &json!(year.contributor.to_string())));
    assert_eq!(stored(&year, "A4", "follow_ups"), json!(null));

    let taken = post("", Some(3)).await.expect_status(200);
    assert_eq!(taken.json()["dry_run"], false);
    assert_eq!(
        stored(&year, "A1", "motivation"),
        "Ollens.",
        "what somebody else has changed is not taken by itself"
    );
    assert_eq!(stored(&year, "A2", "motivation"), "Bort?");
    assert_eq!(stored(&year, "A4", "follow_ups"), "få");
    let named = post("?take=/A1/motivation,/A2/motivation", Some(version(&taken))).await.expect_status(200);
    assert_eq!(named.json()["changes"][0]["taken"], true);
    assert_eq!(
        (stored(&year, "A1", "motivation"), stored(&year, "A2", "motivation")),
        (json!("Filens."), json!(""))
    );
    let left = post("?dry_run=true", None).await.json();
    assert_eq!(left["changes"], json!([]));
}

#[actix_web::test]
async fn the_api_knows_the_same_limits_and_rights_as_the_page() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let bytes = taken_out(&year, Lang::Sv);
    for outsider in [&year.stranger, &year.university, &year.coordinator] {
        assert_eq!(call(&app, outsider, Method::GET, "", b"", None).await.status, 404);
        assert_eq!(call(&app, outsider, Method::POST, "?dry_run=true", &bytes, None).await.status, 404);
    }
    let big = vec![b'x'; 6 * 1024 * 1024];
    assert_eq!(call(&app, &year.head, Method::POST, "?dry_run=true", &big, None).await.status, 413);
    assert_eq!(call(&app, &year.head, Method::POST, "?dry_run=true", b"PK\x03\x04", None).await.status, 415);
    year.submit();
    assert_eq!(call(&app, &year.coordinator, Method::GET, "", b"", None).await.status, 200);
    assert_eq!(call(&app, &year.coordinator, Method::POST, "?dry_run=true", &bytes, None).await.status, 403);
    let mut book = Book::open(&taken_out(&year, Lang::En));
    book.answer("A1", "motivation", &Put::Text("Too late."));
    let tried =
        call(&app, &year.head, Method::POST, "?dry_run=true", &book.save(), None).await.expect_status(200);
    assert!(!tried.json()["changes"][0]["closed"].is_null());
    let refused =
        call(&app, &year.head, Method::POST, "?take=/A1/motivation", &book.save(), Some(version(&tried)))
            .await;
    assert_eq!(refused.status, 409);
}
