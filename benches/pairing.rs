//! Measures the pairing of a year: from what the rules look at to the proposal, and to the explanation when it cannot be
//! done. docs/PERFORMANCE.md explains.
//!
//! `cargo bench --locked --bench pairing`, or with `-- --quick` for the smaller year alone.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed, and its table is its output"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use chrono::NaiveDate;
use usve::identity::standing::Party;
use usve::identity::{Organisation, Person};
use usve::ids::{AdministrationId, CaseId, PersonId, UnitId};
use usve::reviews::pairing::clash::clash;
use usve::reviews::pairing::facts::{Facts, Reviewer, Target};
use usve::reviews::pairing::puzzle::{Seat, puzzle};
use usve::reviews::pairing::solve::{Terms, solve};
use usve::reviews::register::{Affiliation, Profile};
use usve::text::Lang;
use usve::units::{Administration, Unit};

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    println!("| units | reviewers | facts to puzzle ms | solve ms | seats filled | explain a clash ms |");
    println!("|---|---|---|---|---|---|");
    for (units, reviewers) in [(72, 30), (1000, 300)].into_iter().take(if quick { 1 } else { 2 }) {
        let (facts, seats) = year(units, reviewers, 1);
        let begun = Instant::now();
        let whole = puzzle(&facts, &seats);
        let built = begun.elapsed();
        let begun = Instant::now();
        let solved = solve(&whole, Terms::Hard).unwrap();
        let took = begun.elapsed();
        // One seat too few for each organisation.
        let (facts, seats) = year(units, reviewers, 0);
        let tight = puzzle(&facts, &seats);
        let begun = Instant::now();
        let clashing = clash(&tight).unwrap();
        let explained = begun.elapsed();
        println!(
            "| {units} | {reviewers} | {} | {} | {} of {} | {} ({} rules) |",
            built.as_millis(),
            took.as_millis(),
            solved.given.iter().flatten().count(),
            seats.len(),
            explained.as_millis(),
            clashing.rules.len(),
        );
    }
}

/// A year in which every second reviewer belongs to a unit, has history there, and room is short. `spare` is how many
/// seats more each takes on than the average, which is rounded down.
fn year(units: usize, reviewers: usize, spare: u32) -> (Facts, Vec<Seat>) {
    let administration = Administration {
        id: AdministrationId::from("sus".to_owned()),
        slug: "sus".to_owned(),
        name: "Sjukhus".to_owned(),
    };
    let unit = |number: usize| Unit {
        id: UnitId::from(format!("unit-{number:04}")),
        slug: format!("unit-{number:04}"),
        name: format!("Enhet {number}"),
        administration: administration.clone(),
        department: format!("Verksamhet {}", number / 3),
        hub: Some(format!("Hubb {}", number % 9)),
        appointed_from: None,
        appointed_to: None,
        active: true,
    };
    let units: Vec<Unit> = (0..units).map(unit).collect();
    let limit = u32::try_from(units.len() / (reviewers / 2)).unwrap() + spare;
    let mut history = BTreeSet::new();
    let mut crossed = BTreeMap::new();
    let reviewer = |number: usize| {
        let id = PersonId::from(format!("person-{number:04}"));
        let home = (number * 37) % units.len();
        let affiliation =
            Affiliation { unit_id: Some(units.get(home).unwrap().id.clone()), ..Affiliation::default() };
        let organisation =
            if number.is_multiple_of(2) { Organisation::University } else { Organisation::Region };
        for back in 1..4_i32 {
            let seen = (number * 11 + usize::try_from(back).unwrap() * 5) % units.len();
            let seen = units.get(seen).unwrap().id.clone();
            history.insert((id.clone(), seen.clone(), 2026 - back));
            if number % 4 < 2 {
                crossed.insert((units.get(home).unwrap().id.clone(), seen), 2026 - back);
            }
        }
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
            profile: Profile {
                load_limit: limit,
                subjects: vec![format!("Verksamhet {}", number % 24)],
                ..Profile::empty(id)
            },
            affiliations: if number % 4 < 2 { vec![affiliation] } else { Vec::new() },
            seats: Vec::new(),
            conflicts: BTreeSet::new(),
            former: BTreeSet::new(),
            declined: BTreeSet::new(),
        }
    };
    let reviewers = (0..reviewers).map(reviewer).collect();
    let seats = units
        .iter()
        .flat_map(|unit| {
            [Party::University, Party::Region].map(|party| Seat {
                target: Target { case: CaseId::from(unit.slug.clone()), unit: unit.clone() },
                party,
                chosen: None,
            })
        })
        .collect();
    let facts = Facts {
        year: 2026,
        on: NaiveDate::from_ymd_opt(2026, 4, 1).unwrap(),
        areas: Vec::new(),
        units: units.iter().map(|unit| (unit.id.clone(), unit.clone())).collect(),
        reviewers,
        history,
        crossed,
        passed: BTreeSet::new(),
        hidden: BTreeSet::new(),
    };
    (facts, seats)
}
