//! The document of one submission, from the submission itself.

use super::answers::groups_of;
use crate::assessments::evidence::shown_size;
use crate::assessments::snapshot::Snapshot;
use crate::assessments::{Submission, code};
use crate::clock::local_day;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::problem::Problem;
use crate::reports::submission_report::{File, SubmissionReport};
use crate::text::{self, Lang};

/// The document of a submission; the caller has checked the right to read the whole self-assessment.
///
/// # Errors
/// The database cannot be read.
pub fn submission(
    db: &mut Db,
    form: &Form,
    case: &Case,
    submission: &Submission,
    lang: Lang,
) -> Result<SubmissionReport, Problem> {
    let snapshot = Snapshot::of(submission)?;
    let signed = crate::identity::store::person(db, &submission.submitted_by)?;
    let files = form
        .criteria()
        .filter_map(|(_, criterion)| Some((criterion, snapshot.criteria.get(&criterion.id)?)))
        .flat_map(|(criterion, given)| {
            given.evidence.iter().map(|file| File {
                criterion: criterion.id.clone(),
                name: file.name.clone(),
                size: file.size.map(shown_size).unwrap_or_default(),
                mark: file.mark(),
            })
        })
        .collect();
    Ok(SubmissionReport {
        language: lang,
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
        year: case.year,
        form_version: format!("{} {}", form.id.to_uppercase(), form.version),
        number: submission.number,
        date: local_day(submission.submitted_at),
        submitted_at: text::moment(submission.submitted_at, lang),
        submitted_by: signed.map(|person| person.name).unwrap_or_default(),
        late: submission.late,
        digest: submission.digest.clone(),
        code: code(&submission.digest),
        answers: groups_of(form, &snapshot, case.period(), lang),
        files,
    })
}
