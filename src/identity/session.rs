//! Sessions: opened at sign-in, looked at on every request, ended by sign-out, by silence or by time.
//!
//! Invariants: a session's row is read on every request, so that ending it works at once, also for a copied cookie;
//! a session is never made out of one from before sign-in; nobody without an open account has one.

use chrono::TimeDelta;

use super::GrantedRole;
use super::session_store as store;
use super::standing::Standing;
use super::store::standing_of;
use super::token::Tokens;
use crate::audit::{self, Chain, Event};
use crate::clock::Moment;
use crate::config;
use crate::db::{Act, Database, Db};
use crate::ids::{PersonId, SessionId};
use crate::problem::Problem;

pub use super::session_store::{Session, sessions_of};

/// How exactly the time of the newest request is kept: a write for every request would be a write for nothing.
const PRECISION: TimeDelta = TimeDelta::minutes(1);

/// What a cookie turned out to be.
#[derive(Debug, Clone)]
pub enum Resumed {
    /// A live session.
    Live(Box<Live>),
    /// A session that ran out by silence or by time: the person must sign in again, and was this one.
    RanOut {
        /// Whose it was.
        person: PersonId,
        /// Which it was.
        session: SessionId,
    },
    /// Nothing of ours, or ended on purpose.
    Nothing,
}

/// A person in a live session.
#[derive(Debug, Clone)]
pub struct Live {
    /// The session.
    pub session: SessionId,
    /// The person with everything that decides what they may do.
    pub standing: Standing,
    /// A new token to send, when the old one has run out.
    pub renewed: Option<String>,
    /// When it ends unless there is another request, or whatever happens.
    pub ends_at: Moment,
}

/// Opens a session for a person, as part of the act that proved who they are.
///
/// # Errors
/// The database cannot be written.
pub fn open(act: &mut Act<'_>, person: &PersonId, limits: config::Session) -> Result<SessionId, Problem> {
    let session = store::insert_session(act, person, act.now + limits.absolute)?;
    record(act, person, "sign_in", &session)?;
    Ok(session)
}

/// Looks a cookie's token up. The session's newest request is noted, at most once a minute; one that the page makes by
/// itself (`quiet`) says nothing of its reader and is not noted.
///
/// # Errors
/// The database cannot be read or written.
pub fn resume(
    database: &Database,
    tokens: &Tokens,
    limits: config::Session,
    token: &str,
    quiet: bool,
) -> Result<Resumed, Problem> {
    let now = database.clock().now();
    let Some(claims) = tokens.read(token).filter(|claims| claims.has_begun(now)) else {
        return Ok(Resumed::Nothing);
    };
    let found = database.read(|db| {
        let found = store::session_and_person(db, &claims.sid)?
            .filter(|(session, _)| session.person_id == claims.sub && session.ended_at.is_none());
        let Some((session, person)) = found else { return Ok(None) };
        Ok(standing_of(db, person)?.map(|standing| (session, standing)))
    })?;
    let Some((session, standing)) = found else { return Ok(Resumed::Nothing) };
    if now >= session.expires_at || now - session.last_seen_at > limits.idle {
        return Ok(Resumed::RanOut { person: session.person_id, session: session.id });
    }
    let mut seen_at = session.last_seen_at;
    if now - seen_at >= PRECISION && !quiet {
        database.act(|act| store::touch(act, &session.id))?;
        seen_at = now;
    }
    let ends_at = session.expires_at.min(seen_at + limits.idle);
    let renewed = claims
        .has_run_out(now)
        .then(|| tokens.issue(&session.person_id, &session.id, now, limits.token))
        .transpose()?;
    Ok(Resumed::Live(Box::new(Live { session: session.id, standing, renewed, ends_at })))
}

/// Whose a session is, or was.
///
/// # Errors
/// The database cannot be read.
pub fn whose(db: &mut Db, session: &SessionId) -> Result<Option<PersonId>, Problem> {
    Ok(store::session(db, session)?.map(|session| session.person_id))
}

/// Signs out: the session ends at once, also for a copied cookie.
///
/// # Errors
/// The database cannot be written.
pub fn sign_out(act: &mut Act<'_>, person: &PersonId, session: &SessionId) -> Result<(), Problem> {
    if store::end(act, person, Some(session))? == 1 {
        record(act, person, "sign_out", session)?;
    }
    Ok(())
}

/// Ends every session of a person; returns how many there were. `by` is who ends them, none for the command line.
///
/// # Errors
/// The database cannot be written.
pub fn end_all(act: &mut Act<'_>, person: &PersonId, by: Option<&PersonId>) -> Result<usize, Problem> {
    let ended = store::end(act, person, None)?;
    let detail = serde_json::json!({ "person": person, "sessions": ended });
    audit::record(act, &Event { chain: Chain::System, actor: by, act: "end_sessions", moved: None, detail })?;
    Ok(ended)
}

/// Ends one of the reader's own sessions.
///
/// # Errors
/// [`Problem::not_found`] when it is not one of them, or has ended.
pub fn end_own(act: &mut Act<'_>, standing: &Standing, session: &SessionId) -> Result<(), Problem> {
    if store::end(act, standing.id(), Some(session))? != 1 {
        return Err(Problem::not_found());
    }
    record(act, standing.id(), "end_session", session)
}

/// Ends every session of a person, as an administrator.
///
/// # Errors
/// The reader is no administrator, or there is no such person.
pub fn end_of_person(act: &mut Act<'_>, standing: &Standing, person: &PersonId) -> Result<usize, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    super::store::person(act.db, person)?.ok_or_else(Problem::not_found)?;
    end_all(act, person, Some(standing.id()))
}

fn record(
    act: &mut Act<'_>,
    person: &PersonId,
    what: &'static str,
    session: &SessionId,
) -> Result<(), Problem> {
    let detail = serde_json::json!({ "session": session });
    audit::record(act, &Event { chain: Chain::System, actor: Some(person), act: what, moved: None, detail })
}
