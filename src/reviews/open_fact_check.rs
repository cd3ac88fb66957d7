//! What the reviewers have settled goes to the unit, which checks the facts in it.

use serde_json::json;

use crate::cycles::calendar::after_working_days;
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::ids::PersonId;
use crate::notify::Kind;
use crate::problem::Problem;

/// Opens the draft result to the unit for the working days that the cycle gives. The case is settled and held.
///
/// # Errors
/// The case cannot go to the fact check from where it is.
pub(super) fn open_fact_check(act: &mut Act<'_>, case: &Case, actor: &PersonId) -> Result<Case, Problem> {
    let dates = cycles::store::cycle(act.db, case.year)?.dates;
    let due = after_working_days(act.now, dates.fact_check_days);
    let changes = cycles::store::Changes { fact_check_due: Some(due), ..cycles::store::Changes::default() };
    cycles::store::change(act, &case.id, &changes)?;
    let asked = Move {
        act: "open_fact_check",
        from: case.state,
        to: CaseState::FactCheck,
        actor: Some(actor),
        reason: None,
        detail: json!({ "due": due.to_string() }),
    };
    let case = transition::enter(act, &case.id, asked)?;
    let unit = recipients::unit(act.db, &case)?;
    let path = format!("{}/faktagranskning", case.path());
    recipients::tell(act, &case, unit, &Kind::FactCheck, &path, Some(due), &due.to_string())?;
    Ok(case)
}
