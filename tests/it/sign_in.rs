//! Signing in and out: links, sessions and the cookie.

use actix_web::http::Method;
use chrono::TimeDelta;
use usve::identity::{GrantedRole, session, store};
use usve::ids::sha256;

use crate::support::{Actor, TestApp};

const ANNA: &str = "anna@example.se";

async fn with_anna() -> TestApp {
    let app = TestApp::new().await;
    app.person(ANNA, "Anna Andersson", &[GrantedRole::Coordinator]);
    app
}

async fn ask(visitor: &Actor<'_>, email: &str) -> crate::support::Reply {
    visitor.post_form("/logga-in", &[("epost", email), ("till", "/")]).await
}

/// The path of the link in the newest mail.
async fn link(app: &TestApp) -> String {
    let mails = app.mails().await;
    let text = &mails.last().expect("a mail").text;
    let line = text.lines().find(|line| line.contains("/logga-in/")).expect("a link");
    line.trim().strip_prefix("http://127.0.0.1:8080").expect("our address").to_owned()
}

#[actix_web::test]
async fn a_link_in_a_mail_signs_in_once() {
    let app = with_anna().await;
    let anna = app.visitor();
    assert_eq!(ask(&anna, "Anna@Example.se").await.expect_status(303).location(), "/logga-in/skickad");
    let link = link(&app).await;
    assert_eq!(anna.get("/").await.status, 401);
    // Looking at the link uses nothing up, however often.
    for _ in 0..2 {
        assert!(anna.get(&link).await.expect_status(200).text().contains("<button"));
    }
    assert_eq!(anna.post_form(&link, &[("till", "/")]).await.expect_status(303).location(), "/");
    assert!(anna.get("/").await.expect_status(200).text().contains("Anna Andersson"));

    let somebody = app.visitor();
    somebody.post_form(&link, &[("till", "/")]).await.expect_status(410);
    assert_eq!(somebody.get("/").await.status, 401);
}

#[actix_web::test]
async fn two_who_use_the_same_link_at_once_get_one_session() {
    let app = with_anna().await;
    ask(&app.visitor(), ANNA).await;
    let link = link(&app).await;
    let (one, other) = (app.visitor(), app.visitor());
    let fields = [("till", "/")];
    let (first, second) = tokio::join!(one.post_form(&link, &fields), other.post_form(&link, &fields));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}

#[actix_web::test]
async fn a_link_leads_on_to_where_its_reader_wanted_to_go_but_to_no_other_site() {
    let app = with_anna().await;
    for (wanted, reached) in
        [("/hjalp?sida=1", "/hjalp?sida=1"), ("//evil.example/", "/"), ("https://evil.example", "/")]
    {
        let anna = app.visitor();
        anna.post_form("/logga-in", &[("epost", ANNA), ("till", wanted)]).await.expect_status(303);
        let link = link(&app).await;
        let page = anna.get(&link).await.expect_status(200).text();
        assert!(page.contains(&format!("name=\"till\" value=\"{reached}\"")), "{wanted}: {page}");
        let path = link.split('?').next().unwrap();
        assert_eq!(anna.post_form(path, &[("till", wanted)]).await.expect_status(303).location(), reached);
    }
}

#[actix_web::test]
async fn a_link_ends_after_a_quarter_of_an_hour() {
    let app = with_anna().await;
    let anna = app.visitor();
    ask(&anna, ANNA).await;
    let link = link(&app).await;
    app.travel(TimeDelta::minutes(15));
    anna.post_form(&link, &[("till", "/")]).await.expect_status(410);
}

#[actix_web::test]
async fn a_new_link_puts_the_older_one_out_of_use() {
    let app = with_anna().await;
    let anna = app.visitor();
    ask(&anna, ANNA).await;
    let older = link(&app).await;
    ask(&anna, ANNA).await;
    let newer = link(&app).await;
    anna.post_form(&older, &[("till", "/")]).await.expect_status(410);
    anna.post_form(&newer, &[("till", "/")]).await.expect_status(303);
}

#[actix_web::test]
async fn an_unknown_or_closed_address_gets_the_same_answer_and_no_mail() {
    let app = with_anna().await;
    let closed = app.person("bo@example.se", "Bo Berg", &[]);
    app.act(|act| store::set_active(act, &closed, false));
    let mut answers = Vec::new();
    for email in [ANNA, "bo@example.se", "nobody@example.se"] {
        let reply = ask(&app.visitor(), email).await;
        answers.push((reply.status, reply.location().to_owned(), reply.text(), reply.cookies().len()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    let mails = app.mails().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [ANNA]);
}

#[actix_web::test]
async fn the_secret_of_a_link_is_kept_nowhere_after_the_mail_has_left() {
    use diesel::RunQueryDsl as _;
    #[derive(diesel::QueryableByName)]
    struct Text {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let app = with_anna().await;
    ask(&app.visitor(), ANNA).await;
    let link = link(&app).await;
    let secret = link.rsplit('/').next().unwrap().to_owned();
    assert_eq!(secret.len(), 64);
    let query = "SELECT data AS text FROM outbox UNION ALL SELECT token_hash FROM sign_in_links UNION ALL SELECT detail FROM audit_entries";
    let kept: Vec<Text> = app.app.database.read(|db| Ok(diesel::sql_query(query).load(db)?)).unwrap();
    assert!(kept.iter().any(|row| row.text == sha256(secret.as_bytes())));
    assert!(kept.iter().all(|row| !row.text.contains(&secret)));
}

#[actix_web::test]
async fn too_many_requests_for_links_are_told_to_wait_and_no_longer_than_that() {
    let app = with_anna().await;
    for email in [ANNA, "nobody@example.se"] {
        for _ in 0..5 {
            ask(&app.visitor(), email).await.expect_status(303);
        }
        let refused = ask(&app.visitor(), email).await.expect_status(429);
        assert_eq!(refused.header("retry-after"), "900");
    }
    ask(&app.visitor(), "eva@example.se").await.expect_status(303);
    app.travel(TimeDelta::minutes(15));
    ask(&app.visitor(), ANNA).await.expect_status(303);
}

#[actix_web::test]
async fn links_cannot_be_guessed_by_trying() {
    let app = with_anna().await;
    let visitor = app.visitor();
    for guess in 0..60 {
        let path = format!("/logga-in/{guess:064}");
        visitor.post_form(&path, &[("till", "/")]).await.expect_status(410);
    }
    visitor.post_form("/logga-in/x", &[("till", "/")]).await.expect_status(429);
}

#[actix_web::test]
async fn what_is_no_address_is_told_at_the_field_with_the_text_kept() {
    let app = TestApp::new().await;
    let reply = ask(&app.visitor(), "anna").await.expect_status(422);
    let page = reply.text();
    assert!(page.contains("value=\"anna\"") && page.contains("aria-invalid=\"true\""), "{page}");
    // An unknown field is no mistake that a person makes.
    let fields = [("epost", ANNA), ("till", "/"), ("role", "administrator")];
    app.visitor().post_form("/logga-in", &fields).await.expect_status(400);
}

#[actix_web::test]
async fn sign_out_ends_a_copied_cookie_at_once() {
    let app = with_anna().await;
    let anna = app.person("karin@example.se", "Karin Karlsson", &[]);
    let karin = app.signed_in(&anna);
    let thief = karin.clone();
    thief.get("/").await.expect_status(200);
    let reply = karin.post_form("/logga-ut", &[]).await.expect_status(303);
    assert!(reply.header("clear-site-data").contains("cache"));
    assert_eq!(karin.cookie("usve-local"), None);
    let refused = thief.get("/").await.expect_status(401);
    assert!(
        refused.cookies().iter().any(|cookie| cookie.name() == "usve-local" && cookie.value().is_empty())
    );
}

#[actix_web::test]
async fn closing_an_account_or_ending_its_sessions_works_at_once() {
    let app = with_anna().await;
    let person = app.person("karin@example.se", "Karin Karlsson", &[]);
    let (one, other) = (app.signed_in(&person), app.signed_in(&person));
    assert_eq!(app.act(|act| session::end_all(act, &person, None)), 2);
    one.get("/").await.expect_status(401);
    other.get("/").await.expect_status(401);
    let third = app.signed_in(&person);
    app.act(|act| store::set_active(act, &person, false));
    third.get("/").await.expect_status(401);
}

#[actix_web::test]
async fn a_tampered_or_foreign_token_is_nobody() {
    let app = with_anna().await;
    let person = app.person("karin@example.se", "Karin Karlsson", &[]);
    let good = app.signed_in(&person).cookie("usve-local").unwrap();
    let mut parts: Vec<String> = good.split('.').map(str::to_owned).collect();
    // {"typ":"JWT","alg":"none"} and its spellings, with and without the signature.
    let headers = [
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJOb25lIn0",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJOT05FIn0",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJuT25FIn0",
    ];
    let mut forged: Vec<String> = headers
        .iter()
        .flat_map(|header| {
            [
                format!("{header}.{}.", parts[1]),
                format!("{header}.{}.{}", parts[1], parts[2]),
                format!("{header}.{}", parts[1]),
            ]
        })
        .collect();
    forged.push(format!("{}.{}.", parts[0], parts[1]));
    forged.push(format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>()));
    let last = parts[1].pop().unwrap();
    parts[1].push(if last == 'A' { 'B' } else { 'A' });
    forged.push(parts.join("."));
    forged.extend(["", ".", "..", "x.y.z"].map(str::to_owned));
    for token in forged {
        let forger = app.visitor();
        forger.set_cookie("usve-local", &token);
        assert_eq!(forger.get("/").await.status, 401, "{token}");
    }
    let honest = app.visitor();
    honest.set_cookie("usve-local", &good);
    honest.get("/").await.expect_status(200);
    // The other cookie's name opens nothing here.
    let wrong_name = app.visitor();
    wrong_name.set_cookie("__Host-usve", &good);
    wrong_name.get("/").await.expect_status(401);
}

#[actix_web::test]
async fn a_run_out_token_of_a_live_session_is_renewed_in_the_same_answer() {
    let app = with_anna().await;
    let person = app.person("karin@example.se", "Karin Karlsson", &[]);
    let karin = app.signed_in(&person);
    let first = karin.cookie("usve-local").unwrap();
    app.travel(TimeDelta::minutes(9));
    assert!(karin.get("/").await.expect_status(200).cookies().is_empty());
    app.travel(TimeDelta::minutes(2));
    karin.get("/").await.expect_status(200);
    let second = karin.cookie("usve-local").unwrap();
    assert_ne!(first, second);
    assert_eq!(app.app.tokens.read(&first).unwrap().sid, app.app.tokens.read(&second).unwrap().sid);
}

#[actix_web::test]
async fn a_session_ends_by_silence_and_by_time_whatever_happens() {
    let app = with_anna().await;
    let person = app.person("karin@example.se", "Karin Karlsson", &[]);
    let silent = app.signed_in(&person);
    app.travel(TimeDelta::minutes(60));
    silent.get("/").await.expect_status(200);
    app.travel(TimeDelta::minutes(62));
    silent.get("/").await.expect_status(401);

    let busy = app.signed_in(&person);
    for _ in 0..23 {
        app.travel(TimeDelta::minutes(30));
        busy.get("/").await.expect_status(200);
    }
    app.travel(TimeDelta::minutes(30));
    busy.get("/").await.expect_status(401);
}

#[actix_web::test]
async fn the_cookie_has_every_flag() {
    let app = TestApp::with(&[("USVE_BASE_URL", "https://usve.example.se")]).await;
    let person = app.person(ANNA, "Anna Andersson", &[]);
    let token = app.act(|act| usve::identity::sign_in::new_link(act, &person, app.app.config.session));
    let anna = app.visitor();
    let reply = anna
        .send(
            anna.request(Method::POST, &format!("/logga-in/{token}"))
                .insert_header(("origin", "https://usve.example.se"))
                .set_form([("till", "/")]),
        )
        .await
        .expect_status(303);
    let header = reply.header("set-cookie");
    assert!(header.starts_with("__Host-usve=ey"), "{header}");
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(header.contains(flag), "{flag} is missing: {header}");
    }
    assert!(!header.contains("Domain"), "{header}");
    assert_eq!(reply.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
}
