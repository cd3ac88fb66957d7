//! A field with its answer as a page shows it. Display questions are answered here; the template only prints.

use serde_json::Value as Json;

use crate::forms::evaluate::span;
use crate::forms::{Field, FieldKind, FieldState, Form, RawAnswers};
use crate::text::Lang;

/// One control.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// The element's id: `E1-papers`.
    pub id: String,
    /// The control's name: `E1.papers`.
    pub name: String,
    /// The kind's name in form files.
    pub kind: &'static str,
    /// The question.
    pub label: String,
    /// A line of help.
    pub hint: Option<String>,
    /// What was typed.
    pub value: String,
    /// What can be chosen, and whether it is.
    pub options: Vec<Choice>,
    /// A table's heads.
    pub columns: Vec<String>,
    /// A table's rows.
    pub rows: Vec<Row>,
    /// The empty row that the script adds copies of, with `__n__` for its number.
    pub blank: Row,
    /// A year series' inputs.
    pub years: Vec<YearInput>,
    /// Shown after a number.
    pub unit: Option<String>,
    /// The longest text.
    pub most_characters: Option<usize>,
    /// What must be mended, in sentences.
    pub issues: Vec<String>,
    /// Whether it is needed and not there.
    pub missing: bool,
    /// Whether it must be answered at all.
    pub required: bool,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is posted.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen now.
    pub chosen: bool,
}

/// A table's row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its number for people, from 1.
    pub number: String,
    /// The value of its remove button: `A3.goals.0`.
    pub address: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A table's cell.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The element's id.
    pub id: String,
    /// The control's name.
    pub name: String,
    /// The column's head.
    pub label: String,
    /// The column's kind in form files.
    pub kind: &'static str,
    /// What was typed.
    pub value: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// What must be mended.
    pub issue: Option<String>,
}

/// One year of a series.
#[derive(Debug, Clone)]
pub struct YearInput {
    /// The element's id.
    pub id: String,
    /// The control's name.
    pub name: String,
    /// The year.
    pub year: i32,
    /// What was typed.
    pub value: String,
    /// What must be mended.
    pub issue: Option<String>,
}

/// Where a missing or wrong value is on the page, from its field path: `goals/0/goal` in A3 is `A3-goals-0-goal`.
#[must_use]
pub fn issue_anchor(criterion: &str, field: &str) -> String {
    if field.is_empty() { criterion.to_owned() } else { format!("{criterion}-{}", field.replace('/', "-")) }
}

/// The visible fields of a list, in order, each with its answer.
#[must_use]
pub fn fields(
    form: &Form,
    place: &str,
    list: &[&Field],
    states: &[FieldState],
    answers: &RawAnswers,
    year: i32,
    lang: Lang,
) -> Vec<FieldView> {
    list.iter()
        .filter_map(|field| {
            let state = states.iter().find(|state| state.id == field.id)?;
            state.visible.then(|| Maker { form, place, field, state, answers, year, lang }.view())
        })
        .collect()
}

struct Maker<'a> {
    form: &'a Form,
    place: &'a str,
    field: &'a Field,
    state: &'a FieldState,
    answers: &'a RawAnswers,
    year: i32,
    lang: Lang,
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
            value: text_of(raw),
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
            issues: self.issue_at(None).into_iter().collect(),
            missing: self.state.missing,
            required: field.required,
        }
    }

    fn unit(&self) -> Option<String> {
        match self.field.kind {
            FieldKind::Money => Some("kr".to_owned()),
            FieldKind::Percent => Some("%".to_owned()),
            _ => self.field.unit.as_ref().map(|unit| unit.get(self.lang).to_owned()),
        }
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
                let value = text_of(typed.and_then(|row| row.get(&column.id)));
                Cell {
                    id: format!("{}-{}-{at}-{}", self.place, self.field.id, column.id),
                    name: format!("{}.{}.{at}.{}", self.place, self.field.id, column.id),
                    label: column.label.get(self.lang).to_owned(),
                    kind: column.kind.name(),
                    options: if column.kind == FieldKind::YesNo {
                        yes_no(self.lang, &value)
                    } else {
                        choices(column, self.lang, std::slice::from_ref(&value))
                    },
                    issue: self.issue_at(Some(&format!("{at}/{}", column.id))),
                    value,
                }
            })
            .collect();
        Row { number: number.to_owned(), address: format!("{}.{}.{at}", self.place, self.field.id), cells }
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
                value: text_of(raw.and_then(|raw| raw.get(year.to_string()))),
                issue: self.issue_at(Some(&year.to_string())),
            })
            .collect()
    }
}

fn text_of(raw: Option<&Json>) -> String {
    raw.and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn yes_no(lang: Lang, chosen: &str) -> Vec<Choice> {
    [("yes", lang.t("Ja", "Yes")), ("no", lang.t("Nej", "No"))]
        .into_iter()
        .map(|(id, label)| Choice { id: id.to_owned(), label: label.to_owned(), chosen: chosen == id })
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
        })
        .collect()
}

/// The kinds of number, as form files name them.
const NUMBERS: [&str; 4] = ["integer", "decimal", "percent", "money"];

impl FieldView {
    /// Whether anything in the field must be mended.
    #[must_use]
    pub fn bad(&self) -> bool {
        !self.issues.is_empty()
    }

    /// Whether it takes one number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        NUMBERS.contains(&self.kind)
    }

    /// The ids of hint, error and counter, for the control's description.
    #[must_use]
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        if self.bad() {
            ids.push(format!("{}-error", self.id));
        }
        ids.join(" ")
    }

    /// How many characters are left of a limited text, in words. A line break counts as one, as on the server.
    #[must_use]
    pub fn left(&self, lang: &Lang) -> Option<String> {
        let most = i64::try_from(self.most_characters?).ok()?;
        let typed = i64::try_from(self.value.replace("\r\n", "\n").trim().chars().count()).ok()?;
        Some(match most - typed {
            left @ 0.. => format!("{left} {}", lang.t("tecken kvar", "characters left")),
            over => format!("{} {}", -over, lang.t("tecken för mycket", "characters too many")),
        })
    }
}

impl Cell {
    /// Whether it takes a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        NUMBERS.contains(&self.kind)
    }
}
