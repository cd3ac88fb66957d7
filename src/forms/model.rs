//! The types of a form, one for each table of the form language.

use std::collections::BTreeMap;

use super::{Calendar, Expression, Rules, Unit};
use crate::number::Fraction;
use crate::text::Text;

/// A whole form: one version of the criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The form's name, which is also its folder: `usve`.
    pub id: String,
    /// The version, which is also the file's name: `2026.1`.
    pub version: String,
    /// What people call it.
    pub title: Text,
    /// The five levels, 0–4 in order, with what each means in general.
    pub scale: Vec<ScaleLevel>,
    /// The numbers of the scoring model.
    pub rules: Rules,
    /// The default dates of a cycle.
    pub calendar: Calendar,
    /// Fields about the unit that are not scored.
    pub background: Vec<Field>,
    /// Fields that every criterion has after its own.
    pub every: Vec<Field>,
    /// The areas in order.
    pub areas: Vec<Area>,
    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub digest: String,
}

/// One level of the scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleLevel {
    /// 0–4.
    pub level: u8,
    /// Its name: `Uppfyllt`.
    pub title: Text,
    /// What it means for any criterion.
    pub anchor: Text,
}

/// An area: criteria that are weighed together.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Short and unique in the form: `E`.
    pub id: String,
    /// Above 0; the weights of all areas sum to 100.
    pub weight: Fraction,
    /// What people call it.
    pub title: Text,
    /// What the area is about.
    pub intro: Option<Text>,
    /// The criteria in order, at least one.
    pub criteria: Vec<Criterion>,
}

/// A criterion: what a unit is asked, and what each level takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// Unique in the form and never reused for another meaning: `E2`.
    pub id: String,
    /// Above 0; its weight inside the area.
    pub weight: Fraction,
    /// Whether level 2 is a minimum requirement.
    pub minimum: bool,
    /// What people call it.
    pub title: Text,
    /// How to answer.
    pub guidance: Text,
    /// Keys of the sources, or `ours`.
    pub source: Vec<String>,
    /// Structure, process, result; one or more.
    pub tags: Vec<Tag>,
    /// The area of the national evaluation it belongs to.
    pub national: Option<National>,
    /// When it may be called not applicable; absent means never.
    pub not_applicable: Option<Text>,
    /// Numbers that expressions use as `thresholds.<name>`.
    pub thresholds: BTreeMap<String, Fraction>,
    /// Its own fields in order.
    pub fields: Vec<Field>,
    /// What is computed from the fields, in order; each may use those before it.
    pub indicators: Vec<Indicator>,
    /// The five levels, 0–4 in order.
    pub levels: Vec<Level>,
}

/// Whether a criterion looks at structure, process or result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// `S`: what the unit has.
    Structure,
    /// `P`: what the unit does.
    Process,
    /// `R`: what comes of it.
    Result,
}

impl Tag {
    /// Every tag with its letter.
    pub const ALL: [(Tag, &'static str); 3] =
        [(Tag::Structure, "S"), (Tag::Process, "P"), (Tag::Result, "R")];

    /// The letter in form files: `S`, `P` or `R`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        named(&Tag::ALL, self)
    }
}

/// An area of the national evaluation of university healthcare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum National {
    /// Research.
    Research,
    /// Education.
    Education,
    /// Development.
    Development,
}

impl National {
    /// Every area with its name in form files.
    pub const ALL: [(National, &'static str); 3] = [
        (National::Research, "research"),
        (National::Education, "education"),
        (National::Development, "development"),
    ];

    /// The name in form files: `research`.
    #[must_use]
    pub fn name(self) -> &'static str {
        named(&National::ALL, self)
    }
}

/// A question, or a column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Snake case, unique in the criterion (a column: in the table).
    pub id: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// The question.
    pub label: Text,
    /// A line of help under it.
    pub hint: Option<Text>,
    /// Whether it must be answered to submit; `true` unless the form says otherwise.
    pub required: bool,
    /// Shown, and needed, only when this is true.
    pub when: Option<Expression>,
    /// What of last year's answer comes back.
    pub prefill: Prefill,
    /// Shown after a number; `kr` and `%` come by themselves.
    pub unit: Option<Unit>,
    /// The least number; for a table rows, for choices chosen options, for evidence files.
    pub least: Option<Fraction>,
    /// The greatest number, counted as `least`.
    pub most: Option<Fraction>,
    /// Decimals allowed.
    pub places: u32,
    /// The longest text, in characters.
    pub most_characters: Option<usize>,
    /// The longest text, in words.
    pub most_words: Option<usize>,
    /// What can be chosen (choice, choices).
    pub options: Vec<Choice>,
    /// The columns of a table.
    pub columns: Vec<Column>,
    /// Calendar years asked for, ending with the period year (years); 0 for other kinds.
    pub span: u32,
    /// Per cent: a rise or fall from last year's number above this asks for a word of explanation.
    pub explain_change: Option<Fraction>,
    /// The number field whose change this field explains. The program adds such a field after each with
    /// [`Field::explain_change`]; no form file holds one.
    pub explains: Option<String>,
}

/// A column of a table: a field of a scalar kind, never with condition, prefill, columns or span.
pub type Column = Field;

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub label: Text,
}

/// The kinds of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldKind {
    /// Yes or no.
    YesNo,
    /// One of the options.
    Choice,
    /// Any of the options.
    Choices,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Decimal,
    /// A share in per cent.
    Percent,
    /// Whole kronor.
    Money,
    /// A day.
    Date,
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// Rows of columns.
    Table,
    /// A number for each of several calendar years.
    Years,
    /// Files; they are kept beside the answers.
    Evidence,
    /// A level 0–4.
    Level,
}

impl FieldKind {
    /// Every kind with its name in form files.
    pub const ALL: [(FieldKind, &'static str); 14] = [
        (FieldKind::YesNo, "yes_no"),
        (FieldKind::Choice, "choice"),
        (FieldKind::Choices, "choices"),
        (FieldKind::Integer, "integer"),
        (FieldKind::Decimal, "decimal"),
        (FieldKind::Percent, "percent"),
        (FieldKind::Money, "money"),
        (FieldKind::Date, "date"),
        (FieldKind::Text, "text"),
        (FieldKind::LongText, "long_text"),
        (FieldKind::Table, "table"),
        (FieldKind::Years, "years"),
        (FieldKind::Evidence, "evidence"),
        (FieldKind::Level, "level"),
    ];

    /// The name in form files: `yes_no`.
    #[must_use]
    pub fn name(self) -> &'static str {
        named(&FieldKind::ALL, self)
    }

    /// Whether the answer is one number.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, FieldKind::Integer | FieldKind::Decimal | FieldKind::Percent | FieldKind::Money)
    }

    /// Whether a table may have a column of this kind.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        !matches!(
            self,
            FieldKind::Choices | FieldKind::Table | FieldKind::Years | FieldKind::Evidence | FieldKind::Level
        )
    }
}

/// What becomes of last year's answer when a new year opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prefill {
    /// It is copied, and marked as not confirmed.
    Copy,
    /// It is shown beside an empty field.
    Show,
    /// Nothing comes back.
    Never,
}

impl Prefill {
    /// Every way with its name in form files.
    pub const ALL: [(Prefill, &'static str); 3] =
        [(Prefill::Copy, "copy"), (Prefill::Show, "show"), (Prefill::Never, "never")];

    /// What a kind of field does unless the form says otherwise.
    #[must_use]
    pub fn default_of(kind: FieldKind) -> Prefill {
        match kind {
            FieldKind::YesNo
            | FieldKind::Choice
            | FieldKind::Choices
            | FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Table => Prefill::Copy,
            FieldKind::Integer
            | FieldKind::Decimal
            | FieldKind::Percent
            | FieldKind::Money
            | FieldKind::Years
            | FieldKind::Level => Prefill::Show,
            FieldKind::Date | FieldKind::Evidence => Prefill::Never,
        }
    }
}

/// Something computed from the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Unique among the criterion's fields and indicators.
    pub id: String,
    /// What people call it.
    pub label: Text,
    /// Shown after the number.
    pub unit: Option<Unit>,
    /// A number or a yes/no.
    pub value: Expression,
    /// Decimals shown.
    pub places: u32,
}

/// What a level of a criterion takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// 0–4.
    pub level: u8,
    /// In words.
    pub anchor: Text,
    /// What the answers must fulfil (levels 2–4); without it the level is left to the reviewers.
    pub when: Option<Expression>,
}

fn named<T: PartialEq + Copy>(all: &[(T, &'static str)], wanted: T) -> &'static str {
    all.iter().find(|(value, _)| *value == wanted).map_or("", |(_, name)| name)
}

/// The id of the field that explains a change of another. No field of a form file has a point in its id.
#[must_use]
pub fn explanation_id(field: &str) -> String {
    format!("{field}.explanation")
}

/// The longest explanation of a change, in characters.
const EXPLANATION: usize = 500;

impl Field {
    /// The field for a word on a rise or fall of this one; none when the form asks for none.
    #[must_use]
    pub(super) fn explanation(&self) -> Option<Field> {
        self.explain_change.as_ref()?;
        Some(Field {
            id: explanation_id(&self.id),
            kind: FieldKind::LongText,
            label: Text::new(
                format!("Vad förklarar ändringen? ({})", self.label.sv),
                format!("What explains the change? ({})", self.label.en),
            ),
            hint: Some(Text::new(
                "Talet skiljer sig mycket från förra året. En mening räcker.",
                "The number differs much from last year's. One sentence is enough.",
            )),
            required: false,
            when: self.when.clone(),
            prefill: Prefill::Never,
            unit: None,
            least: None,
            most: None,
            places: 0,
            most_characters: Some(EXPLANATION),
            most_words: None,
            options: Vec::new(),
            columns: Vec::new(),
            span: 0,
            explain_change: None,
            explains: Some(self.id.clone()),
        })
    }

    /// Whether the answer is a calendar year, which is written without a thousands separator: a whole number without a
    /// unit, never under 1000.
    #[must_use]
    pub fn is_year(&self) -> bool {
        let from = |least: &Fraction| *least >= crate::number::whole(1000);
        self.kind == FieldKind::Integer && self.unit.is_none() && self.least.as_ref().is_some_and(from)
    }
}

impl Form {
    /// The form's full name: `usve/2026.1`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every criterion in form order, with its area.
    pub fn criteria(&self) -> impl Iterator<Item = (&Area, &Criterion)> {
        self.areas.iter().flat_map(|area| area.criteria.iter().map(move |criterion| (area, criterion)))
    }

    /// The criterion with this id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria().map(|(_, criterion)| criterion).find(|criterion| criterion.id == id)
    }

    /// All fields of a criterion in order: its own, then those that every criterion has.
    pub fn fields<'a>(&'a self, criterion: &'a Criterion) -> impl Iterator<Item = &'a Field> {
        criterion.fields.iter().chain(&self.every)
    }
}

impl Criterion {
    /// The level's text and condition, 0–4.
    #[must_use]
    pub fn level(&self, level: u8) -> Option<&Level> {
        self.levels.iter().find(|one| one.level == level)
    }
}
