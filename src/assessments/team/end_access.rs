//! The head ends a contributor's access.

use serde_json::json;

use super::{contributor, open_states};
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::identity::grant;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, GrantId};
use crate::problem::Problem;

/// Ends a contributor's role in the unit, from the next request on. What they wrote stays.
///
/// # Errors
/// The reader is not the head, or the role is no contributor's of the unit.
pub fn end_access(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &CaseId,
    grant: &GrantId,
) -> Result<(), Problem> {
    let case = cycles::store::claim(act, case, &open_states())?;
    standing.require(&case.reference(), Object::Team, Deed::Write)?;
    let member = contributor(act.db, &case, grant)?;
    grant::stop(act, standing, grant, &member.person, crate::identity::GrantedRole::Contributor)?;
    transition::note(act, &case.id, Some(standing.id()), "end_access", json!({ "person": member.person }))
}
