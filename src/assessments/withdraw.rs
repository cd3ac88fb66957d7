//! The head takes a submission back, as long as no reviewers are assigned.

use serde_json::json;

use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Opens a submitted case again. The submission stays in the history.
///
/// # Errors
/// The case is not submitted, or reviewers are assigned.
pub fn withdraw(act: &mut Act<'_>, standing: &Standing, case: &CaseId) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Submitted])?;
    standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
    transition::enter(
        act,
        &case.id,
        Move {
            act: "withdraw",
            from: CaseState::Submitted,
            to: CaseState::Draft,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({}),
        },
    )
}
