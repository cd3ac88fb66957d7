//! Settings: read once at start from defaults, one file and the environment; nothing else in the service reads them.
//!
//! Invariants: every setting stands in [`env_vars::VARIABLES`]; an unknown or unreadable one stops the start by name;
//! secrets are never printed.

pub mod env_vars;
pub mod secret;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::db::Address;
use crate::files::{Place, Scanner};
use crate::ids::Secret;
use crate::problem::{Kind, Problem};
use env_vars::{VARIABLES, Variable};

/// The web service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What people type, without a slash at the end. Empty until the port is known: see [`Web::base_url`].
    configured_base_url: String,
    /// Where `/metrics` is served.
    pub metrics_listen: Option<SocketAddr>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Serving threads.
    pub workers: usize,
}

impl Web {
    /// The service's address, without a slash at the end; `bound` is where it listens in fact.
    #[must_use]
    pub fn base_url(&self, bound: SocketAddr) -> String {
        if self.configured_base_url.is_empty() {
            format!("http://{bound}")
        } else {
            self.configured_base_url.clone()
        }
    }

    /// Whether people come by https, which decides the cookie's name and flags.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.configured_base_url.starts_with("https://")
    }

    /// The name of the session's cookie.
    #[must_use]
    pub fn session_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-usve" } else { "usve-local" }
    }
}

/// Where data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The data folder.
    pub folder: PathBuf,
    /// The database.
    pub database: Address,
    /// Open connections.
    pub connections: u32,
}

/// Where files of evidence are kept, and what is done with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The store.
    pub place: Place,
    /// The most that one unit's files may come to, in bytes.
    pub quota: i64,
    /// Who looks at them.
    pub scanner: Option<Scanner>,
}

/// Limits of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Life of a cookie's token.
    pub token: TimeDelta,
    /// Longest time between two requests.
    pub idle: TimeDelta,
    /// Longest time from sign-in.
    pub absolute: TimeDelta,
    /// Life of a sign-in link.
    pub link: TimeDelta,
}

/// Where mail goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The server's address, which may hold a password; none means the folder `mail/`.
    pub smtp_url: Option<String>,
    /// `Name <address>`.
    pub from: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// What is logged.
    pub filter: String,
    /// One JSON object a line instead of text.
    pub json: bool,
}

/// Every setting, read and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The web service.
    pub web: Web,
    /// Where data is kept.
    pub data: Data,
    /// Files of evidence.
    pub files: Files,
    /// Limits of sessions.
    pub session: Session,
    /// Where mail goes.
    pub mail: Mail,
    /// The log.
    pub log: Log,
    /// The most cases of a year's calibration round.
    pub calibration_cases: usize,
    /// Folder with further forms.
    pub forms: Option<PathBuf>,
    /// Address of the office that helps.
    pub contact: String,
    /// Weak settings that are let pass in deployment.
    pub accepted_risks: Vec<String>,
    /// Key of sessions and form tokens as it was set; see [`secret::Keys`].
    secret: String,
    /// Key of the audit log as it was set.
    audit_key: String,
    /// Whether this is a rehearsal, where `/demo` signs anybody in. Only the demo command sets it.
    pub demo: bool,
    shown: Vec<Shown>,
}

/// One setting as `usve config` shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// The name in the environment.
    pub name: &'static str,
    /// The value; of a secret only that it is set.
    pub value: String,
    /// `default`, `environment` or the file's path.
    pub from: String,
}

impl Config {
    /// Reads the settings: defaults, then the file, then `environment`, each over the one before.
    ///
    /// # Errors
    /// Names the setting that is unknown or cannot be read, and what is wanted.
    pub fn load(file: Option<&Path>, environment: &[(String, String)]) -> Result<Config, Problem> {
        let mut figment = Figment::from(Layer::new(
            "default",
            VARIABLES.iter().map(|variable| (variable.key(), Value::from(variable.default))),
        ));
        if let Some(path) = file {
            figment = figment.merge(Layer::new(&path.display().to_string(), read_file(path)?));
        }
        let from_environment =
            environment.iter().map(|(name, value)| (env_vars::key(name), Value::from(value.as_str())));
        figment = figment.merge(Layer::new("environment", from_environment));
        let values: BTreeMap<String, Value> = figment.extract().map_err(Problem::internal)?;
        if let Some(unknown) =
            values.keys().find(|key| VARIABLES.iter().all(|variable| variable.key() != **key))
        {
            return Err(wrong(&format!("USVE_{}", unknown.to_uppercase()), "is no setting of usve"));
        }
        let source =
            |key: &str| figment.find_metadata(key).map_or_else(String::new, |found| found.name.to_string());
        Reader { values: &values }.config(&source)
    }

    /// Every setting as it may be shown.
    #[must_use]
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The same settings on another address, as the command line has it.
    ///
    /// # Errors
    /// Plain http would be spoken beyond loopback.
    pub fn listening_on(mut self, listen: SocketAddr) -> Result<Config, Problem> {
        if self.web.configured_base_url.is_empty() && !listen.ip().is_loopback() {
            return Err(wrong(
                "USVE_BASE_URL",
                "must be set, with https, when the service listens beyond loopback",
            ));
        }
        self.web.listen = listen;
        Ok(self)
    }

    /// Whether the key of the log lies in the data folder, where whoever can change the data can read it.
    #[must_use]
    pub fn keys_are_kept_with_the_data(&self) -> bool {
        self.audit_key.is_empty()
    }

    /// Makes this the configuration of a rehearsal: only on loopback, with data in a folder of its own.
    ///
    /// # Errors
    /// The listen address is not a loopback address.
    pub fn into_demo(mut self, folder: &Path, listen: SocketAddr) -> Result<Config, Problem> {
        if !listen.ip().is_loopback() {
            return Err(wrong(
                "--listen",
                "must be a loopback address in a rehearsal, such as 127.0.0.1:8080",
            ));
        }
        self.demo = true;
        self.web.listen = listen;
        self.web.configured_base_url = String::new();
        self.data.folder = folder.to_path_buf();
        self.data.database = Address::Sqlite(folder.join("usve.db"));
        self.mail.smtp_url = None;
        Ok(self)
    }
}

/// One source of settings with its name.
struct Layer {
    name: String,
    values: Dict,
}

impl Layer {
    fn new(name: &str, values: impl IntoIterator<Item = (String, Value)>) -> Layer {
        Layer { name: name.to_owned(), values: values.into_iter().collect() }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

fn read_file(path: &Path) -> Result<Vec<(String, Value)>, Problem> {
    let name = path.display().to_string();
    if !path.is_file() {
        return Err(wrong(&name, "is not there, or is no file"));
    }
    let found =
        Toml::file_exact(path).data().map_err(|error| wrong(&name, &format!("cannot be read: {error}")))?;
    Ok(found.into_values().flatten().map(|(name, value)| (env_vars::key(&name), value)).collect())
}

fn wrong(name: &str, what: &str) -> Problem {
    let sentence = format!("{name} {what}");
    Problem::new(Kind::Malformed, "setting", sentence.clone(), sentence)
}

struct Reader<'a> {
    values: &'a BTreeMap<String, Value>,
}

impl Reader<'_> {
    fn config(&self, source: &dyn Fn(&str) -> String) -> Result<Config, Problem> {
        let folder = PathBuf::from(self.text("USVE_DATA")?);
        let listen = self.parsed("USVE_LISTEN", "an address and a port, such as 127.0.0.1:8080")?;
        let web = Web {
            listen,
            configured_base_url: self.base_url(listen)?,
            metrics_listen: self
                .optional("USVE_METRICS_LISTEN", "an address and a port, such as 127.0.0.1:9464")?,
            trusted_proxies: self.list("USVE_TRUSTED_PROXIES", "IP addresses with commas between")?,
            workers: self.number("USVE_WORKERS", 1, 64)?,
        };
        let database = match self.text("USVE_DATABASE_URL")?.as_str() {
            "" => Address::Sqlite(folder.join("usve.db")),
            // The address may hold a password, so the message says nothing of it but the fault.
            address => Address::parse(address)
                .map_err(|fault| wrong("USVE_DATABASE_URL", &format!("cannot be used: {fault}")))?,
        };
        let minutes = |name, least, most| self.number(name, least, most).map(TimeDelta::minutes);
        let some = |text: String| (!text.is_empty()).then_some(text);
        let files = self.files(&folder)?;
        Ok(Config {
            web,
            files,
            data: Data { folder, database, connections: self.number("USVE_DATABASE_CONNECTIONS", 2, 100)? },
            session: Session {
                token: minutes("USVE_TOKEN_MINUTES", 1, 15)?,
                idle: minutes("USVE_IDLE_MINUTES", 5, 720)?,
                absolute: TimeDelta::hours(self.number("USVE_SESSION_HOURS", 1, 24)?),
                link: minutes("USVE_LINK_MINUTES", 5, 60)?,
            },
            mail: Mail { smtp_url: some(self.text("USVE_SMTP_URL")?), from: self.text("USVE_MAIL_FROM")? },
            log: Log {
                filter: self.text("USVE_LOG")?,
                json: self.one_of("USVE_LOG_FORMAT", &["text", "json"])? == "json",
            },
            calibration_cases: self.number("USVE_CALIBRATION_CASES", 1, 9)?,
            forms: some(self.text("USVE_FORMS")?).map(PathBuf::from),
            contact: self.text("USVE_CONTACT")?,
            accepted_risks: self.list("USVE_ACCEPTED_RISKS", "names with commas between")?,
            secret: self.key("USVE_SECRET")?,
            audit_key: self.key("USVE_AUDIT_KEY")?,
            demo: false,
            shown: VARIABLES.iter().map(|variable| self.show(variable, source)).collect::<Result<_, _>>()?,
        })
    }

    fn show(&self, variable: &Variable, source: &dyn Fn(&str) -> String) -> Result<Shown, Problem> {
        let value = self.text(variable.name)?;
        let value = if variable.secret && !value.is_empty() { "(set, not shown)".to_owned() } else { value };
        Ok(Shown { name: variable.name, value, from: source(&variable.key()) })
    }

    fn text(&self, name: &str) -> Result<String, Problem> {
        match self.values.get(&env_vars::key(name)) {
            Some(Value::String(_, text)) => Ok(text.trim().to_owned()),
            Some(Value::Num(_, number)) => {
                let signed = || number.to_i128().map(|number| number.to_string());
                let text = number.to_u128().map(|number| number.to_string()).or_else(signed);
                text.ok_or_else(|| wrong(name, "must be text or a whole number"))
            }
            _ => Err(wrong(name, "must be text or a whole number")),
        }
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<T, Problem> {
        let text = self.text(name)?;
        text.parse().map_err(|_| wrong(name, &format!("is `{text}`; it must be {wanted}")))
    }

    fn optional<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<Option<T>, Problem> {
        if self.text(name)?.is_empty() { Ok(None) } else { self.parsed(name, wanted).map(Some) }
    }

    fn number<T>(&self, name: &str, least: T, most: T) -> Result<T, Problem>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let wanted = format!("a whole number from {least} to {most}");
        let number: T = self.parsed(name, &wanted)?;
        if number < least || number > most {
            return Err(wrong(name, &format!("is `{number}`; it must be {wanted}")));
        }
        Ok(number)
    }

    fn list<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<Vec<T>, Problem> {
        let text = self.text(name)?;
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| part.parse().map_err(|_| wrong(name, &format!("has `{part}`; it must be {wanted}"))))
            .collect()
    }

    fn one_of(&self, name: &str, known: &[&str]) -> Result<String, Problem> {
        let text = self.text(name)?;
        if known.contains(&text.as_str()) {
            return Ok(text);
        }
        Err(wrong(name, &format!("is `{text}`; it must be one of {}", known.join(", "))))
    }

    fn key(&self, name: &str) -> Result<String, Problem> {
        let text = self.text(name)?;
        if text.is_empty() || text.len() >= 32 {
            return Ok(text);
        }
        Err(wrong(name, "is too short: at least 32 characters"))
    }

    fn files(&self, data: &Path) -> Result<Files, Problem> {
        let scanner = "tcp://host:port or unix:/path";
        let scanner = match self.text("USVE_SCANNER")?.as_str() {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|()| wrong("USVE_SCANNER", &format!("is `{text}`; it must be {scanner}")))?,
            ),
        };
        let megabytes: i64 = self.number("USVE_FILES_QUOTA_MB", 20, 1_000_000)?;
        let bucket = self.text("USVE_FILES_BUCKET")?;
        let place = if bucket.is_empty() {
            Place::Folder(data.join("files"))
        } else {
            let given = |name| match self.text(name)? {
                text if text.is_empty() => Err(wrong(name, "must be set when USVE_FILES_BUCKET is")),
                text => Ok(text),
            };
            Place::Bucket {
                bucket,
                endpoint: self.endpoint()?,
                region: given("USVE_FILES_REGION")?,
                key_id: given("USVE_FILES_KEY_ID")?,
                secret: Secret::new(given("USVE_FILES_SECRET")?),
            }
        };
        Ok(Files { place, quota: megabytes * 1_000_000, scanner })
    }

    fn endpoint(&self) -> Result<String, Problem> {
        let text = self.text("USVE_FILES_ENDPOINT")?;
        let endpoint = text.trim_end_matches('/');
        match endpoint.split_once("://") {
            None if endpoint.is_empty() => Ok(String::new()),
            Some(("https", host)) if is_host(host) => Ok(endpoint.to_owned()),
            Some(("http", host)) if is_host(host) && is_loopback(host) => Ok(endpoint.to_owned()),
            _ => Err(wrong(
                "USVE_FILES_ENDPOINT",
                "must be https:// and a host name, without a path; plain http only on a loopback address",
            )),
        }
    }

    fn base_url(&self, listen: SocketAddr) -> Result<String, Problem> {
        let text = self.text("USVE_BASE_URL")?;
        let base = text.trim_end_matches('/');
        let host = match base.split_once("://") {
            None if base.is_empty() && listen.ip().is_loopback() => return Ok(String::new()),
            None if base.is_empty() => {
                return Err(wrong(
                    "USVE_BASE_URL",
                    "must be set, with https, when the service listens beyond loopback",
                ));
            }
            Some(("https", host)) if is_host(host) => {
                return Ok(base.to_owned());
            }
            Some(("http", host)) => host,
            _ => return Err(wrong("USVE_BASE_URL", "must be https:// and a host name, without a path")),
        };
        if is_loopback(host) {
            return Ok(base.to_owned());
        }
        Err(wrong("USVE_BASE_URL", "may be plain http only on a loopback address; use https"))
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && !host.contains(['/', '?', '#', '@'])
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests;
