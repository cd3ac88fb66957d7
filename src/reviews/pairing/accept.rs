//! The coordinator accepts pairs of a proposal, changed or not: all in one act, or none.

use crate::cycles::{self, Case};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::PersonId;
use crate::problem::{Kind, Problem};
use crate::reviews::assign;
use crate::text::Text;

/// A pair for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The unit's slug.
    pub unit: String,
    /// The university's reviewer.
    pub university: PersonId,
    /// The region's reviewer.
    pub region: PersonId,
}

/// Assigns the pairs as [`assign::pair`] does; what one pair makes impossible for the next is refused.
///
/// # Errors
/// None is given; or one is refused, by the unit's name, and nothing is kept.
pub fn accept(
    act: &mut Act<'_>,
    standing: &Standing,
    year: i32,
    pairs: &[Accepted],
) -> Result<Vec<Case>, Problem> {
    standing.require_coordinator(year)?;
    if pairs.is_empty() {
        return Err(Problem::invalid(
            "nothing_chosen",
            "Välj minst en enhet att utse granskare för.",
            "Choose at least one unit to assign reviewers to.",
        ));
    }
    let mut cases = Vec::new();
    for pair in pairs {
        let case = cycles::store::find(act.db, standing, &pair.unit, year, Object::Case, Deed::Decide)?;
        let given = assign::pair(act, standing, &case.id, &pair.university, &pair.region);
        cases.push(given.map_err(|problem| named(&case, problem))?);
    }
    Ok(cases)
}

fn named(case: &Case, mut problem: Problem) -> Problem {
    if matches!(problem.kind, Kind::Conflict | Kind::Invalid) {
        let name = &case.unit.name;
        problem.message =
            Text::new(format!("{name}: {}", problem.message.sv), format!("{name}: {}", problem.message.en));
    }
    problem
}
