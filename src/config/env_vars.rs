//! Every setting, once: its name, its default and what it does. `docs/env-vars.md` is generated from this table.

use std::fmt::Write as _;

/// A setting. It may come from the environment under this name, or from the settings file under this name or the same
/// name in lower case without `USVE_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// The name in the environment.
    pub name: &'static str,
    /// The value when nothing is said; may be empty.
    pub default: &'static str,
    /// Whether the value is masked wherever it is shown.
    pub secret: bool,
    /// What it does, with units and limits.
    pub doc: &'static str,
}

impl Variable {
    /// The name in the settings file.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.name)
    }
}

/// `USVE_LISTEN` or `listen` as `listen`.
#[must_use]
pub fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.strip_prefix("usve_").map_or(lower.clone(), str::to_owned)
}

/// What every name in the environment begins with.
pub const PREFIX: &str = "USVE_";
/// Names with this beginning belong to the test suite and are left alone.
pub const TEST_PREFIX: &str = "USVE_TEST_";

const fn open(name: &'static str, default: &'static str, doc: &'static str) -> Variable {
    Variable { name, default, secret: false, doc }
}

const fn secret(name: &'static str, default: &'static str, doc: &'static str) -> Variable {
    Variable { name, default, secret: true, doc }
}

/// Every setting.
pub const VARIABLES: &[Variable] = &[
    open("USVE_LISTEN", "127.0.0.1:8080", "Address and port of the web service. Port 0 takes a free one."),
    open(
        "USVE_BASE_URL",
        "",
        "The address that people use, for example https://usve.example.se. Empty: http:// and the listen address. Links \
         in mail begin with it, and its scheme decides the cookie. Plain http is taken only on a loopback address.",
    ),
    open(
        "USVE_METRICS_LISTEN",
        "",
        "Address and port where /metrics is served, apart from the web service. Empty: nowhere.",
    ),
    open(
        "USVE_TRUSTED_PROXIES",
        "",
        "IP addresses of proxies whose X-Forwarded-For is believed, with commas between. Empty: nobody's.",
    ),
    open("USVE_WORKERS", "2", "Threads that serve requests, 1 to 64."),
    open(
        "USVE_DATA",
        "./data",
        "Folder of the SQLite file, evidence (files/), mail (mail/) and generated keys.",
    ),
    open(
        "USVE_FILES_BUCKET",
        "",
        "Bucket where evidence is kept, at a service that speaks the protocol of S3. Empty: files/ in the data folder.",
    ),
    open(
        "USVE_FILES_ENDPOINT",
        "",
        "Address of that service, for example https://s3.example.se. Empty: AWS in the region. Plain http is taken only on \
         a loopback address.",
    ),
    open("USVE_FILES_REGION", "us-east-1", "Region of the bucket; many services want the default."),
    open("USVE_FILES_KEY_ID", "", "Who asks for the bucket: the access key's name."),
    secret("USVE_FILES_SECRET", "", "The access key itself."),
    open(
        "USVE_FILES_QUOTA_MB",
        "2000",
        "The most that the files of one unit may come to over all its years, 20 to 1000000 MB.",
    ),
    open(
        "USVE_SCANNER",
        "",
        "clamd that looks at each file before it is served: tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl. Empty: \
         files are served without being looked at.",
    ),
    secret(
        "USVE_DATABASE_URL",
        "",
        "sqlite://path or postgres://user:password@host/database. Empty: usve.db in the data folder.",
    ),
    open("USVE_DATABASE_CONNECTIONS", "8", "Open connections to the database, 2 to 100."),
    secret(
        "USVE_SECRET",
        "",
        "Key of sessions and form tokens, at least 32 characters. Empty: made once and kept in the file `secret` in the \
         data folder. Several instances need the same. A new one signs everybody out.",
    ),
    secret(
        "USVE_AUDIT_KEY",
        "",
        "Key of the audit log's chain, at least 32 characters. Empty: made once and kept in the file `audit-key` in the \
         data folder. It must never change: entries are verified with it. Keep a copy outside the machine.",
    ),
    open(
        "USVE_TOKEN_MINUTES",
        "10",
        "How long a session cookie is good before it is renewed, 1 to 15 minutes.",
    ),
    open("USVE_IDLE_MINUTES", "60", "A session without requests ends after this many minutes, 5 to 720."),
    open("USVE_SESSION_HOURS", "12", "A session ends after this many hours whatever happens, 1 to 24."),
    open("USVE_LINK_MINUTES", "15", "How long a sign-in link is good, 5 to 60 minutes."),
    secret(
        "USVE_SMTP_URL",
        "",
        "Mail server: smtps://user:password@host, or smtp://host:25?tls=required. Empty: mail is written to mail/ in \
         the data folder.",
    ),
    open("USVE_MAIL_FROM", "USVE Kvalitetsutvärdering <usve@localhost>", "Sender of mail, `Name <address>`."),
    open("USVE_CONTACT", "usve@localhost", "Address of the office that helps people; stands on help pages."),
    open("USVE_CALIBRATION_CASES", "2", "The most cases of a year's calibration round, 1 to 9."),
    open("USVE_FORMS", "", "Folder with further forms beside those built in. Empty: none."),
    open(
        "USVE_LOG",
        "info",
        "What is logged: error, warn, info, debug, or a filter such as `usve=debug,warn`.",
    ),
    open("USVE_LOG_FORMAT", "text", "text, or json with one object a line."),
    open(
        "USVE_ACCEPTED_RISKS",
        "",
        "Weak settings that `usve check --deploy` lets pass, by name, with commas between: sign_in_links, mail_folder, \
         sqlite, no_scanner.",
    ),
];

/// The process's environment, as far as it concerns settings.
#[must_use]
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX))
        .collect()
}

/// The page that lists every setting, as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Settings\n\nGenerated from `src/config/env_vars.rs` by `usve config --docs`. Every setting may stand in the \
         environment under its name, or in one TOML file (`--config FILE`) under the same name, or in lower case without \
         `USVE_`. The environment wins over the file.\n\n| name | default | what it does |\n|---|---|---|\n",
    );
    for variable in VARIABLES {
        let default =
            if variable.default.is_empty() { String::new() } else { format!("`{}`", variable.default) };
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| `{}` | {default} | {} |", variable.name, variable.doc.replace('|', "\\|"));
    }
    page
}
