//! A reviewer saves a level of a calibration case, as often as wanted until it is locked.

use super::view::{self, Reviewed};
use super::{RoundState, Scored, store, wrong_round_state};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::Score;

/// What is saved of a criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The level, or K.
    pub score: Option<Score>,
    /// Why; free.
    pub reason: String,
}

/// Saves the own level of a criterion over the version that was seen (0: none yet).
///
/// # Errors
/// [`Problem::stale`]; the round has ended, the review is locked, the copy has no such criterion, NA, or a reason that is too long.
pub fn save(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    (year, number, criterion): (i32, i32, &str),
    seen: i32,
    draft: &Draft,
) -> Result<Scored, Problem> {
    let own = claim(act, standing, year, number)?;
    if form.criterion(criterion).is_none() || !own.copy.contains_key(criterion) {
        return Err(Problem::not_found());
    }
    if draft.score == Some(Score::NotApplicable) {
        return Err(Problem::invalid("unknown_score", "Ange 0–4 eller K.", "Give 0–4 or K."));
    }
    let most = form.rules.reason_longest;
    if draft.reason.trim().chars().count() > most {
        return Err(Problem::invalid(
            "reason_too_long",
            format!("Korta motiveringen till högst {most} tecken."),
            format!("Shorten the reason to at most {most} characters."),
        ));
    }
    if !store::has_begun(act.db, own.case, standing.id())? {
        store::add_review(act, own.case, standing.id())?;
    }
    let given = (draft.score, draft.reason.as_str());
    if !store::save(act, own.case, standing.id(), criterion, seen, given)? {
        return Err(Problem::stale());
    }
    store::scores(act.db, own.case, standing.id())?.remove(criterion).ok_or_else(Problem::not_found)
}

/// Takes hold of an open round for one of its reviewers, whose review of the case is not locked.
///
/// # Errors
/// [`Problem::not_found`] for everybody else; the round has ended, or the review is locked.
pub(super) fn claim(
    act: &mut Act<'_>,
    standing: &Standing,
    year: i32,
    number: i32,
) -> Result<Reviewed, Problem> {
    use super::rules::{Role, role};
    if !matches!(role(standing, year, false), Some(Role::Reviewer { .. })) {
        return Err(Problem::not_found());
    }
    // A round that is being prepared does not exist for reviewers, so only one that has ended is refused as such.
    store::claim(act, year, &[RoundState::Open, RoundState::Closed]).map_err(|problem| {
        match problem.kind {
            Kind::Conflict => Problem::not_found(),
            _ => problem,
        }
    })?;
    let own = view::reviewed(act.db, standing, year, number)?;
    if own.may_write() {
        return Ok(own);
    }
    if own.round.state == RoundState::Closed {
        return Err(wrong_round_state(&own.round));
    }
    Err(Problem::conflict(
        "review_locked",
        "Övningsfallet är låst och kan inte ändras.",
        "The calibration case is locked and cannot be changed.",
    )
    .way_out(
        "Se hur du ligger till.",
        "See how you stand.",
        format!("{}/resultat", own.case.review_path()),
    ))
}
