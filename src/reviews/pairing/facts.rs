//! What the rules look at: the reviewers of a year, units, and who has reviewed what. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};

use super::rules::Rule;
use crate::identity::Person;
use crate::identity::standing::Party;
use crate::ids::{CaseId, PersonId, UnitId};
use crate::reviews::register::{Affiliation, Profile};
use crate::units::Unit;

/// What is to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The case.
    pub case: CaseId,
    /// Its unit.
    pub unit: Unit,
}

/// A seat that somebody has this year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// In which case.
    pub case: CaseId,
    /// For whom.
    pub party: Party,
    /// Whether whoever asks may know of it.
    pub known: bool,
}

/// Somebody who might review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Who.
    pub person: Person,
    /// Whether they stand in the register this year.
    pub registered: bool,
    /// Their entry.
    pub profile: Profile,
    /// Every employment, and the roles at units and administrations.
    pub affiliations: Vec<Affiliation>,
    /// Seats of this year that have not ended.
    pub seats: Vec<Held>,
    /// Cases with a declared conflict that stands or waits.
    pub conflicts: BTreeSet<CaseId>,
    /// Cases in which something was scored in a seat that ended.
    pub former: BTreeSet<CaseId>,
    /// Cases that they declined or left.
    pub declined: BTreeSet<CaseId>,
}

impl Reviewer {
    /// How many seats of a pair they have this year, those in one case left out: what the limit counts.
    #[must_use]
    pub fn load(&self, but: Option<&CaseId>) -> u32 {
        self.count(|held| Some(&held.case) != but)
    }

    /// As [`Reviewer::load`], the seats alone that whoever asks may know of: what is told and weighed.
    #[must_use]
    pub fn known_load(&self, but: Option<&CaseId>) -> u32 {
        self.count(|held| held.known && Some(&held.case) != but)
    }

    /// How many seats of a pair whoever asks may not know of.
    #[must_use]
    pub fn hidden_load(&self) -> u32 {
        self.count(|held| !held.known)
    }

    fn count(&self, counts: impl Fn(&Held) -> bool) -> u32 {
        let counted = self.seats.iter().filter(|held| held.party != Party::Further && counts(held));
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    }

    /// The units that they belong to on a day.
    #[must_use]
    pub fn homes(&self, on: NaiveDate) -> BTreeSet<&UnitId> {
        let counted = self.affiliations.iter().filter(|one| one.counts(on));
        counted.filter_map(|one| one.unit_id.as_ref()).collect()
    }
}

/// Everything that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The cycle's year.
    pub year: i32,
    /// Today.
    pub on: NaiveDate,
    /// The areas of the year's form.
    pub areas: Vec<String>,
    /// Every unit.
    pub units: BTreeMap<UnitId, Unit>,
    /// By name.
    pub reviewers: Vec<Reviewer>,
    /// Who reviewed which unit in which earlier year.
    pub history: BTreeSet<(PersonId, UnitId, i32)>,
    /// Whose people reviewed which unit, and when last, this year's seats among them.
    pub crossed: BTreeMap<(UnitId, UnitId), i32>,
    /// What coordinators have let pass this year.
    pub passed: BTreeSet<(PersonId, CaseId, Rule)>,
    /// The units and years whose reviewers whoever asks may not know.
    pub hidden: BTreeSet<(UnitId, i32)>,
}

impl Facts {
    /// Whether somebody reviewed a unit in a year.
    #[must_use]
    pub fn met(&self, person: &PersonId, unit: &UnitId, year: i32) -> bool {
        self.history.contains(&(person.clone(), unit.clone(), year))
    }

    /// Whether whoever asks may know who reviewed a unit in a year.
    #[must_use]
    pub fn knows(&self, unit: &UnitId, year: i32) -> bool {
        !self.hidden.contains(&(unit.clone(), year))
    }

    /// Whether a coordinator has let somebody pass a rule for a case.
    #[must_use]
    pub fn passes(&self, person: &PersonId, case: &CaseId, rule: Rule) -> bool {
        self.passed.contains(&(person.clone(), case.clone(), rule))
    }

    /// Somebody among the reviewers.
    #[must_use]
    pub fn reviewer(&self, person: &PersonId) -> Option<&Reviewer> {
        self.reviewers.iter().find(|one| one.person.id == *person)
    }
}

/// The same day some years later; 29 February becomes the 28th.
#[must_use]
pub fn years_after(day: NaiveDate, years: i32) -> NaiveDate {
    let year = day.year() + years;
    let there = NaiveDate::from_ymd_opt(year, day.month(), day.day());
    there.or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(day)
}
