//! Somebody of the unit has read what came from last year, or into a mended form, and stands by it.

use serde_json::json;

use super::save_answer::area_of;
use super::store::{self, NewAnswer};
use super::{Answer, editable, request_store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::problem::Problem;

/// Confirms the answers to one criterion as they were read. Confirming what a colleague has confirmed meanwhile, without
/// changing it, changes nothing.
///
/// # Errors
/// [`Problem::stale`] when other answers are there, `nothing_to_confirm` without any, and those of [`editable::check`].
pub fn confirm_prefill(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    seen: i32,
) -> Result<Answer, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    editable::check_form(&case, form)?;
    let area = area_of(form, criterion)?;
    let returned = request_store::returned(act.db, &case.id)?;
    let open: Vec<String> = returned.into_iter().map(|(criterion, _)| criterion).collect();
    editable::check(standing, &case, area, criterion, &open)?;
    let Some(before) = store::answer(act.db, &case.id, criterion)? else {
        return Err(Problem::conflict(
            "nothing_to_confirm",
            format!("Det finns inget svar att bekräfta i {criterion}."),
            format!("There is no answer to confirm in {criterion}."),
        )
        .way_out("Gå till självvärderingen.", "Go to the self-assessment.", case.path()));
    };
    let unchanged = store::content_of_version(act.db, &case.id, criterion, seen)? == before.content;
    if before.confirmed && unchanged {
        return Ok(before);
    }
    let text = serde_json::to_string(&before.content).map_err(Problem::internal)?;
    let new = NewAnswer {
        case: &case.id,
        criterion,
        content: &text,
        declared_missing: before.declared_missing.as_deref(),
        saved_by: standing.id(),
    };
    if before.version != seen || !store::save(act, seen, &new)? {
        return Err(Problem::stale());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "confirm_prefill",
        json!({ "criterion": criterion, "version": seen + 1, "digest": sha256(text.as_bytes()) }),
    )?;
    store::answer(act.db, &case.id, criterion)?.ok_or_else(Problem::not_found)
}
