//! What the pairing reads and keeps in the database. Whoever calls has checked the right.

use diesel::prelude::*;

use super::rules::Rule;
use crate::clock::Moment;
use crate::db::columns::text_columns;
use crate::db::schema::{assignments, cases, cycles, pairing_exceptions, scores};
use crate::db::{Act, Db};
use crate::identity::standing::Party;
use crate::ids::{CaseId, PersonId, RowId, UnitId};
use crate::problem::Problem;

text_columns!(Rule);

/// A seat of any year, as history has it.
#[derive(Debug, Clone, Queryable)]
pub struct PastSeat {
    /// The case.
    pub case_id: CaseId,
    /// Its unit.
    pub unit_id: UnitId,
    /// Its year.
    pub year: i32,
    /// For whom.
    pub party: Party,
    /// Who.
    pub person_id: PersonId,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// `declined` or `recused`, when the reviewer left it.
    pub left_as: Option<String>,
    /// Why it ended.
    pub end_reason: Option<String>,
}

/// Every seat of some years.
///
/// # Errors
/// The database cannot be read.
pub fn seats(db: &mut Db, from: i32, to: i32) -> Result<Vec<PastSeat>, Problem> {
    Ok(assignments::table
        .inner_join(cases::table.inner_join(cycles::table))
        .filter(cycles::year.between(from, to))
        .order(assignments::id)
        .select((
            assignments::case_id,
            cases::unit_id,
            cycles::year,
            assignments::party,
            assignments::person_id,
            assignments::ended_at,
            assignments::left_as,
            assignments::end_reason,
        ))
        .load(db)?)
}

/// Who had a seat that ended after something was scored in it, by case.
///
/// # Errors
/// The database cannot be read.
pub fn former(db: &mut Db, of: &[CaseId]) -> Result<Vec<(CaseId, PersonId)>, Problem> {
    Ok(assignments::table
        .inner_join(scores::table.on(scores::assignment_id.eq(assignments::id)))
        .filter(assignments::case_id.eq_any(of.iter().map(CaseId::as_str)))
        .filter(assignments::ended_at.is_not_null())
        .select((assignments::case_id, assignments::person_id))
        .distinct()
        .load(db)?)
}

/// A coordinator's decision that a rule does not stop somebody from a case.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Exception {
    /// Identifier.
    pub id: RowId,
    /// Whom.
    pub person_id: PersonId,
    /// From which case.
    pub case_id: CaseId,
    /// Which rule.
    pub rule: Rule,
    /// Why not.
    pub reason: String,
    /// Who decided.
    pub decided_by: PersonId,
    /// When.
    pub decided_at: Moment,
}

/// The exceptions in cases, oldest first.
///
/// # Errors
/// The database cannot be read.
pub fn exceptions(db: &mut Db, of: &[CaseId]) -> Result<Vec<Exception>, Problem> {
    Ok(pairing_exceptions::table
        .filter(pairing_exceptions::case_id.eq_any(of.iter().map(CaseId::as_str)))
        .order((pairing_exceptions::decided_at, pairing_exceptions::id))
        .select((
            pairing_exceptions::id,
            pairing_exceptions::person_id,
            pairing_exceptions::case_id,
            pairing_exceptions::rule,
            pairing_exceptions::reason,
            pairing_exceptions::decided_by,
            pairing_exceptions::decided_at,
        ))
        .load(db)?)
}

/// Adds an exception.
///
/// # Errors
/// There is one already.
pub(super) fn add_exception(
    act: &mut Act<'_>,
    person: &PersonId,
    case: &CaseId,
    rule: Rule,
    reason: &str,
    by: &PersonId,
) -> Result<RowId, Problem> {
    let id: RowId = act.id();
    diesel::insert_into(pairing_exceptions::table)
        .values((
            pairing_exceptions::id.eq(&id),
            pairing_exceptions::person_id.eq(person),
            pairing_exceptions::case_id.eq(case),
            pairing_exceptions::rule.eq(rule),
            pairing_exceptions::reason.eq(reason),
            pairing_exceptions::decided_by.eq(by),
            pairing_exceptions::decided_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Takes an exception back; false when it is gone.
pub(super) fn remove_exception(act: &mut Act<'_>, case: &CaseId, id: &RowId) -> Result<bool, Problem> {
    let there = pairing_exceptions::table.find(id).filter(pairing_exceptions::case_id.eq(case));
    Ok(diesel::delete(there).execute(act.db)? == 1)
}
