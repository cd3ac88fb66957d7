//! Mina uppgifter: where everybody begins.

use askama::Template;

use super::tasks::{self, Task};
use super::{Answer, Page, Refusal, Viewer, Visitor, respond, store};
use crate::clock::{Moment, local_day};
use crate::identity::GrantedRole;
use crate::text::{self, Lang};

/// So many days before a date the task is marked as near.
const NEAR_DAYS: i64 = 7;

struct Row {
    href: String,
    label: String,
    about: String,
    /// The date: its look and words.
    due: Option<(&'static str, String)>,
}

struct Shortcut {
    href: &'static str,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    page: Page,
    today: String,
    kept: bool,
    tasks: Vec<Row>,
    shortcuts: Vec<Shortcut>,
}

/// `GET /`; a rehearsal begins with the choice of a person.
pub(super) async fn begin(visitor: Visitor, viewer: Result<Viewer, Refusal>) -> Answer {
    match viewer {
        Err(_) if visitor.app.config.demo => Ok(visitor.see_other("/demo", None)),
        viewer => tasks(viewer?).await,
    }
}

async fn tasks(viewer: Viewer) -> Answer {
    let (lang, app) = (viewer.lang, viewer.app.clone());
    let (kept, tasks) = viewer
        .read(move |db, standing| {
            let kept = store::kept_post(db, standing.id())?.is_some();
            Ok((kept, tasks::of(db, standing, &app, lang)?))
        })
        .await?;
    let now = viewer.app.clock.now();
    let mut roles: Vec<GrantedRole> = viewer.standing().grants.iter().map(|grant| grant.role).collect();
    roles.sort_unstable();
    let mut shortcuts: Vec<Shortcut> = roles.into_iter().map(|role| shortcut(role, lang)).collect();
    shortcuts.dedup_by_key(|shortcut| shortcut.href);
    let page = viewer.page(lang.t("Mina uppgifter", "My tasks"));
    let today = text::date(local_day(now), lang);
    let tasks = tasks.into_iter().map(|task| row(task, now, lang)).collect();
    respond::page(&Start { page, today, kept, tasks, shortcuts })
}

fn row(task: Task, now: Moment, lang: Lang) -> Row {
    let due = task.due.map(|due| {
        let day = text::short_date(local_day(due), lang);
        let by = format!("{} {day}", lang.t("Senast", "By"));
        match (local_day(due) - local_day(now)).num_days() {
            _ if due < now => ("danger", format!("{} {day}", lang.t("Försenad sedan", "Overdue since"))),
            ..=NEAR_DAYS => ("warn", by),
            _ => ("line", by),
        }
    });
    Row { href: task.href, label: task.label, about: task.about, due }
}

/// Where a role works.
fn shortcut(role: GrantedRole, lang: Lang) -> Shortcut {
    let (href, sv, en) = match role {
        GrantedRole::Administrator => ("/admin", "Enheter, personer och roller", "Units, people and roles"),
        GrantedRole::Coordinator => ("/cykel", "Årets cykel", "This year's cycle"),
        GrantedRole::Head | GrantedRole::Contributor => {
            ("/enhet", "Enhetens självvärdering", "The unit's self-assessment")
        }
        GrantedRole::Reviewer => ("/granska", "Mina granskningar", "My reviews"),
        GrantedRole::Group
        | GrantedRole::AdministrationHead
        | GrantedRole::Registrar
        | GrantedRole::Auditor => ("/oversikt", "Översikt över enheterna", "Overview of the units"),
    };
    Shortcut { href, label: lang.t(sv, en) }
}
