//! `usve check`: whether this would run, and whether it should.

use clap::Args;

use super::{Context, Outcome, print};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Address;
use crate::ids::Source;

/// `usve check`
#[derive(Debug, Args)]
pub struct Check {
    /// Refuse what is weak in a deployment, unless `USVE_ACCEPTED_RISKS` names it.
    #[arg(long)]
    deploy: bool,
}

/// A weak setting: what accepts it by name (if anything does), and what it is.
struct Weakness {
    risk: Option<&'static str>,
    what: &'static str,
}

/// Looks at the settings, then opens everything as the service would. The schema is left as it is.
pub(super) fn check(context: Context, command: &Check) -> Outcome {
    let config = context.config.clone();
    let mut faults = 0;
    for weakness in weaknesses(&config) {
        let accepted =
            weakness.risk.is_some_and(|risk| config.accepted_risks.iter().any(|named| named == risk));
        let refuses = command.deploy && !accepted;
        let by_name = weakness.risk.map(|risk| format!(" [{risk}]")).unwrap_or_default();
        let word = if accepted {
            "accepted"
        } else if refuses {
            "refused"
        } else {
            "warning"
        };
        print(&format!("{word}: {}{by_name}\n", weakness.what))?;
        faults += u8::from(refuses);
    }
    let listen = config.web.listen;
    let app = App::open(context.config, listen, Clock::system(), Source::system())?;
    let pending = app.database.pending_migrations()?;
    if !pending.is_empty() {
        print(&format!("refused: the schema is {} migrations behind; run `usve migrate`\n", pending.len()))?;
        faults += 1;
    }
    if faults == 0 {
        print("the settings are good\n")?;
    }
    Ok(u8::from(faults > 0))
}

fn weaknesses(config: &Config) -> Vec<Weakness> {
    let mut found = vec![Weakness {
        risk: Some("sign_in_links"),
        what: "everybody signs in by a link in a mail, without a second factor",
    }];
    let mut add = |weak: bool, risk, what| {
        if weak {
            found.push(Weakness { risk, what });
        }
    };
    add(!config.web.is_https(), None, "people do not come by https: set USVE_BASE_URL");
    add(
        config.mail.smtp_url.is_none(),
        Some("mail_folder"),
        "mail is written to a folder: set USVE_SMTP_URL",
    );
    add(
        config.mail.smtp_url.as_deref().is_some_and(is_open_smtp),
        None,
        "mail leaves unencrypted: use smtps:// or ?tls=required in USVE_SMTP_URL",
    );
    add(config.mail.from.contains("@localhost"), None, "mail has no real sender: set USVE_MAIL_FROM");
    add(config.contact.ends_with("@localhost"), None, "help pages name no real address: set USVE_CONTACT");
    add(
        matches!(config.data.database, Address::Sqlite(_)),
        Some("sqlite"),
        "the data is in one SQLite file: take backups, and run one instance only",
    );
    add(
        config.files.scanner.is_none(),
        Some("no_scanner"),
        "evidence is served without a virus scan: set USVE_SCANNER",
    );
    add(config.keys_are_kept_with_the_data(), None, "the audit key lies beside the data: set USVE_AUDIT_KEY");
    found
}

fn is_open_smtp(url: &str) -> bool {
    url.starts_with("smtp://")
        && !url.contains("tls=required")
        && !url.starts_with("smtp://127.0.0.1")
        && !url.starts_with("smtp://localhost")
}
