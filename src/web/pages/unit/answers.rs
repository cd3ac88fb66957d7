//! All answers of a self-assessment on one page, to read and to print.

use actix_web::web::Data;
use askama::Template;

use super::evidence::piece::Piece;
use super::{Place, entered, form_of};
use crate::app::App;
use crate::assessments::progress::{Entered, Stage};
use crate::assessments::shown::{self, Shown};
use crate::assessments::{BACKGROUND, evidence};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

#[derive(Template)]
#[template(path = "unit/answers.html")]
struct AnswersPage {
    page: Page,
    lang: Lang,
    view: Answers,
}

pub(super) struct Answers {
    pub(super) case: Case,
    pub(super) background: Vec<Shown>,
    pub(super) areas: Vec<AreaAnswers>,
    /// Whether the reader may give newer versions of what was submitted.
    pub(super) may_supersede: bool,
}

pub(super) struct AreaAnswers {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) criteria: Vec<CriterionAnswers>,
}

impl AreaAnswers {
    /// How many of its criteria are done.
    pub(super) fn done(&self) -> usize {
        self.criteria.iter().filter(|criterion| criterion.done).count()
    }
}

pub(super) struct CriterionAnswers {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) minimum: bool,
    pub(super) done: bool,
    pub(super) word: &'static str,
    pub(super) answers: Vec<Shown>,
    pub(super) indicators: Vec<(String, String)>,
    pub(super) files: Vec<Piece>,
}

/// `GET /enhet/{unit}/{year}/svar`.
pub async fn show(app: Data<App>, viewer: Viewer, place: Place) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = viewer.lang;
    let service = app.get_ref().clone();
    let view = viewer.read(move |db, standing| load(db, standing, &service, &slug, year, lang)).await?;
    let title = lang.t("Alla svar", "All answers");
    let shown = viewer
        .page(title)
        .under(lang.t("Mina uppgifter", "My tasks"), "/")
        .under(format!("{} {year}", view.case.unit.name), view.case.path());
    page(&AnswersPage { page: shown, lang, view })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    slug: &str,
    year: i32,
    lang: Lang,
) -> Result<Answers, Problem> {
    let (case, entered, _) = entered(db, standing, slug, year)?;
    let form = form_of(app, &case)?;
    let mut answers = of(db, case, &form, &entered, app.clock.now(), lang)?;
    let reference = answers.case.reference();
    answers.may_supersede = standing.may(&reference, Object::LaterEvidence, Deed::Write);
    Ok(answers)
}

/// Every answer of a case in words.
///
/// # Errors
/// The database cannot be read.
pub(super) fn of(
    db: &mut Db,
    case: Case,
    form: &Form,
    entered: &Entered,
    now: Moment,
    lang: Lang,
) -> Result<Answers, Problem> {
    let files = evidence::store::of_case(db, &case.id)?;
    let at = case.path();
    let raw = entered.answers_to(BACKGROUND);
    let background = shown::background(form, &raw, case.period(), lang);
    let areas = form
        .areas
        .iter()
        .map(|area| AreaAnswers {
            id: area.id.clone(),
            title: area.title.get(lang).to_owned(),
            criteria: area
                .criteria
                .iter()
                .map(|criterion| {
                    let state = entered.criterion(form, criterion, case.period());
                    let raw = entered.answers_to(&criterion.id);
                    CriterionAnswers {
                        id: criterion.id.clone(),
                        title: criterion.title.get(lang).to_owned(),
                        minimum: criterion.minimum,
                        done: state.stage.is_done(),
                        word: word(state.stage, lang),
                        answers: shown::answers(form, criterion, &raw, &state.evaluated, lang),
                        indicators: shown::indicators(criterion, &state.evaluated, lang),
                        files: Piece::of(&files, &criterion.id, &at, now, lang),
                    }
                })
                .collect(),
        })
        .collect();
    Ok(Answers { case, background, areas, may_supersede: false })
}

fn word(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Untouched => lang.t("Inte besvarat", "Not answered"),
        Stage::Begun => lang.t("Påbörjat", "Begun"),
        Stage::NotConfirmed => lang.t("Inte bekräftat", "Not confirmed"),
        Stage::Complete => lang.t("Besvarat", "Answered"),
        Stage::DeclaredMissing => lang.t("Lämnas utan svar", "Left without an answer"),
        Stage::NotApplicable => lang.t("Ej tillämpligt begärt", "Not applicable asked for"),
    }
}
