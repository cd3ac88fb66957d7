//! This year's answers to a criterion beside last year's: what is new, what has changed and how, and what is as it was.
//! Pure.
//!
//! Invariant: between two submissions on one form this finds what [`difference::between`] finds.

use super::difference::{self, Change, Changed, Reading, Version};
use super::last_year::LastYear;
use super::shown::Shown;
use super::snapshot::Snapshot;
use crate::forms::{Criterion, Form};
use crate::text::Lang;

/// One question, this year and last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The field of this year's form.
    pub field: String,
    /// The question.
    pub label: String,
    /// This year's answer; none when it is not shown this year, such as a word on a change that there no longer is.
    pub now: Option<Shown>,
    /// Last year's answer, in last year's words; none when it was not asked.
    pub before: Option<Shown>,
    /// How they differ; none when they read the same.
    pub change: Option<Change>,
    /// How a number has changed: `+2 (+29 %)`.
    pub number: Option<String>,
}

impl Compared {
    /// Whether it was asked last year too and reads the same.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.before.is_some() && self.change.is_none()
    }

    /// Last year's answer and how this year's differs from it, when both were asked and do.
    #[must_use]
    pub fn was(&self) -> Option<(&Shown, &Change)> {
        self.before.as_ref().zip(self.change.as_ref())
    }

    /// Last year's and this year's number under each head, for a series of years: what stands in one row both years.
    #[must_use]
    pub fn series(&self) -> Vec<(&str, &str, &str)> {
        let one_row = |shown: &Option<Shown>| {
            let table = shown.as_ref().and_then(|shown| shown.table.as_ref());
            table.is_some_and(|table| table.rows.len() == 1 && table.heads.iter().all(|(_, number)| *number))
        };
        let Some(Change::Table { heads, rows }) = &self.change else { return Vec::new() };
        let [before, now] = rows.as_slice() else { return Vec::new() };
        if !one_row(&self.before) || !one_row(&self.now) {
            return Vec::new();
        }
        let cells = before.cells.iter().zip(&now.cells);
        heads
            .iter()
            .zip(cells)
            .map(|(head, (before, now))| (head.as_str(), before.as_str(), now.as_str()))
            .collect()
    }

    /// Whether the answer of either year takes more than a line.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.now.iter().chain(&self.before).any(|one| one.long)
    }
}

/// A criterion, this year and last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SinceLastYear {
    /// Every question, in the form's order; those that are shown last year only come last.
    pub answers: Vec<Compared>,
    /// What changed beside the fields: `declared_missing` and `evidence`.
    pub beside: Vec<Changed>,
}

/// Compares a criterion as it is answered now with last year's. `period` is the calendar year that this year's answers
/// are about.
#[must_use]
pub fn since_last_year(
    last: &LastYear,
    now: &Snapshot,
    (form, criterion): (&Form, &Criterion),
    reading: &Reading,
    period: i32,
    lang: Lang,
) -> SinceLastYear {
    let given = now.criteria.get(&criterion.id).cloned().unwrap_or_default();
    let mut before = last.in_words(form, criterion, reading, lang);
    let shown = Version { snapshot: now, form }.answers(&criterion.id, reading, period, lang);
    let known = |id: &str| form.fields(criterion).find(|field| field.id == id);
    let mut answers: Vec<Compared> = shown
        .into_iter()
        .map(|now| {
            let before = before.remove(&now.field);
            let change = known(&now.field)
                .and_then(|field| Some((field, last.change(&criterion.id, field, &given.answers)?)));
            Compared {
                field: now.field.clone(),
                label: now.label.clone(),
                change: difference::of_field(before.as_ref(), Some(&now)).map(|changed| changed.change),
                number: change.map(|(field, change)| change.in_words(field, lang)),
                now: Some(now),
                before,
            }
        })
        .collect();
    let gone = form.fields(criterion).filter_map(|field| before.remove(&field.id));
    answers.extend(gone.map(|before| Compared {
        field: before.field.clone(),
        label: before.label.clone(),
        now: None,
        change: difference::of_field(Some(&before), None).map(|changed| changed.change),
        number: None,
        before: Some(before),
    }));
    let mut beside =
        last.given(&criterion.id).map_or_else(Vec::new, |old| difference::beside(old, &given, lang));
    // Whether something should apply is asked and decided anew each year, and not by the unit alone.
    beside.retain(|one| one.field != "not_applicable");
    SinceLastYear { answers, beside }
}
