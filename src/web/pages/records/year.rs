//! A year in the register: every case with its number, and the archive.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

use crate::cycles;
use crate::cycles::state::CycleState;
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::records::archive;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::pages::coordinator::Refused;
use crate::web::respond::{Answer, Refusal, page_with, status};
use crate::web::{Form, Page, Viewer};

#[derive(Template)]
#[template(path = "records/year.html")]
struct YearPage {
    page: Page,
    lang: Lang,
    view: View,
    receipt: String,
    fault: Option<String>,
}

struct View {
    year: i32,
    years: Vec<i32>,
    state: &'static str,
    may_archive: bool,
    archived_as: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    unit: String,
    administration: String,
    number: String,
    /// Where the case is, from the release on.
    state: Option<&'static str>,
}

/// `GET /diarium`: the newest year.
pub async fn newest(viewer: Viewer) -> Answer {
    let newest = viewer
        .read(|db, standing| {
            standing.require_role(GrantedRole::Registrar)?;
            let cycles = cycles::store::cycles(db)?;
            let begun = cycles.iter().find(|cycle| cycle.state != CycleState::Planned);
            begun.or(cycles.first()).map(|cycle| cycle.year).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(viewer.see_other(&format!("/diarium/{newest}"), None))
}

/// `GET /diarium/{year}`.
pub async fn show(viewer: Viewer, year: Path<i32>) -> Answer {
    render(&viewer, year.into_inner(), None).await
}

async fn render(viewer: &Viewer, year: i32, refused: Option<Refused>) -> Answer {
    let lang = viewer.lang;
    let view = viewer.read(move |db, standing| load(db, standing, year, lang)).await?;
    let fault = Refused::fault(refused.as_ref(), "", lang);
    let mut title = format!("{} {year}", lang.t("Diarium", "Registry"));
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
    }
    let receipt = Refused::typed(refused.as_ref(), "", "receipt");
    let shown = YearPage { page: viewer.page(title), lang, view, receipt, fault };
    page_with(refused.map_or(StatusCode::OK, |refused| status(refused.problem.kind)), &shown)
}

fn load(db: &mut Db, standing: &Standing, year: i32, lang: Lang) -> Result<View, Problem> {
    standing.require_role(GrantedRole::Registrar)?;
    let cycle = cycles::store::cycle(db, year)?;
    let mut cases = cycles::store::all_of_year(db, year)?;
    cases.retain(|case| standing.may(&case.reference(), Object::RegistryNumber, Deed::Read));
    Ok(View {
        year,
        years: cycles::store::cycles(db)?.into_iter().map(|cycle| cycle.year).collect(),
        state: cycle.state.word(lang),
        may_archive: cycle.state == CycleState::Closed,
        archived_as: cycle.archived_as,
        rows: cases
            .into_iter()
            .map(|case| Row {
                href: format!("/diarium/{year}/{}", case.unit.slug),
                state: standing
                    .may(&case.reference(), Object::Records, Deed::Read)
                    .then(|| case.state.word(lang)),
                unit: case.unit.name,
                administration: case.unit.administration.name,
                number: case.registry_number.unwrap_or_default(),
            })
            .collect(),
    })
}

/// The archive's receipt.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    #[validate(length(max = 2000))]
    receipt: String,
}

/// `POST /diarium/{year}/arkivera`.
pub async fn archive(viewer: Viewer, year: Path<i32>, sent: Form) -> Answer {
    let year = year.into_inner();
    let asked = sent.read::<Receipt>();
    match viewer.act(move |act, standing| archive::archive(act, standing, year, &asked?.receipt)).await {
        Ok(_) => {
            let done = viewer.t("Året är arkiverat.", "The year is archived.");
            Ok(viewer.see_other(&format!("/diarium/{year}"), Some(Notice::done(done))))
        }
        Err(Refusal(problem)) if Refused::is_mendable(&problem) => {
            render(&viewer, year, Some(Refused::new("", problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
