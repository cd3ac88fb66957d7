//! Answers as label and value, for every place that only reads them: pages, reviews, reports. Pure.

use std::collections::BTreeMap;

use crate::forms::display::display;
use crate::forms::evaluate;
use crate::forms::order::beside_what_governs;
use crate::forms::{Criterion, Evaluated, Field, FieldKind, FieldState, Form, RawAnswers, Value};
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
    /// Whether it is a text of several lines, or a table.
    pub long: bool,
    /// The answer as a table, when it is one.
    pub table: Option<Table>,
    /// Whether the question applies; another answer may hide it.
    pub applies: bool,
}

/// A table's rows, or a series of years as one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The heads, a column's unit among them, with whether the column holds numbers.
    pub heads: Vec<(String, bool)>,
    /// The rows, as many cells as heads.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table of a value that is one, when it has rows.
    #[must_use]
    pub fn of(field: &Field, value: Option<&Value>, lang: Lang) -> Option<Table> {
        let table = match value? {
            Value::Rows(rows) => {
                let plain: Vec<Field> = field.columns.iter().map(plain).collect();
                let cell = |row: &BTreeMap<String, Value>, column: &Field| {
                    row.get(&column.id).map_or_else(String::new, |value| display(value, column, lang))
                };
                Table {
                    heads: heads(field, lang),
                    rows: rows
                        .iter()
                        .map(|row| plain.iter().map(|column| cell(row, column)).collect())
                        .collect(),
                }
            }
            Value::Years(years) => Table {
                heads: years.keys().map(|year| (year.to_string(), true)).collect(),
                rows: vec![
                    years
                        .values()
                        .map(|number| display(&Value::Number(number.clone()), &plain(field), lang))
                        .collect(),
                ],
            },
            _ => return None,
        };
        (!table.rows.is_empty()).then_some(table)
    }

    /// A row's cells, each with whether its column holds numbers.
    pub fn cells<'a>(&'a self, row: &'a [String]) -> impl Iterator<Item = (&'a str, bool)> {
        row.iter().zip(&self.heads).map(|(cell, (_, number))| (cell.as_str(), *number))
    }
}

/// The field without its unit, which stands in the head.
fn plain(field: &Field) -> Field {
    Field { unit: None, ..field.clone() }
}

/// The heads of a table, a column's unit among them, with whether the column holds numbers.
#[must_use]
pub fn heads(table: &Field, lang: Lang) -> Vec<(String, bool)> {
    table.columns.iter().map(|column| (with_unit(column, lang), column.kind.is_number())).collect()
}

/// `Summa (kr)`.
fn with_unit(column: &Field, lang: Lang) -> String {
    let label = column.label.get(lang);
    column.unit.as_ref().map_or_else(|| label.to_owned(), |unit| format!("{label} ({})", unit.get(lang)))
}

/// Every field of a criterion as pages order them, evidence left out: files are listed beside. What does not apply,
/// since another answer hides it, says so.
#[must_use]
pub fn answers(
    form: &Form,
    criterion: &Criterion,
    raw: &RawAnswers,
    evaluated: &Evaluated,
    lang: Lang,
) -> Vec<Shown> {
    all(form.fields(criterion), &evaluated.fields, raw, lang)
}

/// Every field about the unit, as [`answers`].
#[must_use]
pub fn background(form: &Form, raw: &RawAnswers, period: i32, lang: Lang) -> Vec<Shown> {
    all(&form.background, &evaluate::background(form, raw, period), raw, lang)
}

/// Every field of a list with its state, as [`answers`].
#[must_use]
pub fn all<'a>(
    fields: impl IntoIterator<Item = &'a Field>,
    states: &[FieldState],
    raw: &RawAnswers,
    lang: Lang,
) -> Vec<Shown> {
    beside_what_governs(fields)
        .into_iter()
        .filter(|field| field.kind != FieldKind::Evidence)
        .filter_map(|field| {
            let state = states.iter().find(|state| state.id == field.id)?;
            match (field.explains.is_some(), state.visible) {
                // A word on a change has no place while there is none.
                (true, visible) if !visible || !said(field, raw) => None,
                (_, true) => Some(one(field, state.value.as_ref(), raw, lang)),
                (_, false) => Some(hidden(field, lang)),
            }
        })
        .collect()
}

fn said(field: &Field, raw: &RawAnswers) -> bool {
    raw.get(&field.id).is_some_and(|raw| !super::progress::says_nothing(raw))
}

/// A field that another answer hides.
fn hidden(field: &Field, lang: Lang) -> Shown {
    Shown {
        field: field.id.clone(),
        label: field.label.get(lang).to_owned(),
        value: lang.t("Inte aktuell", "Not relevant").to_owned(),
        long: false,
        table: None,
        applies: false,
    }
}

/// One field's answer; what cannot be read as its kind is shown as it was typed.
#[must_use]
pub fn one(field: &Field, value: Option<&Value>, raw: &RawAnswers, lang: Lang) -> Shown {
    let table = Table::of(field, value, lang);
    let shown = value.map(|value| display(value, field, lang)).filter(|shown| !shown.is_empty());
    let value = match shown {
        Some(shown) => shown,
        None => match raw.get(&field.id).and_then(serde_json::Value::as_str).map(str::trim) {
            Some(typed) if !typed.is_empty() => typed.to_owned(),
            _ => "\u{2013}".to_owned(),
        },
    };
    Shown {
        field: field.id.clone(),
        label: label(field, lang),
        long: field.kind == FieldKind::LongText || table.is_some(),
        value,
        table,
        applies: true,
    }
}

/// The question as it stands before an answer.
#[must_use]
pub fn label(field: &Field, lang: Lang) -> String {
    if field.kind == FieldKind::Years { with_unit(field, lang) } else { field.label.get(lang).to_owned() }
}

/// The indicators of a criterion as label and value; an en dash is no value.
#[must_use]
pub fn indicators(criterion: &Criterion, evaluated: &Evaluated, lang: Lang) -> Vec<(String, String)> {
    criterion
        .indicators
        .iter()
        .zip(&evaluated.indicators)
        .map(|(indicator, (_, value))| {
            let value = match value {
                Some(Value::Number(value)) => {
                    let shown = number::display_short(value, indicator.places);
                    match &indicator.unit {
                        Some(unit) => unit.after(value, &shown, lang),
                        None => shown,
                    }
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
