//! Saves what was chosen out of a workbook: every chosen criterion, or none.

use super::plan::Plan;
use super::{Proposal, plan_for};
use crate::assessments::progress::Entered;
use crate::assessments::save_answer::{Save, save_answer};
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::{Form, RawAnswers};
use crate::identity::standing::Standing;
use crate::ids::CaseId;
use crate::problem::{FieldError, Problem};
use crate::text::{Lang, Text};

/// What is chosen in one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The criterion, or the background.
    pub criterion: String,
    /// The version that was shown beside it.
    pub seen: i32,
    /// The chosen answers; the others stay as they are.
    pub fields: RawAnswers,
}

/// Saves what was chosen, each criterion as a save of its own over the version that was shown, all in one act: a
/// criterion that somebody else has saved since stops the rest, so that what is kept is what was shown.
///
/// # Errors
/// Those of [`save_answer`].
pub fn take(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    chosen: &[Chosen],
) -> Result<(), Problem> {
    for one in chosen {
        let save = Save { criterion: &one.criterion, fields: one.fields.clone(), seen: one.seen };
        save_answer(act, standing, form, case, save)?;
    }
    Ok(())
}

/// The version of all answers of a case together: it grows with every save of any of them.
#[must_use]
pub fn version_of_all(entered: &Entered) -> i32 {
    entered.answers.values().map(|answer| answer.version).fold(0, i32::saturating_add)
}

/// Saves, out of a workbook, what is suggested or what is named by JSON pointer (`/A1/meetings_held`), over the version of
/// all answers that was read. Gives the plan as it was, and the pointers of what was saved.
///
/// # Errors
/// [`Problem::stale`] when anything was saved since; `unknown_pointer` for one that changes nothing; those of [`take`].
pub fn out_of(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
    proposals: &[Proposal],
    (seen, wanted): (i32, Option<&[String]>),
    lang: Lang,
) -> Result<(Plan, Vec<String>), Problem> {
    cycles::store::claim(act, &case.id, &[CaseState::Draft, CaseState::Returned])?;
    let (plan, entered) = plan_for(act.db, standing, form, case, proposals, lang)?;
    if version_of_all(&entered) != seen {
        return Err(Problem::stale());
    }
    let (mut chosen, mut taken) = (Vec::new(), Vec::new());
    for criterion in &plan.criteria {
        let mut fields = RawAnswers::new();
        for change in &criterion.changes {
            let pointer = pointer(&criterion.criterion, &change.field);
            if wanted.map_or(change.suggested, |wanted| wanted.contains(&pointer)) {
                fields.insert(change.field.clone(), change.new.clone());
                taken.push(pointer);
            }
        }
        if !fields.is_empty() {
            let (criterion, seen) = (criterion.criterion.clone(), criterion.version);
            chosen.push(Chosen { criterion, seen, fields });
        }
    }
    let unknown: Vec<FieldError> = wanted
        .unwrap_or_default()
        .iter()
        .filter(|pointer| !taken.contains(pointer))
        .map(|pointer| FieldError {
            pointer: pointer.clone(),
            code: "unknown_pointer".to_owned(),
            message: Text::new("Här skiljer sig inget.", "Nothing differs here."),
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Problem::invalid(
            "unknown_pointer",
            "Några av de valda svaren skiljer sig inte.",
            "Some of the chosen answers do not differ.",
        )
        .with_errors(unknown));
    }
    take(act, standing, form, &case.id, &chosen)?;
    Ok((plan, taken))
}

/// Where an answer is, as a JSON pointer into the case.
#[must_use]
pub fn pointer(criterion: &str, field: &str) -> String {
    format!("/{criterion}/{field}")
}
