//! All answers of a self-assessment on one page, to read and to print.

use std::collections::BTreeSet;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::comments::{self, Said};
use super::evidence::piece::Piece;
use super::{Place, entered, form_of, readable};
use crate::app::App;
use crate::assessments::progress::{Entered, is_blank};
use crate::assessments::shown::{self, Shown};
use crate::assessments::{BACKGROUND, evidence, presence, receipt};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reports::{Report, gather, pdf};
use crate::state::CaseState;
use crate::text::Lang;
use crate::web::respond::{self, Answer, page};
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
    /// What was written in criteria that the form no longer has. For the unit.
    gone: Vec<Gone>,
    /// Whether the reader may give newer versions of what was submitted.
    pub(super) may_supersede: bool,
    /// Whether something was submitted.
    pub(super) submitted: bool,
    /// Whether the reader may bring answers back from an Excel file.
    pub(super) may_bring_back: bool,
}

impl Answers {
    /// The answers as a file: the draft while they can change, then what was submitted.
    fn document(&self, lang: Lang) -> (String, &'static str) {
        let locked = self.submitted && !matches!(self.case.state, CaseState::Draft | CaseState::Returned);
        let (file, words) = if locked {
            ("svar.pdf", lang.t("Svaren som PDF", "The answers as PDF"))
        } else {
            ("utkast.pdf", lang.t("Utkastet som PDF", "The draft as PDF"))
        };
        (format!("{}/{file}?sprak={}", self.case.path(), lang.tag()), words)
    }

    /// The year's form as a blank.
    fn blank(&self, lang: Lang) -> String {
        format!("/formular/{}/blankett.pdf?ar={}&sprak={}", self.case.form, self.case.year, lang.tag())
    }
}

/// A criterion that the form no longer has, with what was written in it.
struct Gone {
    id: String,
    title: String,
    answers: Vec<Shown>,
    files: Vec<Piece>,
    comments: Vec<Said>,
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

/// In which language.
#[derive(Debug, Deserialize)]
pub struct Asking {
    sprak: Option<String>,
}

/// `GET /enhet/{unit}/{year}/utkast.pdf?sprak=sv|en`: what stands in the form now, with a watermark.
pub async fn draft(
    app: Data<App>,
    viewer: Viewer,
    place: Place,
    asking: Query<Asking>,
    request: HttpRequest,
) -> Answer {
    let (slug, year) = place.into_inner();
    let lang = asking.sprak.as_deref().and_then(Lang::from_tag).unwrap_or(viewer.lang);
    let service = app.get_ref().clone();
    let (name, report) = viewer
        .read(move |db, standing| {
            let case = readable(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let report = gather::draft(db, &form, &case, service.clock.now(), lang)?;
            Ok((receipt::draft_name(&case, lang), Report::from(&report)))
        })
        .await?;
    let bytes = app.block(move |_| pdf::render(&report).map_err(Problem::internal)).await?;
    Ok(respond::pdf(&request, &name, bytes))
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
    answers.submitted = !receipt::of_case(db, standing, &answers.case)?.is_empty();
    answers.may_bring_back = super::workbook::may_bring_back(standing, &answers.case);
    answers.may_supersede = standing.may(&reference, Object::LaterEvidence, Deed::Read);
    if presence::is_of_unit(standing, &answers.case) {
        answers.gone = gone(db, standing, app, &answers.case, &form, &entered, lang)?;
    }
    Ok(answers)
}

/// What the unit wrote in criteria that a mended form does not ask about.
fn gone(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    form: &Form,
    entered: &Entered,
    lang: Lang,
) -> Result<Vec<Gone>, Problem> {
    let files = evidence::store::of_case(db, &case.id)?;
    let threads = comments::load(db, standing, case)?;
    let of_files = files.iter().map(|piece| piece.criterion.as_str());
    let of_answers = entered.answers.values().filter(|answer| !is_blank(&answer.content));
    let ids: BTreeSet<&str> = of_answers
        .map(|answer| answer.criterion.as_str())
        .chain(of_files)
        .chain(threads.criteria())
        .filter(|id| *id != BACKGROUND && form.criterion(id).is_none())
        .collect();
    let gone = ids.into_iter().filter_map(|id| {
        let old = app.forms.dropped_from(form, id)?;
        let criterion = old.criterion(id)?;
        let raw = entered.answers_to(id);
        let state = entered.criterion(&old, criterion, case.period());
        let thread = threads.of(id, lang).unwrap_or_default();
        let mut answers = shown::answers(&old, criterion, &raw, &state.evaluated, lang);
        answers.retain(|answer| raw.contains_key(&answer.field) && answer.value != "\u{2013}");
        Some(Gone {
            id: id.to_owned(),
            title: criterion.title.get(lang).to_owned(),
            answers,
            files: Piece::of(&files, id, &case.path(), app.clock.now(), lang),
            comments: thread.open.into_iter().chain(thread.resolved).collect(),
        })
    });
    Ok(gone.collect())
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
                        word: state.stage.word(lang),
                        answers: shown::answers(form, criterion, &raw, &state.evaluated, lang)
                            .into_iter()
                            .chain(left_out(entered, &criterion.id, lang))
                            .collect(),
                        indicators: shown::indicators(criterion, &state.evaluated, lang),
                        files: Piece::of(&files, &criterion.id, &at, now, lang),
                    }
                })
                .collect(),
        })
        .collect();
    Ok(Answers {
        case,
        background,
        areas,
        gone: Vec::new(),
        may_supersede: false,
        submitted: false,
        may_bring_back: false,
    })
}

/// Why a criterion has no answer, when the unit has said so.
fn left_out(entered: &Entered, criterion: &str, lang: Lang) -> Vec<Shown> {
    let missing = entered.answers.get(criterion).and_then(|answer| answer.declared_missing.as_ref());
    let asked = entered.not_applicable.get(criterion).filter(|asked| asked.approved != Some(false));
    let asked = asked.map(|asked| &asked.reason);
    let told = [
        (lang.t("Varför det lämnas utan svar", "Why it is left without an answer"), missing),
        (lang.t("Varför det inte är tillämpligt", "Why it is not applicable"), asked),
    ];
    told.into_iter()
        .filter_map(|(label, reason)| {
            Some(Shown {
                field: String::new(),
                label: label.to_owned(),
                value: reason?.clone(),
                long: true,
                table: None,
                applies: true,
            })
        })
        .collect()
}
