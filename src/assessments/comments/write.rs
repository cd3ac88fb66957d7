//! Somebody of the unit comments on a criterion.

use serde_json::json;

use super::{Comment, MOST_CHARACTERS, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Adds a comment to a criterion's thread. A contributor comments in every area: a question is not an answer.
///
/// # Errors
/// The criterion is unknown, the text is empty or too long, or the case is not with the unit.
pub fn write(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    text: &str,
) -> Result<Comment, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::UnitComments, Deed::Write)?;
    form.criterion(criterion).ok_or_else(Problem::not_found)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::invalid("comment_missing", "Skriv en kommentar.", "Write a comment."));
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Problem::invalid(
            "comment_too_long",
            format!("Kommentaren får ha högst {MOST_CHARACTERS} tecken."),
            format!("The comment may have at most {MOST_CHARACTERS} characters."),
        ));
    }
    let comment = Comment {
        id: act.id(),
        criterion: criterion.to_owned(),
        comment: text.to_owned(),
        written_by: standing.id().clone(),
        written_at: act.now,
        resolved: None,
    };
    store::add(act, &case.id, &comment)?;
    let detail = json!({ "criterion": criterion });
    transition::note(act, &case.id, Some(standing.id()), "write_comment", detail)?;
    Ok(comment)
}
