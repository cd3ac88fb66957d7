//! Why a case cannot be scored.

use serde::{Deserialize, Serialize};

/// The kinds of refusal, in the order in which they are looked for (scoring model 7.10, *Errors*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The text is not a case.
    BadCase,
    /// No areas, an empty area, a weight that is not greater than 0, or an id twice.
    BadForm,
    /// A judgement about a criterion that the form does not have.
    UnknownCriterion,
    /// Not 0–4, or K where only a level goes.
    BadLevel,
    /// A revision or correction without a first score.
    FirstMissing,
    /// A revision where no discussion was called for.
    RevisionNotAllowed,
    /// A correction before the fact check, or of a K.
    CorrectionNotAllowed,
    /// More further scores than the rule reached uses.
    FurtherNotNeeded,
}

/// A refusal, as `usve score` prints it under `error`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ScoreError {
    /// The stable code.
    pub code: ErrorCode,
    /// The criterion it is about; none when it is about the whole case or an area.
    pub criterion: Option<String>,
    /// One plain sentence, in English.
    pub message: String,
}

impl ScoreError {
    /// A refusal of the whole case or form.
    pub(crate) fn form(code: ErrorCode, message: String) -> ScoreError {
        ScoreError { code, criterion: None, message }
    }

    /// A refusal about one criterion.
    pub(super) fn criterion(code: ErrorCode, id: &str, message: String) -> ScoreError {
        ScoreError { code, criterion: Some(id.to_owned()), message }
    }
}
