//! The head asks for more time.

use serde_json::json;

use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::{self, GrantedRole};
use crate::ids::CaseId;
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;

/// Tells every coordinator that the unit asks for more time, and why; they extend it.
///
/// # Errors
/// An empty reason, or the case is submitted.
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
    transition::note(act, &case.id, Some(standing.id()), "ask_extension", json!({ "reason": reason }))?;
    for to in identity::store::holders(act.db, GrantedRole::Coordinator, None)? {
        notify::enqueue(
            act,
            Mail {
                dedupe: format!("ask_extension:{}:{}:{to}", case.id, case.version),
                to,
                kind: Kind::Late,
                about: Some(case.unit.name.clone()),
                path: case.path(),
                due: Some(case.due()),
            },
        )?;
    }
    Ok(())
}
