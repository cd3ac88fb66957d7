//! A coordinator ends the round: nobody scores any more, and clarifications stand beside the anchors.

use serde_json::json;

use super::{Round, RoundState, pick, store};
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// Ends a round; it stays to be read.
///
/// # Errors
/// [`Problem::not_found`], or the round is not open.
pub fn close(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<Round, Problem> {
    standing.require_coordinator(year)?;
    store::claim(act, year, &[RoundState::Open])?;
    store::close(act, year)?;
    pick::note(act, standing, "close_calibration", json!({ "year": year }))?;
    store::round(act.db, year)
}
