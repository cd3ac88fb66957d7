//! The answers of one submission as a document: what the head signed, to keep and to read on paper.
//!
//! Invariant: everything in it comes from the submission itself, so that it can be made again years later.

use chrono::NaiveDate;

use super::unit_report::{AnswerGroup, answer_blocks};
use super::{Block, Cell, Column, Cover, Fact, Report, Table};
use crate::text::{self, Lang};

/// Everything that the document shows. Texts are in `language`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionReport {
    /// The language of all texts.
    pub language: Lang,
    /// The unit's name.
    pub unit: String,
    /// The administration that it belongs to.
    pub administration: String,
    /// The cycle's year.
    pub year: i32,
    /// The form and its version: `USVE 2026.1`.
    pub form_version: String,
    /// Counts the submissions of the case from 1.
    pub number: i32,
    /// The day of submission.
    pub date: NaiveDate,
    /// The day and time of submission, as people read them.
    pub submitted_at: String,
    /// Who signed.
    pub submitted_by: String,
    /// Whether it came in the grace after the shown hour.
    pub late: bool,
    /// SHA-256 of the submitted answers.
    pub digest: String,
    /// The first signs of the digest, at the foot of every page.
    pub code: String,
    /// The answers, one group a criterion and one for the background.
    pub answers: Vec<AnswerGroup>,
    /// The files of evidence.
    pub files: Vec<File>,
}

/// A file of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The criterion.
    pub criterion: String,
    /// Its name.
    pub name: String,
    /// Its size as people read it; empty for a link.
    pub size: String,
    /// What tells it apart: the beginning of a file's SHA-256, or a link's address.
    pub mark: String,
}

/// The document: cover, answers by area, evidence, and how to check it.
#[must_use]
pub fn build(submitted: &SubmissionReport) -> Report {
    let lang = submitted.language;
    let title = format!("{} {}", lang.t("Självvärdering", "Self-assessment"), submitted.year);
    let mut blocks = vec![
        Block::Cover(cover(submitted, &title)),
        Block::Contents { title: lang.t("Innehåll", "Contents").to_owned() },
        Block::PageBreak,
    ];
    answer_blocks(&submitted.answers, 1, lang, &mut blocks);
    files(submitted, &mut blocks);
    check(submitted, &mut blocks);
    Report {
        title,
        language: lang,
        subject: format!(
            "{} {} {}",
            lang.t("Inlämnade svar från", "Submitted answers of"),
            submitted.unit,
            submitted.year
        ),
        unit: submitted.unit.clone(),
        year: submitted.year,
        registry_number: None,
        version: submitted.number.to_string(),
        date: submitted.date,
        watermark: None,
        code: submitted.code.clone(),
        blocks,
    }
}

fn cover(submitted: &SubmissionReport, title: &str) -> Cover {
    let lang = submitted.language;
    let at = if submitted.late {
        format!("{} ({})", submitted.submitted_at, lang.t("sen", "late"))
    } else {
        submitted.submitted_at.clone()
    };
    Cover {
        title: title.to_owned(),
        subtitle: submitted.unit.clone(),
        outcome: None,
        facts: vec![
            Fact::new(lang.t("Förvaltning", "Administration"), &submitted.administration),
            Fact::new(lang.t("Inlämnad", "Submitted"), at),
            Fact::new(lang.t("Verksamhetschef", "Head of unit"), &submitted.submitted_by),
            Fact::new(lang.t("Version", "Version"), submitted.number.to_string()),
            Fact::new(lang.t("Formulär", "Form"), &submitted.form_version),
            Fact::new(lang.t("Kvitto", "Receipt"), &submitted.code),
        ],
    }
}

fn files(submitted: &SubmissionReport, blocks: &mut Vec<Block>) {
    let lang = submitted.language;
    blocks.push(heading(lang.t("Underlag", "Evidence")));
    if submitted.files.is_empty() {
        blocks.push(paragraph(lang.t("Inget underlag lämnades in.", "No evidence was submitted.")));
        return;
    }
    blocks.push(Block::Table(Table {
        caption: lang.t("Underlag som lämnades in", "Evidence that was submitted").to_owned(),
        columns: vec![
            Column::left(lang.t("Kriterium", "Criterion"), 3),
            Column::left(lang.t("Namn", "Name"), 8),
            Column::right(lang.t("Storlek", "Size"), 3),
            Column::left(lang.t("Kontrollsumma eller adress", "Checksum or address"), 7),
        ],
        rows: submitted
            .files
            .iter()
            .map(|file| {
                vec![
                    Cell::text(&file.criterion),
                    Cell::text(&file.name),
                    Cell::text(&file.size),
                    Cell::text(&file.mark),
                ]
            })
            .collect(),
        row_heads: true,
    }));
}

fn check(submitted: &SubmissionReport, blocks: &mut Vec<Block>) {
    let lang = submitted.language;
    blocks.push(heading(lang.t("Kvitto", "Receipt")));
    blocks.push(paragraph(lang.t(
        "Svaren är låsta som de lämnades in. Kontrollsumman nedan är räknad på dem: samma svar ger samma summa, och \
         ändras ett enda tecken blir den en annan. Kvittots sida i tjänsten visar samma summa.",
        "The answers are locked as they were submitted. The checksum below is counted from them: the same answers give \
         the same sum, and a single changed sign gives another. The page of the receipt in the service shows the same.",
    )));
    // In parts that a line can hold, read aloud one after the other.
    let signs: Vec<char> = submitted.digest.chars().collect();
    let parts: Vec<String> = signs.chunks(16).map(|part| part.iter().collect()).collect();
    blocks.push(Block::Paragraph { lead: Some("SHA-256".to_owned()), text: parts.join(" ") });
    let at = format!("{} {}", lang.t("Inlämnad", "Submitted"), submitted.submitted_at);
    let day = text::date(submitted.date, lang);
    blocks.push(paragraph(&format!("{at}. {} {day}.", lang.t("Dokumentets datum:", "The document's date:"))));
}

fn heading(text: &str) -> Block {
    Block::Heading { level: 1, text: text.to_owned() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { lead: None, text: text.to_owned() }
}

impl From<&SubmissionReport> for Report {
    fn from(submitted: &SubmissionReport) -> Report {
        build(submitted)
    }
}
