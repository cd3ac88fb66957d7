//! Who somebody is to each case: grants, seats as reviewer and declarations, loaded once per request and then pure.
//!
//! Invariants: a declared (and not dismissed) conflict of interest removes every role in the case; a reviewer or member
//! of the group without a declaration has no role in it yet; a coordinator has none in the own unit's cases.

use std::collections::HashMap;

use super::rights::{Deed, Object, Role, allowed};
use super::{Grant, GrantedRole, Person};
use crate::ids::{AdministrationId, AssignmentId, CaseId, PersonId, UnitId};
use crate::problem::Problem;
use crate::state::{CaseState, Phase};
use crate::words::words;

pub use super::store::load_standing as load;

/// What the rights of a case depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRef {
    /// The case.
    pub id: CaseId,
    /// Its unit.
    pub unit_id: UnitId,
    /// The unit's administration.
    pub administration_id: AdministrationId,
    /// The cycle's year.
    pub year: i32,
    /// Where the case is.
    pub state: CaseState,
}

words! {
    /// The seat of a reviewer in a case.
    Party {
        /// The university's reviewer.
        University = "university", "Lunds universitet", "Lund University";
        /// The region's reviewer.
        Region = "region", "Region Skåne", "Region Skåne";
        /// A further reviewer.
        Further = "further", "Ytterligare granskare", "Further reviewer";
    }
}

words! {
    /// When a declaration of conflict of interest was made.
    Stage {
        /// Before any content of the case opens.
        Content = "content", "Före granskningen", "Before the review";
        /// Again before the settlement.
        Settling = "settling", "Före samsynen", "Before the settlement";
        /// By a member of the coordination group.
        Group = "group", "Samordningsgruppen", "Coordination group";
    }
}

/// A seat as reviewer that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// In which case.
    pub case_id: CaseId,
    /// For whom.
    pub party: Party,
    /// Whether the review is locked.
    pub locked: bool,
}

/// A person with everything that decides what they may see and do.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The person.
    pub person: Person,
    /// Roles held now.
    pub grants: Vec<Grant>,
    /// Seats as reviewer now.
    pub seats: Vec<Seat>,
    /// The newest declaration of each case and stage: whether it stands as a conflict.
    pub declared: HashMap<(CaseId, Stage), bool>,
    /// Cases whose draft the person, a coordinator, reads now to help.
    pub supports: Vec<CaseId>,
}

impl Standing {
    /// The person's identifier.
    #[must_use]
    pub fn id(&self) -> &PersonId {
        &self.person.id
    }

    /// Whether the person holds a role anywhere.
    #[must_use]
    pub fn holds(&self, role: GrantedRole) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The person's seat in a case.
    #[must_use]
    pub fn seat(&self, case: &CaseId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.case_id == *case)
    }

    /// Whether the person has a conflict of interest in a case that stands.
    #[must_use]
    pub fn in_conflict(&self, case: &CaseId) -> bool {
        Stage::ALL.iter().any(|stage| self.declared.get(&(case.clone(), *stage)) == Some(&true))
    }

    /// Which declaration the person must make before the case opens to them, if any.
    #[must_use]
    pub fn must_declare(&self, case: &CaseRef) -> Option<Stage> {
        let free = |stage| self.declared.get(&(case.id.clone(), stage)) == Some(&false);
        if let Some(seat) = self.seat(&case.id) {
            if !free(Stage::Content) {
                return Some(Stage::Content);
            }
            let settles = case.state.phase() == Phase::C && seat.party != Party::Further;
            return (settles && !free(Stage::Settling)).then_some(Stage::Settling);
        }
        let in_group =
            self.holds(GrantedRole::Group) && matches!(case.state.phase(), Phase::X | Phase::P | Phase::A);
        (in_group && !free(Stage::Group)).then_some(Stage::Group)
    }

    /// The areas that the person may write in as a contributor: all when none are named.
    #[must_use]
    pub fn areas(&self, case: &CaseRef) -> Option<&[String]> {
        self.grants
            .iter()
            .find(|grant| {
                grant.role == GrantedRole::Contributor && grant.unit_id.as_ref() == Some(&case.unit_id)
            })
            .and_then(|grant| grant.areas.as_deref())
    }

    /// What the person is to a case.
    #[must_use]
    pub fn roles_in(&self, case: &CaseRef) -> Vec<Role> {
        if self.in_conflict(&case.id) {
            return Vec::new();
        }
        let member = |role: GrantedRole| {
            self.grants
                .iter()
                .any(|grant| grant.role == role && grant.unit_id.as_ref() == Some(&case.unit_id))
        };
        let own_unit = member(GrantedRole::Head) || member(GrantedRole::Contributor);
        let waits = self.must_declare(case).is_some();
        let mut roles = vec![Role::SignedIn];
        if let (Some(seat), false) = (self.seat(&case.id), waits || own_unit) {
            roles.push(match seat.party {
                Party::University => Role::University,
                Party::Region => Role::Region,
                Party::Further => Role::Further,
            });
        }
        for grant in &self.grants {
            if grant.year.is_some_and(|year| year != case.year) {
                continue;
            }
            let role = match grant.role {
                GrantedRole::Head if grant.unit_id.as_ref() == Some(&case.unit_id) => Role::Head,
                GrantedRole::Contributor if grant.unit_id.as_ref() == Some(&case.unit_id) => {
                    Role::Contributor
                }
                GrantedRole::AdministrationHead
                    if grant.administration_id.as_ref() == Some(&case.administration_id) =>
                {
                    Role::AdministrationHead
                }
                GrantedRole::Coordinator if !own_unit && self.seat(&case.id).is_none() => {
                    if self.supports.contains(&case.id) && !roles.contains(&Role::Support) {
                        roles.push(Role::Support);
                    }
                    Role::Coordinator
                }
                GrantedRole::Group if !waits && self.seat(&case.id).is_none() => Role::Group,
                GrantedRole::Registrar => Role::Registrar,
                GrantedRole::Auditor => Role::Auditor,
                GrantedRole::Administrator => Role::Administrator,
                _ => continue,
            };
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    /// Whether the person may do a deed with an object of the case, as it stands now.
    #[must_use]
    pub fn may(&self, case: &CaseRef, object: Object, deed: Deed) -> bool {
        self.roles_in(case).into_iter().any(|role| allowed(role, object, deed, case.state.phase()))
    }

    /// Refuses unless [`Standing::may`]: as unknown when the person may not see the object, else as forbidden.
    ///
    /// # Errors
    /// [`Problem::not_found`] or [`Problem::forbidden`].
    pub fn require(&self, case: &CaseRef, object: Object, deed: Deed) -> Result<(), Problem> {
        if self.may(case, object, deed) {
            Ok(())
        } else if deed != Deed::Read && self.may(case, object, Deed::Read) {
            Err(Problem::forbidden())
        } else {
            Err(Problem::not_found())
        }
    }

    /// Whether the person is a coordinator of a year.
    #[must_use]
    pub fn coordinates(&self, year: i32) -> bool {
        let mut grants = self.grants.iter();
        grants
            .any(|grant| grant.role == GrantedRole::Coordinator && grant.year.is_none_or(|only| only == year))
    }

    /// Refuses unless the person is a coordinator of a year, as unknown.
    ///
    /// # Errors
    /// [`Problem::not_found`].
    pub fn require_coordinator(&self, year: i32) -> Result<(), Problem> {
        if self.coordinates(year) { Ok(()) } else { Err(Problem::not_found()) }
    }

    /// Refuses unless the person holds a role, as unknown.
    ///
    /// # Errors
    /// [`Problem::not_found`].
    pub fn require_role(&self, role: GrantedRole) -> Result<(), Problem> {
        if self.holds(role) { Ok(()) } else { Err(Problem::not_found()) }
    }
}
