//! The rehearsal's folder: made whole, reused, made again; never anybody's own data.

use std::path::{Path, PathBuf};

use super::Settings;
use crate::problem::{Kind, Problem};
use crate::text::Text;

/// The file that says what the folder was made from; written last, so that a folder without it is not whole.
const MARK: &str = "rehearsal.json";
/// What else the service keeps in its folder.
const OURS: [&str; 8] =
    ["usve.db", "usve.db-wal", "usve.db-shm", "secret", "audit-key", "files", "mail", "rehearsal.begun"];
/// The file that says that the folder is ours while it is being made.
const BEGUN: &str = "rehearsal.begun";

/// What was found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or nothing whole: it is to be made.
    Empty,
    /// A rehearsal made from these.
    Whole(Settings),
}

/// Looks at a folder.
///
/// # Errors
/// It holds something that no rehearsal made.
pub fn look(folder: &Path) -> Result<Found, Problem> {
    if let Ok(text) = std::fs::read_to_string(folder.join(MARK)) {
        let settings = serde_json::from_str(&text).map_err(|_| foreign(folder))?;
        return Ok(Found::Whole(settings));
    }
    if folder.join(BEGUN).exists() || is_empty(folder) { Ok(Found::Empty) } else { Err(foreign(folder)) }
}

/// Empties the folder of what a rehearsal made and marks it as begun.
///
/// # Errors
/// It holds something that no rehearsal made, or cannot be written.
pub fn begin(folder: &Path) -> Result<(), Problem> {
    look(folder)?;
    for name in OURS {
        remove(&folder.join(name)).map_err(Problem::unavailable)?;
    }
    remove(&folder.join(MARK)).map_err(Problem::unavailable)?;
    std::fs::create_dir_all(folder.join("files")).map_err(Problem::unavailable)?;
    std::fs::write(folder.join(BEGUN), "").map_err(Problem::unavailable)
}

/// Marks the folder as whole.
///
/// # Errors
/// It cannot be written.
pub fn finish(folder: &Path, settings: &Settings) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(settings).map_err(Problem::internal)?;
    std::fs::write(folder.join(MARK), text).map_err(Problem::unavailable)?;
    remove(&folder.join(BEGUN)).map_err(Problem::unavailable)
}

/// Where evidence is kept.
#[must_use]
pub fn files(folder: &Path) -> PathBuf {
    folder.join("files")
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

fn remove(path: &Path) -> std::io::Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn foreign(folder: &Path) -> Problem {
    let mut problem = Problem::new(
        Kind::Conflict,
        "not_a_rehearsal",
        format!("{} innehåller annat än en repetition", folder.display()),
        format!("{} holds something that is no rehearsal", folder.display()),
    );
    problem.hint = Some(Text::new("Välj en annan mapp med --folder.", "Choose another with --folder."));
    problem
}
