//! Marks an area as ready for the head's sign-off; it stops nobody from writing on.
//!
//! Invariants: a later change in the area takes its mark away, and whose change that was stays to be read; when the last
//! area is marked the head is told once.

use serde_json::json;

use super::progress::Entered;
use super::{editable, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case, recipients, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::identity::store::heads_of;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::{FieldError, Problem};

/// Marks an area as ready when nothing in it is missing, or takes the mark away.
///
/// # Errors
/// What is missing, each with a pointer.
pub fn mark(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    area: &str,
    ready: bool,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    let known = form.areas.iter().find(|known| known.id == area).ok_or_else(Problem::not_found)?;
    let all: Vec<String> = known.criteria.iter().map(|criterion| criterion.id.clone()).collect();
    editable::check(standing, &case, area, all.first().map_or("", String::as_str), &all)?;
    if ready {
        let entered = store::entered(act.db, &case.id)?;
        let missing: Vec<FieldError> = entered
            .missing(form, case.period())
            .into_iter()
            .filter(|missing| missing.area == area)
            .map(FieldError::from)
            .collect();
        if !missing.is_empty() {
            return Err(Problem::invalid(
                "area_incomplete",
                "Något saknas innan området är klart.",
                "Something is missing before the area is ready.",
            )
            .with_errors(missing));
        }
    }
    store::set_ready(act, &case.id, area, standing.id(), ready)?;
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "mark_area",
        json!({ "area": area, "ready": ready }),
    )?;
    if ready { tell_when_all_are(act, standing, form, &case) } else { Ok(()) }
}

/// Takes the mark of a criterion's area away, since something in it changes. Every act that changes an answer, a file
/// or whether a criterion applies calls it.
///
/// # Errors
/// The database cannot be written.
pub fn changed(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
) -> Result<(), Problem> {
    // The background form is no area.
    let Some((area, _)) = form.criteria().find(|(_, known)| known.id == criterion) else { return Ok(()) };
    if !store::take_mark(act, case, &area.id, standing.id())? {
        return Ok(());
    }
    let detail = json!({ "area": area.id, "criterion": criterion });
    transition::note(act, case, Some(standing.id()), "change_ready_area", detail)
}

/// Whether every area is marked.
#[must_use]
pub fn all_ready(form: &Form, entered: &Entered) -> bool {
    form.areas.iter().all(|area| entered.ready.contains(&area.id))
}

/// Tells the head, unless the head marked the last area: once for each time that the unit has the case.
fn tell_when_all_are(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
) -> Result<(), Problem> {
    if !all_ready(form, &store::entered(act.db, &case.id)?) {
        return Ok(());
    }
    let heads = heads_of(act.db, &case.unit.id)?.into_iter().filter(|head| head != standing.id());
    let submitted = store::latest_submission(act.db, &case.id)?.map_or(0, |latest| latest.number);
    let (path, occasion) = (format!("{}/lamna-in", case.path()), submitted.to_string());
    let heads: Vec<_> = heads.collect();
    recipients::tell(act, case, heads, &Kind::ReadyToSubmit, &path, Some(case.due()), &occasion)
}
