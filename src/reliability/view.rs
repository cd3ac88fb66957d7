//! What pages and the API read of the quality of reviewing; rights are checked here, and a year takes the same few
//! queries for any number of cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::severity::{Compared, Severity, severity};
use super::{Measured, Pair, measure};
use crate::assessments;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object, Role, allowed};
use crate::identity::standing::{Party, Standing};
use crate::identity::{GrantedRole, Organisation, store as people};
use crate::ids::{AssignmentId, CaseId, PersonId};
use crate::number::whole;
use crate::problem::Problem;
use crate::reviews::{self, Assignment, Score};

/// Who may look at all: the coordinators, the group, and auditors.
const READERS: [GrantedRole; 3] = [GrantedRole::Coordinator, GrantedRole::Group, GrantedRole::Auditor];

/// The quality of reviewing in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// The cases that it counts: those whose two reviews the reader may read.
    pub cases: usize,
    /// Over all criteria.
    pub whole: Measured,
    /// Each criterion in the form's order.
    pub criteria: Vec<(String, Measured)>,
    /// Each reviewer by name; none for who does not coordinate the year.
    pub reviewers: Option<Vec<Reviewer>>,
}

/// One reviewer of the pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewer {
    /// Who.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// For whom.
    pub organisation: Organisation,
    /// How hard or mild against the partners.
    pub severity: Severity,
}

/// Whether somebody may look at the quality of reviewing at all.
#[must_use]
pub fn may_look(standing: &Standing) -> bool {
    READERS.iter().any(|role| standing.holds(*role))
}

/// The quality of reviewing in a year, over the cases that the reader may read.
///
/// # Errors
/// [`Problem::not_found`] for who is not among those who may look, and for a year that is not there.
pub fn of_year(db: &mut Db, standing: &Standing, form: &Form, year: i32) -> Result<Reliability, Problem> {
    if !may_look(standing) {
        return Err(Problem::not_found());
    }
    cycles::store::cycle(db, year)?;
    let mut cases = cycles::store::all_of_year(db, year)?;
    cases.retain(|case| reads(standing, case));
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
    let pairs = pairs(db, &ids)?;
    let left_out = not_applicable(db, &ids)?;
    let (said, by_reviewer) = said(db, form, &pairs, &left_out)?;
    let everything: Vec<Pair> = said.values().flatten().copied().collect();
    let reviewers = if standing.coordinates(year) { Some(reviewers(db, &by_reviewer)?) } else { None };
    let left_out_of = |criterion: &str| {
        pairs.keys().filter(|case| left_out.contains(&((*case).clone(), criterion.to_owned()))).count()
    };
    let criteria: Vec<(String, Measured)> = form
        .criteria()
        .map(|(_, criterion)| {
            let of = said.get(&criterion.id).map_or(&[][..], Vec::as_slice);
            (criterion.id.clone(), measure(of, left_out_of(&criterion.id)))
        })
        .collect();
    let all_left_out = criteria.iter().map(|(_, one)| one.not_applicable.part).sum();
    Ok(Reliability { cases: pairs.len(), whole: measure(&everything, all_left_out), criteria, reviewers })
}

/// Whether the reader reads both reviews as one of [`READERS`], and not as the unit's own or its reviewer.
fn reads(standing: &Standing, case: &Case) -> bool {
    let looks = |role: &Role| matches!(role, Role::Coordinator | Role::Group | Role::Auditor);
    standing
        .roles_in(&case.reference())
        .iter()
        .filter(|role| looks(role))
        .any(|role| allowed(*role, Object::Reviews, Deed::Read, case.state.phase()))
}

/// The locked pairs of cases.
fn pairs(db: &mut Db, cases: &[CaseId]) -> Result<BTreeMap<CaseId, (Assignment, Assignment)>, Problem> {
    let mut seats: HashMap<(CaseId, Party), Assignment> = HashMap::new();
    for seat in reviews::store::assignments(db, cases)? {
        if seat.locked_at.is_some() {
            seats.insert((seat.case_id.clone(), seat.party), seat);
        }
    }
    let mut pairs = BTreeMap::new();
    for case in cases {
        let mut take = |party| seats.remove(&(case.clone(), party));
        if let (Some(university), Some(region)) = (take(Party::University), take(Party::Region)) {
            pairs.insert(case.clone(), (university, region));
        }
    }
    Ok(pairs)
}

/// Which criteria did not apply in which case.
fn not_applicable(db: &mut Db, cases: &[CaseId]) -> Result<BTreeSet<(CaseId, String)>, Problem> {
    let asked = assessments::request_store::of_cases(db, cases)?;
    Ok(asked
        .into_iter()
        .filter(|(_, request)| request.approved == Some(true))
        .map(|(case, request)| (case, request.criterion))
        .collect())
}

type Said = BTreeMap<String, Vec<Pair>>;
type ByReviewer = BTreeMap<PersonId, Vec<Vec<Compared>>>;

/// What the pairs said, by criterion; and by reviewer, case by case.
fn said(
    db: &mut Db,
    form: &Form,
    pairs: &BTreeMap<CaseId, (Assignment, Assignment)>,
    left_out: &BTreeSet<(CaseId, String)>,
) -> Result<(Said, ByReviewer), Problem> {
    let seats: Vec<AssignmentId> =
        pairs.values().flat_map(|(university, region)| [university.id.clone(), region.id.clone()]).collect();
    let mut first: HashMap<(AssignmentId, String), Score> = HashMap::new();
    for scored in reviews::store::scores(db, &seats)? {
        if let Some(score) = scored.first {
            first.insert((scored.assignment_id, scored.criterion), score);
        }
    }
    let met = |level: u8| whole(i64::from(level)) >= form.rules.minimum_level;
    let least = (0..=crate::scoring::HIGHEST_LEVEL).find(|level| met(*level));
    let mut said = Said::new();
    let mut by_reviewer = ByReviewer::new();
    for (case, (university, region)) in pairs {
        let (mut of_university, mut of_region) = (Vec::new(), Vec::new());
        for (_, criterion) in form.criteria() {
            if left_out.contains(&(case.clone(), criterion.id.clone())) {
                continue;
            }
            let of = |seat: &Assignment| first.get(&(seat.id.clone(), criterion.id.clone())).copied();
            let pair = Pair { university: of(university), region: of(region) };
            if pair.university.is_none() && pair.region.is_none() {
                continue;
            }
            said.entry(criterion.id.clone()).or_default().push(pair);
            if let Some((own, partner)) = pair.levels() {
                let minimum = least.filter(|_| criterion.minimum);
                of_university.push(Compared { own, partner, minimum });
                of_region.push(Compared { own: partner, partner: own, minimum });
            }
        }
        by_reviewer.entry(university.person_id.clone()).or_default().push(of_university);
        by_reviewer.entry(region.person_id.clone()).or_default().push(of_region);
    }
    Ok((said, by_reviewer))
}

fn reviewers(db: &mut Db, by_reviewer: &ByReviewer) -> Result<Vec<Reviewer>, Problem> {
    let ids: Vec<PersonId> = by_reviewer.keys().cloned().collect();
    let mut found: Vec<Reviewer> = people::people_by_id(db, &ids)?
        .into_iter()
        .filter_map(|person| {
            let severity = severity(by_reviewer.get(&person.id)?)?;
            Some(Reviewer { severity, organisation: person.organisation, name: person.name, id: person.id })
        })
        .collect();
    found.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    Ok(found)
}
