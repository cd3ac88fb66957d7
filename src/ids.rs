//! Identifiers as types of their own, so that a unit cannot be passed where a case is meant, and the only source of
//! randomness.
//!
//! Invariant: an identifier is a UUID of version 7 in text, made in order of time; secrets are made by [`Source::secret`] alone.

use std::sync::{Arc, Mutex};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident)+) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as it is stored and shown in addresses.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes text as an identifier; whether anything has it is for the database to say.
            #[must_use]
            pub fn from_text(text: &str) -> Option<$name> {
                (!text.is_empty() && text.len() <= 64).then(|| $name(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> $name {
                $name(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str(&self.0)
            }
        }
    )+};
}

id! {
    #[doc = "One of the region's administrations (förvaltning)."] AdministrationId
    #[doc = "A university healthcare unit (enhet)."] UnitId
    #[doc = "A person with an account."] PersonId
    #[doc = "A role that a person was given."] GrantId
    #[doc = "One year's cycle (årscykel)."] CycleId
    #[doc = "A case (ärende): one unit in one cycle."] CaseId
    #[doc = "One submitted version of a self-assessment."] SubmissionId
    #[doc = "A file of evidence (underlag)."] EvidenceId
    #[doc = "A reviewer's assignment to a case."] AssignmentId
    #[doc = "A fixed result."] ResultId
    #[doc = "A sign-in session."] SessionId
    #[doc = "Anything else that only its own folder speaks of."] RowId
}

/// Makes identifiers and secrets: from the system, or for rehearsals and tests from a seed.
#[derive(Debug, Clone)]
pub struct Source(Arc<Mutex<ChaCha20Rng>>);

impl Source {
    /// Seeded by the operating system.
    #[must_use]
    pub fn system() -> Source {
        Source(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// The same seed gives the same identifiers.
    #[must_use]
    pub fn seeded(seed: u64) -> Source {
        Source(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(bytes);
    }

    /// A new identifier, ordered by `now`.
    pub fn id<T: From<String>>(&self, now: Moment) -> T {
        let mut random = [0; 10];
        self.fill(&mut random);
        let milliseconds = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or_default();
        T::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid().to_string())
    }

    /// 256 random bits as 64 hexadecimal digits: sign-in links, form keys.
    #[must_use]
    pub fn secret(&self) -> String {
        let mut random = [0; 32];
        self.fill(&mut random);
        hex(&random)
    }
}

/// A text that opens something, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    #[must_use]
    pub fn new(text: String) -> Secret {
        Secret(text)
    }

    /// The text, for whoever must send it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Secret(…)")
    }
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of bytes as hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes))
}
