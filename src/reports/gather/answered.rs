//! The documents of a self-assessment's answers: of a submission from the submission itself, of a draft from what stands
//! in the form.

use std::collections::BTreeMap;

use super::answers::groups_of;
use crate::assessments::evidence::{self, shown_size};
use crate::assessments::progress::Entered;
use crate::assessments::snapshot::{self, Snapshot};
use crate::assessments::{BACKGROUND, Submission, code, store};
use crate::clock::{Moment, local_day};
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::problem::Problem;
use crate::reports::answers_report::{AnswersReport, AreaSoFar, Draft, File, Made, Submitted};
use crate::state::CaseState;
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
) -> Result<AnswersReport, Problem> {
    let snapshot = Snapshot::of(submission)?;
    let signed = crate::identity::store::person(db, &submission.submitted_by)?;
    let made = Made::Submitted(Submitted {
        number: submission.number,
        at: text::moment(submission.submitted_at, lang),
        by: signed.map(|person| person.name).unwrap_or_default(),
        late: submission.late,
        digest: submission.digest.clone(),
        code: code(&submission.digest),
    });
    Ok(AnswersReport {
        language: lang,
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
        year: case.year,
        form_version: form_version(form),
        date: local_day(submission.submitted_at),
        made,
        answers: groups_of(form, &snapshot, case.period(), |_| None, lang),
        files: files(form, &snapshot),
    })
}

/// The document of what stands in the form now; the caller has checked the right to read the whole self-assessment.
///
/// # Errors
/// `submitted` when the answers are submitted and not open for change: the submission has a document of its own. The
/// database cannot be read.
pub fn draft(
    db: &mut Db,
    form: &Form,
    case: &Case,
    now: Moment,
    lang: Lang,
) -> Result<AnswersReport, Problem> {
    let open = matches!(case.state, CaseState::Draft | CaseState::Returned);
    if !open && store::latest_submission(db, &case.id)?.is_some() {
        return Err(submitted(case));
    }
    let entered = store::entered(db, &case.id)?;
    let evidence = evidence::store::of_case(db, &case.id)?;
    let snapshot = Snapshot::read(&snapshot::content(case, form, &entered, &evidence)?)?;
    let (period, stage) =
        (case.period(), |criterion: &_| entered.criterion(form, criterion, case.period()).stage);
    let made = Made::Draft(Draft {
        at: text::moment(now, lang),
        due: open.then(|| text::moment(case.due(), lang)),
        areas: areas(form, &entered, period, lang),
        missing: missing(form, &entered, period, lang),
    });
    Ok(AnswersReport {
        language: lang,
        unit: case.unit.name.clone(),
        administration: case.unit.administration.name.clone(),
        year: case.year,
        form_version: form_version(form),
        date: local_day(now),
        made,
        answers: groups_of(form, &snapshot, period, |criterion| Some(stage(criterion)), lang),
        files: files(form, &snapshot),
    })
}

fn submitted(case: &Case) -> Problem {
    Problem::conflict(
        "submitted",
        "Svaren är inlämnade, så det finns inget utkast.",
        "The answers are submitted, so there is no draft.",
    )
    .way_out(
        "Hämta de inlämnade svaren som PDF på kvittots sida.",
        "Get the submitted answers as PDF on the page of the receipt.",
        format!("{}/kvitto", case.path()),
    )
}

/// `USVE 2026.1`.
fn form_version(form: &Form) -> String {
    format!("{} {}", form.id.to_uppercase(), form.version)
}

fn areas(form: &Form, entered: &Entered, period: i32, lang: Lang) -> Vec<AreaSoFar> {
    let progress = entered.areas(form, period);
    let named = form.areas.iter().zip(progress);
    named
        .map(|(area, progress)| AreaSoFar {
            name: format!("{} {}", area.id, area.title.get(lang)),
            done: progress.done,
            not_confirmed: progress.not_confirmed,
            of: progress.of,
        })
        .collect()
}

/// What stops submission, by place in the form's order.
fn missing(form: &Form, entered: &Entered, period: i32, lang: Lang) -> Vec<(String, Vec<String>)> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in entered.missing(form, period) {
        found.entry(finding.criterion).or_default().push(finding.message.get(lang).to_owned());
    }
    let places = [BACKGROUND].into_iter().chain(form.criteria().map(|(_, criterion)| criterion.id.as_str()));
    places
        .filter_map(|place| {
            let name = if place == BACKGROUND { lang.t("Bakgrund", "Background") } else { place };
            Some((name.to_owned(), found.remove(place)?))
        })
        .collect()
}

/// The evidence by criterion in the form's order.
fn files(form: &Form, snapshot: &Snapshot) -> Vec<File> {
    form.criteria()
        .filter_map(|(_, criterion)| Some((criterion, snapshot.criteria.get(&criterion.id)?)))
        .flat_map(|(criterion, given)| {
            given.evidence.iter().map(|file| File {
                criterion: criterion.id.clone(),
                name: file.name.clone(),
                size: file.size.map(shown_size).unwrap_or_default(),
                mark: file.mark(),
            })
        })
        .collect()
}
