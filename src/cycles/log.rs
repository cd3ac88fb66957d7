//! What each reader sees of a case's log.
//!
//! Invariants: nobody learns in the log what was scored, or who has locked, before the rights let them read it; what is
//! withheld keeps its place and hash, except while the reviews are blind, when a place would tell of a lock.

use std::collections::BTreeSet;

use super::{Case, recipients};
use crate::audit::{self, Chain, Entry};
use crate::db::Db;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::state::Phase;

/// The act of an entry that the reader may not read yet: its place, time and hash stand, nothing else.
pub const WITHHELD: &str = "withheld";

/// Acts whose entries hold what was scored, or open it: salts and levels.
const SCORES: [&str; 3] = ["open_seals", "revise_score", "correct_score"];

/// The other steps of reviewing: who has locked, what is discussed, which criteria differ.
const STEPS: [&str; 10] = [
    "lock_review",
    "both_locked",
    "write_message",
    "close_discussion",
    "write_summary",
    "sign_settlement",
    "needs_further",
    "assign_further",
    "correction_opened_gap",
    "open_fact_check",
];

/// The steps of the fact check.
const FACTS: [&str; 4] =
    ["write_fact_comment", "send_fact_comments", "no_fact_comments", "answer_fact_comment"];

/// Requests that a criterion does not apply: a step of reviewing when a reviewer makes them.
const REQUESTS: [&str; 2] = ["ask_not_applicable", "take_back_not_applicable"];

/// The log of a case, oldest first. For coordinators whole, but for what was scored where they may not read it; for
/// auditors without what the reviewers did until the result is fixed; for the head of unit what the unit did, and how the
/// case moved.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it.
pub fn entries(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Entry>, Problem> {
    standing.require(&case.reference(), Object::Log, Deed::Read)?;
    let all = audit::entries_of(db, &Chain::Case(case.id.clone()))?;
    let unit = recipients::unit(db, case)?;
    if !sees_all(standing, case) {
        return Ok(of_unit(&unit, all));
    }
    let blind = withholds(standing, case) && matches!(case.state.phase(), Phase::D | Phase::S | Phase::V);
    let told = |entry: Entry| match entry {
        entry if may_read(standing, case, &entry, &unit) => Some(entry),
        entry if entry.to_state.is_some() => Some(Entry { actor: None, detail: "{}".to_owned(), ..entry }),
        _ if blind => None,
        entry => Some(Entry { actor: None, act: WITHHELD.to_owned(), detail: "{}".to_owned(), ..entry }),
    };
    Ok(all.into_iter().filter_map(told).collect())
}

/// Whether the reader sees the whole chain, with the hashes that prove it.
#[must_use]
pub fn sees_all(standing: &Standing, case: &Case) -> bool {
    let whole = |role: &Role| matches!(role, Role::Coordinator | Role::Auditor);
    standing.roles_in(&case.reference()).iter().any(whole)
}

/// Whether the reader sees the chain without what the reviewers did: until the result is fixed.
#[must_use]
pub fn withholds(standing: &Standing, case: &Case) -> bool {
    let reference = case.reference();
    sees_all(standing, case)
        && !standing.may(&reference, Object::Case, Deed::Decide)
        && !standing.may(&reference, Object::Reviews, Deed::Read)
}

fn may_read(standing: &Standing, case: &Case, entry: &Entry, unit: &BTreeSet<PersonId>) -> bool {
    let reference = case.reference();
    let reads = |object| standing.may(&reference, object, Deed::Read);
    // Whoever runs the case knows its steps.
    let runs = standing.may(&reference, Object::Case, Deed::Decide);
    let by_unit = entry.actor.as_ref().is_some_and(|actor| unit.contains(actor));
    match entry.act.as_str() {
        act if SCORES.contains(&act) => reads(Object::Reviews),
        act if STEPS.contains(&act) => runs || reads(Object::Reviews),
        act if FACTS.contains(&act) => runs || reads(Object::FactComments),
        act if REQUESTS.contains(&act) => runs || by_unit || reads(Object::Reviews),
        _ => true,
    }
}

/// Acts of others that the unit is told of, with who did them and why.
const TOLD: [&str; 6] =
    ["extend", "change_dates", "return_for_completion", "open_support", "end_support", "cancel"];

/// What the unit may know: its own acts, what it is told of, and the moves of the case without who made them, since
/// those who review are not told and neither is how far they have come.
fn of_unit(people: &BTreeSet<PersonId>, entries: Vec<Entry>) -> Vec<Entry> {
    let known = |entry: Entry| {
        let own = entry.actor.as_ref().is_some_and(|actor| people.contains(actor));
        if own || TOLD.contains(&entry.act.as_str()) {
            return Some(entry);
        }
        let moved = entry.to_state.is_some();
        moved.then(|| Entry { actor: None, detail: "{}".to_owned(), ..entry })
    };
    entries.into_iter().filter_map(known).collect()
}
