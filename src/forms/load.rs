//! From the text of a form file to a [`Form`], or to every fault in it.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::digest::hexadecimal;
use super::read_field::{expression, field};
use super::reader::{Reader, Source, fraction};
use super::{
    Area, Calendar, Criterion, DayOfYear, Field, Finding, Form, Indicator, Level, National, Rules,
    ScaleLevel, Tag, check, expression::Expression,
};
use crate::number::Fraction;

/// Reads a form. `file` is only how findings name it.
///
/// # Errors
/// Every fault found, in the order of the file; never an empty list.
pub fn load(file: &str, bytes: &[u8]) -> Result<Form, Vec<Finding>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(wrong) => {
            let good = bytes.get(..wrong.valid_up_to()).unwrap_or_default();
            let source_text = String::from_utf8_lossy(good);
            let source = Source::new(file, &source_text);
            source.fault_at(
                good.len(),
                "",
                "not_utf8",
                "the file is not UTF-8",
                "Save it with the encoding UTF-8.",
            );
            return Err(source.findings());
        }
    };
    let source = Source::new(file, text);
    let (table, faults) = DeTable::parse_recoverable(text);
    if !faults.is_empty() {
        for fault in faults {
            let at = fault.span().map_or(0, |span| span.start);
            let message = fault.message().lines().collect::<Vec<_>>().join("; ");
            let remedy = "Mend the line; the file must be TOML before the rest can be checked.";
            source.fault_at(at, "", "toml_syntax", message, remedy);
        }
        return Err(source.findings());
    }
    let mut form = form(Reader::new(&source, table.get_ref(), String::new(), 0));
    form.digest = hexadecimal(bytes);
    check::check(&form, &source);
    let findings = source.findings();
    if !findings.is_empty() {
        return Err(findings);
    }
    add_explanations(&mut form);
    Ok(form)
}

/// After each number whose change may ask for a word, the field that takes it.
fn add_explanations(form: &mut Form) {
    let own =
        form.areas.iter_mut().flat_map(|area| &mut area.criteria).map(|criterion| &mut criterion.fields);
    for fields in own.chain([&mut form.background, &mut form.every]) {
        let with = |field: Field| {
            let explanation = field.explanation();
            std::iter::once(field).chain(explanation)
        };
        *fields = std::mem::take(fields).into_iter().flat_map(with).collect();
    }
}

fn form(top: Reader) -> Form {
    let head = top.table("form");
    let form = Form {
        id: head.string("id", "\"usve\""),
        version: head.string("version", "\"2026.1\""),
        title: head.text("title"),
        scale: top.tables("scale", "level").into_iter().map(scale_level).collect(),
        rules: rules(top.table("rules")),
        calendar: calendar(top.table("calendar")),
        background: fields(&top, "background"),
        every: fields(&top, "every"),
        areas: top.tables("area", "id").into_iter().map(area).collect(),
        digest: String::new(),
    };
    head.done();
    top.done();
    form
}

fn fields(of: &Reader, name: &'static str) -> Vec<Field> {
    of.tables(name, "id").into_iter().map(field).collect()
}

fn scale_level(reader: Reader) -> ScaleLevel {
    let level = ScaleLevel {
        level: reader.natural("level", "0"),
        title: reader.text("title"),
        anchor: reader.text("anchor"),
    };
    reader.done();
    level
}

fn rules(reader: Reader) -> Rules {
    let rules = Rules {
        minimum_level: reader.fraction("minimum_level", "2"),
        green: reader.fraction("green", "3"),
        yellow: reader.fraction("yellow", "2"),
        area_green_share: reader.fraction("area_green_share", "50"),
        area_yellow_share: reader.fraction("area_yellow_share", "50"),
        greatest_missing_share: reader.fraction("greatest_missing_share", "25"),
        insufficient_unmet: reader.natural("insufficient_unmet", "3"),
        insufficient_total: reader.fraction("insufficient_total", "45"),
        unmet_years: reader.natural("unmet_years", "3"),
        unmet_years_without_plan: reader.natural("unmet_years_without_plan", "2"),
        approved_total: reader.fraction("approved_total", "60"),
        approved_area: reader.fraction("approved_area", "40"),
        exemplary_total: reader.fraction("exemplary_total", "80"),
        exemplary_area: reader.fraction("exemplary_area", "60"),
        near: reader.fraction("near", "1"),
        change_total: reader.fraction("change_total", "5"),
        change_area: reader.fraction("change_area", "10"),
        comparable_share: reader.fraction("comparable_share", "70"),
        reason_levels: reader.naturals("reason_levels", "[0, 1, 4]"),
        reason_shortest: reader.natural::<u16>("reason_shortest", "50").into(),
        reason_longest: reader.natural::<u16>("reason_longest", "1500").into(),
    };
    reader.done();
    rules
}

fn calendar(reader: Reader) -> Calendar {
    let calendar = Calendar {
        opens: day(&reader, "opens"),
        submit: day(&reader, "submit"),
        assign: day(&reader, "assign"),
        lock: day(&reader, "lock"),
        settle: day(&reader, "settle"),
        further: day(&reader, "further"),
        fact_check_days: reader.natural("fact_check_days", "10"),
        comment_days: reader.natural("comment_days", "5"),
        final_day: day(&reader, "final"),
        release: day(&reader, "release"),
        present: day(&reader, "present"),
        plan_months: reader.natural("plan_months", "2"),
        follow_up_months: reader.naturals("follow_up_months", "[6, 12]"),
        completion_days: reader.natural("completion_days", "14"),
        grace_minutes: reader.natural("grace_minutes", "30"),
        reminders_days: reader.naturals("reminders_days", "[21, 7, 1]"),
    };
    reader.done();
    calendar
}

fn day(reader: &Reader, name: &'static str) -> DayOfYear {
    let Some(text) = reader.required_string(name, "\"03-31\"") else { return DayOfYear::FIRST };
    DayOfYear::parse(&text).unwrap_or_else(|| {
        reader.fault(
            name,
            "bad_date",
            format!("\"{text}\" is no day that every year has"),
            "Write month and day, for example \"03-31\", or with an hour \"03-31T23:59\".",
        );
        DayOfYear::FIRST
    })
}

fn area(reader: Reader) -> Area {
    let area = Area {
        id: reader.string("id", "\"E\""),
        weight: reader.fraction("weight", "20"),
        title: reader.text("title"),
        intro: reader.optional_text("intro"),
        criteria: reader.tables("criterion", "id").into_iter().map(criterion).collect(),
    };
    reader.done();
    area
}

fn criterion(reader: Reader) -> Criterion {
    let criterion = Criterion {
        id: reader.string("id", "\"E2\""),
        weight: reader.fraction("weight", "3"),
        minimum: reader.boolean("minimum", false),
        title: reader.text("title"),
        guidance: reader.text("guidance"),
        source: reader.string("source", "\"ours\"").split(',').map(|key| key.trim().to_owned()).collect(),
        tags: tags(&reader),
        national: reader.word("national", &National::ALL),
        not_applicable: reader.optional_text("not_applicable"),
        thresholds: thresholds(&reader),
        fields: fields(&reader, "field"),
        indicators: reader.tables("indicator", "id").into_iter().map(indicator).collect(),
        levels: reader.tables("level", "level").into_iter().map(level).collect(),
    };
    reader.done();
    criterion
}

fn tags(reader: &Reader) -> Vec<Tag> {
    let known = |letter: &str| Tag::ALL.iter().find(|(_, one)| *one == letter).map(|(tag, _)| *tag);
    let tags = reader.required("tag", "\"S\"", |value| {
        let value = value.get_ref();
        match (value.as_str(), value.as_array()) {
            (Some(letter), _) => Some(vec![known(letter)]),
            (_, Some(letters)) => letters.iter().map(|one| one.get_ref().as_str().map(known)).collect(),
            _ => None,
        }
    });
    let Some(tags) = tags else { return Vec::new() };
    let found: Option<Vec<Tag>> = tags.into_iter().collect();
    match found {
        Some(tags) if !tags.is_empty() => tags,
        _ => {
            let remedy = "Use S (structure), P (process), R (result), or several: [\"S\", \"P\"].";
            reader.fault("tag", "unknown_word", "this is no known value of tag", remedy);
            Vec::new()
        }
    }
}

fn thresholds(reader: &Reader) -> BTreeMap<String, Fraction> {
    let table = reader.optional_table("thresholds");
    let mut thresholds = BTreeMap::new();
    for (name, value) in table.entries() {
        let number = fraction(value);
        if number.is_none() {
            let remedy = format!("Write {name} = 50 or {name} = 0.5");
            table.fault(name, "wrong_type", format!("the threshold {name} is not a number"), remedy);
        }
        thresholds.insert(name.to_owned(), number.unwrap_or_default());
    }
    thresholds
}

fn indicator(reader: Reader) -> Indicator {
    let indicator = Indicator {
        id: reader.string("id", "\"share\""),
        label: reader.text("label"),
        unit: super::read_field::unit(&reader),
        value: expression(&reader, "value", true).unwrap_or_else(Expression::nothing),
        places: reader.optional("places", "1", super::reader::natural).unwrap_or(0),
    };
    reader.done();
    indicator
}

fn level(reader: Reader) -> Level {
    let level = Level {
        level: reader.natural("level", "2"),
        anchor: reader.text("anchor"),
        when: expression(&reader, "when", false),
    };
    reader.done();
    level
}
