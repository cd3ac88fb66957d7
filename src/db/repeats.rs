//! What makes a repeated request harmless: the first one's answer is kept for a day and given again.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::schema::idempotency;
use super::{Act, Db, each};
use crate::ids::PersonId;
use crate::problem::Problem;

/// What is known of a request with this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is new, and now ours to do.
    Ours,
    /// It is being done right now, or the process died while doing it.
    Running,
    /// It was done, and this was the answer.
    Done {
        /// Status.
        status: i32,
        /// Where the answer pointed.
        location: Option<String>,
        /// What else the answer held.
        body: String,
    },
}

/// A row whose status is this is not yet answered.
const RUNNING: i32 = 0;

/// Takes a request as ours to do, unless it was taken before. `digest` tells what was asked.
///
/// # Errors
/// The key was used for another request.
pub fn claim(act: &mut Act<'_>, person: &PersonId, key: &str, digest: &str) -> Result<Claim, Problem> {
    let now = act.now;
    let taken = each!(act.db, connection => diesel::insert_into(idempotency::table)
        .values((
            idempotency::person_id.eq(person),
            idempotency::request_key.eq(key),
            idempotency::request_digest.eq(digest),
            idempotency::status.eq(RUNNING),
            idempotency::body.eq(""),
            idempotency::created_at.eq(now),
        ))
        .on_conflict((idempotency::person_id, idempotency::request_key))
        .do_nothing()
        .execute(connection))?;
    if taken == 1 {
        return Ok(Claim::Ours);
    }
    let other: i64 = idempotency::table
        .find((person, key))
        .filter(idempotency::request_digest.ne(digest))
        .count()
        .get_result(act.db)?;
    if other > 0 {
        return Err(Problem::conflict(
            "key_reused",
            "Nyckeln har redan använts för en annan begäran.",
            "The key has already been used for another request.",
        ));
    }
    look_up(act.db, person, key)
}

/// What is known of a request now.
///
/// # Errors
/// The database cannot be read.
pub fn look_up(db: &mut Db, person: &PersonId, key: &str) -> Result<Claim, Problem> {
    let found: Option<(i32, Option<String>, String)> = idempotency::table
        .find((person, key))
        .select((idempotency::status, idempotency::location, idempotency::body))
        .first(db)
        .optional()?;
    Ok(match found {
        // It failed and was given back meanwhile: the reader may send it again.
        None | Some((RUNNING, _, _)) => Claim::Running,
        Some((status, location, body)) => Claim::Done { status, location, body },
    })
}

/// Keeps the answer of a request that was ours.
///
/// # Errors
/// The database cannot be written.
pub fn answer(
    act: &mut Act<'_>,
    person: &PersonId,
    key: &str,
    status: i32,
    location: Option<&str>,
    body: &str,
) -> Result<(), Problem> {
    diesel::update(idempotency::table.find((person, key)))
        .set((idempotency::status.eq(status), idempotency::location.eq(location), idempotency::body.eq(body)))
        .execute(act.db)?;
    Ok(())
}

/// Gives a request back that was ours and was refused, so that it can be sent again.
///
/// # Errors
/// The database cannot be written.
pub fn give_back(act: &mut Act<'_>, person: &PersonId, key: &str) -> Result<(), Problem> {
    diesel::delete(idempotency::table.find((person, key))).execute(act.db)?;
    Ok(())
}

/// Forgets answers older than a day.
///
/// # Errors
/// The database cannot be written.
pub fn forget_old_answers(act: &mut Act<'_>) -> Result<usize, Problem> {
    let day_ago = act.now - TimeDelta::days(1);
    Ok(diesel::delete(idempotency::table.filter(idempotency::created_at.lt(day_ago))).execute(act.db)?)
}

/// Forgets what every request of a person was answered, so that none of it is given again; that they were done stays.
///
/// # Errors
/// The database cannot be written.
pub fn forget_answers(act: &mut Act<'_>, person: &PersonId) -> Result<(), Problem> {
    diesel::update(
        idempotency::table.filter(idempotency::person_id.eq(person)).filter(idempotency::status.ne(RUNNING)),
    )
    .set((idempotency::body.eq(""), idempotency::location.eq(None::<String>)))
    .execute(act.db)?;
    Ok(())
}
