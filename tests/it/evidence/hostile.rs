//! The hostile upload corpus, through the API and through the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use actix_web::http::Method;

use super::corpus::{self, Sent};
use crate::api::Program;
use crate::support::year::Year;
use crate::support::{Reply, TestApp};
use usve::text::percent_encoded;

/// Every file of the data folder, without the database's own.
fn on_disk(app: &TestApp) -> BTreeSet<PathBuf> {
    fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&app.app.config.data.folder, &mut found);
    found.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with("usve.db"));
    found
}

/// What is served must come as a download that no browser opens as a page.
fn assert_only_a_download(reply: &Reply, sent: &Sent) {
    assert_eq!(reply.body, sent.bytes, "{}", sent.what);
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("content-security-policy"), "sandbox; default-src 'none'");
    let disposition = reply.header("content-disposition");
    assert!(disposition.starts_with("attachment; "), "{}: {disposition}", sent.what);
    assert_eq!(reply.headers.get_all("content-disposition").count(), 1, "{}", sent.what);
    assert!(reply.headers.get("set-cookie").is_none(), "{}", sent.what);
    let kinds = ["application/pdf", "image/png", "image/jpeg"];
    let kind = reply.header("content-type");
    assert!(
        kinds.contains(&kind) || kind.starts_with("application/vnd.openxmlformats"),
        "{}: {kind}",
        sent.what
    );
    for name in disposition.split("filename") {
        assert!(!name.contains("..") && !name.contains('/') && !name.contains('\\'), "{disposition}");
    }
    assert!(disposition.len() < 2500 && disposition.is_ascii(), "{disposition}");
}

fn assert_a_clear_sentence(text: &str, sent: &Sent) {
    assert!(text.ends_with('.') && text.len() > 15 && !text.contains("rror"), "{}: {text}", sent.what);
}

#[actix_web::test]
async fn nothing_of_the_hostile_corpus_is_served_inline_or_lies_outside_the_store_through_the_api() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let before = on_disk(&app);
    let corpus = corpus::all();
    assert!(corpus.len() >= 100, "{}", corpus.len());
    for sent in &corpus {
        let name = percent_encoded(&sent.name);
        let reply =
            head.upload(&format!("/cases/2026/kardiologi/evidence/A1?name={name}"), &sent.bytes).await;
        let Some(code) = sent.refused else {
            let made = reply.expect_status(201);
            let there = made.location().strip_prefix("/api/v1").unwrap().to_owned();
            assert_only_a_download(&head.get(&there).await.expect_status(200), sent);
            head.delete(&there).await.expect_status(204);
            continue;
        };
        assert_eq!(reply.json()["code"], code, "{}", sent.what);
        let problem = crate::api::refused(&reply, 415, code);
        assert_a_clear_sentence(problem["detail"].as_str().unwrap(), sent);
    }
    let store = app.app.config.data.folder.join("files");
    for path in on_disk(&app).difference(&before) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_random = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(path.parent() == Some(&store) && is_random, "{}", path.display());
    }
}

#[actix_web::test]
async fn the_page_refuses_and_serves_the_corpus_as_the_api_does() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    let before = on_disk(&app);
    for sent in corpus::all() {
        let reply =
            head.post_files("/enhet/kardiologi/2026/A/A1/underlag", &[(&sent.name, &sent.bytes)]).await;
        let case = year.case();
        let pieces =
            app.app.database.read(|db| usve::assessments::evidence::store::of_case(db, &case.id)).unwrap();
        if sent.refused.is_some() {
            let left_empty = sent.bytes.is_empty() && sent.name.is_empty();
            assert!(reply.status == 415 || left_empty, "{}: {}", sent.what, reply.status);
            let page = reply.text();
            assert!(page.contains("href=\"/enhet/kardiologi/2026/A#A1\""), "{}: {page}", sent.what);
            assert!(pieces.is_empty(), "{}", sent.what);
            continue;
        }
        if reply.status == 400 {
            // The head of a part has a limit of its own.
            assert!(
                sent.name.len() > 4000 && reply.text().contains("Filen kom inte fram hel."),
                "{}",
                sent.name
            );
            continue;
        }
        reply.expect_status(303);
        let path = format!("/enhet/kardiologi/2026/underlag/{}", pieces[0].id);
        let file = head.get(&path).await.expect_status(200);
        assert_only_a_download(&file, &sent);
        let page = head.get("/enhet/kardiologi/2026/A").await.expect_status(200).text();
        for executed in ["<img src=x", "49.pdf", "\u{202e}"] {
            assert!(!page.contains(executed), "{}: {executed}", sent.name);
        }
        let range = head.request(Method::HEAD, &path);
        head.send(range).await.expect_status(200);
        head.post_form(&path, &[]).await.expect_status(303);
    }
    let store = app.app.config.data.folder.join("files");
    assert!(on_disk(&app).difference(&before).all(|path| path.parent() == Some(&store)));
}
