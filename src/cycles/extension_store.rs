//! Requests for more time in the database.

use diesel::prelude::*;

use super::extension::{Reply, Request};
use crate::clock::Moment;
use crate::db::schema::extension_requests;
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

pub(super) fn of_case(db: &mut Db, case: &CaseId) -> Result<Vec<Request>, Problem> {
    type Row = (RowId, CaseId, String, PersonId, Moment, Option<Moment>, Option<String>, Option<Moment>);
    let rows = extension_requests::table
        .filter(extension_requests::case_id.eq(case))
        .order((extension_requests::asked_at.desc(), extension_requests::id.desc()))
        .select((
            extension_requests::id,
            extension_requests::case_id,
            extension_requests::reason,
            extension_requests::asked_by,
            extension_requests::asked_at,
            extension_requests::until,
            extension_requests::decision_reason,
            extension_requests::decided_at,
        ))
        .load::<Row>(db)?;
    let request = |(id, case_id, reason, asked_by, asked_at, until, why, at): Row| Request {
        id,
        case_id,
        reason,
        asked_by,
        asked_at,
        answer: why.zip(at).map(|(reason, at)| Reply { until, reason, at }),
    };
    Ok(rows.into_iter().map(request).collect())
}

pub(super) fn waiting_in(db: &mut Db, cases: &[CaseId]) -> Result<Vec<CaseId>, Problem> {
    Ok(extension_requests::table
        .filter(extension_requests::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .filter(extension_requests::granted.is_null())
        .select(extension_requests::case_id)
        .load(db)?)
}

pub(super) fn add(act: &mut Act<'_>, case: &CaseId, by: &PersonId, reason: &str) -> Result<(), Problem> {
    let id: RowId = act.id();
    diesel::insert_into(extension_requests::table)
        .values((
            extension_requests::id.eq(&id),
            extension_requests::case_id.eq(case),
            extension_requests::reason.eq(reason),
            extension_requests::asked_by.eq(by),
            extension_requests::asked_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Answers the request that waits in a case; which that was.
pub(super) fn answer(
    act: &mut Act<'_>,
    case: &CaseId,
    by: &PersonId,
    until: Option<Moment>,
    reason: &str,
) -> Result<Option<RowId>, Problem> {
    let waiting: Option<RowId> = extension_requests::table
        .filter(extension_requests::case_id.eq(case))
        .filter(extension_requests::granted.is_null())
        .select(extension_requests::id)
        .first(act.db)
        .optional()?;
    let Some(id) = waiting else { return Ok(None) };
    diesel::update(extension_requests::table.find(&id))
        .set((
            extension_requests::granted.eq(until.is_some()),
            extension_requests::until.eq(until),
            extension_requests::decision_reason.eq(reason),
            extension_requests::decided_by.eq(by),
            extension_requests::decided_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(Some(id))
}
