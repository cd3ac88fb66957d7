//! The coordinator sends what the pair could not settle to a further reviewer, who scores it blind.

use std::collections::BTreeMap;

use serde_json::json;

use super::judgements::{self, Said};
use super::open_fact_check::open_fact_check;
use super::{assign, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::notify::Kind;
use crate::problem::Problem;

/// Assigns a further reviewer to some of the criteria that need one. After a correction that opened a gap, the case
/// goes back to further review with it.
///
/// # Errors
/// No criterion is named or one needs nobody more, or the person cannot have the seat.
pub fn assign(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    person: &PersonId,
    criteria: &[String],
) -> Result<Case, Problem> {
    let mut case = cycles::store::claim(act, case, &[CaseState::Further, CaseState::Commented])?;
    standing.require(&case.reference(), Object::Assignment, Deed::Decide)?;
    judgements::check_form(form, &case)?;
    let said = Said::load(act.db, &case)?;
    let lacking = lacking(act.db, form, &said)?;
    if criteria.is_empty() || criteria.iter().any(|criterion| !lacking.contains_key(criterion)) {
        return Err(Problem::conflict(
            "further_not_needed",
            "Välj bland de kriterier som behöver ytterligare granskning.",
            "Choose among the criteria that need a further review.",
        ));
    }
    assign::check_reviewer(act, standing, &case, Party::Further, person)?;
    let seat = store::add_assignment(act, &case.id, Party::Further, person, standing.id())?;
    store::send_criteria(act, &seat, criteria)?;
    if case.state == CaseState::Commented {
        let asked = Move {
            act: "correction_opened_gap",
            from: CaseState::Commented,
            to: CaseState::Further,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({ "criteria": criteria }),
        };
        case = transition::enter(act, &case.id, asked)?;
    }
    let detail = json!({ "person": person, "criteria": criteria });
    transition::note(act, &case.id, Some(standing.id()), "assign_further", detail)?;
    let due = cycles::calendar::end_of(cycles::store::cycle(act.db, case.year)?.dates.further);
    let path = case.review_path();
    recipients::tell(act, &case, [person.clone()], &Kind::FurtherAsked, &path, Some(due), seat.as_str())?;
    Ok(case)
}

/// Takes a case on to the fact check when nothing waits for a further reviewer any more, as when the coordinator has
/// decided that the last open criterion does not apply.
///
/// # Errors
/// Something still waits.
pub fn finish(act: &mut Act<'_>, standing: &Standing, form: &Form, case: &CaseId) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Further])?;
    standing.require(&case.reference(), Object::Assignment, Deed::Decide)?;
    judgements::check_form(form, &case)?;
    if !Said::load(act.db, &case)?.is_settled(form)? {
        return Err(Problem::conflict(
            "further_open",
            "Något kriterium väntar fortfarande på ytterligare granskning.",
            "A criterion still waits for a further review.",
        ));
    }
    open_fact_check(act, &case, standing.id())
}

/// How many further reviewers each criterion lacks beyond those who are at work on it.
///
/// # Errors
/// The database cannot be read.
pub fn lacking(db: &mut Db, form: &Form, said: &Said) -> Result<BTreeMap<String, usize>, Problem> {
    let at_work: Vec<AssignmentId> = said
        .seats
        .iter()
        .filter(|seat| seat.party == Party::Further && seat.locked_at.is_none())
        .map(|seat| seat.id.clone())
        .collect();
    let mut lacking = said.needs_further(form)?;
    for (_, criterion) in store::further_criteria(db, &at_work)? {
        if let Some(count) = lacking.get_mut(&criterion) {
            *count = count.saturating_sub(1);
        }
    }
    lacking.retain(|_, count| *count > 0);
    Ok(lacking)
}
