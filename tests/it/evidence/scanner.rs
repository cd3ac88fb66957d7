//! The virus scan: a clamd of the test's own, which knows EICAR and nothing else.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chrono::TimeDelta;
use usve::assessments::evidence::store;

use super::corpus::{EICAR, PDF, pdf};
use crate::api::{Program, refused};
use crate::support::TestApp;
use crate::support::year::Year;

const CASE: &str = "/cases/2026/kardiologi";
const PAGE: &str = "/enhet/kardiologi/2026";

/// A clamd that speaks INSTREAM; `away`: it hangs up at once.
struct Clamd {
    address: String,
    away: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Clamd {
    fn start() -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        Clamd::answering(address, move || listener.accept().map(|(wire, _)| wire))
    }

    /// One that listens on a socket of the machine.
    fn on_socket(path: &Path) -> Clamd {
        let listener = UnixListener::bind(path).unwrap();
        let address = format!("unix:{}", path.display());
        Clamd::answering(address, move || listener.accept().map(|(wire, _)| wire))
    }

    fn answering<W: Read + Write>(
        address: String,
        next: impl Fn() -> std::io::Result<W> + Send + 'static,
    ) -> Clamd {
        let (away, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (hangs_up, count) = (Arc::clone(&away), Arc::clone(&asked));
        std::thread::spawn(move || {
            while let Ok(wire) = next() {
                count.fetch_add(1, Ordering::SeqCst);
                if !hangs_up.load(Ordering::SeqCst) {
                    // A test that has ended hangs up in the middle.
                    let _ = answer(wire);
                }
            }
        });
        Clamd { address, away, asked }
    }
}

fn answer(mut wire: impl Read + Write) -> std::io::Result<()> {
    let mut command = [0; 10];
    wire.read_exact(&mut command)?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        wire.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            break;
        }
        let begins = file.len();
        file.resize(begins + length, 0);
        wire.read_exact(&mut file[begins..])?;
    }
    let found = file.windows(EICAR.len()).any(|part| part == EICAR);
    wire.write_all(if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" })
}

#[actix_web::test]
async fn a_file_is_held_until_the_scanner_has_let_it_through() {
    let clamd = Clamd::start();
    let app = TestApp::with(&[("USVE_SCANNER", &clamd.address)]).await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    clamd.away.store(true, Ordering::SeqCst);
    let made = head.upload(&format!("{CASE}/evidence/A1?name=a.pdf"), PDF).await.expect_status(201).json();
    assert_eq!(made["scan"], "waiting");
    let path = format!("{CASE}/evidence/{}", made["id"].as_str().unwrap());
    refused(&head.get(&path).await, 409, "file_held");
    // The scanner is away: it stays held, and is tried again later.
    app.mails().await;
    let asked = clamd.asked.load(Ordering::SeqCst);
    assert!(asked >= 1);
    app.mails().await;
    assert_eq!(clamd.asked.load(Ordering::SeqCst), asked, "tried again at once");
    refused(&head.get(&path).await, 409, "file_held");
    assert_eq!(year.entered().evidence.get("A1"), Some(&1), "a held file counts");
    let browser = app.signed_in(&year.head);
    let page = browser.get(&format!("{PAGE}/A")).await.expect_status(200).text();
    assert!(
        page.contains("Väntar på viruskontroll")
            && !page.contains(&format!("href=\"{PAGE}/underlag/{}\"", made["id"].as_str().unwrap())),
        "{page}"
    );
    browser.get(&format!("{PAGE}/underlag/{}", made["id"].as_str().unwrap())).await.expect_status(409);
    let page = browser.get(&format!("{PAGE}/lamna-in")).await.expect_status(200).text();
    assert!(page.contains("a.pdf: Väntar på viruskontroll"), "{page}");
    clamd.away.store(false, Ordering::SeqCst);
    app.travel(TimeDelta::minutes(2));
    app.mails().await;
    assert_eq!(head.get(&path).await.expect_status(200).body, PDF);
    let page = app.signed_in(&year.head).get(&format!("{PAGE}/A")).await.expect_status(200).text();
    assert!(!page.contains("viruskontroll"), "{page}");
}

#[actix_web::test]
async fn a_scanner_on_a_socket_of_the_machine_is_asked_and_one_that_is_away_holds_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("clamd.ctl");
    let address = format!("unix:{}", socket.display());
    let app = TestApp::with(&[("USVE_SCANNER", &address)]).await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let keep = async |criterion: &str, bytes: &[u8]| {
        let path = format!("{CASE}/evidence/{criterion}?name=a.pdf");
        let made = head.upload(&path, bytes).await.expect_status(201).json();
        format!("{CASE}/evidence/{}", made["id"].as_str().unwrap())
    };
    let (clean, sick) = (keep("A1", PDF).await, keep("B1", &pdf(EICAR)).await);
    // Nobody listens yet.
    app.mails().await;
    for held in [&clean, &sick] {
        refused(&head.get(held).await, 409, "file_held");
    }
    let clamd = Clamd::on_socket(&socket);
    assert_eq!(clamd.address, address);
    clamd.away.store(true, Ordering::SeqCst);
    app.travel(TimeDelta::minutes(2));
    app.mails().await;
    assert!(clamd.asked.load(Ordering::SeqCst) >= 1);
    refused(&head.get(&clean).await, 409, "file_held");
    clamd.away.store(false, Ordering::SeqCst);
    app.travel(TimeDelta::hours(2));
    app.mails().await;
    assert_eq!(head.get(&clean).await.expect_status(200).body, PDF);
    refused(&head.get(&sick).await, 410, "file_stopped");
}

#[actix_web::test]
async fn eicar_is_stopped_never_served_and_told_of_without_content() {
    let clamd = Clamd::start();
    let app = TestApp::with(&[("USVE_SCANNER", &clamd.address)]).await;
    let year = Year::open(&app);
    let contributor = Program::of(&app, &year.contributor);
    let sick = pdf(EICAR);
    let name = "hemligt%20namn.pdf";
    let made =
        contributor.upload(&format!("{CASE}/evidence/A1?name={name}"), &sick).await.expect_status(201).json();
    app.mails().await;
    let mails = app.mails().await;
    let case = year.case();
    let pieces = app.app.database.read(|db| store::of_case(db, &case.id)).unwrap();
    assert!(pieces[0].is_stopped());
    let path = format!("{CASE}/evidence/{}", made["id"].as_str().unwrap());
    refused(&contributor.get(&path).await, 410, "file_stopped");
    app.signed_in(&year.head)
        .get(&format!("{PAGE}/underlag/{}", made["id"].as_str().unwrap()))
        .await
        .expect_status(410);
    assert_eq!(year.entered().evidence.get("A1"), None, "a stopped file does not count");
    drop(mails);
    // The same bytes are refused at once, wherever they come; and they are not chosen for another criterion.
    refused(&contributor.upload(&format!("{CASE}/evidence/B1?name=b.pdf"), &sick).await, 415, "infected");
    let again = serde_json::json!({"evidence": made["id"]});
    refused(&contributor.post(&format!("{CASE}/evidence/B1/reuse"), &again).await, 415, "infected");
    let page = app.signed_in(&year.head).get(&format!("{PAGE}/underlag")).await.expect_status(200).text();
    assert!(page.contains("Stoppad av viruskontrollen") && !page.contains("Använd även här"), "{page}");
}

#[actix_web::test]
async fn the_head_and_who_added_it_get_a_mail_that_names_no_file() {
    let clamd = Clamd::start();
    let app = TestApp::with(&[("USVE_SCANNER", &clamd.address)]).await;
    let year = Year::open(&app);
    app.mails().await;
    let contributor = Program::of(&app, &year.contributor);
    let path = format!("{CASE}/evidence/A1?name=hemligt.pdf");
    contributor.upload(&path, &pdf(EICAR)).await.expect_status(201);
    let mut mails = app.mails().await;
    mails.extend(app.mails().await);
    mails.retain(|mail| mail.subject.contains("stoppad av viruskontrollen"));
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["maja.exempelsson@skane.example", "olle.pahittad@skane.example"]);
    for mail in &mails {
        assert!(!mail.text.contains("hemligt") && !mail.text.contains("Eicar"), "{}", mail.text);
        assert!(mail.text.contains(&format!("{PAGE}/underlag")), "{}", mail.text);
    }
}

#[actix_web::test]
async fn without_a_scanner_files_are_served_and_say_so() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let made = head.upload(&format!("{CASE}/evidence/A1?name=a.pdf"), PDF).await.expect_status(201).json();
    assert_eq!(made["scan"], "unscanned");
    let path = format!("{CASE}/evidence/{}", made["id"].as_str().unwrap());
    head.get(&path).await.expect_status(200);
    let page = app.signed_in(&year.head).get(&format!("{PAGE}/A")).await.expect_status(200).text();
    assert!(page.contains("Inte kontrollerad"), "{page}");
    // A scanner that was there and is gone lets go of what waited.
    let case = year.case();
    let stored = app.app.database.read(|db| store::of_case(db, &case.id)).unwrap()[0].file().unwrap().clone();
    app.act(|act| usve::assessments::evidence::scan::let_go(act, &stored.stored_as));
    app.mails().await;
    app.travel(TimeDelta::days(1));
    app.mails().await;
    head.get(&path).await.expect_status(200);
    app.act(|act| {
        usve::assessments::evidence::scan::note(act, &stored.stored_as, &usve::files::Verdict::Clean)
    });
    assert_eq!(head.get(&format!("{CASE}/evidence")).await.json()["items"][0]["scan"], "clean");
}
