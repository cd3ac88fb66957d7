//! The pairing: a year's proposal, the question whether somebody could review, exceptions, and a reviewer's answer.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{CasePath, DryRun, ItemPath};
use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::refusal::Answer;
use crate::app::App;
use crate::cycles;
use crate::db::Db;
use crate::identity::rights::Object;
use crate::ids::{PersonId, RowId};
use crate::problem::Problem;
use crate::reviews::pairing::accept::{self as accepting, Accepted};
use crate::reviews::pairing::ask::{self as asking, Answer as Answered};
use crate::reviews::pairing::propose::{self, Chosen, Explained, Proposal, ProposedCase, ProposedSeat};
use crate::reviews::pairing::rules::Rule;
use crate::reviews::pairing::{except, settings, store::Exception};
use crate::reviews::respond;
use crate::text::Lang;

/// A year's proposal. Nothing is created by reading it.
#[derive(Debug, Serialize, ToSchema)]
struct ProposalView {
    /// The cases that wait for a pair, each with who is proposed.
    cases: Vec<ProposedCaseView>,
    /// Why not every seat could be filled; none when they are.
    clash: Option<ClashView>,
    /// Everybody's load with the proposal.
    loads: Vec<LoadView>,
    /// What the proposal costs as a whole.
    cost: i64,
}

/// A case with its proposed pair.
#[derive(Debug, Serialize, ToSchema)]
struct ProposedCaseView {
    /// The unit's slug.
    unit: String,
    /// The university's seat, then the region's.
    seats: Vec<ProposedSeatView>,
}

/// A seat with who is proposed and why.
#[derive(Debug, Serialize, ToSchema)]
struct ProposedSeatView {
    /// For whom: `university` or `region`.
    party: &'static str,
    /// Who; none when nobody can have it.
    person: Option<String>,
    /// The person's name.
    name: Option<String>,
    /// What speaks for and against.
    why: Vec<String>,
    /// The next best, if nothing else changed.
    next: Option<NextBest>,
}

/// The next best for a seat.
#[derive(Debug, Serialize, ToSchema)]
struct NextBest {
    /// Who.
    person: String,
    /// The person's name.
    name: String,
    /// What it would cost more.
    costs: i64,
}

/// Rules that clash and ways out.
#[derive(Debug, Serialize, ToSchema)]
struct ClashView {
    /// The rules: without any one of them the others can be kept.
    rules: Vec<String>,
    /// Ways out, the cheapest first: each a list of changes.
    ways: Vec<Vec<WayView>>,
}

/// A change that loosens a rule.
#[derive(Debug, Serialize, ToSchema)]
struct WayView {
    /// What to do.
    text: String,
    /// Whom it is about.
    person: Option<String>,
    /// The unit's slug, for a rule to let pass.
    unit: Option<String>,
    /// The rule to let pass.
    rule: Option<&'static str>,
}

/// Somebody's load.
#[derive(Debug, Serialize, ToSchema)]
struct LoadView {
    /// Who.
    person: String,
    /// The person's name.
    name: String,
    /// Seats that the caller may know of.
    given: u32,
    /// Seats in the proposal.
    proposed: u32,
    /// Most seats.
    limit: u32,
    /// Whether it would be so few that the person's severity cannot be seen.
    few: bool,
}

impl ProposalView {
    fn of(proposal: Proposal, lang: Lang) -> ProposalView {
        let few = propose::few(&proposal.loads);
        ProposalView {
            cases: proposal.cases.into_iter().map(|case| proposed_case(case, lang)).collect(),
            clash: proposal.clash.map(|clash| explained(clash, lang)),
            loads: proposal
                .loads
                .into_iter()
                .map(|load| LoadView {
                    few: few.contains(&load.person.id),
                    person: load.person.id.to_string(),
                    name: load.person.name,
                    given: load.given,
                    proposed: load.proposed,
                    limit: load.limit,
                })
                .collect(),
            cost: proposal.cost,
        }
    }
}

fn proposed_case(case: ProposedCase, lang: Lang) -> ProposedCaseView {
    let seat = |seat: ProposedSeat| {
        let next = seat.others.into_iter().next();
        let (person, why) = seat.suggested.map(|one| (one.person, one.why)).unzip();
        ProposedSeatView {
            party: seat.party.as_str(),
            name: person.as_ref().map(|person| person.name.clone()),
            person: person.map(|person| person.id.to_string()),
            why: why.unwrap_or(seat.refused).iter().map(|one| one.get(lang).to_owned()).collect(),
            next: next.map(|(person, costs)| NextBest {
                person: person.id.to_string(),
                name: person.name,
                costs,
            }),
        }
    };
    ProposedCaseView { unit: case.case.unit.slug, seats: case.seats.into_iter().map(seat).collect() }
}

fn explained(clash: Explained, lang: Lang) -> ClashView {
    let way = |way: propose::Way| WayView {
        text: way.text.get(lang).to_owned(),
        person: way.person.map(|person| person.to_string()),
        unit: way.unit,
        rule: way.rule.map(|rule| rule.as_str()),
    };
    ClashView {
        rules: clash.rules.iter().map(|rule| rule.get(lang).to_owned()).collect(),
        ways: clash.ways.into_iter().map(|all| all.into_iter().map(way).collect()).collect(),
    }
}

/// The areas of a year's form.
fn areas(app: &App, db: &mut Db, year: i32) -> Result<Vec<String>, Problem> {
    let form = cycles::store::cycle(db, year)?.form;
    let form = app.forms.get(&form).ok_or_else(|| Problem::internal(format!("no form {form}")))?;
    Ok(propose::areas(&form))
}

/// A proposal of pairs for every case that waits for one. Nothing is created. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/pairing", operation_id = "propose_pairs", tag = "Coordination",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = ProposalView)))]
pub(super) async fn show(caller: Caller, year: Path<i32>) -> Answer {
    let (app, year) = (caller.app.clone(), year.into_inner());
    let proposal = caller
        .read(move |db, standing| {
            standing.require_coordinator(year)?;
            let areas = areas(&app, db, year)?;
            propose::propose(db, standing, year, areas, &Chosen::new(), app.clock.now())
        })
        .await?;
    ok(&ProposalView::of(proposal, caller.lang))
}

/// Pairs to assign.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pairs": [{"unit": "kardiologi", "university": "019a…", "region": "019b…"}]}))]
pub(super) struct Pairs {
    /// All of them are assigned, or none.
    #[validate(length(min = 1, max = 2000), nested)]
    #[schema(min_items = 1, max_items = 2000)]
    pairs: Vec<PairOfUnit>,
}

/// A pair for a unit.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct PairOfUnit {
    /// The unit's slug.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    unit: String,
    /// The university's reviewer.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    university: String,
    /// The region's reviewer.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    region: String,
}

/// The cases that got their pairs.
#[derive(Debug, Serialize, ToSchema)]
struct Paired {
    /// In the order they were sent.
    cases: Vec<CaseInShort>,
}

/// Assigns pairs to many cases in one act. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/pairing", operation_id = "accept_pairs", tag = "Coordination",
    params(("year" = i32, Path, example = 2026), DryRun), request_body = Pairs,
    responses((status = 200, body = Paired)))]
pub(super) async fn accept(
    caller: Caller,
    year: Path<i32>,
    dry: Query<DryRun>,
    pairs: Body<Pairs>,
) -> Answer {
    let accepted: Vec<Accepted> = pairs
        .0
        .pairs
        .into_iter()
        .map(|pair| Accepted {
            unit: pair.unit,
            university: PersonId::from(pair.university),
            region: PersonId::from(pair.region),
        })
        .collect();
    let year = year.into_inner();
    let cases = caller
        .act_or_try(dry.dry_run, move |act, standing| accepting::accept(act, standing, year, &accepted))
        .await?;
    ok(&Paired { cases: cases.iter().map(CaseInShort::from).collect() })
}

/// Who, and which unit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// The person's identifier.
    #[param(max_length = 64)]
    person: String,
    /// The unit's slug.
    #[param(max_length = 100)]
    unit: String,
}

/// Whether somebody could review a unit.
#[derive(Debug, Serialize, ToSchema)]
struct AnswerView {
    /// Whether nothing stops them.
    could: bool,
    /// For which seat: `university`, `region` or `further`.
    party: &'static str,
    /// What stops them.
    refusals: Vec<RefusalView>,
    /// What speaks for and against.
    why: Vec<String>,
    /// What it costs by the soft rules.
    cost: i64,
}

/// A rule that stops somebody.
#[derive(Debug, Serialize, ToSchema)]
struct RefusalView {
    /// The rule's id.
    #[schema(example = "years_running")]
    rule: &'static str,
    /// In words.
    text: String,
    /// Whether a coordinator may let it pass.
    may_pass: bool,
}

/// Could somebody review a unit this year? Nothing is created. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/pairing/question", operation_id = "could_review", tag = "Coordination",
    params(("year" = i32, Path, example = 2026), Question), responses((status = 200, body = AnswerView)))]
pub(super) async fn ask(caller: Caller, year: Path<i32>, question: Query<Question>) -> Answer {
    let (app, year) = (caller.app.clone(), year.into_inner());
    let Question { person, unit } = question.into_inner();
    let answered: Answered = caller
        .read(move |db, standing| {
            standing.require_coordinator(year)?;
            let areas = areas(&app, db, year)?;
            asking::ask(db, standing, year, &unit, &PersonId::from(person), areas, app.clock.now())
        })
        .await?;
    let lang = caller.lang;
    ok(&AnswerView {
        could: answered.refusals.is_empty(),
        party: answered.party.as_str(),
        refusals: answered
            .refusals
            .iter()
            .map(|one| RefusalView {
                rule: one.rule.as_str(),
                text: one.text.get(lang).to_owned(),
                may_pass: one.may_pass,
            })
            .collect(),
        why: answered.parts.iter().map(|part| part.text.get(lang).to_owned()).collect(),
        cost: answered.parts.iter().map(|part| part.cost).sum(),
    })
}

/// A coordinator's decision that a rule does not stop somebody.
#[derive(Debug, Serialize, ToSchema)]
struct ExceptionView {
    /// Identifier.
    id: String,
    /// Whom.
    person: String,
    /// Which rule.
    rule: &'static str,
    /// Why not.
    reason: String,
    /// Who decided.
    decided_by: String,
    /// When.
    decided_at: DateTime<Utc>,
}

impl From<Exception> for ExceptionView {
    fn from(one: Exception) -> ExceptionView {
        ExceptionView {
            id: one.id.to_string(),
            person: one.person_id.to_string(),
            rule: one.rule.as_str(),
            reason: one.reason,
            decided_by: one.decided_by.to_string(),
            decided_at: utc(one.decided_at),
        }
    }
}

/// What coordinators have let pass in a case.
#[derive(Debug, Serialize, ToSchema)]
struct Exceptions {
    /// Oldest first.
    exceptions: Vec<ExceptionView>,
    /// For how many years running somebody may meet the same unit without one.
    years_running: i32,
}

/// A rule to let somebody pass.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"person": "019a…", "rule": "co_publication", "reason": "212 authors; no work together."}))]
pub(super) struct NewException {
    /// Whom.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    person: String,
    /// `years_running`, `reciprocal`, `co_publication` or `declined`.
    #[validate(length(min = 1, max = 40))]
    #[schema(pattern = "^(years_running|reciprocal|co_publication|declined)$")]
    rule: String,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// The rules that somebody was let pass in a case. For coordinators.
#[utoipa::path(get, path = "/cases/{year}/{unit}/exceptions", operation_id = "list_exceptions",
    tag = "Coordination", params(CasePath), responses((status = 200, body = Exceptions)))]
pub(super) async fn exceptions(caller: Caller, path: Path<CasePath>) -> Answer {
    let found = caller
        .read_case(path.into_inner(), Object::Case, |db, standing, at| {
            except::of_case(db, standing, &at.case)
        })
        .await?;
    let exceptions = found.into_iter().map(ExceptionView::from).collect();
    ok(&Exceptions { exceptions, years_running: settings::YEARS_RUNNING })
}

/// Lets somebody pass a rule for a case, with a reason; never oneself. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/exceptions", operation_id = "pass_rule", tag = "Coordination",
    params(CasePath), request_body = NewException, responses((status = 204)))]
pub(super) async fn pass(caller: Caller, path: Path<CasePath>, new: Body<NewException>) -> Answer {
    let NewException { person, rule, reason } = new.0;
    let rule = Rule::from_text(&rule)
        .ok_or_else(|| Problem::invalid("unknown_rule", "Regeln finns inte.", "There is no such rule."))?;
    caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            except::pass(act, standing, at.id(), &PersonId::from(person), rule, &reason)
        })
        .await?;
    Ok(done())
}

/// Takes such a decision back. For coordinators.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/exceptions/{id}", operation_id = "take_back_exception",
    tag = "Coordination", params(ItemPath), responses((status = 204)))]
pub(super) async fn take_back(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    caller
        .act_case(case, Object::Case, move |act, standing, at| {
            except::take_back(act, standing, at.id(), &RowId::from(id))
        })
        .await?;
    Ok(done())
}

/// Accepts the caller's own assignment.
#[utoipa::path(post, path = "/cases/{year}/{unit}/review/acceptance", operation_id = "accept_assignment",
    tag = "Reviews", params(CasePath), responses((status = 204)))]
pub(super) async fn accept_seat(caller: Caller, path: Path<CasePath>) -> Answer {
    caller
        .act(move |act, standing| {
            let case = cycles::store::find_unchecked(act.db, &path.unit, path.year)?;
            respond::accept(act, standing, &case.id)
        })
        .await?;
    Ok(done())
}

/// Declines the caller's own assignment, or leaves it later, with a reason.
#[utoipa::path(post, path = "/cases/{year}/{unit}/review/leaving", operation_id = "leave_assignment",
    tag = "Reviews", params(CasePath), request_body = Reason, responses((status = 204)))]
pub(super) async fn leave_seat(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    caller
        .act(move |act, standing| {
            let case = cycles::store::find_unchecked(act.db, &path.unit, path.year)?;
            respond::leave(act, standing, &case.id, &reason.0.reason)
        })
        .await?;
    Ok(done())
}
