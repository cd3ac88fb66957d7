//! A fixed result turns out to be wrong: the coordinator makes a new version, and the old one stays.

use std::collections::BTreeMap;

use serde_json::json;

use super::{FixedResult, finalise, store};
use crate::cycles;
use crate::cycles::state::CaseState;
use crate::cycles::transition;
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::ids::CaseId;
use crate::problem::Problem;
use crate::reviews::{Level, judgements};
use crate::scoring;

/// The states in which a result is fixed and the case is not closed.
const FIXED: &[CaseState] = &[
    CaseState::Final,
    CaseState::Released,
    CaseState::Presented,
    CaseState::Action,
    CaseState::FollowUp,
    CaseState::InDepth,
];

/// Makes a new version of a fixed result in which levels are corrected, each of one party of the pair in one
/// criterion. Everything else is as it was judged; the form's rules are those of the case.
///
/// # Errors
/// Nothing is corrected, a level cannot be corrected there, the correction opens a criterion again, or the reason is
/// empty.
pub fn correct_result(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    levels: &BTreeMap<(String, Party), Level>,
    reason: &str,
) -> Result<FixedResult, Problem> {
    let case = cycles::store::claim(act, case, FIXED)?;
    standing.require(&case.reference(), Object::Result, Deed::Decide)?;
    judgements::check_form(form, &case)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför resultatet rättas.",
            "Write why the result is corrected.",
        ));
    }
    let last = store::newest(act.db, &case.id)?.ok_or_else(Problem::not_found)?;
    let mut judged = last.judged.clone();
    for ((criterion, party), level) in levels {
        let judgements = judged.judgements.get_mut(criterion).ok_or_else(Problem::not_found)?;
        let side = match party {
            Party::University => &mut judgements.university,
            Party::Region => &mut judgements.region,
            Party::Further => return Err(not_correctable("")),
        };
        side.corrected = Some(level.judgement());
    }
    if judged == last.judged {
        return Err(Problem::invalid(
            "nothing_corrected",
            "Ange minst en nivå som ska rättas.",
            "Name at least one level to correct.",
        ));
    }
    let scored =
        scoring::score(&judged, &form.rules, &form.key()).map_err(|error| not_correctable(&error.message))?;
    let result = finalise::fix(act, standing, &case, judged, scored, last.number + 1, Some(reason))?;
    let corrected: Vec<String> =
        levels.keys().map(|(criterion, party)| format!("{criterion}/{}", party.as_str())).collect();
    let detail = json!({
        "number": result.number, "digest": result.digest, "before": last.digest, "corrected": corrected, "reason": reason,
    });
    transition::note(act, &case.id, Some(standing.id()), "correct_result", detail)?;
    Ok(result)
}

fn not_correctable(cause: &str) -> Problem {
    let mut problem = Problem::conflict(
        "correction_not_allowed",
        "Nivån går inte att rätta i det kriteriet.",
        "The level cannot be corrected in that criterion.",
    );
    problem.cause = Some(cause.to_owned());
    problem
}
