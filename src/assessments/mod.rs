//! A unit's self-assessment in one case: answers, evidence, and what was submitted.
//!
//! Invariants: what was typed is kept as typed, also when it is wrong; every saved version stays; a save never
//! overwrites a version that the writer has not seen; what nobody of the unit has saved or confirmed counts as
//! unanswered; a submission is a value that never changes again.

pub mod area_ready;
pub mod ask_extension;
pub mod batch_store;
pub mod beside;
pub mod change_warnings;
pub mod comments;
pub mod confirm_prefill;
pub mod declare_missing;
pub mod difference;
pub mod editable;
pub mod evidence;
pub mod last_year;
mod move_along;
pub mod move_form;
pub mod not_applicable;
pub mod not_submitted;
pub mod open_year;
mod prefill;
pub mod presence;
mod presence_store;
pub mod progress;
pub mod receipt;
pub mod request_store;
pub mod return_for_completion;
pub mod rules;
pub mod same;
pub mod save_answer;
pub mod shown;
pub mod since_last_year;
pub mod snapshot;
pub mod store;
pub mod submit;
pub mod suggestion;
pub mod team;
pub mod typed;
pub mod withdraw;
pub mod workbook;

use crate::clock::Moment;
use crate::forms::RawAnswers;
use crate::ids::{PersonId, SubmissionId};
pub use evidence::Evidence;

/// The name under which the answers to the unscored background form are kept.
pub const BACKGROUND: &str = crate::forms::mapping::BACKGROUND;

/// The saved answers of one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The criterion, or [`BACKGROUND`].
    pub criterion: String,
    /// Counts saves from 1.
    pub version: i32,
    /// What was typed.
    pub content: RawAnswers,
    /// Whether the unit has confirmed it; false for what came from last year.
    pub confirmed: bool,
    /// Why the unit leaves the criterion without an answer, when it does.
    pub declared_missing: Option<String>,
    /// Who saved it last; none for what came from last year.
    pub saved_by: Option<PersonId>,
    /// When.
    pub saved_at: Moment,
}

/// One submitted version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Identifier.
    pub id: SubmissionId,
    /// Counts from 1.
    pub number: i32,
    /// JSON: every visible answer with its labels' ids, indicators, evidence.
    pub content: String,
    /// SHA-256 of the content.
    pub digest: String,
    /// Whether it came in the grace after the shown hour.
    pub late: bool,
    /// Who signed it.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_at: Moment,
}

/// A request that a criterion does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// The criterion.
    pub criterion: String,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// The coordinator's decision; none while it waits.
    pub approved: Option<bool>,
    /// The reason of the decision.
    pub decision_reason: Option<String>,
}

impl Submission {
    /// The code that tells versions apart on paper: the first twelve signs of the digest, `1A2B-3C4D-5E6F`.
    #[must_use]
    pub fn code(&self) -> String {
        code(&self.digest)
    }
}

/// The first twelve signs of a digest, as people write them.
#[must_use]
pub fn code(digest: &str) -> String {
    let signs: Vec<char> = digest.to_uppercase().chars().take(12).collect();
    signs.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
