//! Every locked review in the database, whoever asks: for the proof of the log, which shows no score.

use diesel::prelude::*;

use super::Assignment;
use super::store::AssignmentRow;
use crate::clock::Moment;
use crate::db::Db;
use crate::db::schema::{assignments, cases, cycles, units};
use crate::problem::Problem;

/// A locked review with its place.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    /// The seat.
    pub seat: Assignment,
    /// Whether it has ended: what was scored there is read by nobody.
    pub ended: bool,
    /// The unit's short name.
    pub unit: String,
    /// The cycle's year.
    pub year: i32,
}

/// Every review that has a lock, a commitment or a salt, by case.
pub(super) fn sealed(db: &mut Db) -> Result<Vec<Sealed>, Problem> {
    let locked = assignments::locked_at
        .is_not_null()
        .or(assignments::commitment.is_not_null())
        .or(assignments::salt.is_not_null());
    let rows = assignments::table
        .inner_join(cases::table.inner_join(cycles::table).inner_join(units::table))
        .filter(locked)
        .order((units::slug, cycles::year, assignments::id))
        .select((AssignmentRow::as_select(), assignments::ended_at, units::slug, cycles::year))
        .load::<(AssignmentRow, Option<Moment>, String, i32)>(db)?;
    Ok(rows
        .into_iter()
        .map(|(row, ended, unit, year)| Sealed { seat: row.into(), ended: ended.is_some(), unit, year })
        .collect())
}

/// The unit and year of a case by its identifier.
pub(super) fn case_in_words(db: &mut Db, case: &str) -> Result<Option<(String, i32)>, Problem> {
    Ok(cases::table
        .inner_join(cycles::table)
        .inner_join(units::table)
        .filter(cases::id.eq(case))
        .select((units::slug, cycles::year))
        .first(db)
        .optional()?)
}
