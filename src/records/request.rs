//! Requests for public records of a case, and the decision on each.

use chrono::NaiveDate;
use serde_json::json;

use super::{Decision, Request, store};
use crate::clock::local_day;
use crate::cycles::state::{CaseState, Phase};
use crate::cycles::{self, Case, transition};
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, RowId};
use crate::problem::Problem;

/// The longest text, in characters.
const LONGEST: usize = 10_000;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct NewRequest {
    /// The day it came.
    pub asked_on: NaiveDate,
    /// Who asks; may be empty.
    pub asked_by: String,
    /// What is asked for.
    pub wanted: String,
}

/// The requests for records of a case, newest first.
///
/// # Errors
/// [`Problem::not_found`] for who may not know of them.
pub fn requests(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Request>, Problem> {
    standing.require(&case.reference(), Object::Records, Deed::Read)?;
    store::requests(db, &case.id)
}

/// Records a request.
///
/// # Errors
/// The result is not released, the day is to come, or it does not say what is asked for.
pub fn record(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    new: &NewRequest,
) -> Result<RowId, Problem> {
    let case = claim(act, case)?;
    standing.require(&case.reference(), Object::Records, Deed::Write)?;
    if new.asked_on > local_day(act.now) {
        return Err(Problem::invalid(
            "day_to_come",
            "Dagen då begäran kom har inte varit än.",
            "The day on which the request came is still to come.",
        ));
    }
    let wanted = text(&new.wanted).ok_or_else(|| {
        Problem::invalid("wanted_missing", "Skriv vad som begärs ut.", "Write what is asked for.")
    })?;
    let asked_by = new.asked_by.trim();
    if asked_by.chars().count() > 200 {
        return Err(Problem::invalid(
            "name_length",
            "Korta namnet till högst 200 tecken.",
            "Shorten the name to at most 200 characters.",
        ));
    }
    let id = store::add(act, &case.id, new.asked_on, asked_by, wanted, standing.id())?;
    // Who asks and for what is in the register alone: the log holds no personal data of outsiders.
    let detail = json!({ "request": id, "asked_on": new.asked_on.to_string() });
    transition::note(act, &case.id, Some(standing.id()), "record_request", detail)?;
    Ok(id)
}

/// Decides about a request; a part or all that is held back needs its reason and provision.
///
/// # Errors
/// The request is not there or decided already, or the reason is missing.
pub fn decide(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    request: &RowId,
    decision: Decision,
    reason: &str,
) -> Result<(), Problem> {
    let case = claim(act, case)?;
    standing.require(&case.reference(), Object::Records, Deed::Write)?;
    let reason = text(reason);
    if decision != Decision::Released && reason.is_none() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv vad som inte lämnas ut och enligt vilken bestämmelse.",
            "Write what is not released and under which provision.",
        ));
    }
    if !store::decide(act, &case.id, request, decision, reason, standing.id())? {
        return Err(Problem::conflict(
            "decided",
            "Begäran är redan avgjord.",
            "The request is decided already.",
        ));
    }
    let detail = json!({ "request": request, "decision": decision.as_str() });
    transition::note(act, &case.id, Some(standing.id()), "decide_request", detail)
}

/// Holds a case from its release on.
fn claim(act: &mut Act<'_>, case: &CaseId) -> Result<Case, Problem> {
    let released: Vec<CaseState> =
        CaseState::ALL.iter().copied().filter(|state| matches!(state.phase(), Phase::P | Phase::A)).collect();
    cycles::store::claim(act, case, &released)
}

fn text(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= LONGEST).then_some(text)
}
