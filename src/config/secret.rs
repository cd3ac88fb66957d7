//! The keys that everything signed rests on, and the one place that makes and reads their files.
//!
//! Invariants: a key file is readable by its owner alone; a key of one purpose is never used for another.

use std::io::Write as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::Config;
use crate::ids::{Source, hex};
use crate::problem::Problem;

/// A key that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Key(…)")
    }
}

impl Key {
    /// A key from bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Key {
        Key(bytes.to_vec())
    }

    /// The bytes, for libraries that sign by themselves.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A key for one purpose, so that nothing signed for another passes for it.
    #[must_use]
    pub fn for_purpose(&self, purpose: &str) -> Key {
        Key(self.mac(purpose.as_bytes()))
    }

    /// HMAC-SHA-256 of a text as hexadecimal.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        hex(&self.mac(text.as_bytes()))
    }

    /// Whether `signature` is that of `text`, compared in constant time.
    #[must_use]
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        self.sign(text).as_bytes().ct_eq(signature.as_bytes()).into()
    }

    fn mac(&self, bytes: &[u8]) -> Vec<u8> {
        // HMAC takes keys of any length; the constructor's error cannot come.
        Hmac::<Sha256>::new_from_slice(&self.0)
            .map(|mut mac| {
                mac.update(bytes);
                mac.finalize().into_bytes().to_vec()
            })
            .unwrap_or_default()
    }
}

/// The service's keys.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Signs the tokens of sessions.
    pub session: Key,
    /// Signs form tokens.
    pub forms: Key,
    /// Keys the chains of the audit log.
    pub audit: Key,
}

impl Keys {
    /// Takes the keys that are set, or those in the data folder, made on the first start.
    ///
    /// # Errors
    /// A key file cannot be read or made.
    pub fn load(config: &Config, ids: &Source) -> Result<Keys, Problem> {
        let folder = &config.data.folder;
        let secret = set_or_kept(&config.secret, &folder.join("secret"), ids)?;
        let audit = set_or_kept(&config.audit_key, &folder.join("audit-key"), ids)?;
        Ok(Keys {
            session: secret.for_purpose("session"),
            forms: secret.for_purpose("forms"),
            audit: audit.for_purpose("audit"),
        })
    }
}

fn set_or_kept(set: &str, file: &Path, ids: &Source) -> Result<Key, Problem> {
    if !set.is_empty() {
        return Ok(Key::new(set.as_bytes()));
    }
    let failed = |error: std::io::Error| Problem::unavailable(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(kept) if kept.trim().len() >= 32 => return Ok(Key::new(kept.trim().as_bytes())),
        Ok(_) => return Err(failed(std::io::Error::other("the key in it is too short"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let made = ids.secret();
    match private_file(file).and_then(|mut to| to.write_all(made.as_bytes()).and_then(|()| to.sync_all())) {
        Ok(()) => Ok(Key::new(made.as_bytes())),
        // Another process was first: its key counts.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(file).map(|kept| Key::new(kept.trim().as_bytes())).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

/// A new file that only its owner reads; fails when there is one.
fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
