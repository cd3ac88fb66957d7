//! Requests for public records in the database. Whoever calls has checked the right to the case.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{Decision, Request};
use crate::clock::Moment;
use crate::db::columns::text_columns;
use crate::db::schema::records_requests;
use crate::db::{Act, Db};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

text_columns!(Decision);

#[derive(Queryable, Selectable)]
#[diesel(table_name = records_requests)]
struct RequestRow {
    id: RowId,
    asked_on: NaiveDate,
    asked_by: String,
    wanted: String,
    recorded_by: PersonId,
    decision: Option<Decision>,
    decision_reason: Option<String>,
    decided_at: Option<Moment>,
}

/// The requests of a case, newest first.
pub(super) fn requests(db: &mut Db, case: &CaseId) -> Result<Vec<Request>, Problem> {
    let rows = records_requests::table
        .filter(records_requests::case_id.eq(case))
        .order((records_requests::asked_on.desc(), records_requests::id.desc()))
        .select(RequestRow::as_select())
        .load::<RequestRow>(db)?;
    let request = |row: RequestRow| Request {
        id: row.id,
        asked_on: row.asked_on,
        asked_by: row.asked_by,
        wanted: row.wanted,
        recorded_by: row.recorded_by,
        decision: row.decision,
        decision_reason: row.decision_reason,
        decided_at: row.decided_at,
    };
    Ok(rows.into_iter().map(request).collect())
}

/// Adds a request.
pub(super) fn add(
    act: &mut Act<'_>,
    case: &CaseId,
    asked_on: NaiveDate,
    asked_by: &str,
    wanted: &str,
    by: &PersonId,
) -> Result<RowId, Problem> {
    let id: RowId = act.id();
    diesel::insert_into(records_requests::table)
        .values((
            records_requests::id.eq(&id),
            records_requests::case_id.eq(case),
            records_requests::asked_on.eq(asked_on),
            records_requests::asked_by.eq(asked_by),
            records_requests::wanted.eq(wanted),
            records_requests::recorded_by.eq(by),
            records_requests::recorded_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Decides about a request that waits; false when it is not there or decided.
pub(super) fn decide(
    act: &mut Act<'_>,
    case: &CaseId,
    request: &RowId,
    decision: Decision,
    reason: Option<&str>,
    by: &PersonId,
) -> Result<bool, Problem> {
    let waiting = records_requests::table
        .find(request)
        .filter(records_requests::case_id.eq(case))
        .filter(records_requests::decision.is_null());
    let decided = diesel::update(waiting)
        .set((
            records_requests::decision.eq(decision),
            records_requests::decision_reason.eq(reason),
            records_requests::decided_by.eq(by),
            records_requests::decided_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(decided == 1)
}
