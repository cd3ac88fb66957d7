//! A reviewer locks the own review. When both of the pair have, the settlement begins.

use std::collections::BTreeMap;

use serde_json::json;

use super::judgements::Said;
use super::open_fact_check::open_fact_check;
use super::{Assignment, Score, Scored, score, seal, store};
use crate::assessments;
use crate::cycles::recipients;
use crate::cycles::state::CaseState;
use crate::cycles::transition::{self, Move};
use crate::cycles::{self, Case};
use crate::db::{Act, Db};
use crate::forms::answer::characters;
use crate::forms::{Criterion, Form};
use crate::identity::standing::{Party, Standing};
use crate::ids::CaseId;
use crate::notify::Kind;
use crate::number::whole;
use crate::problem::{FieldError, Problem};
use crate::text::Text;

/// Locks the own review: the commitment is made and nothing in it changes again.
///
/// # Errors
/// `review_incomplete` with every missing score and reason; the review is locked already.
pub fn lock(act: &mut Act<'_>, standing: &Standing, form: &Form, case: &CaseId) -> Result<Case, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Scoring, CaseState::Further])?;
    let seat = score::open_seat(act, standing, form, &case)?;
    let said = Said::load(act.db, &case)?;
    let missing = missing(act.db, form, &case, &said, &seat)?;
    if !missing.is_empty() {
        return Err(Problem::invalid(
            "review_incomplete",
            format!("{} saker saknas innan granskningen kan låsas.", missing.len()),
            format!("{} things are missing before the review can be locked.", missing.len()),
        )
        .with_errors(missing));
    }
    let scores: Vec<Scored> = store::scores(act.db, std::slice::from_ref(&seat.id))?;
    let salt = act.secret();
    let commitment = seal::commitment(&seat.id, &scores, &salt)?;
    if !store::lock(act, &seat.id, &commitment, &salt)? {
        return Err(Problem::not_found());
    }
    let detail = seal::locked(&seat, &commitment);
    transition::note(act, &case.id, Some(standing.id()), seal::LOCKED, detail)?;
    let said = Said::load(act.db, &case)?;
    if seat.party == Party::Further {
        // The pair has locked before: it is compared at once.
        seal::open(act, &case.id, &said.seats.iter().filter(|one| one.id == seat.id).collect::<Vec<_>>())?;
        return after_further(act, standing, form, &case, &said, &seat);
    }
    if !said.both_locked() {
        return Ok(case);
    }
    let asked = Move {
        act: "both_locked",
        from: CaseState::Scoring,
        to: CaseState::Settling,
        actor: Some(standing.id()),
        reason: None,
        detail: json!({}),
    };
    let case = transition::enter(act, &case.id, asked)?;
    let due = cycles::calendar::end_of(cycles::store::cycle(act.db, case.year)?.dates.settle);
    let pair: Vec<&Assignment> = said.seats.iter().filter(|seat| seat.party != Party::Further).collect();
    seal::open(act, &case.id, &pair)?;
    let pair: Vec<_> = said.seats.iter().map(|seat| seat.person_id.clone()).collect();
    let path = format!("{}/samsyn", case.review_path());
    recipients::tell(act, &case, pair, &Kind::BothLocked, &path, Some(due), seat.id.as_str())?;
    Ok(case)
}

/// After a further reviewer's lock: on to the fact check when nothing waits any more, else the coordinator is told.
fn after_further(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &Case,
    said: &Said,
    seat: &Assignment,
) -> Result<Case, Problem> {
    if said.is_settled(form)? {
        return open_fact_check(act, case, standing.id());
    }
    recipients::tell_coordinators(act, case, &format!("further_locked:{}", seat.id))?;
    Ok(case.clone())
}

/// What is missing before a review can be locked, with JSON pointers such as `/E2/reason`.
///
/// # Errors
/// The database cannot be read.
pub fn missing(
    db: &mut Db,
    form: &Form,
    case: &Case,
    said: &Said,
    seat: &Assignment,
) -> Result<Vec<FieldError>, Problem> {
    let only = (seat.party == Party::Further)
        .then(|| store::further_criteria(db, std::slice::from_ref(&seat.id)))
        .transpose()?;
    let checks = minimum_checks(db, case)?;
    let mut errors = Vec::new();
    for (_, criterion) in form.criteria() {
        let asked = only.as_ref().is_none_or(|only| only.iter().any(|(_, id)| *id == criterion.id));
        if !asked || said.not_applicable.contains(&criterion.id) {
            continue;
        }
        let given = said.score(seat, &criterion.id);
        match given.and_then(|given| given.first) {
            // Where the unit left nothing, a reviewer may leave it too (scoring model 7.3).
            None if said.unanswered.contains(&criterion.id) => {}
            None => errors.push(error(
                criterion,
                "score",
                "missing",
                "Sätt en nivå eller K.",
                "Set a level or K.",
            )),
            Some(Score::NotApplicable) => errors.push(error(
                criterion,
                "score",
                "undecided",
                "Samordnaren har inte godkänt att kriteriet inte är tillämpligt.",
                "The coordinator has not approved that the criterion does not apply.",
            )),
            Some(score) => {
                let reason = given.map_or("", |given| given.reason.as_str());
                let against = checks.get(&criterion.id) == Some(&false);
                errors.extend(check_reason(form, criterion, score, reason, against));
            }
        }
    }
    Ok(errors)
}

/// Whether a score needs a reason: K, NA, the levels that the form names, and a level that the automatic check of a
/// minimum speaks against (scoring model 7.2).
#[must_use]
pub fn needs_reason(form: &Form, criterion: &Criterion, score: Score, fails_check: bool) -> bool {
    let rules = &form.rules;
    score.level().is_none_or(|level| {
        let number = level.number();
        let against = fails_check && criterion.minimum && whole(i64::from(number)) >= rules.minimum_level;
        against || rules.reason_levels.contains(&number)
    })
}

/// Refuses a reason that is too short where one is needed, and one that is too long (scoring model 7.2).
fn check_reason(
    form: &Form,
    criterion: &Criterion,
    score: Score,
    reason: &str,
    fails_check: bool,
) -> Option<FieldError> {
    let rules = &form.rules;
    let length = characters(reason);
    let needed = needs_reason(form, criterion, score, fails_check);
    if needed && length < rules.reason_shortest {
        return Some(error(
            criterion,
            "reason",
            "reason_too_short",
            &format!("Motivera med minst {} tecken.", rules.reason_shortest),
            &format!("Give a reason of at least {} characters.", rules.reason_shortest),
        ));
    }
    (length > rules.reason_longest).then(|| {
        error(
            criterion,
            "reason",
            "reason_too_long",
            &format!("Korta till högst {} tecken.", rules.reason_longest),
            &format!("Shorten to at most {} characters.", rules.reason_longest),
        )
    })
}

fn error(criterion: &Criterion, part: &str, code: &str, sv: &str, en: &str) -> FieldError {
    FieldError {
        pointer: format!("/{}/{part}", criterion.id),
        code: code.to_owned(),
        message: Text::new(sv, en),
    }
}

/// The automatic check of each minimum, as the submitted answers gave it (scoring model 7.4); criteria whose answers
/// do not tell are left out.
///
/// # Errors
/// The database cannot be read.
pub fn minimum_checks(db: &mut Db, case: &Case) -> Result<BTreeMap<String, bool>, Problem> {
    let Some(submission) = assessments::store::latest_submission(db, &case.id)? else {
        return Ok(BTreeMap::new());
    };
    let content: serde_json::Value = serde_json::from_str(&submission.content).map_err(Problem::internal)?;
    let criteria = content.get("criteria").and_then(serde_json::Value::as_object);
    Ok(criteria
        .into_iter()
        .flatten()
        .filter_map(|(id, answered)| Some((id.clone(), answered.get("minimum_check")?.as_bool()?)))
        .collect())
}
