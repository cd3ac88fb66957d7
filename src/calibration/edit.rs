//! A coordinator mends texts of the copy before the round opens: each saving is a version of its own.

use serde_json::json;

use super::{RoundState, copy, pick, store, view};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// The longest text, in characters.
const LONGEST: usize = 20_000;

/// Saves texts of one criterion, or of the background, over the version that was seen; gives the new version, or the one there
/// when nothing differs.
///
/// # Errors
/// [`Problem::stale`], [`Problem::not_found`] for a place that holds no text, or the round has opened.
pub fn edit(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    (year, number, criterion): (i32, i32, &str),
    seen: i32,
    texts: &[(String, String)],
) -> Result<i32, Problem> {
    standing.require_coordinator(year)?;
    store::claim(act, year, &[RoundState::Preparing])?;
    let known = view::coordinated_case(act.db, standing, year, number)?;
    let newest = view::versions(act.db, &known, criterion)?.pop().ok_or_else(Problem::not_found)?;
    if newest.version != seen {
        return Err(Problem::stale());
    }
    let fields = copy::fields(form, form.criterion(criterion));
    let places = copy::texts(&fields, &newest.content);
    let mut content = newest.content.clone();
    for (place, text) in texts {
        if text.chars().count() > LONGEST {
            return Err(Problem::invalid(
                "too_long",
                format!("Korta texten till högst {LONGEST} tecken."),
                format!("Shorten the text to at most {LONGEST} characters."),
            ));
        }
        let known = places.iter().any(|one| one.place == *place);
        if !known || !copy::put(&mut content, place, text) {
            return Err(Problem::not_found());
        }
    }
    if content == newest.content {
        return Ok(seen);
    }
    store::add_version(act, known.case, criterion, seen + 1, &content, standing.id())?;
    let detail = json!({ "year": year, "number": number, "criterion": criterion });
    pick::note(act, standing, "mend_calibration_text", detail)?;
    Ok(seen + 1)
}
