//! Sign-in by a one-time link in a mail.
//!
//! Invariants: a link is a secret of 256 bits that is stored only as a hash, is good once and for a short time, and
//! puts older ones out of use; asking for one answers the same whether the address is known or not; opening one in a
//! browser changes nothing, so that machines that look at links in mail cannot use it up.

use chrono::TimeDelta;

use super::{session, session_store as store, standing, store as people};
use crate::config;
use crate::db::{Act, limits};
use crate::ids::{PersonId, SessionId, sha256};
use crate::notify::{self, Kind, Mail};
use crate::problem::{self, Problem};

/// Links that one address may be sent in a window.
const PER_ADDRESS: i32 = 5;
/// Links that may be asked for from one network address in a window.
const PER_NETWORK_ADDRESS: i32 = 30;
/// Links that may be tried from one network address in a window.
const TRIES: i32 = 60;
/// The window.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Sends a sign-in link to the person with this address, if there is one. `network_address` is where the request came
/// from, `path` where the person wants to go.
///
/// # Errors
/// Too many links were asked for, by this address or from this network address.
pub fn request_link(
    act: &mut Act<'_>,
    email: &str,
    network_address: &str,
    path: &str,
    limits: config::Session,
) -> Result<(), Problem> {
    let email = email.trim().to_lowercase();
    limits::take(act, &format!("sign_in:from:{network_address}"), PER_NETWORK_ADDRESS, WINDOW)?;
    // The address itself is no business of this table.
    limits::take(act, &format!("sign_in:to:{}", sha256(email.as_bytes())), PER_ADDRESS, WINDOW)?;
    let Some(person) = people::person_by_email(act.db, &email)?.filter(|person| person.active) else {
        return Ok(());
    };
    let token = new_link(act, &person.id, limits)?;
    let dedupe = format!("sign_in:{}", sha256(token.as_bytes()));
    notify::enqueue(
        act,
        Mail {
            to: person.id,
            kind: Kind::SignIn { token },
            about: None,
            path: path.to_owned(),
            due: Some(act.now + limits.link),
            attachment: None,
            dedupe,
        },
    )
}

/// Makes a link for a person without sending it, and puts older ones out of use: for the command line and rehearsals.
///
/// # Errors
/// The database cannot be written.
pub fn new_link(act: &mut Act<'_>, person: &PersonId, limits: config::Session) -> Result<String, Problem> {
    store::void_links(act, person)?;
    let token = act.secret();
    store::insert_link(act, &sha256(token.as_bytes()), person, act.now + limits.link)?;
    Ok(token)
}

/// Counts a link that is about to be tried, in an act of its own, since a try that fails must count too.
///
/// # Errors
/// Too many were tried from this network address.
pub fn count_try(act: &mut Act<'_>, network_address: &str) -> Result<(), Problem> {
    limits::take(act, &format!("sign_in:try:{network_address}"), TRIES, WINDOW)
}

/// Uses a link up and opens a session.
///
/// # Errors
/// The link is unknown, used or over, all with the same answer.
pub fn consume_link(
    act: &mut Act<'_>,
    token: &str,
    limits: config::Session,
) -> Result<(PersonId, SessionId), Problem> {
    let person = store::use_link(act, &sha256(token.as_bytes()))?.ok_or_else(used_up)?;
    standing::load(act.db, &person)?.ok_or_else(used_up)?;
    let session = session::open(act, &person, limits)?;
    Ok((person, session))
}

fn used_up() -> Problem {
    Problem::new(
        problem::Kind::Gone,
        "link_used",
        "Länken har redan använts eller är för gammal.",
        "The link has been used already or is too old.",
    )
    .way_out("Begär en ny inloggningslänk.", "Ask for a new sign-in link.", "/logga-in")
}
