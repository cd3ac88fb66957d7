//! Answers: from what was typed to a typed value, or to a sentence that says what to do.
//!
//! Raw answers are kept as typed, also when they are invalid; see [`super::RawAnswers`] for their form.
//!
//! Lengths are counted in Unicode scalar values ("characters"), and a line break counts as one however the browser
//! sent it (CR LF, LF or CR).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde_json::Value as Json;

use super::{Field, FieldKind};
use crate::number::{Fraction, display_short, parse_typed, whole};
use crate::text::Text;

/// A typed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// The id of an option.
    Choice(String),
    /// Ids of options, in the order of the form.
    Choices(Vec<String>),
    /// A number of any kind.
    Number(Fraction),
    /// A day.
    Date(NaiveDate),
    /// Text without space at its ends, with LF as line break.
    Text(String),
    /// The rows of a table in which anything stands, by column id; an empty cell is left out.
    Rows(Vec<BTreeMap<String, Value>>),
    /// A number by calendar year.
    Years(BTreeMap<i32, Fraction>),
    /// A level 0–4.
    Level(u8),
}

/// Why an answer cannot be used yet, said so that it can be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The field; in a table `field/row/column` with the row from 0, in years `field/2024`.
    pub field: String,
    /// A stable word for the kind of issue.
    pub code: &'static str,
    /// What to do, in both languages.
    pub message: Text,
}

/// The largest number of digits before the decimal comma.
const DIGITS: u32 = 15;

/// The day a text names, if it is written `YYYY-MM-DD` and exists, from year 1900 to 2199.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let written = day.format("%Y-%m-%d").to_string() == text;
    (written && (1900..2200).contains(&day.year())).then_some(day)
}

/// Reads an answer. `Ok(None)` is not answered: absent, empty, or nothing but space.
///
/// # Errors
/// Every issue in it: one for a plain field, one for each cell or year that needs mending.
pub fn parse(field: &Field, raw: &Json) -> Result<Option<Value>, Vec<Issue>> {
    match (field.kind, raw) {
        (_, Json::Null) => Ok(None),
        (FieldKind::Choices, Json::Array(chosen)) => choices(field, chosen).map_err(|issue| vec![issue]),
        (FieldKind::Table, Json::Array(rows)) => table(field, rows),
        (FieldKind::Years, Json::Object(years)) => series(field, years),
        (FieldKind::Choices | FieldKind::Table | FieldKind::Years, Json::String(text)) if text.is_empty() => {
            Ok(None)
        }
        (FieldKind::Choices | FieldKind::Table | FieldKind::Years | FieldKind::Evidence, _) => {
            Err(vec![shape(&field.id)])
        }
        (_, Json::String(text)) => scalar(field, text).map_err(|issue| vec![issue]),
        _ => Err(vec![shape(&field.id)]),
    }
}

fn issue(field: &str, code: &'static str, sv: impl Into<String>, en: impl Into<String>) -> Issue {
    Issue { field: field.to_owned(), code, message: Text::new(sv, en) }
}

fn shape(field: &str) -> Issue {
    issue(
        field,
        "bad_shape",
        "Svaret kom fram i fel form. Ladda om sidan och fyll i det igen.",
        "The answer arrived in the wrong form. Reload the page and fill it in again.",
    )
}

/// Reads one value from text.
fn scalar(field: &Field, raw: &str) -> Result<Option<Value>, Issue> {
    let text = lines(raw);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match field.kind {
        FieldKind::YesNo => match text {
            "yes" => Ok(Value::YesNo(true)),
            "no" => Ok(Value::YesNo(false)),
            _ => Err(issue(&field.id, "not_an_option", "Välj Ja eller Nej.", "Choose Yes or No.")),
        },
        FieldKind::Choice if field.options.iter().any(|option| option.id == text) => {
            Ok(Value::Choice(text.to_owned()))
        }
        FieldKind::Choice => Err(not_an_option(field)),
        FieldKind::Level => match text.parse() {
            Ok(level @ 0..=4) if text.len() == 1 => Ok(Value::Level(level)),
            _ => Err(issue(
                &field.id,
                "not_an_option",
                "Välj en nivå från 0 till 4.",
                "Choose a level from 0 to 4.",
            )),
        },
        FieldKind::Date => day(text).map(Value::Date).ok_or_else(|| {
            issue(
                &field.id,
                "not_a_date",
                "Skriv datumet som år-månad-dag, till exempel 2026-03-01.",
                "Write the date as year-month-day, for example 2026-03-01.",
            )
        }),
        FieldKind::Text | FieldKind::LongText => free_text(field, text),
        _ => number(field, text).map(Value::Number),
    }
    .map(Some)
}

fn not_an_option(field: &Field) -> Issue {
    issue(&field.id, "not_an_option", "Välj ett av alternativen.", "Choose one of the options.")
}

/// One line break for each CR LF, CR or LF.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// How many characters a text has, as limits count them: Unicode scalar values without the white space at its ends, a
/// line break as one however it was sent. The script of the pages counts the same.
#[must_use]
pub fn characters(text: &str) -> usize {
    lines(text).trim().chars().count()
}

/// How many words a text has, as limits count them: what stands between white space. The script counts the same.
#[must_use]
pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The number that was typed in a field that takes one, or in one cell of a series, if it can be used.
#[must_use]
pub fn number_of(field: &Field, typed: &str) -> Option<Fraction> {
    number(field, typed.trim()).ok()
}

fn free_text(field: &Field, text: &str) -> Result<Value, Issue> {
    if text.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\t') {
        return Err(issue(
            &field.id,
            "bad_character",
            "Texten innehåller ett osynligt tecken som inte kan sparas. Skriv om texten utan att klistra in.",
            "The text holds an invisible character that cannot be kept. Write the text without pasting.",
        ));
    }
    if field.kind == FieldKind::Text && text.contains('\n') {
        return Err(issue(
            &field.id,
            "several_lines",
            "Skriv texten på en rad.",
            "Write the text on one line.",
        ));
    }
    let characters = characters(text);
    if let Some(most) = field.most_characters
        && characters > most
    {
        let over = characters - most;
        return Err(issue(
            &field.id,
            "too_long",
            format!("Korta texten med {over} tecken. Högst {most} får plats."),
            format!("Shorten the text by {over} characters. At most {most} fit."),
        ));
    }
    let words = words(text);
    if let Some(most) = field.most_words
        && words > most
    {
        let over = words - most;
        return Err(issue(
            &field.id,
            "too_long",
            format!("Korta texten med {over} ord. Högst {most} får plats."),
            format!("Shorten the text by {over} words. At most {most} fit."),
        ));
    }
    Ok(Value::Text(text.to_owned()))
}

fn number(field: &Field, text: &str) -> Result<Fraction, Issue> {
    let plain = match field.kind {
        FieldKind::Percent => text.strip_suffix('%').unwrap_or(text),
        FieldKind::Money => ["kr", "SEK"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text),
        _ => text,
    };
    let Some(value) = parse_typed(plain) else {
        let (sv, en) = match (field.kind, field.places) {
            (FieldKind::Money, _) => ("Skriv hela kronor med siffror, till exempel 250 000.", "250 000"),
            (FieldKind::Percent, _) => ("Skriv andelen i procent med siffror, till exempel 62.", "62"),
            (FieldKind::Integer | FieldKind::Years, 0) => ("Skriv ett heltal, till exempel 12.", "12"),
            _ => ("Skriv ett tal, till exempel 3,5.", "3.5"),
        };
        return Err(issue(
            &field.id,
            "not_a_number",
            sv,
            format!("Write a number in digits, for example {en}."),
        ));
    };
    let scaled = &value * whole(10_i64.pow(field.places.min(6)));
    if !scaled.is_integer() {
        let places = field.places;
        let (sv, en) = match (field.kind, places) {
            (FieldKind::Money, _) => (
                "Skriv hela kronor utan ören, till exempel 250 000.".to_owned(),
                "Write whole kronor, for example 250 000.".to_owned(),
            ),
            (_, 0) => (
                "Skriv ett heltal, till exempel 12.".to_owned(),
                "Write a whole number, for example 12.".to_owned(),
            ),
            (_, 1) => ("Skriv högst en decimal.".to_owned(), "Write at most one decimal.".to_owned()),
            _ => (format!("Skriv högst {places} decimaler."), format!("Write at most {places} decimals.")),
        };
        return Err(issue(&field.id, "too_many_decimals", sv, en));
    }
    let largest = whole(10_i64.pow(DIGITS));
    let most = field.most.as_ref().filter(|most| **most < largest).unwrap_or(&largest);
    if value > *most {
        let shown = display_short(most, 6);
        return Err(issue(
            &field.id,
            "too_large",
            format!("Skriv ett tal som är högst {shown}."),
            format!("Write a number of at most {shown}."),
        ));
    }
    let smallest = -largest.clone();
    let least = field.least.as_ref().filter(|least| **least > smallest).unwrap_or(&smallest);
    if value < *least {
        let shown = display_short(least, 6);
        return Err(issue(
            &field.id,
            "too_small",
            format!("Skriv ett tal som är minst {shown}."),
            format!("Write a number of at least {shown}."),
        ));
    }
    Ok(value)
}

/// How many there are against `least` and `most`, with the words for one and for several in both languages.
fn counted(field: &Field, count: usize, one: (&str, &str), many: (&str, &str)) -> Result<(), Issue> {
    let count = Fraction::from_integer(count.into());
    let words = |number: &Fraction| if *number == whole(1) { one } else { many };
    if let Some(most) = field.most.as_ref().filter(|most| count > **most) {
        let (sv, en) = words(&(&count - most));
        let (over, most) = (display_short(&(&count - most), 0), display_short(most, 0));
        return Err(issue(
            &field.id,
            "too_many",
            format!("Ta bort {over} {sv}. Högst {most} får plats."),
            format!("Remove {over} {en}. At most {most} fit."),
        ));
    }
    if let Some(least) = field.least.as_ref().filter(|least| count < **least) {
        let (sv, en) = words(&(least - &count));
        let (under, least) = (display_short(&(least - &count), 0), display_short(least, 0));
        return Err(issue(
            &field.id,
            "too_few",
            format!("Lägg till {under} {sv}. Minst {least} behövs."),
            format!("Add {under} {en}. At least {least} are needed."),
        ));
    }
    Ok(())
}

fn choices(field: &Field, raw: &[Json]) -> Result<Option<Value>, Issue> {
    let mut chosen = Vec::new();
    for one in raw {
        let id = one.as_str().ok_or_else(|| shape(&field.id))?;
        if id.is_empty() {
            continue;
        }
        if !field.options.iter().any(|option| option.id == id) {
            return Err(not_an_option(field));
        }
        chosen.push(id);
    }
    let ids = field.options.iter().map(|option| option.id.as_str());
    let kept: Vec<String> = ids.filter(|id| chosen.contains(id)).map(str::to_owned).collect();
    if kept.is_empty() {
        return Ok(None);
    }
    counted(field, kept.len(), ("alternativ", "option"), ("alternativ", "options"))?;
    Ok(Some(Value::Choices(kept)))
}

fn table(field: &Field, raw: &[Json]) -> Result<Option<Value>, Vec<Issue>> {
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    for (at, row) in raw.iter().enumerate() {
        let Json::Object(cells) = row else {
            issues.push(shape(&format!("{}/{at}", field.id)));
            continue;
        };
        let empty = |cell: &Json| cell.is_null() || cell.as_str().is_some_and(|text| text.trim().is_empty());
        if cells.values().all(empty) {
            continue;
        }
        let mut typed = BTreeMap::new();
        for column in &field.columns {
            match cell(column, cells.get(&column.id)) {
                Ok(Some(value)) => {
                    typed.insert(column.id.clone(), value);
                }
                Ok(None) => {}
                Err(wrong) => issues.push(Issue {
                    field: format!("{}/{at}/{}", field.id, column.id),
                    code: wrong.code,
                    message: Text::new(
                        format!("Rad {}, {}: {}", at + 1, column.label.sv, wrong.message.sv),
                        format!("Row {}, {}: {}", at + 1, column.label.en, wrong.message.en),
                    ),
                }),
            }
        }
        rows.push(typed);
    }
    if !rows.is_empty()
        && let Err(wrong) = counted(field, rows.len(), ("rad", "row"), ("rader", "rows"))
    {
        issues.push(wrong);
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    Ok((!rows.is_empty()).then_some(Value::Rows(rows)))
}

fn cell(column: &Field, raw: Option<&Json>) -> Result<Option<Value>, Issue> {
    let value = match raw {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => scalar(column, text)?,
        Some(_) => return Err(shape(&column.id)),
    };
    if value.is_none() && column.required {
        return Err(issue(
            &column.id,
            "cell_missing",
            "Fyll i, eller töm hela raden.",
            "Fill in, or empty the whole row.",
        ));
    }
    Ok(value)
}

fn series(field: &Field, raw: &serde_json::Map<String, Json>) -> Result<Option<Value>, Vec<Issue>> {
    let (mut years, mut issues) = (BTreeMap::new(), Vec::new());
    for (name, cell) in raw {
        let year = Some(name).filter(|name| name.len() == 4).and_then(|name| name.parse::<u16>().ok());
        let text = match (year, cell) {
            (Some(_), Json::String(text)) => text.trim(),
            (Some(_), Json::Null) => continue,
            _ => {
                issues.push(shape(&format!("{}/{name}", field.id)));
                continue;
            }
        };
        match number(field, text) {
            _ if text.is_empty() => {}
            Ok(value) => {
                years.extend(year.map(|year| (i32::from(year), value)));
            }
            Err(wrong) => issues.push(Issue {
                field: format!("{}/{name}", field.id),
                code: wrong.code,
                message: Text::new(
                    format!("{name}: {}", wrong.message.sv),
                    format!("{name}: {}", wrong.message.en),
                ),
            }),
        }
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    Ok((!years.is_empty()).then_some(Value::Years(years)))
}
