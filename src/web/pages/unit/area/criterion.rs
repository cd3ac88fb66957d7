//! One criterion of an area's page.

use super::super::comments::Thread;
use crate::assessments::progress::{Entered, Stage};
use crate::assessments::shown::{self, Shown};
use crate::assessments::{BACKGROUND, Evidence};
use crate::cycles::Case;
use crate::forms::{Criterion, Field, Form};
use crate::text::Lang;
use crate::web::fields::{self, FieldView};

pub(super) struct CriterionView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) minimum: bool,
    pub(super) guidance: String,
    pub(super) version: i32,
    pub(super) fields: Vec<FieldView>,
    pub(super) level: Option<FieldView>,
    pub(super) anchors: Vec<(u8, String)>,
    pub(super) indicators: Vec<(String, String)>,
    pub(super) suggested: Option<u8>,
    pub(super) files: Vec<Evidence>,
    pub(super) last_year: Vec<Shown>,
    pub(super) may_be_left_out: Option<String>,
    pub(super) left_out: Option<(String, &'static str)>,
    pub(super) declared_missing: Option<String>,
    pub(super) not_confirmed: bool,
    pub(super) takes_files: bool,
    pub(super) files_missing: bool,
    /// Whether the reader may write here now; if not, the answers stand in `read`.
    pub(super) open: bool,
    pub(super) read: Vec<Shown>,
    /// The unit's comments; none for who may not see them.
    pub(super) thread: Option<Thread>,
}

pub(super) fn about_the_unit(
    case: &Case,
    form: &Form,
    entered: &Entered,
    open: bool,
    lang: Lang,
) -> CriterionView {
    let answers = entered.answers_to(BACKGROUND);
    let states = crate::forms::evaluate::background(form, &answers, case.period());
    let list: Vec<&Field> = form.background.iter().collect();
    let mut view = CriterionView {
        id: BACKGROUND.to_owned(),
        title: lang.t("Om enheten", "About the unit").to_owned(),
        minimum: false,
        guidance: lang
            .t(
                "Uppgifterna räknas inte med i bedömningen.",
                "This information is not part of the evaluation.",
            )
            .to_owned(),
        version: entered.version_of(BACKGROUND),
        fields: fields::fields(form, BACKGROUND, &list, &states, &answers, case.period(), lang),
        level: None,
        anchors: Vec::new(),
        indicators: Vec::new(),
        suggested: None,
        files: Vec::new(),
        last_year: Vec::new(),
        may_be_left_out: None,
        left_out: None,
        declared_missing: None,
        not_confirmed: false,
        takes_files: false,
        files_missing: false,
        open: true,
        read: Vec::new(),
        thread: None,
    };
    if !open {
        view.close(shown::background(form, &answers, case.period(), lang));
    }
    view
}

/// The answers to a criterion in words.
pub(super) fn shown_answers(
    case: &Case,
    form: &Form,
    criterion: &Criterion,
    entered: &Entered,
    lang: Lang,
) -> Vec<Shown> {
    let state = entered.criterion(form, criterion, case.period());
    let raw = entered.answers_to(&criterion.id);
    shown::answers(form, criterion, &raw, &state.evaluated, lang)
}

pub(super) fn view_of(
    case: &Case,
    form: &Form,
    criterion: &Criterion,
    entered: &Entered,
    files: &[Evidence],
    last: Option<&crate::assessments::last_year::LastYear>,
    lang: Lang,
) -> CriterionView {
    let state = entered.criterion(form, criterion, case.period());
    let answers = entered.answers_to(&criterion.id);
    let list: Vec<&Field> = form.fields(criterion).collect();
    let mut shown =
        fields::fields(form, &criterion.id, &list, &state.evaluated.fields, &answers, case.period(), lang);
    let level = shown.iter().position(|field| field.kind == "level").map(|at| shown.remove(at));
    let takes_files = shown.iter().any(|field| field.kind == "evidence");
    let files_missing = shown.iter().any(|field| field.kind == "evidence" && field.missing);
    shown.retain(|field| field.kind != "evidence");
    let asked = entered.not_applicable.get(&criterion.id);
    let answer = entered.answers.get(&criterion.id);
    CriterionView {
        id: criterion.id.clone(),
        title: criterion.title.get(lang).to_owned(),
        minimum: criterion.minimum,
        guidance: criterion.guidance.get(lang).to_owned(),
        version: entered.version_of(&criterion.id),
        fields: shown,
        level,
        anchors: criterion
            .levels
            .iter()
            .map(|level| (level.level, level.anchor.get(lang).to_owned()))
            .collect(),
        indicators: crate::assessments::shown::indicators(criterion, &state.evaluated, lang),
        suggested: state.evaluated.suggested,
        files: files.iter().filter(|file| file.criterion == criterion.id).cloned().collect(),
        last_year: last.map_or_else(Vec::new, |last| last.of(form, criterion, lang)),
        may_be_left_out: criterion.not_applicable.as_ref().map(|when| when.get(lang).to_owned()),
        left_out: asked.map(|asked| {
            let word = match asked.approved {
                None => lang.t("väntar på samordnarens beslut", "waits for the coordinator's decision"),
                Some(true) => lang.t("godkänt av samordnaren", "approved by the coordinator"),
                Some(false) => lang.t("inte godkänt av samordnaren", "not approved by the coordinator"),
            };
            (asked.reason.clone(), word)
        }),
        declared_missing: answer.and_then(|answer| answer.declared_missing.clone()),
        not_confirmed: state.stage == Stage::NotConfirmed,
        takes_files,
        files_missing,
        open: true,
        read: Vec::new(),
        thread: None,
    }
}

impl CriterionView {
    /// Takes the fields away, since nobody may write here now, and shows the answers.
    pub(super) fn close(&mut self, read: Vec<Shown>) {
        self.open = false;
        self.read = read;
        self.fields.clear();
        self.level = None;
    }

    /// Whether a table needs the whole width.
    pub(super) fn has_table(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "table")
    }
}
