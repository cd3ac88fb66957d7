//! A coordinator reads a unit's draft to help, with a reason; the unit sees it and may end it (rights §2.1, *support*).
//!
//! Invariant: a visit reads and never writes, and opens one case's draft to one person. It ends when either side ends
//! it; once the case is submitted it opens nothing that the coordinator does not read anyway.

use serde_json::json;

use super::state::CaseState;
use super::{Case, recipients, store, support_store, transition};
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, PersonId, RowId};
use crate::notify::Kind;
use crate::problem::Problem;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2_000;

/// A visit of a coordinator to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Identifier.
    pub id: RowId,
    /// Who reads.
    pub person_id: PersonId,
    /// Why.
    pub reason: String,
    /// Since when.
    pub opened_at: Moment,
    /// Until when; none while it is open.
    pub ended_at: Option<Moment>,
}

/// The visits to a case, newest first.
///
/// # Errors
/// [`Problem::not_found`] for who may not know of them.
pub fn visits(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Visit>, Problem> {
    standing.require(&case.reference(), Object::Support, Deed::Read)?;
    support_store::visits(db, &case.id)
}

/// Opens a draft to the coordinator who asks, and tells the unit.
///
/// # Errors
/// The reason is empty, the draft is open to the person already, or the unit answers no longer.
pub fn open(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<Case, Problem> {
    let case = store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Support, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv kort varför du behöver läsa utkastet. Enheten ser det.",
            "Write briefly why you need to read the draft. The unit sees it.",
        ));
    }
    if support_store::visits(act.db, &case.id)?
        .iter()
        .any(|visit| visit.ended_at.is_none() && visit.person_id == *standing.id())
    {
        return Err(Problem::conflict(
            "support_open",
            "Du kan redan läsa utkastet.",
            "You can read the draft already.",
        ));
    }
    let id = support_store::open(act, &case.id, standing.id(), reason)?;
    let detail = json!({ "visit": id, "reason": reason });
    transition::note(act, &case.id, Some(standing.id()), "open_support", detail)?;
    let unit = recipients::unit(act.db, &case)?;
    recipients::tell(act, &case, unit, &Kind::SupportOpened, &case.path(), None, id.as_str())?;
    Ok(case)
}

/// Ends the open visits of somebody whom the case is closed to from now on; the caller has claimed it.
///
/// # Errors
/// The database cannot be written.
pub fn leave(act: &mut Act<'_>, case: &Case, person: &PersonId) -> Result<(), Problem> {
    for visit in support_store::visits(act.db, &case.id)? {
        if visit.ended_at.is_none() && visit.person_id == *person {
            support_store::end(act, &visit.id, person)?;
            transition::note(act, &case.id, Some(person), "end_support", json!({ "visit": visit.id }))?;
        }
    }
    Ok(())
}

/// Ends a visit: the coordinator's own, or as head of the unit anybody's.
///
/// # Errors
/// There is no such open visit, or it is another coordinator's.
pub fn end(act: &mut Act<'_>, standing: &Standing, case: &CaseId, visit: &RowId) -> Result<(), Problem> {
    let case = store::claim(act, case, CaseState::ALL)?;
    standing.require(&case.reference(), Object::Support, Deed::Write)?;
    let visits = support_store::visits(act.db, &case.id)?;
    let open = visits.iter().find(|open| open.id == *visit && open.ended_at.is_none());
    let open = open.ok_or_else(Problem::not_found)?;
    let heads = standing.roles_in(&case.reference()).contains(&Role::Head);
    if !heads && open.person_id != *standing.id() {
        return Err(Problem::forbidden());
    }
    support_store::end(act, visit, standing.id())?;
    transition::note(act, &case.id, Some(standing.id()), "end_support", json!({ "visit": visit }))
}
