//! The pair settles what differs: only that is open. Each writes, may revise once, and says when the discussion of a
//! criterion is done; at last both sign, with or without a joint summary.

use serde_json::json;

use super::judgements::{self, Said};
use super::open_fact_check::open_fact_check;
use super::{Assignment, JointSummary, Level, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::{CaseId, sha256};
use crate::problem::Problem;
use crate::scoring::CriterionState;

/// The longest message and joint summary, in characters.
pub const LONGEST_TEXT: usize = 10_000;

/// Writes a message in the discussion of a criterion.
///
/// # Errors
/// The criterion is not open for discussion, or the message is empty or too long.
pub fn write_message(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    message: &str,
) -> Result<(), Problem> {
    let (case, _) = in_discussion(act, standing, form, case, criterion)?;
    let message = message.trim();
    if message.is_empty() || message.chars().count() > LONGEST_TEXT {
        return Err(Problem::invalid(
            "message_length",
            format!("Skriv ett meddelande på högst {LONGEST_TEXT} tecken."),
            format!("Write a message of at most {LONGEST_TEXT} characters."),
        ));
    }
    store::add_message(act, &case.id, criterion, standing.id(), message)?;
    let detail = json!({ "criterion": criterion, "digest": sha256(message.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "write_message", detail)
}

/// Revises the own score of a criterion that is discussed: once, with a reason.
///
/// # Errors
/// The criterion is not open for discussion, the reason is too short or too long, or the reviewer has revised it or is
/// done with it.
pub fn revise(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    level: Level,
    reason: &str,
) -> Result<(), Problem> {
    let (case, seat) = in_discussion(act, standing, form, case, criterion)?;
    let reason = reason_of_change(form, reason)?;
    if !store::revise(act, &seat.id, criterion, level, reason)? {
        return Err(Problem::conflict(
            "revised_before",
            "Du har redan ändrat eller avslutat det här kriteriet.",
            "You have already revised or closed this criterion.",
        ));
    }
    let detail =
        json!({ "criterion": criterion, "level": level.number(), "digest": sha256(reason.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "revise_score", detail)
}

/// Says «Jag är klar med samtalet» about a criterion. When both have, its discussion is closed.
///
/// # Errors
/// The criterion is not open for discussion, or the reviewer has said so before.
pub fn close(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
) -> Result<(), Problem> {
    let (case, seat) = in_discussion(act, standing, form, case, criterion)?;
    if !store::close(act, &seat.id, criterion)? {
        return Err(Problem::conflict(
            "closed_before",
            "Du har redan sagt att du är klar med samtalet.",
            "You have already said that you are done with the discussion.",
        ));
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "close_discussion",
        json!({ "criterion": criterion }),
    )
}

/// Writes the joint summary over the version that was seen (0: none yet). Signatures under an earlier version fall.
///
/// # Errors
/// [`Problem::stale`] when another version is there; the text is too long.
pub fn write_summary(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    seen: i32,
    summary: &str,
) -> Result<JointSummary, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Settling])?;
    standing.require(&case.reference(), Object::Settlement, Deed::Write)?;
    if summary.chars().count() > LONGEST_TEXT {
        return Err(Problem::invalid(
            "summary_too_long",
            format!("Korta sammanfattningen till högst {LONGEST_TEXT} tecken."),
            format!("Shorten the summary to at most {LONGEST_TEXT} characters."),
        ));
    }
    if store::joint_summary(act.db, &case.id)?.version != seen {
        return Err(Problem::stale());
    }
    let written =
        JointSummary { version: seen, summary: summary.trim().to_owned(), ..JointSummary::default() };
    store::write_joint_summary(act, &case.id, standing.id(), &written)?;
    let detail = json!({ "version": seen + 1, "digest": sha256(written.summary.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "write_summary", detail)?;
    store::joint_summary(act.db, &case.id)
}

/// Signs the settlement with its joint summary as it stands. When both of the pair have, the case goes on: to the fact
/// check when every criterion has a value, else to a further review.
///
/// # Errors
/// [`Problem::stale`] when the summary is another version; a criterion is still discussed; the coordinator has not
/// decided that a criterion does not apply; the reviewer has signed before.
pub fn sign(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    seen: i32,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Settling])?;
    standing.require(&case.reference(), Object::Settlement, Deed::Write)?;
    judgements::check_form(form, &case)?;
    let seat = store::seat(act.db, &case.id, standing.id())?;
    let said = Said::load(act.db, &case)?;
    check_ready(form, &said)?;
    let mut summary = store::joint_summary(act.db, &case.id)?;
    if summary.version != seen {
        return Err(Problem::stale());
    }
    if summary.signed_at(seat.party).is_some() {
        return Err(Problem::conflict(
            "signed_before",
            "Du har redan skrivit under.",
            "You have already signed.",
        ));
    }
    match seat.party {
        Party::University => summary.university_signed_at = Some(act.now),
        Party::Region => summary.region_signed_at = Some(act.now),
        Party::Further => return Err(Problem::forbidden()),
    }
    store::write_joint_summary(act, &case.id, standing.id(), &summary)?;
    let detail = json!({ "party": seat.party, "digest": sha256(summary.summary.as_bytes()) });
    transition::note(act, &case.id, Some(standing.id()), "sign_settlement", detail)?;
    if summary.university_signed_at.is_none() || summary.region_signed_at.is_none() {
        return Ok(case);
    }
    let needed = said.needs_further(form)?;
    if needed.is_empty() {
        return open_fact_check(act, &case, standing.id());
    }
    let criteria: Vec<&String> = needed.keys().collect();
    let asked = Move {
        act: "needs_further",
        from: CaseState::Settling,
        to: CaseState::Further,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({ "criteria": criteria }),
    };
    let case = transition::enter(act, &case.id, asked)?;
    recipients::tell_coordinators(act, &case, &format!("further:{}", case.version))?;
    Ok(case)
}

/// Refuses while a criterion is discussed or waits for the coordinator.
fn check_ready(form: &Form, said: &Said) -> Result<(), Problem> {
    let mut open = Vec::new();
    for (_, criterion) in form.criteria() {
        let state = said.status(form, &criterion.id)?.state;
        if matches!(state, CriterionState::NeedsDiscussion | CriterionState::Open) {
            open.push(criterion.id.as_str());
        }
    }
    if !open.is_empty() {
        let list = open.join(", ");
        return Err(Problem::conflict(
            "discussion_open",
            format!("Samtalet är inte avslutat om {list}."),
            format!("The discussion is not closed about {list}."),
        ));
    }
    if said.undecided.is_empty() {
        return Ok(());
    }
    let list = said.undecided.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    Err(Problem::conflict(
        "not_applicable_undecided",
        format!("Samordnaren har inte tagit ställning till om {list} är tillämpligt."),
        format!("The coordinator has not decided whether {list} applies."),
    ))
}

/// The case and the own seat, when the criterion is open for discussion.
fn in_discussion(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
) -> Result<(Case, Assignment), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Settling])?;
    standing.require(&case.reference(), Object::Settlement, Deed::Write)?;
    judgements::check_form(form, &case)?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    let seat = store::seat(act.db, &case.id, standing.id())?;
    let said = Said::load(act.db, &case)?;
    if said.status(form, criterion)?.state == CriterionState::NeedsDiscussion {
        return Ok((case, seat));
    }
    Err(Problem::conflict(
        "not_discussed",
        format!("Kriterium {criterion} är inte öppet för samtal."),
        format!("Criterion {criterion} is not open for discussion."),
    ))
}

/// The reason of a revision or correction, trimmed.
///
/// # Errors
/// It is shorter or longer than the form's rules say.
pub(super) fn reason_of_change<'a>(form: &Form, reason: &'a str) -> Result<&'a str, Problem> {
    let reason = reason.trim();
    let (shortest, longest) = (form.rules.reason_shortest, form.rules.reason_longest);
    if (shortest..=longest).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Problem::invalid(
        "reason_length",
        format!("Motivera ändringen med {shortest}–{longest} tecken."),
        format!("Give a reason of {shortest}–{longest} characters for the change."),
    ))
}
