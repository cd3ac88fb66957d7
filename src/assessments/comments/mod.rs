//! What a unit's people say to each other about a criterion while they answer: one thread a criterion.
//!
//! Invariants: a comment is for the unit's eyes alone, so it is read nowhere but here and is in no submission, report,
//! log entry or mail; what was written never changes; resolving a thread ends what stands in it, and a new comment
//! opens it again; a thread goes with its criterion to a mended form.

pub mod resolve;
mod store;
pub mod write;

use std::collections::{BTreeSet, HashMap};

use super::move_along::Words;
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, PersonId, RowId};
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

/// The criteria that have a thread, by case: for moving drafts to a mended form.
pub(super) fn threads(db: &mut Db, cases: &[CaseId]) -> Result<HashMap<CaseId, BTreeSet<String>>, Problem> {
    store::threads(db, cases)
}

/// Takes the threads of a case to other criteria, and adds what cannot go on in another way.
pub(super) fn follow(
    act: &mut Act<'_>,
    case: &CaseId,
    homes: &[(String, String)],
    words: Vec<Words>,
) -> Result<(), Problem> {
    store::follow(act, case, homes)?;
    for Words { criterion, by, text } in words {
        let comment = Comment {
            id: act.id(),
            criterion,
            comment: text,
            written_by: by,
            written_at: act.now,
            resolved: None,
        };
        store::add(act, case, &comment)?;
    }
    Ok(())
}
