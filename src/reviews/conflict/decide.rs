//! A coordinator decides about a declared conflict: never about their own.

use serde_json::json;

use super::store;
use crate::cycles;
use crate::cycles::Case;
use crate::cycles::state::CaseState;
use crate::cycles::transition;
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::reviews::{assign, store as reviews};

/// Decides whether a declared conflict stands. Dismissed, the person may go on. Upheld, it ends the person's seat; once
/// the unit has seen the draft result the seat stays, since no way leads back from there: the person is kept out, and
/// the coordinator weighs what the review is worth.
///
/// # Errors
/// There is no such declaration that waits, it is the decider's own, or the reason is empty.
pub fn decide(
    act: &mut Act<'_>,
    standing: &Standing,
    declaration: &RowId,
    upheld: bool,
    reason: &str,
) -> Result<Case, Problem> {
    let reason = reason.trim();
    let decided =
        store::decide(act, declaration, upheld, reason, standing.id())?.ok_or_else(Problem::not_found)?;
    let case = cycles::store::claim(act, &decided.case_id, CaseState::ALL)?;
    standing.require(&case.reference(), Object::Declaration, Deed::Decide)?;
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv skälet till beslutet.",
            "Write the reason for the decision.",
        ));
    }
    let detail = json!({ "person": decided.person_id, "stage": decided.stage, "upheld": upheld });
    transition::note(act, &case.id, Some(standing.id()), "decide_conflict", detail)?;
    if !upheld {
        return assign::begin_scoring(act, standing.id(), &case);
    }
    if !assign::PAIR_LEAVES_IN.contains(&case.state) {
        return Ok(case);
    }
    let seats = reviews::assignments(act.db, std::slice::from_ref(&case.id))?;
    match seats.iter().find(|seat| seat.person_id == decided.person_id) {
        Some(seat) => assign::end_seat(act, standing.id(), &case, seat, "a conflict of interest stands"),
        None => Ok(case),
    }
}
