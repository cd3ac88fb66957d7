//! Every address that is read, taken from the tables of routes themselves, and what comes back.

use std::io::Read as _;

use actix_web::http::Method;
use serde_json::{Value as Json, json};
use usve::api::openapi;

use super::world::{Somebody, World};
use crate::support::Reply;

/// The tables of pages, as text: a route that is added is crawled.
const TABLES: [&str; 2] =
    [include_str!("../../../src/web/mod.rs"), include_str!("../../../src/web/pages/mod.rs")];

/// A route: its method and its pattern.
pub type Route = (Method, String);

/// Every route of pages and of the API.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for table in TABLES {
        for part in table.split(".route(").skip(1) {
            let mut words = part.splitn(3, '"');
            let pattern = words.nth(1).unwrap().to_owned();
            let handler = words.next().unwrap();
            let method = ["get", "post", "put", "delete"]
                .into_iter()
                .filter_map(|method| Some((handler.find(&format!("{method}()"))?, method)))
                .min()
                .unwrap()
                .1;
            routes.push((method.to_uppercase().parse().unwrap(), pattern));
        }
    }
    let description: Json = serde_json::from_str(&openapi::description()).unwrap();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            routes.push((method.to_uppercase().parse().unwrap(), format!("/api/v1{path}")));
        }
    }
    assert!(routes.len() > 250, "{}", routes.len());
    routes
}

/// What the description of the API gives as an example of the body of a request.
pub fn example(method: &Method, pattern: &str) -> Json {
    let description: Json = serde_json::from_str(&openapi::description()).unwrap();
    let path = pattern.strip_prefix("/api/v1").unwrap();
    let operation = &description["paths"][path][method.as_str().to_lowercase()];
    let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
    let name = reference.unwrap_or_default().rsplit('/').next().unwrap();
    let example = description["components"]["schemas"][name]["example"].clone();
    if example.is_null() { json!({}) } else { example }
}

/// What stands in the braces of a pattern.
pub struct Ids {
    pub unit: String,
    pub evidence: String,
    pub person: String,
    pub other: String,
}

/// The addresses that a pattern stands for. A placeholder that is not known here fails.
pub fn filled(pattern: &str, ids: &Ids) -> Vec<String> {
    let mut done = vec![String::new()];
    for (at, part) in pattern.split('{').enumerate() {
        let (name, rest) = if at == 0 { ("", part) } else { part.split_once('}').unwrap() };
        let values: Vec<&str> = match name {
            "" => vec![""],
            "unit" => vec![&ids.unit],
            "year" => vec!["2026"],
            "area" | "area:[A-Z]" => vec!["A"],
            "area:[A-Z]|bakgrund" => vec!["A", "bakgrund"],
            "criterion" => vec!["A1"],
            "form" => vec!["usve"],
            "version" => vec!["2026.1"],
            "id" if pattern.contains("underlag/") || pattern.contains("evidence/") => vec![&ids.evidence],
            "id" if ["person/", "people/", "granskare/", "reviewers/"]
                .iter()
                .any(|room| pattern.contains(room)) =>
            {
                vec![&ids.person]
            }
            "case" => vec!["2026-1"],
            "number" => vec!["1"],
            "recipient" => vec!["head", "group", "registrar"],
            "id" | "token" | "visit" | "grant" | "assignment" | "declaration" | "exception" => {
                vec![&ids.other]
            }
            unknown => panic!("{pattern}: what is {unknown}?"),
        };
        done = done
            .iter()
            .flat_map(|start| values.iter().map(move |value| format!("{start}{value}{rest}")))
            .collect();
    }
    done
}

/// Searches, filters, orders and languages beside the plain addresses.
const ASKED: [&str; 14] = [
    "/oversikt?ar=2026&ordna=omdome",
    "/oversikt?ar=2026&forvaltning=sus",
    "/oversikt/jav?ar=2026",
    "/atgarder?lage=forsenade",
    "/atgarder?forvaltning=sus",
    "/cykel/2026?lage=vantar",
    "/cykel/2026?lage=scoring",
    "/logg?ar=2026",
    "/admin?sok=Kardiologi",
    "/enhet/kardiologi/2026/skillnad?fran=1&till=2",
    "/api/v1/cases/2026/kardiologi/difference?from=1&to=2",
    "/api/v1/cases/2026/kardiologi/candidates?party=university",
    "/api/v1/cases/2026?limit=1",
    "/api/v1/cycles/2026/results?limit=1",
];

/// Every address that is read, documents last.
pub fn addresses(world: &World<'_>) -> Vec<String> {
    let ids = Ids {
        unit: "kardiologi".to_owned(),
        evidence: world.evidence(),
        person: world.year.head.to_string(),
        other: "0".repeat(36),
    };
    let read = routes().into_iter().filter(|(method, _)| *method == Method::GET);
    let mut all: Vec<String> = read.flat_map(|(_, pattern)| filled(&pattern, &ids)).collect();
    all.extend(ASKED.map(str::to_owned));
    // The empty form is the same for everybody, and long.
    all.retain(|path| !path.contains("blank"));
    all.sort_by_key(|path| (is_document(path), path.clone()));
    all
}

/// Whether an address gives a document, which takes long to make.
pub fn is_document(path: &str) -> bool {
    path.contains(".pdf")
        || path.contains(".xlsx")
        || path.ends_with("/workbook")
        || path.ends_with("/rapport")
}

/// What came back for each address, as somebody.
pub async fn crawl(world: &World<'_>, who: &Somebody, paths: &[String]) -> Vec<(String, Reply)> {
    let browser = world.browser(who);
    let mut replies = Vec::with_capacity(paths.len());
    for path in paths {
        let request = browser.request(Method::GET, path);
        replies.push((path.clone(), world.app.send(request).await));
    }
    replies
}

/// Everything that can be read in an answer: headers, text, and what documents hold.
pub fn text(reply: &Reply) -> String {
    let mut text = format!("{:?}\n", reply.headers);
    match reply.header("content-type") {
        "application/pdf" => {
            let document = lopdf::Document::load_mem(&reply.body).unwrap();
            let pages: Vec<u32> = document.get_pages().keys().copied().collect();
            text += &document.extract_text(&pages).unwrap();
        }
        kind if kind.contains("spreadsheetml") => {
            let mut book = zip::ZipArchive::new(std::io::Cursor::new(&reply.body)).unwrap();
            for at in 0..book.len() {
                let _ = book.by_index(at).unwrap().read_to_string(&mut text);
            }
        }
        _ => text += &String::from_utf8_lossy(&reply.body),
    }
    text
}

/// An answer without what is random by design: form tokens and keys, and the request's name.
pub fn comparable(reply: &Reply) -> String {
    let mut headers: Vec<String> = reply
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "set-cookie"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let body = String::from_utf8_lossy(&reply.body);
    let body = ["name=\"csrf\" value=\"", "name=\"nyckel\" value=\""]
        .iter()
        .fold(body.into_owned(), |body, mark| without_values(&body, mark));
    format!("{}\n{}\n{body}", reply.status, headers.join("\n"))
}

/// A text without the values that stand after a mark, up to the next quote.
fn without_values(text: &str, mark: &str) -> String {
    let mut parts = text.split(mark);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + mark + part.split_once('"').map_or("", |(_, after)| after))
}
