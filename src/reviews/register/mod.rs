//! The register of reviewers: what each knows, how many seats they take on in a year, where they have been employed,
//! and their ties to units. Coordinators keep it; whoever holds the role of reviewer stands in it.
//!
//! Invariants: every employment counts for conflicts, with whichever employer; an entry is saved whole, over the
//! version that was read; the register gives nobody a right to anything.

pub mod save;
pub mod store;

use chrono::NaiveDate;

use crate::ids::{AdministrationId, PersonId, UnitId};
use crate::reviews::pairing::settings::{EMPLOYMENT_YEARS, LOAD_LIMIT};
use crate::words::words;

words! {
    /// What ties a reviewer to a unit.
    TieKind {
        /// Supervises somebody there, or is supervised.
        Supervision = "supervision", "Handledarrelation", "Supervisor relation";
        /// Any other that was stated.
        Declared = "declared", "Uppgiven bindning", "Stated tie";
        /// Has published with people there.
        Publication = "publication", "Publicerat tillsammans", "Published together";
    }
}

/// An employment or other attachment, with any employer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affiliation {
    /// The employer or organisation.
    pub employer: String,
    /// The administration, when the employer is the region.
    pub administration_id: Option<AdministrationId>,
    /// The department (verksamhetsområde).
    pub department: String,
    /// The university healthcare unit.
    pub unit_id: Option<UnitId>,
    /// Whether the person manages what is named: an administration's or department's head.
    pub manages: bool,
    /// First day, if known.
    pub from: Option<NaiveDate>,
    /// Last day; none while it lasts.
    pub to: Option<NaiveDate>,
}

impl Affiliation {
    /// Whether it counts on a day: from its first day until [`EMPLOYMENT_YEARS`] after its last.
    #[must_use]
    pub fn counts(&self, on: NaiveDate) -> bool {
        let ends = self.to.map(|to| super::pairing::facts::years_after(to, EMPLOYMENT_YEARS));
        self.from.is_none_or(|from| from <= on) && ends.is_none_or(|ends| on <= ends)
    }

    /// Whether it lasted at some time of a year.
    #[must_use]
    pub fn was_in(&self, year: i32) -> bool {
        use chrono::Datelike as _;
        self.from.is_none_or(|from| from.year() <= year) && self.to.is_none_or(|to| year <= to.year())
    }
}

/// A tie to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Of what kind.
    pub kind: TieKind,
    /// To which unit.
    pub unit_id: UnitId,
    /// In words, for coordinators.
    pub note: String,
    /// When it was published.
    pub on: Option<NaiveDate>,
    /// How many authors it had.
    pub authors: Option<i32>,
}

/// Somebody's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose.
    pub person_id: PersonId,
    /// Counts changes; 0 while nothing was saved.
    pub version: i32,
    /// Areas of the form that the person can judge; empty means all.
    pub areas: Vec<String>,
    /// Subjects, compared with the names of units, departments and hubs.
    pub subjects: Vec<String>,
    /// Most seats in a year.
    pub load_limit: u32,
    /// In the order they were entered.
    pub affiliations: Vec<Affiliation>,
    /// In the order they were entered.
    pub ties: Vec<Tie>,
}

impl Profile {
    /// What holds of somebody of whom nothing was saved.
    #[must_use]
    pub fn empty(person_id: PersonId) -> Profile {
        Profile {
            person_id,
            version: 0,
            areas: Vec::new(),
            subjects: Vec::new(),
            load_limit: LOAD_LIMIT,
            affiliations: Vec::new(),
            ties: Vec::new(),
        }
    }
}
