//! What the register says of the reviewers: subjects, areas, employments, limits and ties, so that the pairing has
//! something to weigh, and nothing that the rehearsal plays is against its rules.

use chrono::NaiveDate;

use super::cast::Cast;
use super::dice::Dice;
use super::units::UnitFacts;
use crate::db::Act;
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::reviews::register::{Affiliation, Profile, Tie, TieKind, store};

/// Who reviews by turns: the place of the person among the authority's, by authority (0 university, 1 region).
pub(super) fn turns(place: i64, year: i64) -> [i64; 2] {
    [place + year * 4, place * 2 + year * 7 + place / 15]
}

/// The units that reviewers belong to, by authority and place in the cast.
#[derive(Debug, Clone, Default)]
pub(super) struct Homes {
    units: [Vec<Option<usize>>; 2],
    /// Whose people review which unit in some year, as unit and unit.
    crossed: Vec<(usize, usize)>,
}

impl Homes {
    /// Whether somebody who belongs to one unit may review another, whatever is played.
    pub fn may_review(&self, units: &[UnitFacts], authority: usize, person: usize, unit: usize) -> bool {
        let home = self.units.get(authority).and_then(|all| all.get(person)).copied().flatten();
        home.is_none_or(|home| !is_same_line(units, home, unit) && !self.crossed.contains(&(unit, home)))
    }
}

fn is_same_line(units: &[UnitFacts], one: usize, other: usize) -> bool {
    match (units.get(one), units.get(other)) {
        (Some(one), Some(other)) => {
            one.slug == other.slug
                || (one.administration == other.administration && one.department == other.department)
        }
        _ => false,
    }
}

/// Gives about half of the reviewers a unit that they belong to and never meet, nor its line, nor one whose people
/// review theirs.
fn homes(units: &[UnitFacts], people: [usize; 2], years: std::ops::RangeInclusive<i32>, seed: u64) -> Homes {
    let mut homes = Homes { units: people.map(|count| vec![None; count]), crossed: Vec::new() };
    let mut dice = Dice::of(seed, "homes");
    let met = |authority: usize, person: usize| -> Vec<usize> {
        let count = people.get(authority).copied().unwrap_or(1).max(1);
        let count = i64::try_from(count).unwrap_or(1);
        let turn = |place: usize, year: i32| {
            let all = turns(i64::try_from(place).unwrap_or_default(), i64::from(year));
            let turn = all.get(authority).copied().unwrap_or_default().rem_euclid(count);
            usize::try_from(turn).unwrap_or_default()
        };
        let own = |place: &usize| years.clone().any(|year| turn(*place, year) == person);
        (0..units.len()).filter(own).collect()
    };
    for authority in [0, 1] {
        for person in (0..people.get(authority).copied().unwrap_or_default()).filter(|at| at % 2 == authority)
        {
            let mine = met(authority, person);
            let start =
                usize::try_from(dice.below(i64::try_from(units.len()).unwrap_or(1))).unwrap_or_default();
            let fits = |home: &usize| {
                mine.iter().all(|unit| {
                    !is_same_line(units, *home, *unit) && !homes.crossed.contains(&(*unit, *home))
                })
            };
            let found = (start..units.len()).chain(0..start).find(fits);
            if let (Some(home), Some(place)) =
                (found, homes.units.get_mut(authority).and_then(|all| all.get_mut(person)))
            {
                *place = Some(home);
                homes.crossed.extend(mine.iter().map(|unit| (home, *unit)));
            }
        }
    }
    homes
}

/// Writes the register, as of a moment before the first cycle.
pub(super) fn enrol(
    act: &mut Act<'_>,
    cast: &Cast,
    units: &[UnitFacts],
    years: std::ops::RangeInclusive<i32>,
    seed: u64,
) -> Result<Homes, Problem> {
    let people = [cast.reviewers[0].len(), cast.reviewers[1].len()];
    let homes = homes(units, people, years.clone(), seed);
    let each = units.len().div_ceil(people[0].min(people[1]).max(1));
    let from = NaiveDate::from_ymd_opt(years.start() - 6, 1, 1);
    for (authority, reviewers) in cast.reviewers.iter().enumerate() {
        for (place, person) in reviewers.iter().enumerate() {
            let home = homes.units.get(authority).and_then(|all| all.get(place)).copied().flatten();
            let mut dice = Dice::of(seed, &format!("register/{authority}/{place}"));
            let mut profile = profile(person, cast, units, home, authority, &mut dice);
            let more = u32::try_from(dice.between(1, 3)).unwrap_or(1);
            profile.load_limit = u32::try_from(each).unwrap_or(5) + more;
            for one in &mut profile.affiliations {
                one.from = from;
            }
            store::write(act, None, &profile)?;
        }
    }
    Ok(homes)
}

fn profile(
    person: &PersonId,
    cast: &Cast,
    units: &[UnitFacts],
    home: Option<usize>,
    authority: usize,
    dice: &mut Dice,
) -> Profile {
    let employer = if authority == 0 { "Lunds universitet" } else { "Region Skåne" };
    let unit = home.and_then(|home| cast.units.get(home)).map(|unit| unit.id.clone());
    let mut affiliations = vec![Affiliation { employer: employer.to_owned(), ..Affiliation::default() }];
    if unit.is_some() {
        let employer = "Region Skåne".to_owned();
        affiliations.push(Affiliation { employer, unit_id: unit, ..Affiliation::default() });
    }
    let all = i64::try_from(units.len()).unwrap_or(1);
    let mut subjects: Vec<String> = (0..4)
        .filter_map(|_| units.get(usize::try_from(dice.below(all)).unwrap_or_default()))
        .map(|unit| unit.department.clone())
        .filter(|department| !department.is_empty())
        .collect();
    subjects.sort();
    subjects.dedup();
    let areas: &[&str] = match dice.below(4) {
        0 => &["A", "B", "C", "D", "E"],
        1 => &["A", "D", "E", "F", "G", "H"],
        _ => &[],
    };
    // An old publication, which is no longer in the way.
    let old = home.and_then(|home| cast.units.get(home)).filter(|_| dice.below(3) == 0).map(|unit| Tie {
        kind: TieKind::Publication,
        unit_id: unit.id.clone(),
        note: "Påhittad studie".to_owned(),
        on: NaiveDate::from_ymd_opt(2012, 5, 3),
        authors: Some(14),
    });
    Profile {
        areas: areas.iter().map(|area| (*area).to_owned()).collect(),
        subjects,
        affiliations,
        ties: old.into_iter().collect(),
        ..Profile::empty(person.clone())
    }
}
