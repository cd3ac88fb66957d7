//! What is asked about single criteria of a case, in the database: that one does not apply, that one be completed. Whoever
//! calls has checked the right to the case.

use diesel::prelude::*;

use super::NotApplicable;
use crate::clock::Moment;
use crate::db::schema::{not_applicable, returned_criteria};
use crate::db::{Act, Db, each};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;

/// A request that a criterion does not apply, whole.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = not_applicable, treat_none_as_default_value = false)]
pub(super) struct RequestRow {
    pub(super) case_id: CaseId,
    pub(super) criterion: String,
    pub(super) reason: String,
    pub(super) asked_by: PersonId,
    pub(super) asked_at: Moment,
    pub(super) approved: Option<bool>,
    pub(super) decision_reason: Option<String>,
    pub(super) decided_by: Option<PersonId>,
    pub(super) decided_at: Option<Moment>,
}

/// What the coordinator has asked to complete, by criterion.
///
/// # Errors
/// The database cannot be read.
pub fn returned(db: &mut Db, case: &CaseId) -> Result<Vec<(String, String)>, Problem> {
    Ok(returned_criteria::table
        .filter(returned_criteria::case_id.eq(case))
        .select((returned_criteria::criterion, returned_criteria::what))
        .order(returned_criteria::criterion)
        .load(db)?)
}

pub(super) fn add_returned(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    what: &str,
) -> Result<(), Problem> {
    diesel::insert_into(returned_criteria::table)
        .values((
            returned_criteria::case_id.eq(case),
            returned_criteria::criterion.eq(criterion),
            returned_criteria::what.eq(what),
        ))
        .execute(act.db)?;
    Ok(())
}

/// The requests that a criterion does not apply.
///
/// # Errors
/// The database cannot be read.
pub fn of_case(db: &mut Db, case: &CaseId) -> Result<Vec<NotApplicable>, Problem> {
    let requests = of_cases(db, std::slice::from_ref(case))?;
    Ok(requests.into_iter().map(|(_, request)| request).collect())
}

/// The requests of many cases that a criterion does not apply, by case and criterion.
///
/// # Errors
/// The database cannot be read.
pub fn of_cases(db: &mut Db, cases: &[CaseId]) -> Result<Vec<(CaseId, NotApplicable)>, Problem> {
    type Row = (CaseId, String, String, PersonId, Option<bool>, Option<String>);
    let rows = not_applicable::table
        .filter(not_applicable::case_id.eq_any(cases.iter().map(CaseId::as_str)))
        .order((not_applicable::case_id, not_applicable::criterion))
        .select((
            not_applicable::case_id,
            not_applicable::criterion,
            not_applicable::reason,
            not_applicable::asked_by,
            not_applicable::approved,
            not_applicable::decision_reason,
        ))
        .load::<Row>(db)?;
    Ok(rows
        .into_iter()
        .map(|(case, criterion, reason, asked_by, approved, decision_reason)| {
            (case, NotApplicable { criterion, reason, asked_by, approved, decision_reason })
        })
        .collect())
}

pub(super) fn ask(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    reason: &str,
    by: &PersonId,
) -> Result<(), Problem> {
    diesel::insert_into(not_applicable::table)
        .values((
            not_applicable::case_id.eq(case),
            not_applicable::criterion.eq(criterion),
            not_applicable::reason.eq(reason),
            not_applicable::asked_by.eq(by),
            not_applicable::asked_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

pub(super) fn take_back(act: &mut Act<'_>, case: &CaseId, criterion: &str) -> Result<bool, Problem> {
    let gone = diesel::delete(
        not_applicable::table.find((case, criterion)).filter(not_applicable::approved.is_null()),
    )
    .execute(act.db)?;
    Ok(gone == 1)
}

pub(super) fn decide(
    act: &mut Act<'_>,
    case: &CaseId,
    criterion: &str,
    approved: bool,
    reason: &str,
    by: &PersonId,
) -> Result<bool, Problem> {
    let decided = diesel::update(
        not_applicable::table.find((case, criterion)).filter(not_applicable::approved.is_null()),
    )
    .set((
        not_applicable::approved.eq(approved),
        not_applicable::decision_reason.eq(reason),
        not_applicable::decided_by.eq(by),
        not_applicable::decided_at.eq(act.now),
    ))
    .execute(act.db)?;
    Ok(decided == 1)
}

/// The requests of a case as they are stored, by criterion.
pub(super) fn rows(db: &mut Db, case: &CaseId) -> Result<Vec<RequestRow>, Problem> {
    Ok(not_applicable::table
        .filter(not_applicable::case_id.eq(case))
        .order(not_applicable::criterion)
        .select(RequestRow::as_select())
        .load(db)?)
}

/// Puts other requests in the place of those of a case.
pub(super) fn replace(act: &mut Act<'_>, case: &CaseId, rows: &[RequestRow]) -> Result<(), Problem> {
    diesel::delete(not_applicable::table.filter(not_applicable::case_id.eq(case))).execute(act.db)?;
    if !rows.is_empty() {
        each!(&mut *act.db, connection =>
            diesel::insert_into(not_applicable::table).values(rows).execute(connection)?);
    }
    Ok(())
}
