//! One's own account: roles, sessions, mail, and what one has done.

use actix_web::web::Path;
use askama::Template;

use super::coordinator::outbox::{Row, row};
use super::log::{self, Happened};
use crate::audit;
use crate::db::Db;
use crate::identity::session;
use crate::identity::standing::Standing;
use crate::ids::SessionId;
use crate::notify::store::listed;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// The newest own entries of the log that stand on the page.
const NEWEST: usize = 50;

/// The newest mails to the reader that stand on the page.
const MAILS: i64 = 20;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    lang: Lang,
    view: View,
}

struct View {
    email: String,
    organisation: &'static str,
    roles: Vec<&'static str>,
    sessions: Vec<SessionView>,
    mails: Vec<Row>,
    entries: Vec<Happened>,
}

struct SessionView {
    id: String,
    begun: String,
    seen: String,
    current: bool,
}

/// `GET /konto`.
pub async fn show(viewer: Viewer) -> Answer {
    let (lang, current) = (viewer.lang, viewer.session().clone());
    let view = viewer.read(move |db, standing| load(db, standing, &current, lang)).await?;
    page(&AccountPage { page: viewer.page(lang.t("Mitt konto", "My account")), lang, view })
}

fn load(db: &mut Db, standing: &Standing, current: &SessionId, lang: Lang) -> Result<View, Problem> {
    let sessions = session::sessions_of(db, standing.id())?.into_iter().map(|session| SessionView {
        current: session.id == *current,
        id: session.id.to_string(),
        begun: text::moment(session.created_at, lang),
        seen: text::moment(session.last_seen_at, lang),
    });
    let mut own = audit::entries_by(db, standing.id())?;
    let older = own.len().saturating_sub(NEWEST);
    own.drain(..older);
    let mut roles: Vec<&str> = standing.grants.iter().map(|grant| grant.role.word(lang)).collect();
    roles.dedup();
    Ok(View {
        email: standing.person.email.clone(),
        organisation: standing.person.organisation.word(lang),
        roles,
        sessions: sessions.collect(),
        mails: listed(db, Some(standing.id()), None, None, None, &[], MAILS)?
            .into_iter()
            .map(|mail| row(mail, lang))
            .collect(),
        entries: log::in_words(db, &own, lang)?,
    })
}

/// `POST /konto/inloggning/{id}`: ends one of the reader's own sessions.
pub async fn end(viewer: Viewer, id: Path<String>) -> Answer {
    let id = SessionId::from(id.into_inner());
    viewer.act(move |act, standing| session::end_own(act, standing, &id)).await?;
    let done = viewer.t("Inloggningen är avslutad.", "The session has ended.");
    Ok(viewer.see_other("/konto", Some(Notice::done(done))))
}
