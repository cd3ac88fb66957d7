//! Who takes part: administrations, units, people and their roles, in the database.

use super::Settings;
use super::dice::Dice;
use super::people::Names;
use super::units::{AdministrationFacts, UnitFacts};
use crate::clock::Moment;
use crate::db::Act;
use crate::identity::Organisation::{Other, Region, University};
use crate::identity::store::{self as people, NewGrant, NewPerson};
use crate::identity::{GrantedRole, Organisation};
use crate::ids::{AdministrationId, PersonId, UnitId};
use crate::problem::Problem;
use crate::text::Lang;
use crate::units::store::{self as register, NewUnit};

/// Reviewers from each authority.
const REVIEWERS: usize = 15;

/// A unit with its people.
#[derive(Debug, Clone)]
pub(super) struct UnitCast {
    pub id: UnitId,
    pub head: PersonId,
    pub head_name: String,
    pub contributors: Vec<PersonId>,
}

/// Everybody.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    pub administrations: Vec<AdministrationFacts>,
    pub units: Vec<UnitCast>,
    /// The heads of the administrations, in their order.
    pub administration_heads: Vec<PersonId>,
    pub registrar: PersonId,
    /// Two of each authority, the university's first.
    pub coordinators: [Vec<PersonId>; 2],
    /// The university's, then the region's.
    pub reviewers: [Vec<PersonId>; 2],
    /// The coordination group; the first writes.
    pub group: Vec<(PersonId, String)>,
}

struct Adding<'a, 'b> {
    act: &'a mut Act<'b>,
    names: Names,
}

impl Adding<'_, '_> {
    fn person(&mut self, organisation: Organisation) -> Result<(PersonId, String), Problem> {
        let person = self.names.next(organisation);
        let new = NewPerson {
            email: person.email,
            name: person.name.clone(),
            organisation,
            language: Lang::Sv,
            external_id: None,
        };
        Ok((people::add_person(self.act, &new)?, person.name))
    }

    fn grant(&mut self, person: &PersonId, role: GrantedRole, place: Place<'_>) -> Result<(), Problem> {
        let mut new = NewGrant {
            person_id: person.clone(),
            role,
            unit_id: None,
            administration_id: None,
            year: None,
            areas: None,
            granted_by: None,
        };
        match place {
            Place::Everywhere => {}
            Place::Unit(unit, areas) => {
                new.unit_id = Some(unit.clone());
                new.areas = areas;
            }
            Place::Administration(administration) => new.administration_id = Some(administration.clone()),
        }
        people::add_grant(self.act, &new).map(drop)
    }

    fn with_role(
        &mut self,
        organisation: Organisation,
        role: GrantedRole,
    ) -> Result<(PersonId, String), Problem> {
        let person = self.person(organisation)?;
        self.grant(&person.0, role, Place::Everywhere)?;
        Ok(person)
    }

    fn several(
        &mut self,
        count: usize,
        organisation: Organisation,
        role: GrantedRole,
    ) -> Result<Vec<PersonId>, Problem> {
        (0..count).map(|_| self.with_role(organisation, role).map(|(id, _)| id)).collect()
    }
}

enum Place<'a> {
    Everywhere,
    Unit(&'a UnitId, Option<Vec<String>>),
    Administration(&'a AdministrationId),
}

/// Writes everybody, as of a moment before the first cycle.
pub(super) fn assemble(
    act: &mut Act<'_>,
    settings: &Settings,
    administrations: Vec<AdministrationFacts>,
    units: &[UnitFacts],
    year: i32,
    at: Moment,
) -> Result<Cast, Problem> {
    act.now = at;
    let mut adding = Adding { act, names: Names::new(settings.seed) };
    adding.with_role(Region, GrantedRole::Administrator)?;
    let (registrar, _) = adding.with_role(Region, GrantedRole::Registrar)?;
    adding.with_role(Other, GrantedRole::Auditor)?;
    let coordinators = [
        adding.several(2, University, GrantedRole::Coordinator)?,
        adding.several(2, Region, GrantedRole::Coordinator)?,
    ];
    let mut group = Vec::new();
    for organisation in [University, Region, University, Region, University, Region] {
        group.push(adding.with_role(organisation, GrantedRole::Group)?);
    }
    let reviewers = [
        adding.several(REVIEWERS, University, GrantedRole::Reviewer)?,
        adding.several(REVIEWERS, Region, GrantedRole::Reviewer)?,
    ];
    let (mut ids, mut administration_heads) = (Vec::new(), Vec::new());
    for (place, administration) in (0..).zip(&administrations) {
        let id = register::add_administration(adding.act, &administration.slug, &administration.name, place)?;
        let (head, _) = adding.person(Region)?;
        adding.grant(&head, GrantedRole::AdministrationHead, Place::Administration(&id))?;
        ids.push(id);
        administration_heads.push(head);
    }
    let mut cast = Vec::new();
    for unit in units {
        let administration_id = ids.get(unit.administration).cloned().ok_or_else(Problem::not_found)?;
        cast.push(unit_cast(&mut adding, unit, administration_id, year)?);
    }
    Ok(Cast { administrations, units: cast, administration_heads, registrar, coordinators, reviewers, group })
}

fn unit_cast(
    adding: &mut Adding<'_, '_>,
    unit: &UnitFacts,
    administration_id: AdministrationId,
    year: i32,
) -> Result<UnitCast, Problem> {
    let (from, to) = unit.appointment(year);
    let mut dice: Dice = unit.dice("people");
    let new = NewUnit {
        slug: unit.slug.clone(),
        external_id: Some(format!("SE0000000000-{}", unit.slug)),
        name: unit.name.clone(),
        administration_id,
        department: unit.department.clone(),
        hub: unit.hub.clone(),
        appointed_from: chrono::NaiveDate::from_ymd_opt(from, 1, 1),
        appointed_to: chrono::NaiveDate::from_ymd_opt(to, 12, 31),
    };
    let id = register::add(adding.act, &new)?;
    let (head, head_name) = adding.person(Organisation::Region)?;
    adding.grant(&head, GrantedRole::Head, Place::Unit(&id, None))?;
    let mut contributors = Vec::new();
    let everything = ["A", "B", "C", "D", "E", "F", "G", "H"].map(str::to_owned).to_vec();
    // The second contributor is not everywhere.
    for areas in [None, Some(everything)].into_iter().take(usize::try_from(dice.between(1, 2)).unwrap_or(1)) {
        let (person, _) = adding.person(Organisation::Region)?;
        adding.grant(&person, GrantedRole::Contributor, Place::Unit(&id, areas))?;
        contributors.push(person);
    }
    Ok(UnitCast { id, head, head_name, contributors })
}
