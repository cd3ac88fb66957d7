//! Opens a year: one draft case for every active unit.

use serde_json::json;

use super::calendar::Dates;
use super::{Cycle, recipients, store, transition};
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::forms::Form;
use crate::ids::{CaseId, PersonId};
use crate::notify::Kind;
use crate::problem::Problem;
use crate::units;

/// What opening did.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The cycle.
    pub cycle: Cycle,
    /// The cases that were added; none when every active unit had one.
    pub added: Vec<CaseId>,
}

/// Opens the cycle of a year on a form, in one transaction for all active units, and tells them. Opening it again adds the units that
/// have no case yet and changes nothing else.
///
/// # Errors
/// The year is already open on another form.
pub fn open(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    year: i32,
    form: &Form,
    dates: &Dates,
) -> Result<Opened, Problem> {
    let cycle = store::add_cycle(act, year, &form.key(), form.digest(), dates)?;
    let present = store::units_with_case(act.db, &cycle.id)?;
    let mut added = Vec::new();
    for unit in
        units::store::all(act.db)?.into_iter().filter(|unit| unit.active && !present.contains(&unit.id))
    {
        let case = store::add_case(act, &cycle, &unit.id)?;
        transition::note(act, &case, actor, "open", json!({ "form": form.key(), "unit": unit.slug }))?;
        added.push(case);
    }
    for case in store::by_ids(act.db, &added)? {
        let unit = recipients::unit(act.db, &case)?;
        let due = Some(case.submission_due);
        recipients::tell(act, &case, unit, &Kind::CycleOpened, &case.path(), due, "open")?;
    }
    audit::record(
        act,
        &Event {
            chain: Chain::System,
            actor,
            act: "open_cycle",
            moved: None,
            detail: json!({ "year": year, "form": form.key(), "digest": form.digest(), "added": added.len() }),
        },
    )?;
    Ok(Opened { cycle, added })
}
