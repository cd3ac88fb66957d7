//! One person: account and roles.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::list::{choices, href};
use crate::db::Db;
use crate::identity::grant::{self, Given};
use crate::identity::standing::Standing;
use crate::identity::store::{self, NewGrant};
use crate::identity::{Grant, GrantedRole, Person, session};
use crate::ids::{AdministrationId, GrantId, PersonId, UnitId};
use crate::problem::Problem;
use crate::text::Lang;
use crate::units::{self, Administration, Unit};
use crate::web::page::Notice;
use crate::web::pages::coordinator::{Choice, Refused};
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    page: Page,
    lang: Lang,
    view: PersonView,
    address: String,
    asked: Asked,
    fault: Option<String>,
}

struct PersonView {
    person: Person,
    sessions: usize,
    held: Vec<Held>,
    waiting: Vec<&'static str>,
    roles: Vec<Choice>,
    units: Vec<Choice>,
    administrations: Vec<Choice>,
}

struct Held {
    id: String,
    role: &'static str,
    place: String,
}

/// `GET /admin/person/{id}`.
pub async fn show(viewer: Viewer, person: Path<String>) -> Answer {
    render(&viewer, person.into_inner(), None).await
}

async fn render(viewer: &Viewer, person: String, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let id = PersonId::from(person);
    let address = href(&id);
    let view = viewer.read(move |db, standing| load(db, standing, &id, lang)).await?;
    let typed = |field| Refused::typed(refused.as_ref(), "", field);
    let asked = Asked {
        role: typed("role"),
        unit: typed("unit"),
        administration: typed("administration"),
        year: typed("year"),
        areas: typed("areas"),
    };
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let mut title = view.person.name.clone();
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let page = viewer.page(title).under(lang.t("Personer och roller", "People and roles"), "/admin");
    let status = refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    page_with(status, &PersonPage { page, lang, view, address, asked, fault })
}

fn load(db: &mut Db, standing: &Standing, id: &PersonId, lang: Lang) -> Result<PersonView, Problem> {
    let waiting = grant::waiting(db, standing)?;
    let person = store::person(db, id)?.ok_or_else(Problem::not_found)?;
    let (units, administrations) = (units::store::all(db)?, units::store::administrations(db)?);
    let held = store::grants(db, Some(id))?;
    Ok(PersonView {
        sessions: session::sessions_of(db, id)?.len(),
        held: held
            .iter()
            .map(|grant| Held {
                id: grant.id.to_string(),
                role: grant.role.word(lang),
                place: place(grant, &units, &administrations, lang),
            })
            .collect(),
        waiting: waiting
            .iter()
            .filter(|request| request.person_id == *id)
            .map(|request| request.role.word(lang))
            .collect(),
        roles: choices(GrantedRole::ALL.iter().map(|role| (role.as_str(), role.word(lang)))),
        units: choices(units.iter().map(|unit| (unit.id.as_str(), unit.name.as_str()))),
        administrations: choices(administrations.iter().map(|one| (one.id.as_str(), one.name.as_str()))),
        person,
    })
}

/// What narrows a role: unit or administration, areas, year.
fn place(grant: &Grant, units: &[Unit], administrations: &[Administration], lang: Lang) -> String {
    let unit = grant.unit_id.as_ref().and_then(|id| units.iter().find(|unit| unit.id == *id));
    let administration =
        grant.administration_id.as_ref().and_then(|id| administrations.iter().find(|one| one.id == *id));
    let areas =
        grant.areas.as_ref().map(|areas| format!("{} {}", lang.t("område", "area"), areas.join(", ")));
    let year = grant.year.map(|year| format!("{} {year}", lang.t("bara", "only")));
    let parts = [unit.map(|unit| unit.name.clone()), administration.map(|one| one.name.clone()), areas, year];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// A role to give.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[validate(length(max = 40))]
    role: String,
    #[validate(length(max = 64))]
    unit: String,
    #[validate(length(max = 64))]
    administration: String,
    #[validate(length(max = 4))]
    year: String,
    #[validate(length(max = 40))]
    areas: String,
}

impl Asked {
    fn into_grant(self, person: PersonId) -> Result<NewGrant, Problem> {
        let role = GrantedRole::from_text(&self.role)
            .ok_or_else(|| Problem::invalid("no_role", "Välj en roll.", "Choose a role."))?;
        let year = match self.year.trim() {
            "" => None,
            year => Some(year.parse().map_err(|_| {
                Problem::invalid(
                    "no_year",
                    "Skriv ett år, till exempel 2026.",
                    "Write a year, for example 2026.",
                )
            })?),
        };
        let areas: Vec<String> =
            self.areas.split([',', ' ']).filter(|area| !area.is_empty()).map(str::to_uppercase).collect();
        Ok(NewGrant {
            person_id: person,
            unit_id: UnitId::from_text(&self.unit),
            administration_id: AdministrationId::from_text(&self.administration),
            year,
            areas: (role == GrantedRole::Contributor && !areas.is_empty()).then_some(areas),
            role,
            granted_by: None,
        })
    }
}

/// `POST /admin/person/{id}`.
pub async fn give(viewer: Viewer, person: Path<String>, sent: Form) -> Answer {
    let id = PersonId::from(person.into_inner());
    let to = href(&id);
    let (asked, of) = (sent.read::<Asked>(), id.clone());
    match viewer.act(move |act, standing| grant::give(act, standing, &asked?.into_grant(of)?)).await {
        Ok(Given::Now(_)) => {
            let done = viewer.t("Rollen är given.", "The role is given.");
            Ok(viewer.see_other(&to, Some(Notice::done(done))))
        }
        Ok(Given::Asked(_)) => {
            let done = viewer.t(
                "En annan administratör behöver bekräfta rollen.",
                "Another administrator must confirm the role.",
            );
            Ok(viewer.see_other(&to, Some(Notice::info(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&viewer, id.to_string(), Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /admin/person/{id}/inloggningar`: ends every session of the person.
pub async fn end_sessions(viewer: Viewer, person: Path<String>) -> Answer {
    let id = PersonId::from(person.into_inner());
    let to = href(&id);
    viewer.act(move |act, standing| session::end_of_person(act, standing, &id)).await?;
    let done = viewer.t("Alla inloggningar är avslutade.", "All sessions have ended.");
    Ok(viewer.see_other(&to, Some(Notice::done(done))))
}

/// `POST /admin/person/{id}/roll/{grant}`.
pub async fn end(viewer: Viewer, place: Path<(String, String)>, sent: Form) -> Answer {
    let (person, grant) = place.into_inner();
    let to = href(&PersonId::from(person.clone()));
    let grant = GrantId::from(grant);
    match viewer.act(move |act, standing| grant::end(act, standing, &grant)).await {
        Ok(()) => {
            let done = viewer.t("Rollen är avslutad.", "The role has ended.");
            Ok(viewer.see_other(&to, Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&viewer, person, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
