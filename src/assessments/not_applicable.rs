//! Requests that a criterion does not apply, and the coordinator's decisions. The unit cannot decide it alone.

use serde_json::json;

use super::{area_ready, request_store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, recipients, transition};
use crate::db::{Act, Db};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::heads_of;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::Problem;

const ASKED_IN: &[CaseState] =
    &[CaseState::Draft, CaseState::Returned, CaseState::Scoring, CaseState::Settling, CaseState::Further];
const DECIDED_IN: &[CaseState] = &[
    CaseState::Draft,
    CaseState::Submitted,
    CaseState::Returned,
    CaseState::Assigned,
    CaseState::Scoring,
    CaseState::Settling,
    CaseState::Further,
];

/// Asks that a criterion does not apply: by the head while answering, or by a reviewer.
///
/// # Errors
/// The form never lets this criterion be left out, the reason is empty, or it has been asked before.
pub fn ask(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    reason: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, ASKED_IN)?;
    standing.require(&case.reference(), Object::Completion, Deed::Submit)?;
    let known = form.criterion(criterion).ok_or_else(Problem::not_found)?;
    if known.not_applicable.is_none() {
        return Err(Problem::conflict(
            "always_applies",
            format!("Kriterium {criterion} gäller alla enheter."),
            format!("Criterion {criterion} applies to all units."),
        ));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför kriteriet inte gäller er.",
            "Write why the criterion does not apply.",
        ));
    }
    request_store::ask(act, &case.id, criterion, reason, standing.id())?;
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "ask_not_applicable",
        json!({ "criterion": criterion }),
    )?;
    changed(act, standing, form, &case, criterion)?;
    recipients::tell_coordinators(act, &case, &format!("not_applicable:{criterion}"))
}

/// Takes a request back before it is decided.
///
/// # Errors
/// There is none that waits.
pub fn take_back(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, ASKED_IN)?;
    standing.require(&case.reference(), Object::Completion, Deed::Submit)?;
    if !request_store::take_back(act, &case.id, criterion)? {
        return Err(Problem::not_found());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "take_back_not_applicable",
        json!({ "criterion": criterion }),
    )?;
    changed(act, standing, form, &case, criterion)
}

/// While the unit answers, an area in which a criterion comes or goes is ready no longer.
fn changed(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &cycles::Case,
    criterion: &str,
) -> Result<(), Problem> {
    match case.state {
        CaseState::Draft | CaseState::Returned => {
            area_ready::changed(act, standing, form, &case.id, criterion)
        }
        _ => Ok(()),
    }
}

/// Decides a request, with a reason.
///
/// # Errors
/// There is none that waits, or the reason is empty.
pub fn decide(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    criterion: &str,
    approved: bool,
    reason: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, DECIDED_IN)?;
    standing.require(&case.reference(), Object::Completion, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv skälet till beslutet.",
            "Write the reason for the decision.",
        ));
    }
    if !request_store::decide(act, &case.id, criterion, approved, reason, standing.id())? {
        return Err(Problem::conflict(
            "no_request",
            "Det finns ingen begäran att ta ställning till.",
            "There is no request to decide.",
        ));
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "decide_not_applicable",
        json!({ "criterion": criterion, "approved": approved, "reason": reason }),
    )?;
    let heads = heads_of(act.db, &case.unit.id)?;
    recipients::tell(act, &case, heads, &Kind::NotApplicableDecided, &case.path(), None, criterion)
}

/// The criteria that do not apply, by the coordinator's decision.
///
/// # Errors
/// The database cannot be read.
pub fn approved(db: &mut Db, case: &CaseId) -> Result<Vec<String>, Problem> {
    Ok(request_store::of_case(db, case)?
        .into_iter()
        .filter(|request| request.approved == Some(true))
        .map(|request| request.criterion)
        .collect())
}
