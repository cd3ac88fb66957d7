//! Sends what waits in the outbox.

use chrono::TimeDelta;

use super::store::{self, Claimed};
use super::templates;
use super::transport::{Enclosed, Failure, Letter, Transport};
use super::{Kind, Stored};
use crate::db::Database;
use crate::problem::Problem;
use crate::text::{Lang, percent_encoded};

/// How many mails one round takes.
const BATCH: i64 = 20;
/// How long a claimed mail is left alone by others; longer than sending a batch takes.
const LEASE: TimeDelta = TimeDelta::minutes(10);
/// Waits before each new try, in minutes; after the last the mail is given up.
const WAITS: [i64; 7] = [1, 5, 15, 60, 240, 720, 1440];

/// What a round of sending needs to know.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The way out.
    pub transport: Transport,
    /// `Name <address>` that mail comes from.
    pub from: String,
    /// The service's address without a slash at the end; links begin with it.
    pub base_url: String,
}

/// Sends up to one batch of what is due; returns how many rows were dealt with, sent or not.
///
/// # Errors
/// The database cannot be written. A mail that does not leave is no error: it is tried again later.
pub fn deliver(database: &Database, sender: &Sender) -> Result<usize, Problem> {
    let batch = database.act(|act| store::claim(act, BATCH, act.now + LEASE))?;
    let dealt_with = batch.len();
    for claimed in batch {
        deliver_one(database, sender, &claimed)?;
    }
    Ok(dealt_with)
}

fn deliver_one(database: &Database, sender: &Sender, claimed: &Claimed) -> Result<(), Problem> {
    let stored: Option<Stored> = serde_json::from_str(&claimed.data).ok();
    let kind = stored.as_ref().and_then(|stored| Kind::from_stored(&claimed.kind, stored.token.as_deref()));
    let outcome = match (&stored, &kind) {
        _ if !claimed.active => Err(Failure { permanent: true, reason: "the account is closed".to_owned() }),
        (Some(stored), Some(Kind::SignIn { .. }))
            if stored.due.is_some_and(|due| due <= database.clock().now()) =>
        {
            Err(Failure { permanent: true, reason: "the link ended before it could be sent".to_owned() })
        }
        (Some(stored), Some(kind)) => {
            let letter = letter(database, sender, claimed, kind, stored)?;
            sender.transport.send(&sender.from, &letter)
        }
        _ => Err(Failure { permanent: true, reason: "the stored mail cannot be read".to_owned() }),
    };
    let without_secret = match stored {
        Some(mut stored) => {
            stored.token = None;
            serde_json::to_string(&stored).map_err(Problem::internal)?
        }
        None => claimed.data.clone(),
    };
    database.act(|act| match &outcome {
        Ok(()) => store::sent(act, &claimed.id, &without_secret),
        Err(failure) => {
            let wait = usize::try_from(claimed.attempts).ok().and_then(|tried| WAITS.get(tried));
            let next = wait.filter(|_| !failure.permanent).map(|minutes| act.now + TimeDelta::minutes(*minutes));
            tracing::warn!(mail = %claimed.id, kind = claimed.kind, reason = failure.reason, again = next.is_some(), "mail did not leave");
            let data = if next.is_some() { &claimed.data } else { &without_secret };
            store::failed(act, &claimed.id, &failure.reason, next, data)
        }
    })
}

fn letter(
    database: &Database,
    sender: &Sender,
    claimed: &Claimed,
    kind: &Kind,
    stored: &Stored,
) -> Result<Letter, Problem> {
    let lang = Lang::from_tag(&claimed.language).unwrap_or_default();
    let path = match kind {
        Kind::SignIn { token } if stored.path == "/" => format!("/logga-in/{token}"),
        Kind::SignIn { token } => format!("/logga-in/{token}?till={}", percent_encoded(&stored.path)),
        _ => stored.path.clone(),
    };
    let words = templates::words(kind, lang, stored.about.as_deref(), stored.due);
    let link = format!("{}{path}", sender.base_url);
    let mut letter = templates::letter(claimed, &words, &link, &sender.base_url, lang)?;
    if let Some(attachment) = &stored.attachment {
        let bytes = database.read(|db| store::document(db, &attachment.digest))?;
        match bytes {
            Some(bytes) => letter.attachments.push(Enclosed { name: attachment.name.clone(), bytes }),
            // The words link to the page that has it: a mail never waits for its document.
            None => {
                tracing::warn!(mail = %claimed.id, digest = attachment.digest, "the document is not here");
            }
        }
    }
    Ok(letter)
}
