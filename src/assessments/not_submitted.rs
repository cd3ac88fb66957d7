//! The coordinator closes a case that never came in.

use serde_json::json;

use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Marks a case as not submitted, after the date and its grace. Its outcome becomes E.
///
/// # Errors
/// The time is not up, or the reason is empty.
pub fn mark(
    act: &mut Act<'_>,
    standing: &Standing,
    dates: &Dates,
    case: &CaseId,
    reason: &str,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft])?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    if act.now <= dates.last_moment(case.submission_due) {
        return Err(Problem::conflict(
            "time_not_up",
            "Enheten kan fortfarande lämna in.",
            "The unit can still submit.",
        ));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv vad som har gjorts för att få in svaret.",
            "Write what was done to get the answer.",
        ));
    }
    transition::enter(
        act,
        &case.id,
        Move {
            act: "not_submitted",
            from: CaseState::Draft,
            to: CaseState::NotSubmitted,
            actor: Some(standing.id()),
            reason: Some(reason),
            detail: json!({}),
        },
    )
}
