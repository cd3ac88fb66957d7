//! From the draft result to the released one: the unit checks facts, the coordinator fixes, two authorities release.
//!
//! Invariants: nothing is fixed while anything is open; a fixed result never changes, a correction is a new version
//! with a reason; what was judged and what came out are stored side by side, so that anybody can compute it again;
//! results are released by one coordinator from each authority, every fixed case of the cycle at once.

pub mod correct_result;
pub mod documents;
pub mod fact_check;
pub mod finalise;
pub mod judged;
pub mod last_year;
pub mod preview;
pub mod release;
pub mod stakes;
pub mod store;
pub mod view;

use crate::clock::Moment;
use crate::ids::{CaseId, PersonId, ResultId};
use crate::problem::Problem;
use crate::scoring::{self, Outcome, ScoringForm};

/// A fixed version of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedResult {
    /// Identifier.
    pub id: ResultId,
    /// The case.
    pub case_id: CaseId,
    /// Counts versions from 1.
    pub number: i32,
    /// The input of the recomputation command.
    pub judged: scoring::Case,
    /// Its output.
    pub scored: scoring::Scored,
    /// SHA-256 over input and output as stored.
    pub digest: String,
    /// Why there is a new version; none for the first.
    pub reason: Option<String>,
    /// Who fixed it.
    pub fixed_by: PersonId,
    /// When.
    pub fixed_at: Moment,
}

impl FixedResult {
    /// The outcome; a fixed result always has one.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.scored.outcome
    }

    /// The form that it was judged on.
    #[must_use]
    pub fn form(&self) -> &ScoringForm {
        &self.judged.form
    }
}

/// A comment on facts by the unit, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactComment {
    /// About what.
    pub criterion: String,
    /// What the unit says.
    pub comment: String,
    /// Who wrote it.
    pub written_by: PersonId,
    /// When.
    pub written_at: Moment,
    /// The answer, who gave it and when.
    pub answer: Option<(String, PersonId, Moment)>,
}

/// Refuses a result in which something is open.
pub(crate) fn check_final(scored: &scoring::Scored) -> Result<Outcome, Problem> {
    if let (true, Some(outcome)) = (scored.is_final, scored.outcome) {
        return Ok(outcome);
    }
    let open = scored.open.join(", ");
    Err(Problem::conflict(
        "result_open",
        format!("Resultatet kan inte fastställas: {open} är inte avgjort."),
        format!("The result cannot be fixed: {open} is not settled."),
    ))
}
