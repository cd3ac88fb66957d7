//! What differs between two forms, criterion by criterion.

use serde::Serialize;

use super::{Area, Criterion, Form};
use crate::number::exact;

/// A difference between two forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The criterion's id, or the name of a table of the form: `rules`, `calendar`.
    pub key: String,
    /// What happened to it.
    pub change: Change,
    /// Whether results of both years can be compared (scoring model 7.7); only for a criterion in both forms.
    pub comparable: Option<bool>,
    /// What is different, in the words of the form language: `weight: 2 → 3`, `field staff`.
    pub parts: Vec<String>,
}

/// What happened from one form to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the second form has it.
    Added,
    /// Only the first form has it.
    Removed,
    /// Both have it, not alike.
    Changed,
}

/// Every difference: the form's own tables, then criteria in the order of the second form, then removed ones.
#[must_use]
pub fn differences(old: &Form, new: &Form) -> Vec<Difference> {
    let tables = [
        ("title", old.title != new.title),
        ("scale", old.scale != new.scale),
        ("rules", old.rules != new.rules),
        ("calendar", old.calendar != new.calendar),
        ("background", old.background != new.background),
        ("every", old.every != new.every),
    ];
    let changed = |(key, differs): (&str, bool)| {
        differs.then(|| Difference {
            key: key.to_owned(),
            change: Change::Changed,
            comparable: None,
            parts: vec![],
        })
    };
    let mut found: Vec<Difference> = tables.into_iter().filter_map(changed).collect();
    found.extend(areas(old, new));
    for (area, criterion) in new.criteria() {
        match old.criteria().find(|(_, one)| one.id == criterion.id) {
            None => found.push(alone(&criterion.id, Change::Added)),
            Some((old_area, before)) => {
                let parts = parts(old_area, before, area, criterion);
                if !parts.is_empty() {
                    found.push(Difference {
                        key: criterion.id.clone(),
                        change: Change::Changed,
                        comparable: Some(before.digest() == criterion.digest()),
                        parts,
                    });
                }
            }
        }
    }
    let removed = old.criteria().filter(|(_, criterion)| new.criterion(&criterion.id).is_none());
    found.extend(removed.map(|(_, criterion)| alone(&criterion.id, Change::Removed)));
    found
}

fn alone(key: &str, change: Change) -> Difference {
    Difference { key: key.to_owned(), change, comparable: None, parts: vec![] }
}

fn areas(old: &Form, new: &Form) -> Vec<Difference> {
    let mut found = Vec::new();
    for area in &new.areas {
        let key = format!("area.{}", area.id);
        let Some(before) = old.areas.iter().find(|one| one.id == area.id) else {
            found.push(alone(&key, Change::Added));
            continue;
        };
        let mut parts = Vec::new();
        if before.weight != area.weight {
            parts.push(format!("weight: {} → {}", exact(&before.weight), exact(&area.weight)));
        }
        named(&mut parts, "title", before.title != area.title);
        named(&mut parts, "intro", before.intro != area.intro);
        if !parts.is_empty() {
            found.push(Difference { key, change: Change::Changed, comparable: None, parts });
        }
    }
    let removed = old.areas.iter().filter(|area| new.areas.iter().all(|one| one.id != area.id));
    found.extend(removed.map(|area| alone(&format!("area.{}", area.id), Change::Removed)));
    found
}

fn named(parts: &mut Vec<String>, name: &str, differs: bool) {
    if differs {
        parts.push(name.to_owned());
    }
}

fn parts(old_area: &Area, old: &Criterion, new_area: &Area, new: &Criterion) -> Vec<String> {
    let mut parts = Vec::new();
    if old_area.id != new_area.id {
        parts.push(format!("area: {} → {}", old_area.id, new_area.id));
    }
    if old.weight != new.weight {
        parts.push(format!("weight: {} → {}", exact(&old.weight), exact(&new.weight)));
    }
    if old.minimum != new.minimum {
        parts.push(format!("minimum: {} → {}", old.minimum, new.minimum));
    }
    named(&mut parts, "title", old.title != new.title);
    named(&mut parts, "guidance", old.guidance != new.guidance);
    named(&mut parts, "source", old.source != new.source);
    named(&mut parts, "tag", old.tags != new.tags);
    named(&mut parts, "national", old.national != new.national);
    named(&mut parts, "not_applicable", old.not_applicable != new.not_applicable);
    let thresholds = |one: &Criterion| one.thresholds.clone().into_iter().collect::<Vec<_>>();
    each(&mut parts, "threshold", &thresholds(old), &thresholds(new), |(name, _)| name.clone());
    each(&mut parts, "field", &old.fields, &new.fields, |one| one.id.clone());
    each(&mut parts, "indicator", &old.indicators, &new.indicators, |one| one.id.clone());
    each(&mut parts, "level", &old.levels, &new.levels, |one| one.level.to_string());
    parts
}

/// Names what was added, removed, changed or moved among things with ids.
fn each<T: PartialEq>(parts: &mut Vec<String>, what: &str, old: &[T], new: &[T], id: impl Fn(&T) -> String) {
    for one in new {
        match old.iter().find(|before| id(before) == id(one)) {
            None => parts.push(format!("{what} {}: added", id(one))),
            Some(before) => named(parts, &format!("{what} {}", id(one)), before != one),
        }
    }
    let within = |all: &[T], wanted: &T| all.iter().any(|one| id(one) == id(wanted));
    let gone = old.iter().filter(|one| !within(new, one));
    parts.extend(gone.map(|one| format!("{what} {}: removed", id(one))));
    let kept = |from: &[T], other: &[T]| -> Vec<String> {
        from.iter().filter(|one| within(other, one)).map(&id).collect()
    };
    named(parts, &format!("order of {what}s"), kept(old, new) != kept(new, old));
}
