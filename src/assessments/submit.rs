//! The head signs and submits: a snapshot that never changes again.

use serde_json::json;

use super::rules::Finding;
use super::{Submission, editable, evidence, receipt, snapshot, store};
use crate::cycles::calendar::Dates;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, sha256};
use crate::problem::{FieldError, Problem};

/// Submits the self-assessment: from draft, or after completion.
///
/// # Errors
/// `incomplete` with every missing thing, `deadline_passed` after the shown hour plus grace, and the refusals of rights
/// and states. Nothing typed is lost by any of them.
pub fn submit(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    dates: &Dates,
    case: &CaseId,
) -> Result<Submission, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    standing.require(&case.reference(), Object::Assessment, Deed::Submit)?;
    editable::check_form(&case, form)?;
    if act.now > dates.last_moment(case.due()) {
        return Err(deadline_passed(&case));
    }
    let entered = store::entered(act.db, &case.id)?;
    let missing = entered.missing(form, case.period());
    if !missing.is_empty() {
        return Err(incomplete(&case, missing));
    }
    let evidence = evidence::store::of_case(act.db, &case.id)?;
    let content = snapshot::content(&case, form, &entered, &evidence)?;
    let submission = Submission {
        id: act.id(),
        number: store::latest_submission(act.db, &case.id)?.map_or(0, |latest| latest.number) + 1,
        digest: sha256(content.as_bytes()),
        content,
        late: act.now > case.due(),
        submitted_by: standing.id().clone(),
        submitted_at: act.now,
    };
    store::add_submission(act, &case.id, &submission)?;
    transition::enter(
        act,
        &case.id,
        Move {
            act: "submit",
            from: case.state,
            to: CaseState::Submitted,
            actor: Some(standing.id()),
            reason: None,
            detail: json!({ "number": submission.number, "digest": submission.digest, "late": submission.late }),
        },
    )?;
    receipt::order(act, standing, &case, &submission)?;
    Ok(submission)
}

fn incomplete(case: &Case, missing: Vec<Finding>) -> Problem {
    let count = missing.len();
    Problem::invalid(
        "incomplete",
        format!("{count} saker saknas innan ni kan lämna in."),
        format!("{count} things are missing before you can submit."),
    )
    .way_out(
        "Gå igenom listan. Allt ni har skrivit är sparat.",
        "Go through the list. All you wrote is saved.",
        format!("{}/lamna-in", case.path()),
    )
    .with_errors(missing.into_iter().map(FieldError::from).collect())
}

fn deadline_passed(case: &Case) -> Problem {
    use crate::text::{Lang, moment};
    Problem::conflict(
        "deadline_passed",
        format!("Inlämningen stängde {}. Det ni har skrivit är sparat.", moment(case.due(), Lang::Sv)),
        format!("Submission closed on {}. What you have written is saved.", moment(case.due(), Lang::En)),
    )
    .way_out(
        "Begär förlängning av samordnaren.",
        "Ask the coordinator for more time.",
        format!("{}/forlangning", case.path()),
    )
}
