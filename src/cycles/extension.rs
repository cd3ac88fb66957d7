//! A unit's requests for more time: asked by the head, answered by a coordinator.
//!
//! Invariants: at most one waits in a case; more time answers the one that waits; an answer never changes.

use super::extension_store as store;
use super::{Case, transition};
use crate::clock::Moment;
use crate::cycles::state::CaseState;
use crate::cycles::{self, recipients};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, PersonId, RowId};
use crate::notify::Kind;
use crate::problem::Problem;
use serde_json::json;

/// A request for more time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Identifier.
    pub id: RowId,
    /// In which case.
    pub case_id: CaseId,
    /// Why, in the head's words.
    pub reason: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Moment,
    /// The answer; none while it waits.
    pub answer: Option<Reply>,
}

/// The coordinator's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Until when, if more time was given.
    pub until: Option<Moment>,
    /// Why.
    pub reason: String,
    /// When it was given.
    pub at: Moment,
}

/// The requests of a case, newest first.
///
/// # Errors
/// [`Problem::not_found`] for everybody but the unit and its coordinators.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Request>, Problem> {
    standing.require(&case.reference(), Object::Progress, Deed::Read)?;
    store::of_case(db, &case.id)
}

/// Those of the cases in which a request waits.
///
/// # Errors
/// The database cannot be read.
pub fn waiting_in(db: &mut Db, cases: &[CaseId]) -> Result<Vec<CaseId>, Problem> {
    store::waiting_in(db, cases)
}

/// Keeps a request of the head, who has the right to ask.
///
/// # Errors
/// One waits already.
pub(crate) fn add(act: &mut Act<'_>, case: &CaseId, by: &PersonId, reason: &str) -> Result<(), Problem> {
    if store::waiting_in(act.db, std::slice::from_ref(case))?.is_empty() {
        return store::add(act, case, by, reason);
    }
    Err(Problem::conflict(
        "already_asked",
        "Ni har redan begärt mer tid. Samordnaren har inte svarat än.",
        "You have already asked for more time. The coordinator has not answered yet.",
    ))
}

/// Answers the request that waits, if one does, with more time.
pub(super) fn granted(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    until: Moment,
    reason: &str,
) -> Result<(), Problem> {
    store::answer(act, case, standing.id(), Some(until), reason).map(drop)
}

/// Declines the request that waits, with a reason, and tells the unit.
///
/// # Errors
/// None waits, or the reason is empty.
pub fn decline(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför enheten inte får mer tid.",
            "Write why the unit gets no more time.",
        ));
    }
    let Some(request) = store::answer(act, &case.id, standing.id(), None, reason)? else {
        return Err(Problem::conflict(
            "no_request",
            "Ingen begäran om mer tid väntar.",
            "No request for more time is waiting.",
        ));
    };
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "decline_extension",
        json!({ "request": request, "reason": reason }),
    )?;
    let (unit, path) = (recipients::unit(act.db, &case)?, format!("{}/forlangning", case.path()));
    let (kind, due) = (Kind::ExtensionDeclined, Some(case.due()));
    recipients::tell(act, &case, unit, &kind, &path, due, request.as_str())
}
