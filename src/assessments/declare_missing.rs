//! The unit says that it has no answer to a criterion, so that the rest can be submitted.

use serde_json::json;

use super::store::{self, NewAnswer};
use super::{Answer, area_ready, editable, request_store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// Declares a criterion without an answer, with a reason. What was typed stays; saving an answer takes it back.
/// A missing criterion scores 0 unless the reviewers can judge it from other material (scoring model 7.3).
///
/// # Errors
/// An empty reason, [`Problem::stale`], and those of [`editable::check`].
pub fn declare_missing(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    criterion: &str,
    reason: &str,
    seen: i32,
) -> Result<Answer, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    editable::check_form(&case, form)?;
    let (area, _) =
        form.criteria().find(|(_, known)| known.id == criterion).ok_or_else(Problem::not_found)?;
    let open: Vec<String> =
        request_store::returned(act.db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
    editable::check(standing, &case, &area.id, criterion, &open)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför svaret saknas.",
            "Write why there is no answer.",
        ));
    }
    let before = store::answer(act.db, &case.id, criterion)?;
    let content = before.map(|answer| answer.content).unwrap_or_default();
    let text = serde_json::to_string(&content).map_err(Problem::internal)?;
    let new = NewAnswer {
        case: &case.id,
        criterion,
        content: &text,
        declared_missing: Some(reason),
        saved_by: standing.id(),
    };
    if !store::save(act, seen, &new)? {
        return Err(Problem::stale());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "declare_missing",
        json!({ "criterion": criterion, "version": seen + 1 }),
    )?;
    area_ready::changed(act, standing, form, &case.id, criterion)?;
    store::answer(act.db, &case.id, criterion)?.ok_or_else(Problem::not_found)
}
