//! What pages read of reviews; rights are checked here, and a list takes the same few queries for any number of cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::conflict::{self, Declaration};
use super::judgements::{self, Said};
use super::pairing::facts::Reviewer;
use super::pairing::{self, costs, rules};
use super::{Assignment, JointSummary, Message, Scored, further, lock, store};
use crate::clock::Moment;
use crate::cycles::state::Phase;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Stage, Standing};
use crate::identity::{Person, store as people};
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::problem::{FieldError, Problem};
use crate::scoring::settle::Settlement;
use crate::text::Text;

/// The reader's own review.
#[derive(Debug, Clone)]
pub struct OwnReview {
    /// The seat.
    pub seat: Assignment,
    /// The criteria to score, in the form's order: those that apply, or for a further reviewer those that were sent.
    pub criteria: Vec<String>,
    /// What has been said so far, by criterion.
    pub scores: BTreeMap<String, Scored>,
    /// The automatic check of each minimum whose answers tell (scoring model 7.4).
    pub minimum_checks: BTreeMap<String, bool>,
    /// What is missing before the review can be locked; empty once it is.
    pub missing: Vec<FieldError>,
}

/// The reader's own review.
///
/// # Errors
/// [`Problem::not_found`] for who has no seat, or has not declared.
pub fn own_review(db: &mut Db, standing: &Standing, form: &Form, case: &Case) -> Result<OwnReview, Problem> {
    let further = standing.seat(&case.id).is_some_and(|seat| seat.party == Party::Further);
    let object = if further { Object::FurtherReview } else { Object::OwnReview };
    standing.require(&case.reference(), object, Deed::Read)?;
    judgements::check_form(form, case)?;
    let seat = store::seat(db, &case.id, standing.id())?;
    let said = Said::load(db, case)?;
    let only: Vec<String> = store::further_criteria(db, std::slice::from_ref(&seat.id))?
        .into_iter()
        .map(|(_, criterion)| criterion)
        .collect();
    let asked = |id: &String| if further { only.contains(id) } else { !said.not_applicable.contains(id) };
    let missing =
        if seat.locked_at.is_none() { lock::missing(db, form, case, &said, &seat)? } else { Vec::new() };
    let own = store::scores(db, std::slice::from_ref(&seat.id))?;
    Ok(OwnReview {
        criteria: form.criteria().map(|(_, criterion)| criterion.id.clone()).filter(asked).collect(),
        scores: own.into_iter().map(|scored| (scored.criterion.clone(), scored)).collect(),
        minimum_checks: lock::minimum_checks(db, case)?,
        missing,
        seat,
    })
}

/// One locked review.
#[derive(Debug, Clone)]
pub struct Review {
    /// Whose seat.
    pub party: Party,
    /// The seat, which the commitment covers.
    pub assignment_id: AssignmentId,
    /// When it was locked.
    pub locked_at: Option<Moment>,
    /// SHA-256 over scores, reasons and salt ([`super::seal::commitment`]).
    pub commitment: Option<String>,
    /// The salt, so that anybody who reads the review can check the commitment.
    pub salt: Option<String>,
    /// Who; none for readers who may not know.
    pub reviewer: Option<Person>,
    /// What was said, by criterion.
    pub scores: BTreeMap<String, Scored>,
}

/// The locked reviews of a case: the pair's first, then further ones. The reviewers' own partner pages, the
/// coordinator's and later the unit's all read this.
///
/// # Errors
/// [`Problem::not_found`] for who may not read them yet.
pub fn reviews(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<Review>, Problem> {
    standing.require(&case.reference(), Object::Reviews, Deed::Read)?;
    let names = standing.may(&case.reference(), Object::ReviewerIdentity, Deed::Read);
    let mut seats = store::assignments(db, std::slice::from_ref(&case.id))?;
    seats.retain(|seat| seat.locked_at.is_some());
    seats.sort_by_key(|seat| (seat.party, seat.locked_at, seat.id.clone()));
    let ids: Vec<AssignmentId> = seats.iter().map(|seat| seat.id.clone()).collect();
    let mut scores: HashMap<AssignmentId, BTreeMap<String, Scored>> = HashMap::new();
    for scored in store::scores(db, &ids)? {
        scores.entry(scored.assignment_id.clone()).or_default().insert(scored.criterion.clone(), scored);
    }
    let people = if names { people_of(db, &seats)? } else { HashMap::new() };
    Ok(seats
        .into_iter()
        .map(|seat| Review {
            party: seat.party,
            reviewer: people.get(&seat.person_id).cloned(),
            scores: scores.remove(&seat.id).unwrap_or_default(),
            assignment_id: seat.id,
            locked_at: seat.locked_at,
            commitment: seat.commitment,
            salt: seat.salt,
        })
        .collect())
}

/// Who reviewed a case, the pair first: seat and name, of locked reviews; nobody for who may not know.
///
/// # Errors
/// The database cannot be read.
pub fn named(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<(Party, String)>, Problem> {
    if !standing.may(&case.reference(), Object::ReviewerIdentity, Deed::Read) {
        return Ok(Vec::new());
    }
    let mut seats = store::assignments(db, std::slice::from_ref(&case.id))?;
    seats.retain(|seat| seat.locked_at.is_some());
    seats.sort_by_key(|seat| (seat.party, seat.locked_at, seat.id.clone()));
    let people = people_of(db, &seats)?;
    let named = |seat: &Assignment| Some((seat.party, people.get(&seat.person_id)?.name.clone()));
    Ok(seats.iter().filter_map(named).collect())
}

/// The settlement of a case.
#[derive(Debug, Clone)]
pub struct SettlementView {
    /// Every criterion in the form's order.
    pub criteria: Vec<SettledCriterion>,
    /// The joint summary and signatures.
    pub summary: JointSummary,
    /// Criteria for which the coordinator has not decided whether they apply.
    pub undecided: BTreeSet<String>,
}

/// One criterion in the settlement.
#[derive(Debug, Clone)]
pub struct SettledCriterion {
    /// The criterion.
    pub criterion: String,
    /// What the university's reviewer said.
    pub university: Option<Scored>,
    /// What the region's reviewer said.
    pub region: Option<Scored>,
    /// The levels of further reviewers, in the order they locked.
    pub further: Vec<u8>,
    /// How it stands, as the scoring says.
    pub status: Settlement,
    /// The discussion of this pair, oldest first.
    pub messages: Vec<Message>,
}

/// The settlement: per criterion both scores, how it stands and the discussion.
///
/// # Errors
/// [`Problem::not_found`] for who may not read it, also before both have locked.
pub fn settlement(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    case: &Case,
) -> Result<SettlementView, Problem> {
    standing.require(&case.reference(), Object::Settlement, Deed::Read)?;
    judgements::check_form(form, case)?;
    let said = Said::load(db, case)?;
    let of = |party| said.seat(party).filter(|seat| seat.locked_at.is_some());
    let (university, region) = (of(Party::University), of(Party::Region));
    // What an earlier pair wrote is sealed with the seat that ended.
    let since = university.into_iter().chain(region).map(|seat| seat.assigned_at).max();
    let mut messages: HashMap<String, Vec<Message>> = HashMap::new();
    for message in since.map(|since| store::messages(db, &case.id, since)).transpose()?.unwrap_or_default() {
        messages.entry(message.criterion.clone()).or_default().push(message);
    }
    let mut criteria = Vec::new();
    for (_, criterion) in form.criteria() {
        let score =
            |seat: Option<&Assignment>| seat.and_then(|seat| said.score(seat, &criterion.id)).cloned();
        criteria.push(SettledCriterion {
            university: score(university),
            region: score(region),
            further: said.further(&criterion.id).into_iter().map(|(_, level)| level.number()).collect(),
            status: said.status(form, &criterion.id)?,
            messages: messages.remove(&criterion.id).unwrap_or_default(),
            criterion: criterion.id.clone(),
        });
    }
    Ok(SettlementView { criteria, summary: store::joint_summary(db, &case.id)?, undecided: said.undecided })
}

/// A seat as lists of assignments show it: never a ground.
#[derive(Debug, Clone)]
pub struct SeatView {
    /// The case.
    pub case: Case,
    /// The seat.
    pub assignment_id: AssignmentId,
    /// For whom.
    pub party: Party,
    /// Who.
    pub person: Person,
    /// Since when.
    pub assigned_at: Moment,
    /// When the reviewer accepted; a declaration without conflict says the same.
    pub accepted_at: Option<Moment>,
    /// When the review was locked; none also for who may not know.
    pub locked_at: Option<Moment>,
    /// Where the declaration before the review stands.
    pub declared: Declared,
}

/// Where somebody's declaration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// Not made.
    NotYet,
    /// Free of conflict.
    Free,
    /// A conflict waits for a decision.
    Waits,
    /// A conflict stands.
    Conflict,
}

/// The seats of a year that the reader may know of, by unit: own ones for a reviewer, all for a coordinator.
///
/// # Errors
/// The database cannot be read.
pub fn seats_of_year(db: &mut Db, standing: &Standing, year: i32) -> Result<Vec<SeatView>, Problem> {
    let cases = cycles::store::all_of_year(db, year)?;
    seats_of(db, standing, cases)
}

/// The seats of one case that the reader may know of.
///
/// # Errors
/// The database cannot be read.
pub fn seats(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<SeatView>, Problem> {
    seats_of(db, standing, vec![case.clone()])
}

fn seats_of(db: &mut Db, standing: &Standing, cases: Vec<Case>) -> Result<Vec<SeatView>, Problem> {
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
    let seats = store::assignments(db, &ids)?;
    let people = people_of(db, &seats)?;
    let declared = declared(&conflict::store::declarations(db, &ids)?);
    let mut by_case: HashMap<CaseId, Vec<Assignment>> = HashMap::new();
    for seat in seats {
        by_case.entry(seat.case_id.clone()).or_default().push(seat);
    }
    let mut views = Vec::new();
    for case in cases {
        // An own seat is seen before the declaration too, since it asks for it.
        let all = standing.may(&case.reference(), Object::ReviewerIdentity, Deed::Read)
            && standing.may(&case.reference(), Object::Assignment, Deed::Read);
        let mut seats = by_case.remove(&case.id).unwrap_or_default();
        seats.sort_by_key(|seat| (seat.party, seat.assigned_at, seat.id.clone()));
        let own = standing.knows_own_seat(&case.reference());
        let is_own = |seat: &Assignment| seat.person_id == *standing.id();
        let known = |seat: &Assignment| all || (own && is_own(seat));
        let reads = |objects: [Object; 2]| {
            objects.iter().any(|object| standing.may(&case.reference(), *object, Deed::Read))
        };
        let progress = reads([Object::ReviewProgress, Object::Reviews]);
        let own_lock = reads([Object::OwnReview, Object::FurtherReview]);
        for seat in seats.into_iter().filter(known) {
            let Some(person) = people.get(&seat.person_id).cloned() else { continue };
            let key = (case.id.clone(), seat.person_id.clone());
            let own_here = is_own(&seat);
            views.push(SeatView {
                case: case.clone(),
                assignment_id: seat.id,
                party: seat.party,
                person,
                assigned_at: seat.assigned_at,
                accepted_at: seat.accepted_at,
                locked_at: seat.locked_at.filter(|_| progress || (own_lock && own_here)),
                declared: declared.get(&key).copied().unwrap_or(Declared::NotYet),
            });
        }
    }
    Ok(views)
}

/// Where everybody's declarations stand: a conflict at any stage outweighs being free at another.
fn declared(all: &[Declaration]) -> HashMap<(CaseId, PersonId), Declared> {
    let mut newest: HashMap<(CaseId, PersonId, &str), Declared> = HashMap::new();
    for one in all.iter().filter(|one| matches!(one.stage, Stage::Content | Stage::Settling)) {
        let stands = match (one.conflict, one.upheld) {
            (false, _) | (true, Some(false)) => Declared::Free,
            (true, None) => Declared::Waits,
            (true, Some(true)) => Declared::Conflict,
        };
        newest.insert((one.case_id.clone(), one.person_id.clone(), one.stage.as_str()), stands);
    }
    let mut declared = HashMap::new();
    for ((case, person, _), stands) in newest {
        let known = declared.entry((case, person)).or_insert(stands);
        if *known == Declared::Free {
            *known = stands;
        }
    }
    declared
}

/// The declared conflicts of a case with their grounds, for those who decide and for auditors.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn declared_conflicts(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
) -> Result<Vec<Declaration>, Problem> {
    standing.require(&case.reference(), Object::Declaration, Deed::Read)?;
    let mut all = conflict::store::declarations(db, std::slice::from_ref(&case.id))?;
    all.retain(|one| one.conflict);
    Ok(all)
}

/// Which of these cases have a declared conflict that waits for the reader's decision, own ones left out.
///
/// # Errors
/// The database cannot be read.
pub fn conflicts_to_decide(
    db: &mut Db,
    standing: &Standing,
    cases: &[Case],
) -> Result<BTreeSet<CaseId>, Problem> {
    let decides = |case: &&Case| standing.may(&case.reference(), Object::Declaration, Deed::Decide);
    let ids: Vec<CaseId> = cases.iter().filter(decides).map(|case| case.id.clone()).collect();
    let waits =
        |one: &Declaration| one.conflict && one.decided_by.is_none() && one.person_id != *standing.id();
    let all = conflict::store::declarations(db, &ids)?;
    Ok(all.into_iter().filter(waits).map(|one| one.case_id).collect())
}

/// Somebody in the register of reviewers, for a seat in a case.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub person: Person,
    /// How many seats of this year the reader may know of.
    pub seats: usize,
    /// What the seat would cost: the first who can have it is the proposal.
    pub cost: i64,
    /// What speaks for and against.
    pub why: Vec<Text>,
    /// Why the person cannot have the seat; none when they can.
    pub refused: Option<Problem>,
}

/// Who may be given a seat, the best first by the pairing's costs; those who cannot come last, with the reason.
///
/// # Errors
/// [`Problem::not_found`] for who does not assign reviewers.
pub fn candidates(
    db: &mut Db,
    standing: &Standing,
    case: &Case,
    party: Party,
    now: Moment,
) -> Result<Vec<Candidate>, Problem> {
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let known = seats_of_year(db, standing, case.year)?;
    let facts =
        pairing::load::facts(db, standing, (case.year, std::slice::from_ref(case)), &[], Vec::new(), now)?;
    let target = pairing::load::target(case);
    let candidate = |reviewer: &Reviewer| {
        let parts = costs::parts(&facts, reviewer, &target);
        let soft: i64 = parts.iter().map(|part| part.cost).sum();
        let number = reviewer.known_load(Some(&case.id)) + 1;
        Candidate {
            refused: rules::refusals(&facts, reviewer, &target, party).into_iter().next().map(Problem::from),
            seats: known.iter().filter(|seat| seat.person.id == reviewer.person.id).count(),
            cost: soft + pairing::settings::seat(number),
            why: parts.into_iter().map(|part| part.text).collect(),
            person: reviewer.person.clone(),
        }
    };
    let mut candidates: Vec<Candidate> =
        facts.reviewers.iter().filter(|reviewer| reviewer.registered).map(candidate).collect();
    candidates.sort_by(|one, other| {
        let key = |one: &Candidate| (one.refused.is_some(), one.cost, one.seats, one.person.name.clone());
        key(one).cmp(&key(other))
    });
    Ok(candidates)
}

/// Seats of a case that their reviewers left: who, for whom, and why.
#[derive(Debug, Clone)]
pub struct LeftSeat {
    /// Who.
    pub person: Person,
    /// For whom.
    pub party: Party,
    /// Whether it was declined before anything was scored.
    pub declined: bool,
    /// The reviewer's reason.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// The seats of a case that their reviewers declined or left, for those who find a replacement.
///
/// # Errors
/// [`Problem::not_found`] for who does not assign reviewers.
pub fn left_seats(db: &mut Db, standing: &Standing, case: &Case) -> Result<Vec<LeftSeat>, Problem> {
    standing.require(&case.reference(), Object::Case, Deed::Decide)?;
    let seats = pairing::store::seats(db, case.year, case.year)?;
    let mut left = Vec::new();
    for seat in seats.into_iter().filter(|seat| seat.case_id == case.id) {
        let (Some(how), Some(at)) = (seat.left_as, seat.ended_at) else { continue };
        let Some(person) = people::person(db, &seat.person_id)? else { continue };
        let reason = seat.end_reason.unwrap_or_default();
        left.push(LeftSeat { person, party: seat.party, declined: how == "declined", reason, at });
    }
    left.sort_by_key(|seat| seat.at);
    Ok(left)
}

/// The criteria that a further reviewer can be given, with how many they lack.
///
/// # Errors
/// [`Problem::not_found`] for who does not assign reviewers; nothing is open before both have locked.
pub fn lacking_further(
    db: &mut Db,
    standing: &Standing,
    form: &Form,
    case: &Case,
) -> Result<BTreeMap<String, usize>, Problem> {
    standing.require(&case.reference(), Object::Assignment, Deed::Decide)?;
    judgements::check_form(form, case)?;
    if !matches!(case.state.phase(), Phase::C | Phase::F) {
        return Ok(BTreeMap::new());
    }
    let said = Said::load(db, case)?;
    further::lacking(db, form, &said)
}

fn people_of(db: &mut Db, seats: &[Assignment]) -> Result<HashMap<PersonId, Person>, Problem> {
    let ids: Vec<PersonId> = seats.iter().map(|seat| seat.person_id.clone()).collect();
    let people = people::people_by_id(db, &ids)?;
    Ok(people.into_iter().map(|person| (person.id.clone(), person)).collect())
}
