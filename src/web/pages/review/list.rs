//! The reader's own cases, each with its state, date and next step.

use actix_web::web::Data;
use askama::Template;

use super::step::{Step, step};
use super::{Place, seated};
use crate::app::App;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "review/list.html")]
struct ListPage {
    page: Page,
    lang: Lang,
    rows: Vec<Row>,
}

struct Row {
    case: Case,
    step: Step,
    due: Option<String>,
    /// Whether the assignment can be accepted, declined or left now.
    may_answer: bool,
}

/// `GET /granska`.
pub async fn list(app: Data<App>, viewer: Viewer) -> Answer {
    let lang = viewer.lang;
    let rows = viewer.read(move |db, standing| load(db, standing, &app, lang)).await?;
    page(&ListPage { page: viewer.page(lang.t("Granskning", "Reviewing")), lang, rows })
}

/// Newest year first; what waits for the reader before what does not.
fn load(db: &mut Db, standing: &Standing, app: &App, lang: Lang) -> Result<Vec<Row>, Problem> {
    let seats = standing.seats.iter().map(|seat| seat.case_id.clone());
    let open: Vec<CaseId> = seats.filter(|case| !standing.in_conflict(case)).collect();
    let mut rows = Vec::new();
    for case in cycles::store::by_ids(db, &open)? {
        let step = step(db, standing, app, &case, lang)?;
        let may_answer = super::assignment::is_open(standing, &case);
        rows.push(Row { may_answer, due: step.due.map(|due| text::date(due, lang)), step, case });
    }
    rows.sort_by_key(|row| (-row.case.year, !row.step.is_mine(), row.step.due));
    Ok(rows)
}

/// `GET /granska/{unit}/{year}`: on to what is to be done now, which is where mails link.
pub async fn open(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let next = viewer
        .read(move |db, standing| {
            let case = seated(db, standing, &slug, year)?;
            step(db, standing, &app, &case, lang)
        })
        .await?;
    Ok(viewer.see_other(next.href.as_deref().unwrap_or("/granska"), None))
}
