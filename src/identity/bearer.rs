//! Tokens for programs: what a person's scripts bring in place of a session.
//!
//! Invariants: only the hash of a token is kept, so it is shown once; a token never does more than its person may, and
//! with the scope `read` it changes nothing; an ended or run-out token, or a closed account, opens nothing.

use chrono::TimeDelta;
use serde_json::json;

use super::bearer_store as store;
use super::standing::{self, Standing};
use crate::audit::{self, Chain, Event};
use crate::clock::Moment;
use crate::db::{Act, Database};
use crate::ids::{PersonId, sha256};
use crate::problem::Problem;
use crate::words::words;

pub use super::bearer_store::bearers_of;

/// The longest life of a token, in days.
pub const MOST_DAYS: u32 = 365;
/// The longest name of a token, in characters.
pub const LONGEST_NAME: usize = 80;
/// How exactly the newest use is kept.
const PRECISION: TimeDelta = TimeDelta::minutes(1);

words! {
    /// What a token may be used for.
    Scope {
        /// Reading only.
        Read = "read", "Läsa", "Read";
        /// Everything that the person may do.
        Write = "write", "Läsa och ändra", "Read and change";
    }
}

/// A token as it stands; never the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// SHA-256 of the token: its name in addresses.
    pub id: String,
    /// Whose.
    pub person_id: PersonId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Moment,
    /// When it runs out.
    pub expires_at: Moment,
    /// Its newest use, to the minute.
    pub last_used_at: Option<Moment>,
    /// When it was ended.
    pub ended_at: Option<Moment>,
}

/// Makes a token that lives for `days`; gives the token itself, which is shown now and never again. `by` is who makes
/// it, none for the command line.
///
/// # Errors
/// The name is empty or too long, or `days` is not within 1 to [`MOST_DAYS`].
pub fn create(
    act: &mut Act<'_>,
    person: &PersonId,
    by: Option<&PersonId>,
    name: &str,
    scope: Scope,
    days: u32,
) -> Result<(String, Bearer), Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::invalid(
            "token_limits",
            format!("Ge ett namn på högst {LONGEST_NAME} tecken och 1–{MOST_DAYS} dagar."),
            format!("Give a name of at most {LONGEST_NAME} characters and 1–{MOST_DAYS} days."),
        ));
    }
    let token = format!("usve_{}", act.secret());
    let bearer = Bearer {
        id: sha256(token.as_bytes()),
        person_id: person.clone(),
        name: name.to_owned(),
        scope,
        created_at: act.now,
        expires_at: act.now + TimeDelta::days(i64::from(days)),
        last_used_at: None,
        ended_at: None,
    };
    store::insert(act, &bearer)?;
    record(act, by, "create_token", &bearer.id, person)?;
    Ok((token, bearer))
}

/// Ends a token of a person at once.
///
/// # Errors
/// [`Problem::not_found`] when the person has no such token, or it has ended.
pub fn end(act: &mut Act<'_>, person: &PersonId, id: &str, by: Option<&PersonId>) -> Result<(), Problem> {
    if !store::end(act, person, id)? {
        return Err(Problem::not_found());
    }
    record(act, by, "end_token", id, person)
}

/// The person behind a token, and what it may be used for; nothing for a token that does not count. Its newest use is
/// noted, at most once a minute.
///
/// # Errors
/// The database cannot be read or written.
pub fn resume(database: &Database, token: &str) -> Result<Option<(Standing, Scope)>, Problem> {
    let now = database.clock().now();
    let found = database.read(|db| {
        let bearer = store::bearer(db, &sha256(token.as_bytes()))?
            .filter(|bearer| bearer.ended_at.is_none() && now < bearer.expires_at);
        let Some(bearer) = bearer else { return Ok(None) };
        Ok(standing::load(db, &bearer.person_id)?.map(|standing| (bearer, standing)))
    })?;
    let Some((bearer, standing)) = found else { return Ok(None) };
    if bearer.last_used_at.is_none_or(|used| now - used >= PRECISION) {
        database.act(|act| store::touch(act, &bearer.id))?;
    }
    Ok(Some((standing, bearer.scope)))
}

fn record(
    act: &mut Act<'_>,
    by: Option<&PersonId>,
    what: &'static str,
    token: &str,
    person: &PersonId,
) -> Result<(), Problem> {
    let detail = json!({ "token": token, "person": person });
    audit::record(act, &Event { chain: Chain::System, actor: by, act: what, moved: None, detail })
}
