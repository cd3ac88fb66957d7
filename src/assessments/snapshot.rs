//! A submission read back: what [`super::submit`] wrote. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Submission;
use crate::forms::RawAnswers;
use crate::forms::mapping::{AllAnswers, BACKGROUND};
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
    /// The evidence.
    #[serde(default)]
    pub evidence: Vec<Named>,
    /// Why the unit left the criterion without an answer, if it did.
    #[serde(default)]
    pub declared_missing: Option<String>,
    /// Whether the unit asked that the criterion should not apply.
    #[serde(default)]
    pub not_applicable_asked: bool,
}

/// A piece of evidence as the submission names it: a file by its sum, a link by its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Its name or title.
    pub name: String,
    /// A file's bytes.
    #[serde(default)]
    pub size: Option<i64>,
    /// SHA-256 of a file's bytes.
    #[serde(default)]
    pub sha256: Option<String>,
    /// A link's address.
    #[serde(default)]
    pub url: Option<String>,
    /// What is told about it.
    #[serde(default)]
    pub details: NamedDetails,
}

/// What is told about a piece of evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct NamedDetails {
    /// Where in the document.
    #[serde(default)]
    pub place: String,
    /// What it shows.
    #[serde(default)]
    pub description: String,
}

impl Named {
    /// What tells it apart on paper: the beginning of a file's SHA-256, or a link's address.
    #[must_use]
    pub fn mark(&self) -> String {
        match (&self.sha256, &self.url) {
            (Some(sum), _) => format!("SHA-256 {}…", sum.chars().take(16).collect::<String>()),
            (None, url) => url.clone().unwrap_or_default(),
        }
    }
}

impl Snapshot {
    /// Reads a submission.
    ///
    /// # Errors
    /// The content is not what submitting writes, which is a fault of ours.
    pub fn of(submission: &Submission) -> Result<Snapshot, Problem> {
        Snapshot::read(&submission.content)
    }

    /// Reads the content of a submission.
    ///
    /// # Errors
    /// As [`Snapshot::of`].
    pub fn read(content: &str) -> Result<Snapshot, Problem> {
        serde_json::from_str(content).map_err(Problem::internal)
    }

    /// The answers by criterion, the background among them.
    #[must_use]
    pub fn answers(self) -> AllAnswers {
        let criteria = self.criteria.into_iter().map(|(criterion, given)| (criterion, given.answers));
        criteria.chain([(BACKGROUND.to_owned(), self.background)]).collect()
    }
}
