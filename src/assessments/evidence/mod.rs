//! Evidence: files and links on criteria, shared over criteria and years of a unit.
//!
//! Invariants: the bytes of a unit are stored once and stay as long as a criterion or a submission names them; what a
//! scanner has not let through is never served; a link is never followed by the service; a piece that was submitted is
//! superseded, never changed.

pub mod add;
pub mod collect;
pub mod describe;
pub mod library;
pub mod link;
pub mod refusals;
pub mod remove;
pub mod scan;
pub mod store;
pub mod supersede;

use chrono::NaiveDate;

use crate::clock::{Moment, local_day};
use crate::ids::{EvidenceId, PersonId};
use crate::text::{Lang, Text, date};
use crate::words::words;

/// The largest file, in bytes: 20 MiB.
pub const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// The most pieces of one criterion, files and links together.
pub const MOST_PIECES: usize = 10;
/// The longest name kept, in characters.
pub const LONGEST_NAME: usize = 120;

words! {
    /// What is known about a file's bytes.
    Scan {
        /// No scanner was there; it is served.
        Unscanned = "unscanned", "Inte kontrollerad", "Not scanned";
        /// Not looked at yet; it is not served.
        Waiting = "waiting", "Väntar på viruskontroll", "Waits for the virus scan";
        /// Nothing was found; it is served.
        Clean = "clean", "Kontrollerad", "Scanned";
        /// Something was found; it is never served.
        Infected = "infected", "Stoppad: skadlig kod", "Stopped: malicious code";
    }
}

impl Scan {
    /// Whether the bytes may leave the service.
    #[must_use]
    pub fn may_be_served(self) -> bool {
        matches!(self, Scan::Unscanned | Scan::Clean)
    }
}

/// What the service is set up to do with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most that a unit's stored files may come to over all its years, in bytes.
    pub quota: i64,
    /// Whether a scanner looks at files.
    pub scanned: bool,
}

/// Bytes in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Their random name.
    pub stored_as: String,
    /// What they are, by content.
    pub media_type: String,
    /// How many.
    pub size: i32,
    /// SHA-256 of them.
    pub sha256: String,
    /// What is known about them.
    pub scan: Scan,
}

/// A file or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A file.
    File(Stored),
    /// An address that people open, never the service.
    Link(String),
}

/// What is told about a piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Where in the document: page, section.
    pub place: String,
    /// What it shows, in short.
    pub description: String,
    /// Who answers for it in the unit: a role or a name.
    pub owner: String,
    /// The last day on which it counts as current.
    pub valid_until: Option<NaiveDate>,
}

/// A piece of evidence on one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Identifier, part of its address.
    pub id: EvidenceId,
    /// The criterion it belongs to.
    pub criterion: String,
    /// A file's name as uploaded, a link's title.
    pub name: String,
    /// The file or link.
    pub what: What,
    /// What is told about it.
    pub details: Details,
    /// Counts changes of name and details from 1.
    pub version: i32,
    /// Who added it.
    pub added_by: PersonId,
    /// When.
    pub added_at: Moment,
    /// The submitted piece that this one supersedes.
    pub supersedes: Option<EvidenceId>,
}

impl Evidence {
    /// The stored file; none for a link.
    #[must_use]
    pub fn file(&self) -> Option<&Stored> {
        match &self.what {
            What::File(file) => Some(file),
            What::Link(_) => None,
        }
    }

    /// The address of a link; none for a file.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match &self.what {
            What::File(_) => None,
            What::Link(url) => Some(url),
        }
    }

    /// A file's size for people: `84 kB`, `1,2 MB`. Empty for a link.
    #[must_use]
    pub fn shown_size(&self) -> String {
        self.file().map_or_else(String::new, |file| shown_size(i64::from(file.size)))
    }

    /// Whether it may be opened: a link, or a file that is not held.
    #[must_use]
    pub fn may_be_opened(&self) -> bool {
        self.file().is_none_or(|file| file.scan.may_be_served())
    }

    /// Whether it counts where a criterion asks for evidence: all but what a scanner has stopped.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.file().is_none_or(|file| file.scan != Scan::Infected)
    }

    /// What is known about a file's bytes, for people; none for a link and for a file that was found clean.
    #[must_use]
    pub fn scan_word(&self, lang: Lang) -> Option<&'static str> {
        self.file().map(|file| file.scan).filter(|scan| *scan != Scan::Clean).map(|scan| scan.word(lang))
    }

    /// Whether a scanner has stopped it.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        !self.counts()
    }

    /// Whether its last day has passed.
    #[must_use]
    pub fn has_expired(&self, now: Moment) -> bool {
        self.details.valid_until.is_some_and(|last| last < local_day(now))
    }

    /// What a reader should know before relying on it. Warns, never blocks.
    #[must_use]
    pub fn warnings(&self, now: Moment) -> Vec<Text> {
        let mut warnings = Vec::new();
        if let Some(last) = self.details.valid_until.filter(|_| self.has_expired(now)) {
            warnings.push(Text::new(
                format!("Gällde till {}", date(last, Lang::Sv)),
                format!("Was valid until {}", date(last, Lang::En)),
            ));
        }
        match self.file().map(|file| file.scan) {
            Some(Scan::Waiting) => warnings.push(Text::new(
                "Väntar på viruskontroll och kan inte öppnas än",
                "Waits for the virus scan and cannot be opened yet",
            )),
            Some(Scan::Infected) => warnings.push(Text::new(
                "Stoppad av viruskontrollen. Ta bort filen och lämna en ren kopia",
                "Stopped by the virus scan. Remove the file and give a clean copy",
            )),
            _ => {}
        }
        warnings
    }
}

/// A size for people: `84 kB`, `1,2 MB`.
#[must_use]
pub fn shown_size(bytes: i64) -> String {
    use crate::number::{display_short, whole};
    // What is there is never shown as nothing.
    let size = whole(if bytes > 0 { bytes.max(1000) } else { bytes });
    if bytes < 1_000_000 {
        format!("{}\u{a0}kB", display_short(&(size / whole(1000)), 0))
    } else {
        format!("{}\u{a0}MB", display_short(&(size / whole(1_000_000)), 1))
    }
}

/// The name as people see it: no folders, no control characters, no change of writing direction, not too long.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = one_line(last).chars().take(LONGEST_NAME).collect();
    let plain = plain.trim().trim_matches('.').trim().to_owned();
    if plain.is_empty() { "underlag".to_owned() } else { plain }
}

/// A text on one line: without control characters and without signs that change the direction of writing or hide.
#[must_use]
pub fn one_line(text: &str) -> String {
    let hidden = |sign: char| matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    text.chars().filter(|sign| !sign.is_control() && !hidden(*sign)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_no_folder_no_control_character_and_no_direction() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("..\\..\\x\u{202e}fdp.exe"), "xfdp.exe");
        assert_eq!(plain_name("a\r\nSet-Cookie: b.pdf"), "aSet-Cookie: b.pdf");
        assert_eq!(plain_name("\0"), "underlag");
        assert_eq!(plain_name(&"å".repeat(4096)).chars().count(), LONGEST_NAME);
    }
}
