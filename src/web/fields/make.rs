//! From fields and answers to controls.

use serde_json::Value as Json;

use super::view::{Cell, Choice, FieldView, Row, YearInput};
use crate::forms::answer;
use crate::forms::evaluate::span;
use crate::forms::order::beside_what_governs;
use crate::forms::{Field, FieldKind, FieldState, Form, RawAnswers, Value};
use crate::number::display_short;
use crate::text::Lang;

/// What the fields of one criterion are shown with.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The form, for its scale.
    pub form: &'a Form,
    /// The criterion, or the background form.
    pub place: &'a str,
    /// What was typed.
    pub answers: &'a RawAnswers,
    /// What was submitted last year, by field.
    pub before: Option<&'a RawAnswers>,
    /// The calendar year evaluated.
    pub year: i32,
    /// The reader's language.
    pub lang: Lang,
}

/// The visible fields of a list, each with its answer, what depends on an answer right after it.
#[must_use]
pub fn fields<'a>(
    setting: Setting<'a>,
    list: impl IntoIterator<Item = &'a Field>,
    states: &[FieldState],
) -> Vec<FieldView> {
    beside_what_governs(list)
        .into_iter()
        .filter_map(|field| {
            let state = states.iter().find(|state| state.id == field.id)?;
            state.visible.then(|| Maker { setting, field, state }.view())
        })
        .collect()
}

struct Maker<'a> {
    setting: Setting<'a>,
    field: &'a Field,
    state: &'a FieldState,
}

impl<'a> std::ops::Deref for Maker<'a> {
    type Target = Setting<'a>;

    fn deref(&self) -> &Setting<'a> {
        &self.setting
    }
}

impl Maker<'_> {
    fn view(&self) -> FieldView {
        let field = self.field;
        let raw = self.answers.get(&field.id);
        FieldView {
            id: format!("{}-{}", self.place, field.id),
            name: format!("{}.{}", self.place, field.id),
            kind: field.kind.name(),
            label: field.label.get(self.lang).to_owned(),
            hint: field.hint.as_ref().map(|hint| hint.get(self.lang).to_owned()),
            value: written(field, &text_of(raw)),
            options: self.options(raw),
            columns: field.columns.iter().map(|column| column.label.get(self.lang).to_owned()).collect(),
            rows: self.rows(raw),
            blank: if field.kind == FieldKind::Table {
                self.row("__n__", "__m__", None)
            } else {
                Row::default()
            },
            years: self.years(raw),
            unit: self.unit(),
            most_characters: field.most_characters,
            most_words: field.most_words,
            keyboard: keyboard(field),
            grouped: is_grouped(field),
            issues: self.issue_at(None).into_iter().collect(),
            missing: self.state.missing,
            required: field.required,
            conditional: field.when.is_some() || field.explains.is_some(),
        }
    }

    /// The unit after what was typed: `1 ansökan`.
    fn unit(&self) -> Option<String> {
        let unit = self.field.unit.as_ref()?;
        Some(
            match &self.state.value {
                Some(Value::Number(number)) => unit.of(number, self.lang).unwrap_or(unit.get(self.lang)),
                _ => unit.get(self.lang),
            }
            .to_owned(),
        )
    }

    /// The sentence of an issue of the field itself (`None`) or of a part of it (`0/goal`, `2024`).
    fn issue_at(&self, part: Option<&str>) -> Option<String> {
        let path = part.map_or_else(|| self.field.id.clone(), |part| format!("{}/{part}", self.field.id));
        let issue = self.state.issues.iter().find(|issue| issue.field == path)?;
        Some(issue.message.get(self.lang).to_owned())
    }

    fn options(&self, raw: Option<&Json>) -> Vec<Choice> {
        let lang = self.lang;
        match self.field.kind {
            FieldKind::YesNo => yes_no(lang, &text_of(raw)),
            FieldKind::Level => {
                let chosen = text_of(raw);
                let word = |level: u8| {
                    let title = self.form.scale.iter().find(|known| known.level == level);
                    title.map(|known| known.title.get(lang).to_owned()).unwrap_or_default()
                };
                (0..=4)
                    .map(|level: u8| Choice {
                        id: level.to_string(),
                        label: word(level),
                        chosen: chosen == level.to_string(),
                        help: None,
                    })
                    .collect()
            }
            FieldKind::Choice | FieldKind::Choices => {
                let chosen: Vec<String> = match raw {
                    Some(Json::Array(items)) => items.iter().map(|item| text_of(Some(item))).collect(),
                    other => vec![text_of(other)],
                };
                choices(self.field, lang, &chosen)
            }
            _ => Vec::new(),
        }
    }

    fn rows(&self, raw: Option<&Json>) -> Vec<Row> {
        if self.field.kind != FieldKind::Table {
            return Vec::new();
        }
        let empty = Vec::new();
        let typed = raw.and_then(Json::as_array).unwrap_or(&empty);
        let mut rows: Vec<Row> = typed
            .iter()
            .enumerate()
            .map(|(at, row)| self.row(&at.to_string(), &(at + 1).to_string(), Some(row)))
            .collect();
        if rows.is_empty() {
            rows.push(self.row("0", "1", None));
        }
        rows
    }

    fn row(&self, at: &str, number: &str, typed: Option<&Json>) -> Row {
        let cells = self
            .field
            .columns
            .iter()
            .map(|column| {
                let value = written(column, &text_of(typed.and_then(|row| row.get(&column.id))));
                Cell {
                    id: format!("{}-{}-{at}-{}", self.place, self.field.id, column.id),
                    name: format!("{}.{}.{at}.{}", self.place, self.field.id, column.id),
                    label: column.label.get(self.lang).to_owned(),
                    kind: column.kind.name(),
                    keyboard: keyboard(column),
                    grouped: is_grouped(column),
                    options: if column.kind == FieldKind::YesNo {
                        yes_no(self.lang, &value)
                    } else {
                        choices(column, self.lang, std::slice::from_ref(&value))
                    },
                    issue: self.issue_in(at, column),
                    value,
                }
            })
            .collect();
        Row { number: number.to_owned(), address: format!("{}.{}.{at}", self.place, self.field.id), cells }
    }

    /// The sentence of a cell's issue, without the row and column that it stands in anyway.
    fn issue_in(&self, at: &str, column: &Field) -> Option<String> {
        let said = self.issue_at(Some(&format!("{at}/{}", column.id)))?;
        let place = format!(", {}: ", column.label.get(self.lang));
        Some(said.split_once(&place).map_or(said.clone(), |(_, what)| what.to_owned()))
    }

    fn years(&self, raw: Option<&Json>) -> Vec<YearInput> {
        if self.field.kind != FieldKind::Years {
            return Vec::new();
        }
        span(self.field, self.year)
            .map(|year| YearInput {
                id: format!("{}-{}-{year}", self.place, self.field.id),
                name: format!("{}.{}.{year}", self.place, self.field.id),
                year,
                value: written(self.field, &text_of(raw.and_then(|raw| raw.get(year.to_string())))),
                before: self.before(year),
                issue: self.issue_at(Some(&year.to_string())),
            })
            .collect()
    }

    /// What was submitted last year for a year of the series.
    fn before(&self, year: i32) -> Option<String> {
        let typed = text_of(self.setting.before?.get(&self.field.id)?.get(year.to_string()));
        (!typed.trim().is_empty()).then(|| written(self.field, &typed))
    }
}

/// What was typed, with thousands set apart where it is a number.
fn written(field: &Field, typed: &str) -> String {
    let number = is_grouped(field).then(|| answer::number_of(field, typed)).flatten();
    number.map_or_else(|| typed.to_owned(), |number| display_short(&number, field.places))
}

/// Whether thousands are set apart: in every number but a calendar year.
fn is_grouped(field: &Field) -> bool {
    (field.kind.is_number() || field.kind == FieldKind::Years) && !field.is_year()
}

/// What a phone's keyboard offers; one with digits only has neither comma nor minus.
fn keyboard(field: &Field) -> &'static str {
    let negative = field.least.as_ref().is_none_or(num_traits::Signed::is_negative);
    match field.kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Years if field.places == 0 && !negative => {
            "numeric"
        }
        FieldKind::Integer
        | FieldKind::Money
        | FieldKind::Decimal
        | FieldKind::Percent
        | FieldKind::Years
            if !negative =>
        {
            "decimal"
        }
        _ => "text",
    }
}

fn text_of(raw: Option<&Json>) -> String {
    raw.and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn yes_no(lang: Lang, chosen: &str) -> Vec<Choice> {
    [("yes", lang.t("Ja", "Yes")), ("no", lang.t("Nej", "No"))]
        .into_iter()
        .map(|(id, label)| Choice {
            id: id.to_owned(),
            label: label.to_owned(),
            chosen: chosen == id,
            help: None,
        })
        .collect()
}

fn choices(field: &Field, lang: Lang, chosen: &[String]) -> Vec<Choice> {
    field
        .options
        .iter()
        .map(|option| Choice {
            id: option.id.clone(),
            label: option.label.get(lang).to_owned(),
            chosen: chosen.contains(&option.id),
            help: None,
        })
        .collect()
}
