//! The head's colleagues: invited, given areas, and shown out.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::{Place, form_of, readable};
use crate::app::App;
use crate::assessments::team::invite::{self, Invitation};
use crate::assessments::team::{self, Member, change_areas, end_access};
use crate::cycles::Case;
use crate::identity::rights::{Deed, Object};
use crate::ids::GrantId;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::pages::coordinator::Refused;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "unit/team.html")]
struct TeamPage {
    page: Page,
    lang: Lang,
    case: Case,
    members: Vec<Member>,
    areas: Vec<(String, String)>,
    asked: Asked,
    fault: Option<String>,
}

/// What was typed in a refused invitation.
#[derive(Default)]
struct Asked {
    name: String,
    email: String,
    areas: Vec<String>,
}

impl Asked {
    fn has(&self, area: &str) -> bool {
        self.areas.iter().any(|chosen| chosen == area)
    }
}

/// `GET /enhet/{unit}/{year}/medarbetare`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    render(&app, &viewer, slug, year, None).await
}

async fn render(app: &App, viewer: &Viewer, slug: String, year: i32, refused: Option<Refused>) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let (case, form, members) = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            standing.require(&case.reference(), Object::Team, Deed::Read)?;
            standing.require(&case.reference(), Object::Team, Deed::Write)?;
            let members = team::of_case(db, standing, &case)?;
            Ok((case.clone(), form_of(&service, &case)?, members))
        })
        .await?;
    let typed = |field| Refused::typed(refused.as_ref(), "", field);
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let mut title = lang.t("Medarbetare", "Contributors").to_owned();
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let shown = TeamPage {
        page: viewer
            .page(title)
            .under(lang.t("Mina uppgifter", "My tasks"), "/")
            .under(format!("{} {year}", case.unit.name), case.path()),
        lang,
        members: members.into_iter().filter(|member| !member.head).collect(),
        areas: form
            .areas
            .iter()
            .map(|area| (area.id.clone(), format!("{}. {}", area.id, area.title.get(lang))))
            .collect(),
        asked: Asked {
            name: typed("name"),
            email: typed("email"),
            areas: refused.as_ref().map(Refused::areas).unwrap_or_default(),
        },
        fault,
        case,
    };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

/// `POST /enhet/{unit}/{year}/medarbetare`.
pub async fn invite(app: Data<App>, viewer: Viewer, place: Place, sent: form::Form) -> Answer {
    let (slug, year) = place.into_inner();
    let field = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let new = Invitation { email: field("email"), name: field("name"), areas: chosen(&sent) };
    viewer.act(invite::count_try).await?;
    let (service, unit) = (app.get_ref().clone(), slug.clone());
    let tried = viewer
        .act(move |act, standing| {
            let case = readable(act.db, standing, &unit, year)?;
            let form = form_of(&service, &case)?;
            invite::invite(act, standing, &form, &case.id, &new)
        })
        .await;
    match tried {
        Ok(_) => {
            let done = viewer.t("Inbjudan är skickad med e-post.", "The invitation is sent by e-mail.");
            Ok(viewer.see_other(&address(&slug, year), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&app, &viewer, slug, year, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /enhet/{unit}/{year}/medarbetare/{grant}`: other areas, or the end of the access.
pub async fn change(
    app: Data<App>,
    viewer: Viewer,
    place: Path<(String, i32, String)>,
    sent: form::Form,
) -> Answer {
    let (slug, year, grant) = place.into_inner();
    let (grant, areas) = (GrantId::from(grant), chosen(&sent));
    let ends = match sent.get("what") {
        Some("end") => true,
        Some("areas") => false,
        _ => return Err(Problem::not_found().into()),
    };
    let (service, unit) = (app.get_ref().clone(), slug.clone());
    let tried = viewer
        .act(move |act, standing| {
            let case = readable(act.db, standing, &unit, year)?;
            if ends {
                return end_access::end_access(act, standing, &case.id, &grant);
            }
            let form = form_of(&service, &case)?;
            change_areas::change_areas(act, standing, &form, &case.id, &grant, &areas).map(drop)
        })
        .await;
    match tried {
        Ok(()) => {
            let done = if ends {
                viewer.t("Behörigheten är avslutad.", "The access has ended.")
            } else {
                viewer.t("Områdena är ändrade.", "The areas are changed.")
            };
            Ok(viewer.see_other(&address(&slug, year), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let notice = Notice::danger(problem.sentence(viewer.lang));
            Ok(viewer.see_other(&address(&slug, year), Some(notice)))
        }
        Err(refusal) => Err(refusal),
    }
}

fn address(slug: &str, year: i32) -> String {
    format!("/enhet/{slug}/{year}/medarbetare")
}

fn chosen(sent: &form::Form) -> Vec<String> {
    sent.all("area").map(str::to_owned).collect()
}
