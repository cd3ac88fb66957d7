//! Whether somebody may write in a criterion now, and if not, why. Pure.

use crate::cycles::state::CaseState;
use crate::cycles::{Case, wrong_state};
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// Refuses unless the person may write in this area and criterion while the case is where it is. Time does not matter:
/// saving goes on after the deadline.
///
/// # Errors
/// [`Problem::not_found`] for those outside the unit, [`wrong_state`] after submission, and sentences for an area that
/// was not given and for a criterion that is not among the returned.
pub fn check(
    standing: &Standing,
    case: &Case,
    area: &str,
    criterion: &str,
    returned: &[String],
) -> Result<(), Problem> {
    let reference = case.reference();
    if !standing.may(&reference, Object::Assessment, Deed::Write) {
        standing.require(&reference, Object::Assessment, Deed::Read)?;
        let of_unit =
            standing.roles_in(&reference).iter().any(|role| matches!(role, Role::Head | Role::Contributor));
        return Err(if of_unit { wrong_state(case) } else { Problem::forbidden() });
    }
    if case.state == CaseState::Returned && !returned.iter().any(|open| open == criterion) {
        return Err(Problem::conflict(
            "not_returned",
            format!("Kriterium {criterion} ingår inte i kompletteringen och kan inte ändras."),
            format!("Criterion {criterion} is not part of the completion and cannot be changed."),
        )
        .way_out("Se vad som ska kompletteras.", "See what is to be completed.", case.path()));
    }
    require_area(standing, case, area)
}

/// Refuses a contributor who was given other areas.
///
/// # Errors
/// `area_not_given`.
pub fn require_area(standing: &Standing, case: &Case, area: &str) -> Result<(), Problem> {
    let reference = case.reference();
    let is_head = standing.roles_in(&reference).contains(&Role::Head);
    if let (false, Some(areas)) = (is_head, standing.areas(&reference))
        && !areas.iter().any(|given| given == area)
    {
        return Err(Problem::new(
            crate::problem::Kind::Forbidden,
            "area_not_given",
            format!("Område {area} är inte ditt att skriva i."),
            format!("Area {area} is not yours to write in."),
        )
        .way_out(
            "Be verksamhetschefen om du behöver skriva här.",
            "Ask the head of the unit if you need to.",
            case.path(),
        ));
    }
    Ok(())
}

/// Refuses answers to another version of the form than the case is on: it was mended while they were written.
///
/// # Errors
/// `form_moved`.
pub fn check_form(case: &Case, form: &Form) -> Result<(), Problem> {
    if form.key() == case.form {
        return Ok(());
    }
    Err(Problem::conflict(
        "form_moved",
        "Formuläret har rättats medan du skrev. Ladda om sidan och skriv in det sista igen.",
        "The form was mended while you were writing. Reload the page and write the last part again.",
    )
    .way_out("Gå till självvärderingen.", "Go to the self-assessment.", case.path()))
}
