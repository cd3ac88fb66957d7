//! The unit checks the facts in the draft result. Comments change facts and numbers; judgements only through the
//! reviewers, who may then correct.

use serde_json::json;

use super::store;
use crate::cycles::calendar::after_working_days;
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::notify::Kind;
use crate::problem::Problem;
use crate::reviews::{self, judgements};

/// The longest comment and answer, in characters.
pub const LONGEST_TEXT: usize = 10_000;

/// The head writes a comment on the facts of a criterion, or empties it. It counts once [`send`] has sent it.
///
/// # Errors
/// The unit's time is up; the comment is too long or has been answered before.
pub fn comment(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    comment: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::FactCheck])?;
    standing.require(&case.reference(), Object::FactComments, Deed::Write)?;
    judgements::check_form(form, &case)?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    if case.fact_check_due.is_some_and(|due| act.now >= due) {
        return Err(Problem::conflict(
            "fact_check_over",
            "Tiden för synpunkter har gått ut. Samordnaren skickar vidare det ni redan har skrivit.",
            "The time for comments is up. The coordinator sends on what you have already written.",
        ));
    }
    let comment = comment.trim();
    check_length(comment)?;
    if !store::write_comment(act, &case.id, criterion, comment, standing.id())? {
        return Err(Problem::conflict(
            "comment_answered",
            "Synpunkten är redan besvarad.",
            "The comment has already been answered.",
        ));
    }
    let detail = json!({ "criterion": criterion, "digest": sha256(comment.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "write_fact_comment", detail)
}

/// Sends the comments to reviewers and coordinators: by the head, or by the coordinator when the time is up and the
/// head has written without sending.
///
/// # Errors
/// There is no comment to send, or the head's time is not up (coordinator).
pub fn send(act: &mut Act<'_>, standing: &Standing, case: &CaseId) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::FactCheck])?;
    if !standing.may(&case.reference(), Object::FactComments, Deed::Write) {
        standing.require(&case.reference(), Object::Result, Deed::Decide)?;
        check_over(act, &case)?;
    }
    let unanswered = store::comments(act.db, &case.id)?.into_iter().filter(|one| one.answer.is_none());
    let criteria: Vec<String> = unanswered.map(|one| one.criterion).collect();
    if criteria.is_empty() {
        return Err(Problem::conflict(
            "no_comments",
            "Det finns inga synpunkter att skicka.",
            "There are no comments to send.",
        ));
    }
    let asked = Move {
        act: "send_fact_comments",
        from: CaseState::FactCheck,
        to: CaseState::Commented,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({ "criteria": criteria }),
    };
    let case = transition::enter(act, &case.id, asked)?;
    let dates = cycles::store::cycle(act.db, case.year)?.dates;
    let due = after_working_days(act.now, dates.comment_days);
    let occasion = case.version.to_string();
    let reviewers = reviews::store::seated(act.db, &case)?;
    let path = case.review_path();
    recipients::tell(act, &case, reviewers, &Kind::FactCommented, &path, Some(due), &occasion)?;
    let coordinators = recipients::coordinators(act.db, &case)?;
    recipients::tell(
        act,
        &case,
        coordinators,
        &Kind::FactCommented,
        &case.coordination_path(),
        Some(due),
        &occasion,
    )?;
    Ok(case)
}

/// The head has no comments: the fact check ends now, and the coordinator may fix the result.
///
/// # Errors
/// There are comments that are not sent.
pub fn no_comments(act: &mut Act<'_>, standing: &Standing, case: &CaseId) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::FactCheck])?;
    standing.require(&case.reference(), Object::FactComments, Deed::Write)?;
    check_nothing_unsent(act, &case)?;
    let changes =
        cycles::store::Changes { fact_check_due: Some(act.now), ..cycles::store::Changes::default() };
    cycles::store::change(act, &case.id, &changes)?;
    transition::note(act, &case.id, Some(standing.id()), "no_fact_comments", json!({}))?;
    recipients::tell_coordinators(act, &case, &format!("no_comments:{}", case.version))
}

/// A reviewer or coordinator answers a comment, once.
///
/// # Errors
/// There is no such comment that waits, or the answer is empty or too long.
pub fn answer(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    criterion: &str,
    answer: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Commented])?;
    standing.require(&case.reference(), Object::FactComments, Deed::Decide)?;
    let answer = answer.trim();
    check_length(answer)?;
    if answer.is_empty() {
        return Err(Problem::invalid("answer_missing", "Skriv ett svar.", "Write an answer."));
    }
    if !store::answer_comment(act, &case.id, criterion, answer, standing.id())? {
        return Err(Problem::conflict(
            "no_comment",
            "Det finns ingen obesvarad synpunkt på kriteriet.",
            "There is no unanswered comment on the criterion.",
        ));
    }
    let detail = json!({ "criterion": criterion, "digest": sha256(answer.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "answer_fact_comment", detail)
}

fn check_length(text: &str) -> Result<(), Problem> {
    if text.chars().count() <= LONGEST_TEXT {
        return Ok(());
    }
    Err(Problem::invalid(
        "text_too_long",
        format!("Korta texten till högst {LONGEST_TEXT} tecken."),
        format!("Shorten the text to at most {LONGEST_TEXT} characters."),
    ))
}

/// Refuses while the unit's time to check facts runs.
pub(super) fn check_over(act: &Act<'_>, case: &Case) -> Result<(), Problem> {
    if case.fact_check_due.is_none_or(|due| act.now >= due) {
        return Ok(());
    }
    Err(Problem::conflict(
        "fact_check_runs",
        "Enheten har fortfarande tid att kontrollera fakta.",
        "The unit still has time to check facts.",
    ))
}

/// Refuses while the unit has written comments that nobody has answered.
pub(super) fn check_nothing_unsent(act: &mut Act<'_>, case: &Case) -> Result<(), Problem> {
    if store::comments(act.db, &case.id)?.iter().all(|comment| comment.answer.is_some()) {
        return Ok(());
    }
    Err(Problem::conflict(
        "comments_open",
        "Det finns synpunkter som inte är skickade eller besvarade.",
        "There are comments that are not sent or answered.",
    ))
}
