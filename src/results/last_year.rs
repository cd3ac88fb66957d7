//! The result of the year before, as a reviewer reads it beside this year's answers: released ones and no others, also for
//! who reviewed that year too and has seen more.

use super::store;
use crate::cycles::state::Phase;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::scoring::Scored;

/// The released result of the same unit the year before; none while it is not released.
///
/// # Errors
/// The database cannot be read.
pub fn released(db: &mut Db, standing: &Standing, case: &Case) -> Result<Option<Scored>, Problem> {
    let Some(last) = cycles::store::of_unit_and_year(db, &case.unit.id, case.year - 1)? else {
        return Ok(None);
    };
    let released = matches!(last.state.phase(), Phase::P | Phase::A);
    if !released || !standing.may(&last.reference(), Object::Result, Deed::Read) {
        return Ok(None);
    }
    Ok(store::newest(db, &last.id)?.map(|fixed| fixed.scored))
}
