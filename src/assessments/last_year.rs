//! What the unit submitted the year before, to read beside this year's fields.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::shown::{self, Shown};
use super::store;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::evaluate::evaluate;
use crate::forms::{Criterion, EvidenceCount, Form, RawAnswers};
use crate::problem::Problem;
use crate::text::Lang;

/// The submitted answers of the year before.
#[derive(Debug, Clone)]
pub struct LastYear {
    period: i32,
    criteria: BTreeMap<String, Submitted>,
}

#[derive(Debug, Clone, Deserialize)]
struct Submitted {
    answers: RawAnswers,
}

#[derive(Deserialize)]
struct Snapshot {
    criteria: BTreeMap<String, Submitted>,
}

/// What the case's unit submitted the year before; nothing in the first year. The caller has checked the right to this
/// year's assessment, which includes last year's answers of the same unit.
///
/// # Errors
/// The database cannot be read.
pub fn of(db: &mut Db, case: &Case) -> Result<Option<LastYear>, Problem> {
    let Some(content) = store::submitted_in(db, &case.unit.id, case.year - 1)? else { return Ok(None) };
    LastYear::read(&content, case.period() - 1).map(Some)
}

impl LastYear {
    /// Reads the content of a submission about the calendar year `period`.
    ///
    /// # Errors
    /// It is no submission.
    pub fn read(content: &str, period: i32) -> Result<LastYear, Problem> {
        let snapshot: Snapshot = serde_json::from_str(content).map_err(Problem::internal)?;
        Ok(LastYear { period, criteria: snapshot.criteria })
    }

    /// The answers of one criterion in words, read with this year's form; a field that it no longer has is left out.
    #[must_use]
    pub fn of(&self, form: &Form, criterion: &Criterion, lang: Lang) -> Vec<Shown> {
        let Some(submitted) = self.criteria.get(&criterion.id) else { return Vec::new() };
        let evaluated = evaluate(form, criterion, &submitted.answers, &EvidenceCount::new(), self.period);
        let mut shown = shown::answers(form, criterion, &submitted.answers, &evaluated, lang);
        shown.retain(|one| one.applies && one.value != "\u{2013}");
        shown
    }

    /// What was typed in the fields of a criterion, to stand beside this year's.
    #[must_use]
    pub fn typed(&self, criterion: &str) -> Option<&RawAnswers> {
        self.criteria.get(criterion).map(|submitted| &submitted.answers)
    }

    /// The cycle's year that the answers were given in.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.period + 1
    }
}
