//! The log of a case, and the outbox.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::at_hand::CasePath;
use super::body::{ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::audit::{self, Chain, Entry};
use crate::cycles::{self, log};
use crate::identity::GrantedRole;
use crate::identity::rights::Object;
use crate::notify::store::{self, Listed};
use crate::problem::Problem;

/// The most mails that are looked through.
const MOST_MAILS: i64 = 10_000;

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
struct EntryView {
    /// Place in what the caller sees of the log, from 1.
    number: usize,
    /// When.
    at: DateTime<Utc>,
    /// Who; none for the service itself, and where the caller may not know.
    actor: Option<String>,
    /// The act's stable name; `withheld` for what the reviewers did, until the caller may read the reviews.
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
    fn of(number: usize, entry: Entry, whole: bool) -> Result<EntryView, Problem> {
        Ok(EntryView {
            number,
            at: utc(entry.at),
            actor: entry.actor.map(|person| person.to_string()),
            act: entry.act,
            from: entry.from_state,
            to: entry.to_state,
            detail: serde_json::from_str(&entry.detail).map_err(Problem::internal)?,
            hash: whole.then_some(entry.hash),
        })
    }
}

fn views(entries: Vec<Entry>, whole: bool) -> Result<Vec<EntryView>, Problem> {
    entries.into_iter().enumerate().map(|(at, entry)| EntryView::of(at + 1, entry, whole)).collect()
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

/// The log of a case, oldest first. Whole for coordinators; for auditors without what the reviewers did until the result is
/// fixed (`withheld`, and no entry at all while the reviews are blind); for the head of unit what the unit did, and how the
/// case moved.
#[utoipa::path(get, path = "/cases/{year}/{unit}/log", operation_id = "list_log", tag = "Cases",
    params(CasePath, Paging), responses((status = 200, body = Page<EntryView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let views = caller
        .read_case(path.into_inner(), Object::Log, |db, standing, at| {
            let whole = log::sees_all(standing, &at.case);
            views(log::entries(db, standing, &at.case)?, whole)
        })
        .await?;
    ok(&paging.cut(views, |entry: &EntryView| format!("{:08}", entry.number))?)
}

/// The service's own log, oldest first: sign-in, roles, cycles, release. For auditors.
#[utoipa::path(get, path = "/log", operation_id = "list_service_log", tag = "Cases", params(Paging),
    responses((status = 200, body = Page<EntryView>)))]
pub(super) async fn service(caller: Caller, paging: Query<Paging>) -> Answer {
    let views = caller
        .read(|db, standing| {
            standing.require_role(GrantedRole::Auditor)?;
            views(audit::entries_of(db, &Chain::System)?, true)
        })
        .await?;
    ok(&paging.cut(views, |entry: &EntryView| format!("{:08}", entry.number))?)
}

/// What the caller has done, in every case and in the service, oldest first.
#[utoipa::path(get, path = "/me/log", operation_id = "list_own_log", tag = "Me", params(Paging),
    responses((status = 200, body = Page<EntryView>)))]
pub(super) async fn own(caller: Caller, paging: Query<Paging>) -> Answer {
    let views = caller.read(|db, standing| views(audit::entries_by(db, standing.id())?, false)).await?;
    ok(&paging.cut(views, |entry: &EntryView| format!("{:08}", entry.number))?)
}

/// The newest mails to the caller, oldest of them first; sign-in links are left out.
#[utoipa::path(get, path = "/me/outbox", operation_id = "list_own_outbox", tag = "Me", params(Paging),
    responses((status = 200, body = Page<MailView>)))]
pub(super) async fn own_outbox(caller: Caller, paging: Query<Paging>) -> Answer {
    let mails = caller
        .read(|db, standing| store::listed(db, Some(standing.id()), None, None, None, &[], MOST_MAILS))
        .await?;
    let views = mails.into_iter().map(MailView::from).collect();
    ok(&paging.cut(views, |mail: &MailView| mail.id.clone())?)
}

/// The newest mails of the service, oldest of them first: to whom, what kind, whether it left. For coordinators.
#[utoipa::path(get, path = "/outbox", operation_id = "list_outbox", tag = "Coordination", params(Paging),
    responses((status = 200, body = Page<MailView>)))]
pub(super) async fn outbox(caller: Caller, paging: Query<Paging>) -> Answer {
    let mails = caller
        .read(|db, standing| {
            standing.require_role(GrantedRole::Coordinator)?;
            let but = cycles::store::kept_from_coordinator(db, standing)?;
            store::listed(db, None, None, None, None, &but, MOST_MAILS)
        })
        .await?;
    let views = mails.into_iter().map(MailView::from).collect();
    ok(&paging.cut(views, |mail: &MailView| mail.id.clone())?)
}
