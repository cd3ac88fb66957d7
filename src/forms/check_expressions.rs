//! Whether a form's expressions fit its fields: names, types, options, thresholds, order and circles.

use std::collections::{BTreeMap, BTreeSet};

use super::check::key_of;
use super::expression::types::Elsewhere;
use super::expression::{Names, Type, tree};
use super::read_field::expression_fault;
use super::reader::Source;
use super::{Criterion, Expression, Field, FieldKind, Form};

/// The type of a field's answer in expressions; files have none.
fn type_of(field: &Field, key: &str, source: &Source) -> Option<Type> {
    if source.is_broken(&format!("{key}.kind")) {
        return Some(Type::Any);
    }
    let options = || {
        if source.is_broken(&format!("{key}.options")) {
            return Type::Any;
        }
        Type::Option(field.options.iter().map(|option| option.id.clone()).collect())
    };
    Some(match field.kind {
        FieldKind::YesNo => Type::Bool,
        FieldKind::Choice => options(),
        FieldKind::Choices => Type::List(Box::new(options())),
        FieldKind::Integer
        | FieldKind::Decimal
        | FieldKind::Percent
        | FieldKind::Money
        | FieldKind::Level => Type::Number,
        FieldKind::Date => Type::Date,
        FieldKind::Text | FieldKind::LongText => Type::Text,
        FieldKind::Years => Type::List(Box::new(Type::Number)),
        FieldKind::Table => {
            let of = |column: &Field| {
                let key = key_of(&format!("{key}.columns"), &column.id);
                Some((column.id.clone(), type_of(column, &key, source)?))
            };
            Type::List(Box::new(if source.is_broken(&format!("{key}.columns")) {
                Type::Any
            } else {
                Type::Row(field.columns.iter().filter_map(of).collect())
            }))
        }
        FieldKind::Evidence => return None,
    })
}

fn names_of(fields: &[Field], list: &str, source: &Source) -> Names {
    let mut names = Names::default();
    for field in fields {
        match type_of(field, &key_of(list, &field.id), source) {
            Some(found) => {
                names.types.entry(field.id.clone()).or_insert(found);
            }
            None => {
                names.elsewhere.insert(field.id.clone(), Elsewhere::Evidence);
            }
        }
    }
    names
}

fn one(expression: &Expression, key: &str, wanted: &[Type], names: &Names, source: &Source) -> Type {
    let (found, faults) = expression.check(names);
    let sound = faults.is_empty();
    for fault in faults {
        expression_fault(source, key, expression.text(), &fault);
    }
    if sound && found != Type::Any && !wanted.contains(&found) {
        let all: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let message = format!("the expression gives {found}, not {}", all.join(" or "));
        source.fault(key, "type_mismatch", message, "Compare it with something, or count it.");
    }
    found
}

/// Checks the conditions of fields that see each other only.
pub(super) fn field_conditions(fields: &[Field], list: &str, every: &[Field], source: &Source) {
    let mut names = names_of(fields, list, source);
    elsewhere(&mut names, every.iter().map(|field| &field.id), Elsewhere::Every);
    conditions(fields, list, &names, source);
}

fn elsewhere<'a>(names: &mut Names, ids: impl Iterator<Item = &'a String>, why: Elsewhere) {
    for id in ids {
        if !names.types.contains_key(id) {
            names.elsewhere.insert(id.clone(), why);
        }
    }
}

fn conditions(fields: &[Field], list: &str, names: &Names, source: &Source) {
    let mut uses = BTreeMap::new();
    for field in fields {
        let Some(when) = &field.when else { continue };
        one(when, &format!("{}.when", key_of(list, &field.id)), &[Type::Bool], names, source);
        uses.insert(field.id.as_str(), when.names());
    }
    for field in fields.iter().filter(|field| circular(&field.id, &uses)) {
        source.fault(
            &format!("{}.when", key_of(list, &field.id)),
            "condition_cycle",
            format!("whether {} is shown depends, by its condition, on itself", field.id),
            "Let conditions use fields whose own conditions lead no way back.",
        );
    }
}

/// Whether following conditions from a field leads back to it.
fn circular(from: &str, uses: &BTreeMap<&str, BTreeSet<String>>) -> bool {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = vec![from];
    while let Some(id) = next.pop() {
        for used in uses.get(id).into_iter().flatten() {
            if used == from {
                return true;
            }
            if reached.insert(used.as_str()) {
                next.push(used);
            }
        }
    }
    false
}

/// Checks every expression of a criterion.
pub(super) fn criterion_expressions(form: &Form, criterion: &Criterion, key: &str, source: &Source) {
    let list = format!("{key}.field");
    let mut names = names_of(&criterion.fields, &list, source);
    names.thresholds = criterion.thresholds.keys().cloned().collect();
    elsewhere(&mut names, form.every.iter().map(|field| &field.id), Elsewhere::Every);
    let later = criterion.indicators.iter().map(|indicator| &indicator.id);

    let mut fields_only = names.clone();
    elsewhere(&mut fields_only, later.clone(), Elsewhere::Indicator);
    conditions(&criterion.fields, &list, &fields_only, source);

    elsewhere(&mut names, later, Elsewhere::Later);
    for indicator in &criterion.indicators {
        let key = format!("{}.value", key_of(&format!("{key}.indicator"), &indicator.id));
        let found = if source.is_broken(&key) {
            Type::Any
        } else {
            one(&indicator.value, &key, &[Type::Number, Type::Bool], &names, source)
        };
        names.elsewhere.remove(&indicator.id);
        names.types.entry(indicator.id.clone()).or_insert(found);
    }
    for level in &criterion.levels {
        if let Some(when) = &level.when {
            one(when, &format!("{key}.level.{}.when", level.level), &[Type::Bool], &names, source);
        }
    }
    unused(criterion, key, source);
}

/// Thresholds that no expression uses; not said while an expression of the criterion cannot be read.
fn unused(criterion: &Criterion, key: &str, source: &Source) {
    let fields =
        criterion.fields.iter().map(|one| (format!("{key}.field.{}.when", one.id), one.when.as_ref()));
    let values = criterion.indicators.iter();
    let values = values.map(|one| (format!("{key}.indicator.{}.value", one.id), Some(&one.value)));
    let levels =
        criterion.levels.iter().map(|one| (format!("{key}.level.{}.when", one.level), one.when.as_ref()));
    let mut used = BTreeSet::new();
    for (key, expression) in fields.chain(values).chain(levels) {
        if expression.is_none_or(|expression| *expression == Expression::nothing()) && source.is_broken(&key)
        {
            return;
        }
        if let Some(expression) = expression {
            tree::thresholds(expression.tree(), &mut used);
        }
    }
    for name in criterion.thresholds.keys().filter(|name| !used.contains(name.as_str())) {
        let remedy = format!("Use it as thresholds.{name} in a condition, or remove it.");
        let key = format!("{key}.thresholds.{name}");
        source.fault(&key, "unused_threshold", format!("the threshold {name} is used nowhere"), remedy);
    }
}
