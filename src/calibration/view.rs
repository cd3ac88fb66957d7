//! What coordinators and reviewers read of a round: whoever may not gets the same answer as when it is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::anonymise::{Named, Terms};
use super::copy::{Content, identities, vocabulary};
use super::measure::Measured;
use super::rules::{Deed, Object, Role, allowed, role};
use super::store;
pub use super::store::Version as Saved;
use super::{CalibrationCase, Clarification, Round, RoundState, Scored};
use crate::assessments::snapshot::Snapshot;
use crate::assessments::store as assessments;
use crate::clock::Moment;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{self};
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, Person, store as people};
use crate::ids::PersonId;
use crate::problem::Problem;

/// A calibration case with the case that it was made from: for coordinators alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coordinated {
    /// The round.
    pub round: Round,
    /// The calibration case.
    pub case: CalibrationCase,
    /// What it was made from.
    pub source: Case,
}

/// A calibration case as one of its reviewers has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The round.
    pub round: Round,
    /// The calibration case.
    pub case: CalibrationCase,
    /// When the own review was locked.
    pub locked_at: Option<Moment>,
    /// The copy by criterion; the background among them.
    pub copy: BTreeMap<String, Content>,
    /// The own levels by criterion.
    pub scores: BTreeMap<String, Scored>,
}

impl Reviewed {
    /// What the reader is.
    fn role(&self) -> Role {
        Role::Reviewer { locked: self.locked_at.is_some() }
    }

    /// Whether levels can be set now.
    #[must_use]
    pub fn may_write(&self) -> bool {
        allowed(self.role(), Object::OwnScores, Deed::Write, self.round.state)
    }

    /// Whether the levels of all who have locked may be seen, without names.
    #[must_use]
    pub fn sees_spread(&self) -> bool {
        allowed(self.role(), Object::Spread, Deed::Read, self.round.state)
    }

    /// The criteria to score, in the form's order.
    pub fn criteria<'a>(&'a self, form: &'a Form) -> impl Iterator<Item = &'a str> {
        let ids = form.criteria().map(|(_, criterion)| criterion.id.as_str());
        ids.filter(|id| self.copy.contains_key(*id))
    }

    /// The criteria that have no level yet, in the form's order.
    pub fn left<'a>(&'a self, form: &'a Form) -> impl Iterator<Item = &'a str> {
        self.criteria(form).filter(|id| self.scores.get(*id).is_none_or(|own| own.score.is_none()))
    }
}

/// How the levels of a round are spread: by criterion, by the case's number.
pub type Spread = BTreeMap<String, BTreeMap<i32, Measured>>;

/// The round of a year, for its coordinators; none when none was begun.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn coordinated_round(db: &mut Db, standing: &Standing, year: i32) -> Result<Option<Round>, Problem> {
    standing.require_coordinator(year)?;
    store::known_round(db, year)
}

/// The cases of a round that the coordinator may handle: never one that was made from a case of the own unit.
///
/// # Errors
/// [`Problem::not_found`] for who does not coordinate the year.
pub fn coordinated_cases(
    db: &mut Db,
    standing: &Standing,
    round: &Round,
) -> Result<Vec<Coordinated>, Problem> {
    standing.require_coordinator(round.year)?;
    let all = store::sources(db, round.year)?;
    let ids: Vec<_> = all.iter().map(|(_, source)| source.clone()).collect();
    let sources = cycles::store::by_ids(db, &ids)?;
    let known = all.into_iter().filter_map(|(case, id)| {
        let source = sources.iter().find(|source| source.id == id)?.clone();
        handles(standing, &source).then(|| Coordinated { round: round.clone(), case, source })
    });
    Ok(known.collect())
}

/// One of them.
///
/// # Errors
/// [`Problem::not_found`].
pub fn coordinated_case(
    db: &mut Db,
    standing: &Standing,
    year: i32,
    number: i32,
) -> Result<Coordinated, Problem> {
    standing.require_coordinator(year)?;
    let round = store::round(db, year)?;
    let cases = coordinated_cases(db, standing, &round)?;
    cases.into_iter().find(|one| one.case.number == number).ok_or_else(Problem::not_found)
}

/// Whether a coordinator has to do with a case: by the table of rights, so without ties to its unit.
pub(super) fn handles(standing: &Standing, source: &Case) -> bool {
    let reference = source.reference();
    standing.may(&reference, rights::Object::Case, rights::Deed::Decide)
        && standing.may(&reference, rights::Object::Assessment, rights::Deed::Read)
}

/// The copy as it stands, with the version of each criterion, for a coordinator who has found the case.
///
/// # Errors
/// The database cannot be read.
pub fn copy(db: &mut Db, of: &Coordinated) -> Result<BTreeMap<String, (i32, Content)>, Problem> {
    store::copy(db, of.case)
}

/// Every version of one criterion of the copy, oldest first, for a coordinator who has found the case.
///
/// # Errors
/// [`Problem::not_found`] when the copy has no such criterion.
pub fn versions(db: &mut Db, of: &Coordinated, criterion: &str) -> Result<Vec<Saved>, Problem> {
    let versions = store::versions(db, of.case, criterion)?;
    if versions.is_empty() { Err(Problem::not_found()) } else { Ok(versions) }
}

/// What is taken out of a case's texts, for a coordinator who has found it.
///
/// # Errors
/// The database cannot be read.
pub fn terms(db: &mut Db, form: &Form, source: &Case) -> Result<Terms, Problem> {
    let mut terms = Terms::default();
    let unit = &source.unit;
    terms.add(Named::Unit, &unit.name);
    terms.add(Named::Unit, &unit.slug);
    terms.add(Named::Department, &unit.department);
    if let Some(hub) = &unit.hub {
        terms.add(Named::Hub, hub);
    }
    terms.add(Named::Administration, &unit.administration.name);
    terms.add(Named::Administration, &unit.administration.slug);
    let (names, owners) = store::names_in(db, source)?;
    for name in &names {
        terms.add_person(name);
    }
    let common = if owners.is_empty() { BTreeSet::new() } else { vocabulary(form) };
    for owner in &owners {
        terms.add_owner(owner, &common);
    }
    if let Some(submission) = assessments::latest_submission(db, &source.id)? {
        let snapshot = Snapshot::of(&submission)?;
        for name in identities(form, &snapshot) {
            terms.add(Named::Unit, name);
        }
    }
    Ok(terms)
}

/// Who takes part: registered as reviewer for the year, with an open account, and no coordinator of it; each with how many of
/// the round's cases they have locked. For coordinators of the year.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn participants(db: &mut Db, standing: &Standing, year: i32) -> Result<Vec<(Person, usize)>, Problem> {
    standing.require_coordinator(year)?;
    let locked = store::locked(db, year)?;
    let count = |person: &PersonId| locked.iter().filter(|(_, who)| who == person).count();
    let registered = registered(db, year)?;
    Ok(registered
        .into_iter()
        .map(|person| {
            let count = count(&person.id);
            (person, count)
        })
        .collect())
}

/// Who is registered as reviewer for a year and coordinates it not, by name.
pub(super) fn registered(db: &mut Db, year: i32) -> Result<Vec<Person>, Problem> {
    let grants = people::grants(db, None)?;
    let holding = |role: GrantedRole| {
        let counts = move |grant: &&crate::identity::Grant| {
            grant.role == role && grant.year.is_none_or(|only| only == year)
        };
        grants.iter().filter(counts).map(|grant| grant.person_id.clone()).collect::<BTreeSet<PersonId>>()
    };
    let coordinators = holding(GrantedRole::Coordinator);
    let ids: Vec<PersonId> =
        holding(GrantedRole::Reviewer).into_iter().filter(|id| !coordinators.contains(id)).collect();
    let mut people = people::people_by_id(db, &ids)?;
    people.retain(|person| person.active);
    Ok(people)
}

/// How the levels are spread over the cases that the coordinator may handle.
///
/// # Errors
/// [`Problem::not_found`] for who does not coordinate the year, and before the round opens.
pub fn spread(db: &mut Db, standing: &Standing, round: &Round) -> Result<Spread, Problem> {
    let cases = coordinated_cases(db, standing, round)?;
    if !allowed(Role::Coordinator, Object::Spread, Deed::Read, round.state) {
        return Err(Problem::not_found());
    }
    let mut spread = measured(db, round.year)?;
    for of_criterion in spread.values_mut() {
        of_criterion.retain(|number, _| cases.iter().any(|one| one.case.number == *number));
    }
    Ok(spread)
}

/// How the levels of one case are spread, for a reviewer who has locked it.
///
/// # Errors
/// [`Problem::not_found`] before that.
pub fn own_spread(db: &mut Db, of: &Reviewed) -> Result<BTreeMap<String, Measured>, Problem> {
    if !of.sees_spread() {
        return Err(Problem::not_found());
    }
    let all = measured(db, of.case.year)?;
    let own = all
        .into_iter()
        .filter_map(|(criterion, mut cases)| Some((criterion, cases.remove(&of.case.number)?)));
    Ok(own.collect())
}

fn measured(db: &mut Db, year: i32) -> Result<Spread, Problem> {
    let mut scores: BTreeMap<String, BTreeMap<i32, Vec<_>>> = BTreeMap::new();
    for (number, criterion, score) in store::locked_scores(db, year)? {
        scores.entry(criterion).or_default().entry(number).or_default().push(score);
    }
    let cases = |cases: BTreeMap<i32, Vec<_>>| {
        cases.into_iter().map(|(number, scores)| (number, Measured::of(scores))).collect()
    };
    Ok(scores.into_iter().map(|(criterion, of)| (criterion, cases(of))).collect())
}

/// The rounds that a person takes part in as reviewer and may see, newest first.
///
/// # Errors
/// The database cannot be read.
pub fn own_rounds(db: &mut Db, standing: &Standing) -> Result<Vec<Round>, Problem> {
    let reads = |round: &Round| {
        let own = role(standing, round.year, false).filter(|role| *role != Role::Coordinator);
        own.is_some_and(|role| allowed(role, Object::Round, Deed::Read, round.state))
    };
    if !standing.holds(GrantedRole::Reviewer) {
        return Ok(Vec::new());
    }
    Ok(store::rounds(db)?.into_iter().filter(reads).collect())
}

/// A calibration case for one of its reviewers.
///
/// # Errors
/// [`Problem::not_found`] also for everybody else, and before the round opens.
pub fn reviewed(db: &mut Db, standing: &Standing, year: i32, number: i32) -> Result<Reviewed, Problem> {
    let role = role(standing, year, false).ok_or_else(Problem::not_found)?;
    let round = store::round(db, year)?;
    if !allowed(role, Object::OwnScores, Deed::Read, round.state) {
        return Err(Problem::not_found());
    }
    let cases = store::cases(db, year)?;
    let case = cases.into_iter().find(|case| case.number == number).ok_or_else(Problem::not_found)?;
    let locked_at = store::locked_at(db, case, standing.id())?;
    let scores = store::scores(db, case, standing.id())?;
    let copy = store::copy(db, case)?.into_iter().map(|(id, (_, content))| (id, content)).collect();
    Ok(Reviewed { round, case, locked_at, copy, scores })
}

/// The newest clarification of each criterion with all its versions, oldest first. For coordinators, from the opening on.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn clarifications(
    db: &mut Db,
    standing: &Standing,
    round: &Round,
) -> Result<BTreeMap<String, Vec<Clarification>>, Problem> {
    standing.require_coordinator(round.year)?;
    if !allowed(Role::Coordinator, Object::Clarification, Deed::Read, round.state) {
        return Err(Problem::not_found());
    }
    let mut all: BTreeMap<String, Vec<Clarification>> = BTreeMap::new();
    for (criterion, clarification) in store::clarifications(db, round.year)? {
        all.entry(criterion).or_default().push(clarification);
    }
    Ok(all)
}

/// What reviewers read beside the anchors of a year, by criterion: nothing before the round has ended.
///
/// # Errors
/// The database cannot be read.
pub fn beside_anchors(db: &mut Db, year: i32) -> Result<BTreeMap<String, String>, Problem> {
    let ended = store::known_round(db, year)?.is_some_and(|round| round.state == RoundState::Closed);
    if !ended {
        return Ok(BTreeMap::new());
    }
    let newest: BTreeMap<String, String> =
        store::clarifications(db, year)?.into_iter().map(|(id, one)| (id, one.text)).collect();
    Ok(newest.into_iter().filter(|(_, text)| !text.is_empty()).collect())
}

/// The criteria whose anchors need to be made clearer and have no clarification, in the form's order.
#[must_use]
pub fn unclear(
    form: &Form,
    spread: &Spread,
    clarified: &BTreeMap<String, Vec<Clarification>>,
) -> Vec<String> {
    let needs = |id: &str| spread.get(id).is_some_and(|of| of.values().any(Measured::needs_clarification));
    let has =
        |id: &str| clarified.get(id).and_then(|all| all.last()).is_some_and(|last| !last.text.is_empty());
    let ids = form.criteria().map(|(_, criterion)| criterion.id.clone());
    ids.filter(|id| needs(id) && !has(id)).collect()
}
