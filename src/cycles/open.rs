//! Opens a year: one draft case for every active unit. What is in the drafts comes from `assessments/open_year.rs`, the
//! way in for everybody.

use serde_json::json;

use super::calendar::Dates;
use super::state::{CaseState, CycleState};
use super::transition::{self, Move};
use super::{Cycle, recipients, store};
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

/// Opens the cycle of a year on a form, in one transaction for all active units, and tells them. A year that was
/// prepared opens with the dates that it has; another gets `dates`. Opening it again adds the units that have no case yet
/// and changes nothing else.
///
/// A unit's case of the year before ends here when nothing of it is under way: its result is released and no plan was
/// asked for or submitted (process.md §2, state 16).
///
/// # Errors
/// The year is on another form, or closed.
pub(crate) fn open(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    year: i32,
    form: &Form,
    dates: &Dates,
) -> Result<Opened, Problem> {
    let cycle = begin(act, year, form, dates)?;
    let present = store::units_with_case(act.db, &cycle.id)?;
    let mut added = Vec::new();
    for unit in
        units::store::all(act.db)?.into_iter().filter(|unit| unit.active && !present.contains(&unit.id))
    {
        let case = store::add_case(act, &cycle, &unit.id)?;
        transition::note(act, &case, actor, "open", json!({ "form": form.key(), "unit": unit.slug }))?;
        added.push(case);
    }
    close_year_before(act, actor, year, &added)?;
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

/// The year as an open one: new, or planned until now, or open already.
fn begin(act: &mut Act<'_>, year: i32, form: &Form, dates: &Dates) -> Result<Cycle, Problem> {
    if store::known_cycle(act.db, year)?.is_none() {
        store::add_cycle(act, year, &form.key(), form.digest(), dates)?;
    }
    let cycle = store::claim_cycle(act, year, &[CycleState::Planned, CycleState::Open])?;
    if cycle.form != form.key() {
        return Err(Problem::conflict(
            "other_form",
            format!("Årscykeln {year} finns redan, på formuläret {}.", cycle.form),
            format!("The cycle {year} exists already, on the form {}.", cycle.form),
        ));
    }
    if cycle.state == CycleState::Planned {
        let changes = store::CycleChanges {
            state: Some(CycleState::Open),
            opened_at: Some(act.now),
            ..store::CycleChanges::default()
        };
        store::set_on_cycle(act, &cycle.id, &changes)?;
    }
    store::cycle(act.db, year)
}

/// Ends the cases of the year before whose units have a new one, where nothing is under way.
fn close_year_before(
    act: &mut Act<'_>,
    actor: Option<&PersonId>,
    year: i32,
    added: &[CaseId],
) -> Result<(), Problem> {
    let units: Vec<_> = store::by_ids(act.db, added)?.into_iter().map(|case| case.unit.id).collect();
    for case in store::all_of_year(act.db, year - 1)? {
        let done = matches!(case.state, CaseState::Released | CaseState::Presented);
        if !done || !units.contains(&case.unit.id) {
            continue;
        }
        let asked = Move {
            act: "close",
            from: case.state,
            to: CaseState::Closed,
            actor,
            reason: None,
            detail: json!({ "next_year": year }),
        };
        transition::enter(act, &case.id, asked)?;
    }
    Ok(())
}
