//! The answers of a self-assessment as a document: what the head signed, or how far the draft has come.
//!
//! Invariant: everything in the document of a submission comes from the submission itself, so that it can be made again
//! years later; a draft says when it was taken out, carries a watermark on every page, and is never kept.

use chrono::NaiveDate;

use super::unit_report::{AnswerGroup, answer_blocks};
use super::{Block, Cell, Column, Cover, Fact, Notice, Report, Table, Tone};
use crate::text::{self, Lang};

/// Everything that the document shows. Texts are in `language`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswersReport {
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
    /// The day of submission, or on which the draft was taken out.
    pub date: NaiveDate,
    /// Which of the two it is.
    pub made: Made,
    /// The answers, one group a criterion and one for the background.
    pub answers: Vec<AnswerGroup>,
    /// The evidence.
    pub files: Vec<File>,
}

/// Where the answers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// From a submission.
    Submitted(Submitted),
    /// From what stands in the form now.
    Draft(Draft),
}

/// What is told about a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// Counts the submissions of the case from 1.
    pub number: i32,
    /// The day and time, as people read them.
    pub at: String,
    /// Who signed.
    pub by: String,
    /// Whether it came in the grace after the shown hour.
    pub late: bool,
    /// SHA-256 of the submitted answers.
    pub digest: String,
    /// The first signs of the digest, at the foot of every page.
    pub code: String,
}

/// What is told about a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The day and time at which it was taken out, as people read them.
    pub at: String,
    /// By when it is to be submitted; none when it can no longer be.
    pub due: Option<String>,
    /// The areas in the form's order.
    pub areas: Vec<AreaSoFar>,
    /// What stops submission, by criterion in the form's order: the criterion, and what to do.
    pub missing: Vec<(String, Vec<String>)>,
}

/// How far one area has come, in criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaSoFar {
    /// `A Organisation`.
    pub name: String,
    /// Done.
    pub done: usize,
    /// With last year's answers that nobody has confirmed.
    pub not_confirmed: usize,
    /// All.
    pub of: usize,
}

/// A piece of evidence.
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

/// The document: cover, how far a draft has come, answers by area, evidence, and what checks or completes it.
#[must_use]
pub fn build(answers: &AnswersReport) -> Report {
    let lang = answers.language;
    let title = format!("{} {}", lang.t("Självvärdering", "Self-assessment"), answers.year);
    let mut blocks = vec![Block::Cover(cover(answers, &title))];
    blocks.push(Block::Contents { title: lang.t("Innehåll", "Contents").to_owned() });
    blocks.push(Block::PageBreak);
    if let Made::Draft(draft) = &answers.made {
        so_far(draft, lang, &mut blocks);
    }
    answer_blocks(&answers.answers, 1, lang, &mut blocks);
    files(answers, &mut blocks);
    let about = match &answers.made {
        Made::Submitted(submitted) => {
            check(submitted, answers.date, lang, &mut blocks);
            lang.t("Inlämnade svar från", "Submitted answers of")
        }
        Made::Draft(draft) => {
            missing(draft, lang, &mut blocks);
            lang.t("Utkast till svar från", "Draft answers of")
        }
    };
    Report {
        title,
        language: lang,
        subject: format!("{about} {} {}", answers.unit, answers.year),
        unit: answers.unit.clone(),
        year: answers.year,
        registry_number: None,
        version: match &answers.made {
            Made::Submitted(submitted) => submitted.number.to_string(),
            Made::Draft(_) => lang.t("Utkast", "Draft").to_owned(),
        },
        date: answers.date,
        watermark: match &answers.made {
            Made::Submitted(_) => None,
            Made::Draft(_) => Some(lang.t("Utkast", "Draft").to_owned()),
        },
        code: match &answers.made {
            Made::Submitted(submitted) => submitted.code.clone(),
            Made::Draft(_) => String::new(),
        },
        blocks,
    }
}

fn cover(answers: &AnswersReport, title: &str) -> Cover {
    let lang = answers.language;
    let mut facts = vec![Fact::new(lang.t("Förvaltning", "Administration"), &answers.administration)];
    match &answers.made {
        Made::Submitted(submitted) => {
            let late = if submitted.late { lang.t(" (sen)", " (late)") } else { "" };
            facts.extend([
                Fact::new(lang.t("Inlämnad", "Submitted"), format!("{}{late}", submitted.at)),
                Fact::new(lang.t("Verksamhetschef", "Head of unit"), &submitted.by),
                Fact::new(lang.t("Version", "Version"), submitted.number.to_string()),
                Fact::new(lang.t("Formulär", "Form"), &answers.form_version),
                Fact::new(lang.t("Kvitto", "Receipt"), &submitted.code),
            ]);
        }
        Made::Draft(draft) => {
            let (done, of) =
                draft.areas.iter().fold((0, 0), |(done, of), area| (done + area.done, of + area.of));
            facts.extend([
                Fact::new(lang.t("Utkast från", "Draft of"), &draft.at),
                Fact::new(
                    lang.t("Klara kriterier", "Criteria done"),
                    format!("{done} {} {of}", lang.t("av", "of")),
                ),
                Fact::new(lang.t("Formulär", "Form"), &answers.form_version),
            ]);
            facts.extend(
                draft.due.as_ref().map(|due| Fact::new(lang.t("Lämnas in senast", "Submit by"), due)),
            );
        }
    }
    Cover { title: title.to_owned(), subtitle: answers.unit.clone(), outcome: None, facts }
}

/// How far the areas of a draft have come.
fn so_far(draft: &Draft, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(Block::heading(1, lang.t("Så långt har ni kommit", "How far you have come")));
    blocks.push(Block::Notice(Notice {
        tone: Tone::Info,
        title: None,
        texts: vec![
            lang.t(
                "Det här är ett utkast för arbetet i enheten. Svaren kan ha ändrats sedan det togs ut, och ingenting är \
                 inlämnat med det.",
                "This is a draft for the work within the unit. The answers may have changed since it was taken out, \
                 and nothing is submitted by it.",
            )
            .to_owned(),
        ],
    }));
    blocks.push(Block::Table(Table {
        caption: lang.t("Klara kriterier i varje område", "Criteria done in each area").to_owned(),
        columns: vec![
            Column::left(lang.t("Område", "Area"), 8),
            Column::right(lang.t("Klara", "Done"), 3),
            Column::right(lang.t("Inte bekräftade", "Not confirmed"), 4),
            Column::right(lang.t("Alla", "All"), 2),
        ],
        rows: draft
            .areas
            .iter()
            .map(|area| {
                let numbers =
                    [area.done, area.not_confirmed, area.of].map(|number| Cell::text(number.to_string()));
                [Cell::text(&area.name)].into_iter().chain(numbers).collect()
            })
            .collect(),
        row_heads: true,
    }));
}

/// What is left to do before a draft can be submitted.
fn missing(draft: &Draft, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(Block::heading(1, lang.t("Kvar att göra", "Left to do")));
    if draft.missing.is_empty() {
        blocks.push(Block::paragraph(lang.t("Inget saknas.", "Nothing is missing.")));
        return;
    }
    blocks.push(Block::Table(Table {
        caption: lang
            .t("Det som saknas innan ni kan lämna in", "What is missing before you can submit")
            .to_owned(),
        columns: vec![
            Column::left(lang.t("Kriterium", "Criterion"), 3),
            Column::left(lang.t("Att göra", "To do"), 12),
        ],
        rows: draft
            .missing
            .iter()
            .map(|(criterion, what)| vec![Cell::text(criterion), Cell::text(what.join("\n"))])
            .collect(),
        row_heads: true,
    }));
}

fn files(answers: &AnswersReport, blocks: &mut Vec<Block>) {
    let lang = answers.language;
    let draft = matches!(answers.made, Made::Draft(_));
    blocks.push(Block::heading(1, lang.t("Underlag", "Evidence")));
    if answers.files.is_empty() {
        blocks.push(Block::paragraph(if draft {
            lang.t("Inget underlag finns än.", "There is no evidence yet.")
        } else {
            lang.t("Inget underlag lämnades in.", "No evidence was submitted.")
        }));
        return;
    }
    blocks.push(Block::Table(Table {
        caption: if draft {
            lang.t("Underlag som finns nu", "Evidence that is there now")
        } else {
            lang.t("Underlag som lämnades in", "Evidence that was submitted")
        }
        .to_owned(),
        columns: vec![
            Column::left(lang.t("Kriterium", "Criterion"), 3),
            Column::left(lang.t("Namn", "Name"), 8),
            Column::right(lang.t("Storlek", "Size"), 3),
            Column::left(lang.t("Kontrollsumma eller adress", "Checksum or address"), 7),
        ],
        rows: answers
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

fn check(submitted: &Submitted, date: NaiveDate, lang: Lang, blocks: &mut Vec<Block>) {
    blocks.push(Block::heading(1, lang.t("Kvitto", "Receipt")));
    blocks.push(Block::paragraph(lang.t(
        "Svaren är låsta som de lämnades in. Kontrollsumman nedan är räknad på dem: samma svar ger samma summa, och \
         ändras ett enda tecken blir den en annan. Kvittots sida i tjänsten visar samma summa.",
        "The answers are locked as they were submitted. The checksum below is counted from them: the same answers give \
         the same sum, and a single changed sign gives another. The page of the receipt in the service shows the same.",
    )));
    // In parts that a line can hold, read aloud one after the other.
    let signs: Vec<char> = submitted.digest.chars().collect();
    let parts: Vec<String> = signs.chunks(16).map(|part| part.iter().collect()).collect();
    blocks.push(Block::Paragraph { lead: Some("SHA-256".to_owned()), text: parts.join(" ") });
    let at = format!("{} {}", lang.t("Inlämnad", "Submitted"), submitted.at);
    let day = text::date(date, lang);
    blocks.push(Block::paragraph(format!(
        "{at}. {} {day}.",
        lang.t("Dokumentets datum:", "The document's date:")
    )));
}

impl From<&AnswersReport> for Report {
    fn from(answers: &AnswersReport) -> Report {
        build(answers)
    }
}
