//! Marks an area as ready for the head's sign-off; it stops nobody from writing on.

use serde_json::json;

use super::{editable, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::CaseId;
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
            .map(super::submit::field_error)
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
    transition::note(act, &case.id, Some(standing.id()), "mark_area", json!({ "area": area, "ready": ready }))
}
