//! A unit is merged or closed during the year.

use serde_json::json;

use super::state::CaseState;
use super::transition::{self, Move};
use super::{Case, recipients, store};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::Problem;

/// Takes a case out of the year, with a reason; it counts in no total (process.md §2, state 18). What the unit has
/// written stays readable.
///
/// # Errors
/// Reviewers are assigned already, or the reason is empty.
pub fn cancel(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<Case, Problem> {
    let case = store::claim(act, case, &[CaseState::Draft, CaseState::Submitted])?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför enheten utgår ur årets utvärdering.",
            "Write why the unit leaves this year's evaluation.",
        ));
    }
    let asked = Move {
        act: "cancel",
        from: case.state,
        to: CaseState::Cancelled,
        actor: Some(standing.id()),
        reason: Some(reason),
        detail: json!({}),
    };
    let case = transition::enter(act, &case.id, asked)?;
    let unit = recipients::unit(act.db, &case)?;
    recipients::tell(act, &case, unit, &Kind::Cancelled, &case.path(), None, "cancelled")?;
    Ok(case)
}
