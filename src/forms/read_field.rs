//! Reading a field or a column, and expressions: which keys a kind has, and what they are when left out.

use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Reader, Source, fraction, natural};
use super::{Choice, Field, FieldKind, Prefill, Unit, expression::Expression, expression::Fault};
use crate::number::whole;

/// The most rows of a table, files of evidence and the like, unless the form says otherwise.
const MOST_ROWS: i64 = 100;
const MOST_FILES: i64 = 10;
/// The longest texts, in characters, unless the form says otherwise.
const LINE: usize = 200;
const LINES: usize = 1_500;

/// A field of a criterion, of every criterion or of the background.
pub(super) fn field(reader: Reader) -> Field {
    read(reader, false)
}

type Belongs = fn(FieldKind) -> bool;

/// Keys of fields that only some kinds have.
const KEYS: [(&str, Belongs); 11] = [
    ("unit", |kind| kind.is_number() || kind == FieldKind::Years),
    ("unit_one", |kind| kind.is_number() || kind == FieldKind::Years),
    ("least", |kind| counts(kind)),
    ("most", |kind| counts(kind)),
    ("places", |kind| matches!(kind, FieldKind::Decimal | FieldKind::Percent | FieldKind::Years)),
    ("most_characters", |kind| matches!(kind, FieldKind::Text | FieldKind::LongText)),
    ("most_words", |kind| matches!(kind, FieldKind::Text | FieldKind::LongText)),
    ("options", |kind| matches!(kind, FieldKind::Choice | FieldKind::Choices)),
    ("columns", |kind| kind == FieldKind::Table),
    ("span", |kind| kind == FieldKind::Years),
    ("explain_change", FieldKind::is_number),
];

fn counts(kind: FieldKind) -> bool {
    kind.is_number()
        || matches!(kind, FieldKind::Years | FieldKind::Table | FieldKind::Evidence | FieldKind::Choices)
}

fn read(reader: Reader, column: bool) -> Field {
    let known = reader.required("kind", "\"integer\"", Some).is_some();
    let read_kind = reader.word("kind", &FieldKind::ALL);
    let kind = read_kind.unwrap_or(FieldKind::Text);
    let field = Field {
        id: reader.string("id", "\"meetings_held\""),
        kind,
        label: reader.text("label"),
        hint: reader.optional_text("hint"),
        required: reader.boolean("required", true),
        when: if column { None } else { expression(&reader, "when", false) },
        prefill: if column { None } else { reader.word("prefill", &Prefill::ALL) }
            .unwrap_or(Prefill::default_of(kind)),
        unit: unit(&reader).or_else(|| own_unit(kind)),
        least: reader.optional("least", "0", fraction).or_else(|| {
            let starts = kind.is_number() || kind == FieldKind::Years;
            starts.then(|| whole(0))
        }),
        most: reader.optional("most", "100", fraction).or_else(|| most(kind).map(whole)),
        places: reader.optional("places", "1", natural).unwrap_or(match kind {
            FieldKind::Decimal => 2,
            FieldKind::Percent => 1,
            _ => 0,
        }),
        most_characters: reader.optional("most_characters", "200", natural::<u16>).map(usize::from).or(
            match kind {
                FieldKind::Text => Some(LINE),
                FieldKind::LongText => Some(LINES),
                _ => None,
            },
        ),
        most_words: reader.optional("most_words", "100", natural::<u16>).map(usize::from),
        options: reader.tables("options", "id").into_iter().map(choice).collect(),
        columns: if column { Vec::new() } else { columns(&reader) },
        span: if column { 0 } else { reader.optional("span", "3", natural).unwrap_or(0) },
        explain_change: if column { None } else { reader.optional("explain_change", "50", fraction) },
        explains: None,
    };
    if known && read_kind.is_some() {
        fits(&reader, &field, column);
    }
    reader.done();
    field
}

fn columns(reader: &Reader) -> Vec<Field> {
    reader.tables("columns", "id").into_iter().map(|column| read(column, true)).collect()
}

fn choice(reader: Reader) -> Choice {
    let choice = Choice { id: reader.string("id", "\"regular\""), label: reader.text("label") };
    reader.done();
    choice
}

/// The unit that a form gives a field or an indicator, with its word for one.
pub(super) fn unit(reader: &Reader) -> Option<Unit> {
    let (many, one) = (reader.optional_text("unit"), reader.optional_text("unit_one"));
    if many.is_none() && one.is_some() {
        let remedy = "Add unit, the word for several, or remove unit_one.";
        reader.fault("unit_one", "misplaced_key", "unit_one without unit".to_owned(), remedy);
    }
    many.map(|many| Unit { many, one })
}

/// The unit that a kind has by itself.
fn own_unit(kind: FieldKind) -> Option<Unit> {
    match kind {
        FieldKind::Percent => Some(Unit::same("%", "%")),
        FieldKind::Money => Some(Unit::same("kr", "SEK")),
        _ => None,
    }
}

fn most(kind: FieldKind) -> Option<i64> {
    match kind {
        FieldKind::Percent => Some(100),
        FieldKind::Table => Some(MOST_ROWS),
        FieldKind::Evidence => Some(MOST_FILES),
        _ => None,
    }
}

/// Whether the keys fit the kind.
fn fits(reader: &Reader, field: &Field, column: bool) {
    let kind = field.kind;
    if column && !kind.is_scalar() {
        let remedy = "A column holds one value: yes_no, choice, a number, date, text or long_text.";
        reader.fault("kind", "bad_column", format!("a table has no column of kind {}", kind.name()), remedy);
        return;
    }
    for (key, belongs) in KEYS {
        if reader.has(key) && !belongs(kind) {
            let message = format!("a field of kind {} has no {key}", kind.name());
            reader.fault(key, "misplaced_key", message, "Remove the key, or change the kind.");
        }
    }
    let needed = match kind {
        FieldKind::Choice | FieldKind::Choices if !reader.has("options") => Some("options"),
        FieldKind::Table if !reader.has("columns") => Some("columns"),
        FieldKind::Years if !reader.has("span") => Some("span"),
        _ => None,
    };
    if let Some(key) = needed {
        let message = format!("a field of kind {} needs {key}", kind.name());
        reader.fault(key, "missing_key", message, format!("Add {key}; forms/README.md has an example."));
    }
}

/// An expression under a key; a fault in it is reported at its own line.
pub(super) fn expression(reader: &Reader, name: &'static str, needed: bool) -> Option<Expression> {
    let read = |value: &Spanned<DeValue>| value.get_ref().as_str().map(str::to_owned);
    let example = "\"meetings_held >= 4\"";
    let text =
        if needed { reader.required(name, example, read) } else { reader.optional(name, example, read) }?;
    match Expression::parse(&text) {
        Ok(expression) => Some(expression),
        Err(fault) => {
            expression_fault(reader.source, &reader.path(name), &text, &fault);
            None
        }
    }
}

/// Reports a fault in an expression, with its character and the line it stands on.
pub(super) fn expression_fault(source: &Source, key: &str, text: &str, fault: &Fault) {
    let start = source.offset(key);
    let written = source.slice(&(start..usize::MAX));
    let several = ["\"\"\"", "'''"].iter().any(|quotes| written.starts_with(quotes));
    let opening = usize::from(several && written.get(3..).is_some_and(|rest| rest.starts_with(['\n', '\r'])));
    let before = text.chars().take(fault.at).filter(|sign| *sign == '\n').count();
    let lines = if several { opening + before } else { 0 };
    let at =
        lines.checked_sub(1).and_then(|nth| written.match_indices('\n').nth(nth)).map_or(0, |(at, _)| at + 1);
    let message = format!("{} (character {} of the expression)", fault.message, fault.at + 1);
    source.fault_at(start + at, key, fault.code, message, fault.remedy.clone());
}
