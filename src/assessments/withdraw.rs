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

/// Opens a submitted case again, with a reason for the log. The submission stays in the history.
///
/// # Errors
/// The case is not submitted, reviewers are assigned, or the reason is empty.
pub fn withdraw(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    reason: &str,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Submitted])?;
    standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför ni tar tillbaka inlämningen.",
            "Write why you take the submission back.",
        ));
    }
    transition::enter(
        act,
        &case.id,
        Move {
            act: "withdraw",
            from: CaseState::Submitted,
            to: CaseState::Draft,
            actor: Some(standing.id()),
            reason: Some(reason),
            detail: json!({}),
        },
    )
}
