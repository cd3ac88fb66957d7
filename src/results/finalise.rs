//! The coordinator fixes the result: registry number, stored input and output, and documents to be issued.

use serde_json::json;

use super::{FixedResult, check_final, documents, fact_check, judged, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::problem::Problem;
use crate::reviews;
use crate::scoring;

/// Begins the registry numbers of the service.
pub const REGISTRY_PREFIX: &str = "USVE";

/// Fixes the result of a case after the fact check, or of one that was never submitted (outcome E).
/// `registry_prefix` begins the registry number unless the registrar has given one: `USVE` gives `USVE 2026/0001`.
///
/// # Errors
/// `result_open` with the criteria that are not settled; the unit's time to check facts runs; a comment is not
/// answered.
pub fn finalise(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    registry_prefix: &str,
    case: &CaseId,
) -> Result<FixedResult, Problem> {
    let from = [CaseState::FactCheck, CaseState::Commented, CaseState::NotSubmitted];
    let case = cycles::store::claim(act, case, &from)?;
    standing.require(&case.reference(), Object::Result, Deed::Decide)?;
    if case.state == CaseState::FactCheck {
        fact_check::check_over(act, &case)?;
    }
    fact_check::check_nothing_unsent(act, &case)?;
    let (judged, scored) = judged::live_result(act.db, form, &case)?;
    let result = fix(act, standing, &case, judged, scored, 1, None)?;
    let number = match &case.registry_number {
        Some(given) => given.clone(),
        None => store::next_registry_number(act, &case, registry_prefix)?,
    };
    let changes =
        cycles::store::Changes { registry_number: Some(number.clone()), ..cycles::store::Changes::default() };
    cycles::store::change(act, &case.id, &changes)?;
    let asked = Move {
        act: "finalise",
        from: case.state,
        to: CaseState::Final,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({ "registry_number": number, "digest": result.digest, "outcome": result.outcome() }),
    };
    let case = transition::enter(act, &case.id, asked)?;
    tell(act, &case, &result)?;
    Ok(result)
}

/// Stores a version of a result and has its documents issued.
pub(super) fn fix(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &Case,
    judged: scoring::Case,
    scored: scoring::Scored,
    number: i32,
    reason: Option<&str>,
) -> Result<FixedResult, Problem> {
    let outcome = check_final(&scored)?;
    let result = store::add_result(
        act,
        FixedResult {
            id: act.id(),
            case_id: case.id.clone(),
            number,
            judged,
            scored,
            digest: String::new(),
            reason: reason.map(str::to_owned),
            fixed_by: standing.id().clone(),
            fixed_at: act.now,
        },
        outcome,
    )?;
    documents::ask_for(act, &result)?;
    Ok(result)
}

/// Tells the unit and the reviewers, who may read the result before its release.
fn tell(act: &mut Act<'_>, case: &Case, result: &FixedResult) -> Result<(), Problem> {
    let reviewers = reviews::store::seated(act.db, case)?;
    let path = case.review_path();
    recipients::tell(act, case, reviewers, &Kind::Final, &path, None, result.id.as_str())?;
    let unit = recipients::unit(act.db, case)?;
    recipients::tell(act, case, unit, &Kind::Final, &case.path(), None, result.id.as_str())
}
