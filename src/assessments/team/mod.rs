//! Who answers for a unit: its head, and the contributors whom the head has invited.
//!
//! Invariants: only the head of the unit invites, gives areas and ends access, and only contributors of that unit; an
//! invitation tells nobody whose an address is: until somebody has been in since, they are known here by it alone.

pub mod change_areas;
pub mod end_access;
pub mod invite;
mod store;

use crate::clock::Moment;
use crate::cycles::Case;
use crate::cycles::state::{CaseState, Phase};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{GrantId, PersonId};
use crate::problem::Problem;

/// Somebody who answers for the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The role that was given.
    pub grant: GrantId,
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Whether it is the head.
    pub head: bool,
    /// For contributors: only these areas; none means all.
    pub areas: Option<Vec<String>>,
    /// Whether the head gave the role, and not an administrator.
    pub invited: bool,
    /// Whether they have been in since they got the role.
    pub has_been_in: bool,
    /// When they last saved an answer in the case.
    pub last_saved: Option<Moment>,
}

impl Member {
    /// Whether they were invited and have not been in yet.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.invited && !self.has_been_in
    }

    /// The name, or the address of somebody who is awaited.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.is_awaited() { &self.email } else { &self.name }
    }

    /// Whether they write in an area.
    #[must_use]
    pub fn writes_in(&self, area: &str) -> bool {
        self.areas.as_ref().is_none_or(|areas| areas.iter().any(|given| given == area))
    }
}

/// The head and then the contributors of a case's unit, by name: three queries.
///
/// # Errors
/// [`Problem::not_found`] for everybody outside the unit.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Member>, Problem> {
    standing.require(&case.reference(), Object::Team, Deed::Read)?;
    store::members(db, case)
}

/// The states in which the head may change the team: until the case is closed.
fn open_states() -> Vec<CaseState> {
    CaseState::ALL.iter().copied().filter(|state| state.phase() != Phase::A).collect()
}

/// The areas as they are kept: none for all of them.
///
/// # Errors
/// None is named, or one is unknown.
fn chosen(form: &Form, areas: &[String]) -> Result<Option<Vec<String>>, Problem> {
    if areas.iter().any(|area| !form.areas.iter().any(|known| known.id == *area)) {
        return Err(Problem::not_found());
    }
    let kept: Vec<String> =
        form.areas.iter().map(|area| area.id.clone()).filter(|area| areas.contains(area)).collect();
    if kept.is_empty() {
        return Err(Problem::invalid("areas_missing", "Välj minst ett område.", "Choose at least one area."));
    }
    Ok((kept.len() < form.areas.len()).then_some(kept))
}

/// A contributor of the case's unit by the role that was given.
///
/// # Errors
/// [`Problem::not_found`].
fn contributor(db: &mut Db, case: &Case, grant: &GrantId) -> Result<Member, Problem> {
    let members = store::members(db, case)?;
    members.into_iter().find(|member| member.grant == *grant && !member.head).ok_or_else(Problem::not_found)
}
