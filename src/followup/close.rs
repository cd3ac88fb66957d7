//! The coordinator closes a case that is done.

use serde_json::json;

use super::needed;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Closes a released case, with a reason.
///
/// # Errors
/// The result is not released, or the reason is empty or too long.
pub fn close(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<Case, Problem> {
    let from = [
        CaseState::Released,
        CaseState::Presented,
        CaseState::Action,
        CaseState::FollowUp,
        CaseState::InDepth,
    ];
    let case = cycles::store::claim(act, case, &from)?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let reason = needed(reason, "reason")?;
    let asked = Move {
        act: "close",
        from: case.state,
        to: CaseState::Closed,
        actor: Some(standing.id()),
        reason: Some(reason),
        detail: json!({}),
    };
    transition::enter(act, &case.id, asked)
}
