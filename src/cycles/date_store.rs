//! New dates that wait for a second coordinator, in the database.

use diesel::prelude::*;

use super::change_dates::{DateChange, Settings};
use crate::clock::Moment;
use crate::db::schema::date_changes;
use crate::db::{Act, Db};
use crate::ids::{CycleId, PersonId, RowId};
use crate::problem::Problem;

/// The change of a cycle's dates that nobody has decided about; there is at most one.
pub(super) fn waiting(db: &mut Db, cycle: &CycleId) -> Result<Option<DateChange>, Problem> {
    let row = date_changes::table
        .filter(date_changes::cycle_id.eq(cycle))
        .filter(date_changes::decided_at.is_null())
        .select((
            date_changes::id,
            date_changes::dates,
            date_changes::published,
            date_changes::hides_own_level,
            date_changes::reason,
            date_changes::asked_by,
            date_changes::asked_at,
        ))
        .first::<(RowId, String, bool, bool, String, PersonId, Moment)>(db)
        .optional()?;
    row.map(|(id, dates, published, hides_own_level, reason, asked_by, asked_at)| {
        let dates = serde_json::from_str(&dates).map_err(Problem::internal)?;
        let new = Settings { dates, published, hides_own_level };
        Ok(DateChange { id, new, reason, asked_by, asked_at })
    })
    .transpose()
}

/// Writes down a change that is asked for.
pub(super) fn ask(
    act: &mut Act<'_>,
    cycle: &CycleId,
    new: &Settings,
    reason: &str,
    by: &PersonId,
) -> Result<(), Problem> {
    let id: RowId = act.id();
    diesel::insert_into(date_changes::table)
        .values((
            date_changes::id.eq(&id),
            date_changes::cycle_id.eq(cycle),
            date_changes::dates.eq(serde_json::to_string(&new.dates).map_err(Problem::internal)?),
            date_changes::published.eq(new.published),
            date_changes::hides_own_level.eq(new.hides_own_level),
            date_changes::reason.eq(reason),
            date_changes::asked_by.eq(by),
            date_changes::asked_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Decides about a change.
pub(super) fn decide(
    act: &mut Act<'_>,
    change: &RowId,
    by: &PersonId,
    confirmed: bool,
) -> Result<(), Problem> {
    let open = date_changes::table.find(change).filter(date_changes::decided_at.is_null());
    let decided = diesel::update(open)
        .set((
            date_changes::decided_by.eq(by),
            date_changes::decided_at.eq(act.now),
            date_changes::confirmed.eq(confirmed),
        ))
        .execute(act.db)?;
    if decided == 1 { Ok(()) } else { Err(Problem::stale()) }
}
