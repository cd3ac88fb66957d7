//! After the unit's comments on facts a reviewer may correct a score: once, with a reason.

use serde_json::json;

use super::judgements::{self, Said};
use super::{Level, settle, store};
use crate::cycles;
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition;
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::{CaseId, sha256};
use crate::problem::Problem;
use crate::scoring::CriterionState;

/// Corrects the own score of a criterion. When that opens a gap, the coordinator is told: a further reviewer is needed,
/// unless the other of the pair corrects too.
///
/// # Errors
/// The criterion was settled without a score of this reviewer, it has been corrected before, or the reason is too short
/// or too long.
pub fn correct(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    level: Level,
    reason: &str,
) -> Result<CriterionState, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Commented])?;
    standing.require(&case.reference(), Object::OwnReview, Deed::Write)?;
    judgements::check_form(form, &case)?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    let reason = settle::reason_of_change(form, reason)?;
    let seat = store::seat(act.db, &case.id, standing.id())?;
    let said = Said::load(act.db, &case)?;
    let mut judgements = said.judgements(criterion);
    let side = match seat.party {
        Party::University => &mut judgements.university,
        Party::Region => &mut judgements.region,
        Party::Further => return Err(Problem::forbidden()),
    };
    side.corrected = Some(level.judgement());
    let settled = judgements.not_applicable || judgements.missing;
    if settled || said.status_of(form, criterion, &judgements).is_err() {
        return Err(Problem::conflict(
            "correction_not_allowed",
            format!("Kriterium {criterion} har ingen nivå från dig att rätta."),
            format!("Criterion {criterion} has no level of yours to correct."),
        ));
    }
    if !store::correct(act, &seat.id, criterion, level, reason)? {
        return Err(Problem::conflict(
            "corrected_before",
            "Du har redan rättat det här kriteriet.",
            "You have already corrected this criterion.",
        ));
    }
    let detail =
        json!({ "criterion": criterion, "level": level.number(), "digest": sha256(reason.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "correct_score", detail)?;
    let state = Said::load(act.db, &case)?.status(form, criterion)?.state;
    if state == CriterionState::NeedsFurther {
        recipients::tell_coordinators(act, &case, &format!("gap:{criterion}:{}", seat.id))?;
    }
    Ok(state)
}
