//! The API: who gets through, versions, repeated requests, limits, and that it is what its description says.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use usve::api::openapi;
use usve::identity::GrantedRole;
use usve::identity::bearer::{self, Scope};
use usve::ids::PersonId;

use crate::support::year::Year;
use crate::support::{Reply, TestApp};

/// A program with a person's token.
pub struct Program<'a> {
    app: &'a TestApp,
    token: String,
}

impl<'a> Program<'a> {
    /// A program that may do what the person may.
    pub fn of(app: &'a TestApp, person: &PersonId) -> Program<'a> {
        Program::with(app, person, Scope::Write)
    }

    fn with(app: &'a TestApp, person: &PersonId, scope: Scope) -> Program<'a> {
        let (token, _) = app.act(|act| bearer::create(act, person, None, "a test", scope, 30));
        Program { app, token }
    }

    fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::with_uri(&format!("/api/v1{path}"))
            .method(method)
            .insert_header(("authorization", format!("Bearer {}", self.token)))
            .insert_header(("accept-language", "en"))
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> Reply {
        self.app.send(self.request(Method::GET, path)).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &Json) -> Reply {
        self.send(Method::POST, path, body, &[]).await
    }

    /// Sends JSON over a version.
    pub async fn put(&self, path: &str, version: i64, body: &Json) -> Reply {
        self.send(Method::PUT, path, body, &[("if-match", &format!("\"{version}\""))]).await
    }

    /// Takes something away.
    pub async fn delete(&self, path: &str) -> Reply {
        self.app.send(self.request(Method::DELETE, path)).await
    }

    /// Sends JSON with headers.
    pub async fn send(&self, method: Method, path: &str, body: &Json, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.request(method, path);
        for header in headers {
            request = request.insert_header(*header);
        }
        self.app.send(if body.is_null() { request } else { request.set_json(body) }).await
    }

    /// Sends a file.
    pub async fn upload(&self, path: &str, bytes: &[u8]) -> Reply {
        let request =
            self.request(Method::POST, path).insert_header(("content-type", "application/octet-stream"));
        self.app.send(request.set_payload(bytes.to_vec())).await
    }
}

/// Fails unless the reply is problem details with this status and code.
#[track_caller]
pub fn refused(reply: &Reply, status: u16, code: &str) -> Json {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let problem = reply.json();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["code"], code, "{problem}");
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    problem
}

/// One operation of the description.
struct Operation {
    method: Method,
    path: String,
    example: Json,
    is_file: bool,
}

impl Operation {
    /// Its address about a unit.
    fn about(&self, unit: &str) -> String {
        self.path
            .replace("{year}", "2026")
            .replace("{unit}", unit)
            .replace("{criterion}", "A1")
            .replace("{area}", "A")
            .replace("{form}/{version}", "usve/2026.1")
            .replace("{number}", "1")
            .replace("{recipient}", "head")
            .replace("{id}", "nothing")
    }

    fn body(&self) -> Json {
        if self.is_file { Json::Null } else { self.example.clone() }
    }
}

/// Every operation that the description has.
fn operations() -> Vec<Operation> {
    let description: Json = serde_json::from_str(&openapi::description()).unwrap();
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"];
            let reference = content["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
            let name = reference.rsplit('/').next().unwrap();
            let example = description["components"]["schemas"][name]["example"].clone();
            assert!(reference.is_empty() || example.is_object(), "{method} {path} has no example");
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                is_file: content.is_object() && reference.is_empty(),
                example,
            });
        }
    }
    all
}

/// A byte more than a file of evidence may have.
static LARGE: [u8; 20 * 1024 * 1024 + 1] = [b'%'; 20 * 1024 * 1024 + 1];

const A1: &str = "/cases/2026/kardiologi/answers/A1";

#[test]
fn the_description_in_the_documents_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    if std::env::var("USVE_TEST_WRITE").is_ok() {
        std::fs::write(path, openapi::description()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == openapi::description(),
        "docs/openapi.json is not current: run with USVE_TEST_WRITE=1"
    );
}

#[test]
fn every_route_is_described_and_every_description_is_routed() {
    let table = include_str!("../../src/api/mod.rs");
    let routed: BTreeSet<String> = table
        .split(".route(\"")
        .skip(1)
        .filter_map(|part| part.split_once("\", "))
        .map(|(path, rest)| format!("{} {path}", rest.split_once("()").unwrap().0.to_uppercase()))
        .filter(|route| route != "GET /api/openapi.json")
        .collect();
    let described: BTreeSet<String> =
        operations().iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    assert_eq!(routed, described);
}

#[test]
fn every_reference_of_the_description_leads_somewhere_and_names_are_unique() {
    let text = openapi::description();
    let description: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    for reference in text.split("\"$ref\": \"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
    let names: Vec<&str> =
        text.split("\"operationId\": \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!((names.len(), unique.len()), (operations().len(), operations().len()));
}

#[actix_web::test]
async fn the_description_is_open_and_everything_else_is_closed() {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[GrantedRole::Coordinator]);
    let open = app.visitor().get("/api/openapi.json").await.expect_status(200);
    assert_eq!(open.json()["info"]["title"], "USVE");
    for operation in operations() {
        let path = format!("/api/v1{}", operation.about("kardiologi"));
        for header in ["", "Bearer", "Bearer usve_00", "Basic a2FyaW46", "usve_00"] {
            let mut request = TestRequest::with_uri(&path).method(operation.method.clone());
            if !header.is_empty() {
                request = request.insert_header(("authorization", header));
            }
            let reply = app.send(request).await;
            refused(&reply, 401, "signed_out");
            assert_eq!(reply.header("www-authenticate"), "Bearer");
        }
    }
    Program::of(&app, &karin).get("/me").await.expect_status(200);
}

#[actix_web::test]
async fn a_token_counts_until_it_is_ended_or_runs_out() {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[]);
    let (program, other) = (Program::of(&app, &karin), Program::of(&app, &karin));
    let tokens = program.get("/me/tokens").await.expect_status(200).json();
    let used: Vec<&Json> =
        tokens["items"].as_array().unwrap().iter().filter(|token| !token["last_used_at"].is_null()).collect();
    assert_eq!((tokens["items"].as_array().unwrap().len(), used.len()), (2, 1));
    let id = used[0]["id"].as_str().unwrap();
    other.delete(&format!("/me/tokens/{id}")).await.expect_status(204);
    refused(&program.get("/me").await, 401, "signed_out");
    refused(&other.delete(&format!("/me/tokens/{id}")).await, 404, "not_found");
    app.travel(TimeDelta::days(30) - TimeDelta::seconds(1));
    other.get("/me").await.expect_status(200);
    app.travel(TimeDelta::seconds(1));
    refused(&other.get("/me").await, 401, "signed_out");
}

#[actix_web::test]
async fn nobody_ends_anybody_elses_token() {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[]);
    let bo = app.person("bo@example.se", "Bo Berg", &[]);
    let (karin, bo) = (Program::of(&app, &karin), Program::of(&app, &bo));
    let tokens = karin.get("/me/tokens").await.json();
    let id = tokens["items"][0]["id"].as_str().unwrap().to_owned();
    refused(&bo.delete(&format!("/me/tokens/{id}")).await, 404, "not_found");
    karin.get("/me").await.expect_status(200);
}

#[actix_web::test]
async fn only_a_person_who_is_signed_in_makes_tokens_and_sees_the_secret_once() {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[]);
    let new = json!({"name": "statistics", "scope": "read", "days": 90});
    refused(&Program::of(&app, &karin).post("/me/tokens", &new).await, 403, "session_needed");
    let browser = app.signed_in(&karin);
    let make = || {
        browser
            .request(Method::POST, "/api/v1/me/tokens")
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("idempotency-key", "once"))
            .set_json(&new)
    };
    let made = browser.send(make()).await.expect_status(201).json();
    let secret = made["token"].as_str().unwrap();
    let again = browser.send(make()).await.expect_status(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["id"], made["id"]);
    assert!(!again.text().contains(secret) && again.json().get("token").is_none());
    let program = Program { app: &app, token: secret.to_owned() };
    assert_eq!(program.get("/me").await.expect_status(200).json()["by"], "read");
    assert!(!program.get("/me/tokens").await.text().contains(secret));
}

#[actix_web::test]
async fn a_token_that_may_only_read_changes_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let reader = Program::with(&app, &year.coordinator, Scope::Read);
    reader.get("/cases/2026").await.expect_status(200);
    for operation in operations().iter().filter(|operation| operation.method != Method::GET) {
        let path = operation.about("kardiologi");
        let reply =
            reader.send(operation.method.clone(), &path, &operation.body(), &[("if-match", "\"0\"")]).await;
        refused(&reply, 403, "read_only");
    }
}

#[actix_web::test]
async fn a_session_changes_something_only_from_our_own_pages() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let path = format!("/api/v1{A1}");
    let put = || head.request(Method::PUT, &path).insert_header(("if-match", "\"0\""));
    let body = json!({"fields": {}});
    let strangers: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
    ];
    for headers in strangers {
        let request = headers.iter().fold(put(), |request, header| request.insert_header(*header));
        refused(&head.send(request.set_json(&body)).await, 403, "foreign_origin");
    }
    for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"] {
        let request = put()
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", kind))
            .set_payload("{\"fields\": {}}");
        refused(&head.send(request).await, 403, "foreign_origin");
    }
    head.send(put().insert_header(("origin", "http://127.0.0.1:8080")).set_json(&body))
        .await
        .expect_status(200);
    head.put_json(&path, &body, &[("if-match", "\"1\"")]).await.expect_status(200);
    head.get(&path).await.expect_status(200);
}

#[actix_web::test]
async fn what_is_not_there_and_what_is_not_yours_answer_with_the_same_bytes() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let stranger = Program::of(&app, &year.stranger);
    for operation in operations().iter().filter(|operation| operation.path.contains("{unit}/")) {
        let send = async |unit: &str| {
            let path = operation.about(unit);
            let query = match (operation.is_file, path.ends_with("/candidates")) {
                (true, _) if path.ends_with("/workbook") => "?dry_run=true",
                (true, _) => "?name=a.pdf",
                (_, true) => "?party=region",
                _ => "",
            };
            let path = format!("{path}{query}");
            if operation.is_file {
                return stranger.upload(&path, b"%PDF-1.7\n%%EOF\n").await;
            }
            stranger.send(operation.method.clone(), &path, &operation.body(), &[("if-match", "\"0\"")]).await
        };
        let (hidden, missing) = (send("kardiologi").await, send("finns-inte").await);
        refused(&hidden, 404, "not_found");
        assert_eq!(hidden.body, missing.body, "{} {}", operation.method, operation.path);
    }
    for path in ["/nowhere", "/cases/x", "/cases/2026/kardiologi", "/cases/1999/kardiologi", "/cycles/1999"] {
        let reply = stranger.get(path).await;
        assert_eq!(reply.body, stranger.get("/cases/2026/finns-inte").await.body, "{path}");
    }
}

#[actix_web::test]
async fn a_body_with_an_unknown_field_is_refused_everywhere() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let coordinator = Program::of(&app, &year.coordinator);
    let mut seen = 0;
    for operation in operations().iter().filter(|operation| operation.example.is_object()) {
        let path = operation.about("kardiologi");
        let mut body = operation.example.clone();
        body["role"] = json!("administrator");
        body["state"] = json!("released");
        let reply = coordinator.send(operation.method.clone(), &path, &body, &[("if-match", "\"0\"")]).await;
        let problem = refused(&reply, 422, "wrong_shape");
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains("unknown field"), "{problem}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_told_apart_from_one_out_of_limits() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let path = "/cases/2026/kardiologi/extension-request";
    let raw = |kind: &'static str, body: String| {
        app.send(head.request(Method::POST, path).insert_header(("content-type", kind)).set_payload(body))
    };
    refused(&raw("application/json", "{".to_owned()).await, 400, "malformed_json");
    refused(&raw("application/json", "[]".to_owned()).await, 422, "wrong_shape");
    refused(&raw("text/plain", "{\"reason\": \"a\"}".to_owned()).await, 415, "wrong_media_type");
    refused(&raw("application/json", " ".repeat(600 * 1024)).await, 413, "too_large");
    let problem = refused(&head.post(path, &json!({"reason": ""})).await, 422, "invalid_values");
    assert_eq!(problem["errors"][0]["pointer"], "/reason");
    refused(&head.get("/units?limit=0").await, 400, "limit");
    refused(&head.get("/units?limit=1&limit=2").await, 400, "query");
    refused(&head.get("/units?role=administrator").await, 400, "query");
}

#[actix_web::test]
async fn an_answer_is_saved_over_the_version_that_was_read_and_over_no_other() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let (head, olle) = (Program::of(&app, &year.head), Program::of(&app, &year.contributor));
    let field = year.form.criterion("A1").unwrap().fields[0].id.clone();
    let body = json!({"fields": {(field.as_str()): "det här är inget svar"}});
    let empty = head.get(A1).await.expect_status(200);
    assert_eq!((empty.header("etag"), &empty.json()["stage"]), ("\"0\"", &json!("untouched")));
    refused(&head.send(Method::PUT, A1, &body, &[]).await, 428, "version_missing");
    refused(&head.send(Method::PUT, A1, &body, &[("if-match", "*")]).await, 400, "if_match");
    let saved = head.put(A1, 0, &body).await.expect_status(200);
    assert_eq!(saved.header("etag"), "\"1\"");
    assert_eq!(saved.json()["fields"], body["fields"]);
    assert_eq!(saved.json()["issues"][0]["pointer"], format!("/fields/{field}"));
    let stale = olle.put(A1, 0, &json!({"fields": {(field.as_str()): "annat"}})).await;
    let problem = refused(&stale, 412, "stale");
    assert_eq!((stale.header("etag"), &problem["current"]["fields"]), ("\"1\"", &body["fields"]));
    assert_eq!(head.get(A1).await.body, saved.body);
    refused(&head.put(A1, 1, &json!({"fields": {"inte_ett_fält": "x"}})).await, 422, "unknown_field");
    let versions = head.get(&format!("{A1}/versions")).await.expect_status(200).json();
    assert_eq!(versions["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_repeated_post_is_done_once_and_another_under_its_key_is_refused() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let path = "/cases/2026/kardiologi/not-applicable/A4";
    let ask = async |path: &str, reason: &str| {
        head.send(Method::POST, path, &json!({"reason": reason}), &[("idempotency-key", "k1")]).await
    };
    let known =
        year.form.criteria().find(|(_, criterion)| criterion.not_applicable.is_some()).unwrap().1.id.clone();
    let path = path.replace("A4", &known);
    let first = ask(&path, "Vi har inga doktorander.").await.expect_status(204);
    assert_eq!(first.header("idempotent-replayed"), "");
    let second = ask(&path, "Vi har inga doktorander.").await.expect_status(204);
    assert_eq!(second.header("idempotent-replayed"), "true");
    refused(&ask(&path, "Ett annat skäl.").await, 409, "key_reused");
    refused(
        &ask("/cases/2026/kardiologi/extension-request", "Vi har inga doktorander.").await,
        409,
        "key_reused",
    );
    let entries = head.get("/cases/2026/kardiologi/log").await.json();
    let asked =
        entries["items"].as_array().unwrap().iter().filter(|entry| entry["act"] == "ask_not_applicable");
    assert_eq!(asked.count(), 1);
    // Somebody else's key of the same name is another key.
    let other = Program::of(&app, &year.stranger);
    let reply = other.send(Method::POST, &path, &json!({"reason": "x"}), &[("idempotency-key", "k1")]).await;
    refused(&reply, 404, "not_found");
    refused(
        &head.send(Method::POST, &path, &json!({"reason": "x"}), &[("idempotency-key", "")]).await,
        400,
        "idempotency_key",
    );
}

#[actix_web::test]
async fn a_refused_post_may_be_sent_again_under_its_key() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let submit = async || {
        head.send(Method::POST, "/cases/2026/kardiologi/submission", &Json::Null, &[("idempotency-key", "s")])
            .await
    };
    let missing = refused(&submit().await, 422, "incomplete");
    let told = head.get("/cases/2026/kardiologi/check").await.json();
    let stops = told["findings"].as_array().unwrap().iter().filter(|one| one["level"] != "warning");
    let stops: Vec<Json> = stops
        .map(|one| json!({ "pointer": one["pointer"], "code": one["code"], "message": one["message"] }))
        .collect();
    assert_eq!((&missing["errors"], &told["complete"]), (&json!(stops), &json!(false)));
    year.fill();
    let done = submit().await.expect_status(200).json();
    assert_eq!(submit().await.expect_status(200).json(), done);
    assert_eq!(head.get("/cases/2026/kardiologi/submission").await.json()["digest"], done["digest"]);
}

#[actix_web::test]
async fn a_dry_run_makes_every_check_and_keeps_nothing() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let path = "/cases/2026/kardiologi/submission?dry_run=true";
    refused(&head.post(path, &Json::Null).await, 422, "incomplete");
    year.fill();
    let before = year.case();
    let tried = head.post(path, &Json::Null).await.expect_status(200).json();
    assert_eq!(tried["number"], 1);
    assert_eq!(year.case(), before);
    refused(&head.get("/cases/2026/kardiologi/submission").await, 404, "not_found");
    refused(&Program::of(&app, &year.contributor).post(path, &Json::Null).await, 403, "forbidden");
}

#[actix_web::test]
async fn a_file_comes_back_as_it_was_sent_and_always_as_an_attachment() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let path = "/cases/2026/kardiologi/evidence/A1?name=..%2Fprotokoll%20v%C3%A5ren.pdf";
    refused(&head.upload(path, b"<html><script>").await, 415, "wrong_kind");
    let made = head.upload(path, b"%PDF-1.7\nbytes\n%%EOF\n").await.expect_status(201);
    assert_eq!(made.json()["name"], "protokoll våren.pdf");
    let there = made.location().strip_prefix("/api/v1").unwrap().to_owned();
    let file = head.get(&there).await.expect_status(200);
    assert_eq!(file.body, b"%PDF-1.7\nbytes\n%%EOF\n");
    assert_eq!(file.header("etag"), format!("\"{}\"", made.json()["sha256"].as_str().unwrap()));
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert!(file.header("content-security-policy").contains("sandbox"));
    refused(&Program::of(&app, &year.stranger).get(&there).await, 404, "not_found");
    head.delete(&there).await.expect_status(204);
    assert_eq!(head.get("/cases/2026/kardiologi/evidence").await.json()["items"], json!([]));
    refused(&head.upload(path, &LARGE).await, 413, "file_too_large");
}

#[actix_web::test]
async fn pages_of_a_list_follow_each_other() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let reader = Program::of(&app, &year.coordinator);
    let (mut path, mut slugs) = ("/cases/2026?limit=1".to_owned(), Vec::new());
    loop {
        let page = reader.get(&path).await.expect_status(200).json();
        slugs.extend(
            page["items"].as_array().unwrap().iter().map(|case| case["unit"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/cases/2026?limit=1&after={next}");
    }
    assert_eq!(slugs, ["kardiologi", "ortopedi"]);
}

#[actix_web::test]
async fn a_refusal_speaks_the_language_that_was_asked_for() {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[]);
    let program = Program::of(&app, &karin);
    for (asked, expected) in [
        ("en", "It does not exist"),
        ("en-GB,sv;q=0.5", "It does not exist"),
        ("sv-SE", "Det finns inte"),
        ("de, fr", "Det finns inte"),
        ("", "Det finns inte"),
    ] {
        let request = TestRequest::with_uri("/api/v1/cycles/1999")
            .insert_header(("authorization", format!("Bearer {}", program.token)))
            .insert_header(("accept-language", asked));
        let problem = refused(&app.send(request).await, 404, "not_found");
        assert!(problem["detail"].as_str().unwrap().starts_with(expected), "{asked}: {problem}");
    }
}

#[actix_web::test]
async fn roles_are_given_by_administrators_and_those_over_others_by_two() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let ada = app.person("ada@example.se", "Ada Admin", &[GrantedRole::Administrator]);
    let ali = app.person("ali@example.se", "Ali Admin", &[GrantedRole::Administrator]);
    let (ada, ali) = (Program::of(&app, &ada), Program::of(&app, &ali));
    let new =
        json!({"email": "Nils@example.se", "name": "Nils Ny", "organisation": "region", "language": "sv"});
    refused(&Program::of(&app, &year.coordinator).post("/people", &new).await, 404, "not_found");
    let nils = ada.post("/people", &new).await.expect_status(201).json()["id"].as_str().unwrap().to_owned();
    let grants = format!("/people/{nils}/grants");
    let contributor = json!({"role": "contributor", "unit": "kardiologi", "areas": ["A"]});
    let given = ada.post(&grants, &contributor).await.expect_status(200).json();
    assert!(given["request"].is_null());
    let asked = ada.post(&grants, &json!({"role": "coordinator"})).await.expect_status(200).json();
    let confirm = format!("/grant-requests/{}/confirmation", asked["request"].as_str().unwrap());
    refused(&ada.post(&confirm, &Json::Null).await, 409, "second_administrator");
    ali.post(&confirm, &Json::Null).await.expect_status(200);
    let held = ada.get(&grants).await.json();
    assert_eq!(held["items"].as_array().unwrap().len(), 2);
    ada.delete(&format!("/grants/{}", given["grant"].as_str().unwrap())).await.expect_status(204);
    assert_eq!(ada.get(&grants).await.json()["items"][0]["role"], "coordinator");
    refused(&Program::of(&app, &year.stranger).get(&grants).await, 404, "not_found");
}
