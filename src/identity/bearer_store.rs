//! Tokens for programs in the database.

use diesel::prelude::*;

use super::bearer::{Bearer, Scope};
use crate::clock::Moment;
use crate::db::columns::text_columns;
use crate::db::schema::tokens;
use crate::db::{Act, Db};
use crate::ids::PersonId;
use crate::problem::Problem;

text_columns!(Scope);

#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens)]
struct Row {
    token_hash: String,
    person_id: PersonId,
    name: String,
    scope: Scope,
    created_at: Moment,
    expires_at: Moment,
    last_used_at: Option<Moment>,
    ended_at: Option<Moment>,
}

impl From<Row> for Bearer {
    fn from(row: Row) -> Bearer {
        Bearer {
            id: row.token_hash,
            person_id: row.person_id,
            name: row.name,
            scope: row.scope,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            ended_at: row.ended_at,
        }
    }
}

/// The token with this hash.
pub(super) fn bearer(db: &mut Db, hash: &str) -> Result<Option<Bearer>, Problem> {
    Ok(tokens::table.find(hash).select(Row::as_select()).first::<Row>(db).optional()?.map(Bearer::from))
}

/// The tokens of a person that nobody has ended, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn bearers_of(db: &mut Db, person: &PersonId) -> Result<Vec<Bearer>, Problem> {
    let rows = tokens::table
        .filter(tokens::person_id.eq(person))
        .filter(tokens::ended_at.is_null())
        .order((tokens::created_at.desc(), tokens::token_hash))
        .select(Row::as_select())
        .load::<Row>(db)?;
    Ok(rows.into_iter().map(Bearer::from).collect())
}

pub(super) fn insert(act: &mut Act<'_>, new: &Bearer) -> Result<(), Problem> {
    diesel::insert_into(tokens::table)
        .values((
            tokens::token_hash.eq(&new.id),
            tokens::person_id.eq(&new.person_id),
            tokens::name.eq(&new.name),
            tokens::scope.eq(new.scope),
            tokens::created_at.eq(new.created_at),
            tokens::expires_at.eq(new.expires_at),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Notes a use.
pub(super) fn touch(act: &mut Act<'_>, hash: &str) -> Result<(), Problem> {
    diesel::update(tokens::table.find(hash)).set(tokens::last_used_at.eq(act.now)).execute(act.db)?;
    Ok(())
}

/// Ends a token; whether there was one to end.
pub(super) fn end(act: &mut Act<'_>, person: &PersonId, hash: &str) -> Result<bool, Problem> {
    let ended = diesel::update(
        tokens::table.find(hash).filter(tokens::person_id.eq(person)).filter(tokens::ended_at.is_null()),
    )
    .set(tokens::ended_at.eq(act.now))
    .execute(act.db)?;
    Ok(ended == 1)
}
