//! Numbers that have risen or fallen much since last year without a word on why. They warn and never block.

use super::BACKGROUND;
use super::last_year::LastYear;
use super::progress::{Entered, says_nothing};
use super::rules::{Finding, Level};
use crate::forms::evaluate::{background, evaluate};
use crate::forms::{Field, FieldState, Form, RawAnswers, explanation_id};
use crate::number::display_short;
use crate::text::{Lang, Text};

/// The code of every warning here.
pub const CODE: &str = "change_unexplained";

/// Every number whose change asks for an explanation that is not there, in form order. Criteria that do not apply or
/// have no answer ask for nothing.
#[must_use]
pub(super) fn warnings(form: &Form, period: i32, entered: &Entered, last: Option<&LastYear>) -> Vec<Finding> {
    let Some(last) = last else { return Vec::new() };
    let mut found = Vec::new();
    let asks = |field: &Field| field.explain_change.is_some();
    let answers = entered.answers_to(BACKGROUND);
    if form.background.iter().any(asks) {
        let states = background(form, &answers, period);
        let of = Place { last, area: "", criterion: BACKGROUND, states: &states, answers: &answers };
        found.extend(form.background.iter().filter_map(|field| of.warning(field)));
    }
    for (area, criterion) in form.criteria().filter(|(_, one)| form.fields(one).any(asks)) {
        let declared =
            entered.answers.get(&criterion.id).is_some_and(|answer| answer.declared_missing.is_some());
        let left_out =
            entered.not_applicable.get(&criterion.id).is_some_and(|asked| asked.approved != Some(false));
        if declared || left_out {
            continue;
        }
        let answers = entered.answers_to(&criterion.id);
        let states = evaluate(form, criterion, &answers, &entered.evidence, period).fields;
        let of = Place { last, area: &area.id, criterion: &criterion.id, states: &states, answers: &answers };
        found.extend(form.fields(criterion).filter_map(|field| of.warning(field)));
    }
    found
}

/// Whether a field that explains a change belongs on the page: its number has changed enough, or a word is there.
#[must_use]
pub fn is_asked(
    explanation: &Field,
    fields: &[&Field],
    place: &str,
    answers: &RawAnswers,
    last: Option<&LastYear>,
) -> bool {
    if answers.get(&explanation.id).is_some_and(|raw| !says_nothing(raw)) {
        return true;
    }
    let number = explanation.explains.as_ref().and_then(|id| fields.iter().find(|field| field.id == *id));
    let change =
        number.zip(last).and_then(|(field, last)| Some((field, last.change(place, field, answers)?)));
    change.is_some_and(|(field, change)| change.asks(field))
}

struct Place<'a> {
    last: &'a LastYear,
    area: &'a str,
    criterion: &'a str,
    states: &'a [FieldState],
    answers: &'a RawAnswers,
}

impl Place<'_> {
    fn warning(&self, field: &Field) -> Option<Finding> {
        field.explain_change.as_ref()?;
        self.states.iter().find(|state| state.id == field.id && state.visible)?;
        let change =
            self.last.change(self.criterion, field, self.answers).filter(|change| change.asks(field))?;
        let explained = self.answers.get(&explanation_id(&field.id)).is_some_and(|raw| !says_nothing(raw));
        if explained {
            return None;
        }
        let sentence = |lang: Lang, label: &str| {
            let number = |value| display_short(value, field.places);
            let (before, now, words) =
                (number(&change.before), number(&change.now), change.in_words(field, lang));
            match lang {
                Lang::Sv => format!(
                    "{label}: {before} förra året och {now} i år, {words}. Skriv gärna en mening om varför."
                ),
                Lang::En => format!(
                    "{label}: {before} last year and {now} this year, {words}. A sentence on why would help."
                ),
            }
        };
        Some(Finding {
            level: Level::Warning,
            code: CODE,
            area: self.area.to_owned(),
            criterion: self.criterion.to_owned(),
            field: field.id.clone(),
            message: Text::new(sentence(Lang::Sv, &field.label.sv), sentence(Lang::En, &field.label.en)),
        })
    }
}
