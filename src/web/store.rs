//! What makes a repeated request harmless, and what was typed when a session ended.

use diesel::prelude::*;

use crate::clock::Moment;
use crate::db::schema::kept_posts;
use crate::db::{Act, Db, each};
use crate::ids::PersonId;
use crate::problem::Problem;

pub use crate::db::repeats::{Claim, answer, claim, forget_old_answers, give_back, look_up};

/// A form that was sent after its session had ended.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct KeptPost {
    /// Where it was sent.
    pub path: String,
    /// Its fields, urlencoded, without token and key.
    pub content: String,
    /// When.
    pub kept_at: Moment,
}

/// Keeps a form for its sender, in place of an older one.
///
/// # Errors
/// The database cannot be written.
pub fn keep_post(act: &mut Act<'_>, person: &PersonId, path: &str, content: &str) -> Result<(), Problem> {
    let now = act.now;
    each!(act.db, connection => diesel::insert_into(kept_posts::table)
        .values((
            kept_posts::person_id.eq(person),
            kept_posts::path.eq(path),
            kept_posts::content.eq(content),
            kept_posts::kept_at.eq(now),
        ))
        .on_conflict(kept_posts::person_id)
        .do_update()
        .set((kept_posts::path.eq(path), kept_posts::content.eq(content), kept_posts::kept_at.eq(now)))
        .execute(connection))?;
    Ok(())
}

/// The form that is kept for a person.
///
/// # Errors
/// The database cannot be read.
pub fn kept_post(db: &mut Db, person: &PersonId) -> Result<Option<KeptPost>, Problem> {
    Ok(kept_posts::table
        .find(person)
        .select((kept_posts::path, kept_posts::content, kept_posts::kept_at))
        .first(db)
        .optional()?)
}

/// Forgets the form that is kept for a person.
///
/// # Errors
/// The database cannot be written.
pub fn forget_post(act: &mut Act<'_>, person: &PersonId) -> Result<(), Problem> {
    diesel::delete(kept_posts::table.find(person)).execute(act.db)?;
    Ok(())
}
