//! Somebody of the unit marks a thread as resolved.

use serde_json::json;

use super::store;
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Ends everything that stands open in a criterion's thread; done again, it changes nothing.
///
/// # Errors
/// The case is not with the unit.
pub fn resolve(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    criterion: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::UnitComments, Deed::Write)?;
    if store::resolve(act, &case.id, criterion, standing.id())? == 0 {
        return Ok(());
    }
    let detail = json!({ "criterion": criterion });
    transition::note(act, &case.id, Some(standing.id()), "resolve_comments", detail)
}
