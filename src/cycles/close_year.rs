//! Closes a year when every case of it is done.

use serde_json::json;

use super::state::{CaseState, CycleState};
use super::{Case, Cycle, store};
use crate::audit::{self, Chain, Event};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// The cases that keep a year open: neither closed nor cancelled.
///
/// # Errors
/// The database cannot be read.
pub fn unfinished(db: &mut Db, year: i32) -> Result<Vec<Case>, Problem> {
    let mut cases = store::all_of_year(db, year)?;
    cases.retain(|case| !matches!(case.state, CaseState::Closed | CaseState::Cancelled));
    Ok(cases)
}

/// Whether the reader coordinates the case: it is not the own unit's, and no conflict of interest stands.
#[must_use]
pub fn coordinates(standing: &Standing, case: &Case) -> bool {
    standing.may(&case.reference(), Object::Case, Deed::Decide)
}

/// Closes an open year. No unit can join it after that; it waits for the registrar to archive it.
///
/// # Errors
/// The reader is no coordinator of the year, the year is not open, or a case is not done (`cases_left`).
pub fn close_year(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<Cycle, Problem> {
    standing.require_coordinator(year)?;
    let cycle = store::claim_cycle(act, year, &[CycleState::Open])?;
    let left = unfinished(act.db, year)?;
    if !left.is_empty() {
        let seen: Vec<&Case> = left.iter().filter(|case| coordinates(standing, case)).collect();
        let (sv, en) = match seen.first() {
            Some(first) => {
                let (count, name) = (seen.len(), &first.unit.name);
                (
                    format!("{count} ärenden är inte avslutade, bland dem {name}. Avsluta dem först."),
                    format!("{count} cases are not closed, {name} among them. Close them first."),
                )
            }
            None => (
                "Det finns ärenden som en annan samordnare avslutar först.".to_owned(),
                "There are cases that another coordinator closes first.".to_owned(),
            ),
        };
        return Err(Problem::conflict("cases_left", sv, en).way_out(
            "Se ärendena.",
            "See the cases.",
            format!("/cykel/{year}#cases"),
        ));
    }
    let changes = store::CycleChanges { state: Some(CycleState::Closed), ..store::CycleChanges::default() };
    store::set_on_cycle(act, &cycle.id, &changes)?;
    audit::record(
        act,
        &Event {
            chain: Chain::System,
            actor: Some(standing.id()),
            act: "close_cycle",
            moved: Some((CycleState::Open.as_str(), CycleState::Closed.as_str())),
            detail: json!({ "year": year }),
        },
    )?;
    store::cycle(act.db, year)
}
