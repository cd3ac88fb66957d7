//! Who somebody is to each case: grants, seats as reviewer and declarations, loaded once per request and then pure.
//!
//! Invariants: a declared (and not dismissed) conflict of interest removes every role in the case and in the unit's
//! earlier ones, but those of the unit's own side; a reviewer or member of the group without a declaration has no role
//! in it yet; nobody of the unit coordinates it or speaks for the group about it.

use std::collections::HashMap;

use super::rights::{Deed, Object, Role, allowed};
use super::{Grant, GrantedRole, Person};
use crate::db::{Act, Db};
use crate::ids::{AdministrationId, AssignmentId, CaseId, PersonId, UnitId};
use crate::problem::Problem;
use crate::state::{CaseState, Phase};
use crate::words::words;

pub use super::store::load_standing as load;

/// Refuses when a conflict of interest stands against the person that the standing does not know yet: one that was
/// reported after the request began.
///
/// # Errors
/// [`Problem::not_found`], as for everything that does not exist for the person.
pub fn still_open(db: &mut Db, standing: &Standing) -> Result<(), Problem> {
    if super::store::has_new_conflict(db, standing, None)? { Err(Problem::not_found()) } else { Ok(()) }
}

/// Does an act, and keeps it only if no conflict of interest was reported since the request began. Asked last, when the
/// act holds the case: a report that comes later finds the act done. One that the act itself makes is kept.
///
/// # Errors
/// Those of `work`, and [`still_open`].
pub fn settled<T>(
    act: &mut Act<'_>,
    standing: &Standing,
    work: impl FnOnce(&mut Act<'_>, &Standing) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let done = work(act, standing)?;
    let now = act.now;
    if super::store::has_new_conflict(act.db, standing, Some(now))? {
        Err(Problem::not_found())
    } else {
        Ok(done)
    }
}

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
        /// By a coordinator, who reports a conflict and declares nothing else.
        Coordination = "coordination", "Samordningen", "Coordination";
    }
}

/// A seat as reviewer that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// In which case.
    pub case_id: CaseId,
    /// The slug of its unit.
    pub unit: String,
    /// Its year.
    pub year: i32,
    /// For whom.
    pub party: Party,
    /// Whether the review is locked.
    pub locked: bool,
}

/// A unit that does not exist for somebody, up to and with a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The unit.
    pub unit_id: UnitId,
    /// Its slug.
    pub unit: String,
    /// The year of the case in which the conflict was declared.
    pub year: i32,
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
    /// The unit and year of every case with a conflict that stands.
    pub conflicts: Vec<Conflict>,
    /// Cases whose draft the person, a coordinator, reads now to help.
    pub supports: Vec<CaseId>,
    /// The slugs of the units that the person, a coordinator, is of.
    pub own_units: Vec<String>,
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

    /// Whether a conflict of interest shuts the person out of a case: one declared in it, or later about its unit.
    #[must_use]
    pub fn is_shut_out(&self, case: &CaseRef) -> bool {
        self.conflicts.iter().any(|one| one.unit_id == case.unit_id && one.year >= case.year)
    }

    /// Whether the person reports conflicts of interest in the case at this address: has a seat in it, a voice in the
    /// group or the year to coordinate, and no conflict that stands. Told from the address alone, so that it can stand on
    /// every page.
    #[must_use]
    pub fn may_report(&self, unit: &str, year: i32) -> bool {
        let here = |slug: &str, of: i32| slug == unit && of >= year;
        if self.conflicts.iter().any(|one| here(&one.unit, one.year)) {
            return false;
        }
        self.seats.iter().any(|seat| seat.unit == unit && seat.year == year)
            || self.is_of_group(year)
            || (self.coordinates(year) && !self.own_units.iter().any(|own| own == unit))
    }

    /// Whether the person is told of an own seat in the case: before the declaration too, since it asks for it.
    #[must_use]
    pub fn knows_own_seat(&self, case: &CaseRef) -> bool {
        self.seat(&case.id).is_some() && !self.is_shut_out(case) && case.state.phase() != Phase::D
    }

    /// Whether the person sits in the coordination group of a year.
    #[must_use]
    pub fn is_of_group(&self, year: i32) -> bool {
        let mut grants = self.grants.iter();
        grants.any(|grant| grant.role == GrantedRole::Group && grant.year.is_none_or(|only| only == year))
    }

    /// Whether the person heads or writes for the unit.
    #[must_use]
    pub fn is_of_unit(&self, unit: &UnitId) -> bool {
        self.grants.iter().any(|grant| {
            matches!(grant.role, GrantedRole::Head | GrantedRole::Contributor)
                && grant.unit_id.as_ref() == Some(unit)
        })
    }

    /// Which declaration the person must make before the case opens to them, if any. Somebody with a conflict has
    /// nothing more to declare, and somebody of the unit has no voice in the group about it.
    #[must_use]
    pub fn must_declare(&self, case: &CaseRef) -> Option<Stage> {
        if self.is_shut_out(case) {
            return None;
        }
        let free = |stage| self.declared.get(&(case.id.clone(), stage)) == Some(&false);
        if let Some(seat) = self.seat(&case.id) {
            if !free(Stage::Content) {
                return Some(Stage::Content);
            }
            let settles = case.state.phase() == Phase::C && seat.party != Party::Further;
            return (settles && !free(Stage::Settling)).then_some(Stage::Settling);
        }
        (self.is_voice(case) && !free(Stage::Group)).then_some(Stage::Group)
    }

    /// Whether the person has a voice in the group about a fixed case, once declared to be free of conflict.
    #[must_use]
    pub fn is_voice(&self, case: &CaseRef) -> bool {
        self.is_of_group(case.year)
            && !self.is_of_unit(&case.unit_id)
            && matches!(case.state.phase(), Phase::X | Phase::P | Phase::A)
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
        let mut roles = self.roles_without_conflict(case);
        if self.is_shut_out(case) {
            // The unit's own people and their superior are a party to the case: that they are close to it is no news.
            roles.retain(|role| matches!(role, Role::Head | Role::Contributor | Role::AdministrationHead));
        }
        roles
    }

    fn roles_without_conflict(&self, case: &CaseRef) -> Vec<Role> {
        let own_unit = self.is_of_unit(&case.unit_id);
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
                GrantedRole::Group if !waits && !own_unit && self.seat(&case.id).is_none() => Role::Group,
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
