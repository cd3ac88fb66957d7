//! What stands around every page: form tokens, origins, headers, errors, repeated and late forms, choices, machines.

use actix_web::http::Method;
use chrono::TimeDelta;
use usve::identity::GrantedRole;

use crate::support::{Reply, TestApp};

const POSTS: [&str; 5] = ["/logga-ut", "/sprak", "/tema", "/sparat", "/nowhere"];

async fn with_karin() -> (TestApp, usve::ids::PersonId) {
    let app = TestApp::new().await;
    let karin = app.person("karin@example.se", "Karin Karlsson", &[GrantedRole::Coordinator]);
    (app, karin)
}

fn has_every_header(reply: &Reply) {
    let policy = reply.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} is missing: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("x-frame-options"), "DENY");
    assert_eq!(reply.header("referrer-policy"), "same-origin");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(reply.header("access-control-allow-origin"), "");
    assert_ne!(reply.header("cache-control"), "");
}

#[actix_web::test]
async fn every_answer_carries_the_headers_errors_too() {
    let (app, karin) = with_karin().await;
    let visitor = app.visitor();
    let karin = app.signed_in(&karin);
    for path in [
        "/",
        "/logga-in",
        "/hjalp",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/.well-known/security.txt",
        "/icon.svg",
        "/static/x",
        "/logga-ut",
    ] {
        has_every_header(&visitor.get(path).await);
        has_every_header(&karin.get(path).await);
    }
    for path in POSTS {
        has_every_header(&karin.post_as_is(path, &[]).await);
    }
    has_every_header(&karin.send(karin.request(Method::TRACE, "/")).await);
    has_every_header(&karin.send(karin.request(Method::HEAD, "/hjalp")).await.expect_status(200));
    has_every_header(&karin.post_form("/nowhere", &[("a", "b")]).await.expect_status(404));
}

#[actix_web::test]
async fn a_form_without_the_sessions_own_token_is_refused() {
    let (app, karin) = with_karin().await;
    let other = app.signed_in(&app.person("bo@example.se", "Bo Berg", &[]));
    let karin = app.signed_in(&karin);
    let own = karin.form_token();
    let foreign = other.form_token();
    let shortened: String = own.chars().take(own.len() - 1).collect();
    for path in POSTS {
        for token in ["", "x", ".", &foreign, &shortened] {
            karin.post_as_is(path, &[("csrf", token)]).await.expect_status(403);
        }
        karin.post_as_is(path, &[]).await.expect_status(403);
    }
    assert_eq!(karin.get("/").await.status, 200);
    karin.post_as_is("/logga-ut", &[("csrf", &own)]).await.expect_status(303);
}

#[actix_web::test]
async fn a_form_from_another_site_is_refused_even_with_the_token() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let strangers = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:8081"),
    ];
    for header in strangers {
        let token = karin.form_token();
        let request =
            karin.request(Method::POST, "/logga-ut").insert_header(header).set_form([("csrf", token)]);
        karin.send(request).await.expect_status(403);
        let request = app.visitor().request(Method::POST, "/logga-in").insert_header(header);
        let request = request.set_form([("epost", "karin@example.se"), ("till", "/")]);
        app.send(request).await.expect_status(403);
    }
    assert!(app.mails().await.is_empty());
    let token = karin.form_token();
    let request = karin.request(Method::POST, "/logga-ut").insert_header(("origin", "http://127.0.0.1:8080"));
    karin.send(request.set_form([("csrf", token)])).await.expect_status(303);
}

#[actix_web::test]
async fn a_form_in_another_format_is_refused() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let token = karin.form_token();
    let request =
        karin.request(Method::POST, "/sprak").set_json(serde_json::json!({ "csrf": token, "sprak": "en" }));
    karin.send(request).await.expect_status(415);
    let request = karin
        .request(Method::POST, "/sprak")
        .insert_header(("content-type", "text/plain"))
        .set_payload(format!("csrf={token}&sprak=en&till=/"));
    karin.send(request).await.expect_status(415);
}

#[actix_web::test]
async fn a_form_larger_than_the_limit_is_refused() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let long = "x".repeat(2 * 1024 * 1024);
    karin.post_form("/sprak", &[("till", &long)]).await.expect_status(413);
}

#[actix_web::test]
async fn pages_carry_a_token_that_their_forms_can_send() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let page = karin.get("/").await.expect_status(200).text();
    let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    karin
        .post_as_is("/sprak", &[("csrf", token), ("sprak", "en"), ("till", "/hjalp")])
        .await
        .expect_status(303);
    let page = karin.get("/").await.text();
    assert!(
        page.contains("<html lang=\"en\"") && page.contains("My tasks") && !page.contains("Mina uppgifter"),
        "{page}"
    );
}

#[actix_web::test]
async fn language_and_theme_are_chosen_and_lead_back_to_the_same_page() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert!(visitor.get("/hjalp").await.text().contains("<html lang=\"sv\">"));
    assert_eq!(
        visitor.post_form("/sprak", &[("sprak", "en"), ("till", "/hjalp")]).await.location(),
        "/hjalp"
    );
    assert_eq!(
        visitor.post_form("/tema", &[("tema", "dark"), ("till", "//evil.example")]).await.location(),
        "/"
    );
    assert!(visitor.get("/hjalp").await.text().contains("<html lang=\"en\" data-theme=\"dark\">"));
    visitor.post_form("/sprak", &[("sprak", "xx"), ("till", "/")]).await.expect_status(400);
}

#[actix_web::test]
async fn errors_are_pages_in_the_readers_language_with_a_way_out() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let page = karin.get("/nowhere").await.expect_status(404).text();
    assert!(
        page.contains("Sidan finns inte") && page.contains("Karin Karlsson") && page.contains("href=\"/\""),
        "{page}"
    );
    // A known address that does not take this method looks like any other unknown one.
    assert_eq!(
        karin.get("/logga-ut").await.expect_status(404).header("content-type"),
        "text/html; charset=utf-8"
    );
    let visitor = app.visitor();
    visitor.post_form("/sprak", &[("sprak", "en"), ("till", "/")]).await;
    let page = visitor.get("/sparat?a=b&c").await.expect_status(401).text();
    assert!(
        page.contains("You are not signed in") && page.contains("/logga-in?till=/sparat%3Fa%3Db%26c"),
        "{page}"
    );
}

#[actix_web::test]
async fn the_same_form_sent_twice_is_done_once() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    let token = karin.form_token();
    let fields = [("csrf", token.as_str()), ("nyckel", "one"), ("sprak", "en"), ("till", "/hjalp")];
    let twin = karin.clone();
    let (first, second) =
        tokio::join!(karin.post_as_is("/sprak", &fields), twin.post_as_is("/sprak", &fields));
    assert_eq!((first.status, first.location()), (303, "/hjalp"));
    assert_eq!((second.status, second.location()), (303, "/hjalp"));
    // Only the one that did something sets the choice.
    let choices = [&first, &second]
        .iter()
        .filter(|reply| reply.cookies().iter().any(|cookie| cookie.name() == "sprak"))
        .count();
    assert_eq!(choices, 1);
    // A refused form may be sent again, and a mended one is another.
    let wrong = [("csrf", token.as_str()), ("nyckel", "two"), ("sprak", "xx"), ("till", "/")];
    karin.post_as_is("/sprak", &wrong).await.expect_status(400);
    karin.post_as_is("/sprak", &wrong).await.expect_status(400);
    let mended = [("csrf", token.as_str()), ("nyckel", "two"), ("sprak", "sv"), ("till", "/")];
    assert!(!karin.post_as_is("/sprak", &mended).await.expect_status(303).cookies().is_empty());
}

#[actix_web::test]
async fn a_form_sent_after_the_session_ran_out_is_kept_for_its_sender_alone() {
    let (app, person) = with_karin().await;
    let bo = app.person("bo@example.se", "Bo Berg", &[]);
    let karin = app.signed_in(&person);
    let token = karin.form_token();
    app.travel(TimeDelta::hours(2));
    let fields =
        [("csrf", token.as_str()), ("nyckel", "k"), ("E1.text", "åäö <b>&</b>"), ("rad", "1"), ("rad", "2")];
    let reply = karin.post_as_is("/enhet/kardiologi/2026/E?flik=1", &fields).await.expect_status(401);
    assert!(
        reply.text().contains("Det du skrev är sparat") && reply.text().contains("/logga-in?till=/sparat")
    );

    app.signed_in(&bo).get("/sparat").await.expect_status(303);
    let again = app.signed_in(&person);
    assert!(again.get("/").await.text().contains("/sparat"));
    let page = again.get("/sparat").await.expect_status(200).text();
    assert!(page.contains("action=\"/enhet/kardiologi/2026/E?flik=1\""), "{page}");
    assert!(page.contains("åäö &#60;b&#62;&#38;&#60;/b&#62;") && !page.contains(&token), "{page}");
    assert_eq!(page.matches("name=\"rad\"").count(), 2);
    again.post_form("/sparat", &[]).await.expect_status(303);
    again.get("/sparat").await.expect_status(303);
}

#[actix_web::test]
async fn a_kept_form_is_forgotten_once_it_is_sent() {
    let (app, person) = with_karin().await;
    let karin = app.signed_in(&person);
    let token = karin.form_token();
    app.travel(TimeDelta::hours(2));
    // The script's saving is kept too, and the browser's cookie stays, so that what is typed after it is kept as well.
    for language in ["sv", "en"] {
        let fields = [("csrf", token.as_str()), ("sprak", language), ("till", "/hjalp")];
        karin.post_as_is("/sprak", &fields).await.expect_status(401);
    }
    let again = app.signed_in(&person);
    let page = again.get("/sparat").await.expect_status(200).text();
    assert!(page.contains("name=\"sparat\" value=\"1\"") && page.contains(">en</textarea>"), "{page}");
    let fields = [("sparat", "1"), ("sprak", "en"), ("till", "/hjalp")];
    assert_eq!(again.post_form("/sprak", &fields).await.expect_status(303).location(), "/hjalp");
    again.get("/sparat").await.expect_status(303);
}

#[actix_web::test]
async fn a_form_opened_before_signing_in_again_is_kept_and_not_done() {
    let (app, person) = with_karin().await;
    let old = app.signed_in(&person).form_token();
    let karin = app.signed_in(&person);
    let fields = [("csrf", old.as_str()), ("sprak", "en"), ("till", "/")];
    let reply = karin.post_as_is("/sprak", &fields).await.expect_status(403);
    assert!(reply.text().contains("href=\"/sparat\"") && reply.cookies().is_empty());
    assert!(karin.get("/sparat").await.expect_status(200).text().contains(">en</textarea>"));
}

#[actix_web::test]
async fn nothing_is_kept_of_a_form_that_was_not_the_sessions_own() {
    let (app, person) = with_karin().await;
    let karin = app.signed_in(&person);
    let thief = karin.clone();
    app.travel(TimeDelta::hours(2));
    thief.post_as_is("/sprak", &[("csrf", "guess"), ("a", "b")]).await.expect_status(401);
    let again = app.signed_in(&person);
    again.get("/sparat").await.expect_status(303);
}

#[actix_web::test]
async fn a_form_of_a_page_left_open_when_its_reader_signed_out_elsewhere_is_kept_for_them() {
    let (app, person) = with_karin().await;
    let karin = app.signed_in(&person);
    let other_window = karin.clone();
    let token = karin.form_token();
    karin.post_form("/logga-ut", &[]).await.expect_status(303);
    let fields = [("csrf", token.as_str()), ("sprak", "en"), ("till", "/")];
    let reply = other_window.post_as_is("/sprak", &fields).await.expect_status(401);
    assert!(reply.text().contains("Det du skrev är sparat"));
    let again = app.signed_in(&person);
    assert!(again.get("/sparat").await.expect_status(200).text().contains(">en</textarea>"));
}

#[actix_web::test]
async fn a_message_is_shown_once_and_only_if_we_wrote_it() {
    let (app, karin) = with_karin().await;
    let karin = app.signed_in(&karin);
    karin.post_form("/sparat", &[]).await.expect_status(303);
    assert!(karin.get("/").await.text().contains("Det är kastat."));
    assert!(!karin.get("/").await.text().contains("Det är kastat."));
    karin.set_cookie("notis", "0123.ok%7CDu%20har%20vunnit");
    assert!(!karin.get("/").await.text().contains("vunnit"));
}

#[actix_web::test]
async fn files_are_kept_by_browsers_for_ever_under_a_name_with_their_hash() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let page = visitor.get("/logga-in").await.text();
    for (path, kind) in [
        (usve::web::assets::style(), "text/css; charset=utf-8"),
        (usve::web::assets::script(), "text/javascript; charset=utf-8"),
        (usve::web::assets::font(), "font/woff2"),
    ] {
        assert!(page.contains(path), "{path}");
        let reply = visitor.get(path).await.expect_status(200);
        assert_eq!(reply.header("content-type"), kind);
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    }
    let style = visitor.get(usve::web::assets::style()).await.text();
    assert!(style.contains(usve::web::assets::font()));
}

#[actix_web::test]
async fn machines_learn_that_the_service_lives_and_whom_to_tell() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert_eq!(visitor.get("/healthz").await.expect_status(200).text(), "ok\n");
    assert_eq!(visitor.get("/readyz").await.expect_status(200).text(), "ready\n");
    let security = visitor.get("/.well-known/security.txt").await.expect_status(200).text();
    assert!(
        security.contains("Contact: mailto:kansliet@example.se\nExpires: 2027-05-21T00:00:00Z"),
        "{security}"
    );
    visitor.get("/metrics").await.expect_status(404);
    app.app.database.revert_all_migrations().unwrap();
    visitor.get("/readyz").await.expect_status(503);
    visitor.get("/healthz").await.expect_status(200);
    app.app.database.migrate().unwrap();
}

#[actix_web::test]
async fn every_page_for_everybody_is_there_in_both_languages() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for language in ["sv", "en"] {
        visitor.post_form("/sprak", &[("sprak", language), ("till", "/")]).await;
        for path in [
            "/logga-in",
            "/logga-in/skickad",
            "/logga-in/abc",
            "/hjalp",
            "/tillganglighet",
            "/personuppgifter",
        ] {
            let page = visitor.get(path).await.expect_status(200).text();
            assert!(page.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert_eq!(page.matches("<h1>").count(), 1, "{path}");
            assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "{path}");
        }
    }
}
