//! The real program, started on data, and the people who use it.

use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use usve::config::Config;
use usve::identity::{GrantedRole, sign_in, store as identity};
use usve::ids::PersonId;
use usve::units::store as units;

use super::client::{Client, controls};
use crate::measure::data::{AUDIT_KEY, Data, NEW_YEAR};
use crate::measure::memory;

const PROGRAM: &str = env!("CARGO_BIN_EXE_usve");
/// The page that is measured: the form's largest area, with seven criteria and 56 fields.
const AREA: &str = "A";

/// A running service; stopped when this is gone.
pub struct Server {
    child: Child,
    /// Its address and port.
    pub host: String,
    /// From the start of the process to the first good answer of `/readyz`.
    pub ready_after: Duration,
}

impl Server {
    /// Starts `usve serve` and waits until it is ready.
    pub fn start(data: &Data) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let host = format!("127.0.0.1:{port}");
        let begun = Instant::now();
        let child = usve(data).args(["serve", "--listen", &host]).spawn().unwrap();
        let mut server = Server { child, host, ready_after: Duration::ZERO };
        while !Client::connect(&server.host).is_ok_and(|mut client| client.is_ready()) {
            assert!(server.child.try_wait().unwrap().is_none(), "the service ended");
            assert!(begun.elapsed() < Duration::from_mins(1), "the service is not ready");
            std::thread::sleep(Duration::from_millis(1));
        }
        server.ready_after = begun.elapsed();
        server
    }

    /// Memory in MiB: `VmRSS` now, `VmHWM` at most so far.
    pub fn memory(&self, what: &str) -> f64 {
        memory(&self.child.id().to_string(), what)
    }

    /// Processor time used so far, to a hundredth of a second.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        // User and system time, the 14th and 15th fields of proc(5), in hundredths.
        let hundredths: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(hundredths * 10)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn usve(data: &Data) -> Command {
    let mut command = Command::new(PROGRAM);
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("USVE_")) {
        command.env_remove(name);
    }
    command
        .env("USVE_DATA", data.folder())
        .env("USVE_DATABASE_URL", data.url())
        .env("USVE_AUDIT_KEY", AUDIT_KEY)
        .env("USVE_TOKEN_MINUTES", "15")
        .env("USVE_LOG", "warn")
        .stdout(std::process::Stdio::null());
    command
}

/// How long a process takes that does nothing: the floor of every start.
pub fn empty_start(data: &Data) -> Duration {
    let begun = Instant::now();
    usve(data).arg("--version").status().unwrap();
    begun.elapsed()
}

/// The head of a unit, signed in, with the unit's area open.
pub struct Head {
    client: Client,
    path: String,
    token: String,
    /// The area's controls as the page had them, and as they were saved since.
    form: Vec<(String, String)>,
    /// Makes every text new, since saving what is already there writes nothing.
    saves: u32,
}

impl Head {
    /// Signs so many heads in, each of a unit of their own, by one-time links.
    pub fn sign_in(data: &Data, host: &str, count: usize) -> Vec<Head> {
        let limits = Config::load(None, &[]).unwrap().session;
        let database = data.open();
        let heads: Vec<(String, PersonId)> = database
            .read(|db| {
                let grants = identity::grants(db, None)?;
                let head = |unit: &usve::units::Unit| {
                    let mut grants = grants.iter().filter(|grant| grant.role == GrantedRole::Head);
                    let found = grants.find(|grant| grant.unit_id.as_ref() == Some(&unit.id))?;
                    Some((unit.slug.clone(), found.person_id.clone()))
                };
                Ok(units::all(db)?.iter().filter_map(head).collect())
            })
            .unwrap();
        let heads = heads.into_iter().take(count).map(|(unit, person)| {
            let token = database.act(|act| sign_in::new_link(act, &person, limits)).unwrap();
            let mut client = Client::connect(host).unwrap();
            let answer =
                client.post(&format!("/logga-in/{token}"), "", &[("till".to_owned(), "/".to_owned())]);
            assert_eq!(answer.status, 303, "{unit} did not sign in");
            let path = format!("/enhet/{unit}/{NEW_YEAR}/{AREA}");
            let form = controls(&client.get(&path).body, "area");
            let token = form.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
            Head { client, path, token, form, saves: 0 }
        });
        heads.collect()
    }

    /// Asks whether the process is alive: a request that does nothing.
    pub fn nothing(&mut self) {
        assert_eq!(self.client.get("/healthz").status, 200);
    }

    /// The unit's slug.
    pub fn unit(&self) -> String {
        self.path.split('/').nth(2).unwrap().to_owned()
    }

    /// Asks for something that does not exist for the head.
    pub fn is_refused(&mut self, path: &str) {
        assert_eq!(self.client.get(path).status, 404, "{path}");
    }

    /// Opens the area.
    pub fn open(&mut self) {
        assert_eq!(self.client.get(&self.path).status, 200);
    }

    /// The size of the area's page in KiB.
    pub fn page_size(&mut self) -> usize {
        self.client.get(&self.path).body.len() / 1024
    }

    /// Opens the area as a browser does, which asks for a compressed page.
    pub fn open_compressed(&mut self) {
        assert_eq!(self.client.get_compressed(&self.path).status, 200);
    }

    /// Saves one criterion as the page's script does while somebody types: all its controls, one of them changed.
    pub fn save_one(&mut self) {
        let criterion = format!("{AREA}1");
        self.type_into(&criterion);
        let mut form = vec![("csrf".to_owned(), self.token.clone())];
        form.extend(self.form.iter().filter(|control| belongs(control, &criterion)).cloned());
        let answer = self.client.post(&self.path, "X-Autosave: 1\r\n", &form);
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.count_version(&criterion);
    }

    /// Presses Save with one text changed in every criterion of the area.
    pub fn save_all(&mut self) {
        let criteria: Vec<String> = self
            .form
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("version.").map(str::to_owned))
            .collect();
        for criterion in &criteria {
            self.type_into(criterion);
        }
        let key = format!("measured-{}", self.saves);
        self.form
            .iter_mut()
            .filter(|(name, _)| name == "nyckel")
            .for_each(|(_, value)| value.clone_from(&key));
        let answer = self.client.post(&self.path, "", &self.form);
        assert_eq!(
            (answer.status, answer.location.as_deref()),
            (303, Some(self.path.as_str())),
            "{}",
            answer.body
        );
        for criterion in &criteria {
            self.count_version(criterion);
        }
    }

    fn type_into(&mut self, criterion: &str) {
        self.saves += 1;
        let name = format!("{criterion}.motivation");
        let text = self.form.iter_mut().find(|(found, _)| *found == name).unwrap();
        let kept: String = text.1.chars().take_while(|sign| *sign != '|').collect();
        text.1 = format!("{kept}| change {}", self.saves);
    }

    fn count_version(&mut self, criterion: &str) {
        let name = format!("version.{criterion}");
        let version = self.form.iter_mut().find(|(found, _)| *found == name).unwrap();
        version.1 = (version.1.parse::<u32>().unwrap() + 1).to_string();
    }
}

/// Whether a control belongs to a criterion, its version and its hidden marks among them.
fn belongs((name, value): &(String, String), criterion: &str) -> bool {
    let marks = name == "present" || name == "shown";
    let of = if marks { value } else { name.strip_prefix("version.").unwrap_or(name) };
    of.split(['.', '-']).next() == Some(criterion)
}
