//! What a submission holds, read back.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::forms::RawAnswers;
use crate::forms::mapping::{AllAnswers, BACKGROUND};
use crate::problem::Problem;

/// The answers of a submission, and the form they were given on.
#[derive(Debug, Clone, Deserialize)]
pub struct Snapshot {
    /// The form's key.
    pub form: String,
    #[serde(default)]
    background: RawAnswers,
    criteria: BTreeMap<String, Submitted>,
}

#[derive(Debug, Clone, Deserialize)]
struct Submitted {
    answers: RawAnswers,
}

impl Snapshot {
    /// Reads a submission's content.
    ///
    /// # Errors
    /// It is not what [`super::submit`] writes.
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
