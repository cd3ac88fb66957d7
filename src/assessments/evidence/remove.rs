//! A piece leaves a criterion. Its bytes stay as long as something names them.

use serde_json::json;

use super::super::{area_ready, editable, request_store};
use super::{Evidence, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::{CaseId, EvidenceId};
use crate::problem::Problem;

/// Removes a piece from a criterion.
///
/// # Errors
/// It is not there, and those of [`editable::check`].
pub fn remove(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    id: &EvidenceId,
) -> Result<Evidence, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    let piece = store::one(act.db, &case.id, id)?;
    check(act, standing, form, &case, &piece.criterion)?;
    if !store::remove(act, id)? {
        return Err(Problem::not_found());
    }
    if let Some(file) = piece.file() {
        // It is kept for a while from now on.
        store::hold(act, &file.stored_as)?;
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "remove_evidence",
        json!({ "criterion": piece.criterion, "file": piece.id }),
    )?;
    area_ready::changed(act, standing, form, &case.id, &piece.criterion)?;
    Ok(piece)
}

/// Refuses unless the person may change the evidence of a criterion.
pub(super) fn check(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
    criterion: &str,
) -> Result<(), Problem> {
    let (area, _) =
        form.criteria().find(|(_, known)| known.id == criterion).ok_or_else(Problem::not_found)?;
    let open: Vec<String> =
        request_store::returned(act.db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
    editable::check(standing, case, &area.id, criterion, &open)
}
