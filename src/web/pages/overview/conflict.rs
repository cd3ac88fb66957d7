//! Members of the coordination group declare conflicts of interest before they read a year's results.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;

use super::Filter;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::standing::{Stage, Standing};
use crate::ids::CaseId;
use crate::problem::{Kind, Problem};
use crate::reviews::conflict::declare::declare_many;
use crate::reviews::conflict::{Stated, grounds};
use crate::state::CaseState;
use crate::text::Lang;
use crate::web::page::Notice;
use crate::web::respond::{Answer, Refusal, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "overview/conflict.html")]
struct ConflictPage {
    page: Page,
    lang: Lang,
    year: i32,
    cases: Vec<CaseRow>,
    grounds: Vec<(&'static str, String)>,
    statement: String,
    fault: Option<String>,
}

struct CaseRow {
    id: String,
    unit: String,
    administration: String,
    conflict: bool,
    ground: String,
    words: String,
}

/// `GET /oversikt/jav?ar=`.
pub async fn show(viewer: Viewer, filter: Query<Filter>) -> Answer {
    render(&viewer, filter.ar, None).await
}

async fn render(viewer: &Viewer, year: Option<i32>, refused: Option<(Problem, form::Form)>) -> Answer {
    let lang = viewer.lang;
    let fault = refused.as_ref().map(|(problem, _)| problem.message.get(lang).to_owned());
    let sent = refused.map(|(_, sent)| sent).unwrap_or_default();
    let (year, cases) = viewer.read(move |db, standing| undeclared(db, standing, year)).await?;
    let typed =
        |name: &str, case: &Case| sent.get(&format!("{name}.{}", case.id)).unwrap_or_default().to_owned();
    let rows = cases.iter().map(|case| CaseRow {
        conflict: !typed("conflict", case).is_empty(),
        ground: typed("ground", case),
        words: typed("words", case),
        id: case.id.to_string(),
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
    });
    let open = grounds::open_to(viewer.standing().person.organisation);
    let (mut title, mut status) =
        (lang.t("Ta ställning till jäv", "Declare conflicts of interest").to_owned(), StatusCode::OK);
    if fault.is_some() {
        title = format!("{}{title}", lang.t("Fel: ", "Error: "));
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let page = viewer
        .page(title)
        .under(format!("{} {year}", lang.t("Översikt", "Overview")), format!("/oversikt?ar={year}"));
    let template = ConflictPage {
        page,
        lang,
        year,
        cases: rows.collect(),
        grounds: open.map(|one| (one.id, format!("{} {}", one.paragraph, one.text(lang)))).collect(),
        statement: grounds::statement().get(lang).to_owned(),
        fault,
    };
    page_with(status, &template)
}

/// Whether a member of the group has to declare about a case before it opens.
pub(super) fn waits(standing: &Standing, case: &Case) -> bool {
    case.state != CaseState::Cancelled && standing.must_declare(&case.reference()) == Some(Stage::Group)
}

/// The cases of a year that the member has not declared about; without a year, of the newest that has any.
fn undeclared(db: &mut Db, standing: &Standing, year: Option<i32>) -> Result<(i32, Vec<Case>), Problem> {
    standing.require_role(GrantedRole::Group)?;
    let years = match year {
        Some(year) => vec![year],
        None => cycles::store::cycles(db)?.into_iter().map(|cycle| cycle.year).take(2).collect(),
    };
    let mut newest = years.first().copied().unwrap_or_default();
    let mut cases = Vec::new();
    for year in years {
        cases = cycles::store::all_of_year(db, year)?;
        cases.retain(|case| waits(standing, case));
        if !cases.is_empty() {
            newest = year;
            break;
        }
    }
    Ok((newest, cases))
}

/// `POST /oversikt/jav`: every case of the form is declared at once, or none.
pub async fn declare(viewer: Viewer, sent: form::Form) -> Answer {
    let year = sent.get("year").and_then(|year| year.parse::<i32>().ok());
    let declared: Vec<(CaseId, Option<Stated>)> = sent
        .all("case")
        .filter_map(|id| {
            let field = |name: &str| sent.get(&format!("{name}.{id}")).unwrap_or_default().to_owned();
            let stated = Stated { ground: field("ground"), words: field("words") };
            let conflict = !field("conflict").is_empty() || !stated.ground.is_empty();
            Some((CaseId::from_text(id)?, conflict.then_some(stated)))
        })
        .collect();
    match viewer.act(move |act, standing| declare_many(act, standing, &declared)).await {
        Ok(()) => {
            let notice = viewer.t("Tack. Du har tagit ställning till jäv.", "Thank you. You have declared.");
            let path = year.map_or_else(|| "/oversikt".to_owned(), |year| format!("/oversikt?ar={year}"));
            Ok(viewer.see_other(&path, Some(Notice::done(notice))))
        }
        Err(Refusal(problem)) if problem.kind == Kind::Invalid => {
            render(&viewer, year, Some((problem, sent))).await
        }
        Err(refusal) => Err(refusal),
    }
}
