//! The unit writes an improvement plan, the coordinator accepts it, and the unit tells how it goes.

use chrono::NaiveDate;
use serde_json::json;

use super::{LONGEST_TEXT, Plan, PlannedAction, needed, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, RowId};
use crate::notify::Kind;
use crate::problem::Problem;
use crate::results;
use crate::reviews::judgements;

/// The states in which the unit writes its plan: asked for, or by choice.
const WRITTEN_IN: &[CaseState] = &[CaseState::Released, CaseState::Presented, CaseState::Action];

/// Adds an action to the plan over the version that was seen (0: no plan yet), or changes the one that is named.
///
/// # Errors
/// [`Problem::stale`] when the plan is another version or has been submitted; the action or its owner is empty; the
/// criterion is unknown.
pub fn save_action(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    seen: i32,
    changed: Option<&RowId>,
    given: &PlannedAction,
) -> Result<Plan, Problem> {
    let case = cycles::store::claim(act, case, WRITTEN_IN)?;
    standing.require(&case.reference(), Object::Plan, Deed::Write)?;
    judgements::check_form(form, &case)?;
    if let Some(criterion) = &given.criterion {
        form.criterion(criterion).ok_or_else(Problem::not_found)?;
    }
    let planned = PlannedAction {
        action: needed(&given.action, "action")?.to_owned(),
        owner: needed(&given.owner, "owner")?.to_owned(),
        ..given.clone()
    };
    hold(act, &case, seen)?;
    let id = match changed {
        Some(id) => {
            store::change_action(act, &case.id, id, &planned)?;
            id.clone()
        }
        None => store::add_action(act, &case.id, &planned)?,
    };
    let detail = json!({ "action": id, "criterion": planned.criterion, "due": planned.due.to_string() });
    transition::note(act, &case.id, Some(standing.id()), "save_action", detail)?;
    written(act, &case)
}

/// Removes an action from the plan over the version that was seen.
///
/// # Errors
/// [`Problem::stale`] when the plan is another version or has been submitted; there is no such action.
pub fn remove_action(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    seen: i32,
    action: &RowId,
) -> Result<Plan, Problem> {
    let case = cycles::store::claim(act, case, WRITTEN_IN)?;
    standing.require(&case.reference(), Object::Plan, Deed::Write)?;
    hold(act, &case, seen)?;
    store::remove_action(act, &case.id, action)?;
    transition::note(act, &case.id, Some(standing.id()), "remove_action", json!({ "action": action }))?;
    written(act, &case)
}

/// The head submits the plan. A unit that writes one by choice enters the state of an improvement plan with it.
///
/// # Errors
/// [`Problem::stale`]; the plan has no action, or none for an unmet minimum requirement.
pub fn submit(act: &mut Act<'_>, standing: &Standing, case: &CaseId, seen: i32) -> Result<Case, Problem> {
    let mut case = cycles::store::claim(act, case, WRITTEN_IN)?;
    standing.require(&case.reference(), Object::Plan, Deed::Submit)?;
    let plan = written(act, &case)?;
    let result = results::store::newest(act.db, &case.id)?.ok_or_else(Problem::not_found)?;
    let covered =
        |id: &String| plan.actions.iter().any(|action| action.planned.criterion.as_ref() == Some(id));
    let bare: Vec<String> =
        result.scored.unmet_minimum.into_iter().flatten().filter(|id| !covered(id)).collect();
    if plan.actions.is_empty() || !bare.is_empty() {
        let list = bare.join(", ");
        return Err(Problem::invalid(
            "plan_incomplete",
            format!(
                "Planen behöver minst en åtgärd, och en för varje minimikrav som inte är uppfyllt. {list}"
            ),
            format!("The plan needs at least one action, and one for each unmet minimum requirement. {list}"),
        ));
    }
    hold(act, &case, seen)?;
    store::set_submitted(act, &case.id, Some(standing.id()))?;
    let detail = json!({ "actions": plan.actions.len() });
    if case.state == CaseState::Action {
        transition::note(act, &case.id, Some(standing.id()), "submit_plan", detail)?;
    } else {
        let asked = Move {
            act: "submit_plan",
            from: case.state,
            to: CaseState::Action,
            actor: Some(standing.id()),
            reason: None,
            detail,
        };
        case = transition::enter(act, &case.id, asked)?;
    }
    let signers = recipients::administration(act.db, &case)?;
    if signers.is_empty() {
        tell_coordinators(act, &case)?;
    } else {
        let path = format!("{}/atgardsplan", case.path());
        let occasion = format!("plan:{}", case.version);
        recipients::tell(act, &case, signers, &Kind::PlanToSign, &path, None, &occasion)?;
    }
    Ok(case)
}

/// The head of administration puts a signature under the submitted plan that was seen. The coordinators are told.
///
/// # Errors
/// [`Problem::stale`] when the plan is another version or is not submitted; it is signed already.
pub fn sign(act: &mut Act<'_>, standing: &Standing, case: &CaseId, seen: i32) -> Result<Plan, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Action])?;
    standing.require(&case.reference(), Object::Plan, Deed::Sign)?;
    if written(act, &case)?.signed_at.is_some() {
        return Err(Problem::conflict(
            "plan_signed",
            "Planen är redan undertecknad.",
            "The plan is signed already.",
        ));
    }
    if !store::sign(act, &case.id, seen, standing.id())? {
        return Err(Problem::stale());
    }
    transition::note(act, &case.id, Some(standing.id()), "sign_plan", json!({ "version": seen }))?;
    tell_coordinators(act, &case)?;
    written(act, &case)
}

fn tell_coordinators(act: &mut Act<'_>, case: &Case) -> Result<(), Problem> {
    let people = recipients::coordinators(act.db, case)?;
    let path = format!("{}/atgardsplan", case.path());
    let occasion = format!("plan:{}", case.version);
    recipients::tell(act, case, people, &Kind::PlanWritten, &path, None, &occasion)
}

/// A coordinator accepts the plan over the version that was seen; the follow-up begins.
///
/// # Errors
/// [`Problem::stale`] when the plan is another version or is not submitted; `plan_not_signed` when the administration
/// has a head who has not signed it.
pub fn accept(act: &mut Act<'_>, standing: &Standing, case: &CaseId, seen: i32) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Action])?;
    standing.require(&case.reference(), Object::Plan, Deed::Decide)?;
    let unsigned = written(act, &case)?.signed_at.is_none();
    if unsigned && !recipients::administration(act.db, &case)?.is_empty() {
        return Err(Problem::conflict(
            "plan_not_signed",
            "Förvaltningschefen har inte skrivit under planen än.",
            "The head of administration has not signed the plan yet.",
        )
        .way_out(
            "Vänta på underskriften, eller ge tillbaka planen till enheten.",
            "Wait for the signature, or give the plan back to the unit.",
            format!("{}/atgardsplan", case.path()),
        ));
    }
    if !store::accept(act, &case.id, seen, standing.id())? {
        return Err(Problem::stale());
    }
    let asked = Move {
        act: "accept_plan",
        from: CaseState::Action,
        to: CaseState::FollowUp,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({}),
    };
    let case = transition::enter(act, &case.id, asked)?;
    let unit = recipients::unit(act.db, &case)?;
    recipients::tell(
        act,
        &case,
        unit,
        &Kind::PlanAccepted,
        &format!("{}/atgardsplan", case.path()),
        None,
        "plan_accepted",
    )?;
    Ok(case)
}

/// A coordinator gives a submitted plan back to the unit, with a reason that stands in the case's log.
///
/// # Errors
/// The plan is not submitted, or the reason is empty or too long.
pub fn give_back(act: &mut Act<'_>, standing: &Standing, case: &CaseId, reason: &str) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Action])?;
    standing.require(&case.reference(), Object::Plan, Deed::Decide)?;
    let reason = needed(reason, "reason")?;
    if written(act, &case)?.submitted_at.is_none() {
        return Err(Problem::conflict(
            "plan_not_submitted",
            "Enheten har inte lämnat in planen.",
            "The unit has not submitted the plan.",
        ));
    }
    store::set_submitted(act, &case.id, None)?;
    store::unsign(act, &case.id)?;
    transition::note(act, &case.id, Some(standing.id()), "give_back_plan", json!({ "reason": reason }))?;
    let unit = recipients::unit(act.db, &case)?;
    let occasion = format!("give_back:{}", case.version);
    recipients::tell(
        act,
        &case,
        unit,
        &Kind::PlanDue,
        &format!("{}/atgardsplan", case.path()),
        case.plan_due,
        &occasion,
    )
}

/// The unit tells how an action of the accepted plan goes.
///
/// # Errors
/// There is no such action, or the note is too long.
pub fn report(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    action: &RowId,
    done_on: Option<NaiveDate>,
    note: &str,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::FollowUp, CaseState::InDepth])?;
    standing.require(&case.reference(), Object::Plan, Deed::Write)?;
    let note = note.trim();
    if note.chars().count() > LONGEST_TEXT {
        return Err(Problem::invalid(
            "text_length",
            format!("Korta texten till högst {LONGEST_TEXT} tecken."),
            format!("Shorten the text to at most {LONGEST_TEXT} characters."),
        ));
    }
    store::report(act, &case.id, action, done_on, note)?;
    let detail = json!({ "action": action, "done_on": done_on.map(|day| day.to_string()) });
    transition::note(act, &case.id, Some(standing.id()), "report_action", detail)
}

fn hold(act: &mut Act<'_>, case: &Case, seen: i32) -> Result<(), Problem> {
    if store::hold_open(act, &case.id, seen)? { Ok(()) } else { Err(Problem::stale()) }
}

fn written(act: &mut Act<'_>, case: &Case) -> Result<Plan, Problem> {
    store::plan(act.db, &case.id)?.ok_or_else(|| {
        Problem::conflict("no_plan", "Det finns ingen åtgärdsplan än.", "There is no improvement plan yet.")
    })
}
