//! What changed between two submitted versions: word by word in texts, row by row in tables, whole for the rest. Pure.

use std::collections::{BTreeMap, BTreeSet};

use similar::{ChangeTag, TextDiff};

use super::BACKGROUND;
use super::shown::{self, Shown};
use super::snapshot::{Given, Snapshot};
use crate::forms::evaluate::evaluate;
use crate::forms::{EvidenceCount, FieldKind, Form};
use crate::text::Lang;

/// Whether something was there before, is there now, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In both.
    Same,
    /// Only in the later.
    Added,
    /// Only in the earlier.
    Removed,
}

impl Kind {
    /// Its stable name: `same`, `added`, `removed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Same => "same",
            Kind::Added => "added",
            Kind::Removed => "removed",
        }
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it is.
    pub kind: Kind,
    /// The words, with the space around them.
    pub text: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it is.
    pub kind: Kind,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Row {
    /// Its cells on one line; empty ones are left out.
    #[must_use]
    pub fn line(&self) -> String {
        let said: Vec<&str> = self.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        said.join(" · ")
    }
}

/// How one thing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A text or value, in pieces in reading order: a removed piece stands before what came instead.
    Text(Vec<Piece>),
    /// A table.
    Table {
        /// The heads, those of the later version.
        heads: Vec<String>,
        /// Rows of both versions, a removed one before what came instead.
        rows: Vec<Row>,
    },
}

/// One field, or what stands beside the fields, that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The field; `evidence`, `declared_missing` and `not_applicable` for what stands beside.
    pub field: String,
    /// The question.
    pub label: String,
    /// How.
    pub change: Change,
}

/// One criterion in which something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionChange {
    /// The criterion, or [`BACKGROUND`].
    pub criterion: String,
    /// Its title.
    pub title: String,
    /// What changed, in form order.
    pub changes: Vec<Changed>,
}

/// A submitted version with the form that it was answered on.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// What was submitted.
    pub snapshot: &'a Snapshot,
    /// The form.
    pub form: &'a Form,
}

/// What the reader may read of both versions.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Only these criteria; none means all, and the background.
    pub only: Option<BTreeSet<String>>,
    /// Whether the level that the unit gives itself is hidden.
    pub hides_level: bool,
}

impl Reading {
    fn includes(&self, criterion: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(criterion))
    }
}

/// What changed from one version to the other, in the later form's order; a criterion that it no longer has comes last.
/// `period` is the calendar year that the answers are about.
#[must_use]
pub fn between(
    before: Version<'_>,
    after: Version<'_>,
    reading: &Reading,
    period: i32,
    lang: Lang,
) -> Vec<CriterionChange> {
    let mut found = Vec::new();
    if reading.includes(BACKGROUND) {
        let about = |version: &Version<'_>| {
            shown::background(version.form, &version.snapshot.background, period, lang)
        };
        let title = lang.t("Bakgrund om enheten", "Background on the unit");
        add(&mut found, BACKGROUND, title, fields(&about(&before), &about(&after)));
    }
    let later = after.form.criteria().map(|(_, criterion)| criterion);
    let gone = before.form.criteria().map(|(_, criterion)| criterion);
    let gone = gone.filter(|criterion| after.form.criterion(&criterion.id).is_none());
    for criterion in later.chain(gone).filter(|criterion| reading.includes(&criterion.id)) {
        let id = criterion.id.as_str();
        let (old, new) = (before.given(id), after.given(id));
        let mut changes =
            fields(&before.answers(id, reading, period, lang), &after.answers(id, reading, period, lang));
        changes.extend(beside(&old, &new, lang));
        add(&mut found, id, criterion.title.get(lang), changes);
    }
    found
}

fn add(found: &mut Vec<CriterionChange>, criterion: &str, title: &str, changes: Vec<Changed>) {
    if !changes.is_empty() {
        found.push(CriterionChange { criterion: criterion.to_owned(), title: title.to_owned(), changes });
    }
}

impl Version<'_> {
    fn given(&self, criterion: &str) -> Given {
        self.snapshot.criteria.get(criterion).cloned().unwrap_or_default()
    }

    /// The answers to a criterion in words; nothing when the form does not have it.
    pub(super) fn answers(&self, criterion: &str, reading: &Reading, period: i32, lang: Lang) -> Vec<Shown> {
        let (Some(known), given) = (self.form.criterion(criterion), self.given(criterion)) else {
            return Vec::new();
        };
        let evaluated = evaluate(self.form, known, &given.answers, &EvidenceCount::new(), period);
        let mut shown = shown::answers(self.form, known, &given.answers, &evaluated, lang);
        if reading.hides_level {
            let level = |id: &str| {
                self.form.fields(known).any(|field| field.id == id && field.kind == FieldKind::Level)
            };
            shown.retain(|one| !level(&one.field));
        }
        shown
    }
}

/// The fields that differ, in the later version's order; those that it no longer shows come last.
fn fields(before: &[Shown], after: &[Shown]) -> Vec<Changed> {
    let old: BTreeMap<&str, &Shown> = before.iter().map(|one| (one.field.as_str(), one)).collect();
    let later = after.iter().map(|new| (old.get(new.field.as_str()).copied(), Some(new)));
    let gone = before
        .iter()
        .filter(|one| !after.iter().any(|new| new.field == one.field))
        .map(|one| (Some(one), None));
    later.chain(gone).filter_map(|(old, new)| of_field(old, new)).collect()
}

/// How one answer differs from another; nothing when they read the same.
#[must_use]
pub fn of_field(old: Option<&Shown>, new: Option<&Shown>) -> Option<Changed> {
    let one = new.or(old)?;
    let change = match (old.and_then(|old| old.table.as_ref()), new.and_then(|new| new.table.as_ref())) {
        (None, None) => words(value(old), value(new), one.long),
        (old, new) => {
            let heads = heads(old, new);
            let rows = |of: Option<&shown::Table>| of.map_or_else(Vec::new, |of| under(&heads, of));
            let (before, after) = (rows(old), rows(new));
            table(heads, &before, &after)
        }
    }?;
    Some(Changed { field: one.field.clone(), label: one.label.clone(), change })
}

/// The heads of both tables: those of the earlier that the later does not have, such as a year that has passed, first.
fn heads(old: Option<&shown::Table>, new: Option<&shown::Table>) -> Vec<String> {
    let named = |of: Option<&shown::Table>| {
        of.into_iter().flat_map(|of| of.heads.iter().map(|(head, _)| head.clone())).collect::<Vec<_>>()
    };
    let (mut all, later) = (named(old), named(new));
    all.retain(|head| !later.contains(head));
    all.extend(later);
    all
}

/// A table's rows with a cell for each of these heads; an empty one where the table has no such column.
fn under(heads: &[String], of: &shown::Table) -> Vec<Vec<String>> {
    let at = |head: &String| of.heads.iter().position(|(own, _)| own == head);
    let places: Vec<Option<usize>> = heads.iter().map(at).collect();
    let row = |row: &Vec<String>| {
        let cell = |place: &Option<usize>| place.and_then(|at| row.get(at).cloned()).unwrap_or_default();
        places.iter().map(cell).collect()
    };
    of.rows.iter().map(row).collect()
}

/// The value of a field; nothing for the dash that stands for no answer.
fn value(shown: Option<&Shown>) -> &str {
    shown.map(|shown| shown.value.as_str()).filter(|value| *value != "\u{2013}").unwrap_or_default()
}

/// Two texts by their words, also when they are equal.
#[must_use]
pub fn of_texts(before: &str, after: &str) -> Change {
    words(before, after, true)
        .unwrap_or_else(|| Change::Text(vec![Piece { kind: Kind::Same, text: after.to_owned() }]))
}

/// Two tables row by row, also when they are equal.
#[must_use]
pub fn of_tables(heads: Vec<String>, before: &[Vec<String>], after: &[Vec<String>]) -> Change {
    table(heads, before, after).unwrap_or(Change::Table { heads: Vec::new(), rows: Vec::new() })
}

/// A text in pieces by its words; a short value is taken away and put there whole.
fn words(before: &str, after: &str, long: bool) -> Option<Change> {
    if before == after {
        return None;
    }
    if !long {
        let piece = |kind, text: &str| (!text.is_empty()).then(|| Piece { kind, text: text.to_owned() });
        let pieces = [piece(Kind::Removed, before), piece(Kind::Added, after)];
        return Some(Change::Text(pieces.into_iter().flatten().collect()));
    }
    let mut pieces = Pieces::default();
    let differs = TextDiff::from_words(before, after);
    for change in differs.iter_all_changes() {
        pieces.push(kind(change.tag()), change.value());
    }
    Some(Change::Text(pieces.done()))
}

/// Puts words together: what was removed and what came instead stand as one piece each, also over the spaces between
/// their words, which are the same in both.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    space: String,
}

impl Pieces {
    fn push(&mut self, kind: Kind, text: &str) {
        let in_change = !self.removed.is_empty() || !self.added.is_empty();
        match kind {
            Kind::Same if in_change && text.trim().is_empty() => self.space.push_str(text),
            Kind::Same => {
                self.flush();
                self.put(Kind::Same, text);
            }
            Kind::Removed | Kind::Added => {
                let space = std::mem::take(&mut self.space);
                self.removed.push_str(&space);
                self.added.push_str(&space);
                let side = if kind == Kind::Removed { &mut self.removed } else { &mut self.added };
                side.push_str(text);
            }
        }
    }

    fn flush(&mut self) {
        let (removed, added) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added));
        self.put(Kind::Removed, &removed);
        self.put(Kind::Added, &added);
        let space = std::mem::take(&mut self.space);
        self.put(Kind::Same, &space);
    }

    fn put(&mut self, kind: Kind, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.done.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.done.push(Piece { kind, text: text.to_owned() }),
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

fn table(heads: Vec<String>, before: &[Vec<String>], after: &[Vec<String>]) -> Option<Change> {
    if before == after {
        return None;
    }
    let mut rows = Vec::new();
    for operation in similar::capture_diff_slices(similar::Algorithm::Myers, before, after) {
        for change in operation.iter_changes(before, after) {
            rows.push(Row { kind: kind(change.tag()), cells: change.value().clone() });
        }
    }
    Some(Change::Table { heads, rows })
}

fn kind(tag: ChangeTag) -> Kind {
    match tag {
        ChangeTag::Equal => Kind::Same,
        ChangeTag::Insert => Kind::Added,
        ChangeTag::Delete => Kind::Removed,
    }
}

/// What stands beside the fields: files, and why a criterion has no answer.
pub(super) fn beside(old: &Given, new: &Given, lang: Lang) -> Vec<Changed> {
    let mut changes = Vec::new();
    let mut push = |field: &str, label: &str, change: Option<Change>| {
        if let Some(change) = change {
            changes.push(Changed { field: field.to_owned(), label: label.to_owned(), change });
        }
    };
    let reason = |given: &Given| given.declared_missing.clone().unwrap_or_default();
    let label = lang.t("Lämnas utan svar", "Left without an answer");
    push("declared_missing", label, words(&reason(old), &reason(new), true));
    let asked = |given: &Given| {
        if given.not_applicable_asked { lang.t("Begärt", "Asked for") } else { "" }
    };
    let label = lang.t("Ej tillämpligt", "Not applicable");
    push("not_applicable", label, words(asked(old), asked(new), false));
    let files = |given: &Given| -> Vec<Vec<String>> {
        given.evidence.iter().map(|piece| vec![piece.name.clone(), piece.mark()]).collect()
    };
    let heads = [lang.t("Namn", "Name"), lang.t("Kontrollsumma eller adress", "Checksum or address")]
        .map(str::to_owned)
        .to_vec();
    push("evidence", lang.t("Underlag", "Evidence"), table(heads, &files(old), &files(new)));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(before: &str, after: &str) -> Vec<(Kind, String)> {
        match words(before, after, true) {
            Some(Change::Text(pieces)) => pieces.into_iter().map(|piece| (piece.kind, piece.text)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_text_differs_by_words_and_both_texts_can_be_put_together_again() {
        let (before, after) = (
            "Vi har tolv möten om året.\nAlla har protokoll.",
            "Vi har elva möten om året.\nFå har protokoll.",
        );
        let found = pieces(before, after);
        assert!(found.contains(&(Kind::Removed, "tolv".to_owned())), "{found:?}");
        assert!(found.contains(&(Kind::Added, "elva".to_owned())), "{found:?}");
        let side = |without| -> String {
            found.iter().filter(|(kind, _)| *kind != without).map(|(_, text)| text.as_str()).collect()
        };
        assert_eq!((side(Kind::Added).as_str(), side(Kind::Removed).as_str()), (before, after));
        assert!(pieces("lika", "lika").is_empty());
        let several = pieces("ett två tre", "ett fyra fem");
        let expected = [(Kind::Same, "ett "), (Kind::Removed, "två tre"), (Kind::Added, "fyra fem")];
        assert_eq!(several, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn a_series_of_years_is_compared_year_by_year() {
        let series = |first: i32, values: &[&str]| Shown {
            field: "series".to_owned(),
            label: "Series".to_owned(),
            value: String::new(),
            long: true,
            table: Some(shown::Table {
                heads: (first..).zip(values).map(|(year, _)| (year.to_string(), true)).collect(),
                rows: vec![values.iter().map(|value| (*value).to_owned()).collect()],
            }),
            applies: true,
        };
        let (before, after) = (series(2023, &["8", "9"]), series(2024, &["9", "10"]));
        let Some(Changed { change: Change::Table { heads, rows }, .. }) =
            of_field(Some(&before), Some(&after))
        else {
            panic!("no change")
        };
        assert_eq!(heads, ["2023", "2024", "2025"]);
        assert_eq!(rows.iter().map(Row::line).collect::<Vec<_>>(), ["8 · 9", "9 · 10"]);
        let later = rows.last().map(|row| row.cells.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(later, Some(vec!["", "9", "10"]));
        assert!(of_field(Some(&before), Some(&before)).is_none());
    }

    #[test]
    fn a_number_changes_whole_and_a_row_is_added_where_it_stands() {
        let Some(Change::Text(found)) = words("12", "112", false) else { panic!("no change") };
        assert_eq!(found.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["12", "112"]);
        let rows = |names: &[&str]| names.iter().map(|name| vec![(*name).to_owned()]).collect::<Vec<_>>();
        let Some(Change::Table { rows, .. }) = table(Vec::new(), &rows(&["a", "c"]), &rows(&["a", "b", "c"]))
        else {
            panic!("no change")
        };
        let kinds: Vec<Kind> = rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [Kind::Same, Kind::Added, Kind::Same]);
    }
}
