//! The receipt of a submission: who signed what and when, and the answers as PDF.
//!
//! Invariants: the PDF is made once in each language by a job, outside the act that submits, and kept by its digest; the
//! mail with it goes to the head who submitted and to nobody else, and leaves without it when it cannot be made.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Submission, store};
use crate::clock::Moment;
use crate::cycles::Case;
use crate::db::{Act, Db};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, PersonId, SubmissionId};
use crate::jobs::{self, Work};
use crate::notify::{self, Attachment, Kind, Mail};
use crate::problem::Problem;
use crate::text::Lang;

/// How long the mail waits for its document; after that it leaves without.
const PATIENCE: TimeDelta = TimeDelta::hours(1);

/// What the job that makes the documents is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The submission.
    pub submission: SubmissionId,
}

/// A submission without its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Identifier.
    pub id: SubmissionId,
    /// Counts from 1.
    pub number: i32,
    /// SHA-256 of the answers as they were submitted.
    pub digest: String,
    /// Whether it came in the grace after the shown hour.
    pub late: bool,
    /// Who signed it.
    pub submitted_by: PersonId,
    /// When.
    pub submitted_at: Moment,
}

impl Receipt {
    /// The code that tells versions apart on paper.
    #[must_use]
    pub fn code(&self) -> String {
        super::code(&self.digest)
    }
}

/// Orders the documents of a submission, and the mail that waits for them.
pub(super) fn order(
    act: &mut Act<'_>,
    standing: &Standing,
    case: &Case,
    submission: &Submission,
) -> Result<(), Problem> {
    let mail = Mail {
        to: standing.id().clone(),
        kind: Kind::Submitted,
        about: Some(case.unit.name.clone()),
        path: format!("{}/kvitto", case.path()),
        due: None,
        attachment: None,
        dedupe: key(&submission.id),
    };
    let until = act.now + PATIENCE;
    notify::enqueue_held(act, mail, until)?;
    let work = Work::IssueReceipt(Order { submission: submission.id.clone() });
    let now = act.now;
    jobs::enqueue(act, &work, &format!("issue_receipt:{}", submission.id), now)
}

fn key(submission: &SubmissionId) -> String {
    format!("submitted:{submission}")
}

/// The submission that an order is about, and its case: for the job alone.
///
/// # Errors
/// [`Problem::not_found`].
pub fn ordered(db: &mut Db, order: &Order) -> Result<(CaseId, Submission), Problem> {
    store::submission_by_id(db, &order.submission)
}

/// Keeps the documents that the job has made, and lets the mail leave with the one in its receiver's language. Done
/// again, it changes nothing.
///
/// # Errors
/// The database cannot be written.
pub fn keep(
    act: &mut Act<'_>,
    case: &Case,
    submission: &Submission,
    made: &[(Lang, Vec<u8>)],
) -> Result<(), Problem> {
    let receiver = crate::identity::store::person(act.db, &submission.submitted_by)?;
    let reads = receiver.map(|person| person.language).unwrap_or_default();
    for (language, bytes) in made {
        let digest = store::add_document(act, &submission.id, *language, bytes)?;
        if *language == reads {
            let name = file_name(case, submission.number, *language);
            let attachment = Attachment { name, digest };
            notify::release(act, &key(&submission.id), attachment, submission.submitted_at)?;
        }
    }
    Ok(())
}

/// The name of the file: `usve-kardiologi-2026-svar-1-sv.pdf`.
#[must_use]
pub fn file_name(case: &Case, number: i32, language: Lang) -> String {
    format!("usve-{}-{}-svar-{number}-{}.pdf", case.unit.slug, case.year, language.tag())
}

/// Every submission of a case, newest first, without its answers.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the self-assessment.
pub fn of_case(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Receipt>, Problem> {
    standing.require(&case.reference(), Object::Assessment, Deed::Read)?;
    store::receipts(db, &case.id)
}

/// One submission of a case by its number, or the newest.
///
/// # Errors
/// [`Problem::not_found`] for who may not read the self-assessment, and when there is none.
pub fn submission(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    number: Option<i32>,
) -> Result<Submission, Problem> {
    standing.require(&case.reference(), Object::Assessment, Deed::Read)?;
    match number {
        Some(number) => store::submission(db, &case.id, number),
        None => store::latest_submission(db, &case.id)?.ok_or_else(Problem::not_found),
    }
}

/// The name of a draft's file: `usve-kardiologi-2026-utkast-sv.pdf`.
#[must_use]
pub fn draft_name(case: &Case, language: Lang) -> String {
    format!("usve-{}-{}-utkast-{}.pdf", case.unit.slug, case.year, language.tag())
}

/// The kept document of a submission in a language; none while the job is not done. The caller has checked the right.
///
/// # Errors
/// The database cannot be read.
pub fn document(db: &mut Db, submission: &SubmissionId, language: Lang) -> Result<Option<Vec<u8>>, Problem> {
    store::document(db, submission, language)
}
