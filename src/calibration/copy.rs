//! The anonymised copy of a submission, and its texts one by one. Pure.
//!
//! Of the submission come texts, numbers, choices and tables, on the criteria of the round's form. What is no readable answer
//! does not come along, nor who the unit is, its own level, a day within its month, and the files: only how many there were of each kind.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::anonymise::Terms;
use crate::assessments::BACKGROUND;
use crate::assessments::snapshot::{Named, Snapshot};
use crate::forms::answer::parse;
use crate::forms::{Criterion, Field, FieldKind, Form, RawAnswers, Route};
use crate::text::{Lang, Text};

/// The word for links among evidence.
const LINKS: &str = "link";

/// The copy of one criterion, or of the background.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The answers, as the form reads them.
    pub answers: RawAnswers,
    /// How many pieces of evidence there were, by kind.
    #[serde(default)]
    pub evidence: BTreeMap<String, usize>,
    /// Why the unit left the criterion without an answer, if it did.
    #[serde(default)]
    pub left: Option<String>,
}

/// The copy, by criterion; the background among them.
pub type Copy = BTreeMap<String, Content>;

/// A text that can be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextAt {
    /// Where it is: `field`, in a table `field.row.column` with the row from 0, or `left`.
    pub place: String,
    /// The question that it answers.
    pub label: Text,
    /// Whether it may have several lines.
    pub long: bool,
    /// The text.
    pub text: String,
}

/// Where the word on a criterion without an answer is.
pub const LEFT: &str = "left";

/// Copies a submission to the criteria of a form; those that do not apply to the unit are left out.
#[must_use]
pub fn copy(
    form: &Form,
    route: &Route,
    snapshot: &Snapshot,
    not_applicable: &BTreeSet<String>,
    terms: &Terms,
) -> Copy {
    let answers = route.carry(&snapshot.clone().answers());
    let given = |id: &str| answers.get(id).cloned().unwrap_or_default();
    let told = form.background.iter().filter(|field| !is_identity(field));
    let about = Content { answers: taken(told, &given(BACKGROUND), terms), ..Content::default() };
    let criteria = form.criteria().filter_map(|(_, criterion)| {
        let from = route.comes_from(&criterion.id);
        if !from.is_empty() && from.iter().all(|old| not_applicable.contains(old)) {
            return None;
        }
        let before = || from.iter().filter_map(|old| snapshot.criteria.get(old));
        let mut evidence = BTreeMap::new();
        for piece in before().flat_map(|given| &given.evidence) {
            *evidence.entry(kind(piece).to_owned()).or_default() += 1;
        }
        let left = before().find_map(|given| given.declared_missing.as_deref());
        let content = Content {
            answers: taken(form.fields(criterion), &given(&criterion.id), terms),
            evidence,
            left: left.map(|reason| terms.replace(reason)),
        };
        Some((criterion.id.clone(), content))
    });
    criteria.chain([(BACKGROUND.to_owned(), about)]).collect()
}

/// Whether a question about the unit asks who it is: those of one line of text do (name, code, head), and stay out of the copy.
fn is_identity(field: &Field) -> bool {
    field.kind == FieldKind::Text
}

/// What the unit calls itself: its answers to the questions of who it is. They are taken out of every other text too.
pub fn identities<'a>(form: &'a Form, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a str> {
    let asked = form.background.iter().filter(|field| is_identity(field));
    asked.filter_map(|field| snapshot.background.get(&field.id)?.as_str())
}

/// What kind of evidence a piece is, by its name's end: that says enough, and no name is kept.
fn kind(piece: &Named) -> &'static str {
    if piece.url.is_some() {
        return LINKS;
    }
    let end = piece.name.rsplit('.').next().unwrap_or_default().to_lowercase();
    match end.as_str() {
        "pdf" => "pdf",
        "docx" => "docx",
        "xlsx" => "xlsx",
        "png" | "jpg" | "jpeg" => "image",
        _ => "file",
    }
}

/// A kind of evidence in words, so many of it.
#[must_use]
pub fn evidence_words(kind: &str, count: usize, lang: Lang) -> String {
    let (sv, en) = match (kind, count) {
        (LINKS, 1) => ("länk", "link"),
        (LINKS, _) => ("länkar", "links"),
        ("pdf", 1) => ("PDF-fil", "PDF file"),
        ("pdf", _) => ("PDF-filer", "PDF files"),
        ("docx", 1) => ("Word-fil", "Word file"),
        ("docx", _) => ("Word-filer", "Word files"),
        ("xlsx", 1) => ("Excel-fil", "Excel file"),
        ("xlsx", _) => ("Excel-filer", "Excel files"),
        ("image", 1) => ("bild", "image"),
        ("image", _) => ("bilder", "images"),
        (_, 1) => ("fil", "file"),
        _ => ("filer", "files"),
    };
    format!("{count} {}", lang.t(sv, en))
}

/// The answers that come along.
fn taken<'a>(fields: impl Iterator<Item = &'a Field>, given: &RawAnswers, terms: &Terms) -> RawAnswers {
    let answer = |field: &Field| {
        let raw = given.get(&field.id)?;
        Some((field.id.clone(), one(field, raw, terms)?))
    };
    fields.filter_map(answer).collect()
}

/// One answer, when it comes along: read by its kind, texts without what tells.
fn one(field: &Field, raw: &Json, terms: &Terms) -> Option<Json> {
    let readable = || parse(field, raw).is_ok_and(|value| value.is_some());
    match field.kind {
        FieldKind::Level | FieldKind::Evidence => None,
        FieldKind::Text | FieldKind::LongText => Some(json!(terms.replace(raw.as_str()?))),
        FieldKind::Date => readable().then(|| month_of(raw)).flatten(),
        FieldKind::Table => {
            let rows = raw.as_array()?.iter().map(|row| {
                let cell =
                    |column: &Field| Some((column.id.clone(), one(column, row.get(&column.id)?, terms)?));
                Json::Object(field.columns.iter().filter_map(cell).collect())
            });
            Some(Json::Array(rows.collect()))
        }
        _ => readable().then(|| raw.clone()),
    }
}

/// The first day of a day's month: enough to judge by, and no day to recognise.
fn month_of(raw: &Json) -> Option<Json> {
    let (month, _) = raw.as_str()?.trim().rsplit_once('-')?;
    Some(json!(format!("{month}-01")))
}

/// The fields of a criterion of the copy, or of the background.
#[must_use]
pub fn fields<'a>(form: &'a Form, criterion: Option<&'a Criterion>) -> Vec<&'a Field> {
    criterion.map_or_else(|| form.background.iter().collect(), |criterion| form.fields(criterion).collect())
}

/// Every text of a criterion's copy, in the order of the form.
#[must_use]
pub fn texts(fields: &[&Field], content: &Content) -> Vec<TextAt> {
    let mut texts = Vec::new();
    let is_text = |field: &Field| matches!(field.kind, FieldKind::Text | FieldKind::LongText);
    for field in fields {
        let Some(raw) = content.answers.get(&field.id) else { continue };
        if is_text(field) {
            texts.push(TextAt {
                place: field.id.clone(),
                label: field.label.clone(),
                long: field.kind == FieldKind::LongText,
                text: raw.as_str().unwrap_or_default().to_owned(),
            });
        }
        for (row, cells) in raw.as_array().into_iter().flatten().enumerate() {
            for column in field.columns.iter().filter(|column| is_text(column)) {
                let Some(text) = cells.get(&column.id).and_then(Json::as_str) else { continue };
                let label = |lang| {
                    format!(
                        "{}, {} {}: {}",
                        field.label.get(lang),
                        lang.t("rad", "row"),
                        row + 1,
                        column.label.get(lang)
                    )
                };
                texts.push(TextAt {
                    place: format!("{}.{row}.{}", field.id, column.id),
                    label: Text::new(label(Lang::Sv), label(Lang::En)),
                    long: false,
                    text: text.to_owned(),
                });
            }
        }
    }
    if let Some(left) = &content.left {
        texts.push(TextAt {
            place: LEFT.to_owned(),
            label: Text::new(
                "Varför kriteriet lämnades utan svar",
                "Why the criterion was left without an answer",
            ),
            long: true,
            text: left.clone(),
        });
    }
    texts
}

/// Puts a text where one is. False when there is none at that place.
#[must_use]
pub fn put(content: &mut Content, place: &str, text: &str) -> bool {
    if place == LEFT {
        return content.left.as_mut().map(|left| text.clone_into(left)).is_some();
    }
    let mut parts = place.split('.');
    let field = parts.next().unwrap_or_default();
    let there = match (parts.next(), parts.next(), parts.next()) {
        (None, None, None) => content.answers.get_mut(field),
        (Some(row), Some(column), None) => row
            .parse::<usize>()
            .ok()
            .and_then(|row| content.answers.get_mut(field)?.as_array_mut()?.get_mut(row)?.get_mut(column)),
        _ => None,
    };
    there.filter(|there| there.is_string()).map(|there| *there = json!(text)).is_some()
}

/// The words of a form in lower case as it writes them: what they name is no person.
#[must_use]
pub fn vocabulary(form: &Form) -> BTreeSet<String> {
    let mut texts: Vec<&Text> = Vec::new();
    for field in form.background.iter().chain(&form.every) {
        of_field(field, &mut texts);
    }
    for area in &form.areas {
        texts.push(&area.title);
        texts.extend(&area.intro);
        for criterion in &area.criteria {
            texts.extend([&criterion.title, &criterion.guidance]);
            texts.extend(criterion.levels.iter().map(|level| &level.anchor));
            criterion.fields.iter().for_each(|field| of_field(field, &mut texts));
        }
    }
    let words = texts.into_iter().flat_map(|text| [text.get(Lang::Sv), text.get(Lang::En)]);
    let words = words.flat_map(|text| text.split(|sign: char| !sign.is_alphanumeric()));
    let lower = words.filter(|word| word.chars().next().is_some_and(char::is_lowercase));
    lower.map(str::to_owned).collect()
}

fn of_field<'a>(field: &'a Field, texts: &mut Vec<&'a Text>) {
    texts.push(&field.label);
    texts.extend(&field.hint);
    texts.extend(field.options.iter().map(|option| &option.label));
    field.columns.iter().for_each(|column| of_field(column, texts));
}
