//! What must hold in a whole form beyond each key: names are unique, weights and levels complete, numbers in order.
//! Expressions are checked by [`super::check_expressions`].

use std::collections::BTreeSet;

use num_traits::Zero;

use super::check_expressions::{criterion_expressions, field_conditions};
use super::reader::Source;
use super::{Area, Choice, Criterion, Field, FieldKind, Form, Level, Rules, expression::RESERVED};
use crate::number::{Fraction, display_short, exact, whole};

/// Checks a form that has been read; what has been found broken is not reported again.
pub(super) fn check(form: &Form, source: &Source) {
    names(form, source);
    scale(form, source);
    rules(&form.rules, source);
    calendar(form, source);
    fields(&form.background, "background", source, &mut BTreeSet::new());
    field_conditions(&form.background, "background", &form.every, source);
    fields(&form.every, "every", source, &mut BTreeSet::new());
    field_conditions(&form.every, "every", &[], source);
    areas(form, source);
    for area in &form.areas {
        for one in &area.criteria {
            criterion(form, area, one, source);
        }
    }
}

/// The key of an element of a list of tables, as the reader made it.
pub(super) fn key_of(list: &str, id: &str) -> String {
    format!("{list}.{id}")
}

fn names(form: &Form, source: &Source) {
    let lower = |text: &str, others: &str| {
        text.starts_with(|sign: char| sign.is_ascii_lowercase())
            && text
                .chars()
                .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || others.contains(sign))
    };
    if !source.is_broken("form") && !source.is_broken("form.id") && !lower(&form.id, "-") {
        let remedy = "Use small letters, digits and -, beginning with a letter: usve.";
        source.fault("form.id", "bad_id", format!("\"{}\" is no name of a form", form.id), remedy);
    }
    let numbered = !form.version.is_empty()
        && form
            .version
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !source.is_broken("form") && !source.is_broken("form.version") && !numbered {
        let remedy = "Use numbers with points between them: 2026.1.";
        source.fault("form.version", "bad_id", format!("\"{}\" is no version", form.version), remedy);
    }
}

fn scale(form: &Form, source: &Source) {
    let levels: Vec<u8> = form.scale.iter().map(|level| level.level).collect();
    if levels != [0, 1, 2, 3, 4] && !source.is_broken("scale") {
        let remedy = "Write one [[scale]] for each of the levels 0, 1, 2, 3 and 4, in that order.";
        source.fault("scale", "bad_scale", "the scale does not hold the levels 0–4 in order", remedy);
    }
}

fn rules(rules: &Rules, source: &Source) {
    if source.is_broken("rules") {
        return;
    }
    let report = |key: &str, message: String, remedy: &str| {
        let key = format!("rules.{key}");
        if !source.is_broken(&key) {
            source.fault(&key, "bad_rule", message, remedy);
        }
    };
    let within = |key: &str, value: &Fraction, most: i64| {
        if *value < whole(0) || *value > whole(most) {
            report(
                key,
                format!("{key} is {}, outside 0–{most}", exact(value)),
                "Write a number inside the range.",
            );
        }
    };
    let levels = [
        ("minimum_level", &rules.minimum_level),
        ("green", &rules.green),
        ("yellow", &rules.yellow),
        ("near", &rules.near),
    ];
    let shares = [
        ("area_green_share", &rules.area_green_share),
        ("area_yellow_share", &rules.area_yellow_share),
        ("greatest_missing_share", &rules.greatest_missing_share),
        ("insufficient_total", &rules.insufficient_total),
        ("approved_total", &rules.approved_total),
        ("approved_area", &rules.approved_area),
        ("exemplary_total", &rules.exemplary_total),
        ("exemplary_area", &rules.exemplary_area),
        ("change_total", &rules.change_total),
        ("change_area", &rules.change_area),
        ("comparable_share", &rules.comparable_share),
    ];
    for (key, value) in levels {
        within(key, value, 4);
    }
    for (key, value) in shares {
        within(key, value, 100);
    }
    let ordered = [
        ("yellow", &rules.yellow, "green", &rules.green),
        ("insufficient_total", &rules.insufficient_total, "approved_total", &rules.approved_total),
        ("approved_total", &rules.approved_total, "exemplary_total", &rules.exemplary_total),
        ("approved_area", &rules.approved_area, "exemplary_area", &rules.exemplary_area),
    ];
    for (low_key, low, high_key, high) in ordered {
        if low > high && !source.is_broken(&format!("rules.{high_key}")) {
            report(low_key, format!("{low_key} is above {high_key}"), "Put the lower threshold first.");
        }
    }
    let years = [
        ("insufficient_unmet", rules.insufficient_unmet),
        ("unmet_years", rules.unmet_years),
        ("unmet_years_without_plan", rules.unmet_years_without_plan),
    ];
    for (key, value) in years {
        if value == 0 {
            report(key, format!("{key} is 0, which every unit reaches"), "Write 1 or more.");
        }
    }
    if rules.reason_levels.iter().any(|level| *level > 4) {
        report("reason_levels", "there are no levels above 4".to_owned(), "Write levels from 0 to 4.");
    }
    if rules.reason_shortest > rules.reason_longest {
        report(
            "reason_shortest",
            "no reason is as short and as long".to_owned(),
            "Write less than reason_longest.",
        );
    }
}

fn calendar(form: &Form, source: &Source) {
    let calendar = &form.calendar;
    let days = [
        ("opens", calendar.opens),
        ("submit", calendar.submit),
        ("assign", calendar.assign),
        ("lock", calendar.lock),
        ("settle", calendar.settle),
        ("further", calendar.further),
        ("final", calendar.final_day),
        ("release", calendar.release),
        ("present", calendar.present),
    ];
    if source.is_broken("calendar")
        || days.iter().any(|(key, _)| source.is_broken(&format!("calendar.{key}")))
    {
        return;
    }
    let mut earlier = ("opens", calendar.opens);
    for (key, day) in days {
        if day < earlier.1 {
            let message = format!("{key} comes before {}", earlier.0);
            source.fault(
                &format!("calendar.{key}"),
                "calendar_order",
                message,
                "Put the days in the order of the year.",
            );
        }
        earlier = (key, day);
    }
}

fn areas(form: &Form, source: &Source) {
    if form.areas.is_empty() && !source.is_broken("area") {
        source.fault(
            "area",
            "missing_key",
            "the form has no area",
            "Add [[area]] with at least one criterion.",
        );
        return;
    }
    let (mut areas, mut criteria) = (BTreeSet::new(), BTreeSet::new());
    let mut sum = Fraction::zero();
    let mut known = true;
    for (at, area) in form.areas.iter().enumerate() {
        let key = area_key(form, at);
        identity(&area.id, &key, "an area", &mut areas, source);
        known &= weight(&area.weight, &key, source);
        sum += &area.weight;
        if area.criteria.is_empty() && !source.is_broken(&format!("{key}.criterion")) {
            let remedy = "Add [[area.criterion]] below it, or remove the area.";
            source.fault(&key, "empty_area", "the area has no criterion", remedy);
        }
        for one in &area.criteria {
            let key = key_of(&format!("{key}.criterion"), &one.id);
            identity(&one.id, &key, "a criterion", &mut criteria, source);
            weight(&one.weight, &key, source);
        }
    }
    if known && sum != whole(100) {
        let sum = display_short(&sum, 6).replace(',', ".");
        let message = format!("the areas weigh {sum} together, not 100");
        let key = area_key(form, form.areas.len().saturating_sub(1));
        source.fault(
            &format!("{key}.weight"),
            "weights_not_100",
            message,
            "Change the areas' weights until they sum to 100.",
        );
    }
}

fn area_key(form: &Form, at: usize) -> String {
    form.areas.get(at).map(|area| key_of("area", &area.id)).unwrap_or_default()
}

fn identity(id: &str, key: &str, what: &str, seen: &mut BTreeSet<String>, source: &Source) {
    let id_key = format!("{key}.id");
    if id.is_empty() || source.is_broken(&id_key) {
        return;
    }
    let good = id.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && id.len() <= 20
        && id.chars().all(|sign| sign.is_ascii_alphanumeric());
    if !good {
        let remedy = "Use letters a–z and digits, beginning with a letter, at most 20: E2.";
        source.fault(&id_key, "bad_id", format!("\"{id}\" is no id of {what}"), remedy);
    }
    if !seen.insert(id.to_owned()) {
        let remedy = "Give each its own id; an id is never reused for another meaning.";
        source.fault(&id_key, "duplicate_id", format!("the id {id} is used twice"), remedy);
    }
}

/// Whether the weight can be summed.
fn weight(weight: &Fraction, key: &str, source: &Source) -> bool {
    let key = format!("{key}.weight");
    if source.is_broken(&key) {
        return false;
    }
    if *weight <= whole(0) {
        source.fault(
            &key,
            "bad_weight",
            format!("the weight is {}", exact(weight)),
            "Write a weight above 0.",
        );
        return false;
    }
    true
}

fn criterion(form: &Form, area: &Area, criterion: &Criterion, source: &Source) {
    let key = key_of(&format!("{}.criterion", key_of("area", &area.id)), &criterion.id);
    sources(criterion, &key, source);
    if criterion.fields.is_empty() && !source.is_broken(&format!("{key}.field")) {
        let remedy = "Add [[area.criterion.field]]: what does the unit answer?";
        source.fault(&key, "no_fields", "the criterion asks for nothing", remedy);
    }
    let mut seen: BTreeSet<String> = form.every.iter().map(|field| field.id.clone()).collect();
    fields(&criterion.fields, &format!("{key}.field"), source, &mut seen);
    for indicator in &criterion.indicators {
        let key = key_of(&format!("{key}.indicator"), &indicator.id);
        name(&indicator.id, &key, &mut seen, source);
    }
    levels(&criterion.levels, &key, source);
    criterion_expressions(form, criterion, &key, source);
}

fn sources(criterion: &Criterion, key: &str, source: &Source) {
    let key = format!("{key}.source");
    if source.is_broken(&key) {
        return;
    }
    for one in &criterion.source {
        let letters = one.chars().take_while(char::is_ascii_uppercase).count();
        let digits = one.chars().skip(letters).all(|sign| sign.is_ascii_digit());
        let keyed = (1..=2).contains(&letters) && digits && one.len() > letters;
        if one != "ours" && !keyed {
            let remedy = "Write keys of sources such as \"M1\" or \"M1, R7\", or \"ours\".";
            source.fault(&key, "bad_source", format!("\"{one}\" is no key of a source"), remedy);
        }
    }
}

fn levels(levels: &[Level], key: &str, source: &Source) {
    let list = format!("{key}.level");
    let unnumbered = (1..=levels.len()).any(|at| source.is_broken(&format!("{list}[{at}].level")));
    if unnumbered || source.is_broken(&list) {
        return;
    }
    let found: Vec<u8> = levels.iter().map(|level| level.level).collect();
    if found != [0, 1, 2, 3, 4] {
        let missing: Vec<String> =
            (0..=4_u8).filter(|level| !found.contains(level)).map(|level| level.to_string()).collect();
        let message = if missing.is_empty() {
            "the levels are not 0–4, each once and in order".to_owned()
        } else {
            format!("level {} is missing", missing.join(", "))
        };
        let remedy = "Write one [[area.criterion.level]] for each of 0, 1, 2, 3 and 4, in that order.";
        source.fault(&list, "bad_levels", message, remedy);
        return;
    }
    let mut open = None;
    for level in levels {
        let key = format!("{list}.{}.when", level.level);
        match (&level.when, level.level) {
            (Some(_), 0 | 1) => {
                let remedy = "Remove it: below level 2 the suggestion is 1 when anything is answered.";
                source.fault(&key, "misplaced_condition", "levels 0 and 1 have no condition", remedy);
            }
            (Some(_), number) => {
                if let Some(below) = open {
                    let message = format!("level {number} has a condition but level {below} has none");
                    let remedy =
                        format!("The suggestion stops below level {below}; give it a condition too.");
                    source.fault(&key, "unreachable_condition", message, remedy);
                }
            }
            (None, 2..=4) if open.is_none() && !source.is_broken(&key) => open = Some(level.level),
            (None, _) => {}
        }
    }
}

/// Whether a name can be used in expressions and is new.
fn name(id: &str, key: &str, seen: &mut BTreeSet<String>, source: &Source) {
    let id_key = format!("{key}.id");
    if id.is_empty() || source.is_broken(&id_key) {
        return;
    }
    let good = id.starts_with(|sign: char| sign.is_ascii_lowercase())
        && id.len() <= 60
        && id.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_');
    if !good || RESERVED.contains(&id) {
        let remedy = "Use small letters, digits and _, beginning with a letter, and no word of the expression language.";
        source.fault(&id_key, "bad_id", format!("\"{id}\" cannot be used as a name"), remedy);
    }
    if !seen.insert(id.to_owned()) {
        let remedy =
            "Choose another; fields, indicators and the fields of every criterion share their names.";
        source.fault(&id_key, "duplicate_id", format!("the name {id} is used twice"), remedy);
    }
}

fn fields(all: &[Field], list: &str, source: &Source, seen: &mut BTreeSet<String>) {
    for field in all {
        let key = key_of(list, &field.id);
        name(&field.id, &key, seen, source);
        field_alone(field, &key, source);
        fields(&field.columns, &format!("{key}.columns"), source, &mut BTreeSet::new());
    }
}

fn field_alone(field: &Field, key: &str, source: &Source) {
    options(&field.options, key, source);
    if let (Some(least), Some(most)) = (&field.least, &field.most)
        && least > most
        && !source.is_broken(&format!("{key}.most"))
    {
        let message = format!("least is {} and most is {}", exact(least), exact(most));
        source.fault(
            &format!("{key}.least"),
            "bad_limits",
            message,
            "Write least so that it is not above most.",
        );
    }
    let counted = matches!(field.kind, FieldKind::Table | FieldKind::Choices | FieldKind::Evidence);
    for (name, limit) in [("least", &field.least), ("most", &field.most)] {
        if counted && limit.as_ref().is_some_and(|limit| !limit.is_integer() || *limit < whole(0)) {
            let message = format!("{name} counts rows, files or options");
            source.fault(&format!("{key}.{name}"), "bad_limits", message, "Write a whole number from 0.");
        }
    }
    if counted && field.required && field.least.as_ref().is_some_and(Zero::is_zero) {
        let remedy = "Write required = false for what may be left empty, or least = 1.";
        source.fault(&format!("{key}.least"), "bad_limits", "a required field takes at least one", remedy);
    }
    if field.kind == FieldKind::Years
        && !(1..=10).contains(&field.span)
        && !source.is_broken(&format!("{key}.span"))
    {
        source.fault(&format!("{key}.span"), "bad_limits", "span is not 1–10 years", "Write span = 3.");
    }
    if field.explain_change.as_ref().is_some_and(|limit| *limit < whole(0)) {
        let message = "explain_change is below 0";
        source.fault(&format!("{key}.explain_change"), "bad_limits", message, "Write per cent, 0 or more.");
    }
    if field.places > 6 {
        source.fault(
            &format!("{key}.places"),
            "bad_limits",
            "places is above 6",
            "Write at most 6 decimals.",
        );
    }
    for (name, most) in [("most_characters", field.most_characters), ("most_words", field.most_words)] {
        if most == Some(0) && !source.is_broken(&format!("{key}.{name}")) {
            source.fault(&format!("{key}.{name}"), "bad_limits", format!("{name} is 0"), "Write 1 or more.");
        }
    }
    let broken = ["kind", "columns"].iter().any(|name| source.is_broken(&format!("{key}.{name}")));
    if field.kind == FieldKind::Table && field.columns.is_empty() && !broken {
        source.fault(&format!("{key}.columns"), "missing_key", "the table has no columns", "Add a column.");
    }
}

fn options(all: &[Choice], key: &str, source: &Source) {
    let mut seen = BTreeSet::new();
    for option in all {
        let key = key_of(&format!("{key}.options"), &option.id);
        if !option.id.is_empty() {
            name(&option.id, &key, &mut seen, source);
        }
    }
}
