//! The process is killed while people answer: what was answered «saved» is there.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::support::TestApp;
use crate::support::year::Year;

/// Rounds of killing; the long run sets `USVE_TEST_KILLS` to 200.
fn rounds() -> u32 {
    std::env::var("USVE_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// Each writer has a criterion of its own.
const CRITERIA: [&str; 8] = ["A1", "A2", "B1", "C1", "D1", "E1", "F1", "G1"];

struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(app: &TestApp, address: SocketAddr) -> Server {
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
        let server = Server { process, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// SIGKILL: no chance to finish anything.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// One save over a connection of its own: the status and the JSON body, or nothing when the connection broke.
fn save(
    address: SocketAddr,
    cookie: &str,
    token: &str,
    criterion: &str,
    seen: i32,
    text: &str,
) -> Option<(u16, Json)> {
    let area = criterion.chars().next().unwrap();
    let body = format!("csrf={token}&version.{criterion}={seen}&{criterion}.motivation={text}");
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(
        stream,
        "POST /enhet/kardiologi/2026/{area} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Sec-Fetch-Site: same-origin\r\nX-Autosave: 1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut rest = String::new();
    reader.read_to_string(&mut rest).ok()?;
    let (head, body) = rest.split_once("\r\n\r\n")?;
    let body = if head.to_lowercase().contains("transfer-encoding: chunked") {
        body.lines().filter(|line| line.starts_with('{')).collect::<String>()
    } else {
        body.to_owned()
    };
    Some((status, serde_json::from_str(&body).unwrap_or(Json::Null)))
}

#[actix_web::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    // The program runs on the machine's clock, so the session must too.
    app.travel_to(chrono::Utc::now().naive_utc());
    let head = app.signed_in(&year.head);
    let name = usve::web::cookies::session_name(&app.app);
    let (cookie, token) = (format!("{name}={}", head.cookie(name).unwrap()), head.form_token());
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let mut versions = [0; CRITERIA.len()];
    let mut acknowledged: Vec<(usize, i32, String)> = Vec::new();
    for round in 0..rounds() {
        let server = Server::start(&app, address);
        let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
        let results = std::thread::scope(|scope| {
            let writers: Vec<_> = CRITERIA
                .iter()
                .enumerate()
                .map(|(at, criterion)| {
                    let (stop, answered, cookie, token, mut seen) =
                        (&stop, &answered, &cookie, &token, versions[at]);
                    scope.spawn(move || {
                        let mut kept = Vec::new();
                        let mut number = 0;
                        while !stop.load(Ordering::Relaxed) {
                            let text = format!("runda-{round}-text-{number}");
                            number += 1;
                            match save(server.address, cookie, token, criterion, seen, &text) {
                                Some((200, body)) => {
                                    seen =
                                        i32::try_from(body["versions"][criterion].as_i64().unwrap()).unwrap();
                                    kept.push((at, seen, text));
                                    answered.fetch_add(1, Ordering::Relaxed);
                                }
                                // A save that was not answered may have been kept: the next one is over it.
                                Some((409, _)) => seen += 1,
                                Some((status, body)) => panic!("{status} {body}"),
                                None => std::thread::sleep(Duration::from_millis(2)),
                            }
                        }
                        (at, seen, kept)
                    })
                })
                .collect();
            // However slow the machine: some saves are answered before the kill, at a moment that differs by round.
            let (begun, wanted) = (Instant::now(), usize::try_from(8 + round * 5 % 9).unwrap());
            while answered.load(Ordering::Relaxed) < wanted {
                assert!(begun.elapsed() < Duration::from_mins(1), "the server answers no save");
                std::thread::sleep(Duration::from_millis(3));
            }
            server.kill();
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        for (at, seen, kept) in results {
            versions[at] = seen;
            acknowledged.extend(kept);
        }
    }
    assert!(
        acknowledged.len() >= 5 * usize::try_from(rounds()).unwrap(),
        "only {} saves",
        acknowledged.len()
    );
    let case = year.case();
    for (at, criterion) in CRITERIA.iter().enumerate() {
        let there =
            app.app.database.read(|db| usve::assessments::store::versions(db, &case.id, criterion)).unwrap();
        for (_, version, text) in acknowledged.iter().filter(|(of, _, _)| *of == at) {
            let found = there
                .iter()
                .find(|(number, _, _, _)| number == version)
                .unwrap_or_else(|| panic!("{criterion} lost version {version}"));
            assert_eq!(found.1["motivation"], json!(text), "{criterion} version {version}");
        }
    }
}
