//! A criterion's answers while they are written.

use serde_json::{Value as Json, json};

use crate::demo::dice::Dice;
use crate::demo::units::UnitFacts;
use crate::demo::words::Words;
use crate::forms::RawAnswers;

/// One cell of a row: column and text.
pub(super) type Cell = (&'static str, String);

/// Answers to one criterion in the making.
pub(super) struct Sheet<'a> {
    /// The texts.
    pub words: &'a Words,
    /// Who answers.
    pub unit: &'a UnitFacts,
    /// What is answered.
    pub criterion: &'a str,
    /// The calendar year evaluated.
    pub period: i32,
    /// The level aimed at, 0–4.
    pub aim: usize,
    /// Throws the same every year.
    pub always: Dice,
    /// Throws anew each year.
    pub then: Dice,
    /// What is written so far.
    pub answers: RawAnswers,
}

impl<'a> Sheet<'a> {
    pub fn new(words: &'a Words, unit: &'a UnitFacts, criterion: &'a str, period: i32, aim: u8) -> Sheet<'a> {
        Sheet {
            words,
            unit,
            criterion,
            period,
            aim: usize::from(aim),
            always: unit.dice(&format!("answer/{criterion}")),
            then: unit.dice(&format!("answer/{criterion}/{period}")),
            answers: RawAnswers::new(),
        }
    }

    /// What stands at the level aimed at.
    pub fn at<T: Copy + Default>(&self, by_level: [T; 5]) -> T {
        by_level.get(self.aim).copied().unwrap_or_default()
    }

    /// A number within the two that stand at the level aimed at: the unit's own, a little different every year.
    pub fn within(&mut self, by_level: [(i64, i64); 5]) -> i64 {
        let (low, high) = self.at(by_level);
        let own = self.always.between(low, high);
        let little = ((high - low) / 8).max(i64::from(high > low));
        (own + self.then.between(-little, little)).clamp(low, high)
    }

    /// Writes raw JSON.
    pub fn put(&mut self, field: &str, raw: Json) {
        self.answers.insert(field.to_owned(), raw);
    }

    pub fn yes(&mut self, field: &str, yes: bool) {
        self.put(field, json!(if yes { "yes" } else { "no" }));
    }

    /// Yes from a level on.
    pub fn yes_from(&mut self, level: usize, field: &str) {
        self.yes(field, self.aim >= level);
    }

    pub fn whole(&mut self, field: &str, number: i64) {
        self.put(field, json!(number.to_string()));
    }

    pub fn tenths(&mut self, field: &str, tenths: i64) {
        self.put(field, json!(with_comma(tenths, 10)));
    }

    pub fn hundredths(&mut self, field: &str, hundredths: i64) {
        self.put(field, json!(with_comma(hundredths, 100)));
    }

    pub fn text(&mut self, field: &str, text: impl Into<String>) {
        let text: String = text.into();
        self.put(field, json!(self.fit(&text)));
    }

    pub fn level(&mut self, field: &str, level: u8) {
        self.put(field, json!(level.to_string()));
    }

    pub fn choices(&mut self, field: &str, chosen: &[&str]) {
        self.put(field, json!(chosen));
    }

    pub fn rows(&mut self, field: &str, rows: Vec<Vec<Cell>>) {
        let rows: Vec<Json> = rows
            .into_iter()
            .map(|row| {
                Json::Object(row.into_iter().map(|(column, text)| (column.to_owned(), json!(text))).collect())
            })
            .collect();
        self.put(field, Json::Array(rows));
    }

    /// One number for each calendar year of so many, up to the one evaluated.
    pub fn years(&mut self, field: &str, span: i32, number: impl Fn(i32) -> i64) -> i64 {
        let numbers: Vec<(i32, i64)> =
            (self.period - span + 1..=self.period).map(|year| (year, number(year))).collect();
        let series =
            numbers.iter().map(|(year, number)| (year.to_string(), json!(number.to_string()))).collect();
        self.put(field, Json::Object(series));
        numbers.iter().map(|(_, number)| number).sum()
    }

    /// Writes one of the field's texts.
    pub fn say(&mut self, field: &str) {
        let text = self.one(field);
        self.put(field, json!(text));
    }

    /// One of the texts under a name.
    pub fn one(&mut self, name: &str) -> String {
        self.several(name, 1).pop().unwrap_or_default()
    }

    /// Several of the texts under a name, each once.
    pub fn several(&mut self, name: &str, count: i64) -> Vec<String> {
        let texts = self.words.plain(self.criterion, name, count, &mut self.then);
        texts.into_iter().map(|text| self.fit(text)).collect()
    }

    /// Several of the texts of several parts under a name, each once.
    pub fn parts(&mut self, name: &str, count: i64) -> Vec<Vec<String>> {
        let texts = self.words.parts(self.criterion, name, count, &mut self.then);
        texts.into_iter().map(|parts| parts.iter().map(|part| self.fit(part)).collect()).collect()
    }

    /// The text with the unit's topics in it.
    pub fn fit(&self, text: &str) -> String {
        let [one, other] = &self.unit.topics;
        text.replace("{t}", one).replace("{u}", other)
    }

    /// Writes a day in the calendar year evaluated or so many years from it.
    pub fn day(&mut self, field: &str, years: i32, month: i64, day: i64) {
        let text = self.date(years, month, day);
        self.put(field, json!(text));
    }

    /// A day in the calendar year evaluated or so many years from it.
    pub fn date(&self, years: i32, month: i64, day: i64) -> String {
        format!("{}-{month:02}-{day:02}", self.period + years)
    }
}

/// Yes or no, in a cell.
pub(super) fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// The part of a list, or nothing.
pub(super) fn part(parts: &[String], at: usize) -> String {
    parts.get(at).cloned().unwrap_or_default()
}

/// Tenths or hundredths with a decimal comma.
pub(super) fn with_comma(number: i64, of: i64) -> String {
    let places = if of == 10 { 1 } else { 2 };
    format!("{},{:0places$}", number / of, number % of)
}
