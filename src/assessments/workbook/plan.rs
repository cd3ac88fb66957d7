//! What would change if answers were taken out of a workbook: each answer that differs, how, and what speaks against
//! taking it unseen. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::cells::rows;
use super::{Given, Proposal};
use crate::assessments::difference::{self, Change};
use crate::assessments::progress::{Entered, says_nothing};
use crate::assessments::same::same;
use crate::assessments::store::SavedVersion;
use crate::assessments::typed::typed;
use crate::assessments::{BACKGROUND, shown};
use crate::clock::Moment;
use crate::forms::answer::{Issue, parse};
use crate::forms::evaluate::{background, evaluate};
use crate::forms::{Field, FieldKind, Form, RawAnswers};
use crate::ids::PersonId;
use crate::text::{Lang, Text};

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The form.
    pub form: &'a Form,
    /// Everything that is saved now.
    pub entered: &'a Entered,
    /// The history of the criteria that were saved since, newest first; see [`super::histories`].
    pub histories: &'a BTreeMap<String, Vec<SavedVersion>>,
    /// Why a criterion cannot be written in now, by criterion.
    pub closed: &'a BTreeMap<String, Text>,
    /// The calendar year evaluated.
    pub period: i32,
    /// The reader's language.
    pub lang: Lang,
}

/// What would change.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The criteria in which an answer differs, in form order.
    pub criteria: Vec<CriterionPlan>,
    /// What others have changed since and the workbook leaves as it was: it is kept.
    pub kept: Vec<Kept>,
    /// How many answers are the same.
    pub same: usize,
}

/// One criterion of a plan.
#[derive(Debug, Clone)]
pub struct CriterionPlan {
    /// The criterion, or the background.
    pub criterion: String,
    /// The area, empty for the background.
    pub area: String,
    /// Its title.
    pub title: String,
    /// The version that is there now.
    pub version: i32,
    /// Why nothing here can be taken.
    pub closed: Option<Text>,
    /// Whether taking something confirms the rest, which came from elsewhere.
    pub confirms: bool,
    /// Why the unit leaves it without an answer now, which taking something ends.
    pub declared_missing: Option<String>,
    /// The answers that differ, in form order.
    pub changes: Vec<FieldPlan>,
}

/// One answer that differs.
#[derive(Debug, Clone)]
pub struct FieldPlan {
    /// The field.
    pub field: String,
    /// The question.
    pub label: String,
    /// What is saved now, as it is stored.
    pub now: Json,
    /// What would be saved, as it is stored.
    pub new: Json,
    /// From one to the other, in words.
    pub change: Change,
    /// Both in words, whole, when somebody else has changed the answer since.
    pub newer: Option<Newer>,
    /// Whether it takes an answer away.
    pub erases: bool,
    /// What would have to be mended before submission.
    pub issues: Vec<Issue>,
    /// Whether the question is shown once everything here is taken.
    pub visible: bool,
    /// Whether it is taken unless somebody says otherwise.
    pub suggested: bool,
}

/// Who has changed an answer since the workbook was taken out, and both answers in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// Who, unless it came by itself.
    pub who: Option<PersonId>,
    /// When.
    pub at: Option<Moment>,
    /// What is saved now.
    pub now: String,
    /// What the workbook holds.
    pub new: String,
}

/// An answer that others have changed and the workbook has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The criterion.
    pub criterion: String,
    /// The field.
    pub field: String,
    /// The question.
    pub label: String,
    /// Who has changed it.
    pub newer: Newer,
}

impl Plan {
    /// How many answers differ.
    #[must_use]
    pub fn differing(&self) -> usize {
        self.criteria.iter().map(|criterion| criterion.changes.len()).sum()
    }

    /// How many answers can be taken now.
    #[must_use]
    pub fn takeable(&self) -> usize {
        let open = self.criteria.iter().filter(|criterion| criterion.closed.is_none());
        open.map(|criterion| criterion.changes.len()).sum()
    }
}

/// What would change by these proposals.
#[must_use]
pub fn plan(situation: &Situation<'_>, proposals: &[Proposal]) -> Plan {
    let mut plan = Plan::default();
    let lang = situation.lang;
    if !situation.form.background.is_empty() {
        let title = lang.t("Bakgrund om enheten", "Background on the unit");
        let fields: Vec<&Field> = situation.form.background.iter().collect();
        Place { situation, area: "", criterion: BACKGROUND, title, fields }.add_to(&mut plan, proposals);
    }
    for (area, criterion) in situation.form.criteria() {
        let title = criterion.title.get(lang);
        let fields: Vec<&Field> = situation.form.fields(criterion).collect();
        Place { situation, area: &area.id, criterion: &criterion.id, title, fields }
            .add_to(&mut plan, proposals);
    }
    plan
}

struct Place<'a> {
    situation: &'a Situation<'a>,
    area: &'a str,
    criterion: &'a str,
    title: &'a str,
    fields: Vec<&'a Field>,
}

impl Place<'_> {
    fn add_to(&self, plan: &mut Plan, proposals: &[Proposal]) {
        let Situation { entered, closed, lang, .. } = *self.situation;
        let content = entered.answers_to(self.criterion);
        let mut changes = Vec::new();
        for field in &self.fields {
            let proposed =
                proposals.iter().find(|one| one.criterion == self.criterion && one.field == field.id);
            let Some(proposal) = proposed.filter(|_| field.kind != FieldKind::Evidence) else { continue };
            let now = content.get(&field.id).cloned().unwrap_or(Json::Null);
            let new = over(field, &now, &proposal.given);
            if means_same(field, &now, &new) {
                plan.same += 1;
                continue;
            }
            let label = shown::label(field, lang);
            let newer = self.newer(field, proposal.seen, &now, &new);
            if let Some((newer, before)) = &newer
                && before
                    .as_ref()
                    .is_some_and(|before| means_same(field, before, &over(field, before, &proposal.given)))
            {
                let (criterion, field) = (self.criterion.to_owned(), field.id.clone());
                plan.kept.push(Kept { criterion, field, label, newer: newer.clone() });
                continue;
            }
            let newer = newer.map(|(newer, _)| newer);
            let issues = parse(field, &new).err().unwrap_or_default();
            let erases = says_nothing(&new);
            let spoils = !issues.is_empty() && parse(field, &now).is_ok_and(|now| now.is_some());
            changes.push(FieldPlan {
                field: field.id.clone(),
                label,
                change: change(field, &now, &new, lang),
                suggested: newer.is_none() && !erases && !spoils && !closed.contains_key(self.criterion),
                newer,
                erases,
                issues,
                visible: true,
                now,
                new,
            });
        }
        if changes.is_empty() {
            return;
        }
        let visible = self.visible(content, &changes);
        for change in &mut changes {
            change.visible = visible.contains(&change.field);
        }
        let answer = entered.answers.get(self.criterion);
        plan.criteria.push(CriterionPlan {
            criterion: self.criterion.to_owned(),
            area: self.area.to_owned(),
            title: self.title.to_owned(),
            version: entered.version_of(self.criterion),
            closed: closed.get(self.criterion).cloned(),
            confirms: entered.waits(self.criterion),
            declared_missing: answer.and_then(|answer| answer.declared_missing.clone()),
            changes,
        });
    }

    /// Who has changed a field since a version, with what stood in it then when that is known.
    fn newer(&self, field: &Field, seen: i32, now: &Json, new: &Json) -> Option<(Newer, Option<Json>)> {
        if seen == self.situation.entered.version_of(self.criterion) {
            return None;
        }
        let history = self.situation.histories.get(self.criterion).map(Vec::as_slice).unwrap_or_default();
        let stood = |content: &RawAnswers| content.get(&field.id).cloned().unwrap_or(Json::Null);
        let before = match history.iter().find(|(version, ..)| *version == seen) {
            Some((_, content, ..)) => Some(stood(content)),
            None => (seen == 0).then_some(Json::Null),
        };
        if before.as_ref().is_some_and(|before| means_same(field, before, now)) {
            return None;
        }
        // The oldest of the newest saves that all hold what stands now is the one that brought it.
        let brought = history
            .iter()
            .filter(|(version, ..)| *version > seen)
            .take_while(|(_, content, ..)| means_same(field, &stood(content), now))
            .last();
        let lang = self.situation.lang;
        let newer = Newer {
            who: brought.and_then(|(_, _, who, _)| who.clone()),
            at: brought.map(|(_, _, _, at)| *at),
            now: typed(field, now, lang),
            new: typed(field, new, lang),
        };
        Some((newer, before))
    }

    /// The fields that are shown once the changes are taken.
    fn visible(&self, mut content: RawAnswers, changes: &[FieldPlan]) -> BTreeSet<String> {
        let Situation { form, entered, period, .. } = *self.situation;
        content.extend(changes.iter().map(|change| (change.field.clone(), change.new.clone())));
        let states = match form.criterion(self.criterion) {
            Some(criterion) => evaluate(form, criterion, &content, &entered.evidence, period).fields,
            None => background(form, &content, period),
        };
        states.into_iter().filter(|state| state.visible).map(|state| state.id).collect()
    }
}

/// What would be stored: what is given, over what is there where only a part is given.
fn over(field: &Field, now: &Json, given: &Given) -> Json {
    match given {
        Given::Whole(raw) => raw.clone(),
        Given::Years(years) => {
            let mut all: Map<String, Json> = now.as_object().cloned().unwrap_or_default();
            for (year, text) in years {
                if text.trim().is_empty() {
                    all.remove(year);
                } else {
                    all.insert(year.clone(), json!(text));
                }
            }
            Json::Object(all)
        }
        Given::Options(options) => {
            let chosen = |id: &str| match options.get(id) {
                Some(chosen) => *chosen,
                None => now.as_array().into_iter().flatten().any(|one| one.as_str() == Some(id)),
            };
            let ids = field.options.iter().filter(|option| chosen(&option.id));
            Json::Array(ids.map(|option| json!(option.id)).collect())
        }
    }
}

/// Whether two raw answers mean the same, also when one of them went through cells: the space around a text, how its
/// lines are broken, empty lines of a table and the order of options say nothing.
fn means_same(field: &Field, one: &Json, other: &Json) -> bool {
    same(field, one, other) || same(field, &tidy(field, one), &tidy(field, other))
}

fn tidy(field: &Field, raw: &Json) -> Json {
    let text = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    match (field.kind, raw) {
        (FieldKind::Table, raw) => rows(raw)
            .into_iter()
            .map(|row| row.into_iter().map(|(column, cell)| (column, json!(text(&cell)))).collect())
            .map(Json::Object)
            .collect(),
        (FieldKind::Choices, Json::Array(chosen)) => field
            .options
            .iter()
            .filter(|option| chosen.iter().any(|one| one.as_str() == Some(option.id.as_str())))
            .map(|option| json!(option.id))
            .collect(),
        (_, Json::String(typed)) => json!(text(typed)),
        (_, other) => other.clone(),
    }
}

/// From one answer to the other, in words: a table row by row, also when a cell cannot be used.
fn change(field: &Field, now: &Json, new: &Json, lang: Lang) -> Change {
    if field.kind == FieldKind::Table {
        let heads = shown::heads(field, lang).into_iter().map(|(head, _)| head).collect();
        return difference::of_tables(heads, &in_words(field, now, lang), &in_words(field, new, lang));
    }
    let readable = |raw: &Json| {
        let value = parse(field, raw).ok()?;
        let answers = [(field.id.clone(), raw.clone())].into();
        Some(shown::one(field, value.as_ref(), &answers, lang))
    };
    let change = match (readable(now), readable(new)) {
        (Some(now), Some(new)) => difference::of_field(Some(&now), Some(&new)).map(|changed| changed.change),
        _ => None,
    };
    change.unwrap_or_else(|| difference::of_texts(&said(field, now, lang), &said(field, new, lang)))
}

/// The rows of a table, each cell as it is shown, or as it was typed.
fn in_words(table: &Field, raw: &Json, lang: Lang) -> Vec<Vec<String>> {
    let cell = |row: &BTreeMap<String, String>, column: &Field| {
        row.get(&column.id).map_or_else(String::new, |cell| said(column, &json!(cell), lang))
    };
    rows(raw).iter().map(|row| table.columns.iter().map(|column| cell(row, column)).collect()).collect()
}

fn said(field: &Field, raw: &Json, lang: Lang) -> String {
    let said = typed(field, raw, lang);
    if said == "\u{2013}" { String::new() } else { said }
}
