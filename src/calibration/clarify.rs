//! A coordinator writes what a criterion's anchors mean this year. Reviewers read it beside the anchors once the round has ended.

use serde_json::json;

use super::{Clarification, RoundState, pick, store};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// The longest clarification, in characters.
pub const LONGEST: usize = 2_000;

/// Writes a version of a clarification over the one that was seen (0: none yet); an empty text takes it away.
///
/// # Errors
/// [`Problem::stale`], an unknown criterion, a text that is too long, or the round has not opened.
pub fn clarify(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    (year, criterion): (i32, &str),
    seen: i32,
    text: &str,
) -> Result<Clarification, Problem> {
    standing.require_coordinator(year)?;
    store::claim(act, year, &[RoundState::Open, RoundState::Closed])?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Problem::invalid(
            "too_long",
            format!("Korta texten till högst {LONGEST} tecken."),
            format!("Shorten the text to at most {LONGEST} characters."),
        ));
    }
    let newest = newest(act, year, criterion)?;
    if newest.as_ref().map_or(0, |there| there.version) != seen {
        return Err(Problem::stale());
    }
    match newest {
        Some(there) if there.text == text => return Ok(there),
        None if text.is_empty() => {
            return Err(Problem::invalid(
                "text_missing",
                "Skriv ett förtydligande.",
                "Write a clarification.",
            ));
        }
        _ => {}
    }
    store::add_clarification(act, year, criterion, seen + 1, text, standing.id())?;
    pick::note(act, standing, "clarify_anchor", json!({ "year": year, "criterion": criterion }))?;
    newest_now(act, year, criterion)
}

fn newest(act: &mut Act<'_>, year: i32, criterion: &str) -> Result<Option<Clarification>, Problem> {
    let all = store::clarifications(act.db, year)?;
    Ok(all.into_iter().filter(|(id, _)| id == criterion).map(|(_, one)| one).next_back())
}

fn newest_now(act: &mut Act<'_>, year: i32, criterion: &str) -> Result<Clarification, Problem> {
    newest(act, year, criterion)?.ok_or_else(Problem::not_found)
}
