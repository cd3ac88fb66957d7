//! The seal of a locked review: the commitment that its lock writes into the log, its opening when the reviews are
//! compared, and the proof that scores and reasons are what they were.
//!
//! Invariants: the commitment covers the first scores and their reasons, which no later act changes; a revision and a
//! correction stand beside them. The salt enters the log only when the review may be read by others.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::history_store::{SavedVersion, newest_versions};
use super::seal_store::{self, Sealed};
use super::store;
use super::{Assignment, Scored};
use crate::audit::{self, Entry};
use crate::cycles::transition;
use crate::db::{Act, Db};
use crate::identity::standing::Party;
use crate::ids::{AssignmentId, CaseId, sha256};
use crate::problem::Problem;

/// The entry of a lock, with the commitment.
pub(super) const LOCKED: &str = "lock_review";
/// The entry that opens commitments, with their salts.
const OPENED: &str = "open_seals";
/// Reviews that are proved at a time.
const AT_ONCE: usize = 100;

/// The commitment of a locked review: SHA-256 over JSON with sorted keys of the seat, its scores and reasons, and the
/// salt. Anybody who is shown these can compute it again.
///
/// # Errors
/// [`Problem::internal`] when the scores cannot be written as JSON.
pub fn commitment(seat: &AssignmentId, scores: &[Scored], salt: &str) -> Result<String, Problem> {
    #[derive(Serialize)]
    struct Given<'a> {
        reason: &'a str,
        score: &'a str,
    }
    #[derive(Serialize)]
    struct Committed<'a> {
        assignment: &'a str,
        criteria: BTreeMap<&'a str, Given<'a>>,
        salt: &'a str,
    }
    let criteria = scores
        .iter()
        .filter_map(|scored| {
            let score = scored.first.as_ref()?.as_str();
            Some((scored.criterion.as_str(), Given { reason: &scored.reason, score }))
        })
        .collect();
    let committed = Committed { assignment: seat.as_str(), criteria, salt };
    Ok(sha256(serde_json::to_string(&committed).map_err(Problem::internal)?.as_bytes()))
}

/// What the log keeps of a lock.
pub(super) fn locked(seat: &Assignment, commitment: &str) -> Json {
    json!({ "assignment": seat.id, "party": seat.party, "commitment": commitment })
}

/// Opens the commitments of reviews that others may read from now on.
pub(super) fn open(act: &mut Act<'_>, case: &CaseId, seats: &[&Assignment]) -> Result<(), Problem> {
    let opened: Vec<Json> = seats
        .iter()
        .map(|seat| {
            json!({ "assignment": seat.id, "party": seat.party, "commitment": seat.commitment, "salt": seat.salt })
        })
        .collect();
    transition::note(act, case, None, OPENED, json!({ "opened": opened }))
}

/// A review that is not what its lock sealed. It tells where, and never what was scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The unit's short name.
    pub unit: String,
    /// The cycle's year.
    pub year: i32,
    /// Whose seat; none for a lock in the log without a review.
    pub party: Option<Party>,
    /// The seat.
    pub assignment: String,
    /// In words.
    pub what: &'static str,
}

/// What proving every sealed review gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// How many were recomputed.
    pub reviews: usize,
    /// Those that do not agree, in the order of unit and year; an empty list is the only good answer.
    pub broken: Vec<Broken>,
}

/// What the log says of one seat.
#[derive(Default)]
struct Logged {
    case: String,
    commitment: Option<String>,
    opened: Option<(Option<String>, Option<String>)>,
}

/// Recomputes the commitment of every locked review, those of ended seats too, and compares it with the seat, the log and
/// the history of its scores.
///
/// # Errors
/// The database cannot be read.
pub fn verify(db: &mut Db) -> Result<Proof, Problem> {
    let mut logged = read_log(&audit::entries_of_acts(db, &[LOCKED, OPENED])?);
    let seats = seal_store::sealed(db)?;
    let mut locked: HashMap<&CaseId, usize> = HashMap::new();
    for sealed in seats.iter().filter(|sealed| !sealed.ended && sealed.seat.party != Party::Further) {
        *locked.entry(&sealed.seat.case_id).or_default() += 1;
    }
    let mut proof = Proof { reviews: seats.len(), broken: Vec::new() };
    for some in seats.chunks(AT_ONCE) {
        let ids: Vec<AssignmentId> = some.iter().map(|sealed| sealed.seat.id.clone()).collect();
        let mut scores = by_seat(store::scores(db, &ids)?, |scored| &scored.assignment_id);
        let mut kept = by_seat(newest_versions(db, &ids)?, |version| &version.assignment_id);
        for sealed in some {
            let id = &sealed.seat.id;
            let log = logged.remove(id.as_str()).unwrap_or_default();
            let scores = scores.remove(id).unwrap_or_default();
            let kept = kept.remove(id).unwrap_or_default();
            let compared = sealed.seat.party == Party::Further
                || (!sealed.ended && locked.get(&sealed.seat.case_id) == Some(&2));
            for what in faults(sealed, &scores, &kept, &log, compared)? {
                proof.broken.push(Broken {
                    unit: sealed.unit.clone(),
                    year: sealed.year,
                    party: Some(sealed.seat.party),
                    assignment: id.to_string(),
                    what,
                });
            }
        }
    }
    for (assignment, log) in logged {
        let (unit, year) = seal_store::case_in_words(db, &log.case)?.unwrap_or_default();
        let what = "the log tells of a lock, and there is no locked review";
        proof.broken.push(Broken { unit, year, party: None, assignment, what });
    }
    proof.broken.sort_by(|one, other| {
        (&one.unit, one.year, &one.assignment).cmp(&(&other.unit, other.year, &other.assignment))
    });
    Ok(proof)
}

/// What does not agree about one review. `compared` tells whether it must have been opened.
fn faults(
    sealed: &Sealed,
    scores: &[Scored],
    kept: &[SavedVersion],
    log: &Logged,
    compared: bool,
) -> Result<Vec<&'static str>, Problem> {
    let seat = &sealed.seat;
    let mut faults = Vec::new();
    let recomputed = commitment(&seat.id, scores, seat.salt.as_deref().unwrap_or_default())?;
    if log.commitment.is_none() || log.case != seat.case_id.as_str() {
        faults.push("the log does not tell of its lock");
    } else if log.commitment != seat.commitment {
        faults.push("its commitment is not the one in the log");
    }
    match &log.opened {
        Some((commitment, salt)) if *commitment != seat.commitment || *salt != seat.salt => {
            faults.push("its commitment or salt is not what the log opened");
        }
        None if compared => {
            faults.push("the log has not opened its commitment, although the reviews are compared");
        }
        _ => {}
    }
    let named = log.commitment.as_ref().or(seat.commitment.as_ref());
    if named != Some(&recomputed) {
        faults.push("its scores, reasons or salt do not give its commitment");
    }
    let same = |scored: &Scored| {
        let version = kept.iter().find(|version| version.criterion == scored.criterion);
        version.is_some_and(|version| version.first == scored.first && version.reason == scored.reason)
    };
    if kept.len() != scores.len() || !scores.iter().all(same) {
        faults.push("its scores or reasons are not the newest in their history");
    }
    Ok(faults)
}

fn by_seat<T>(all: Vec<T>, of: impl Fn(&T) -> &AssignmentId) -> HashMap<AssignmentId, Vec<T>> {
    let mut found: HashMap<AssignmentId, Vec<T>> = HashMap::new();
    for one in all {
        found.entry(of(&one).clone()).or_default().push(one);
    }
    found
}

/// The locks and openings of the log by seat; the newest opening counts, since a new pair opens both again.
fn read_log(entries: &[Entry]) -> HashMap<String, Logged> {
    let mut logged: HashMap<String, Logged> = HashMap::new();
    for entry in entries {
        let detail: Json = serde_json::from_str(&entry.detail).unwrap_or_default();
        let word = |of: &Json, name: &str| of.get(name).and_then(Json::as_str).map(str::to_owned);
        if entry.act == LOCKED {
            let Some(seat) = word(&detail, "assignment") else { continue };
            let one = logged.entry(seat).or_default();
            one.case.clone_from(&entry.chain);
            one.commitment = word(&detail, "commitment");
            continue;
        }
        for opened in detail.get("opened").and_then(Json::as_array).into_iter().flatten() {
            let Some(seat) = word(opened, "assignment") else { continue };
            let one = logged.entry(seat).or_default();
            one.case.clone_from(&entry.chain);
            one.opened = Some((word(opened, "commitment"), word(opened, "salt")));
        }
    }
    logged
}
