//! All answers of a self-assessment on one page, to read and to print.

use actix_web::web::Data;
use askama::Template;

use super::evidence::piece::Piece;
use super::{Place, entered, form_of};
use crate::app::App;
use crate::assessments::progress::Stage;
use crate::assessments::shown::{self, Shown};
use crate::assessments::{BACKGROUND, evidence};
use crate::cycles::Case;
use crate::db::Db;
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

struct Answers {
    case: Case,
    background: Vec<Shown>,
    areas: Vec<AreaAnswers>,
    /// Whether the reader may give newer versions of what was submitted.
    may_supersede: bool,
}

struct AreaAnswers {
    id: String,
    title: String,
    criteria: Vec<CriterionAnswers>,
}

struct CriterionAnswers {
    id: String,
    title: String,
    minimum: bool,
    word: &'static str,
    answers: Vec<Shown>,
    indicators: Vec<(String, String)>,
    files: Vec<Piece>,
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
    let files = evidence::store::of_case(db, &case.id)?;
    let (at, now) = (case.path(), app.clock.now());
    let raw = entered.answers_to(BACKGROUND);
    let background = shown::background(&form, &raw, case.period(), lang);
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
                    let state = entered.criterion(&form, criterion, case.period());
                    let raw = entered.answers_to(&criterion.id);
                    CriterionAnswers {
                        id: criterion.id.clone(),
                        title: criterion.title.get(lang).to_owned(),
                        minimum: criterion.minimum,
                        word: word(state.stage, lang),
                        answers: shown::answers(&form, criterion, &raw, &state.evaluated, lang),
                        indicators: shown::indicators(criterion, &state.evaluated, lang),
                        files: Piece::of(&files, &criterion.id, &at, now, lang),
                    }
                })
                .collect(),
        })
        .collect();
    let may_supersede = standing.may(&case.reference(), Object::LaterEvidence, Deed::Write);
    Ok(Answers { case, background, areas, may_supersede })
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
