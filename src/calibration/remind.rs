//! A coordinator reminds those who have not locked every case: at most once a day each.

use serde_json::json;

use super::open::tell;
use super::{RoundState, pick, store, view};
use crate::clock::local_day;
use crate::cycles::calendar::end_of;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::ids::PersonId;
use crate::notify::Kind;
use crate::problem::Problem;

/// Reminds, and gives how many have not locked everything.
///
/// # Errors
/// [`Problem::not_found`], or the round is not open.
pub fn remind(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<usize, Problem> {
    standing.require_coordinator(year)?;
    let round = store::claim(act, year, &[RoundState::Open])?;
    let cases = store::cases(act.db, year)?.len();
    let late: Vec<PersonId> = view::participants(act.db, standing, year)?
        .into_iter()
        .filter(|(_, locked)| *locked < cases)
        .map(|(person, _)| person.id)
        .collect();
    let count = late.len();
    // The day that was asked for is not spoken of once it has passed.
    let today = local_day(act.now);
    let due = round.due.filter(|due| *due >= today).map(end_of);
    tell(act, year, late, &Kind::CalibrationReminder, due, &today.to_string())?;
    pick::note(act, standing, "remind_calibration", json!({ "year": year, "people": count }))?;
    Ok(count)
}
