//! Mina uppgifter: where everybody begins.

use askama::Template;

use super::{Answer, Page, Viewer, respond, store};
use crate::clock::local_day;
use crate::identity::GrantedRole;
use crate::text::{self, Lang};

struct Task {
    href: &'static str,
    label: &'static str,
    role: &'static str,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    page: Page,
    today: String,
    kept: bool,
    tasks: Vec<Task>,
}

/// `GET /`
pub(super) async fn tasks(viewer: Viewer) -> Answer {
    let kept = viewer.read(|db, standing| store::kept_post(db, standing.id())).await?.is_some();
    let lang = viewer.lang;
    let mut roles: Vec<GrantedRole> = viewer.standing().grants.iter().map(|grant| grant.role).collect();
    roles.sort_unstable();
    roles.dedup();
    let tasks = roles.into_iter().map(|role| task(role, lang)).collect();
    let page = viewer.page(lang.t("Mina uppgifter", "My tasks"));
    let today = text::date(local_day(viewer.app.clock.now()), lang);
    respond::page(&Start { page, today, kept, tasks })
}

fn task(role: GrantedRole, lang: Lang) -> Task {
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
    Task { href, label: lang.t(sv, en), role: role.word(lang) }
}
