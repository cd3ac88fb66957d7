//! Saves what was typed in a criterion.

use serde_json::{Value as Json, json};

use super::same::same;
use super::store::{self, NewAnswer};
use super::{Answer, BACKGROUND, area_ready, editable, request_store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::{Act, Db};
use crate::forms::{Field, FieldKind, Form, RawAnswers};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::problem::Problem;

/// The most bytes that one criterion's answers take; a table of 50 full rows fits.
pub const MOST_BYTES: usize = 256 * 1024;

/// What somebody wants to save.
#[derive(Debug, Clone)]
pub struct Save<'a> {
    /// The criterion, or [`BACKGROUND`].
    pub criterion: &'a str,
    /// The fields that were sent; the others stay as they are.
    pub fields: RawAnswers,
    /// The version that was read; 0 when nothing was saved.
    pub seen: i32,
}

/// Saves the fields that were sent, valid or not, over the version that was read, and so confirms what came from last
/// year. Saving what is already there changes nothing, confirms nothing and makes no version, whatever version was read:
/// so a saving whose answer was lost can be sent again.
///
/// # Errors
/// [`Problem::stale`] when another version is there (nothing is overwritten), and those of [`editable::check`].
pub fn save_answer(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    save: Save<'_>,
) -> Result<Answer, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    editable::check_form(&case, form)?;
    let (area, fields) = fields_of(form, save.criterion)?;
    let returned = request_store::returned(act.db, &case.id)?;
    let open: Vec<String> = returned.into_iter().map(|(criterion, _)| criterion).collect();
    editable::check(standing, &case, area, save.criterion, &open)?;
    let before = store::answer(act.db, &case.id, save.criterion)?;
    let mut content = before.as_ref().map(|answer| answer.content.clone()).unwrap_or_default();
    for (field, raw) in save.fields {
        let Some(known) = fields.iter().find(|known| known.id == field) else {
            return Err(Problem::invalid(
                "unknown_field",
                format!("Fältet {field} finns inte i {}.", save.criterion),
                format!("The field {field} does not exist in {}.", save.criterion),
            ));
        };
        if !has_shape(known.kind, &raw) {
            return Err(Problem::invalid(
                "wrong_shape",
                format!("Värdet i fältet {field} har fel form."),
                format!("The value of the field {field} has the wrong shape."),
            ));
        }
        // A page writes numbers its own way: what means the same stays as it was typed.
        if content.get(&field).is_none_or(|before| !same(known, before, &raw)) {
            content.insert(field, raw);
        }
    }
    if let Some(before) = &before
        && before.content == content
        && before.declared_missing.is_none()
    {
        return Ok(before.clone());
    }
    if before.as_ref().map_or(0, |answer| answer.version) != save.seen {
        return Err(Problem::stale());
    }
    let text = serde_json::to_string(&content).map_err(Problem::internal)?;
    if text.len() > MOST_BYTES {
        return Err(Problem::new(
            crate::problem::Kind::TooLarge,
            "answer_too_large",
            "Svaret är för långt för att sparas. Korta det, eller lägg det i en fil.",
            "The answer is too long to save. Shorten it, or put it in a file.",
        ));
    }
    let new = NewAnswer {
        case: &case.id,
        criterion: save.criterion,
        content: &text,
        declared_missing: None,
        saved_by: standing.id(),
    };
    if !store::save(act, save.seen, &new)? {
        return Err(Problem::stale());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "save_answer",
        json!({ "criterion": save.criterion, "version": save.seen + 1, "digest": sha256(text.as_bytes()) }),
    )?;
    area_ready::changed(act, standing, form, &case.id, save.criterion)?;
    store::answer(act.db, &case.id, save.criterion)?.ok_or_else(Problem::not_found)
}

/// Whether anything was changed since the version that was read: a page sends all its criteria, also those that
/// nobody touched, that a colleague has changed meanwhile, or that are not open.
///
/// # Errors
/// The database cannot be read.
pub fn changes(db: &mut Db, form: &Form, case: &CaseId, save: &Save<'_>) -> Result<bool, Problem> {
    let (_, fields) = fields_of(form, save.criterion)?;
    let read = store::content_of_version(db, case, save.criterion, save.seen)?;
    Ok(save.fields.iter().any(|(id, raw)| {
        let before = read.get(id).unwrap_or(&Json::Null);
        fields.iter().find(|field| field.id == *id).is_none_or(|field| !same(field, before, raw))
    }))
}

/// The area of a criterion and its fields.
///
/// # Errors
/// [`Problem::not_found`] for a criterion that the form does not have.
fn fields_of<'a>(form: &'a Form, criterion: &str) -> Result<(&'a str, Vec<&'a Field>), Problem> {
    if criterion == BACKGROUND {
        return Ok(("", form.background.iter().collect()));
    }
    let (area, criterion) =
        form.criteria().find(|(_, known)| known.id == criterion).ok_or_else(Problem::not_found)?;
    Ok((&area.id, form.fields(criterion).collect()))
}

/// The area of a criterion, empty for the background.
///
/// # Errors
/// [`Problem::not_found`] for a criterion that the form does not have.
pub(super) fn area_of<'a>(form: &'a Form, criterion: &str) -> Result<&'a str, Problem> {
    fields_of(form, criterion).map(|(area, _)| area)
}

/// Whether a raw value has the shape that its kind of field is stored in.
fn has_shape(kind: FieldKind, raw: &Json) -> bool {
    let texts = |values: &Vec<Json>| values.iter().all(Json::is_string);
    let map = |value: &Json| value.as_object().is_some_and(|map| map.values().all(Json::is_string));
    match kind {
        FieldKind::Choices => raw.as_array().is_some_and(texts),
        FieldKind::Table => raw.as_array().is_some_and(|rows| rows.iter().all(map)),
        FieldKind::Years => map(raw),
        FieldKind::Evidence => false,
        _ => raw.is_string(),
    }
}
