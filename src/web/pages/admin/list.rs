//! People with their roles; requests that wait; adding a person.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::store::{self, NewPerson};
use crate::identity::{Grant, GrantedRole, Organisation, add_person, grant};
use crate::ids::{PersonId, RowId};
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::pages::coordinator::{Choice, Refused};
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

/// How many people the list shows at once.
const MOST_PEOPLE: usize = 50;

/// What narrows the list of people.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// Part of a name or address.
    #[serde(default)]
    sok: String,
    /// A role's stored word.
    #[serde(default)]
    roll: String,
}

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    page: Page,
    lang: Lang,
    view: List,
    filter: Filter,
    new: New,
    fault: Option<String>,
}

struct List {
    requests: Vec<Request>,
    found: usize,
    people: Vec<PersonRow>,
    everybody: usize,
    roles: Vec<Choice>,
    organisations: Vec<Choice>,
}

struct Request {
    id: String,
    person: String,
    role: &'static str,
    by: String,
    may_confirm: bool,
    own: bool,
}

struct PersonRow {
    href: String,
    name: String,
    email: String,
    organisation: &'static str,
    roles: String,
    active: bool,
}

/// What was typed about a person to add.
#[derive(Debug, Default)]
struct New {
    name: String,
    email: String,
    organisation: String,
    language: String,
}

/// `GET /admin`.
pub async fn show(viewer: Viewer, filter: Query<Filter>) -> Answer {
    render(&viewer, filter.into_inner(), None).await
}

async fn render(viewer: &Viewer, filter: Filter, refused: Option<Refused>) -> Answer {
    let (lang, narrow) = (viewer.lang, filter.clone());
    let view = viewer.read(move |db, standing| load(db, standing, &narrow, lang)).await?;
    let typed = |field| Refused::typed(refused.as_ref(), "", field);
    let new = New {
        name: typed("name"),
        email: typed("email"),
        organisation: typed("organisation"),
        language: typed("language"),
    };
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let mut title = lang.t("Personer och roller", "People and roles").to_owned();
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let status = refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    page_with(status, &ListPage { page: viewer.page(title), lang, view, filter, new, fault })
}

fn load(db: &mut Db, standing: &Standing, filter: &Filter, lang: Lang) -> Result<List, Problem> {
    let requests = grant::waiting(db, standing)?;
    let (people, grants, names) = (store::everybody(db)?, store::grants(db, None)?, store::names(db)?);
    let name = |id: &PersonId| names.get(id).cloned().unwrap_or_default();
    let everybody = people.len();
    let wanted = filter.sok.trim().to_lowercase();
    let fits = |person: &crate::identity::Person| {
        let text = person.name.to_lowercase().contains(&wanted) || person.email.contains(&wanted);
        let mut own = grants.iter().filter(|grant| grant.person_id == person.id);
        text && (filter.roll.is_empty() || own.any(|grant| grant.role.as_str() == filter.roll))
    };
    Ok(List {
        requests: requests
            .into_iter()
            .map(|one| Request {
                id: one.id.to_string(),
                person: name(&one.person_id),
                role: one.role.word(lang),
                by: name(&one.asked_by),
                own: one.asked_by == *standing.id(),
                may_confirm: one.asked_by != *standing.id() && one.person_id != *standing.id(),
            })
            .collect(),
        found: people.iter().filter(|person| fits(person)).count(),
        people: people
            .iter()
            .filter(|person| fits(person))
            .take(MOST_PEOPLE)
            .map(|person| PersonRow {
                href: href(&person.id),
                name: person.name.clone(),
                email: person.email.clone(),
                organisation: person.organisation.word(lang),
                roles: roles(&person.id, &grants, lang),
                active: person.active,
            })
            .collect(),
        everybody,
        roles: choices(GrantedRole::ALL.iter().map(|role| (role.as_str(), role.word(lang)))),
        organisations: choices(Organisation::ALL.iter().map(|one| (one.as_str(), one.word(lang)))),
    })
}

/// The address of a person's page.
pub(super) fn href(person: &PersonId) -> String {
    format!("/admin/person/{person}")
}

/// Words to choose among.
pub(in crate::web::pages) fn choices<'a>(of: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice> {
    of.map(|(value, label)| Choice { value: value.to_owned(), label: label.to_owned() }).collect()
}

/// The roles that a person holds, each once, in words.
fn roles(person: &PersonId, grants: &[Grant], lang: Lang) -> String {
    let mut held: Vec<GrantedRole> =
        grants.iter().filter(|grant| grant.person_id == *person).map(|grant| grant.role).collect();
    held.sort_unstable();
    held.dedup();
    let words: Vec<&str> = held.into_iter().map(|role| role.word(lang)).collect();
    words.join(", ")
}

/// A person to add.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Added {
    #[validate(length(max = 200))]
    name: String,
    #[validate(length(max = 254))]
    email: String,
    #[validate(length(max = 20))]
    organisation: String,
    #[validate(length(max = 2))]
    language: String,
}

impl Added {
    fn into_person(self) -> Result<NewPerson, Problem> {
        let organisation = Organisation::from_text(&self.organisation).ok_or_else(|| {
            Problem::invalid("no_organisation", "Välj organisation.", "Choose an organisation.")
        })?;
        Ok(NewPerson {
            email: self.email,
            name: self.name,
            organisation,
            language: Lang::from_tag(&self.language).unwrap_or_default(),
            external_id: None,
        })
    }
}

/// `POST /admin/person`.
pub async fn add(viewer: Viewer, sent: Form) -> Answer {
    let asked = sent.read::<Added>();
    let added = viewer.act(move |act, standing| add_person::add(act, standing, &asked?.into_person()?)).await;
    match added {
        Ok(person) => {
            let done =
                viewer.t("Personen är tillagd. Ge en roll nu.", "The person is added. Give a role now.");
            Ok(viewer.see_other(&href(&person), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            let refused = Refused::new("", problem, sent);
            render(&viewer, Filter::default(), Some(refused)).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /admin/begaran/{id}/bekrafta`.
pub async fn confirm(viewer: Viewer, request: Path<String>) -> Answer {
    let id = RowId::from(request.into_inner());
    viewer.act(move |act, standing| grant::confirm(act, standing, &id)).await?;
    let done = viewer.t("Rollen är given.", "The role is given.");
    Ok(viewer.see_other("/admin", Some(Notice::done(done))))
}

/// `POST /admin/begaran/{id}/avsla`.
pub async fn turn_down(viewer: Viewer, request: Path<String>) -> Answer {
    let id = RowId::from(request.into_inner());
    viewer.act(move |act, standing| grant::turn_down(act, standing, &id)).await?;
    let done = viewer.t("Begäran är borttagen.", "The request is removed.");
    Ok(viewer.see_other("/admin", Some(Notice::done(done))))
}
