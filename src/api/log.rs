//! The log of a case, and the outbox.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::at_hand::{AtHand, CasePath};
use super::body::{ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::audit::{self, Chain, Entry};
use crate::cycles::recipients;
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::rights::{Object, Role};
use crate::identity::standing::Standing;
use crate::notify::store::{self, Listed};
use crate::problem::Problem;

/// The most mails that are looked through.
const MOST_MAILS: i64 = 10_000;

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
struct EntryView {
    /// Place in what the caller sees of the case's chain, from 1.
    number: usize,
    /// When.
    at: DateTime<Utc>,
    /// Who; none for the service itself.
    actor: Option<String>,
    /// The act's stable name.
    #[schema(example = "submit")]
    act: String,
    /// The state before, when the act moved the case.
    from: Option<String>,
    /// The state after.
    to: Option<String>,
    /// Facts about it: digests, reasons, criteria.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// This entry's hash, which covers the one before; for those who see the whole chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

impl EntryView {
    fn whole(entry: Entry) -> Result<EntryView, Problem> {
        Ok(EntryView {
            number: 0,
            at: utc(entry.at),
            actor: entry.actor.map(|person| person.to_string()),
            act: entry.act,
            from: entry.from_state,
            to: entry.to_state,
            detail: serde_json::from_str(&entry.detail).map_err(Problem::internal)?,
            hash: Some(entry.hash),
        })
    }
}

/// A mail, never what it says.
#[derive(Debug, Serialize, ToSchema)]
struct MailView {
    /// Identifier, in order of time.
    id: String,
    /// The receiver's name.
    to: String,
    /// What it is about.
    #[schema(example = "submitted")]
    kind: String,
    /// `waiting`, `sent` or `failed`.
    state: String,
    /// How often it was tried in vain.
    attempts: i32,
    /// When it was put in the outbox.
    created_at: DateTime<Utc>,
    /// When it left.
    sent_at: Option<DateTime<Utc>>,
}

impl From<Listed> for MailView {
    fn from(mail: Listed) -> MailView {
        MailView {
            id: mail.id.to_string(),
            to: mail.name,
            kind: mail.kind,
            state: mail.state,
            attempts: mail.attempts,
            created_at: utc(mail.created_at),
            sent_at: mail.sent_at.map(utc),
        }
    }
}

/// The log of a case, oldest first. Whole for coordinators and auditors; for the head of unit what the unit did, and
/// how the case moved.
#[utoipa::path(get, path = "/cases/{year}/{unit}/log", operation_id = "list_log", tag = "Cases",
    params(CasePath, Paging), responses((status = 200, body = Page<EntryView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let views = caller
        .read_case(path.into_inner(), Object::Log, |db, standing, at| {
            let entries = audit::entries_of(db, &Chain::Case(at.id().clone()))?;
            let entries = entries.into_iter().map(EntryView::whole).collect::<Result<Vec<_>, _>>()?;
            let seen = if sees_all(standing, at) { entries } else { of_unit(db, at, entries)? };
            let number = |(place, entry)| EntryView { number: place + 1, ..entry };
            Ok(seen.into_iter().enumerate().map(number).collect::<Vec<_>>())
        })
        .await?;
    ok(&paging.cut(views, |entry: &EntryView| format!("{:08}", entry.number))?)
}

fn sees_all(standing: &Standing, at: &AtHand) -> bool {
    let whole = |role: &Role| matches!(role, Role::Coordinator | Role::Auditor);
    standing.roles_in(&at.reference()).iter().any(whole)
}

/// What the unit may know: its own acts, and the moves of the case without who made them, since those who review are
/// not told and neither is how far they have come.
fn of_unit(db: &mut Db, at: &AtHand, entries: Vec<EntryView>) -> Result<Vec<EntryView>, Problem> {
    let people: Vec<String> =
        recipients::unit(db, &at.case)?.into_iter().map(|person| person.to_string()).collect();
    let known = |entry: EntryView| {
        let own = entry.actor.as_ref().is_some_and(|actor| people.contains(actor));
        let told = EntryView { hash: None, ..entry };
        match (own, told.to.is_some()) {
            (true, _) => Some(told),
            (false, true) => Some(EntryView { actor: None, detail: json!({}), ..told }),
            (false, false) => None,
        }
    };
    Ok(entries.into_iter().filter_map(known).collect())
}

/// The newest mails of the service, oldest of them first: to whom, what kind, whether it left. For coordinators.
#[utoipa::path(get, path = "/outbox", operation_id = "list_outbox", tag = "Coordination", params(Paging),
    responses((status = 200, body = Page<MailView>)))]
pub(super) async fn outbox(caller: Caller, paging: Query<Paging>) -> Answer {
    let mails = caller
        .read(|db, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            store::listed(db, None, None, None, MOST_MAILS)
        })
        .await?;
    let views = mails.into_iter().map(MailView::from).collect();
    ok(&paging.cut(views, |mail: &MailView| mail.id.clone())?)
}
