//! Raw answers as people read them, also those that cannot be used yet. Pure.

use serde_json::Value as Json;

use super::shown;
use crate::forms::answer::parse;
use crate::forms::{Field, FieldKind};
use crate::text::Lang;

/// Everything that stands in a raw answer: as it would be shown when it can be used, else as it was typed, with no part
/// left out. An en dash is nothing.
#[must_use]
pub fn typed(field: &Field, raw: &Json, lang: Lang) -> String {
    if let Ok(value) = parse(field, raw) {
        let answers = [(field.id.clone(), raw.clone())].into();
        return match (field.kind, value) {
            (FieldKind::Table | FieldKind::Years, Some(value)) => {
                crate::forms::display::display(&value, field, lang)
            }
            (_, value) => shown::one(field, value.as_ref(), &answers, lang).value,
        };
    }
    let said = match raw {
        Json::Array(items) if field.kind == FieldKind::Table => items
            .iter()
            .enumerate()
            .map(|(at, row)| format!("{} {}: {}", lang.t("Rad", "Row"), at + 1, cells(field, row, lang)))
            .collect::<Vec<_>>()
            .join("\n"),
        Json::Array(items) => {
            let label = |id: &str| {
                let option = field.options.iter().find(|option| option.id == id);
                option.map_or_else(|| id.to_owned(), |option| option.label.get(lang).to_owned())
            };
            items.iter().filter_map(Json::as_str).map(label).collect::<Vec<_>>().join(", ")
        }
        Json::Object(years) => {
            let each =
                years.iter().map(|(year, cell)| format!("{year}: {}", cell.as_str().unwrap_or_default()));
            each.collect::<Vec<_>>().join(", ")
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    if said.trim().is_empty() { "\u{2013}".to_owned() } else { said }
}

fn cells(table: &Field, row: &Json, lang: Lang) -> String {
    let shown = table.columns.iter().filter_map(|column| {
        let cell = row.get(&column.id)?;
        let said = typed(column, cell, lang);
        (said != "\u{2013}").then(|| format!("{}: {said}", column.label.get(lang)))
    });
    shown.collect::<Vec<_>>().join("; ")
}
