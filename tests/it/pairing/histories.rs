//! Years one after the other, each proposed from what the years before left: the rules of history hold in all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::prelude::*;
use usve::identity::standing::Party;
use usve::identity::{Organisation, Person};
use usve::ids::{AdministrationId, CaseId, PersonId, UnitId};
use usve::reviews::pairing::costs;
use usve::reviews::pairing::facts::{Facts, Held, Reviewer, Target};
use usve::reviews::pairing::puzzle::{Seat, puzzle};
use usve::reviews::pairing::rules::{self, Rule};
use usve::reviews::pairing::settings::{self, RECIPROCAL_YEARS, YEARS_RUNNING};
use usve::reviews::pairing::solve::{Terms, solve};
use usve::reviews::register::{Affiliation, Profile};
use usve::text::Lang;
use usve::units::{Administration, Unit};

const YEARS: i32 = 8;

/// Who was given a seat, the unit they belong to, and at which unit.
type Given = (PersonId, Option<UnitId>, UnitId);

fn unit(number: usize) -> Unit {
    Unit {
        id: UnitId::from(format!("unit-{number}")),
        slug: format!("unit-{number}"),
        name: format!("Enhet {number}"),
        administration: Administration {
            id: AdministrationId::from("sus".to_owned()),
            slug: "sus".to_owned(),
            name: "Sjukhus".to_owned(),
        },
        department: format!("Område {number}"),
        hub: number.is_multiple_of(2).then(|| "Hubb".to_owned()),
        appointed_from: None,
        appointed_to: None,
        active: true,
    }
}

fn reviewer(number: usize, home: Option<usize>) -> Reviewer {
    let id = PersonId::from(format!("person-{number}"));
    let home = home.map(|home| Affiliation {
        unit_id: Some(UnitId::from(format!("unit-{home}"))),
        ..Affiliation::default()
    });
    let organisation = if number.is_multiple_of(2) { Organisation::University } else { Organisation::Region };
    Reviewer {
        person: Person {
            id: id.clone(),
            email: format!("{number}@annan.example"),
            name: format!("Prov Person {number}"),
            organisation,
            language: Lang::Sv,
            active: true,
        },
        registered: true,
        profile: Profile::empty(id),
        affiliations: home.into_iter().collect(),
        seats: Vec::new(),
        conflicts: BTreeSet::new(),
        former: BTreeSet::new(),
        declined: BTreeSet::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_fourth_year_and_no_units_that_review_each_other(
        units in 2..6_usize,
        homes in proptest::collection::vec(proptest::option::weighted(0.7, 0..6_usize), 4..9),
    ) {
        let all: BTreeMap<UnitId, Unit> =
            (0..units).map(unit).map(|unit| (unit.id.clone(), unit)).collect();
        let mut facts = Facts {
            year: 2026,
            on: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
            areas: Vec::new(),
            units: all,
            reviewers: homes
                .iter()
                .enumerate()
                .map(|(number, home)| reviewer(number, home.filter(|home| *home < units)))
                .collect(),
            history: BTreeSet::new(),
            crossed: BTreeMap::new(),
            passed: BTreeSet::new(),
            hidden: BTreeSet::new(),
        };
        let mut given_in: Vec<(i32, Vec<Given>)> = Vec::new();
        for year in 2026..2026 + YEARS {
            facts.year = year;
            let seats: Vec<Seat> = facts
                .units
                .values()
                .flat_map(|unit| {
                    [Party::University, Party::Region].map(|party| Seat {
                        target: Target {
                            case: CaseId::from(format!("{}-{year}", unit.slug)),
                            unit: unit.clone(),
                        },
                        party,
                        chosen: None,
                    })
                })
                .collect();
            let solved = solve(&puzzle(&facts, &seats), Terms::Hard).unwrap();
            let mut given = Vec::new();
            for (seat, hand) in seats.iter().zip(&solved.given) {
                let Some(hand) = hand else { continue };
                let reviewer = &facts.reviewers[*hand];
                let home = reviewer.affiliations.first().and_then(|one| one.unit_id.clone());
                given.push((reviewer.person.id.clone(), home, seat.target.unit.id.clone()));
            }
            for (person, home, unit) in &given {
                facts.history.insert((person.clone(), unit.clone(), year));
                if let Some(home) = home {
                    prop_assert_ne!(home, unit);
                    facts.crossed.insert((home.clone(), unit.clone()), year);
                }
            }
            given_in.push((year, given));
        }
        let sat = |person: &PersonId, unit: &UnitId, year: i32| {
            let mut years = given_in.iter().filter(|(found, _)| *found == year);
            years.any(|(_, given)| given.iter().any(|(who, _, at)| who == person && at == unit))
        };
        for (year, given) in &given_in {
            for (person, home, unit) in given {
                prop_assert!(!(0..=YEARS_RUNNING).all(|back| sat(person, unit, year - back)));
                let near = given_in.iter().filter(|(other, _)| (year - other).abs() <= RECIPROCAL_YEARS);
                let mut back = near.flat_map(|(_, given)| given);
                let home = home.as_ref();
                prop_assert!(!back.any(|(_, theirs, at)| theirs.as_ref() == Some(unit) && Some(at) == home));
            }
        }
    }
}

fn one_year(home: Option<usize>) -> Facts {
    Facts {
        year: 2026,
        on: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
        areas: Vec::new(),
        units: (0..3).map(unit).map(|unit| (unit.id.clone(), unit)).collect(),
        reviewers: vec![reviewer(0, home)],
        history: BTreeSet::new(),
        crossed: BTreeMap::new(),
        passed: BTreeSet::new(),
        hidden: BTreeSet::new(),
    }
}

/// The rules that stop the only reviewer from unit 1.
fn stopped(facts: &Facts) -> Vec<&'static str> {
    let target = Target { case: CaseId::from("case".to_owned()), unit: unit(1) };
    let refusals = rules::refusals(facts, &facts.reviewers[0], &target, Party::University);
    refusals.iter().map(|refusal| refusal.rule.as_str()).collect()
}

#[test]
fn three_years_running_are_enough_and_a_year_between_begins_anew() {
    let mut facts = one_year(None);
    let person = facts.reviewers[0].person.id.clone();
    let mut meet = |years: &[i32]| {
        facts.history = years.iter().map(|year| (person.clone(), unit(1).id, *year)).collect();
        stopped(&facts)
    };
    assert!(meet(&[2024, 2025]).is_empty());
    assert_eq!(meet(&[2023, 2024, 2025]), ["years_running"]);
    assert!(meet(&[2021, 2022, 2023, 2025]).is_empty());
    facts.history = [2023, 2024, 2025].map(|year| (person.clone(), unit(1).id, year)).into();
    facts.passed.insert((person, CaseId::from("case".to_owned()), Rule::YearsRunning));
    assert!(stopped(&facts).is_empty());
}

#[test]
fn people_of_a_unit_do_not_review_those_who_reviewed_theirs() {
    let mut facts = one_year(Some(0));
    let mut reviewed = |from: usize, to: usize, year: i32| {
        facts.crossed = [((unit(from).id, unit(to).id), year)].into();
        stopped(&facts)
    };
    assert_eq!(reviewed(1, 0, 2026), ["reciprocal"]);
    assert_eq!(reviewed(1, 0, 2023), ["reciprocal"]);
    assert!(reviewed(1, 0, 2022).is_empty());
    assert!(reviewed(0, 1, 2025).is_empty());
    assert!(reviewed(1, 2, 2025).is_empty());
    // An employment that ended long ago is nobody's home.
    facts.crossed = [((unit(1).id, unit(0).id), 2025)].into();
    facts.reviewers[0].affiliations[0].to = NaiveDate::from_ymd_opt(2020, 1, 1);
    assert!(stopped(&facts).is_empty());
}

#[test]
fn a_person_represents_one_organisation_a_year_and_keeps_to_the_limit() {
    let mut facts = one_year(None);
    let sit = |party| Held { case: CaseId::from("another".to_owned()), party, known: true };
    facts.reviewers[0].seats = vec![sit(Party::Region)];
    assert_eq!(stopped(&facts), ["two_organisations"]);
    facts.reviewers[0].seats = vec![sit(Party::University), sit(Party::Further)];
    facts.reviewers[0].profile.load_limit = 2;
    assert!(stopped(&facts).is_empty());
    facts.reviewers[0].profile.load_limit = 1;
    assert_eq!(stopped(&facts), ["load_limit"]);
    facts.reviewers[0].person.organisation = Organisation::Region;
    assert!(stopped(&facts).contains(&"wrong_organisation"));
    facts.reviewers[0].registered = false;
    assert_eq!(stopped(&facts)[0], "not_a_reviewer");
}

/// What stops the only reviewer from unit 1, in words and codes.
fn told(facts: &Facts) -> Vec<(&'static str, String)> {
    let target = Target { case: CaseId::from("case".to_owned()), unit: unit(1) };
    let refusals = rules::refusals(facts, &facts.reviewers[0], &target, Party::University);
    refusals.into_iter().map(|refusal| (refusal.rule.as_str(), refusal.text.sv)).collect()
}

#[test]
fn what_stands_in_a_case_that_is_not_to_be_known_stops_as_a_declared_conflict_does() {
    let mut facts = one_year(Some(0));
    facts.reviewers[0].conflicts.insert(CaseId::from("case".to_owned()));
    let conflict = told(&facts);
    assert_eq!(conflict.len(), 1);
    facts.reviewers[0].conflicts.clear();
    let sit = |party, known| Held { case: CaseId::from(format!("{party:?}{known}")), party, known };
    facts.reviewers[0].profile.load_limit = 2;
    facts.reviewers[0].seats = vec![sit(Party::University, true), sit(Party::University, false)];
    assert_eq!(told(&facts), conflict);
    // The seats that are known fill the limit: they alone are told.
    facts.reviewers[0].profile.load_limit = 1;
    assert!(told(&facts)[0].1.contains("har redan 1 uppdrag"), "{:?}", told(&facts));
    facts.reviewers[0].profile.load_limit = 8;
    facts.reviewers[0].seats = vec![sit(Party::Region, false)];
    assert_eq!(told(&facts), conflict);
    facts.reviewers[0].seats = vec![sit(Party::Region, true)];
    assert_eq!(stopped(&facts), ["two_organisations"]);
    facts.reviewers[0].seats.clear();
    facts.crossed = [((unit(1).id, unit(0).id), 2026)].into();
    facts.hidden = [(unit(0).id, 2026)].into();
    assert_eq!(told(&facts), conflict);
    facts.hidden.clear();
    assert_eq!(stopped(&facts), ["reciprocal"]);
    // Another coordinator's decision holds for who may not know of it.
    facts.hidden = [(unit(0).id, 2026)].into();
    let person = facts.reviewers[0].person.id.clone();
    facts.passed.insert((person.clone(), CaseId::from("case".to_owned()), Rule::Reciprocal));
    assert!(stopped(&facts).is_empty());
    facts.history = [2023, 2024, 2025].map(|year| (person.clone(), unit(1).id, year)).into();
    facts.hidden = [(unit(1).id, 2025)].into();
    assert_eq!(told(&facts), conflict);
    let target = Target { case: CaseId::from("case".to_owned()), unit: unit(1) };
    let parts = costs::parts(&facts, &facts.reviewers[0], &target);
    assert!(parts.iter().all(|part| !part.text.sv.contains("2025")), "{parts:?}");
}

#[test]
fn the_same_hub_another_subject_and_a_new_unit_cost() {
    let mut facts = one_year(Some(0));
    let target = Target { case: CaseId::from("case".to_owned()), unit: unit(2) };
    let cost = |facts: &Facts| costs::cost(facts, &facts.reviewers[0], &target);
    let all = settings::OTHER_SUBJECT + settings::SAME_HUB + settings::NEW_UNIT;
    assert_eq!(cost(&facts), all);
    facts.reviewers[0].profile.subjects = vec!["enhet 2".to_owned()];
    assert_eq!(cost(&facts), all - settings::OTHER_SUBJECT);
    let person = facts.reviewers[0].person.id.clone();
    facts.history.insert((person, unit(2).id, 2025));
    assert_eq!(cost(&facts), settings::SAME_HUB);
    facts.areas = ["A", "B", "C"].map(str::to_owned).to_vec();
    facts.reviewers[0].profile.areas = vec!["A".to_owned()];
    facts.reviewers[0].affiliations.clear();
    assert_eq!(cost(&facts), 2 * settings::MISSING_AREA);
    assert_eq!((1..=5).map(settings::seat).collect::<Vec<_>>(), [0, 0, 0, 6, 12]);
}
