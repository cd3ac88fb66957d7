//! Reports: what is said, as values; how it looks, as HTML and PDF.
//!
//! Invariants: a [`Report`] holds everything that is shown and nothing about where it lands on a page; the same value
//! becomes the HTML fragment ([`html::render`]) and the PDF ([`pdf::render`]) with the same text in the same order;
//! nothing but [`gather`] reads the database, and nothing a clock or a file, so the same value always gives the same bytes. Texts are plain
//! text: markup in them is shown as it was typed.

pub mod answers_report;
pub mod blank_form;
pub mod charts;
pub mod gather;
pub mod html;
pub mod pdf;
pub mod unit_report;

use chrono::NaiveDate;
use serde::Serialize;

use crate::text::Lang;
use charts::Chart;

/// A whole report: the facts about the document and its blocks in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The title of the document, also in its properties and running heads.
    pub title: String,
    /// The language of every text in it.
    pub language: Lang,
    /// What it is about, in one line, for the document properties.
    pub subject: String,
    /// The unit's name, or what else the report covers; stands in the running heads.
    pub unit: String,
    /// The year that is evaluated.
    pub year: i32,
    /// The registry number (diarienummer) once there is one.
    pub registry_number: Option<String>,
    /// The document's version, as people write it: `1`, `2`.
    pub version: String,
    /// The day it was issued; the only date in the file, so that bytes depend on the report alone.
    pub date: NaiveDate,
    /// A word over every page of a document that is not issued, such as `Utkast`.
    pub watermark: Option<String>,
    /// The short code at the foot of every page that the document can be looked up by; empty for none.
    pub code: String,
    /// What the report says, in reading order.
    pub blocks: Vec<Block>,
}

/// One part of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// The first page.
    Cover(Cover),
    /// The list of headings of level 1 and 2 with links; its title is not a heading of the document.
    Contents {
        /// `Innehåll`.
        title: String,
    },
    /// A heading. The cover holds the document's only top heading; these are the levels below it.
    Heading {
        /// 1 chapter (starts no page by itself), 2 section, 3 subsection. Levels are never skipped downwards.
        level: u8,
        /// The heading.
        text: String,
    },
    /// A paragraph, with an optional bold run-in before the text. A line feed in the text starts a new line.
    Paragraph {
        /// Bold words that open the paragraph.
        lead: Option<String>,
        /// The text.
        text: String,
    },
    /// A bulleted list.
    List {
        /// The points.
        items: Vec<String>,
    },
    /// A table.
    Table(Table),
    /// Values with what they are: large in a row of boxes, or compact on one line.
    KeyFigures {
        /// The pairs.
        figures: Vec<Fact>,
        /// One line of small pairs and not boxes.
        compact: bool,
    },
    /// A boxed message.
    Notice(Notice),
    /// A chart.
    Figure(Figure),
    /// What follows starts on a new page.
    PageBreak,
}

impl Block {
    /// A heading of a level, 1–3.
    fn heading(level: u8, text: impl Into<String>) -> Block {
        Block::Heading { level, text: text.into() }
    }

    /// A plain paragraph.
    fn paragraph(text: impl Into<String>) -> Block {
        Block::Paragraph { lead: None, text: text.into() }
    }
}

/// The first page: what this is, about whom, and the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// The document's only top heading.
    pub title: String,
    /// The line below the title.
    pub subtitle: String,
    /// The outcome, when there is one.
    pub outcome: Option<OutcomeBadge>,
    /// Registry number, version, date and the like.
    pub facts: Vec<Fact>,
}

/// The outcome as a letter in a box with its name and the sentence that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeBadge {
    /// `F`, `G`, `V`, `O` or `E`.
    pub letter: String,
    /// The name with the letter in words: `Omdöme V: Godkänd med krav på åtgärder`.
    pub name: String,
    /// What it is about and not about.
    pub sentence: String,
}

/// A value and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: Cell,
}

impl Fact {
    /// A pair of plain texts.
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Fact {
        Fact { label: label.into(), value: Cell::text(value) }
    }
}

/// A table with a caption and heads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What the table shows; always there, since it names the table for those who cannot see it.
    pub caption: String,
    /// The columns in order; never empty.
    pub columns: Vec<Column>,
    /// The rows; each has one cell a column, missing ones are empty and surplus ones are left out.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the first cell of each row is that row's head.
    pub row_heads: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The head.
    pub head: String,
    /// Where the text stands.
    pub align: Align,
    /// The width in shares of the sum of all columns' widths, from 1.
    pub width: u16,
}

impl Column {
    /// A column of text, from the left.
    #[must_use]
    pub fn left(head: impl Into<String>, width: u16) -> Column {
        Column { head: head.into(), align: Align::Left, width }
    }

    /// A column of numbers, from the right.
    #[must_use]
    pub fn right(head: impl Into<String>, width: u16) -> Column {
        Column { head: head.into(), align: Align::Right, width }
    }
}

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A value in a table or beside a label. Its text is always there; colour and shape only add to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cell {
    /// Plain text. A line feed starts a new line.
    Text {
        /// The text.
        text: String,
    },
    /// A traffic light: a shape and its word.
    Light {
        /// Which.
        light: Light,
        /// The word.
        text: String,
    },
    /// A value on the scale 0–4, on the scale's colour.
    Level {
        /// The step of colour, 0–4.
        step: u8,
        /// The value as people read it.
        text: String,
    },
    /// Options to tick by hand, each with an empty box.
    Boxes {
        /// The options, one a line.
        text: String,
    },
    /// Room to write by hand.
    Room {
        /// How many written lines, from 1.
        lines: u8,
    },
}

impl Cell {
    /// Plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text { text: text.into() }
    }

    /// The text of the cell, which says all that colour and shape say; empty where there is room to write.
    #[must_use]
    pub fn plain(&self) -> &str {
        match self {
            Cell::Text { text }
            | Cell::Light { text, .. }
            | Cell::Level { text, .. }
            | Cell::Boxes { text } => text,
            Cell::Room { .. } => "",
        }
    }
}

/// A traffic light (scoring model 7.5), shown as a word and a shape of its own: green a disc, yellow a triangle,
/// red a square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Disc.
    Green,
    /// Triangle.
    Yellow,
    /// Square.
    Red,
}

impl Light {
    /// The word for it.
    #[must_use]
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Light::Green => lang.t("Grön", "Green"),
            Light::Yellow => lang.t("Gul", "Yellow"),
            Light::Red => lang.t("Röd", "Red"),
        }
    }

    /// The light as a cell.
    #[must_use]
    pub fn cell(self, lang: Lang) -> Cell {
        Cell::Light { light: self, text: self.word(lang).to_owned() }
    }

    /// `green`, `yellow` or `red`, as in class names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// A boxed message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How it is coloured; the words say it too.
    pub tone: Tone,
    /// The bold first line.
    pub title: Option<String>,
    /// The paragraphs.
    pub texts: Vec<String>,
}

/// The colour of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// Must be acted on.
    Warning,
    /// All is well.
    Good,
}

/// A chart with its caption and its alternative text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What is drawn.
    pub chart: Chart,
    /// The line below.
    pub caption: String,
    /// Says in words what the picture shows, all values included or named where they stand as a table.
    pub alt: String,
}

/// The headings of a report as they stand in the document, with their levels: the cover's is 1, those of level 1 are 2
/// and so on, and none is more than one below the one before.
pub(crate) fn heading_levels(report: &Report) -> Vec<(u8, &str)> {
    let mut before = 1;
    let headings = report.blocks.iter().filter_map(|block| match block {
        Block::Heading { level, text } => Some((*level, text.as_str())),
        _ => None,
    });
    headings
        .map(|(level, text)| {
            before = level.clamp(1, 3).saturating_add(1).min(before + 1);
            (before, text)
        })
        .collect()
}
