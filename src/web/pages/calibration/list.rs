//! The reviewer's list of calibration cases.

use actix_web::web::{Data, Path};
use askama::Template;

use super::{form_of, name};
use crate::app::App;
use crate::calibration::{CalibrationCase, RoundState, store, view};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/list.html")]
struct ListPage {
    page: Page,
    lang: Lang,
    rounds: Vec<RoundRows>,
}

struct RoundRows {
    year: i32,
    state: RoundState,
    due: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    locked: bool,
    open: bool,
    done: usize,
    of: usize,
}

/// `GET /ovning`.
pub async fn list(app: Data<App>, viewer: Viewer) -> Answer {
    let (lang, service) = (viewer.lang, app.get_ref().clone());
    let rounds = viewer.read(move |db, standing| load(db, standing, &service, lang)).await?;
    page(&ListPage {
        page: viewer
            .page(viewer.t("Övning", "Calibration"))
            .under(viewer.t("Granskning", "Reviewing"), "/granska"),
        lang,
        rounds,
    })
}

fn load(db: &mut Db, standing: &Standing, app: &App, lang: Lang) -> Result<Vec<RoundRows>, Problem> {
    let own = view::own_rounds(db, standing)?;
    if own.is_empty() && !standing.holds(crate::identity::GrantedRole::Reviewer) {
        return Err(Problem::not_found());
    }
    let mut rounds = Vec::new();
    for round in own {
        let form = form_of(app, &round)?;
        let mut rows = Vec::new();
        for case in store::cases(db, round.year)? {
            rows.push(row(db, standing, &form, case, lang)?);
        }
        let due = round.due.map(|due| text::date(due, lang));
        rounds.push(RoundRows { year: round.year, state: round.state, due, rows });
    }
    Ok(rounds)
}

fn row(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    case: CalibrationCase,
    lang: Lang,
) -> Result<Row, Problem> {
    let own = view::reviewed(db, standing, case.year, case.number)?;
    let of = own.criteria(form).count();
    let left: Vec<&str> = own.left(form).collect();
    let href = match left.first().filter(|_| own.may_write()) {
        Some(first) => format!("{}/{}", case.review_path(), area_of(form, first)),
        None if own.may_write() => format!("{}/las", case.review_path()),
        None if own.sees_spread() => format!("{}/resultat", case.review_path()),
        None => {
            format!("{}/{}", case.review_path(), own.criteria(form).next().map_or("", |id| area_of(form, id)))
        }
    };
    Ok(Row {
        name: name(case, lang),
        href,
        locked: own.locked_at.is_some(),
        open: own.round.state == RoundState::Open,
        done: of - left.len(),
        of,
    })
}

/// The area that a criterion belongs to.
pub(super) fn area_of<'a>(form: &'a Form, criterion: &str) -> &'a str {
    form.criteria().find(|(_, known)| known.id == criterion).map_or("", |(area, _)| area.id.as_str())
}

/// `GET /ovning/{case}`: on to what is to be done.
pub async fn open(app: Data<App>, viewer: Viewer, place: Path<String>) -> Answer {
    let (lang, service) = (viewer.lang, app.get_ref().clone());
    let href = viewer
        .read(move |db, standing| {
            let own = find(db, standing, &place)?;
            Ok(row(db, standing, &*form_of(&service, &own.round)?, own.case, lang)?.href)
        })
        .await?;
    Ok(viewer.see_other(&href, None))
}

/// The calibration case that an address names, for one of its reviewers.
pub(super) fn find(db: &mut Db, standing: &Standing, address: &str) -> Result<view::Reviewed, Problem> {
    let (year, number) = CalibrationCase::from_address(address).ok_or_else(Problem::not_found)?;
    view::reviewed(db, standing, year, number)
}

impl RoundRows {
    fn is_open(&self) -> bool {
        self.state == RoundState::Open
    }

    fn left(&self) -> usize {
        self.rows.iter().filter(|row| !row.locked).count()
    }
}
