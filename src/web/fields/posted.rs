//! From what a browser posts to raw answers. Pure.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use crate::forms::{Field, FieldKind, RawAnswers};

/// A change of a table's rows asked for by a button. A row is named by the number in its controls' names, which says
/// nothing of its place: rows stand in the order in which the page sends them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// One more row at the end.
    Add,
    /// Without this row.
    Remove(usize),
    /// This row changes place with the one before it.
    Up(usize),
    /// This row changes place with the one after it.
    Down(usize),
}

/// The row button that was pressed, if any, with its criterion and table: `add-row=A3.goals`, `remove-row=A3.goals.2`,
/// `row-up=A3.goals.2` or `row-down=A3.goals.2`.
#[must_use]
pub fn row_change(pairs: &[(String, String)]) -> Option<(String, String, RowChange)> {
    pairs.iter().find_map(|(name, value)| {
        let mut parts = value.split('.');
        let (criterion, table) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let row = |parts: &mut std::str::Split<'_, char>| parts.next()?.parse().ok();
        let change = match name.as_str() {
            "add-row" => RowChange::Add,
            "remove-row" => RowChange::Remove(row(&mut parts)?),
            "row-up" => RowChange::Up(row(&mut parts)?),
            "row-down" => RowChange::Down(row(&mut parts)?),
            _ => return None,
        };
        Some((criterion, table, change))
    })
}

/// The ids of the conditional fields that the page showed: `A1-valid_from`.
pub fn shown(pairs: &[(String, String)]) -> impl Iterator<Item = &str> {
    pairs.iter().filter(|(name, _)| name == "shown").map(|(_, value)| value.as_str())
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
                    let change = change
                        .as_ref()
                        .filter(|(of, table, _)| of == criterion && *table == field.id)
                        .map(|(_, _, change)| change);
                    present.then(|| Json::Array(rows(field, criterion, pairs, change)))
                }
                FieldKind::Years => years(pairs, &name),
                _ => one(pairs, &name).map(typed),
            };
            value.map(|value| (field.id.clone(), value))
        })
        .collect()
}

/// A text as it was typed: a browser sends a line break as CR LF from a form and as LF from a script.
fn typed(value: &str) -> Json {
    Json::String(value.replace("\r\n", "\n"))
}

fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
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
                .then(|| (year.to_owned(), typed(value)))
        })
        .collect();
    (!years.is_empty()).then_some(Json::Object(years))
}

/// Every row that was sent, in the order in which it was sent.
fn rows(field: &Field, criterion: &str, pairs: &[(String, String)], change: Option<&RowChange>) -> Vec<Json> {
    let start = format!("{criterion}.{}.", field.id);
    let mut order: Vec<usize> = Vec::new();
    let mut rows: HashMap<usize, Map<String, Json>> = HashMap::new();
    for (key, value) in pairs {
        let Some((row, column)) = key.strip_prefix(&start).and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        let Ok(row) = row.parse::<usize>() else { continue };
        if field.columns.iter().any(|known| known.id == column) {
            let cells = rows.entry(row).or_insert_with(|| {
                order.push(row);
                Map::new()
            });
            cells.insert(column.to_owned(), typed(value));
        }
    }
    let place = |row: &usize| order.iter().position(|known| known == row);
    match change {
        Some(RowChange::Remove(row)) => order.retain(|known| known != row),
        Some(RowChange::Up(row)) => {
            if let Some(at) = place(row).filter(|at| *at > 0) {
                order.swap(at - 1, at);
            }
        }
        Some(RowChange::Down(row)) => {
            if let Some(at) = place(row).filter(|at| at + 1 < order.len()) {
                order.swap(at, at + 1);
            }
        }
        Some(RowChange::Add) | None => {}
    }
    let added = (change == Some(&RowChange::Add)).then(Map::new);
    order.iter().filter_map(|row| rows.remove(row)).chain(added).map(Json::Object).collect()
}
