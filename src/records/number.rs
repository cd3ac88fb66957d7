//! The registrar gives a case its registry number.

use serde_json::json;

use crate::cycles::state::CaseState as S;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;

/// The states in which no document bears the number yet.
const OPEN: &[S] = &[
    S::Draft,
    S::Submitted,
    S::Returned,
    S::Assigned,
    S::Scoring,
    S::Settling,
    S::Further,
    S::NotSubmitted,
    S::FactCheck,
    S::Commented,
];
/// The longest number, in characters.
const LONGEST: usize = 60;

/// Gives a case a registry number of the authority's own, in place of the one that fixing the result would give it.
///
/// # Errors
/// The result is fixed, the number is empty, too long or has control characters, or another case has it.
pub fn give(act: &mut Act<'_>, standing: &Standing, case: &CaseId, number: &str) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, OPEN)?;
    standing.require(&case.reference(), Object::RegistryNumber, Deed::Write)?;
    let number = number.trim();
    if number.is_empty() || number.chars().count() > LONGEST || number.chars().any(char::is_control) {
        return Err(Problem::invalid(
            "number_length",
            format!("Skriv ett diarienummer på högst {LONGEST} tecken."),
            format!("Write a registry number of at most {LONGEST} characters."),
        ));
    }
    match cycles::store::with_registry_number(act.db, number)? {
        Some(other) if other != case.id => {
            return Err(Problem::conflict(
                "number_taken",
                format!("Ett annat ärende har diarienumret {number}."),
                format!("Another case has the registry number {number}."),
            ));
        }
        Some(_) => return Ok(()),
        None => {}
    }
    let changes = cycles::store::Changes {
        registry_number: Some(number.to_owned()),
        ..cycles::store::Changes::default()
    };
    cycles::store::change(act, &case.id, &changes)?;
    let detail = json!({ "registry_number": number, "before": case.registry_number });
    transition::note(act, &case.id, Some(standing.id()), "give_registry_number", detail)
}
