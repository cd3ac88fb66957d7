//! The outbox table.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, TextExpressionMethods as _,
};

use crate::clock::Moment;
use crate::db::schema::{outbox, people, submission_documents};
use crate::db::{Act, Db, each};
use crate::ids::{CaseId, PersonId, RowId};
use crate::problem::Problem;

/// A mail that this process has claimed, with whom it goes to.
#[derive(Debug, Clone, Queryable)]
pub struct Claimed {
    /// The row.
    pub id: RowId,
    /// The stored kind.
    pub kind: String,
    /// The stored rest, as JSON.
    pub data: String,
    /// How often it was tried before.
    pub attempts: i32,
    /// The receiver's address.
    pub email: String,
    /// The receiver's name.
    pub name: String,
    /// The receiver's language tag.
    pub language: String,
    /// Whether the account is open.
    pub active: bool,
}

/// Inserts a waiting row unless one with this key is there.
pub(super) fn insert(
    act: &mut Act<'_>,
    dedupe_key: &str,
    kind: &str,
    person_id: &PersonId,
    data: &str,
    next_at: Moment,
) -> Result<(), Problem> {
    let id: RowId = act.id();
    let now = act.now;
    each!(act.db, connection => diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(&id),
            outbox::dedupe_key.eq(dedupe_key),
            outbox::kind.eq(kind),
            outbox::person_id.eq(person_id),
            outbox::data.eq(data),
            outbox::state.eq("waiting"),
            outbox::next_at.eq(next_at),
            outbox::created_at.eq(now),
        ))
        .on_conflict(outbox::dedupe_key)
        .do_nothing()
        .execute(connection))?;
    Ok(())
}

/// What is stored of a mail that waits.
pub(super) fn waiting(act: &mut Act<'_>, dedupe_key: &str) -> Result<Option<String>, Problem> {
    Ok(outbox::table
        .filter(outbox::dedupe_key.eq(dedupe_key))
        .filter(outbox::state.eq("waiting"))
        .select(outbox::data)
        .first(act.db)
        .optional()?)
}

/// Makes a mail that waits due now.
pub(super) fn release(act: &mut Act<'_>, dedupe_key: &str, data: &str) -> Result<(), Problem> {
    diesel::update(outbox::table)
        .filter(outbox::dedupe_key.eq(dedupe_key))
        .filter(outbox::state.eq("waiting"))
        .set((outbox::data.eq(data), outbox::next_at.eq(act.now)))
        .execute(act.db)?;
    Ok(())
}

/// Claims up to `most` mails that are due until `lease`; another process sees them again only after that.
pub(super) fn claim(act: &mut Act<'_>, most: i64, lease: Moment) -> Result<Vec<Claimed>, Problem> {
    let now = act.now;
    let ids: Vec<RowId> = outbox::table
        .filter(outbox::state.eq("waiting"))
        .filter(outbox::next_at.le(now))
        .filter(outbox::lease_until.is_null().or(outbox::lease_until.lt(now).assume_not_null()))
        .order((outbox::next_at, outbox::id))
        .limit(most)
        .select(outbox::id)
        .load(act.db)?;
    let mut claimed = Vec::with_capacity(ids.len());
    for id in ids {
        // Two processes may have read the same row: the one whose update counts has it.
        let mine = diesel::update(outbox::table)
            .filter(outbox::id.eq(&id))
            .filter(outbox::state.eq("waiting"))
            .filter(outbox::lease_until.is_null().or(outbox::lease_until.lt(now).assume_not_null()))
            .set(outbox::lease_until.eq(Some(lease)))
            .execute(act.db)?;
        if mine == 1 {
            claimed.push(read(act.db, &id)?);
        }
    }
    Ok(claimed)
}

fn read(db: &mut Db, id: &RowId) -> Result<Claimed, Problem> {
    Ok(outbox::table
        .inner_join(people::table)
        .filter(outbox::id.eq(id))
        .select((
            outbox::id,
            outbox::kind,
            outbox::data,
            outbox::attempts,
            people::email,
            people::name,
            people::language,
            people::active,
        ))
        .first(db)?)
}

/// The bytes of a document by its digest; none when it is not here.
pub(super) fn document(db: &mut Db, digest: &str) -> Result<Option<Vec<u8>>, Problem> {
    Ok(submission_documents::table
        .filter(submission_documents::digest.eq(digest))
        .select(submission_documents::bytes)
        .first(db)
        .optional()?)
}

/// Records that a mail has left; `data` is what may stay readable of it.
pub(super) fn sent(act: &mut Act<'_>, id: &RowId, data: &str) -> Result<(), Problem> {
    diesel::update(outbox::table)
        .filter(outbox::id.eq(id))
        .set((
            outbox::state.eq("sent"),
            outbox::sent_at.eq(Some(act.now)),
            outbox::lease_until.eq(None::<Moment>),
            outbox::last_error.eq(None::<String>),
            outbox::data.eq(data),
        ))
        .execute(act.db)?;
    Ok(())
}

/// Records a failure: tried again at `next_at`, or given up when there is none.
pub(super) fn failed(
    act: &mut Act<'_>,
    id: &RowId,
    error: &str,
    next_at: Option<Moment>,
    data: &str,
) -> Result<(), Problem> {
    diesel::update(outbox::table)
        .filter(outbox::id.eq(id))
        .set((
            outbox::state.eq(if next_at.is_some() { "waiting" } else { "failed" }),
            outbox::attempts.eq(outbox::attempts + 1),
            outbox::next_at.eq(next_at.unwrap_or(act.now)),
            outbox::lease_until.eq(None::<Moment>),
            outbox::last_error.eq(Some(error)),
            outbox::data.eq(data),
        ))
        .execute(act.db)?;
    Ok(())
}

/// A mail as lists show it: never what it says.
#[derive(Debug, Clone, Queryable)]
pub struct Listed {
    /// Identifier, in order of time.
    pub id: RowId,
    /// The receiver's name.
    pub name: String,
    /// The stored kind.
    pub kind: String,
    /// `waiting`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried in vain.
    pub attempts: i32,
    /// When it was put in the outbox.
    pub created_at: Moment,
    /// When it left.
    pub sent_at: Option<Moment>,
}

/// A case whose mail is not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The case.
    pub case: CaseId,
    /// The slug of its unit.
    pub unit: String,
    /// Its year.
    pub year: i32,
}

/// The mails put in the outbox to one person, from one moment until another, where given, newest first, at most so many;
/// sign-in links are left out, and what is about the cases of `but`. `state` narrows it.
///
/// # Errors
/// The database cannot be read.
pub fn listed(
    db: &mut Db,
    to: Option<&PersonId>,
    from: Option<Moment>,
    until: Option<Moment>,
    state: Option<&str>,
    but: &[About],
    most: i64,
) -> Result<Vec<Listed>, Problem> {
    let mut query = outbox::table
        .inner_join(people::table)
        .filter(outbox::kind.ne(super::SIGN_IN))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(most)
        .select((
            outbox::id,
            people::name,
            outbox::kind,
            outbox::state,
            outbox::attempts,
            outbox::created_at,
            outbox::sent_at,
        ))
        .into_boxed();
    if let Some(to) = to {
        query = query.filter(outbox::person_id.eq(to.as_str().to_owned()));
    }
    if let Some(from) = from {
        query = query.filter(outbox::created_at.ge(from));
    }
    if let Some(until) = until {
        query = query.filter(outbox::created_at.lt(until));
    }
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state.to_owned()));
    }
    for About { case, unit, year } in but {
        query = query.filter(outbox::dedupe_key.not_like(format!("%:{case}:%")));
        for place in [format!("/{unit}/{year}"), format!("/{year}/{unit}")] {
            // A mail links to the case's own address or below it.
            query = query
                .filter(outbox::data.not_like(format!("%{place}\"%")))
                .filter(outbox::data.not_like(format!("%{place}/%")));
        }
    }
    Ok(query.load(db)?)
}
