//! One criterion of an area's page.

use super::super::comments::Thread;
use super::super::last_year::LastYearView;
use crate::assessments::last_year::LastYear;
use crate::assessments::progress::{Entered, kept};
use crate::assessments::shown::{self, Shown};
use crate::assessments::suggestion::{self, Computed};
use crate::assessments::{BACKGROUND, Evidence};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::forms::{Criterion, Evaluated, Field, FieldState, Form, RawAnswers};
use crate::text::Lang;
use crate::web::fields::{self, FieldView, Setting};
use crate::web::pages::unit::evidence::piece::Piece;

/// What the criteria of a page are shown with.
pub(super) struct Sheet<'a> {
    pub(super) case: &'a Case,
    pub(super) form: &'a Form,
    pub(super) entered: &'a Entered,
    pub(super) files: &'a [Evidence],
    pub(super) now: Moment,
    pub(super) last: Option<&'a LastYear>,
    pub(super) lang: Lang,
}

#[derive(Default)]
pub(super) struct CriterionView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) minimum: bool,
    pub(super) guidance: String,
    pub(super) version: i32,
    pub(super) fields: Vec<FieldView>,
    pub(super) level: Option<FieldView>,
    /// What is kept though no longer asked for, in one sentence.
    pub(super) kept: Option<String>,
    pub(super) indicators: Vec<Computed>,
    /// What the answers amount to, and what the next level takes.
    pub(super) suggestion: Option<String>,
    pub(super) files: Vec<Piece>,
    pub(super) last_year: LastYearView,
    pub(super) may_be_left_out: Option<String>,
    pub(super) left_out: Option<(String, &'static str)>,
    pub(super) declared_missing: Option<String>,
    /// Who else writes here now, in a sentence; empty when nobody does.
    pub(super) writing: String,
    /// Who saved it last, and when, for the unit.
    pub(super) changed: Option<String>,
    pub(super) takes_files: bool,
    pub(super) files_missing: bool,
    /// Whether the reader may write here now; if not, the answers stand in `read`.
    pub(super) open: bool,
    pub(super) read: Vec<Shown>,
    /// The unit's comments; none for who may not see them.
    pub(super) thread: Option<Thread>,
}

impl Sheet<'_> {
    /// The questions on the unit itself.
    pub(super) fn about_the_unit(&self, open: bool) -> CriterionView {
        let (lang, answers) = (self.lang, self.entered.answers_to(BACKGROUND));
        let states = crate::forms::evaluate::background(self.form, &answers, self.case.period());
        let before = self.last.and_then(|last| last.typed(BACKGROUND));
        let setting = self.setting(BACKGROUND, &answers, before);
        let last_year = LastYearView::of(self.form, BACKGROUND, self.entered, self.last, lang);
        let mut shown = fields::fields(setting, &self.form.background, &states);
        shown.retain(|field| last_year.asks(&field.id));
        let mut view = CriterionView {
            id: BACKGROUND.to_owned(),
            title: lang.t("Om enheten", "About the unit").to_owned(),
            guidance: lang
                .t(
                    "Uppgifterna räknas inte med i bedömningen.",
                    "This information is not part of the evaluation.",
                )
                .to_owned(),
            version: self.entered.version_of(BACKGROUND),
            fields: shown,
            last_year,
            kept: kept_words(&self.form.background, &states, &answers, lang),
            open: true,
            ..CriterionView::default()
        };
        if !open {
            view.close(shown::background(self.form, &answers, self.case.period(), lang));
        }
        view
    }

    /// One criterion, to write in when it is open.
    pub(super) fn criterion(&self, criterion: &Criterion, open: bool) -> CriterionView {
        let (form, entered, lang) = (self.form, self.entered, self.lang);
        let state = entered.criterion(form, criterion, self.case.period());
        let answers = entered.answers_to(&criterion.id);
        let before = self.last.and_then(|last| last.typed(&criterion.id));
        let setting = self.setting(&criterion.id, &answers, before);
        let mut shown = fields::fields(setting, form.fields(criterion), &state.evaluated.fields);
        let mut level = shown.iter().position(|field| field.kind == "level").map(|at| shown.remove(at));
        for choice in level.iter_mut().flat_map(|level| &mut level.options) {
            let anchor = criterion.levels.iter().find(|level| level.level.to_string() == choice.id);
            choice.help = anchor.map(|level| level.anchor.get(lang).to_owned());
        }
        let takes_files = shown.iter().any(|field| field.kind == "evidence");
        let files_missing = shown.iter().any(|field| field.kind == "evidence" && field.missing);
        let last_year = LastYearView::of(form, &criterion.id, entered, self.last, lang);
        shown.retain(|field| field.kind != "evidence" && last_year.asks(&field.id));
        let asked = entered.not_applicable.get(&criterion.id);
        let answer = entered.answers.get(&criterion.id);
        let mut view = CriterionView {
            id: criterion.id.clone(),
            title: criterion.title.get(lang).to_owned(),
            minimum: criterion.minimum,
            guidance: criterion.guidance.get(lang).to_owned(),
            version: entered.version_of(&criterion.id),
            fields: shown,
            level,
            kept: kept_words(form.fields(criterion), &state.evaluated.fields, &answers, lang),
            indicators: suggestion::computed(criterion, &state.evaluated, lang),
            suggestion: suggestion::suggestion(criterion, &state.evaluated, lang),
            files: Piece::of(self.files, &criterion.id, &self.case.path(), self.now, lang),
            last_year,
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
            writing: String::new(),
            changed: None,
            takes_files,
            files_missing,
            open: true,
            read: Vec::new(),
            thread: None,
        };
        if !open {
            view.close(self.read(criterion, &answers, &state.evaluated));
        }
        view
    }

    /// The answers to a criterion in words.
    fn read(&self, criterion: &Criterion, answers: &RawAnswers, evaluated: &Evaluated) -> Vec<Shown> {
        shown::answers(self.form, criterion, answers, evaluated, self.lang)
    }

    fn setting<'a>(
        &'a self,
        place: &'a str,
        answers: &'a RawAnswers,
        before: Option<&'a RawAnswers>,
    ) -> Setting<'a> {
        Setting { form: self.form, place, answers, before, year: self.case.period(), lang: self.lang }
    }
}

/// The questions whose answers are kept though another answer hides them, in one sentence.
fn kept_words<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    states: &[FieldState],
    answers: &RawAnswers,
    lang: Lang,
) -> Option<String> {
    let kept: Vec<&str> = kept(states, answers).collect();
    let labels: Vec<String> = fields
        .into_iter()
        .filter(|field| kept.contains(&field.id.as_str()))
        .map(|field| match lang {
            Lang::Sv => format!("”{}”", field.label.sv),
            Lang::En => format!("“{}”", field.label.en),
        })
        .collect();
    let (last, others) = labels.split_last()?;
    let names = if others.is_empty() {
        last.clone()
    } else {
        format!("{} {} {last}", others.join(", "), lang.t("och", "and"))
    };
    Some(match (lang, others.is_empty()) {
        (Lang::Sv, true) => {
            format!("Frågan {names} är inte längre aktuell. Svaret är sparat men lämnas inte in.")
        }
        (Lang::Sv, false) => {
            format!("Frågorna {names} är inte längre aktuella. Svaren är sparade men lämnas inte in.")
        }
        (Lang::En, true) => {
            format!("The question {names} is no longer relevant. Its answer is kept but not submitted.")
        }
        (Lang::En, false) => {
            format!("The questions {names} are no longer relevant. Their answers are kept but not submitted.")
        }
    })
}

impl CriterionView {
    /// Takes the fields away, since nobody may write here now, and shows the answers.
    fn close(&mut self, read: Vec<Shown>) {
        self.open = false;
        self.read = read;
        self.fields.clear();
        self.level = None;
        self.kept = None;
    }

    /// Whether a table needs the whole width.
    pub(super) fn has_table(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "table")
    }

    /// Whether there is anything to compute from the answers.
    pub(super) fn computes(&self) -> bool {
        !self.indicators.is_empty() || self.suggestion.is_some()
    }
}
