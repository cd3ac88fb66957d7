//! The coordinator reads a copy, with every place marked where something was taken out or may still tell.

use actix_web::web::{Data, Path};
use askama::Template;

use super::shown::{self, Fact, Marks, Part, facts, parts};
use super::{BACKGROUND, form_of, name, under_round};
use crate::app::App;
use crate::assessments;
use crate::calibration::RoundState;
use crate::calibration::copy::{self, Content};
use crate::calibration::view;
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "calibration/read.html")]
struct ReadPage {
    page: Page,
    lang: Lang,
    view: ReadView,
}

struct ReadView {
    round: String,
    path: String,
    source: String,
    preparing: bool,
    marks: Marks,
    areas: Vec<AreaView>,
}

struct AreaView {
    title: String,
    places: Vec<Place>,
}

struct Place {
    id: String,
    word: String,
    title: String,
    facts: Vec<Fact>,
    indicators: Vec<(String, String)>,
    evidence: String,
    left: Option<Vec<Part>>,
    has_texts: bool,
    version: i32,
}

/// `GET /cykel/{year}/ovning/{number}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<(i32, i32)>) -> Answer {
    let ((year, number), lang, service) = (place.into_inner(), viewer.lang, app.get_ref().clone());
    let (title, view) =
        viewer.read(move |db, standing| load(db, standing, &service, (year, number), lang)).await?;
    let page_ = under_round(viewer.page(title), year);
    page(&ReadPage { page: page_, lang, view })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (year, number): (i32, i32),
    lang: Lang,
) -> Result<(String, ReadView), Problem> {
    let known = view::coordinated_case(db, standing, year, number)?;
    let form = form_of(app, &known.round)?;
    let terms = view::terms(db, &form, &known.source)?;
    let copy = view::copy(db, &known)?;
    let (period, mut marks) = (known.case.period, Marks::default());
    let mut areas = Vec::new();
    let texts = |id: &str, content: &Content| {
        !copy::texts(&copy::fields(&form, form.criterion(id)), content).is_empty()
    };
    if let Some((version, content)) = copy.get(assessments::BACKGROUND) {
        let place = Place {
            id: BACKGROUND.to_owned(),
            word: BACKGROUND.to_owned(),
            title: lang.t("Svar om enheten", "Answers about the unit").to_owned(),
            facts: facts(&terms, shown::about(&form, content, period, lang), &mut marks),
            indicators: Vec::new(),
            evidence: String::new(),
            left: None,
            has_texts: texts(assessments::BACKGROUND, content),
            version: *version,
        };
        areas
            .push(AreaView { title: lang.t("Om enheten", "About the unit").to_owned(), places: vec![place] });
    }
    for area in &form.areas {
        let mut places = Vec::new();
        for criterion in &area.criteria {
            let Some((version, content)) = copy.get(&criterion.id) else { continue };
            let material = shown::criterion(&form, criterion, content, period, lang);
            places.push(Place {
                id: criterion.id.clone(),
                word: criterion.id.clone(),
                title: criterion.title.get(lang).to_owned(),
                facts: facts(&terms, material.answers, &mut marks),
                indicators: material.indicators,
                evidence: material.evidence,
                left: material.left.map(|left| parts(&terms, &left, &mut marks)),
                has_texts: texts(&criterion.id, content),
                version: *version,
            });
        }
        let title = format!("{}. {}", area.id, area.title.get(lang));
        areas.push(AreaView { title, places });
    }
    let source = format!("{} {}", known.source.unit.name, known.source.year);
    let preparing = known.round.state == RoundState::Preparing;
    let view = ReadView {
        round: format!("/cykel/{year}/ovning"),
        path: known.case.coordination_path(),
        source,
        preparing,
        marks,
        areas,
    };
    Ok((name(known.case, lang), view))
}
