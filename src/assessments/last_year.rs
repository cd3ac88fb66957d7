//! What the unit submitted the year before, to read beside this year's fields, and what has changed since.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_traits::{Signed as _, Zero as _};

use super::BACKGROUND;
use super::difference::{Reading, Version};
use super::progress::says_nothing;
use super::shown::{self, Shown, Table};
use super::snapshot::{Given, Snapshot};
use super::store;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::answer::parse;
use crate::forms::mapping::AllAnswers;
use crate::forms::{Criterion, Fate, Field, FieldKind, Form, Library, Prefill, RawAnswers, Route, Value};
use crate::number::{Fraction, display_short, whole};
use crate::problem::Problem;
use crate::text::Lang;

/// The submitted answers of the year before, and the way from its form to this year's.
#[derive(Debug, Clone)]
pub struct LastYear {
    year: i32,
    form: Arc<Form>,
    route: Route,
    snapshot: Snapshot,
    answers: AllAnswers,
    carried: AllAnswers,
}

/// One of last year's answers beside this year's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// This year's question with last year's answer, in last year's words.
    pub shown: Shown,
    /// How a number has changed, when both years have one.
    pub change: Option<String>,
    /// Whether this year's answer is the same.
    pub same: bool,
}

/// A number of both years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Last year's.
    pub before: Fraction,
    /// This year's.
    pub now: Fraction,
}

/// What the case's unit submitted the year before; nothing in the first year, and when no mapping leads from last year's
/// form. The caller has checked the right to this year's assessment, which includes last year's answers of the same unit.
///
/// # Errors
/// The database cannot be read.
pub fn of(db: &mut Db, library: &Library, case: &Case) -> Result<Option<LastYear>, Problem> {
    let Some(content) = store::submitted_in(db, &case.unit.id, case.year - 1)? else { return Ok(None) };
    LastYear::read(library, &content, case.year - 1, &case.form)
}

impl LastYear {
    /// Reads the content of a submission of the cycle `year`, for a case on the form `to`; nothing when no mapping leads
    /// there.
    ///
    /// # Errors
    /// It is no submission.
    pub fn read(library: &Library, content: &str, year: i32, to: &str) -> Result<Option<LastYear>, Problem> {
        let snapshot = Snapshot::read(content)?;
        let (Some(form), Some(route)) = (library.get(&snapshot.form), library.route(&snapshot.form, to))
        else {
            return Ok(None);
        };
        let answers = snapshot.clone().answers();
        let carried = route.carry(&answers);
        Ok(Some(LastYear { year, form, route, snapshot, answers, carried }))
    }

    /// Last year's answers to what this year's criterion asks, in order: those that the form lets the unit see, or all of
    /// them for reviewers. What was not answered is left out.
    #[must_use]
    pub fn beside(
        &self,
        form: &Form,
        criterion: &Criterion,
        now: &RawAnswers,
        all: bool,
        lang: Lang,
    ) -> Vec<Beside> {
        self.fields(&criterion.id, form.fields(criterion), now, all, lang)
    }

    /// The same for the questions about the unit.
    #[must_use]
    pub fn background(&self, form: &Form, now: &RawAnswers, lang: Lang) -> Vec<Beside> {
        self.fields(BACKGROUND, form.background.iter(), now, false, lang)
    }

    fn fields<'a>(
        &self,
        place: &str,
        fields: impl Iterator<Item = &'a Field>,
        now: &RawAnswers,
        all: bool,
        lang: Lang,
    ) -> Vec<Beside> {
        fields
            .filter(|field| field.kind != FieldKind::Evidence && field.explains.is_none())
            .filter(|field| all || field.prefill != Prefill::Never)
            .filter_map(|field| {
                Some(Beside {
                    shown: self.shown(place, field, lang)?,
                    change: self.change(place, field, now).map(|change| change.in_words(field, lang)),
                    same: self.is_same(place, field, now),
                })
            })
            .collect()
    }

    /// Last year's answer in words: as last year's form put it, or, when several were merged, as this year's does.
    fn shown(&self, place: &str, field: &Field, lang: Lang) -> Option<Shown> {
        let origins = self.route.origins(place, &field.id);
        let given: Vec<(&Field, &RawAnswers)> = origins
            .iter()
            .filter_map(|(criterion, old)| {
                let answers = self.answers.get(criterion)?;
                let said = answers.get(old).is_some_and(|raw| !says_nothing(raw));
                Some((self.old_field(criterion, old)?, answers)).filter(|_| said)
            })
            .collect();
        let (asked, answers) = match given.as_slice() {
            [] => return None,
            [only] => *only,
            _ => (field, self.carried.get(place)?),
        };
        let value = parse(asked, answers.get(&asked.id)?).ok().flatten();
        let shown = shown::one(asked, value.as_ref(), answers, lang);
        let label = shown::label(field, lang);
        Some(Shown { field: field.id.clone(), label, ..shown })
    }

    /// Last year's answers to what this year's criterion asks, by this year's field: as last year's form shows them, what
    /// another answer hid among them, or, when several were merged, as this year's does.
    pub(super) fn in_words(
        &self,
        form: &Form,
        criterion: &Criterion,
        reading: &Reading,
        lang: Lang,
    ) -> BTreeMap<String, Shown> {
        let version = Version { snapshot: &self.snapshot, form: &self.form };
        let mut read: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
        let mut found = BTreeMap::new();
        for field in form.fields(criterion).filter(|field| field.kind != FieldKind::Evidence) {
            if reading.hides_level && field.kind == FieldKind::Level {
                continue;
            }
            let mut origins = self.route.origins(&criterion.id, &field.id);
            origins.retain(|(old, id)| self.old_field(old, id).is_some());
            let shown = match origins.as_slice() {
                [] => None,
                [(old, id)] => {
                    let all = read
                        .entry(old.clone())
                        .or_insert_with(|| version.answers(old, reading, self.year - 1, lang));
                    all.iter().find(|one| one.field == *id).cloned()
                }
                _ => self.carried.get(&criterion.id).map(|raw| {
                    let value = raw.get(&field.id).and_then(|raw| parse(field, raw).ok().flatten());
                    shown::one(field, value.as_ref(), raw, lang)
                }),
            };
            if let Some(mut shown) = shown {
                let label = shown::label(field, lang);
                // A table is read under this year's heads, so that a column with another name is the same column.
                if field.kind == FieldKind::Table && shown.table.is_some() {
                    let raw = self.carried.get(&criterion.id).and_then(|raw| raw.get(&field.id));
                    let value = raw.and_then(|raw| parse(field, raw).ok().flatten());
                    shown.table = Table::of(field, value.as_ref(), lang).or(shown.table);
                }
                found.insert(field.id.clone(), Shown { field: field.id.clone(), label, ..shown });
            }
        }
        found
    }

    /// What was submitted last year of the criterion that is this one.
    pub(super) fn given(&self, criterion: &str) -> Option<&Given> {
        self.snapshot.criteria.get(&self.same_criterion(criterion)?)
    }

    fn old_field(&self, criterion: &str, id: &str) -> Option<&Field> {
        if criterion == BACKGROUND {
            return self.form.background.iter().find(|field| field.id == id);
        }
        self.form.fields(self.form.criterion(criterion)?).find(|field| field.id == id)
    }

    fn before(&self, place: &str, field: &Field) -> Option<Value> {
        parse(field, self.carried.get(place)?.get(&field.id)?).ok().flatten()
    }

    /// How a number has changed; nothing unless both years have one.
    #[must_use]
    pub fn change(&self, place: &str, field: &Field, now: &RawAnswers) -> Option<Change> {
        if !field.kind.is_number() || field.is_year() {
            return None;
        }
        match (self.before(place, field)?, parse(field, now.get(&field.id)?).ok().flatten()?) {
            (Value::Number(before), Value::Number(now)) => Some(Change { before, now }),
            _ => None,
        }
    }

    /// Whether this year's answer says what last year's says.
    fn is_same(&self, place: &str, field: &Field, now: &RawAnswers) -> bool {
        let now = now.get(&field.id).and_then(|raw| parse(field, raw).ok().flatten());
        now.is_some() && now == self.before(place, field)
    }

    /// Last year's answers to a criterion as this year's form takes them: what was typed, to stand beside this year's.
    #[must_use]
    pub fn typed(&self, criterion: &str) -> Option<&RawAnswers> {
        self.carried.get(criterion)
    }

    /// The cycle's year that the answers were given in.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The criterion that was the same last year, under whatever id; none for one that is new, split or merged.
    #[must_use]
    pub fn same_criterion(&self, criterion: &str) -> Option<String> {
        match self.route.fate(criterion) {
            Fate::Kept | Fate::Renamed => self.route.comes_from(criterion).pop(),
            Fate::Split | Fate::Merged | Fate::New => None,
        }
    }
}

impl Change {
    /// The rise or fall in per cent of last year's number, never negative; in percentage points for a share. None when
    /// there was nothing to rise from.
    #[must_use]
    pub fn size(&self, field: &Field) -> Option<Fraction> {
        let difference = (&self.now - &self.before).abs();
        if field.kind == FieldKind::Percent || difference.is_zero() {
            return Some(difference);
        }
        (!self.before.is_zero()).then(|| difference * whole(100) / self.before.abs())
    }

    /// Whether the form asks for a word of explanation.
    #[must_use]
    pub fn asks(&self, field: &Field) -> bool {
        let Some(limit) = &field.explain_change else { return false };
        self.size(field).is_none_or(|size| size > *limit)
    }

    /// `+12 (+15 %)`, `−3 procentenheter`, `oförändrat`; from nothing without per cent.
    #[must_use]
    pub fn in_words(&self, field: &Field, lang: Lang) -> String {
        let difference = &self.now - &self.before;
        if difference.is_zero() {
            return lang.t("oförändrat", "unchanged").to_owned();
        }
        let sign = if difference.is_negative() { '\u{2212}' } else { '+' };
        let shown = display_short(&difference.abs(), field.places);
        if field.kind == FieldKind::Percent {
            return format!("{sign}{shown}\u{a0}{}", lang.t("procentenheter", "percentage points"));
        }
        match self.size(field) {
            Some(share) => format!("{sign}{shown} ({sign}{}\u{a0}%)", display_short(&share, 0)),
            None => format!("{sign}{shown}"),
        }
    }
}

/// The questions that are answered as last year, joined by commas.
#[must_use]
pub fn same_labels(besides: &[Beside]) -> String {
    let same: Vec<&str> = besides.iter().filter(|one| one.same).map(|one| one.shown.label.as_str()).collect();
    same.join(", ")
}
