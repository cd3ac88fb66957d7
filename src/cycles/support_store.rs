//! Visits of coordinators to drafts, in the database. Whoever calls has checked the right to the case.

use diesel::prelude::*;

use super::support::Visit;
use crate::clock::Moment;
use crate::db::schema::support_visits;
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

/// The visits to a case, newest first.
pub(super) fn visits(db: &mut Db, case: &CaseId) -> Result<Vec<Visit>, Problem> {
    let rows = support_visits::table
        .filter(support_visits::case_id.eq(case))
        .order(support_visits::id.desc())
        .select((
            support_visits::id,
            support_visits::person_id,
            support_visits::reason,
            support_visits::opened_at,
            support_visits::ended_at,
        ))
        .load::<(RowId, PersonId, String, Moment, Option<Moment>)>(db)?;
    let visit =
        |(id, person_id, reason, opened_at, ended_at)| Visit { id, person_id, reason, opened_at, ended_at };
    Ok(rows.into_iter().map(visit).collect())
}

/// Writes down a visit.
pub(super) fn open(
    act: &mut Act<'_>,
    case: &CaseId,
    person: &PersonId,
    reason: &str,
) -> Result<RowId, Problem> {
    let id: RowId = act.id();
    diesel::insert_into(support_visits::table)
        .values((
            support_visits::id.eq(&id),
            support_visits::case_id.eq(case),
            support_visits::person_id.eq(person),
            support_visits::reason.eq(reason),
            support_visits::opened_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Ends an open visit.
pub(super) fn end(act: &mut Act<'_>, visit: &RowId, by: &PersonId) -> Result<(), Problem> {
    let open = support_visits::table.find(visit).filter(support_visits::ended_at.is_null());
    let ended = diesel::update(open)
        .set((support_visits::ended_by.eq(by), support_visits::ended_at.eq(act.now)))
        .execute(act.db)?;
    if ended == 1 { Ok(()) } else { Err(Problem::stale()) }
}
