//! The year's mail: to whom, of what kind, and whether it has left. Never what it says.

use actix_web::web::{Path, Query};
use askama::Template;
use chrono::NaiveTime;
use serde::Deserialize;

use super::{Choice, under_year};
use crate::clock::from_local;
use crate::cycles;
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::standing::Standing;
use crate::notify::store::{Listed, listed};
use crate::notify::{Kind, templates};
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// How many mails the page shows.
const MOST: i64 = 100;

/// What narrows the list.
#[derive(Debug, Clone, Deserialize)]
pub struct Filter {
    /// `waiting`, `sent` or `failed`.
    #[serde(default)]
    lage: String,
}

#[derive(Template)]
#[template(path = "coordinator/outbox.html")]
struct OutboxPage {
    page: Page,
    lang: Lang,
    year: i32,
    filter: Filter,
    states: Vec<Choice>,
    rows: Vec<Row>,
    full: bool,
}

/// A mail as it is shown: never what it says.
pub struct Row {
    to: String,
    /// What it is about.
    pub kind: String,
    /// Whether it has left, in words.
    pub state: &'static str,
    /// The look of that.
    pub tone: &'static str,
    /// When.
    pub at: String,
    attempts: i32,
}

/// `GET /cykel/{year}/utskick`.
pub async fn show(viewer: Viewer, year: Path<i32>, filter: Query<Filter>) -> Answer {
    let (year, lang, filter) = (year.into_inner(), viewer.lang, filter.into_inner());
    let state = filter.lage.clone();
    let mails = viewer.read(move |db, standing| load(db, standing, year, &state)).await?;
    let title = format!("{} {year}", lang.t("Utskick", "Mail"));
    let states = ["waiting", "sent", "failed"];
    let shown = OutboxPage {
        page: under_year(viewer.page(title), year),
        lang,
        year,
        states: states
            .map(|state| Choice { value: state.to_owned(), label: word(state, lang).1.to_owned() })
            .into(),
        full: i64::try_from(mails.len()).is_ok_and(|count| count == MOST),
        rows: mails.into_iter().map(|mail| row(mail, lang)).collect(),
        filter,
    };
    page(&shown)
}

/// The mails from the day that the year opens until the next year does.
fn load(db: &mut Db, standing: &Standing, year: i32, state: &str) -> Result<Vec<Listed>, Problem> {
    standing.require_role(GrantedRole::Coordinator)?;
    let own = cycles::store::cycle(db, year)?;
    let next = cycles::store::cycles(db)?.into_iter().rfind(|other| other.year > year);
    let from = from_local(own.dates.opens, NaiveTime::MIN);
    let until = next.map(|next| from_local(next.dates.opens, NaiveTime::MIN));
    let state = ["waiting", "sent", "failed"].into_iter().find(|known| *known == state);
    let but = cycles::store::kept_from_coordinator(db, standing)?;
    listed(db, None, Some(from), until, state, &but, MOST)
}

/// A mail in words.
#[must_use]
pub fn row(mail: Listed, lang: Lang) -> Row {
    let (tone, state) = word(&mail.state, lang);
    let kind = Kind::from_stored(&mail.kind, None);
    Row {
        to: mail.name,
        kind: kind.map_or(mail.kind, |kind| templates::words(&kind, lang, None, None).subject),
        state,
        tone,
        at: text::moment(mail.sent_at.unwrap_or(mail.created_at), lang),
        attempts: mail.attempts,
    }
}

/// A state's look and word.
fn word(state: &str, lang: Lang) -> (&'static str, &'static str) {
    match state {
        "sent" => ("ok", lang.t("Skickat", "Sent")),
        "failed" => ("danger", lang.t("Kom inte fram", "Failed")),
        _ => ("line", lang.t("Väntar", "Waiting")),
    }
}
