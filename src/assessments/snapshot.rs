//! A submission read back: what [`super::submit`] wrote. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Submission;
use crate::forms::RawAnswers;
use crate::problem::Problem;

/// The submitted answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Snapshot {
    /// The key of the form that they were given on.
    #[serde(default)]
    pub form: String,
    /// The answers to the form about the unit.
    #[serde(default)]
    pub background: RawAnswers,
    /// What was submitted of each criterion.
    #[serde(default)]
    pub criteria: BTreeMap<String, Given>,
}

/// What was submitted of one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Given {
    /// The answers in the fields that showed, as typed.
    #[serde(default)]
    pub answers: RawAnswers,
    /// The files of evidence.
    #[serde(default)]
    pub evidence: Vec<GivenFile>,
    /// Why the unit left the criterion without an answer, if it did.
    #[serde(default)]
    pub declared_missing: Option<String>,
    /// Whether the unit asked that the criterion should not apply.
    #[serde(default)]
    pub not_applicable_asked: bool,
}

/// A file that was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GivenFile {
    /// Its name as uploaded.
    pub name: String,
    /// Bytes.
    pub size: i32,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl Snapshot {
    /// Reads a submission.
    ///
    /// # Errors
    /// The content is not what submitting writes, which is a fault of ours.
    pub fn of(submission: &Submission) -> Result<Snapshot, Problem> {
        serde_json::from_str(&submission.content).map_err(Problem::internal)
    }
}
