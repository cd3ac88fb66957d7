//! The head asks for more time.

use serde_json::json;

use crate::cycles::state::CaseState;
use crate::cycles::{self, recipients, transition};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Asks for more time, with a reason: a task of every coordinator until one has answered it.
///
/// # Errors
/// An empty reason, a request waits already, or the case is submitted.
pub fn ask(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför ni behöver mer tid.",
            "Write why you need more time.",
        ));
    }
    cycles::extension::add(act, &case.id, standing.id(), reason)?;
    transition::note(act, &case.id, Some(standing.id()), "ask_extension", json!({ "reason": reason }))?;
    recipients::tell_coordinators(act, &case, &format!("ask_extension:{}", case.version))
}
