//! Gives one unit more time.

use serde_json::json;

use super::state::CaseState;
use super::{Case, extension, recipients, store, transition};
use crate::clock::Moment;
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::Problem;

/// Moves the day of submission or completion of one case to a later moment, with a reason, and tells the unit. A request
/// for more time that waits is answered by it.
///
/// # Errors
/// The case is submitted, the moment is not later, or the reason is empty.
pub fn extend(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    until: Moment,
    reason: &str,
) -> Result<Case, Problem> {
    let case = store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför tiden förlängs.",
            "Write why the time is extended.",
        ));
    }
    if until <= case.due() || until <= act.now {
        return Err(Problem::invalid(
            "not_later",
            "Välj ett datum som är senare än det nuvarande.",
            "Choose a date that is later than the present one.",
        ));
    }
    let mut changes =
        store::Changes { extension_reason: Some(reason.to_owned()), ..store::Changes::default() };
    match case.state {
        CaseState::Returned => changes.returned_due = Some(until),
        _ => changes.submission_due = Some(until),
    }
    store::change(act, &case.id, &changes)?;
    extension::granted(act, standing, &case.id, until, reason)?;
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "extend",
        json!({ "from": case.due().to_string(), "to": until.to_string(), "reason": reason }),
    )?;
    let unit = recipients::unit(act.db, &case)?;
    recipients::tell(act, &case, unit, &Kind::Extended, &case.path(), Some(until), &until.to_string())?;
    Ok(case)
}
