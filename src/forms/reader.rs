//! Reading one TOML table with its keys: what is missing, unknown or of the wrong type becomes a finding, and reading
//! goes on with something empty, so that one run finds every fault.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Finding;
use crate::number::{Fraction, parse, whole};
use crate::text::Text;

/// One file being read: its findings, and where each key stands.
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    findings: RefCell<Vec<Finding>>,
    places: RefCell<BTreeMap<String, usize>>,
    broken: RefCell<BTreeSet<String>>,
}

/// The example that stands for a table.
const TABLE: &str = "{ … }";

/// A place in the file: byte offsets.
pub(super) type Span = Range<usize>;

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Source<'a> {
        Source {
            file,
            text,
            findings: RefCell::default(),
            places: RefCell::default(),
            broken: RefCell::default(),
        }
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    pub(super) fn slice(&self, span: &Span) -> &'a str {
        self.text.get(span.start..span.end.min(self.text.len())).unwrap_or_default()
    }

    /// Remembers where a key stands, for checks that come later.
    pub(super) fn place(&self, key: &str, at: usize) {
        self.places.borrow_mut().insert(key.to_owned(), at);
    }

    /// Reports a fault at the place of its key, or of the nearest key above it.
    pub(super) fn fault(&self, key: &str, code: &str, message: impl Into<String>, remedy: impl Into<String>) {
        let places = self.places.borrow();
        let mut above = key;
        let at = loop {
            if let Some(at) = places.get(above) {
                break *at;
            }
            match above.rsplit_once('.') {
                Some((parent, _)) => above = parent,
                None => break 0,
            }
        };
        self.fault_at(at, key, code, message, remedy);
    }

    pub(super) fn fault_at(
        &self,
        at: usize,
        key: &str,
        code: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.broken.borrow_mut().insert(key.to_owned());
        self.findings.borrow_mut().push(Finding {
            file: self.file.to_owned(),
            line: self.line(at),
            key: key.to_owned(),
            code: code.to_owned(),
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// Whether a fault of this very key has been reported, so that what follows from it need not be.
    pub(super) fn is_broken(&self, key: &str) -> bool {
        self.broken.borrow().contains(key)
    }

    /// Whether nothing has been reported yet.
    pub(super) fn is_clean(&self) -> bool {
        self.findings.borrow().is_empty()
    }

    pub(super) fn offset(&self, key: &str) -> usize {
        self.places.borrow().get(key).copied().unwrap_or_default()
    }

    /// The findings in the order of the file.
    pub(super) fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by(|one, other| {
            (one.line, &one.key, &one.code).cmp(&(other.line, &other.key, &other.code))
        });
        findings.dedup();
        findings
    }
}

/// One table being read; one that is not there gives empty values without a word, for its absence has been reported.
pub(super) struct Reader<'a, 't> {
    pub(super) source: &'a Source<'a>,
    table: Option<&'t DeTable<'t>>,
    key: String,
    known: RefCell<Vec<&'static str>>,
}

impl<'a, 't> Reader<'a, 't> {
    pub(super) fn new(
        source: &'a Source<'a>,
        table: &'t DeTable<'t>,
        key: String,
        at: usize,
    ) -> Reader<'a, 't> {
        source.place(&key, at);
        let reader = Reader { source, table: Some(table), key, known: RefCell::default() };
        for (name, value) in table {
            source.place(&reader.path(name.get_ref()), value.span().start);
        }
        reader
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(name))
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.borrow_mut().push(name);
        self.table?.get(name)
    }

    pub(super) fn fault(
        &self,
        name: &str,
        code: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.source.fault(&self.path(name), code, message, remedy);
    }

    /// The value of a key that must be there.
    fn needed(&self, name: &'static str, example: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        let found = self.get(name);
        if found.is_none() && self.table.is_some() {
            let line = if example == TABLE {
                format!("[{}]", self.path(name))
            } else {
                format!("{name} = {example}")
            };
            self.fault(name, "missing_key", format!("{name} is missing"), format!("Add {line}"));
        }
        found
    }

    fn wrong(&self, name: &str, found: &DeValue, example: &str) {
        let message = format!("{name} is {}, which does not fit here", kind_of(found));
        self.fault(name, "wrong_type", message, format!("Write {name} = {example}"));
    }

    /// Reads a key that may be left out.
    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        example: &str,
        read: impl FnOnce(&'t Spanned<DeValue<'t>>) -> Option<T>,
    ) -> Option<T> {
        let found = self.get(name)?;
        let value = read(found);
        if value.is_none() {
            self.wrong(name, found.get_ref(), example);
        }
        value
    }

    /// Reads a key that must be there.
    pub(super) fn required<T>(
        &self,
        name: &'static str,
        example: &str,
        read: impl FnOnce(&'t Spanned<DeValue<'t>>) -> Option<T>,
    ) -> Option<T> {
        self.needed(name, example)?;
        self.optional(name, example, read)
    }

    pub(super) fn required_string(&self, name: &'static str, example: &str) -> Option<String> {
        self.required(name, example, |value| value.get_ref().as_str().map(str::to_owned))
    }

    pub(super) fn string(&self, name: &'static str, example: &str) -> String {
        self.required_string(name, example).unwrap_or_default()
    }

    pub(super) fn fraction(&self, name: &'static str, example: &str) -> Fraction {
        self.required(name, example, fraction).unwrap_or_else(|| whole(0))
    }

    pub(super) fn natural<T: TryFrom<u32> + Default>(&self, name: &'static str, example: &str) -> T {
        self.required(name, example, natural).unwrap_or_default()
    }

    pub(super) fn naturals<T: TryFrom<u32>>(&self, name: &'static str, example: &str) -> Vec<T> {
        let read =
            |value: &'t Spanned<DeValue<'t>>| value.get_ref().as_array()?.iter().map(natural).collect();
        self.required(name, example, read).unwrap_or_default()
    }

    pub(super) fn boolean(&self, name: &'static str, default: bool) -> bool {
        self.optional(name, "true", |value| value.get_ref().as_bool()).unwrap_or(default)
    }

    /// A text in both languages that must be there.
    pub(super) fn text(&self, name: &'static str) -> Text {
        self.needed(name, r#"{ sv = "…", en = "…" }"#);
        self.optional_text(name).unwrap_or_default()
    }

    /// A text in both languages, neither of them empty.
    pub(super) fn optional_text(&self, name: &'static str) -> Option<Text> {
        let found = self.get(name)?;
        let Some(table) = found.get_ref().as_table() else {
            self.wrong(name, found.get_ref(), r#"{ sv = "…", en = "…" }"#);
            return None;
        };
        let reader = Reader::new(self.source, table, self.path(name), found.span().start);
        let text = Text { sv: reader.language("sv", "Swedish"), en: reader.language("en", "English") };
        reader.done();
        Some(text)
    }

    fn language(&self, tag: &'static str, language: &str) -> String {
        let Some(found) = self.get(tag) else {
            let remedy = format!("Add {tag} = \"…\" beside the other language.");
            self.fault(tag, "missing_language", format!("the text has no {language}"), remedy);
            return String::new();
        };
        match found.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => {
                self.fault(tag, "empty_text", format!("the {language} text is empty"), "Write the text.");
                String::new()
            }
            Some(text) => text.trim().to_owned(),
            None => {
                self.wrong(tag, found.get_ref(), "\"…\"");
                String::new()
            }
        }
    }

    /// One of a few words; `None` when it is absent or unknown.
    pub(super) fn word<T: Copy>(&self, name: &'static str, words: &[(T, &'static str)]) -> Option<T> {
        let found = self.get(name)?;
        let known = |text: &str| words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value);
        let value = found.get_ref().as_str().and_then(known);
        if value.is_none() {
            let all: Vec<&str> = words.iter().map(|(_, word)| *word).collect();
            let shown = self.source.slice(&found.span());
            let message = format!("{shown} is no known value of {name}");
            self.fault(name, "unknown_word", message, format!("Use one of: {}.", all.join(", ")));
        }
        value
    }

    /// A table under a key that must be there.
    pub(super) fn table(&self, name: &'static str) -> Reader<'a, 't> {
        self.needed(name, TABLE);
        self.optional_table(name)
    }

    /// A table under a key that may be left out.
    pub(super) fn optional_table(&self, name: &'static str) -> Reader<'a, 't> {
        let found =
            self.optional(name, TABLE, |value| value.get_ref().as_table().map(|table| (table, value)));
        match found {
            Some((table, value)) => Reader::new(self.source, table, self.path(name), value.span().start),
            None => {
                Reader { source: self.source, table: None, key: self.path(name), known: RefCell::default() }
            }
        }
    }

    /// The tables of a list, each with its key: `area.E` by its id, `area[2]` when it has none.
    pub(super) fn tables(&self, name: &'static str, id: &'static str) -> Vec<Reader<'a, 't>> {
        let read = |value: &'t Spanned<DeValue<'t>>| {
            let array = value.get_ref().as_array()?;
            array.iter().map(|one| Some((one.get_ref().as_table()?, one.span()))).collect::<Option<Vec<_>>>()
        };
        let found = self
            .optional(name, &format!("[ {TABLE} ], or [[…{name}]] before each"), read)
            .unwrap_or_default();
        let named = |(at, (table, span)): (usize, (&'t DeTable<'t>, Span))| {
            let own = table.get(id).and_then(|value| match value.get_ref() {
                DeValue::String(text) if !text.is_empty() => Some(text.to_string()),
                DeValue::Integer(number) => Some(number.as_str().to_owned()),
                _ => None,
            });
            let key = match own {
                Some(own) => self.path(&format!("{name}.{own}")),
                None => self.path(&format!("{name}[{}]", at + 1)),
            };
            Reader::new(self.source, table, key, span.start)
        };
        found.into_iter().enumerate().map(named).collect()
    }

    /// The keys and values of a table whose keys are free.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'t str, &'t Spanned<DeValue<'t>>)> {
        let table: Option<&'t DeTable<'t>> = self.table;
        table.into_iter().flatten().map(|(name, value)| (name.get_ref().as_ref(), value))
    }

    /// Reports every key that was never asked for.
    pub(super) fn done(self) {
        let mut known = self.known.borrow().clone();
        known.sort_unstable();
        known.dedup();
        for (name, _) in self.table.into_iter().flatten() {
            let name_text: &str = name.get_ref();
            if !known.contains(&name_text) {
                self.source.fault_at(
                    name.span().start,
                    &self.path(name_text),
                    "unknown_key",
                    format!("{name_text} is no key of this table"),
                    format!("Keys known here: {}.", known.join(", ")),
                );
            }
        }
    }
}

fn kind_of(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A number, read exactly from what is written.
pub(super) fn fraction(value: &Spanned<DeValue>) -> Option<Fraction> {
    match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => parse(number.as_str()),
        DeValue::Float(number) => parse(number.as_str()),
        _ => None,
    }
}

/// A whole number from 0.
pub(super) fn natural<T: TryFrom<u32>>(value: &Spanned<DeValue>) -> Option<T> {
    match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => {
            T::try_from(number.as_str().parse::<u32>().ok()?).ok()
        }
        _ => None,
    }
}
