//! The proposal for a year: who could review every submitted case without a pair. Nothing is created.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::{Clash, Element, Relaxation, clash};
use super::costs;
use super::facts::{Facts, Reviewer};
use super::load;
use super::puzzle::{Seat, others, puzzle};
use super::rules::{self, Rule};
use super::solve::{Puzzle, Terms, solve};
use crate::clock::Moment;
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::Person;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{CaseRef, Party, Standing};
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::text::{Lang, Text};

/// The two seats of a pair, in order.
pub const PAIR: [Party; 2] = [Party::University, Party::Region];

/// Who the coordinator has chosen, by the unit's slug and the seat.
pub type Chosen = BTreeMap<(String, Party), PersonId>;

/// A proposal.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The cases, each with its two seats.
    pub cases: Vec<ProposedCase>,
    /// Why not every seat could be filled; none when they are.
    pub clash: Option<Explained>,
    /// Everybody's load with the proposal, by name.
    pub loads: Vec<Load>,
    /// What the proposal costs as a whole.
    pub cost: i64,
}

/// A case with its proposed pair.
#[derive(Debug, Clone)]
pub struct ProposedCase {
    /// The case.
    pub case: Case,
    /// The seats of [`PAIR`], in its order.
    pub seats: Vec<ProposedSeat>,
}

/// A seat with who is proposed, why, and who else there is.
#[derive(Debug, Clone)]
pub struct ProposedSeat {
    /// For whom.
    pub party: Party,
    /// Who; none when nobody can have it.
    pub suggested: Option<Suggested>,
    /// Others who could have it if nothing else changed, the cheapest first, with what it would cost more.
    pub others: Vec<(Person, i64)>,
    /// Why the person that the coordinator chose cannot have it.
    pub refused: Vec<Text>,
}

/// Somebody proposed for a seat.
#[derive(Debug, Clone)]
pub struct Suggested {
    /// Who.
    pub person: Person,
    /// Soft cost, the evenness of the load apart.
    pub cost: i64,
    /// Why: what speaks for and against.
    pub why: Vec<Text>,
}

/// Somebody's load.
#[derive(Debug, Clone)]
pub struct Load {
    /// Who.
    pub person: Person,
    /// Seats that the reader may know of.
    pub given: u32,
    /// Seats in the proposal.
    pub proposed: u32,
    /// Most seats.
    pub limit: u32,
}

/// Rules that clash and ways out, in words.
#[derive(Debug, Clone, Default)]
pub struct Explained {
    /// The rules, each needed for the clash; empty when the search gave up.
    pub rules: Vec<Text>,
    /// Ways out, the cheapest first: each a list of changes.
    pub ways: Vec<Vec<Way>>,
}

/// A change that loosens a rule.
#[derive(Debug, Clone)]
pub struct Way {
    /// What to do.
    pub text: Text,
    /// Whom it is about; none when somebody new is needed.
    pub person: Option<PersonId>,
    /// The unit's slug, for a rule to let pass.
    pub unit: Option<String>,
    /// The rule to let pass.
    pub rule: Option<Rule>,
}

/// The areas of a form, as competence is told in.
#[must_use]
pub fn areas(form: &Form) -> Vec<String> {
    form.areas.iter().map(|area| area.id.clone()).collect()
}

/// The cases of a year that wait for a pair and that the reader pairs.
///
/// # Errors
/// [`Problem::not_found`] for whoever is no coordinator of the year.
pub fn waiting(db: &mut Db, standing: &Standing, year: i32, now: Moment) -> Result<Vec<Case>, Problem> {
    standing.require_coordinator(year)?;
    let dates = cycles::store::cycle(db, year)?.dates;
    let waits = |case: &Case| match case.state {
        CaseState::Submitted => true,
        CaseState::Returned => now > dates.last_moment(case.due()),
        _ => false,
    };
    let pairs = |case: &Case| {
        let reference = CaseRef { state: CaseState::Assigned, ..case.reference() };
        standing.may(&reference, Object::Assignment, Deed::Decide)
    };
    let all = cycles::store::all_of_year(db, year)?;
    Ok(all.into_iter().filter(|case| waits(case) && pairs(case)).collect())
}

/// Proposes pairs for all cases that wait, around what the coordinator has chosen. `areas` are those of the form.
///
/// # Errors
/// [`Problem::not_found`] for whoever is no coordinator of the year.
pub fn propose(
    db: &mut Db,
    standing: &Standing,
    year: i32,
    areas: Vec<String>,
    chosen: &Chosen,
    now: Moment,
) -> Result<Proposal, Problem> {
    let cases = waiting(db, standing, year, now)?;
    let facts = load::facts(db, standing, (year, &cases), &[], areas, now)?;
    let known = known_loads(db, standing, year)?;
    Ok(of_cases(&facts, cases, chosen, &known))
}

/// How many seats of the pair everybody has in cases whose reviewers the reader may know.
fn known_loads(db: &mut Db, standing: &Standing, year: i32) -> Result<BTreeMap<PersonId, u32>, Problem> {
    let mut known = BTreeMap::new();
    for seat in crate::reviews::view::seats_of_year(db, standing, year)? {
        if seat.party != Party::Further {
            *known.entry(seat.person.id).or_default() += 1;
        }
    }
    Ok(known)
}

fn of_cases(facts: &Facts, cases: Vec<Case>, chosen: &Chosen, known: &BTreeMap<PersonId, u32>) -> Proposal {
    let seats: Vec<Seat> = cases
        .iter()
        .flat_map(|case| {
            PAIR.map(|party| Seat {
                target: load::target(case),
                party,
                chosen: chosen.get(&(case.unit.slug.clone(), party)).cloned(),
            })
        })
        .collect();
    let puzzle = puzzle(facts, &seats);
    let solved = solve(&puzzle, Terms::Hard);
    let given = solved.as_ref().map_or_else(|| vec![None; seats.len()], |solved| solved.given.clone());
    // Alternatives are told with nobody's choice in the way.
    let free: Vec<Seat> = seats.iter().cloned().map(|seat| Seat { chosen: None, ..seat }).collect();
    let free = if chosen.is_empty() { puzzle.clone() } else { super::puzzle::puzzle(facts, &free) };
    let is_whole = solved.as_ref().is_some_and(super::solve::Solution::is_whole);
    let mut proposed = (0..seats.len()).map(|need| seat(facts, &seats, &free, &given, need));
    let cases: Vec<ProposedCase> = cases
        .into_iter()
        .map(|case| ProposedCase { case, seats: proposed.by_ref().take(PAIR.len()).collect() })
        .collect();
    let mut mine: BTreeMap<usize, u32> = BTreeMap::new();
    for hand in given.iter().flatten() {
        *mine.entry(*hand).or_default() += 1;
    }
    let loads =
        facts.reviewers.iter().enumerate().filter(|(_, one)| one.registered).map(|(hand, one)| Load {
            given: known.get(&one.person.id).copied().unwrap_or_default(),
            proposed: mine.get(&hand).copied().unwrap_or_default(),
            limit: one.profile.load_limit,
            person: one.person.clone(),
        });
    Proposal {
        loads: loads.collect(),
        cost: solved.map_or(0, |solved| solved.cost),
        clash: if is_whole { None } else { Some(explained(facts, &seats, &puzzle)) },
        cases,
    }
}

fn seat(
    facts: &Facts,
    seats: &[Seat],
    puzzle: &Puzzle,
    given: &[Option<usize>],
    need: usize,
) -> ProposedSeat {
    let person = |hand: usize| facts.reviewers.get(hand).map(|one| one.person.clone());
    let Some(seat) = seats.get(need) else {
        return ProposedSeat {
            party: Party::Further,
            suggested: None,
            others: Vec::new(),
            refused: Vec::new(),
        };
    };
    let found = given.get(need).copied().flatten().and_then(|hand| facts.reviewers.get(hand));
    let chosen = seat.chosen.as_ref().filter(|_| found.is_none()).and_then(|id| facts.reviewer(id));
    let refused = chosen.map(|chosen| rules::refusals(facts, chosen, &seat.target, seat.party));
    ProposedSeat {
        party: seat.party,
        suggested: found.map(|reviewer| suggested(facts, reviewer, seat, puzzle, given)),
        others: others(puzzle, given, need)
            .into_iter()
            .filter_map(|(hand, more)| Some((person(hand)?, more)))
            .collect(),
        refused: refused.unwrap_or_default().into_iter().map(|refusal| refusal.text).collect(),
    }
}

fn suggested(
    facts: &Facts,
    reviewer: &Reviewer,
    seat: &Seat,
    puzzle: &Puzzle,
    given: &[Option<usize>],
) -> Suggested {
    let parts = costs::parts(facts, reviewer, &seat.target);
    let place = facts.reviewers.iter().position(|one| one.person.id == reviewer.person.id);
    let taken = place.and_then(|place| puzzle.hands.get(place)).map_or(0, |hand| hand.taken);
    let more = given.iter().filter(|hand| **hand == place && place.is_some()).count();
    let load = taken + u32::try_from(more).unwrap_or_default();
    let limit = reviewer.profile.load_limit;
    let mut why: Vec<Text> = parts.iter().map(|part| part.text.clone()).collect();
    why.push(Text::new(format!("{load} av {limit} uppdrag"), format!("{load} of {limit} assignments")));
    Suggested { person: reviewer.person.clone(), cost: parts.iter().map(|part| part.cost).sum(), why }
}

fn explained(facts: &Facts, seats: &[Seat], puzzle: &Puzzle) -> Explained {
    let Some(Clash { rules, ways }) = clash(puzzle) else { return Explained::default() };
    let name = |hand: usize| facts.reviewers.get(hand).map_or("", |one| one.person.name.as_str());
    let unit = |need: usize| seats.get(need).map_or("", |seat| seat.target.unit.name.as_str());
    let party = |need: usize, lang| seats.get(need).map_or("", |seat| seat.party.word(lang));
    let numbered = |number: usize| facts.units.values().nth(number).map_or("", |unit| unit.name.as_str());
    let rules = rules.into_iter().map(|rule| match rule {
        Element::Need(need) => Text::new(
            format!("{} ska ha en granskare från {}.", unit(need), party(need, Lang::Sv)),
            format!("{} is to have a reviewer from {}.", unit(need), party(need, Lang::En)),
        ),
        Element::Limit(hand) if hides(facts, hand) => Text::new(
            format!("{} kan inte få fler uppdrag i år.", name(hand)),
            format!("{} cannot have more assignments this year.", name(hand)),
        ),
        Element::Limit(hand) => {
            let (limit, taken) = puzzle.hands.get(hand).map_or((0, 0), |hand| (hand.limit, hand.taken));
            Text::new(
                format!("{} tar högst {limit} uppdrag i år och har {taken}.", name(hand)),
                format!("{} takes at most {limit} assignments this year and has {taken}.", name(hand)),
            )
        }
        Element::Bar(need, hand, place) => {
            let bar = puzzle.pair(need, hand).and_then(|pair| pair.bars.get(place)).map(|bar| bar.rule);
            let why = bar.and_then(|rule| {
                let (seat, reviewer) = (seats.get(need)?, facts.reviewers.get(hand)?);
                let all = rules::bars(facts, reviewer, &seat.target, seat.party);
                all.into_iter().find(|refusal| refusal.rule == rule)
            });
            let why = why.map(|why| why.text).unwrap_or_default();
            Text::new(
                format!("{} för {}: {}", name(hand), unit(need), why.sv),
                format!("{} for {}: {}", name(hand), unit(need), why.en),
            )
        }
        Element::Apart(one, other) => Text::new(
            format!("{} och {} granskar inte varandra samma år.", numbered(one), numbered(other)),
            format!("{} and {} do not review each other in the same year.", numbered(one), numbered(other)),
        ),
    });
    let way = |one: Relaxation| way(facts, seats, puzzle, one);
    Explained {
        rules: rules.collect(),
        ways: ways.into_iter().map(|all| all.into_iter().map(way).collect()).collect(),
    }
}

/// Whether somebody has seats that the coordinator who asks may not know of: then no number of theirs is told.
fn hides(facts: &Facts, hand: usize) -> bool {
    facts.reviewers.get(hand).is_some_and(|one| one.hidden_load() > 0)
}

fn way(facts: &Facts, seats: &[Seat], puzzle: &Puzzle, one: Relaxation) -> Way {
    let reviewer = |hand: usize| facts.reviewers.get(hand);
    let name = |hand: usize| reviewer(hand).map_or("", |one| one.person.name.as_str());
    let target = |need: usize| seats.get(need).map(|seat| &seat.target.unit);
    let unit = |need: usize| target(need).map_or("", |unit| unit.name.as_str());
    match one {
        Relaxation::Raise(hand, to) => {
            let limit = puzzle.hands.get(hand).map_or(0, |hand| hand.limit);
            Way {
                text: if hides(facts, hand) {
                    Text::new(
                        format!("Höj gränsen för {}.", name(hand)),
                        format!("Raise the limit of {}.", name(hand)),
                    )
                } else {
                    Text::new(
                        format!("Höj gränsen för {} från {limit} till {to}.", name(hand)),
                        format!("Raise the limit of {} from {limit} to {to}.", name(hand)),
                    )
                },
                person: reviewer(hand).map(|one| one.person.id.clone()),
                unit: None,
                rule: None,
            }
        }
        Relaxation::Pass(need, hand, rule) => {
            let (sv, en) = match rule {
                Rule::YearsRunning => ("ett fjärde år i rad", "a fourth year running"),
                Rule::Reciprocal => ("att enheterna granskar varandra", "that the units review each other"),
                Rule::CoPublication => ("multicenterarbetet", "the multicentre work"),
                _ => ("att fråga igen", "asking again"),
            };
            Way {
                text: Text::new(
                    format!("Godta {sv} för {} i {}.", name(hand), unit(need)),
                    format!("Accept {en} for {} in {}.", name(hand), unit(need)),
                ),
                person: reviewer(hand).map(|one| one.person.id.clone()),
                unit: target(need).map(|unit| unit.slug.clone()),
                rule: Some(rule),
            }
        }
        Relaxation::Recruit(need) => {
            let party = |lang| seats.get(need).map_or("", |seat| seat.party.word(lang));
            Way {
                text: Text::new(
                    format!("Hitta en ny granskare från {} till {}.", party(Lang::Sv), unit(need)),
                    format!("Find a new reviewer from {} for {}.", party(Lang::En), unit(need)),
                ),
                person: None,
                unit: None,
                rule: None,
            }
        }
    }
}

/// The people whose places in a proposal are fewer than a reviewer needs for the severity to be seen.
#[must_use]
pub fn few(loads: &[Load]) -> BTreeSet<PersonId> {
    let few = |load: &&Load| (1..super::settings::SEEN_FROM).contains(&(load.given + load.proposed));
    loads.iter().filter(few).map(|load| load.person.id.clone()).collect()
}
