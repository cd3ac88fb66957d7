//! One case for the registrar: its number, and requests for its records.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use super::under_register;
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::answer::day;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::records::request::{self, NewRequest};
use crate::records::{Decision, number};
use crate::text::{self, Lang};
use crate::web::page::Notice;
use crate::web::pages::coordinator::{Choice, Refused};
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "records/case.html")]
struct CasePage {
    page: Page,
    lang: Lang,
    view: View,
}

struct View {
    case: Case,
    address: String,
    may_number: bool,
    released: bool,
    may_record: bool,
    requests: Vec<RequestView>,
    decisions: Vec<Choice>,
    refused: Option<Refused>,
    lang: Lang,
}

struct RequestView {
    id: String,
    asked_on: String,
    asked_by: String,
    wanted: String,
    decided: Option<String>,
    reason: String,
}

impl View {
    fn typed(&self, name: &str, field: &str) -> String {
        Refused::typed(self.refused.as_ref(), name, field)
    }

    fn fault(&self, name: &str) -> Option<String> {
        Refused::fault(self.refused.as_ref(), name, self.lang)
    }
}

/// A year and a unit in an address.
type Place = Path<(i32, String)>;

/// `GET /diarium/{year}/{unit}`.
pub async fn show(viewer: Viewer, place: Place) -> Answer {
    render(&viewer, place.into_inner(), None).await
}

async fn render(viewer: &Viewer, (year, slug): (i32, String), refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let mut view = viewer.read(move |db, standing| load(db, standing, year, &slug, lang)).await?;
    let mut title = format!("{} {year}", view.case.unit.name);
    if refused.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let status = refused.as_ref().map_or(StatusCode::OK, |refused| status(refused.problem.kind));
    let page = under_register(viewer.page(title), year);
    view.refused = refused;
    page_with(status, &CasePage { page, lang, view })
}

fn load(db: &mut Db, standing: &Standing, year: i32, slug: &str, lang: Lang) -> Result<View, Problem> {
    let case = cycles::store::find(db, standing, slug, year, Object::RegistryNumber, Deed::Read)?;
    let may = |object, deed| standing.may(&case.reference(), object, deed);
    let released = may(Object::Records, Deed::Read);
    let requests = if released { request::requests(db, standing, &case)? } else { Vec::new() };
    let requests = requests.into_iter().map(|one| RequestView {
        id: one.id.to_string(),
        asked_on: text::date(one.asked_on, lang),
        asked_by: one.asked_by,
        wanted: one.wanted,
        decided: one
            .decision
            .zip(one.decided_at)
            .map(|(decision, at)| format!("{}, {}", decision.word(lang), text::date(local_day(at), lang))),
        reason: one.decision_reason.unwrap_or_default(),
    });
    Ok(View {
        address: format!("/diarium/{year}/{slug}"),
        may_number: may(Object::RegistryNumber, Deed::Write),
        may_record: may(Object::Records, Deed::Write),
        released,
        requests: requests.collect(),
        decisions: Decision::ALL
            .iter()
            .map(|decision| Choice {
                value: decision.as_str().to_owned(),
                label: decision.word(lang).to_owned(),
            })
            .collect(),
        refused: None,
        lang,
        case,
    })
}

/// A registry number.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Number {
    #[validate(length(max = 200))]
    number: String,
}

/// `POST /diarium/{year}/{unit}/nummer`.
pub async fn give_number(viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Number>();
    let done = viewer.t("Diarienumret är sparat.", "The registry number is saved.");
    does(&viewer, place.into_inner(), ("nummer", sent), done, move |act, standing, case| {
        number::give(act, standing, &case.id, &asked?.number)
    })
    .await
}

/// A request for records.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    #[validate(length(max = 20))]
    asked_on: String,
    #[validate(length(max = 200))]
    asked_by: String,
    #[validate(length(max = 10_000))]
    wanted: String,
}

/// `POST /diarium/{year}/{unit}/begaran`.
pub async fn record(viewer: Viewer, place: Place, sent: Form) -> Answer {
    let asked = sent.read::<Recorded>();
    let done = viewer.t("Begäran är antecknad.", "The request is recorded.");
    does(&viewer, place.into_inner(), ("begaran", sent), done, move |act, standing, case| {
        let Recorded { asked_on, asked_by, wanted } = asked?;
        let asked_on = day(&asked_on).ok_or_else(|| {
            Problem::invalid(
                "day_missing",
                "Skriv dagen då begäran kom, som 2026-12-31.",
                "Write the day on which the request came, such as 2026-12-31.",
            )
        })?;
        request::record(act, standing, &case.id, &NewRequest { asked_on, asked_by, wanted }).map(drop)
    })
    .await
}

/// The decision on a request.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    #[validate(length(max = 20))]
    decision: String,
    #[validate(length(max = 10_000))]
    reason: String,
}

/// `POST /diarium/{year}/{unit}/begaran/{id}`.
pub async fn decide(viewer: Viewer, place: Path<(i32, String, String)>, sent: Form) -> Answer {
    let (year, slug, id) = place.into_inner();
    let asked = sent.read::<Decided>();
    let done = viewer.t("Beslutet är antecknat.", "The decision is recorded.");
    let (name, request) = (format!("begaran-{id}"), RowId::from(id));
    does(&viewer, (year, slug), (&name, sent), done, move |act, standing, case| {
        let Decided { decision, reason } = asked?;
        let decision = Decision::from_text(&decision).ok_or_else(|| {
            Problem::invalid(
                "no_decision",
                "Välj hur begäran avgjordes.",
                "Choose how the request was decided.",
            )
        })?;
        request::decide(act, standing, &case.id, &request, decision, &reason)
    })
    .await
}

/// Does one act about a case and goes back to its page; what is refused is shown there with what was typed.
async fn does(
    viewer: &Viewer,
    (year, slug): (i32, String),
    (name, sent): (&str, Form),
    done: &str,
    work: impl FnOnce(&mut Act<'_>, &Standing, &Case) -> Result<(), Problem> + Send + 'static,
) -> Answer {
    let unit = slug.clone();
    let tried = viewer
        .act(move |act, standing| {
            let case =
                cycles::store::find(act.db, standing, &unit, year, Object::RegistryNumber, Deed::Read)?;
            work(act, standing, &case)
        })
        .await;
    match tried {
        Ok(()) => Ok(viewer.see_other(&format!("/diarium/{year}/{slug}"), Some(Notice::done(done)))),
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(viewer, (year, slug), Some(Refused::new(name, problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
