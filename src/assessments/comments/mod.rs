//! What a unit's people say to each other about a criterion while they answer: one thread a criterion.
//!
//! Invariants: a comment is for the unit's eyes alone, so it is read nowhere but here and is in no submission, report,
//! log entry or mail; what was written never changes; resolving a thread ends what stands in it, and a new comment
//! opens it again.

pub mod resolve;
mod store;
pub mod write;

use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{PersonId, RowId};
use crate::problem::Problem;

/// The longest comment, in characters.
pub const MOST_CHARACTERS: usize = 4000;

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Identifier.
    pub id: RowId,
    /// The criterion that it is about.
    pub criterion: String,
    /// The text.
    pub comment: String,
    /// Whose.
    pub written_by: PersonId,
    /// When.
    pub written_at: Moment,
    /// Who resolved it and when; none while it is open.
    pub resolved: Option<(PersonId, Moment)>,
}

/// Every comment of a case, by criterion and in order of time: one query.
///
/// # Errors
/// [`Problem::not_found`] for everybody outside the unit.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Comment>, Problem> {
    standing.require(&case.reference(), Object::UnitComments, Deed::Read)?;
    store::of_case(db, &case.id)
}
