//! From what a browser posts to raw answers. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::forms::{Field, FieldKind, RawAnswers};

/// The most rows read of one table; the form's own limit is lower.
const MOST_ROWS: usize = 200;

/// A change of a table's rows asked for by a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// One more row at the end of a criterion's table.
    Add(String, String),
    /// Without this row.
    Remove(String, String, usize),
}

/// The row button that was pressed, if any: `add-row=A3.goals` or `remove-row=A3.goals.2`.
#[must_use]
pub fn row_change(pairs: &[(String, String)]) -> Option<RowChange> {
    pairs.iter().find_map(|(name, value)| {
        let mut parts = value.split('.');
        let criterion = parts.next()?.to_owned();
        let field = parts.next()?.to_owned();
        match name.as_str() {
            "add-row" => Some(RowChange::Add(criterion, field)),
            "remove-row" => Some(RowChange::Remove(criterion, field, parts.next()?.parse().ok()?)),
            _ => None,
        }
    })
}

/// The raw answers of one criterion that a post holds; a field that the post does not speak of is not among them.
pub fn read<'a>(
    fields: impl Iterator<Item = &'a Field>,
    criterion: &str,
    pairs: &[(String, String)],
) -> RawAnswers {
    let change = row_change(pairs);
    fields
        .filter_map(|field| {
            let name = format!("{criterion}.{}", field.id);
            let present = pairs.iter().any(|(key, value)| key == "present" && *value == name);
            let value = match field.kind {
                FieldKind::Evidence => None,
                FieldKind::Choices => present.then(|| Json::Array(all(pairs, &name))),
                FieldKind::Table => {
                    present.then(|| Json::Array(rows(field, criterion, pairs, change.as_ref())))
                }
                FieldKind::Years => years(pairs, &name),
                _ => one(pairs, &name).map(Json::String),
            };
            value.map(|value| (field.id.clone(), value))
        })
        .collect()
}

fn one(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

fn all(pairs: &[(String, String)], name: &str) -> Vec<Json> {
    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| Json::String(value.clone())).collect()
}

fn years(pairs: &[(String, String)], name: &str) -> Option<Json> {
    let start = format!("{name}.");
    let years: Map<String, Json> = pairs
        .iter()
        .filter_map(|(key, value)| {
            let year = key.strip_prefix(&start)?;
            (year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit()))
                .then(|| (year.to_owned(), Json::String(value.clone())))
        })
        .collect();
    (!years.is_empty()).then_some(Json::Object(years))
}

fn rows(field: &Field, criterion: &str, pairs: &[(String, String)], change: Option<&RowChange>) -> Vec<Json> {
    let start = format!("{criterion}.{}.", field.id);
    let mut rows: BTreeMap<usize, Map<String, Json>> = BTreeMap::new();
    for (key, value) in pairs {
        let Some((row, column)) = key.strip_prefix(&start).and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        let Ok(row) = row.parse::<usize>() else { continue };
        if row < MOST_ROWS && field.columns.iter().any(|known| known.id == column) {
            rows.entry(row).or_default().insert(column.to_owned(), Json::String(value.clone()));
        }
    }
    if let Some(RowChange::Remove(of, table, row)) = change
        && of == criterion
        && *table == field.id
    {
        rows.remove(row);
    }
    let mut rows: Vec<Json> = rows.into_values().map(Json::Object).collect();
    let asked = matches!(change, Some(RowChange::Add(of, table)) if of == criterion && *table == field.id);
    if asked && rows.len() < MOST_ROWS {
        rows.push(Json::Object(Map::new()));
    }
    rows
}
