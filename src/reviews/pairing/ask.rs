//! «Could X review Y?» answered with reasons. Nothing is created.

use super::facts::Facts;
use super::rules::{self, Refusal};
use super::{costs, load};
use crate::clock::Moment;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::identity::{Organisation, Person};
use crate::ids::PersonId;
use crate::problem::Problem;

/// Whether somebody could review a unit.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The case.
    pub case: Case,
    /// Who.
    pub person: Person,
    /// For which seat: that of the person's own organisation, else a further reviewer's.
    pub party: Party,
    /// What stops them; empty when they could.
    pub refusals: Vec<Refusal>,
    /// What speaks for and against.
    pub parts: Vec<costs::Part>,
}

/// Answers for a case that the reader coordinates.
///
/// # Errors
/// [`Problem::not_found`] for an unknown person or case, and for whoever does not coordinate it.
pub fn ask(
    db: &mut Db,
    standing: &Standing,
    year: i32,
    unit: &str,
    person: &PersonId,
    areas: Vec<String>,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = cycles::store::find(db, standing, unit, year, Object::Case, Deed::Decide)?;
    let facts: Facts = load::facts(
        db,
        standing,
        (year, std::slice::from_ref(&case)),
        std::slice::from_ref(person),
        areas,
        now,
    )?;
    let reviewer = facts.reviewer(person).ok_or_else(Problem::not_found)?;
    let party = party_of(reviewer.person.organisation);
    let target = load::target(&case);
    Ok(Answer {
        refusals: rules::refusals(&facts, reviewer, &target, party),
        parts: costs::parts(&facts, reviewer, &target),
        person: reviewer.person.clone(),
        party,
        case,
    })
}

/// The seat that somebody of an organisation can have.
#[must_use]
pub fn party_of(organisation: Organisation) -> Party {
    match organisation {
        Organisation::University => Party::University,
        Organisation::Region => Party::Region,
        Organisation::Other => Party::Further,
    }
}
