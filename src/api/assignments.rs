//! Who reviews a case, and conflicts of interest.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{CasePath, ItemPath};
use super::body::{Body, ok, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Party;
use crate::ids::{AssignmentId, PersonId};
use crate::problem::Problem;
use crate::reviews::view::{self, Candidate, Declared, SeatView};
use crate::reviews::{assign, further};
use crate::text::Lang;

/// A seat as reviewer.
#[derive(Debug, Serialize, ToSchema)]
struct SeatItem {
    /// Identifier.
    id: String,
    /// The unit's slug.
    unit: String,
    /// For whom: `university`, `region` or `further`.
    party: &'static str,
    /// Who.
    person: String,
    /// The person's name.
    name: String,
    /// Since when.
    assigned_at: DateTime<Utc>,
    /// When the reviewer accepted.
    accepted_at: Option<DateTime<Utc>>,
    /// When the review was locked.
    locked_at: Option<DateTime<Utc>>,
    /// Where the declaration stands: `not_yet`, `free`, `waits` or `conflict`.
    declared: &'static str,
}

impl From<SeatView> for SeatItem {
    fn from(seat: SeatView) -> SeatItem {
        SeatItem {
            id: seat.assignment_id.to_string(),
            unit: seat.case.unit.slug,
            party: seat.party.as_str(),
            person: seat.person.id.to_string(),
            name: seat.person.name,
            assigned_at: utc(seat.assigned_at),
            accepted_at: seat.accepted_at.map(utc),
            locked_at: seat.locked_at.map(utc),
            declared: match seat.declared {
                Declared::NotYet => "not_yet",
                Declared::Free => "free",
                Declared::Waits => "waits",
                Declared::Conflict => "conflict",
            },
        }
    }
}

/// A pair of reviewers.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"university": "019a…", "region": "019b…"}))]
pub(super) struct Pair {
    /// The university's reviewer.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    university: String,
    /// The region's reviewer.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    region: String,
}

/// A person for a seat.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"party": "region", "person": "019b…"}))]
pub(super) struct Filled {
    /// Which seat: `university` or `region`.
    #[schema(value_type = String, pattern = "^(university|region)$")]
    party: Party,
    /// Who.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    person: String,
}

/// A further reviewer with the criteria to score.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"person": "019c…", "criteria": ["A1"]}))]
pub(super) struct FurtherReviewer {
    /// Who.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    person: String,
    /// Among those that need a further review.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_items = 1, max_items = 200)]
    criteria: Vec<String>,
}

/// Which seat.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ForSeat {
    /// `university`, `region` or `further`.
    #[param(value_type = String, pattern = "^(university|region|further)$")]
    party: Party,
}

/// Somebody in the register of reviewers.
#[derive(Debug, Serialize, ToSchema)]
struct CandidateView {
    /// Who.
    person: String,
    /// Name.
    name: String,
    /// `university`, `region` or `other`.
    organisation: &'static str,
    /// Seats of this year that the caller may know of.
    seats: usize,
    /// What the seat would cost by the pairing's soft rules; the lowest is the proposal.
    cost: i64,
    /// What speaks for and against.
    why: Vec<String>,
    /// Why the person cannot have the seat; none when they can.
    refused: Option<String>,
}

impl CandidateView {
    fn of(candidate: Candidate, lang: Lang) -> CandidateView {
        CandidateView {
            person: candidate.person.id.to_string(),
            name: candidate.person.name,
            organisation: candidate.person.organisation.as_str(),
            seats: candidate.seats,
            cost: candidate.cost,
            why: candidate.why.iter().map(|one| one.get(lang).to_owned()).collect(),
            refused: candidate.refused.map(|problem| problem.message.get(lang).to_owned()),
        }
    }
}

/// Everybody in the register of reviewers, the best for the seat first.
#[derive(Debug, Serialize, ToSchema)]
struct Candidates {
    /// Those who cannot have the seat come last.
    candidates: Vec<CandidateView>,
}

/// The seats of a case that the caller may know of.
#[utoipa::path(get, path = "/cases/{year}/{unit}/assignments", operation_id = "list_assignments",
    tag = "Coordination", params(CasePath, Paging), responses((status = 200, body = Page<SeatItem>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let seats = caller
        .read(move |db, standing| {
            // An own seat is seen before the declaration, when the case itself is not.
            let case = crate::cycles::store::find_unchecked(db, &path.unit, path.year)?;
            let may = standing.may(&case.reference(), Object::Assignment, Deed::Read);
            if may || standing.knows_own_seat(&case.reference()) {
                view::seats(db, standing, &case)
            } else {
                Err(Problem::not_found())
            }
        })
        .await?;
    let views = seats.into_iter().map(SeatItem::from).collect();
    ok(&paging.cut(views, |seat: &SeatItem| seat.id.clone())?)
}

/// The seats of a year that the caller may know of: a reviewer's own, for a coordinator all.
#[utoipa::path(get, path = "/cycles/{year}/assignments", operation_id = "list_assignments_of_year",
    tag = "Coordination", params(("year" = i32, Path, example = 2026), Paging),
    responses((status = 200, body = Page<SeatItem>)))]
pub(super) async fn list_year(caller: Caller, year: Path<i32>, paging: Query<Paging>) -> Answer {
    let seats = caller.read(move |db, standing| view::seats_of_year(db, standing, *year)).await?;
    let views = seats.into_iter().map(SeatItem::from).collect();
    ok(&paging.cut(views, |seat: &SeatItem| seat.id.clone())?)
}

/// Who may be given a seat. For coordinators.
#[utoipa::path(get, path = "/cases/{year}/{unit}/candidates", operation_id = "list_candidates",
    tag = "Coordination", params(CasePath, ForSeat), responses((status = 200, body = Candidates)))]
pub(super) async fn candidates(caller: Caller, path: Path<CasePath>, seat: Query<ForSeat>) -> Answer {
    let now = caller.app.clock.now();
    let found = caller
        .read_case(path.into_inner(), Object::Case, move |db, standing, at| {
            view::candidates(db, standing, &at.case, seat.party, now)
        })
        .await?;
    let candidates = found.into_iter().map(|one| CandidateView::of(one, caller.lang)).collect();
    ok(&Candidates { candidates })
}

/// Assigns a pair to a submitted case. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/assignments", operation_id = "assign_pair", tag = "Coordination",
    params(CasePath), request_body = Pair, responses((status = 200, body = CaseInShort)))]
pub(super) async fn assign(caller: Caller, path: Path<CasePath>, pair: Body<Pair>) -> Answer {
    let (university, region) = (PersonId::from(pair.0.university), PersonId::from(pair.0.region));
    let case = caller
        .act_case(path.into_inner(), Object::Assignment, move |act, standing, at| {
            assign::pair(act, standing, at.id(), &university, &region)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Gives an empty seat of the pair to somebody new. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/assignments/successor", operation_id = "fill_seat",
    tag = "Coordination", params(CasePath), request_body = Filled, responses((status = 200, body = CaseInShort)))]
pub(super) async fn fill(caller: Caller, path: Path<CasePath>, filled: Body<Filled>) -> Answer {
    let (party, person) = (filled.0.party, PersonId::from(filled.0.person));
    let case = caller
        .act_case(path.into_inner(), Object::Assignment, move |act, standing, at| {
            assign::fill(act, standing, at.id(), party, &person)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Ends somebody's seat with a reason; what was scored there is sealed. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/assignments/{id}/end", operation_id = "end_seat",
    tag = "Coordination", params(ItemPath), request_body = Reason, responses((status = 200, body = CaseInShort)))]
pub(super) async fn end(caller: Caller, path: Path<ItemPath>, reason: Body<Reason>) -> Answer {
    let (case, id) = path.into_inner().split();
    let case = caller
        .act_case(case, Object::Assignment, move |act, standing, at| {
            assign::end(act, standing, at.id(), &AssignmentId::from(id), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// The criteria that a further reviewer can be given, with how many they lack. For coordinators.
#[utoipa::path(get, path = "/cases/{year}/{unit}/further", operation_id = "list_lacking_further",
    tag = "Coordination", params(CasePath),
    responses((status = 200, body = std::collections::BTreeMap<String, usize>)))]
pub(super) async fn lacking(caller: Caller, path: Path<CasePath>) -> Answer {
    let lacking = caller
        .read_case(path.into_inner(), Object::Assignment, |db, standing, at| {
            view::lacking_further(db, standing, &at.form, &at.case)
        })
        .await?;
    ok(&lacking)
}

/// Sends criteria to a further reviewer. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/further", operation_id = "assign_further", tag = "Coordination",
    params(CasePath), request_body = FurtherReviewer, responses((status = 200, body = CaseInShort)))]
pub(super) async fn assign_further(
    caller: Caller,
    path: Path<CasePath>,
    given: Body<FurtherReviewer>,
) -> Answer {
    let (person, criteria) = (PersonId::from(given.0.person), given.0.criteria);
    let case = caller
        .act_case(path.into_inner(), Object::Assignment, move |act, standing, at| {
            further::assign(act, standing, &at.form, at.id(), &person, &criteria)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Goes on to the fact check when nothing waits for a further reviewer any more. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/further/finish", operation_id = "finish_further",
    tag = "Coordination", params(CasePath), responses((status = 200, body = CaseInShort)))]
pub(super) async fn finish_further(caller: Caller, path: Path<CasePath>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Assignment, |act, standing, at| {
            further::finish(act, standing, &at.form, at.id())
        })
        .await?;
    ok(&CaseInShort::from(&case))
}
