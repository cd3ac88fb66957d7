//! What a scanner said of a file.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Scan, store};
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::files::Verdict;
use crate::identity::store::heads_of;
use crate::notify::Kind;
use crate::problem::Problem;

/// Notes what a scanner said; a file that was stopped is told of to whoever added it and to the unit's head. Noted
/// again, it changes nothing.
///
/// # Errors
/// The database cannot be written.
pub fn note(act: &mut Act<'_>, stored_as: &str, verdict: &Verdict) -> Result<(), Problem> {
    let to = match verdict {
        Verdict::Clean => Scan::Clean,
        Verdict::Infected(_) => Scan::Infected,
    };
    let noted = store::set_scan(act, stored_as, &[Scan::Waiting, Scan::Unscanned], to)?;
    let Verdict::Infected(found) = verdict else { return Ok(()) };
    if !noted {
        return Ok(());
    }
    for (case, criterion, file, added_by) in store::uses(act.db, stored_as)? {
        let case = cycles::store::claim(act, &case, CaseState::ALL)?;
        let detail = json!({ "criterion": criterion, "file": file, "found": found });
        transition::note(act, &case.id, None, "stop_evidence", detail)?;
        let mut people: BTreeSet<_> = heads_of(act.db, &case.unit.id)?.into_iter().collect();
        people.insert(added_by);
        let path = format!("{}/underlag", case.path());
        recipients::tell(act, &case, people, &Kind::EvidenceStopped, &path, None, stored_as)?;
    }
    Ok(())
}

/// Lets a file go that waits for a scanner where there is none any longer: it is served as one that was never scanned.
///
/// # Errors
/// The database cannot be written.
pub fn let_go(act: &mut Act<'_>, stored_as: &str) -> Result<(), Problem> {
    store::set_scan(act, stored_as, &[Scan::Waiting], Scan::Unscanned).map(drop)
}
