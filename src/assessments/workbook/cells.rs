//! Between an answer as it is stored and one cell of a workbook. Pure.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use num_traits::ToPrimitive as _;
use serde_json::Value as Json;

use crate::forms::answer::{day, parse};
use crate::forms::{Choice, Field, FieldKind, Form, Value};
use crate::number::{self, Fraction, whole};
use crate::text::Lang;

/// The longest text of a cell, in UTF-16 units: Excel's limit.
pub const LONGEST: usize = 32_767;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A number in a cell that shows it as a share of a hundred: 0.62 for 62 %.
    Share(f64),
    /// A day.
    Day(NaiveDate),
    /// True or false.
    Bool(bool),
    /// A formula, whatever it comes to.
    Formula,
    /// A value that the spreadsheet could not work out: `#N/A`.
    Fault(String),
}

/// The cell of a raw answer to a field that takes one value, or of one year of a series. What cannot be used is written
/// as it was typed. `None`: the text is longer than a cell can be.
#[must_use]
pub fn to_cell(form: &Form, field: &Field, raw: &str, lang: Lang) -> Option<Cell> {
    if raw.trim().is_empty() {
        return Some(Cell::Empty);
    }
    let typed = typed_cell(form, field, raw, lang).unwrap_or_else(|| Cell::Text(raw.to_owned()));
    match &typed {
        Cell::Text(text) if text.encode_utf16().count() > LONGEST => None,
        _ => Some(typed),
    }
}

fn typed_cell(form: &Form, field: &Field, raw: &str, lang: Lang) -> Option<Cell> {
    if field.kind == FieldKind::Years {
        return crate::forms::answer::number_of(field, raw).as_ref().and_then(exact).map(Cell::Number);
    }
    match parse(field, &Json::String(raw.to_owned())).ok().flatten()? {
        Value::YesNo(yes) => Some(Cell::Text(yes_no(yes, lang).to_owned())),
        Value::Choice(id) => {
            let label = label_of(&field.options, &id, lang)?;
            // Two options with the same words could not be told apart.
            (option_of(&field.options, label) == Some(&id)).then(|| Cell::Text(label.to_owned()))
        }
        Value::Level(level) => Some(Cell::Text(level_label(form, level, lang))),
        Value::Number(number) if field.kind == FieldKind::Percent => {
            exact(&(number / whole(100))).map(Cell::Share)
        }
        Value::Number(number) => exact(&number).map(Cell::Number),
        // Excel takes 1900 for a leap year: days before its March are one off.
        Value::Date(date) => {
            NaiveDate::from_ymd_opt(1900, 3, 1).filter(|first| date >= *first).map(|_| Cell::Day(date))
        }
        _ => None,
    }
}

/// The raw answer that a cell gives to a field that takes one value, or to one year of a series. What cannot be used is
/// kept as it was typed, as on a page. `None`: the cell holds a formula or a fault.
#[must_use]
pub fn from_cell(form: &Form, field: &Field, cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Empty => String::new(),
        Cell::Formula | Cell::Fault(_) => return None,
        Cell::Text(text) => return Some(from_text(form, field, text)),
        Cell::Bool(yes) if field.kind == FieldKind::YesNo => if *yes { "yes" } else { "no" }.to_owned(),
        Cell::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        Cell::Day(date) => date.format("%Y-%m-%d").to_string(),
        Cell::Number(number) if field.kind == FieldKind::Date => {
            serial_day(*number).map_or_else(|| swedish(*number), |date| date.format("%Y-%m-%d").to_string())
        }
        Cell::Number(number) => swedish(*number),
        Cell::Share(share) if field.kind == FieldKind::Percent => hundredfold(*share),
        Cell::Share(share) => swedish(*share),
    };
    Some(text)
}

/// Whether a cell says yes to one option of several. `None`: it says neither yes nor no.
#[must_use]
pub fn chosen(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Empty => Some(false),
        Cell::Bool(yes) => Some(*yes),
        Cell::Text(text) if text.trim().is_empty() => Some(false),
        Cell::Text(text) => yes_or_no(text),
        _ => None,
    }
}

fn from_text(form: &Form, field: &Field, text: &str) -> String {
    let said = text.trim();
    let id = match field.kind {
        FieldKind::YesNo => yes_or_no(said).map(|yes| if yes { "yes" } else { "no" }.to_owned()),
        FieldKind::Choice => option_of(&field.options, said).cloned(),
        FieldKind::Level => (0..=4)
            .find(|level| {
                let says = |lang| level_label(form, *level, lang).to_lowercase() == said.to_lowercase();
                says(Lang::Sv) || says(Lang::En)
            })
            .map(|level: u8| level.to_string()),
        _ => None,
    };
    id.unwrap_or_else(|| text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "ja" | "yes" => Some(true),
        "nej" | "no" => Some(false),
        _ => None,
    }
}

/// `Ja` or `Nej`.
#[must_use]
pub fn yes_no(yes: bool, lang: Lang) -> &'static str {
    if yes { lang.t("Ja", "Yes") } else { lang.t("Nej", "No") }
}

/// `2 Uppfyllt`.
#[must_use]
pub fn level_label(form: &Form, level: u8, lang: Lang) -> String {
    let title = form.scale.iter().find(|known| known.level == level);
    title.map_or_else(|| level.to_string(), |known| format!("{level} {}", known.title.get(lang)))
}

fn label_of<'a>(options: &'a [Choice], id: &str, lang: Lang) -> Option<&'a str> {
    options.iter().find(|option| option.id == id).map(|option| option.label.get(lang))
}

/// The option that these words name, in either language, or that has this id.
fn option_of<'a>(options: &'a [Choice], said: &str) -> Option<&'a String> {
    let said = said.trim().to_lowercase();
    let named = options.iter().find(|option| {
        [Lang::Sv, Lang::En].iter().any(|lang| option.label.get(*lang).trim().to_lowercase() == said)
    });
    named.or_else(|| options.iter().find(|option| option.id == said)).map(|option| &option.id)
}

/// A number as a cell can hold it, when nothing of it is lost there.
#[must_use]
pub fn exact(value: &Fraction) -> Option<f64> {
    let scaled = value * whole(1_000_000_000_000);
    let float: f64 = scaled.is_integer().then(|| format!("{}e-12", scaled.numer()))?.parse().ok()?;
    (number::parse(&plain(float)).as_ref() == Some(value)).then_some(float)
}

/// A cell's number as it is shown: fifteen digits, as spreadsheets have them, with a decimal point.
fn plain(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

fn swedish(number: f64) -> String {
    plain(number).replace('.', ",")
}

/// A share as its number of per cent.
fn hundredfold(share: f64) -> String {
    let shown = plain(share);
    let Some(value) = number::parse(&shown) else { return swedish(share) };
    let hundredfold = value * whole(100);
    exact(&hundredfold).map_or_else(|| swedish(share), swedish)
}

/// The day of a serial number in a cell that is not formatted as a day, from 1950 on: smaller numbers are numbers.
fn serial_day(number: f64) -> Option<NaiveDate> {
    if number.fract() != 0.0 {
        return None;
    }
    let days = number.to_u64().filter(|days| (18_264..109_575).contains(days))?;
    let date = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))?;
    day(&date.format("%Y-%m-%d").to_string())
}

/// The rows of a table in which anything stands, for writing and for comparing: an empty line says nothing.
#[must_use]
pub fn rows(raw: &Json) -> Vec<BTreeMap<String, String>> {
    let rows = raw.as_array().into_iter().flatten();
    rows.map(|row| {
        let cells = row.as_object().into_iter().flatten();
        cells
            .filter_map(|(column, cell)| Some((column.clone(), cell.as_str()?.to_owned())))
            .filter(|(_, cell)| !cell.trim().is_empty())
            .collect::<BTreeMap<_, _>>()
    })
    .filter(|row| !row.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_into_a_cell_only_when_it_comes_out_the_same() {
        for whole in ["0", "12.35", "-0.1", "999999999999999", "0.000001", "33.333"] {
            let value = number::parse(whole).unwrap();
            assert_eq!(number::parse(&plain(exact(&value).unwrap())), Some(value), "{whole}");
        }
        for lost in ["1/3", "123456789012345.678"] {
            assert_eq!(exact(&number::parse(lost).unwrap()), None, "{lost}");
        }
        assert_eq!(swedish(0.1 + 0.2), "0,3");
        assert_eq!(hundredfold(0.625), "62,5");
        assert_eq!(hundredfold(0.29), "29");
    }

    #[test]
    fn a_serial_number_is_a_day_only_where_days_are() {
        assert_eq!(serial_day(46_357.0), NaiveDate::from_ymd_opt(2026, 12, 1));
        assert_eq!(serial_day(2026.0), None);
        assert_eq!(serial_day(46_357.5), None);
    }
}
