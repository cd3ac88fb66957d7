//! The real process: a gigabyte is refused at the limit, a kill leaves whole files alone.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use usve::identity::bearer::{self, Scope};

use super::corpus::{bomb, pdf};
use crate::support::TestApp;
use crate::support::year::Year;

/// What is sent in all, in bytes.
const GIGABYTE: usize = 1024 * 1024 * 1024;
/// By how much memory may rise meanwhile, in bytes.
const FLAT: u64 = 20 * 1024 * 1024;

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(app: &TestApp) -> Server {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = &app.app.config;
        let database = match &config.data.database {
            usve::db::Address::Sqlite(path) => format!("sqlite://{}", path.display()),
            usve::db::Address::Postgres(url) => url.clone(),
        };
        let process = Command::new(env!("CARGO_BIN_EXE_usve"))
            .arg("serve")
            .env_clear()
            .env("USVE_DATA", &config.data.folder)
            .env("USVE_DATABASE_URL", database)
            .env("USVE_LISTEN", address.to_string())
            .env("USVE_BASE_URL", &app.app.base_url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        Server { process, address }
    }

    /// The process's memory in bytes: now, or the most since [`Server::forget_peak`].
    fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|about| about.len()).sum()
}

/// Sends a chunked POST whose body is `before`, then so many bytes, then `after`; gives the status and the answer. Calls
/// `watch` every now and then.
fn send(
    address: SocketAddr,
    head: &str,
    (before, bytes, after): (&[u8], usize, &[u8]),
    mut watch: impl FnMut(),
) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
    let head = format!("{head}Host: {address}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut chunk = |bytes: &[u8]| {
        let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
        framed.extend_from_slice(bytes);
        framed.extend_from_slice(b"\r\n");
        stream.write_all(&framed).is_ok()
    };
    let piece = vec![b'x'; 1024 * 1024];
    let mut goes_on = chunk(before);
    for number in 0..bytes / piece.len() {
        goes_on = goes_on && chunk(&piece);
        if number % 32 == 0 {
            watch();
        }
    }
    if goes_on {
        chunk(after);
        // The answer may have come, and the connection gone, before all was sent.
        let _ = stream.write_all(b"0\r\n\r\n");
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

#[actix_web::test]
async fn a_gigabyte_and_a_bomb_are_refused_with_flat_memory_through_page_and_api() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    app.travel_to(chrono::Utc::now().naive_utc());
    let head = app.signed_in(&year.head);
    let (token, _) = app.act(|act| bearer::create(act, &year.head, None, "a test", Scope::Write, 30));
    let name = usve::web::cookies::session_name(&app.app);
    let page = format!(
        "POST /enhet/kardiologi/2026/A/A1/underlag HTTP/1.1\r\nCookie: {name}={}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=grans\r\n",
        head.cookie(name).unwrap()
    );
    let field = format!(
        "--grans\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--grans\r\nContent-Disposition: form-data; \
         name=\"files\"; filename=\"stor.pdf\"\r\n\r\n%PDF-1.7\n",
        head.form_token()
    );
    let after = b"\n%%EOF\n\r\n--grans--\r\n";
    let api = format!(
        "POST /api/v1/cases/2026/kardiologi/evidence/A1?name=stor.pdf HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\
         Accept-Language: sv\r\nContent-Type: application/octet-stream\r\n"
    );
    let server = Server::start(&app);
    let arriving = app.app.config.data.folder.join("arriving");
    // Warm: the allocator, the threads, the store.
    for _ in 0..3 {
        let (status, answer) = send(server.address, &page, (field.as_bytes(), 4 << 20, after), || {});
        assert_eq!(status, 303, "{answer}");
        let (status, answer) = send(server.address, &api, (b"%PDF-1.7\n", 4 << 20, b"\n%%EOF\n"), || {});
        assert_eq!(status, 201, "{answer}");
    }
    for (way, head, before, after) in
        [("page", &page, field.as_bytes(), &after[..]), ("API", &api, b"%PDF-1.7\n", b"\n%%EOF\n")]
    {
        server.forget_peak();
        let (before_it, mut disk) = (server.memory("VmRSS"), 0);
        let (status, answer) = send(server.address, head, (before, GIGABYTE, after), || {
            disk = disk.max(size_of(&arriving));
        });
        let rise = server.memory("VmHWM").saturating_sub(before_it);
        assert_eq!(status, 413, "{way}: {answer}");
        assert!(
            answer.contains("Filen är större än 20 MB.") && answer.contains("lägg till en länk"),
            "{way}: {answer}"
        );
        assert!(rise < FLAT, "{way}: memory rose by {rise}");
        assert!(disk <= usve::assessments::evidence::MOST_BYTES, "{way}: {disk} bytes on disk");
        assert_eq!(size_of(&arriving), 0, "{way}");
    }
    let bomb = bomb();
    assert!(bomb.len() < 250_000, "{}", bomb.len());
    server.forget_peak();
    let before_it = server.memory("VmRSS");
    let (status, answer) = send(server.address, &api, (&bomb, 0, b" "), || {});
    assert_eq!(status, 415, "{answer}");
    // A byte too much after its end: refused as broken. As it is, it is a bomb.
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "{api}Host: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", bomb.len()).unwrap();
    stream.write_all(&bomb).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 415") && answer.contains("file_expands"), "{answer}");
    let rise = server.memory("VmHWM").saturating_sub(before_it);
    assert!(rise < FLAT, "memory rose by {rise}");
}

#[actix_web::test]
async fn a_kill_leaves_every_file_that_was_answered_whole() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    app.travel_to(chrono::Utc::now().naive_utc());
    let (token, _) = app.act(|act| bearer::create(act, &year.head, None, "a test", Scope::Write, 30));
    let criteria = ["A1", "A2", "B1", "C1"];
    let answered = Arc::new(AtomicU64::new(0));
    for round in 0..3_u64 {
        let server = Server::start(&app);
        let address = server.address;
        let writers: Vec<_> = criteria
            .iter()
            .map(|criterion| {
                let (token, criterion) = (token.clone(), (*criterion).to_owned());
                let answered = Arc::clone(&answered);
                std::thread::spawn(move || {
                    for number in 0..3 {
                        let bytes = pdf(format!("{criterion} {round} {number}").repeat(200_000).as_bytes());
                        let Ok(mut stream) = TcpStream::connect(address) else { return };
                        let head = format!(
                            "POST /api/v1/cases/2026/kardiologi/evidence/{criterion}?name=a.pdf HTTP/1.1\r\nHost: a\r\n\
                             Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\
                             Content-Length: {}\r\n\r\n",
                            bytes.len()
                        );
                        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
                        let mut answer = String::new();
                        if sent.is_err() || stream.read_to_string(&mut answer).is_err() {
                            return;
                        }
                        if answer.starts_with("HTTP/1.1 201") {
                            answered.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                })
            })
            .collect();
        // However slow the machine: some uploads are answered before the kill, others are on their way.
        let (begun, wanted) = (Instant::now(), answered.load(Ordering::SeqCst) + 1 + round);
        while answered.load(Ordering::SeqCst) < wanted {
            assert!(begun.elapsed() < Duration::from_mins(1), "the server answers no upload");
            std::thread::sleep(Duration::from_millis(3));
        }
        drop(server);
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let case = year.case();
    let pieces =
        app.app.database.read(|db| usve::assessments::evidence::store::of_case(db, &case.id)).unwrap();
    let folder = app.app.config.data.folder.join("files");
    for piece in &pieces {
        let file = piece.file().unwrap();
        let bytes = std::fs::read(folder.join(&file.stored_as)).unwrap();
        assert_eq!(usve::ids::sha256(&bytes), file.sha256);
    }
    let count = u64::try_from(pieces.len()).unwrap();
    assert!(count >= answered.load(Ordering::SeqCst), "{count} of {answered:?} are there");
    // Every name without a mark of a half is whole, also those that no answer came for.
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().contains('#') {
            assert!(std::fs::read(&path).unwrap().ends_with(b"%%EOF\n"), "{}", path.display());
        }
    }
}

#[actix_web::test]
async fn what_a_dead_process_left_half_done_is_cleared_at_the_start() {
    let app = TestApp::new().await;
    let folder = app.app.config.data.folder.clone();
    let whole = folder.join("files").join("a".repeat(64));
    let half = folder.join("files").join(format!("{}#1", "b".repeat(64)));
    let (came, comes) = (folder.join("arriving/c"), folder.join("arriving/d"));
    for path in [&whole, &half, &came, &comes] {
        std::fs::write(path, b"bytes").unwrap();
    }
    let long_ago = SystemTime::now() - Duration::from_hours(2);
    for path in [&whole, &half, &came] {
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    assert_eq!(app.app.files.clear_leftovers(chrono::Utc::now().naive_utc()), 2);
    // A whole file stays however old it is; one that is just arriving belongs to another process.
    assert!(whole.exists() && !half.exists() && !came.exists() && comes.exists());
}
