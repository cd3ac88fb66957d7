//! The jobs table.

use diesel::prelude::*;

use crate::clock::Moment;
use crate::db::schema::{jobs, outbox};
use crate::db::{Act, Db, each};
use crate::ids::RowId;
use crate::problem::Problem;
use crate::telemetry::Waiting;

/// A job that this process has claimed.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Claimed {
    pub(super) id: RowId,
    pub(super) kind: String,
    pub(super) data: String,
    pub(super) attempts: i32,
}

pub(super) fn insert(
    act: &mut Act<'_>,
    dedupe: &str,
    kind: &str,
    data: &str,
    at: Moment,
) -> Result<(), Problem> {
    let id: RowId = act.id();
    let now = act.now;
    each!(act.db, connection => diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(&id),
            jobs::dedupe_key.eq(dedupe),
            jobs::kind.eq(kind),
            jobs::data.eq(data),
            jobs::state.eq("waiting"),
            jobs::next_at.eq(at),
            jobs::created_at.eq(now),
        ))
        .on_conflict(jobs::dedupe_key)
        .do_nothing()
        .execute(connection))?;
    Ok(())
}

/// Claims the job that has been due longest; another process sees it again only after `lease`.
pub(super) fn claim(act: &mut Act<'_>, lease: Moment) -> Result<Option<Claimed>, Problem> {
    let now = act.now;
    loop {
        let found: Option<Claimed> = jobs::table
            .filter(jobs::state.eq("waiting"))
            .filter(jobs::next_at.le(now))
            .filter(jobs::lease_until.is_null().or(jobs::lease_until.lt(now).assume_not_null()))
            .order((jobs::next_at, jobs::id))
            .select((jobs::id, jobs::kind, jobs::data, jobs::attempts))
            .first(act.db)
            .optional()?;
        let Some(found) = found else { return Ok(None) };
        // Two processes may have read the same row: the one whose update counts has it.
        let mine = diesel::update(jobs::table.find(&found.id))
            .filter(jobs::state.eq("waiting"))
            .filter(jobs::lease_until.is_null().or(jobs::lease_until.lt(now).assume_not_null()))
            .set(jobs::lease_until.eq(Some(lease)))
            .execute(act.db)?;
        if mine == 1 {
            return Ok(Some(found));
        }
    }
}

pub(super) fn done(act: &mut Act<'_>, id: &RowId) -> Result<(), Problem> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq("done"),
            jobs::lease_until.eq(None::<Moment>),
            jobs::last_error.eq(None::<String>),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Records a failure: tried again at `next_at`, or given up when there is none.
pub(super) fn failed(
    act: &mut Act<'_>,
    id: &RowId,
    error: &str,
    next_at: Option<Moment>,
) -> Result<(), Problem> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(if next_at.is_some() { "waiting" } else { "failed" }),
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::next_at.eq(next_at.unwrap_or(act.now)),
            jobs::lease_until.eq(None::<Moment>),
            jobs::last_error.eq(Some(error)),
        ))
        .execute(act.db)?;
    Ok(())
}

/// How much waits, and how much was given up.
///
/// # Errors
/// The database cannot be read.
pub fn waiting(db: &mut Db) -> Result<Waiting, Problem> {
    let mut mail = |state: &str| outbox::table.filter(outbox::state.eq(state)).count().get_result::<i64>(db);
    let (mail, mail_failed) = (mail("waiting")?, mail("failed")?);
    let mut work = |state: &str| jobs::table.filter(jobs::state.eq(state)).count().get_result::<i64>(db);
    let (jobs, jobs_failed) = (work("waiting")?, work("failed")?);
    Ok(Waiting { mail, mail_failed, jobs, jobs_failed })
}
