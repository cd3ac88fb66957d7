//! The copy of a criterion as it is read: by reviewers as answers, by coordinators with what was taken out marked.

use crate::assessments::shown::{self, Shown};
use crate::calibration::anonymise::{Piece, Terms};
use crate::calibration::copy::{Content, evidence_words};
use crate::forms::evaluate::{background, evaluate};
use crate::forms::{Criterion, FieldKind, Form};
use crate::text::Lang;

/// The copy of a criterion, or of the background.
pub(super) struct Material {
    /// The answers.
    pub answers: Vec<Shown>,
    /// What is computed from them.
    pub indicators: Vec<(String, String)>,
    /// The evidence there was, in words; empty for none.
    pub evidence: String,
    /// Why the unit left it without an answer.
    pub left: Option<String>,
}

/// The copy of a criterion.
pub(super) fn criterion(
    form: &Form,
    criterion: &Criterion,
    content: &Content,
    period: i32,
    lang: Lang,
) -> Material {
    let files = content.evidence.values().sum();
    let count = [(criterion.id.clone(), files)].into();
    let evaluated = evaluate(form, criterion, &content.answers, &count, period);
    let mut answers = shown::answers(form, criterion, &content.answers, &evaluated, lang);
    answers.retain(|one| {
        form.fields(criterion).all(|field| field.id != one.field || field.kind != FieldKind::Level)
    });
    let evidence: Vec<String> =
        content.evidence.iter().map(|(kind, count)| evidence_words(kind, *count, lang)).collect();
    Material {
        answers,
        indicators: shown::indicators(criterion, &evaluated, lang),
        evidence: evidence.join(", "),
        left: content.left.clone(),
    }
}

/// The copy of the background.
pub(super) fn about(form: &Form, content: &Content, period: i32, lang: Lang) -> Vec<Shown> {
    let states = background(form, &content.answers, period);
    shown::all(&form.background, &states, &content.answers, lang)
}

/// A part of a text with how it is marked: nothing, `took` or `tells`.
pub(super) struct Part {
    pub text: String,
    pub mark: &'static str,
}

/// An answer whose texts are marked.
pub(super) struct Fact {
    pub label: String,
    pub long: bool,
    pub parts: Vec<Part>,
    pub heads: Vec<(String, bool)>,
    /// Cells, each with whether its column holds numbers.
    pub rows: Vec<Vec<(Vec<Part>, bool)>>,
}

/// Counts of marks on a page.
#[derive(Default, Clone, Copy)]
pub(super) struct Marks {
    pub took: usize,
    pub tells: usize,
}

/// A text in parts, its marks counted.
pub(super) fn parts(terms: &Terms, text: &str, marks: &mut Marks) -> Vec<Part> {
    let mut part = |piece: Piece| match piece {
        Piece::Plain(text) => Part { text, mark: "" },
        Piece::Replaced(text) => {
            marks.took += 1;
            Part { text, mark: "took" }
        }
        Piece::Telling(text) => {
            marks.tells += 1;
            Part { text, mark: "tells" }
        }
    };
    terms.pieces(text).into_iter().map(&mut part).collect()
}

/// Answers with their texts marked.
pub(super) fn facts(terms: &Terms, answers: Vec<Shown>, marks: &mut Marks) -> Vec<Fact> {
    let applies = |one: &Shown| one.applies;
    let mut fact = |one: Shown| {
        let (heads, rows) = one.table.map_or_else(Default::default, |table| (table.heads, table.rows));
        let cell = |(cell, (_, number)): (&String, &(String, bool)), marks: &mut Marks| {
            (parts(terms, cell, marks), *number)
        };
        let rows: Vec<Vec<(Vec<Part>, bool)>> =
            rows.iter().map(|row| row.iter().zip(&heads).map(|pair| cell(pair, marks)).collect()).collect();
        let parts = if rows.is_empty() { parts(terms, &one.value, marks) } else { Vec::new() };
        Fact { label: one.label, long: one.long, parts, heads, rows }
    };
    answers.into_iter().filter(applies).map(&mut fact).collect()
}
