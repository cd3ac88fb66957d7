//! The one way a case moves.

use serde_json::json;

use super::state::CaseState;
use super::{Case, store, wrong_state};
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;

/// A move that an act asks for.
#[derive(Debug, Clone)]
pub struct Move<'a> {
    /// The act's stable name: `submit`.
    pub act: &'static str,
    /// The state the case must be in.
    pub from: CaseState,
    /// The state it enters.
    pub to: CaseState,
    /// Who moves it; none for the service itself.
    pub actor: Option<&'a PersonId>,
    /// Why, where a reason is asked for.
    pub reason: Option<&'a str>,
    /// Other facts for the log: digests, criteria.
    pub detail: serde_json::Value,
}

/// Moves a case in one conditional UPDATE and writes its audit entry. The first statement of an act that moves a case,
/// or after [`store::claim`].
///
/// # Errors
/// [`wrong_state`] when the case is elsewhere (then somebody else was first), or when no such way exists.
pub fn enter(act: &mut Act<'_>, case: &CaseId, asked: Move<'_>) -> Result<Case, Problem> {
    let exists = asked.from.next().contains(&asked.to);
    let moved = exists && store::enter(act, case, asked.from, asked.to)?;
    let case = store::by_ids(act.db, std::slice::from_ref(case))?.pop().ok_or_else(Problem::not_found)?;
    if !moved {
        return Err(wrong_state(&case));
    }
    let mut detail = asked.detail;
    if let (Some(reason), Some(facts)) = (asked.reason, detail.as_object_mut()) {
        facts.insert("reason".to_owned(), json!(reason));
    }
    if let Some(facts) = detail.as_object_mut() {
        facts.insert("form".to_owned(), json!(case.form));
    }
    audit::record(
        act,
        &Event {
            chain: Chain::Case(case.id.clone()),
            actor: asked.actor,
            act: asked.act,
            moved: Some((asked.from.as_str(), asked.to.as_str())),
            detail,
        },
    )?;
    Ok(case)
}

/// Writes the audit entry of an act that leaves the case where it is.
///
/// # Errors
/// The database cannot be written.
pub fn note(
    act: &mut Act<'_>,
    case: &CaseId,
    actor: Option<&PersonId>,
    name: &'static str,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    audit::record(act, &Event { chain: Chain::Case(case.clone()), actor, act: name, moved: None, detail })
}
