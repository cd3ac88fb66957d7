//! A reviewer reads the own history: every saved version of the own score and reason, from the first draft on.

use super::history_store;
use super::view::OwnReview;
use crate::db::Db;
use crate::problem::Problem;

pub use super::history_store::SavedVersion;

/// Every saved version of a criterion in the reader's own review, newest first. Nobody else's can be asked for: the review
/// is the reader's own ([`super::view::own_review`]).
///
/// # Errors
/// [`Problem::not_found`] for a criterion that the reader does not score.
pub fn of_own(db: &mut Db, own: &OwnReview, criterion: &str) -> Result<Vec<SavedVersion>, Problem> {
    if !own.criteria.iter().any(|id| id == criterion) {
        return Err(Problem::not_found());
    }
    history_store::versions(db, &own.seat.id, criterion)
}
