//! Presence in the database.

use diesel::prelude::*;

use super::presence::{LASTS, NOTED, Present};
use crate::clock::Moment;
use crate::db::schema::{people, presence};
use crate::db::{Act, Db, each};
use crate::ids::{CaseId, PersonId};
use crate::problem::Problem;

/// Notes where somebody writes, and forgets everybody in the case who no longer does.
pub(super) fn note(
    act: &mut Act<'_>,
    case: &CaseId,
    person: &PersonId,
    criterion: &str,
) -> Result<(), Problem> {
    let now = act.now;
    let own = presence::table.find((case, person));
    let newest = own
        .filter(presence::criterion.eq(criterion))
        .filter(presence::seen_at.gt(now - NOTED))
        .select(presence::seen_at)
        .first::<Moment>(act.db)
        .optional()?;
    if newest.is_some() {
        return Ok(());
    }
    let moved = diesel::update(own)
        .set((presence::criterion.eq(criterion), presence::seen_at.eq(now)))
        .execute(act.db)?;
    if moved == 0 {
        each!(&mut *act.db, connection => diesel::insert_into(presence::table)
            .values((
                presence::case_id.eq(case),
                presence::person_id.eq(person),
                presence::criterion.eq(criterion),
                presence::seen_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(connection)?);
    }
    diesel::delete(
        presence::table.filter(presence::case_id.eq(case)).filter(presence::seen_at.lt(now - LASTS)),
    )
    .execute(act.db)?;
    Ok(())
}

/// Everybody but one who was seen after a moment.
pub(super) fn others(
    db: &mut Db,
    case: &CaseId,
    but: &PersonId,
    after: Moment,
) -> Result<Vec<Present>, Problem> {
    let rows = presence::table
        .inner_join(people::table)
        .filter(presence::case_id.eq(case))
        .filter(presence::person_id.ne(but))
        .filter(presence::seen_at.gt(after))
        .order((presence::criterion, people::name, people::id))
        .select((presence::criterion, people::name, presence::seen_at))
        .load::<(String, String, Moment)>(db)?;
    Ok(rows.into_iter().map(|(criterion, name, seen_at)| Present { criterion, name, seen_at }).collect())
}
