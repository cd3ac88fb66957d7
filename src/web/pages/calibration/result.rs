//! What a reviewer sees after locking: the own levels beside everybody's who has locked, without names.

use actix_web::web::{Data, Path};
use askama::Template;

use super::list::find;
use super::{Chip, form_of, name, number, under_list};
use crate::app::App;
use crate::calibration::measure::Measured;
use crate::calibration::view;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::number::{display_short, whole};
use crate::problem::Problem;
use crate::reviews::Score;
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/result.html")]
struct ResultPage {
    page: Page,
    lang: Lang,
    view: ResultView,
}

struct ResultView {
    path: String,
    locked: usize,
    /// An area's id, its title, and its criteria.
    areas: Vec<(String, String, Vec<Row>)>,
    /// Own levels, and how many of them are at most one step from the median.
    given: usize,
    near: usize,
}

struct Row {
    id: String,
    title: String,
    own: Chip,
    median: String,
    distance: String,
    far: bool,
    /// How many gave each level and K, with whether it is the own one.
    spread: Vec<(&'static str, usize, bool)>,
}

/// `GET /ovning/{case}/resultat`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<String>) -> Answer {
    let (lang, service) = (viewer.lang, app.get_ref().clone());
    let (case, view) = viewer.read(move |db, standing| load(db, standing, &service, &place, lang)).await?;
    let title = viewer.t("Så ligger du till", "How you stand");
    let page_ = under_list(viewer.page(title)).under(case, view.path.clone());
    page(&ResultPage { page: page_, lang, view })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    address: &str,
    lang: Lang,
) -> Result<(String, ResultView), Problem> {
    let own = find(db, standing, address)?;
    let spread = view::own_spread(db, &own)?;
    let form = form_of(app, &own.round)?;
    let nothing = Measured::default();
    let mut areas = Vec::new();
    for area in &form.areas {
        let row = |criterion: &crate::forms::Criterion| {
            let score = own.scores.get(&criterion.id)?.score?;
            let measured = spread.get(&criterion.id).unwrap_or(&nothing);
            Some(Row::new(&criterion.id, criterion.title.get(lang), score, measured))
        };
        let rows: Vec<Row> = area.criteria.iter().filter_map(row).collect();
        if !rows.is_empty() {
            areas.push((area.id.clone(), format!("{}. {}", area.id, area.title.get(lang)), rows));
        }
    }
    let rows = || areas.iter().flat_map(|(_, _, rows)| rows);
    let view = ResultView {
        path: own.case.review_path(),
        locked: spread.values().map(Measured::answered).max().unwrap_or(0),
        given: rows().filter(|row| row.own.level != "x").count(),
        near: rows().filter(|row| row.own.level != "x" && !row.far).count(),
        areas,
    };
    Ok((name(own.case, lang), view))
}

impl Row {
    fn new(id: &str, title: &str, own: Score, measured: &Measured) -> Row {
        let distance = measured.distance(own);
        let at = |score: &'static str, count: usize| (score, count, own.as_str() == score);
        let levels = ["0", "1", "2", "3", "4"].into_iter().zip(measured.levels);
        let spread = levels.map(|(level, count)| at(level, count)).chain([at("K", measured.cannot_judge)]);
        let far = distance.as_ref().is_some_and(|far| *far > whole(1) || *far < whole(-1));
        let distance = distance
            .map(|far| format!("{}{}", if far > whole(0) { "+" } else { "" }, display_short(&far, 1)));
        Row {
            id: id.to_owned(),
            title: title.to_owned(),
            own: Chip::of(Some(own)),
            median: number(measured.median().as_ref()),
            distance: distance.unwrap_or_else(|| "\u{2013}".to_owned()),
            far,
            spread: spread.collect(),
        }
    }
}
