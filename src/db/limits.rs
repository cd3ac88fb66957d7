//! How often something may be done, counted in the database so that several instances count together.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::schema::rate_buckets;
use super::{Act, each};
use crate::problem::{Kind, Problem};

/// Counts one use of a bucket, of at most `most` in a window that begins with the first use.
///
/// # Errors
/// The bucket is used up until its window is over.
pub fn take(act: &mut Act<'_>, bucket: &str, most: i32, window: TimeDelta) -> Result<(), Problem> {
    let now = act.now;
    // The first statement is a write, so that two requests cannot both read the last free place.
    each!(act.db, connection => diesel::insert_into(rate_buckets::table)
        .values((rate_buckets::bucket.eq(bucket), rate_buckets::used.eq(0), rate_buckets::since.eq(now)))
        .on_conflict(rate_buckets::bucket)
        .do_nothing()
        .execute(connection))?;
    diesel::update(rate_buckets::table.find(bucket).filter(rate_buckets::since.le(now - window)))
        .set((rate_buckets::used.eq(0), rate_buckets::since.eq(now)))
        .execute(act.db)?;
    let taken = diesel::update(rate_buckets::table.find(bucket).filter(rate_buckets::used.lt(most)))
        .set(rate_buckets::used.eq(rate_buckets::used + 1))
        .execute(act.db)?;
    if taken == 1 { Ok(()) } else { Err(too_many()) }
}

/// Forgets buckets that have not been used for a day.
///
/// # Errors
/// The database cannot be written.
pub fn forget_old(act: &mut Act<'_>) -> Result<usize, Problem> {
    let day_ago = act.now - TimeDelta::days(1);
    Ok(diesel::delete(rate_buckets::table.filter(rate_buckets::since.lt(day_ago))).execute(act.db)?)
}

fn too_many() -> Problem {
    Problem::new(
        Kind::TooMany,
        "too_many",
        "Det har kommit för många försök på kort tid. Vänta en kvart och försök igen.",
        "There were too many tries in a short time. Wait a quarter of an hour and try again.",
    )
}
