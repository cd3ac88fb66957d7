//! The coordinator's page of what a round shows: per criterion how the levels are spread, and where an anchor is unclear.

use actix_web::web::{Data, Path};
use askama::Template;

use super::{form_of, name, number, under_round};
use crate::app::App;
use crate::calibration::measure::Measured;
use crate::calibration::view;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/spread.html")]
struct SpreadPage {
    page: Page,
    lang: Lang,
    year: i32,
    cases: Vec<CaseSpread>,
    unclear: Vec<String>,
}

struct CaseSpread {
    name: String,
    locked: usize,
    areas: Vec<(String, Vec<Row>)>,
}

/// One criterion of one case.
pub(super) struct Row {
    pub id: String,
    pub title: String,
    pub levels: [usize; 5],
    pub cannot_judge: usize,
    pub median: String,
    pub difference: String,
    pub share: String,
    pub far: bool,
    pub clarified: bool,
}

impl Row {
    fn new(id: &str, title: &str, measured: &Measured, clarified: bool) -> Row {
        let share = measured.cannot_judge_share();
        Row {
            id: id.to_owned(),
            title: title.to_owned(),
            levels: measured.levels,
            cannot_judge: measured.cannot_judge,
            median: number(measured.median().as_ref()),
            difference: number(measured.difference().as_ref()),
            share: share
                .map_or_else(|| "\u{2013}".to_owned(), |share| format!("{}\u{a0}%", number(Some(&share)))),
            far: measured.needs_clarification(),
            clarified,
        }
    }
}

/// `GET /cykel/{year}/ovning/utfall`.
pub async fn show(app: Data<App>, viewer: Viewer, year: Path<i32>) -> Answer {
    let (year, lang, service) = (year.into_inner(), viewer.lang, app.get_ref().clone());
    let (cases, unclear) = viewer.read(move |db, standing| load(db, standing, &service, year, lang)).await?;
    let title = viewer.t("Utfall per kriterium", "Outcome by criterion").to_owned();
    page(&SpreadPage { page: under_round(viewer.page(title), year), lang, year, cases, unclear })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    year: i32,
    lang: Lang,
) -> Result<(Vec<CaseSpread>, Vec<String>), Problem> {
    let round = view::coordinated_round(db, standing, year)?.ok_or_else(Problem::not_found)?;
    let spread = view::spread(db, standing, &round)?;
    let form = form_of(app, &round)?;
    let clarified = view::clarifications(db, standing, &round)?;
    let has =
        |id: &str| clarified.get(id).and_then(|all| all.last()).is_some_and(|last| !last.text.is_empty());
    let locked = crate::calibration::store::locked(db, year)?;
    let mut cases = Vec::new();
    for known in view::coordinated_cases(db, standing, &round)? {
        let case = known.case.number;
        let copy = view::copy(db, &known)?;
        let rows = |area: &crate::forms::Area| {
            let nothing = Measured::default();
            let row = |criterion: &crate::forms::Criterion| {
                copy.contains_key(&criterion.id).then(|| {
                    let measured = spread.get(&criterion.id).and_then(|of| of.get(&case)).unwrap_or(&nothing);
                    Row::new(&criterion.id, criterion.title.get(lang), measured, has(&criterion.id))
                })
            };
            area.criteria.iter().filter_map(row).collect::<Vec<_>>()
        };
        let areas: Vec<(String, Vec<Row>)> = form
            .areas
            .iter()
            .map(|area| (format!("{}. {}", area.id, area.title.get(lang)), rows(area)))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        let locked = locked.iter().filter(|(number, _)| *number == case).count();
        cases.push(CaseSpread { name: name(known.case, lang), locked, areas });
    }
    Ok((cases, view::unclear(&form, &spread, &clarified)))
}

/// What the round shows of one criterion, case by case.
pub(super) fn of_criterion(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    round: &crate::calibration::Round,
    criterion: &str,
    lang: Lang,
) -> Result<Vec<(String, Row)>, Problem> {
    let spread = view::spread(db, standing, round)?;
    let title = form.criterion(criterion).map_or("", |criterion| criterion.title.get(lang));
    let cases = view::coordinated_cases(db, standing, round)?;
    let row = |known: view::Coordinated| {
        let measured = spread.get(criterion)?.get(&known.case.number)?;
        Some((name(known.case, lang), Row::new(criterion, title, measured, false)))
    };
    Ok(cases.into_iter().filter_map(row).collect())
}
