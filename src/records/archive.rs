//! A closed year goes to the archive.

use serde_json::json;

use crate::audit::{self, Chain, Event};
use crate::cycles::state::CycleState;
use crate::cycles::{self, Cycle};
use crate::db::Act;
use crate::identity::GrantedRole;
use crate::identity::standing::Standing;
use crate::problem::Problem;

/// The longest receipt, in characters.
const LONGEST: usize = 500;

/// Notes that the cases of a closed year have been delivered to the archive, and under which receipt.
///
/// # Errors
/// The reader is no registrar, the year is not closed, or the receipt is empty or too long.
pub fn archive(act: &mut Act<'_>, standing: &Standing, year: i32, receipt: &str) -> Result<Cycle, Problem> {
    standing.require_role(GrantedRole::Registrar)?;
    let cycle = cycles::store::claim_cycle(act, year, &[CycleState::Closed])?;
    let receipt = receipt.trim();
    if receipt.is_empty() || receipt.chars().count() > LONGEST {
        return Err(Problem::invalid(
            "receipt_missing",
            "Skriv arkivets kvittens eller leveransnummer.",
            "Write the archive's receipt or delivery number.",
        ));
    }
    let changes = cycles::store::CycleChanges {
        state: Some(CycleState::Archived),
        archived_as: Some(receipt.to_owned()),
        ..cycles::store::CycleChanges::default()
    };
    cycles::store::set_on_cycle(act, &cycle.id, &changes)?;
    audit::record(
        act,
        &Event {
            chain: Chain::System,
            actor: Some(standing.id()),
            act: "archive_cycle",
            moved: Some((CycleState::Closed.as_str(), CycleState::Archived.as_str())),
            detail: json!({ "year": year, "receipt": receipt }),
        },
    )?;
    cycles::store::cycle(act.db, year)
}
