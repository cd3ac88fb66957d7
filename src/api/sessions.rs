//! Sessions: one's own, and for administrators all of a person.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{done, ok, utc};
use super::caller::{By, Caller};
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::session::{self, Session};
use crate::ids::{PersonId, SessionId};

/// A session that has not ended.
#[derive(Debug, Serialize, ToSchema)]
struct SessionView {
    /// Identifier.
    id: String,
    /// When it began.
    created_at: DateTime<Utc>,
    /// The newest request, to the minute.
    last_seen_at: DateTime<Utc>,
    /// When it ends whatever happens.
    expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    current: bool,
}

impl SessionView {
    fn of(session: &Session, caller: &Caller) -> SessionView {
        SessionView {
            current: matches!(&caller.by, By::Session(current) if *current == session.id),
            id: session.id.to_string(),
            created_at: utc(session.created_at),
            last_seen_at: utc(session.last_seen_at),
            expires_at: utc(session.expires_at),
        }
    }
}

/// The caller's sessions that have not ended.
#[utoipa::path(get, path = "/me/sessions", operation_id = "list_sessions", tag = "Me", params(Paging),
    responses((status = 200, body = Page<SessionView>)))]
pub(super) async fn list(caller: Caller, paging: Query<Paging>) -> Answer {
    let sessions = caller.read(|db, standing| session::sessions_of(db, standing.id())).await?;
    let mut views: Vec<_> = sessions.iter().map(|session| SessionView::of(session, &caller)).collect();
    views.sort_by(|one, other| one.id.cmp(&other.id));
    ok(&paging.cut(views, |session: &SessionView| session.id.clone())?)
}

/// Ends one of the caller's sessions; it works no longer, also for a copied cookie.
#[utoipa::path(delete, path = "/me/sessions/{id}", operation_id = "end_session", tag = "Me",
    params(("id" = String, Path, description = "The session")), responses((status = 204)))]
pub(super) async fn end(caller: Caller, id: Path<String>) -> Answer {
    let id = SessionId::from(id.into_inner());
    caller.act(move |act, standing| session::end_own(act, standing, &id)).await?;
    Ok(done())
}

/// Ends every session of a person. For administrators.
#[utoipa::path(delete, path = "/people/{id}/sessions", operation_id = "end_sessions_of_person", tag = "Register",
    params(("id" = String, Path, description = "The person")), responses((status = 204)))]
pub(super) async fn end_of(caller: Caller, id: Path<String>) -> Answer {
    let person = PersonId::from(id.into_inner());
    caller.act(move |act, standing| session::end_of_person(act, standing, &person)).await?;
    Ok(done())
}
