//! Requests for roles that take two administrators, in the database.

use diesel::prelude::*;

use super::GrantedRole;
use super::grant::Request;
use crate::clock::Moment;
use crate::db::schema::grant_requests;
use crate::db::{Act, Db};
use crate::ids::{GrantId, PersonId, RowId};
use crate::problem::Problem;

/// The requests that wait, oldest first.
pub(super) fn waiting(db: &mut Db) -> Result<Vec<Request>, Problem> {
    type Row = (RowId, PersonId, GrantedRole, Option<i32>, PersonId, Moment);
    let rows = grant_requests::table
        .filter(grant_requests::decided_at.is_null())
        .order((grant_requests::asked_at, grant_requests::id))
        .select((
            grant_requests::id,
            grant_requests::person_id,
            grant_requests::role,
            grant_requests::year,
            grant_requests::asked_by,
            grant_requests::asked_at,
        ))
        .load::<Row>(db)?;
    let request = |(id, person_id, role, year, asked_by, asked_at)| Request {
        id,
        person_id,
        role,
        year,
        asked_by,
        asked_at,
    };
    Ok(rows.into_iter().map(request).collect())
}

/// Adds a request.
pub(super) fn add(
    act: &mut Act<'_>,
    person: &PersonId,
    role: GrantedRole,
    year: Option<i32>,
    by: &PersonId,
) -> Result<RowId, Problem> {
    let id: RowId = act.id();
    diesel::insert_into(grant_requests::table)
        .values((
            grant_requests::id.eq(&id),
            grant_requests::person_id.eq(person),
            grant_requests::role.eq(role),
            grant_requests::year.eq(year),
            grant_requests::asked_by.eq(by),
            grant_requests::asked_at.eq(act.now),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Decides a request that waits; false when it waits no longer.
pub(super) fn decide(act: &mut Act<'_>, id: &RowId, by: &PersonId) -> Result<bool, Problem> {
    let waiting = grant_requests::table.find(id).filter(grant_requests::decided_at.is_null());
    let decided = diesel::update(waiting)
        .set((grant_requests::decided_by.eq(by), grant_requests::decided_at.eq(act.now)))
        .execute(act.db)?;
    Ok(decided == 1)
}

/// Writes which role a decided request led to.
pub(super) fn given(act: &mut Act<'_>, id: &RowId, grant: &GrantId) -> Result<(), Problem> {
    diesel::update(grant_requests::table.find(id)).set(grant_requests::grant_id.eq(grant)).execute(act.db)?;
    Ok(())
}
