//! The coordination group writes its recommendation, and may ask for an in-depth review.

use serde_json::json;

use super::{Recommendation, needed, store, view};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::identity::Person;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::notify::Kind;
use crate::problem::Problem;

/// Writes the recommendation about a released case. A case that waits for nothing else is then presented; one with an
/// improvement plan stays with its plan.
///
/// # Errors
/// There is one already, or the recommendation or its motive is empty or too long.
pub fn write(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    given: &Recommendation,
) -> Result<Case, Problem> {
    let from = [CaseState::Released, CaseState::Action, CaseState::FollowUp, CaseState::InDepth];
    let mut case = cycles::store::claim(act, case, &from)?;
    standing.require(&case.reference(), Object::Recommendation, Deed::Write)?;
    let shut_out = view::absent_from_group(act.db, standing, &case)?;
    let written = Recommendation {
        recommendation: needed(&given.recommendation, "recommendation")?.to_owned(),
        motive: needed(&given.motive, "motive")?.to_owned(),
        present: needed(&given.present, "present")?.to_owned(),
        absent: absent(given.absent.trim(), &shut_out),
        decided_on: given.decided_on,
    };
    store::add_recommendation(act, &case.id, standing.id(), &written)?;
    let digest = sha256(format!("{}\n{}", written.recommendation, written.motive).as_bytes());
    let detail = json!({ "digest": digest, "decided_on": written.decided_on.to_string() });
    if case.state == CaseState::Released {
        let asked = Move {
            act: "write_recommendation",
            from: CaseState::Released,
            to: CaseState::Presented,
            actor: Some(standing.id()),
            reason: None,
            detail,
        };
        case = transition::enter(act, &case.id, asked)?;
    } else {
        transition::note(act, &case.id, Some(standing.id()), "write_recommendation", detail)?;
    }
    let mut people = recipients::unit(act.db, &case)?;
    people.extend(recipients::administration(act.db, &case)?);
    recipients::tell(act, &case, people, &Kind::RecommendationWritten, &case.path(), None, "recommendation")?;
    Ok(case)
}

/// Who took no part because of a conflict of interest: everybody whom the declarations name, whatever was typed.
fn absent(typed: &str, shut_out: &[Person]) -> String {
    let unnamed = shut_out.iter().map(|person| person.name.as_str()).filter(|name| !typed.contains(name));
    let all: Vec<&str> = std::iter::once(typed).filter(|typed| !typed.is_empty()).chain(unnamed).collect();
    all.join(", ")
}

/// Asks for an in-depth review, with a reason.
///
/// # Errors
/// The case is not where one may begin, or the reason is empty or too long.
pub fn ask_in_depth(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    reason: &str,
) -> Result<Case, Problem> {
    let from = [CaseState::Released, CaseState::Presented, CaseState::FollowUp];
    let case = cycles::store::claim(act, case, &from)?;
    standing.require(&case.reference(), Object::Recommendation, Deed::Write)?;
    let reason = needed(reason, "reason")?;
    let asked = Move {
        act: "ask_in_depth",
        from: case.state,
        to: CaseState::InDepth,
        actor: Some(standing.id()),
        reason: Some(reason),
        detail: json!({}),
    };
    let case = transition::enter(act, &case.id, asked)?;
    recipients::tell_coordinators(act, &case, "in_depth")?;
    Ok(case)
}
