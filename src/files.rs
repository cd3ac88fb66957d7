//! Files on disk: evidence under random names. The only place that writes them.
//!
//! Invariant: a file is there whole or not at all, also after a crash: it is written beside, synced, then renamed.

use std::io::Write as _;
use std::path::Path;

use crate::ids::sha256;
use crate::problem::Problem;

/// A file on its way in, stopped at a limit.
#[derive(Debug, Default)]
pub struct Arriving {
    bytes: Vec<u8>,
}

/// The file is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl Arriving {
    /// Nothing has come yet.
    #[must_use]
    pub fn new() -> Arriving {
        Arriving::default()
    }

    /// Takes a piece.
    ///
    /// # Errors
    /// With it the file would be larger than `most` bytes; the piece is not kept.
    pub fn take(&mut self, piece: &[u8], most: usize) -> Result<(), TooLarge> {
        if self.bytes.len() + piece.len() > most {
            return Err(TooLarge);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Whether nothing has come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All that has come.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of all that has come.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

/// Keeps a file under its random name.
///
/// # Errors
/// The disk is full or away; nothing is kept then.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let beside = folder.join(format!("{name}.part"));
        let mut file = std::fs::File::create(&beside)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if let Err(error) = written {
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
        std::fs::rename(&beside, folder.join(name))?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(Problem::unavailable)
}

/// Reads a file.
///
/// # Errors
/// It is not there.
pub fn get(folder: &Path, name: &str) -> Result<Vec<u8>, Problem> {
    std::fs::read(folder.join(name)).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Problem::not_found()
        } else {
            Problem::unavailable(error)
        }
    })
}

/// Takes away a file that no case came to hold.
pub fn discard(folder: &Path, name: &str) {
    if let Err(error) = std::fs::remove_file(folder.join(name)) {
        tracing::warn!(%error, "a file that was not kept could not be removed");
    }
}
