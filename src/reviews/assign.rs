//! The coordinator gives and ends seats: one reviewer from each authority, nobody with ties to the unit.

use serde_json::json;

use super::judgements::Said;
use super::pairing::facts::Facts;
use super::pairing::{load, rules};
use super::{Assignment, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case, wrong_state};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{CaseRef, Party, Standing};
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::notify::Kind;
use crate::problem::Problem;

/// The states in which a reviewer of the pair can leave.
pub(super) const PAIR_LEAVES_IN: &[CaseState] =
    &[CaseState::Assigned, CaseState::Scoring, CaseState::Settling, CaseState::Further];

/// Assigns a pair to a submitted case, or to one whose completion did not come in time.
///
/// # Errors
/// The completion still has time, or somebody cannot have the seat ([`check_reviewer`]).
pub fn pair(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    university: &PersonId,
    region: &PersonId,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Submitted, CaseState::Returned])?;
    require_as_assigned(standing, &case)?;
    if case.state == CaseState::Returned {
        let dates = cycles::store::cycle(act.db, case.year)?.dates;
        if act.now <= dates.last_moment(case.due()) {
            return Err(Problem::conflict(
                "completion_runs",
                "Enheten har fortfarande tid att komplettera.",
                "The unit still has time to complete.",
            ));
        }
    }
    let pair = [(Party::University, university), (Party::Region, region)];
    let taken = store::assignments(act.db, std::slice::from_ref(&case.id))?;
    // What the first of two organisations is given stops nothing for the second.
    let facts = facts(act, standing, &case, &pair.map(|(_, person)| person.clone()))?;
    for (party, person) in pair {
        require_free(&taken, party)?;
        check(&facts, &case, party, person)?;
        give_seat(act, standing, &case, party, person)?;
    }
    transition::enter(
        act,
        &case.id,
        Move {
            act: "assign",
            from: case.state,
            to: CaseState::Assigned,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({ "university": university, "region": region }),
        },
    )
}

/// Gives an empty seat of the pair to somebody new. The review starts blank.
///
/// # Errors
/// The seat is not empty, or the person cannot have it ([`check_reviewer`]).
pub fn fill(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    party: Party,
    person: &PersonId,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Assigned])?;
    standing.require(&case.reference(), Object::Assignment, Deed::Decide)?;
    if party == Party::Further {
        return Err(wrong_state(&case));
    }
    let taken = store::assignments(act.db, std::slice::from_ref(&case.id))?;
    require_free(&taken, party)?;
    check_reviewer(act, standing, &case, party, person)?;
    give_seat(act, standing, &case, party, person)?;
    let detail = json!({ "party": party, "person": person });
    transition::note(act, &case.id, Some(standing.id()), "assign_reviewer", detail)?;
    Ok(case)
}

/// Ends somebody's seat with a reason: what was scored there is sealed. When one of the pair leaves, the case goes back
/// to be assigned; the other's locked review stays, and the settlement begins anew with the successor.
///
/// # Errors
/// There is no such seat, the reason is empty, or the review is past the settlement.
pub fn end(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    assignment: &AssignmentId,
    reason: &str,
) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, PAIR_LEAVES_IN)?;
    standing.require(&case.reference(), Object::Assignment, Deed::Decide)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv varför uppdraget avslutas.",
            "Write why the assignment ends.",
        ));
    }
    let seats = store::assignments(act.db, std::slice::from_ref(&case.id))?;
    let leaving = seats.into_iter().find(|seat| seat.id == *assignment).ok_or_else(Problem::not_found)?;
    end_seat(act, standing.id(), &case, &leaving, reason)
}

/// Ends a seat in a case that the act holds.
pub(super) fn end_seat(
    act: &mut Act<'_>,
    actor: &PersonId,
    case: &Case,
    leaving: &Assignment,
    reason: &str,
) -> Result<Case, Problem> {
    seal(act, actor, case, leaving, reason)?;
    if leaving.party == Party::Further {
        recipients::tell_coordinators(act, case, &format!("vacant:{}", leaving.id))?;
        return Ok(case.clone());
    }
    for seat in store::assignments(act.db, std::slice::from_ref(&case.id))? {
        if seat.party == Party::Further {
            seal(act, actor, case, &seat, "the pair of reviewers changed")?;
        } else {
            store::reopen(act, &seat.id)?;
        }
    }
    let mut summary = store::joint_summary(act.db, &case.id)?;
    if summary.version > 0 {
        summary = super::JointSummary { version: summary.version, ..super::JointSummary::default() };
        store::write_joint_summary(act, &case.id, actor, &summary)?;
    }
    let way: &[(CaseState, CaseState)] = match case.state {
        CaseState::Assigned => &[],
        CaseState::Scoring => &[(CaseState::Scoring, CaseState::Assigned)],
        CaseState::Settling => &[(CaseState::Settling, CaseState::Assigned)],
        CaseState::Further => {
            &[(CaseState::Further, CaseState::Settling), (CaseState::Settling, CaseState::Assigned)]
        }
        _ => return Err(wrong_state(case)),
    };
    let mut moved = case.clone();
    for (from, to) in way {
        let detail = json!({ "party": leaving.party });
        let asked = Move {
            act: "reviewer_left",
            from: *from,
            to: *to,
            actor: Some(actor),
            reason: Some(reason),
            detail,
        };
        moved = transition::enter(act, &case.id, asked)?;
    }
    recipients::tell_coordinators(act, &moved, &format!("vacant:{}", leaving.id))?;
    Ok(moved)
}

fn seal(
    act: &mut Act<'_>,
    actor: &PersonId,
    case: &Case,
    seat: &Assignment,
    reason: &str,
) -> Result<(), Problem> {
    store::end_assignment(act, &seat.id, reason)?;
    let detail = json!({ "party": seat.party, "person": seat.person_id, "reason": reason });
    transition::note(act, &case.id, Some(actor), "end_assignment", detail)?;
    let to = [seat.person_id.clone()];
    recipients::tell(act, case, to, &Kind::AssignmentEnded, "/", None, seat.id.as_str())
}

/// Refuses when the seat is not empty.
fn require_free(taken: &[Assignment], party: Party) -> Result<(), Problem> {
    if taken.iter().all(|seat| seat.party != party) {
        return Ok(());
    }
    Err(Problem::conflict("seat_taken", "Platsen är redan tillsatt.", "The seat is already taken."))
}

/// Gives a seat of the pair, with its mail.
fn give_seat(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &Case,
    party: Party,
    person: &PersonId,
) -> Result<(), Problem> {
    let seat = store::add_assignment(act, &case.id, party, person, standing.id())?;
    let due = crate::cycles::calendar::end_of(cycles::store::cycle(act.db, case.year)?.dates.lock);
    let path = case.review_path();
    recipients::tell(act, case, [person.clone()], &Kind::Assigned, &path, Some(due), seat.as_str())
}

/// Refuses a person whom a rule of the pairing stops ([`rules::refusals`]), with the first of the reasons.
pub(super) fn check_reviewer(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &Case,
    party: Party,
    person: &PersonId,
) -> Result<(), Problem> {
    check(&facts(act, standing, case, std::slice::from_ref(person))?, case, party, person)
}

/// What the rules look at for one case and some people.
fn facts(act: &mut Act<'_>, standing: &Standing, case: &Case, people: &[PersonId]) -> Result<Facts, Problem> {
    load::facts(act.db, standing, (case.year, std::slice::from_ref(case)), people, Vec::new(), act.now)
}

fn check(facts: &Facts, case: &Case, party: Party, person: &PersonId) -> Result<(), Problem> {
    let reviewer = facts.reviewer(person).filter(|one| one.person.active).ok_or_else(Problem::not_found)?;
    match rules::refusals(facts, reviewer, &load::target(case), party).into_iter().next() {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// A returned case may be assigned by whoever may assign a submitted one.
fn require_as_assigned(standing: &Standing, case: &Case) -> Result<(), Problem> {
    let reference = CaseRef { state: CaseState::Assigned, ..case.reference() };
    standing.require(&reference, Object::Assignment, Deed::Decide)
}

/// Lets the individual review begin once both seats are filled by people who have declared to be free.
pub(super) fn begin_scoring(act: &mut Act<'_>, actor: &PersonId, case: &Case) -> Result<Case, Problem> {
    if case.state != CaseState::Assigned {
        return Ok(case.clone());
    }
    let said = Said::load(act.db, case)?;
    let free = super::conflict::store::free_of_conflict(act.db, &case.id)?;
    let ready = |party| said.seat(party).is_some_and(|seat| free.contains(&seat.person_id));
    if !(ready(Party::University) && ready(Party::Region)) {
        return Ok(case.clone());
    }
    let asked = Move {
        act: "begin_scoring",
        from: CaseState::Assigned,
        to: CaseState::Scoring,
        actor: Some(actor),
        reason: None,
        detail: json!({}),
    };
    transition::enter(act, &case.id, asked)
}
