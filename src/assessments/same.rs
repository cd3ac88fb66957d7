//! Whether two raw answers mean the same, so that a page which writes `1 250 000` for what was typed as `1250000` changes
//! nothing. Pure.

use serde_json::Value as Json;

use super::progress::says_nothing;
use crate::forms::answer::number_of;
use crate::forms::{Field, FieldKind};

/// Whether two raw answers to a field mean the same: equal as typed, both nothing, or numbers of the same value. A row
/// that is still empty counts as a row, since somebody added it, unless it is the only one.
#[must_use]
pub fn same(field: &Field, one: &Json, other: &Json) -> bool {
    if one == other {
        return true;
    }
    match field.kind {
        FieldKind::Table => {
            let rows = |raw: &Json| raw.as_array().map_or(0, Vec::len).max(1);
            let row = |raw: &Json, at: usize| raw.get(at).cloned().unwrap_or_default();
            rows(one) == rows(other)
                && (0..rows(one)).all(|at| {
                    let (one, other) = (row(one, at), row(other, at));
                    field.columns.iter().all(|column| {
                        let cell = |row: &Json| row.get(&column.id).cloned().unwrap_or_default();
                        same(column, &cell(&one), &cell(&other))
                    })
                })
        }
        FieldKind::Years => {
            let years =
                |raw: &Json| raw.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect();
            let mut all: Vec<String> = years(one);
            all.extend::<Vec<String>>(years(other));
            let cell = |raw: &Json, year: &str| raw.get(year).cloned().unwrap_or_default();
            all.iter().all(|year| same_text(field, &cell(one, year), &cell(other, year)))
        }
        _ => same_text(field, one, other),
    }
}

fn same_text(field: &Field, one: &Json, other: &Json) -> bool {
    if one == other || says_nothing(one) && says_nothing(other) {
        return true;
    }
    let numbers = field.kind.is_number() || field.kind == FieldKind::Years;
    let value = |raw: &Json| raw.as_str().and_then(|typed| number_of(field, typed));
    numbers && value(one).is_some_and(|number| Some(number) == value(other))
}
