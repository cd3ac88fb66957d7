//! The coordinator asks the unit to complete some criteria, once.

use serde_json::json;

use super::request_store;
use crate::cycles::calendar::{self, Dates};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::Problem;

/// Returns a submitted case with what is missing per criterion. Only those criteria open again, for the days that the
/// cycle gives.
///
/// # Errors
/// Nothing is named, a criterion is unknown, or completion has been asked for before.
pub fn return_for_completion(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    dates: &Dates,
    case: &CaseId,
    wanted: &[(String, String)],
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Submitted])?;
    standing.require(&case.reference(), Object::Completion, Deed::Decide)?;
    if case.returned_once {
        return Err(Problem::conflict(
            "returned_before",
            "Enheten har redan fått komplettera en gång.",
            "The unit has already been asked to complete once.",
        )
        .way_out("Utse granskare i stället.", "Assign reviewers instead.", case.path()));
    }
    if wanted.is_empty() || wanted.iter().any(|(_, what)| what.trim().is_empty()) {
        return Err(Problem::invalid(
            "nothing_wanted",
            "Skriv vad som ska kompletteras för varje valt kriterium.",
            "Write what is to be completed for each chosen criterion.",
        ));
    }
    for (criterion, what) in wanted {
        if form.criterion(criterion).is_none() {
            return Err(Problem::not_found());
        }
        request_store::add_returned(act, &case.id, criterion, what.trim())?;
    }
    let due = calendar::after_days(act.now, dates.completion_days);
    let changes = cycles::store::Changes {
        returned_once: Some(true),
        returned_due: Some(due),
        ..cycles::store::Changes::default()
    };
    cycles::store::change(act, &case.id, &changes)?;
    let criteria: Vec<&str> = wanted.iter().map(|(criterion, _)| criterion.as_str()).collect();
    let case = transition::enter(
        act,
        &case.id,
        Move {
            act: "return_for_completion",
            from: CaseState::Submitted,
            to: CaseState::Returned,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({ "criteria": criteria, "due": due.to_string() }),
        },
    )?;
    let unit = recipients::unit(act.db, &case)?;
    recipients::tell(act, &case, unit, &Kind::Returned, &case.path(), Some(due), "returned")?;
    Ok(case)
}
