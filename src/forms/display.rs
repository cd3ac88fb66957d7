//! Answers as people read them.

use std::collections::BTreeMap;

use super::{Field, Value};
use crate::number::{Fraction, display_short};
use crate::text::{self, Lang};

/// A value for a read-only page: `Ja`, `4 850 000 kr`, `62 %`, `4 december 2026`, an option's label. Several options
/// are joined by commas, years by commas with each its year, and rows by line breaks with each cell's label.
///
/// Numbers are written the Swedish way in both languages, with as few decimals as they need.
#[must_use]
pub fn display(value: &Value, field: &Field, lang: Lang) -> String {
    match value {
        Value::YesNo(yes) => if *yes { lang.t("Ja", "Yes") } else { lang.t("Nej", "No") }.to_owned(),
        Value::Choice(id) => label(field, id, lang),
        Value::Choices(ids) => ids.iter().map(|id| label(field, id, lang)).collect::<Vec<_>>().join(", "),
        Value::Number(number) => with_unit(number, field, lang),
        Value::Date(day) => text::date(*day, lang),
        Value::Text(text) => text.clone(),
        Value::Rows(rows) => rows.iter().map(|cells| row(cells, field, lang)).collect::<Vec<_>>().join("\n"),
        Value::Years(years) => {
            let each =
                years.iter().map(|(year, number)| format!("{year}: {}", with_unit(number, field, lang)));
            each.collect::<Vec<_>>().join(", ")
        }
        Value::Level(level) => level.to_string(),
    }
}

/// The label of an option, or the id of one that the form no longer has.
fn label(field: &Field, id: &str, lang: Lang) -> String {
    let option = field.options.iter().find(|option| option.id == id);
    option.map_or_else(|| id.to_owned(), |option| option.label.get(lang).to_owned())
}

fn with_unit(number: &Fraction, field: &Field, lang: Lang) -> String {
    let shown = if field.is_year() { number.to_string() } else { display_short(number, field.places) };
    match &field.unit {
        Some(unit) => unit.after(number, &shown, lang),
        None => shown,
    }
}

fn row(cells: &BTreeMap<String, Value>, field: &Field, lang: Lang) -> String {
    let shown = field.columns.iter().filter_map(|column| {
        let value = cells.get(&column.id)?;
        Some(format!("{}: {}", column.label.get(lang), display(value, column, lang)))
    });
    shown.collect::<Vec<_>>().join("; ")
}
