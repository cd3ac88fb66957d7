//! What is told about a piece: where in the document, what it shows, whose it is, how long it is current.

use serde_json::json;

use super::{Details, Evidence, LONGEST_NAME, one_line, plain_name, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::{CaseId, EvidenceId};
use crate::problem::{FieldError, Problem};
use crate::text::Text;

/// The longest place in a document, in characters.
pub const LONGEST_PLACE: usize = 200;
/// The longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 500;
/// The longest name of an owner, in characters.
pub const LONGEST_OWNER: usize = 100;

impl Details {
    /// The details as they are kept: each on one line and within its limit.
    ///
    /// # Errors
    /// `too_long` at each that is not.
    pub fn checked(&self) -> Result<Details, Problem> {
        let mut errors = Vec::new();
        let mut line = |text: &str, most: usize, pointer: &str| {
            let text = one_line(&text.replace(['\r', '\n', '\t'], " "));
            if text.chars().count() > most {
                errors.push(FieldError {
                    pointer: pointer.to_owned(),
                    code: "too_long".to_owned(),
                    message: Text::new(
                        format!("Högst {most} tecken."),
                        format!("At most {most} characters."),
                    ),
                });
            }
            text
        };
        let checked = Details {
            place: line(&self.place, LONGEST_PLACE, "/place"),
            description: line(&self.description, LONGEST_DESCRIPTION, "/description"),
            owner: line(&self.owner, LONGEST_OWNER, "/owner"),
            valid_until: self.valid_until,
        };
        if errors.is_empty() {
            return Ok(checked);
        }
        Err(Problem::invalid("too_long", "En text är för lång.", "A text is too long.").with_errors(errors))
    }
}

/// Changes what is told about a piece, over the version that was read. An empty name leaves the name as it is.
///
/// # Errors
/// `stale`, a text is too long, it is not there, and those of [`super::super::editable::check`].
pub fn describe(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    id: &EvidenceId,
    (seen, name, details): (i32, &str, &Details),
) -> Result<Evidence, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    let there = store::one(act.db, &case.id, id)?;
    super::remove::check(act, standing, form, &case, &there.criterion)?;
    let name = match one_line(name) {
        name if name.is_empty() => there.name.clone(),
        name if there.file().is_some() => plain_name(&name),
        name => name.chars().take(LONGEST_NAME).collect(),
    };
    let details = details.checked()?;
    if !store::describe(act, id, seen, &name, &details)? {
        return Err(Problem::stale());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "describe_evidence",
        json!({ "criterion": there.criterion, "file": id }),
    )?;
    super::super::area_ready::changed(act, standing, form, &case.id, &there.criterion)?;
    Ok(Evidence { name, details, version: seen + 1, ..there })
}
