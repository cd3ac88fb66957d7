//! The head gives a contributor other areas.

use serde_json::json;

use super::{chosen, contributor, open_states};
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::identity::store::{self, NewGrant};
use crate::identity::{GrantedRole, grant};
use crate::ids::{CaseId, GrantId};
use crate::problem::Problem;

/// Ends the role as it was and gives it with other areas, so that what was held when can still be read.
///
/// # Errors
/// The reader is not the head, the role is no contributor's of the unit, or no area is named.
pub fn change_areas(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    grant: &GrantId,
    areas: &[String],
) -> Result<GrantId, Problem> {
    let case = cycles::store::claim(act, case, &open_states())?;
    standing.require(&case.reference(), Object::Team, Deed::Write)?;
    let member = contributor(act.db, &case, grant)?;
    let areas = chosen(form, areas)?;
    if member.areas == areas {
        return Ok(member.grant);
    }
    store::end_grant(act, grant)?;
    let detail = json!({ "person": member.person, "areas": areas });
    let new = NewGrant {
        person_id: member.person,
        role: GrantedRole::Contributor,
        unit_id: Some(case.unit.id.clone()),
        administration_id: None,
        year: None,
        areas,
        granted_by: Some(standing.id().clone()),
    };
    let given = grant::add(act, standing, &new)?;
    transition::note(act, &case.id, Some(standing.id()), "change_areas", detail)?;
    Ok(given)
}
