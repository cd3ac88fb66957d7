//! Sessions and sign-in links in the database.

use diesel::prelude::*;

use super::Person;
use super::store::PersonRow;
use crate::clock::Moment;
use crate::db::schema::{people, sessions, sign_in_links};
use crate::db::{Act, Db};
use crate::ids::{PersonId, SessionId};
use crate::problem::Problem;

/// A session as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// Whose.
    pub person_id: PersonId,
    /// When it began.
    pub created_at: Moment,
    /// The newest request, to the minute.
    pub last_seen_at: Moment,
    /// When it ends whatever happens.
    pub expires_at: Moment,
    /// When it was ended by somebody.
    pub ended_at: Option<Moment>,
}

/// A session by its identifier.
pub(super) fn session(db: &mut Db, id: &SessionId) -> Result<Option<Session>, Problem> {
    Ok(sessions::table.find(id).select(Session::as_select()).first(db).optional()?)
}

/// A session with its person.
pub(super) fn session_and_person(db: &mut Db, id: &SessionId) -> Result<Option<(Session, Person)>, Problem> {
    let found = sessions::table
        .inner_join(people::table)
        .filter(sessions::id.eq(id))
        .select((Session::as_select(), PersonRow::as_select()))
        .first::<(Session, PersonRow)>(db)
        .optional()?;
    Ok(found.map(|(session, person)| (session, person.into())))
}

/// The sessions of a person that nobody has ended, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn sessions_of(db: &mut Db, person: &PersonId) -> Result<Vec<Session>, Problem> {
    Ok(sessions::table
        .filter(sessions::person_id.eq(person))
        .filter(sessions::ended_at.is_null())
        .order(sessions::last_seen_at.desc())
        .select(Session::as_select())
        .load(db)?)
}

pub(super) fn insert_session(
    act: &mut Act<'_>,
    person: &PersonId,
    expires_at: Moment,
) -> Result<SessionId, Problem> {
    let id: SessionId = act.id();
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(&id),
            sessions::person_id.eq(person),
            sessions::created_at.eq(act.now),
            sessions::last_seen_at.eq(act.now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(act.db)?;
    Ok(id)
}

/// Notes a request; a session that was ended meanwhile stays ended.
pub(super) fn touch(act: &mut Act<'_>, id: &SessionId) -> Result<(), Problem> {
    diesel::update(sessions::table.find(id).filter(sessions::ended_at.is_null()))
        .set(sessions::last_seen_at.eq(act.now))
        .execute(act.db)?;
    Ok(())
}

/// Ends one session, or all of a person's; returns how many.
pub(super) fn end(act: &mut Act<'_>, person: &PersonId, only: Option<&SessionId>) -> Result<usize, Problem> {
    let open = sessions::table.filter(sessions::person_id.eq(person)).filter(sessions::ended_at.is_null());
    let ended = match only {
        Some(id) => diesel::update(open.filter(sessions::id.eq(id)))
            .set(sessions::ended_at.eq(Some(act.now)))
            .execute(act.db)?,
        None => diesel::update(open).set(sessions::ended_at.eq(Some(act.now))).execute(act.db)?,
    };
    Ok(ended)
}

/// Takes every unused link of a person out of use.
pub(super) fn void_links(act: &mut Act<'_>, person: &PersonId) -> Result<(), Problem> {
    diesel::update(
        sign_in_links::table
            .filter(sign_in_links::person_id.eq(person))
            .filter(sign_in_links::used_at.is_null()),
    )
    .set(sign_in_links::used_at.eq(Some(act.now)))
    .execute(act.db)?;
    Ok(())
}

pub(super) fn insert_link(
    act: &mut Act<'_>,
    token_hash: &str,
    person: &PersonId,
    expires_at: Moment,
) -> Result<(), Problem> {
    diesel::insert_into(sign_in_links::table)
        .values((
            sign_in_links::token_hash.eq(token_hash),
            sign_in_links::person_id.eq(person),
            sign_in_links::created_at.eq(act.now),
            sign_in_links::expires_at.eq(expires_at),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Uses a link up and says whose it was; nothing when it is unknown, used or over.
pub(super) fn use_link(act: &mut Act<'_>, token_hash: &str) -> Result<Option<PersonId>, Problem> {
    let used = diesel::update(
        sign_in_links::table
            .find(token_hash)
            .filter(sign_in_links::used_at.is_null())
            .filter(sign_in_links::expires_at.gt(act.now)),
    )
    .set(sign_in_links::used_at.eq(Some(act.now)))
    .execute(act.db)?;
    if used == 0 {
        return Ok(None);
    }
    Ok(Some(sign_in_links::table.find(token_hash).select(sign_in_links::person_id).first(act.db)?))
}
