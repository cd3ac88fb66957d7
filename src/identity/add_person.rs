//! An administrator adds a person.

use serde_json::json;
use validator::ValidateEmail as _;

use super::GrantedRole;
use super::standing::Standing;
use super::store::{self, NewPerson};
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::ids::PersonId;
use crate::problem::Problem;

/// Adds a person with an account and no role.
///
/// # Errors
/// The reader is no administrator, the name is empty, or the address is none or taken.
pub fn add(act: &mut Act<'_>, standing: &Standing, new: &NewPerson) -> Result<PersonId, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    if new.name.trim().is_empty() {
        return Err(Problem::invalid("name_missing", "Skriv personens namn.", "Write the person's name."));
    }
    if !new.email.trim().validate_email() {
        return Err(Problem::invalid(
            "no_address",
            "Skriv en e-postadress, till exempel namn@example.se.",
            "Write an e-mail address, for example name@example.se.",
        ));
    }
    if store::person_by_email(act.db, &new.email)?.is_some() {
        return Err(Problem::conflict(
            "address_taken",
            "Det finns redan en person med den adressen.",
            "There is already a person with that address.",
        ));
    }
    let id = store::add_person(act, new)?;
    let detail = json!({ "person": id });
    let event =
        Event { chain: Chain::System, actor: Some(standing.id()), act: "add_person", moved: None, detail };
    audit::record(act, &event)?;
    Ok(id)
}
