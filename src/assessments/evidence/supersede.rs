//! After the submission: a newer version beside a submitted piece, which stays as it was.

use super::add::{self, Added, NewFile};
use super::{Limits, What, store};
use crate::assessments::editable;
use crate::cycles;
use crate::cycles::state::CaseState;
use crate::db::Act;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::ids::{CaseId, EvidenceId};
use crate::problem::Problem;

/// From the submission until the result is fixed.
const STATES: [CaseState; 7] = [
    CaseState::Submitted,
    CaseState::Assigned,
    CaseState::Scoring,
    CaseState::Settling,
    CaseState::Further,
    CaseState::FactCheck,
    CaseState::Commented,
];

/// Adds a newer version of a submitted file. Both stay readable, and the newer says that it came later.
///
/// # Errors
/// `superseded` when there is a newer version already, `same_file` when the bytes are the same, and the refusals of
/// rights, states, the unit's room and the scanner.
pub fn supersede(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    id: &EvidenceId,
    file: &NewFile,
    limits: Limits,
) -> Result<Added, Problem> {
    let case = cycles::store::claim(act, case, &STATES)?;
    let reference = case.reference();
    if !standing.may(&reference, Object::LaterEvidence, Deed::Write) {
        standing.require(&reference, Object::Assessment, Deed::Read)?;
        return Err(Problem::forbidden());
    }
    let pieces = store::of_case(act.db, &case.id)?;
    let older = pieces.iter().find(|piece| piece.id == *id).ok_or_else(Problem::not_found)?;
    let (area, _) =
        form.criteria().find(|(_, known)| known.id == older.criterion).ok_or_else(Problem::not_found)?;
    editable::require_area(standing, &case, &area.id)?;
    let Some(stored) = older.file() else { return Err(Problem::not_found()) };
    if pieces.iter().any(|piece| piece.supersedes.as_ref() == Some(id)) {
        return Err(Problem::conflict(
            "superseded",
            "Filen har redan en nyare version. Ersätt den i stället.",
            "The file has a newer version already. Supersede that one instead.",
        ));
    }
    if stored.sha256 == file.sha256 {
        return Err(Problem::conflict(
            "same_file",
            "Filen är exakt densamma som den ni lämnade in.",
            "The file is exactly the one that you submitted.",
        ));
    }
    let (stored, keeps_bytes) = add::take(act, &case, file, limits)?;
    let mut evidence = add::piece(act, standing, &older.criterion, file.name.clone(), What::File(stored));
    evidence.details = older.details.clone();
    evidence.supersedes = Some(id.clone());
    add::enter(act, &case, &evidence, "supersede_evidence")?;
    Ok(Added { evidence, keeps_bytes })
}
