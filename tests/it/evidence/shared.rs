//! Evidence over criteria and years: links, details, the library, the unit's room, and what is kept for a submission.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value as Json, json};
use usve::assessments::evidence::{collect, store};
use usve::assessments::open_year::open_year;

use super::corpus::{PDF, pdf};
use crate::api::{Program, refused};
use crate::support::TestApp;
use crate::support::year::{YEAR, Year};

const CASE: &str = "/cases/2026/kardiologi";
const PAGE: &str = "/enhet/kardiologi/2026";

/// The names of the files that lie in the store.
pub fn in_store(app: &TestApp) -> Vec<String> {
    let folder = app.app.config.data.folder.join("files");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

async fn add(head: &Program<'_>, criterion: &str, bytes: &[u8]) -> Json {
    head.upload(&format!("{CASE}/evidence/{criterion}?name=plan.pdf"), bytes).await.expect_status(201).json()
}

async fn library(program: &Program<'_>) -> Json {
    program.get(&format!("{CASE}/evidence-library")).await.expect_status(200).json()
}

#[actix_web::test]
async fn the_same_bytes_are_stored_once_and_used_for_several_criteria() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let first = add(&head, "A1", PDF).await;
    add(&head, "A2", PDF).await;
    let again = json!({"evidence": first["id"]});
    head.post(&format!("{CASE}/evidence/B1/reuse"), &again).await.expect_status(201);
    refused(&head.post(&format!("{CASE}/evidence/B1/reuse"), &again).await, 409, "already_here");
    assert_eq!(in_store(&app).len(), 1);
    let found = library(&head).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["used"], PDF.len());
    let uses = found["items"][0]["uses"].as_array().unwrap();
    assert_eq!(
        uses.iter().map(|one| one["criterion"].as_str().unwrap()).collect::<Vec<_>>(),
        ["A1", "A2", "B1"]
    );
    // Each is its own row: the others stay when one goes.
    head.delete(&format!("{CASE}/evidence/{}", first["id"].as_str().unwrap())).await.expect_status(204);
    assert_eq!(year.entered().evidence.get("A1"), None);
    assert_eq!(year.entered().evidence.get("B1"), Some(&1));
    // Another unit neither finds nor uses it, and the same bytes are stored again there.
    let stranger = Program::of(&app, &year.stranger);
    refused(&stranger.post("/cases/2026/ortopedi/evidence/A1/reuse", &again).await, 404, "not_found");
    refused(&stranger.get(&format!("{CASE}/evidence-library")).await, 404, "not_found");
    stranger.upload("/cases/2026/ortopedi/evidence/A1?name=a.pdf", PDF).await.expect_status(201);
    assert_eq!(in_store(&app).len(), 2);
}

#[actix_web::test]
async fn last_years_evidence_is_chosen_this_year_on_the_page() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let program = Program::of(&app, &year.head);
    let first = add(&program, "A1", PDF).await;
    let details = json!({"name": "Plan åäö.pdf", "place": "s. 4–6", "owner": "Studierektor", "valid_until": "2027-06-30"});
    let path = format!("{CASE}/evidence/{}", first["id"].as_str().unwrap());
    program.put(&path, 1, &details).await.expect_status(200);
    let mut dates = year.dates.clone();
    dates.submission += TimeDelta::days(365);
    app.act(|act| open_year(act, None, YEAR + 1, &year.form, &app.app.forms, &dates));
    let head = app.signed_in(&year.head);
    let next = "/enhet/kardiologi/2027";
    let page = head.get(&format!("{next}/underlag?till=B1")).await.expect_status(200).text();
    assert!(
        page.contains("Plan åäö.pdf") && page.contains("2026: A1") && page.contains("Använd för B1"),
        "{page}"
    );
    let fields = [("criterion", "B1"), ("evidence", first["id"].as_str().unwrap())];
    let sent = head.post_form(&format!("{next}/underlag"), &fields).await.expect_status(303);
    assert_eq!(sent.location(), format!("{next}/B#B1"));
    let page = head.get(&format!("{next}/B")).await.expect_status(200).text();
    assert!(
        page.contains("Plan åäö.pdf") && page.contains("s. 4–6") && page.contains("Ansvarig: Studierektor"),
        "{page}"
    );
    assert_eq!(in_store(&app).len(), 1);
    // The warning comes the day after the last day, and stops nothing.
    app.travel_to(NaiveDate::from_ymd_opt(2027, 7, 1).unwrap().and_hms_opt(12, 0, 0).unwrap());
    let head = app.signed_in(&year.head);
    let page = head.get(&format!("{next}/B")).await.expect_status(200).text();
    assert!(page.contains("Gällde till 30 juni 2027"), "{page}");
    let page = head.get(&format!("{next}/lamna-in")).await.expect_status(200).text();
    assert!(
        page.contains("De hindrar inte inlämningen.") && page.contains("Plan åäö.pdf: Gällde till"),
        "{page}"
    );
}

#[actix_web::test]
async fn a_link_counts_as_evidence_and_is_never_opened_by_the_service() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    // Somebody listens where the link leads: nobody comes.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/rapport", listener.local_addr().unwrap());
    let links = format!("{CASE}/evidence/A1/links");
    let made =
        head.post(&links, &json!({"url": address, "title": "Rapport"})).await.expect_status(201).json();
    assert_eq!((made["kind"].as_str(), made["url"].as_str()), (Some("link"), Some(address.as_str())));
    let made = head
        .post(&links, &json!({"url": "DOI 10.1000/182", "place": "tabell 2"}))
        .await
        .expect_status(201)
        .json();
    assert_eq!(made["url"], "https://doi.org/10.1000/182");
    assert_eq!(made["name"], "doi.org/10.1000/182");
    refused(&head.post(&links, &json!({"url": "javascript:alert(1)"})).await, 422, "wrong_link");
    assert_eq!(year.entered().evidence.get("A1"), Some(&2));
    refused(&head.get(&format!("{CASE}/evidence/{}", made["id"].as_str().unwrap())).await, 404, "not_found");
    let browser = app.signed_in(&year.head);
    let page = browser.get(&format!("{PAGE}/A")).await.expect_status(200).text();
    assert!(
        page.contains("rel=\"external noopener noreferrer\" referrerpolicy=\"no-referrer\">Rapport</a>"),
        "{page}"
    );
    for path in ["/svar", "/underlag", "/underlag?till=A2"] {
        browser.get(&format!("{PAGE}{path}")).await.expect_status(200);
    }
    app.mails().await;
    assert!(listener.accept().is_err(), "the service opened a link");
    // The page tells what is wrong and keeps what was typed.
    let fields = [("criterion", "A2"), ("url", "data:text/html,x"), ("title", "Min rubrik")];
    let page = browser.post_form(&format!("{PAGE}/underlag"), &fields).await.expect_status(422).text();
    assert!(
        page.contains("Bara adresser med http eller https") && page.contains("value=\"Min rubrik\""),
        "{page}"
    );
}

#[actix_web::test]
async fn details_are_changed_over_the_version_that_was_read() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let program = Program::of(&app, &year.head);
    let first = add(&program, "A1", PDF).await;
    let path = format!("{CASE}/evidence/{}", first["id"].as_str().unwrap());
    let place = |text: &str| json!({"place": text});
    assert_eq!(program.put(&path, 1, &place("s. 1")).await.expect_status(200).json()["version"], 2);
    refused(&program.put(&path, 1, &place("s. 2")).await, 412, "stale");
    let head = app.signed_in(&year.head);
    let form = format!("{PAGE}/underlag/{}/uppgifter", first["id"].as_str().unwrap());
    let page = head.get(&form).await.expect_status(200).text();
    assert!(page.contains("value=\"s. 1\"") && page.contains("name=\"version\" value=\"2\""), "{page}");
    let fields = |version: &'static str, date: &'static str| {
        [
            ("version", version),
            ("name", "plan.pdf"),
            ("place", "kap. 3"),
            ("description", ""),
            ("owner", ""),
            ("valid_until", date),
        ]
    };
    let page = head.post_form(&form, &fields("1", "")).await.expect_status(409).text();
    assert!(page.contains("En kollega har ändrat") && page.contains("value=\"kap. 3\""), "{page}");
    let page = head.post_form(&form, &fields("2", "i morgon")).await.expect_status(422).text();
    assert!(page.contains("Skriv datumet som 2027-12-31.") && page.contains("value=\"i morgon\""), "{page}");
    let sent = head.post_form(&form, &fields("2", "2028-01-31")).await.expect_status(303);
    assert_eq!(sent.location(), format!("{PAGE}/A#A1"));
    // Others may not open the form.
    app.signed_in(&year.stranger).get(&form).await.expect_status(404);
    app.signed_in(&year.coordinator).get(&form).await.expect_status(404);
}

#[actix_web::test]
async fn ten_pieces_and_the_units_room_are_the_limits_and_the_refusals_lead_on() {
    let app = TestApp::with(&[("USVE_FILES_QUOTA_MB", "20")]).await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    for number in 0..10 {
        let body = json!({"url": format!("https://exempel.se/{number}")});
        head.post(&format!("{CASE}/evidence/A1/links"), &body).await.expect_status(201);
    }
    let eleventh = head.upload(&format!("{CASE}/evidence/A1?name=a.pdf"), PDF).await;
    refused(&eleventh, 409, "too_many_files");
    let large = |fill: u8| pdf(&vec![fill; 15_000_000]);
    add(&head, "A2", &large(b'a')).await;
    let problem = refused(
        &head.upload(&format!("{CASE}/evidence/B1?name=b.pdf"), &large(b'b')).await,
        409,
        "quota_full",
    );
    assert!(problem["detail"].as_str().unwrap().contains("20\u{a0}MB"), "{problem}");
    let browser = app.signed_in(&year.head);
    let page = browser
        .post_files(&format!("{PAGE}/B/B1/underlag"), &[("b.pdf", &large(b'b'))])
        .await
        .expect_status(409)
        .text();
    assert!(
        page.contains("b.pdf: Enhetens filer får ta 20\u{a0}MB")
            && page.contains(&format!("{PAGE}/underlag\"")),
        "{page}"
    );
    // The same bytes take no more room.
    add(&head, "B1", &large(b'a')).await;
    // What was refused is not left in the store.
    assert_eq!(in_store(&app).len(), 1);
}

#[actix_web::test]
async fn removed_bytes_go_after_a_while_unless_a_submission_names_them() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let (named, loose) = (add(&head, "A1", &pdf(b"named")).await, add(&head, "A1", &pdf(b"loose")).await);
    let removed = |piece: &Json| format!("{CASE}/evidence/{}", piece["id"].as_str().unwrap());
    head.delete(&removed(&loose)).await.expect_status(204);
    app.travel(TimeDelta::seconds(1));
    year.fill();
    head.post(&format!("{CASE}/submission"), &Json::Null).await.expect_status(200);
    let snapshot = head.get(&format!("{CASE}/submission")).await.json();
    let files = snapshot["content"]["criteria"]["A1"]["evidence"].to_string();
    assert!(
        files.contains(named["id"].as_str().unwrap()) && !files.contains(loose["id"].as_str().unwrap()),
        "{files}"
    );
    let reason = json!({"reason": "Fel fil i A1."});
    head.post(&format!("{CASE}/submission/withdrawal"), &reason).await.expect_status(200);
    head.delete(&removed(&named)).await.expect_status(204);
    let lies = |piece: &Json| {
        let sum = piece["sha256"].as_str().unwrap();
        in_store(&app).iter().any(|name| {
            usve::ids::sha256(&std::fs::read(app.app.config.data.folder.join("files").join(name)).unwrap())
                == sum
        })
    };
    app.mails().await;
    assert!(lies(&named) && lies(&loose), "too early");
    app.travel(TimeDelta::days(collect::KEPT_DAYS + 1));
    app.mails().await;
    assert!(lies(&named) && !lies(&loose));
    // The same bytes given again are stored again, and a file that lay there without a row is swept.
    std::fs::write(app.app.config.data.folder.join("files").join("0".repeat(64)), b"orphan").unwrap();
    std::fs::write(app.app.config.data.folder.join("files").join("not-ours.txt"), b"kept").unwrap();
    let head = Program::of(&app, &year.head);
    add(&head, "A2", &pdf(b"loose")).await;
    assert!(lies(&loose));
    app.travel(TimeDelta::days(40));
    app.mails().await;
    let lie = in_store(&app);
    assert!(!lie.contains(&"0".repeat(64)) && lie.contains(&"not-ours.txt".to_owned()), "{lie:?}");
    assert!(lies(&loose) && lies(&named));
}

#[actix_web::test]
async fn after_the_submission_a_newer_version_stands_beside_the_submitted_one() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let first = add(&head, "A1", PDF).await;
    let of = |piece: &Json| format!("{CASE}/evidence/{}", piece["id"].as_str().unwrap());
    let newer = pdf(b"newer");
    let path = format!("{}/versions?name=nyare.pdf", of(&first));
    refused(&head.upload(&path, &newer).await, 409, "wrong_state");
    year.submit();
    let digest = head.get(&format!("{CASE}/submission")).await.json()["digest"].clone();
    refused(&head.delete(&of(&first)).await, 409, "wrong_state");
    refused(&head.upload(&path, PDF).await, 409, "same_file");
    let made = head.upload(&path, &newer).await.expect_status(201).json();
    assert_eq!(made["supersedes"], first["id"]);
    refused(&head.upload(&path, &pdf(b"third")).await, 409, "superseded");
    for (piece, bytes) in [(&first, PDF), (&made, &newer[..])] {
        assert_eq!(head.get(&of(piece)).await.expect_status(200).body, bytes);
    }
    assert_eq!(head.get(&format!("{CASE}/submission")).await.json()["digest"], digest);
    let coordinator = Program::of(&app, &year.coordinator);
    refused(&coordinator.upload(&path, &newer).await, 403, "forbidden");
    refused(&Program::of(&app, &year.stranger).upload(&path, &newer).await, 404, "not_found");
    let browser = app.signed_in(&year.head);
    let page = browser.get(&format!("{PAGE}/svar")).await.expect_status(200).text();
    assert!(
        page.contains("ersatt av en nyare") && page.contains("Nyare version, lämnad efter inlämningen"),
        "{page}"
    );
    let form = format!("{PAGE}/underlag/{}", made["id"].as_str().unwrap());
    let page = browser.get(&format!("{form}/uppgifter")).await.expect_status(200).text();
    assert!(page.contains("Lämna nyare version"), "{page}");
    browser.post_files(&format!("{form}/ny-version"), &[("fjärde.pdf", &pdf(b"4"))]).await.expect_status(303);
    let case = year.case();
    let pieces = app.app.database.read(|db| store::of_case(db, &case.id)).unwrap();
    assert_eq!(pieces.iter().filter(|piece| piece.supersedes.is_some()).count(), 2);
}
