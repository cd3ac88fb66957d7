//! What each reader sees of a case's log.

use super::{Case, recipients};
use crate::audit::{self, Chain, Entry};
use crate::db::Db;
use crate::identity::rights::{Deed, Object, Role};
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// The log of a case, oldest first. Whole for coordinators and auditors; for the head of unit what the unit did, and how
/// the case moved.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it.
pub fn entries(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Entry>, Problem> {
    standing.require(&case.reference(), Object::Log, Deed::Read)?;
    let all = audit::entries_of(db, &Chain::Case(case.id.clone()))?;
    if sees_all(standing, case) { Ok(all) } else { of_unit(db, case, all) }
}

/// Whether the reader sees the whole chain, with the hashes that prove it.
#[must_use]
pub fn sees_all(standing: &Standing, case: &Case) -> bool {
    let whole = |role: &Role| matches!(role, Role::Coordinator | Role::Auditor);
    standing.roles_in(&case.reference()).iter().any(whole)
}

/// Acts of others that the unit is told of, with who did them and why.
const TOLD: [&str; 6] =
    ["extend", "change_dates", "return_for_completion", "open_support", "end_support", "cancel"];

/// What the unit may know: its own acts, what it is told of, and the moves of the case without who made them, since
/// those who review are not told and neither is how far they have come.
fn of_unit(db: &mut Db, case: &Case, entries: Vec<Entry>) -> Result<Vec<Entry>, Problem> {
    let people = recipients::unit(db, case)?;
    let known = |entry: Entry| {
        let own = entry.actor.as_ref().is_some_and(|actor| people.contains(actor));
        if own || TOLD.contains(&entry.act.as_str()) {
            return Some(entry);
        }
        let moved = entry.to_state.is_some();
        moved.then(|| Entry { actor: None, detail: "{}".to_owned(), ..entry })
    };
    Ok(entries.into_iter().filter_map(known).collect())
}
