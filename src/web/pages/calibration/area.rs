//! One area of a calibration case: the copy's answers, the anchors, and the own level.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::list::find;
use super::{Chip, OnScale, form_of, name, scale, shown, under_list};
use crate::app::App;
use crate::assessments::BACKGROUND;
use crate::assessments::shown::Shown;
use crate::calibration::score::Draft;
use crate::calibration::view::Reviewed;
use crate::db::Db;
use crate::forms::{Criterion, Form};
use crate::identity::standing::Standing;
use crate::problem::{Kind, Problem};
use crate::reviews::Score;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page_with, status};
use crate::web::{Page, Viewer};

/// One area of one case, as a page asks for it.
pub(super) struct Asked {
    pub address: String,
    pub area: String,
    /// Why what was sent was not saved.
    pub refused: Option<Problem>,
    /// What was sent and not saved, by criterion.
    pub typed: BTreeMap<String, Draft>,
}

#[derive(Template)]
#[template(path = "calibration/area.html")]
struct AreaPage {
    page: Page,
    lang: Lang,
    view: AreaView,
    fault: Option<String>,
}

struct AreaView {
    path: String,
    area: String,
    name: String,
    title: String,
    steps: Vec<Step>,
    criteria: Vec<CriterionView>,
    about: Vec<Shown>,
    may_write: bool,
    locked: bool,
    most: usize,
    saved: String,
}

struct Step {
    area: String,
    name: String,
    current: bool,
    done: usize,
    of: usize,
}

struct CriterionView {
    id: String,
    title: String,
    guidance: String,
    minimum: bool,
    material: shown::Material,
    scale: Vec<OnScale>,
    given: Option<Score>,
    reason: String,
    version: i32,
    /// What is saved, when it was saved after the page was opened.
    theirs: Option<(String, String)>,
}

impl CriterionView {
    fn chip(&self) -> Chip {
        Chip::of(self.given)
    }

    fn cannot_judge(&self) -> bool {
        self.given == Some(Score::CannotJudge)
    }

    fn word(&self, lang: Lang) -> &str {
        let level = self.scale.iter().find(|anchor| anchor.chosen).map(|anchor| anchor.title.as_str());
        level.unwrap_or(match self.given {
            Some(_) => lang.t("Kan inte bedöma", "Cannot judge"),
            None => lang.t("Ingen nivå satt", "No level set"),
        })
    }
}

/// `GET /ovning/{case}/{area}`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Path<(String, String)>) -> Answer {
    let (address, area) = place.into_inner();
    render(&app, &viewer, Asked { address, area, refused: None, typed: BTreeMap::new() }).await
}

/// The page, with what was not saved.
pub(super) async fn render(app: &App, viewer: &Viewer, mut asked: Asked) -> Answer {
    let (lang, service) = (viewer.lang, app.clone());
    let refused = asked.refused.take();
    let view = viewer.read(move |db, standing| load(db, standing, &service, &asked, lang)).await?;
    let fault = refused.as_ref().map(|problem| match problem.kind {
        Kind::Stale => lang
            .t(
                "Bedömningen är ändrad i ett annat fönster. Det som är sparat står vid kriteriet. Spara igen om det du skrev nu ska gälla.",
                "The score was changed in another window. What is saved stands at the criterion. Save again to keep what you wrote now.",
            )
            .to_owned(),
        _ => problem.message.get(lang).to_owned(),
    });
    let page = under_list(viewer.page(&view.title)).under(view.name.clone(), view.path.clone());
    let status = refused.map_or(StatusCode::OK, |problem| status(problem.kind));
    page_with(status, &AreaPage { page, lang, view, fault })
}

fn load(db: &mut Db, standing: &Standing, app: &App, asked: &Asked, lang: Lang) -> Result<AreaView, Problem> {
    let own = find(db, standing, &asked.address)?;
    let form = form_of(app, &own.round)?;
    let area = form.areas.iter().find(|area| area.id == asked.area).ok_or_else(Problem::not_found)?;
    let criteria: Vec<CriterionView> = area
        .criteria
        .iter()
        .filter_map(|criterion| criterion_view(&form, &own, criterion, asked.typed.get(&criterion.id), lang))
        .collect();
    let about = own.copy.get(BACKGROUND);
    let saved =
        area.criteria.iter().filter_map(|criterion| own.scores.get(&criterion.id)).map(|one| one.saved_at);
    let saved = saved.max().map(|at| format!("{} {}", lang.t("Sparat", "Saved"), text::clock_time(at, lang)));
    Ok(AreaView {
        path: own.case.review_path(),
        area: area.id.clone(),
        name: name(own.case, lang),
        title: format!("{}. {}", area.id, area.title.get(lang)),
        steps: steps(&form, &own, &area.id, lang),
        criteria,
        about: about.map(|about| shown::about(&form, about, own.case.period, lang)).unwrap_or_default(),
        may_write: own.may_write(),
        locked: own.locked_at.is_some(),
        most: form.rules.reason_longest,
        saved: saved.unwrap_or_default(),
    })
}

fn criterion_view(
    form: &Form,
    own: &Reviewed,
    criterion: &Criterion,
    typed: Option<&Draft>,
    lang: Lang,
) -> Option<CriterionView> {
    let content = own.copy.get(&criterion.id)?;
    let saved = own.scores.get(&criterion.id);
    let there =
        saved.map_or_else(Draft::default, |saved| Draft { score: saved.score, reason: saved.reason.clone() });
    let draft = typed.unwrap_or(&there);
    let word =
        |score: Option<Score>| score.map_or_else(|| "\u{2013}".to_owned(), |score| score.as_str().to_owned());
    Some(CriterionView {
        id: criterion.id.clone(),
        title: criterion.title.get(lang).to_owned(),
        guidance: criterion.guidance.get(lang).to_owned(),
        minimum: criterion.minimum,
        material: shown::criterion(form, criterion, content, own.case.period, lang),
        scale: scale(form, criterion, draft.score, lang),
        given: draft.score,
        reason: draft.reason.clone(),
        version: saved.map_or(0, |saved| saved.version),
        theirs: (*draft != there).then(|| (word(there.score), there.reason.clone())),
    })
}

fn steps(form: &Form, own: &Reviewed, current: &str, lang: Lang) -> Vec<Step> {
    let left: Vec<&str> = own.left(form).collect();
    let step = |area: &crate::forms::Area| {
        let ids = || area.criteria.iter().filter(|criterion| own.copy.contains_key(&criterion.id));
        Step {
            area: area.id.clone(),
            name: area.title.get(lang).to_owned(),
            current: area.id == current,
            done: ids().filter(|criterion| !left.contains(&criterion.id.as_str())).count(),
            of: ids().count(),
        }
    };
    form.areas.iter().map(step).collect()
}

impl AreaView {
    /// Whether another area follows.
    fn has_next(&self) -> bool {
        self.steps.last().is_some_and(|last| last.area != self.area)
    }

    fn done(&self) -> usize {
        self.criteria.iter().filter(|criterion| criterion.given.is_some()).count()
    }
}
