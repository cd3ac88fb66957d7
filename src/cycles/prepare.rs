//! Prepares a year before it opens: its form and its dates, which one coordinator may change freely until then.

use serde_json::json;

use super::calendar::Dates;
use super::state::CycleState;
use super::{Cycle, store};
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// Plans a year on a form with the form's dates; a year that is planned already gets the other form with its dates.
///
/// # Errors
/// The reader is no coordinator of the year, or the year is open or past.
pub fn prepare(act: &mut Act<'_>, standing: &Standing, year: i32, form: &Form) -> Result<Cycle, Problem> {
    standing.require_coordinator(year)?;
    let dates = Dates::of(&form.calendar, year);
    if store::known_cycle(act.db, year)?.is_none() {
        store::add_cycle(act, year, &form.key(), form.digest(), &dates)?;
    } else {
        let cycle = store::claim_cycle(act, year, &[CycleState::Planned])?;
        let changes = store::CycleChanges {
            calendar: Some(serde_json::to_string(&dates).map_err(Problem::internal)?),
            form: Some(form.key()),
            form_digest: Some(form.digest().to_owned()),
            ..store::CycleChanges::default()
        };
        store::set_on_cycle(act, &cycle.id, &changes)?;
    }
    audit::record(
        act,
        &Event {
            chain: Chain::System,
            actor: Some(standing.id()),
            act: "prepare_cycle",
            moved: None,
            detail: json!({ "year": year, "form": form.key(), "digest": form.digest() }),
        },
    )?;
    store::cycle(act.db, year)
}
