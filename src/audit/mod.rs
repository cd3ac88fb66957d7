//! The log that cannot be changed unseen: one hash chain per case, one for the service.
//!
//! Invariants: an entry is written by the act it tells of, in the same transaction; each entry's hash covers the one
//! before; a case keeps its chain's length and head in its own row; the hash's key lives outside the database. Entries
//! hold digests of texts, never the texts, so that a text can be disposed of and the chain still holds.

mod store;

pub use store::{entries_by, entries_of, entries_of_acts, record, record_past, verify};

use crate::clock::Moment;
use crate::ids::{CaseId, PersonId};

/// Which chain an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// One case's.
    Case(CaseId),
    /// The service's own: sign-in, roles, cycles, release.
    System,
}

impl Chain {
    /// The chain's name in the database.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Chain::Case(case) => case.as_str(),
            Chain::System => "system",
        }
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// In which chain it is told.
    pub chain: Chain,
    /// Who did it; none for the service itself.
    pub actor: Option<&'a PersonId>,
    /// The act's stable name: `submit`.
    pub act: &'static str,
    /// The states it led from and to, when it moved a case.
    pub moved: Option<(&'static str, &'static str)>,
    /// Facts about it: digests, reasons, criteria.
    pub detail: serde_json::Value,
}

/// What happened in a case at a time of its own: for rehearsals.
#[derive(Debug, Clone)]
pub struct Past {
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// The act's stable name.
    pub act: &'static str,
    /// Facts about it.
    pub detail: serde_json::Value,
}

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The chain's name.
    pub chain: String,
    /// Place in the chain, from 1.
    pub number: i32,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: Option<PersonId>,
    /// The act's stable name.
    pub act: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: Option<String>,
    /// JSON.
    pub detail: String,
    /// The hash of the entry before; empty for the first.
    pub previous: String,
    /// This entry's hash.
    pub hash: String,
}

impl Entry {
    /// HMAC-SHA-256 over every field, each with its length before it so that no two entries read the same.
    #[must_use]
    pub fn sealed(&self, key: &[u8]) -> String {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(key) else {
            return String::new();
        };
        let at = self.at.and_utc().timestamp_micros().to_string();
        let number = self.number.to_string();
        let fields = [
            self.chain.as_str(),
            &number,
            &at,
            self.actor.as_ref().map_or("", PersonId::as_str),
            &self.act,
            self.from_state.as_deref().unwrap_or(""),
            self.to_state.as_deref().unwrap_or(""),
            &self.detail,
            &self.previous,
        ];
        for field in fields {
            mac.update(field.len().to_string().as_bytes());
            mac.update(b":");
            mac.update(field.as_bytes());
        }
        crate::ids::hex(&mac.finalize().into_bytes())
    }
}

/// A place where the log was tampered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The chain's name.
    pub chain: String,
    /// The first entry that is wrong.
    pub number: i32,
    /// In words.
    pub what: &'static str,
}
