//! The program as it is started: settings, exit status, accounts, and a service on its feet.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The program with its data in a folder of the test's own.
fn usve(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usve"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USVE_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    usve(folder.path(), arguments).output().unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A running service; ended when this goes.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(folder: &TempDir, settings: &[(&str, &str)]) -> Service {
        let mut command = usve(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
        command.envs(settings.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("usve answers on http://").expect(&line).to_owned();
        Service { child, address }
    }

    fn get(&self, path: &str) -> String {
        get(&self.address, path)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_wrong_setting_is_refused_in_one_plain_sentence() {
    let folder = folder();
    let output = usve(folder.path(), &["serve"]).env("USVE_LISTN", "x").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(err(&output), "usve: USVE_LISTN is no setting of usve\n");
    assert!(out(&output).is_empty() && std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    let folder = folder();
    for arguments in
        [&["no-such-command"][..], &[], &["user", "add"], &["user", "add", "a@b.se", "--role", "king"]]
    {
        assert_eq!(run(&folder, arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_settings_are_printed_with_their_source_and_without_secrets() {
    let folder = folder();
    std::fs::write(folder.path().join("usve.toml"), "listen = \"127.0.0.1:9000\"\n").unwrap();
    let output = usve(folder.path(), &["config", "--config", "usve.toml", "--json"])
        .env("USVE_DATABASE_URL", "postgres://usve:hemligt@db.example.se/usve")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(!out(&output).contains("hemligt"));
    let settings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let find =
        |name: &str| settings.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(
        (find("USVE_LISTEN")["value"].clone(), find("USVE_LISTEN")["from"].clone()),
        ("127.0.0.1:9000".into(), "usve.toml".into())
    );
    assert_eq!(find("USVE_DATABASE_URL")["from"], "environment");
}

#[test]
fn every_setting_is_described_on_the_generated_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/env-vars.md");
    let generated = usve::config::env_vars::page();
    assert_eq!(
        std::fs::read_to_string(page).unwrap(),
        generated,
        "run `usve config --docs > docs/env-vars.md`"
    );
}

#[test]
fn an_account_is_added_listed_and_signs_in_by_a_printed_link() {
    let folder = folder();
    let add = [
        "user",
        "add",
        "Anna@example.se",
        "--name",
        "Anna Andersson",
        "--organisation",
        "university",
        "--role",
        "coordinator",
    ];
    let first = run(&folder, &add);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    // Adding again changes nothing and gives the same account.
    assert_eq!(out(&run(&folder, &add)), out(&first));
    assert_eq!(out(&run(&folder, &["user", "list"])), "anna@example.se  Anna Andersson  coordinator\n");
    let link = out(&run(&folder, &["user", "link", "anna@example.se"]));
    assert!(link.starts_with("http://127.0.0.1:8080/logga-in/"), "{link}");
    let unknown = run(&folder, &["user", "link", "bo@example.se"]);
    assert_eq!(
        (unknown.status.code(), err(&unknown).as_str()),
        (Some(1), "usve: nobody has the address bo@example.se\n")
    );
    let nameless = run(&folder, &["user", "add", "bo@example.se"]);
    assert_eq!(
        (nameless.status.code(), err(&nameless).as_str()),
        (Some(1), "usve: a new account needs --name\n")
    );
    let placeless = run(&folder, &["user", "add", "bo@example.se", "--name", "Bo Berg", "--role", "head"]);
    assert_eq!(
        (placeless.status.code(), err(&placeless).as_str()),
        (Some(1), "usve: the role head needs --unit\n")
    );
    assert_eq!(out(&run(&folder, &["user", "list"])).lines().count(), 1, "nothing of a refused act is kept");
    assert_eq!(run(&folder, &["audit", "verify"]).status.code(), Some(0));
    assert_eq!(run(&folder, &["invariants"]).status.code(), Some(0));
}

#[test]
fn a_changed_log_is_found() {
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, SqliteConnection};
    let folder = folder();
    run(&folder, &["user", "add", "anna@example.se", "--name", "Anna Andersson"]);
    let file = folder.path().join("data/usve.db");
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute("UPDATE audit_entries SET act = 'nothing'").unwrap();
    let output = run(&folder, &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).starts_with("chain system entry 1:"), "{}", out(&output));
}

#[test]
fn a_deployment_with_weak_settings_is_refused_unless_they_are_accepted_by_name() {
    let folder = folder();
    run(&folder, &["migrate"]);
    assert_eq!(run(&folder, &["check"]).status.code(), Some(0));
    let output = run(&folder, &["check", "--deploy"]);
    assert_eq!(output.status.code(), Some(1));
    for weak in
        ["[sign_in_links]", "[mail_folder]", "[sqlite]", "[no_scanner]", "USVE_BASE_URL", "USVE_AUDIT_KEY"]
    {
        assert!(out(&output).contains(weak), "{weak} is missing: {}", out(&output));
    }
    let output = usve(folder.path(), &["check", "--deploy"])
        .env("USVE_BASE_URL", "https://usve.example.se")
        .env("USVE_CONTACT", "kansliet@example.se")
        .env("USVE_MAIL_FROM", "USVE <usve@example.se>")
        .env("USVE_AUDIT_KEY", "0123456789abcdef0123456789abcdef")
        .env("USVE_ACCEPTED_RISKS", "sign_in_links, mail_folder, sqlite, no_scanner")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

#[test]
fn the_service_stands_up_from_nothing_and_tells_where() {
    let folder = folder();
    let service = Service::start(&folder, &[]);
    assert!(service.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(service.get("/readyz").ends_with("ready\n"));
    assert!(service.get("/logga-in").contains("<h1>Logga in</h1>"));
    assert!(
        service.get("/metrics").starts_with("HTTP/1.1 404"),
        "numbers are told on an address of their own"
    );
    for kept in ["usve.db", "secret", "audit-key"] {
        assert!(folder.path().join("data").join(kept).is_file(), "{kept}");
    }
}

#[test]
fn a_taken_port_names_the_way_out() {
    let folder = folder();
    let service = Service::start(&folder, &[]);
    let output = run(&folder, &["serve", "--listen", &service.address]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    let begins =
        format!("usve: {} is taken by another program\nhint: Choose another with --listen", service.address);
    assert!(said.contains(&begins), "{said}");
}

#[test]
fn numbers_are_told_on_their_own_address() {
    let folder = folder();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let service = Service::start(&folder, &[("USVE_METRICS_LISTEN", &free)]);
    service.get("/hjalp");
    let numbers = get(&free, "/metrics");
    assert!(
        numbers.contains("usve_requests_total{class=\"2xx\"} 1") && numbers.contains("usve_database_up 1"),
        "{numbers}"
    );
    assert!(get(&free, "/hjalp").starts_with("HTTP/1.1 404"));
}

#[cfg(unix)]
#[test]
fn a_service_told_to_stop_finishes_and_leaves_with_status_0() {
    let folder = folder();
    let mut service = Service::start(&folder, &[]);
    service.get("/healthz");
    let pid = service.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = service.child.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_secs(25), "it does not stop");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn background_work_is_done_once_from_the_command_line() {
    let folder = folder();
    run(&folder, &["migrate"]);
    // Reminders are due from seven in the morning, so that the number follows the hour.
    assert_ne!(out(&run(&folder, &["jobs", "run-due"])), "0 jobs and 0 mails were dealt with\n");
    assert_eq!(out(&run(&folder, &["jobs", "run-due"])), "0 jobs and 0 mails were dealt with\n");
}
