//! A reviewer saves a score of the own review, as often as wanted until it is locked.

use super::{Score, Scored, judgements, store};
use crate::assessments;
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case, wrong_state};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;

/// What is saved of a criterion: both may be missing until the review is locked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The score.
    pub score: Option<Score>,
    /// The reason, kept as typed.
    pub reason: String,
}

/// Saves the own score of a criterion over the version that was seen (0: none yet). A score of NA asks the coordinator
/// to decide.
///
/// # Errors
/// [`Problem::stale`] when another version is there; the review is locked; the criterion was not sent to this further
/// reviewer; NA where the form never lets the criterion be left out, where the coordinator has said no, or without a
/// reason.
pub fn save(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    seen: i32,
    draft: &Draft,
) -> Result<Scored, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Scoring, CaseState::Further])?;
    let seat = open_seat(act, standing, form, &case)?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    if seat.party == Party::Further {
        let only = store::further_criteria(act.db, std::slice::from_ref(&seat.id))?;
        if draft.score == Some(Score::NotApplicable) || !only.iter().any(|(_, id)| id == criterion) {
            return Err(Problem::not_found());
        }
    }
    if !store::save(act, &seat.id, criterion, seen, draft.score, &draft.reason)? {
        return Err(Problem::stale());
    }
    if draft.score == Some(Score::NotApplicable) {
        ask(act, standing, form, &case, criterion, &draft.reason)?;
    }
    store::score(act.db, &seat.id, criterion)?.ok_or_else(Problem::not_found)
}

/// The reviewer's seat, held while the review is open: the pair in the individual review, others in the further one.
pub(super) fn open_seat(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
) -> Result<super::Assignment, Problem> {
    judgements::check_form(form, case)?;
    let further = standing.seat(&case.id).is_some_and(|seat| seat.party == Party::Further);
    let object = if further { Object::FurtherReview } else { Object::OwnReview };
    standing.require(&case.reference(), object, Deed::Write)?;
    if further != (case.state == CaseState::Further) {
        return Err(wrong_state(case));
    }
    let seat = store::seat(act.db, &case.id, standing.id())?;
    if store::hold_open(act, &seat.id)? {
        return Ok(seat);
    }
    Err(Problem::conflict(
        "review_locked",
        "Granskningen är låst och kan inte ändras.",
        "The review is locked and cannot be changed.",
    )
    .way_out(
        "Gå till Mina uppgifter och se vad som går att göra.",
        "Go to My tasks and see what can be done.",
        "/",
    ))
}

/// Asks the coordinator to decide that a criterion does not apply, unless somebody has asked before.
fn ask(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
    criterion: &str,
    reason: &str,
) -> Result<(), Problem> {
    let asked = assessments::request_store::of_case(act.db, &case.id)?;
    match asked.iter().find(|request| request.criterion == criterion).map(|request| request.approved) {
        None => assessments::not_applicable::ask(act, standing, form, &case.id, criterion, reason),
        Some(Some(false)) => Err(Problem::conflict(
            "applies",
            format!("Samordnaren har beslutat att kriterium {criterion} gäller. Sätt en nivå eller K."),
            format!("The coordinator has decided that criterion {criterion} applies. Set a level or K."),
        )),
        Some(_) => Ok(()),
    }
}
