//! Answers as label and value, for every place that only reads them: pages, reviews, reports. Pure.

use crate::forms::display::display;
use crate::forms::{Criterion, Evaluated, Field, FieldKind, Form, RawAnswers, Value};
use crate::number;
use crate::text::Lang;

/// One answer in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The field.
    pub field: String,
    /// The question.
    pub label: String,
    /// The answer; an en dash when there is none.
    pub value: String,
    /// Whether it is a text of several lines.
    pub long: bool,
}

/// Every visible field of a criterion in order, evidence left out: files are listed beside.
#[must_use]
pub fn answers(
    form: &Form,
    criterion: &Criterion,
    raw: &RawAnswers,
    evaluated: &Evaluated,
    lang: Lang,
) -> Vec<Shown> {
    form.fields(criterion)
        .filter(|field| field.kind != FieldKind::Evidence)
        .filter_map(|field| {
            let state = evaluated.fields.iter().find(|state| state.id == field.id && state.visible)?;
            Some(one(field, state.value.as_ref(), raw, lang))
        })
        .collect()
}

/// One field's answer; what cannot be read as its kind is shown as it was typed.
#[must_use]
pub fn one(field: &Field, value: Option<&Value>, raw: &RawAnswers, lang: Lang) -> Shown {
    let value = match value {
        Some(value) => display(value, field, lang),
        None => match raw.get(&field.id).and_then(serde_json::Value::as_str).map(str::trim) {
            Some(typed) if !typed.is_empty() => typed.to_owned(),
            _ => "\u{2013}".to_owned(),
        },
    };
    Shown {
        field: field.id.clone(),
        label: field.label.get(lang).to_owned(),
        long: matches!(field.kind, FieldKind::LongText | FieldKind::Table),
        value,
    }
}

/// The indicators of a criterion as label and value; an en dash is no value.
#[must_use]
pub fn indicators(criterion: &Criterion, evaluated: &Evaluated, lang: Lang) -> Vec<(String, String)> {
    criterion
        .indicators
        .iter()
        .zip(&evaluated.indicators)
        .map(|(indicator, (_, value))| {
            let unit =
                indicator.unit.as_ref().map_or_else(String::new, |unit| format!("\u{a0}{}", unit.get(lang)));
            let value = match value {
                Some(Value::Number(value)) => {
                    format!("{}{unit}", number::display_short(value, indicator.places))
                }
                Some(Value::YesNo(yes)) => {
                    if *yes { lang.t("Ja", "Yes") } else { lang.t("Nej", "No") }.to_owned()
                }
                _ => "\u{2013}".to_owned(),
            };
            (indicator.label.get(lang).to_owned(), value)
        })
        .collect()
}
