//! Bytes that nothing names any longer.

use chrono::TimeDelta;

use super::store;
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::problem::Problem;

/// How long bytes are kept after they were last used, in days.
pub const KEPT_DAYS: i64 = 30;

/// The files that may be collected at a moment.
///
/// # Errors
/// The database cannot be read.
pub fn candidates(db: &mut Db, now: Moment) -> Result<Vec<String>, Problem> {
    store::unnamed(db, unused_since(now))
}

/// Collects a file; false when something has come to name it. The caller then takes the bytes away: in that order,
/// since bytes without a row are found again, and a row without bytes is not.
///
/// # Errors
/// The database cannot be written.
pub fn collect(act: &mut Act<'_>, stored_as: &str) -> Result<bool, Problem> {
    let since = unused_since(act.now);
    store::collect(act, stored_as, since)
}

fn unused_since(now: Moment) -> Moment {
    now - TimeDelta::days(KEPT_DAYS)
}
