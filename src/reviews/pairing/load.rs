//! Gathers what the rules look at: the same few queries for one case or a whole year.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Held, Reviewer, Target};
use super::rules::Rule;
use super::settings::{RECIPROCAL_YEARS, YEARS_RUNNING};
use super::store;
use crate::clock::{Moment, local_day};
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::identity::standing::{Stage, Standing};
use crate::identity::{Grant, GrantedRole, store as people};
use crate::ids::{CaseId, PersonId, UnitId};
use crate::problem::Problem;
use crate::reviews::conflict;
use crate::reviews::register::{self, Affiliation, Profile};
use crate::units::{self, Unit};

/// A case as the rules see it.
#[must_use]
pub fn target(case: &Case) -> Target {
    Target { case: case.id.clone(), unit: case.unit.clone() }
}

/// What the rules look at for cases of one year, as of now, with what the coordinator who asks may not know marked as such.
/// `more` are people who are looked at although they stand in no register; `areas` are those of the form.
///
/// # Errors
/// The database cannot be read.
pub fn facts(
    db: &mut Db,
    standing: &Standing,
    (year, cases): (i32, &[Case]),
    more: &[PersonId],
    areas: Vec<String>,
    now: Moment,
) -> Result<Facts, Problem> {
    let on = local_day(now);
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
    let units: BTreeMap<UnitId, Unit> =
        units::store::all(db)?.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
    let grants = people::grants(db, None)?;
    let mut profiles = register::store::all(db)?;
    let seats = store::seats(db, year - YEARS_RUNNING.max(RECIPROCAL_YEARS), year)?;
    let kept = cycles::store::kept_from_coordinator(db, standing)?;
    let hidden = kept.iter().filter_map(|about| {
        let unit = units.values().find(|unit| unit.slug == about.unit)?;
        Some((unit.id.clone(), about.year))
    });
    let hidden: BTreeSet<(UnitId, i32)> = hidden.collect();
    let is_registered =
        |grant: &&Grant| grant.role == GrantedRole::Reviewer && grant.year.is_none_or(|only| only == year);
    let registered: BTreeSet<&PersonId> =
        grants.iter().filter(is_registered).map(|grant| &grant.person_id).collect();
    // Everybody who reviewed counts for reciprocity, also who left the register since.
    let involved = registered.iter().copied().chain(more).chain(seats.iter().map(|seat| &seat.person_id));
    let involved: BTreeSet<PersonId> = involved.cloned().collect();
    let involved: Vec<PersonId> = involved.into_iter().collect();
    let (conflicts, former) = (conflicts(db, &ids)?, store::former(db, &ids)?);
    let decided: BTreeSet<&CaseId> = ids.iter().chain(seats.iter().map(|seat| &seat.case_id)).collect();
    let decided: Vec<CaseId> = decided.into_iter().cloned().collect();
    let passed: BTreeSet<_> = store::exceptions(db, &decided)?
        .into_iter()
        .map(|one| (one.person_id, one.case_id, one.rule))
        .collect();
    let mut reviewers = Vec::new();
    let (mut history, mut crossed) = (BTreeSet::new(), BTreeMap::new());
    for person in people::people_by_id(db, &involved)? {
        let id = person.id.clone();
        let profile = profiles.remove(&id).unwrap_or_else(|| Profile::empty(id.clone()));
        let mut affiliations = profile.affiliations.clone();
        affiliations.extend(grants.iter().filter(|grant| grant.person_id == id).filter_map(of_grant));
        let own = || seats.iter().filter(|seat| seat.person_id == id);
        for seat in own().filter(|seat| seat.ended_at.is_none()) {
            if seat.year < year {
                history.insert((id.clone(), seat.unit_id.clone(), seat.year));
            }
            if passed.contains(&(id.clone(), seat.case_id.clone(), Rule::Reciprocal)) {
                continue;
            }
            for home in affiliations.iter().filter(|one| one.was_in(seat.year)) {
                let Some(home) = home.unit_id.clone().filter(|home| *home != seat.unit_id) else { continue };
                let latest: &mut i32 = crossed.entry((home, seat.unit_id.clone())).or_default();
                *latest = seat.year.max(*latest);
            }
        }
        let cases_of = |all: &[(CaseId, PersonId)]| -> BTreeSet<CaseId> {
            all.iter().filter(|(_, who)| *who == id).map(|(case, _)| case.clone()).collect()
        };
        let this_year = || own().filter(|seat| seat.year == year);
        reviewers.push(Reviewer {
            registered: person.active && registered.contains(&id),
            seats: this_year()
                .filter(|seat| seat.ended_at.is_none())
                .map(|seat| Held {
                    known: !hidden.contains(&(seat.unit_id.clone(), seat.year)),
                    case: seat.case_id.clone(),
                    party: seat.party,
                })
                .collect(),
            declined: this_year()
                .filter(|seat| seat.left_as.is_some())
                .map(|seat| seat.case_id.clone())
                .collect(),
            conflicts: cases_of(&conflicts),
            former: cases_of(&former),
            affiliations,
            profile,
            person,
        });
    }
    Ok(Facts { year, on, areas, units, reviewers, history, crossed, passed, hidden })
}

/// A role at a unit or at the head of an administration, as an employment.
fn of_grant(grant: &Grant) -> Option<Affiliation> {
    let manages = grant.role == GrantedRole::AdministrationHead;
    let somewhere = grant.unit_id.is_some() || grant.administration_id.is_some();
    somewhere.then(|| Affiliation {
        administration_id: grant.administration_id.clone(),
        unit_id: grant.unit_id.clone(),
        manages,
        ..Affiliation::default()
    })
}

/// Who has a conflict of interest in which case: the newest declaration of any stage stands or waits.
fn conflicts(db: &mut Db, of: &[CaseId]) -> Result<Vec<(CaseId, PersonId)>, Problem> {
    let mut newest: BTreeMap<(CaseId, PersonId, Stage), bool> = BTreeMap::new();
    for one in conflict::store::declarations(db, of)? {
        newest.insert((one.case_id, one.person_id, one.stage), one.upheld.unwrap_or(one.conflict));
    }
    let stands = newest.into_iter().filter(|(_, stands)| *stands);
    Ok(stands.map(|((case, person, _), _)| (case, person)).collect())
}
