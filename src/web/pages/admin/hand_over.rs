//! A unit is handed over from its head to another.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use crate::cycles::hand_over::{self, HandOver};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, store};
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::text::Lang;
use crate::units;
use crate::web::page::Notice;
use crate::web::pages::coordinator::{Choice, Refused};
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "admin/hand_over.html")]
struct HandOverPage {
    page: Page,
    lang: Lang,
    view: View,
    chosen: String,
    fault: Option<String>,
}

struct View {
    slug: String,
    unit: String,
    /// The head's identifier and name.
    head: Option<(String, String)>,
    people: Vec<Choice>,
}

/// `GET /admin/enheter/{unit}`.
pub async fn show(viewer: Viewer, unit: Path<String>) -> Answer {
    render(&viewer, unit.into_inner(), None).await
}

async fn render(viewer: &Viewer, slug: String, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, &slug)).await?;
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let mut title = lang.t("Byt verksamhetschef", "Change the head of unit").to_owned();
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let shown = HandOverPage {
        page: viewer
            .page(title)
            .under(lang.t("Personer och roller", "People and roles"), "/admin")
            .under(lang.t("Enheter", "Units"), "/admin/enheter"),
        lang,
        view,
        chosen: Refused::typed(refused.as_ref(), "", "to"),
        fault,
    };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

fn load(db: &mut Db, standing: &Standing, slug: &str) -> Result<View, Problem> {
    standing.require_role(GrantedRole::Administrator)?;
    let unit = units::store::by_slug(db, slug)?;
    let head = store::heads_of(db, &unit.id)?.into_iter().next();
    let everybody = store::everybody(db)?;
    let named = head.and_then(|id| {
        let person = everybody.iter().find(|person| person.id == id)?;
        Some((id.to_string(), person.name.clone()))
    });
    let people = everybody
        .into_iter()
        .filter(|person| person.active)
        .filter(|person| named.as_ref().is_none_or(|(id, _)| person.id.as_str() != id))
        .map(|person| Choice {
            value: person.id.to_string(),
            label: format!("{}, {}", person.name, person.email),
        })
        .collect();
    Ok(View { slug: unit.slug, unit: unit.name, head: named, people })
}

/// Who takes over.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[validate(length(min = 1, max = 64))]
    from: String,
    #[validate(length(max = 64))]
    to: String,
    /// `contributor` or `nothing`.
    #[validate(length(max = 20))]
    becomes: String,
}

/// `POST /admin/enheter/{unit}`.
pub async fn send(viewer: Viewer, unit: Path<String>, sent: Form) -> Answer {
    let slug = unit.into_inner();
    let asked = sent.read::<Asked>();
    let of = slug.clone();
    let tried = viewer
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Administrator)?;
            let Asked { from, to, becomes } = asked?;
            if to.is_empty() {
                return Err(Problem::invalid(
                    "no_person",
                    "Välj den nya verksamhetschefen.",
                    "Choose the new head of unit.",
                ));
            }
            let unit = units::store::by_slug(act.db, &of)?;
            let asked = HandOver {
                from: PersonId::from(from),
                to: PersonId::from(to),
                stays: becomes == "contributor",
            };
            hand_over::hand_over(act, standing, &unit, &asked)
        })
        .await;
    match tried {
        Ok(_) => {
            let done = viewer.t(
                "Enheten har en ny verksamhetschef. Båda har fått ett mejl.",
                "The unit has a new head. Both have got a mail.",
            );
            Ok(viewer.see_other("/admin/enheter", Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&viewer, slug, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
