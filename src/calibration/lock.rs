//! A reviewer locks a calibration case: the own levels change no more, and the spread of everybody's who has locked opens.

use serde_json::json;

use super::{pick, score, store};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::{FieldError, Problem};
use crate::text::Text;

/// Locks the own review of a case.
///
/// # Errors
/// `review_incomplete` with every criterion that lacks a level; the round has ended; the review is locked already.
pub fn lock(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    (year, number): (i32, i32),
) -> Result<(), Problem> {
    let own = score::claim(act, standing, year, number)?;
    let missing: Vec<FieldError> = own.left(form).map(missing).collect();
    if !missing.is_empty() {
        return Err(Problem::invalid(
            "review_incomplete",
            format!("{} kriterier saknar nivå.", missing.len()),
            format!("{} criteria have no level.", missing.len()),
        )
        .with_errors(missing));
    }
    if !store::lock(act, own.case, standing.id())? {
        return Err(Problem::not_found());
    }
    pick::note(act, standing, "lock_calibration", json!({ "year": year, "number": number }))
}

fn missing(criterion: &str) -> FieldError {
    FieldError {
        pointer: format!("/{criterion}/score"),
        code: "missing".to_owned(),
        message: Text::new("Sätt en nivå eller K.", "Set a level or K."),
    }
}
