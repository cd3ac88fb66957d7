//! The units of the rehearsal: which there are, and how good each is at what in which year.

use serde::Deserialize;

use super::dice::Dice;
use crate::problem::Problem;

/// The most units there are.
pub const MOST_UNITS: usize = 72;

/// One of the region's administrations.
#[derive(Debug, Clone)]
pub struct AdministrationFacts {
    /// Its part of an address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What kind of care a unit gives: decides professions and what does not apply to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Medical specialities.
    Medicine,
    /// Surgical specialities.
    Surgery,
    /// Care of women.
    Women,
    /// Care of children.
    Children,
    /// Laboratories and imaging.
    Laboratory,
    /// Psychiatry and habilitation.
    Psychiatry,
    /// Primary care.
    Primary,
}

impl UnitKind {
    /// The professions that a unit of the kind has, as the form names them; physicians first.
    #[must_use]
    pub fn professions(self) -> [&'static str; 4] {
        match self {
            UnitKind::Medicine => ["physician", "nurse", "physiotherapist", "dietitian"],
            UnitKind::Surgery => ["physician", "nurse", "physiotherapist", "occupational_therapist"],
            UnitKind::Women => ["physician", "nurse", "midwife", "social_worker"],
            UnitKind::Children => ["physician", "nurse", "psychologist", "dietitian"],
            UnitKind::Laboratory => ["physician", "biomedical_scientist", "medical_physicist", "other"],
            UnitKind::Psychiatry => ["physician", "nurse", "psychologist", "social_worker"],
            UnitKind::Primary => ["physician", "nurse", "physiotherapist", "psychologist"],
        }
    }
}

/// A unit and its strengths. Strengths are in hundredths of a level.
#[derive(Debug, Clone)]
pub struct UnitFacts {
    /// Its part of addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Which administration, by place in the list.
    pub administration: usize,
    /// The department above it.
    pub department: String,
    /// Its hub.
    pub hub: Option<String>,
    /// Physicians employed.
    pub physicians: i64,
    /// What kind of care.
    pub kind: UnitKind,
    /// What its texts speak of.
    pub topics: [String; 2],
    seed: u64,
    now: i32,
    strength: i64,
    drift: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    administration: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    slug: String,
    name: String,
    units: Vec<[String; 7]>,
}

/// The administrations and so many of the units, spread evenly over them. `year` is the running cycle's.
///
/// # Errors
/// The list is not what it should be.
pub fn list(
    seed: u64,
    count: usize,
    year: i32,
) -> Result<(Vec<AdministrationFacts>, Vec<UnitFacts>), Problem> {
    let file: File = toml::from_str(include_str!("texts/units.toml")).map_err(Problem::internal)?;
    let (mut administrations, mut units) = (Vec::new(), Vec::new());
    let mut place = 0;
    for (administration, listed) in file.administration.into_iter().enumerate() {
        administrations.push(AdministrationFacts { slug: listed.slug, name: listed.name });
        for unit in listed.units {
            if place * count / MOST_UNITS != (place + 1) * count / MOST_UNITS {
                units.push(unit_of(seed, year, administration, unit)?);
            }
            place += 1;
        }
    }
    Ok((administrations, units))
}

fn unit_of(seed: u64, now: i32, administration: usize, listed: [String; 7]) -> Result<UnitFacts, Problem> {
    let [name, department, physicians, kind, one, other, hub] = listed;
    let slug = plain(&name);
    let mut dice = Dice::of(seed, &format!("unit/{slug}"));
    // Most are good, a few are weak, a few lead.
    let strength = match dice.below(100) {
        0..7 => 178,
        7..17 => 218,
        17..90 => 266,
        _ => 332,
    } + dice.bell(14);
    Ok(UnitFacts {
        slug,
        administration,
        department,
        hub: (!hub.is_empty()).then_some(hub),
        physicians: physicians.parse().map_err(Problem::internal)?,
        kind: UnitKind::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(&kind))
            .map_err(Problem::internal)?,
        topics: [one, other],
        name,
        seed,
        now,
        strength,
        drift: dice.bell(7),
    })
}

impl UnitFacts {
    /// Dice of this unit.
    #[must_use]
    pub fn dice(&self, name: &str) -> Dice {
        Dice::of(self.seed, &format!("{}/{name}", self.slug))
    }

    /// How good the unit is in an area in a calendar year, in hundredths of a level.
    #[must_use]
    pub fn strength(&self, area: &str, period: i32) -> i64 {
        let offset = self.dice(&format!("area/{area}")).bell(18);
        self.strength + offset + self.drift * i64::from(period + 1 - self.now)
    }

    /// How good the unit is all in all in a calendar year, in hundredths of a level.
    #[must_use]
    pub fn overall(&self, period: i32) -> i64 {
        ["A", "B", "C", "D", "E", "F", "G", "H"]
            .into_iter()
            .map(|area| self.strength(area, period))
            .sum::<i64>()
            / 8
    }

    /// The level that the unit reaches in a criterion in a calendar year, 0–4, where the answers leave it open.
    #[must_use]
    pub fn target(&self, area: &str, criterion: &str, minimum: bool, period: i32) -> u8 {
        let always = self.dice(&format!("level/{criterion}")).bell(58);
        let then = self.dice(&format!("level/{criterion}/{period}")).bell(20);
        let strength = self.strength(area, period) + always + then + if minimum { 55 } else { 0 };
        u8::try_from((strength + 50).div_euclid(100).clamp(0, 4)).unwrap_or_default()
    }

    /// Events that come at a rate of so many in a hundred years, counted in one calendar year.
    #[must_use]
    pub fn events(&self, what: &str, rate: i64, year: i32) -> i64 {
        let rate = rate.max(0);
        let mut dice = self.dice(&format!("events/{what}/{year}"));
        (rate + dice.bell(rate / 8)).max(0) / 100 + i64::from(dice.chance(rate % 100 * 10))
    }

    /// Original articles of a calendar year.
    #[must_use]
    pub fn articles(&self, year: i32) -> i64 {
        self.events("articles", self.physicians.max(16) * (self.strength("E", year) - 120) / 10, year)
    }

    /// Defended theses of a calendar year.
    #[must_use]
    pub fn defences(&self, year: i32) -> i64 {
        self.events("defences", self.physicians.max(16) * (self.strength("B", year) - 140) / 60, year)
    }

    /// First and last year of the four-year appointment that covers a calendar year.
    #[must_use]
    pub fn appointment(&self, year: i32) -> (i32, i32) {
        let turn = i32::try_from(self.dice("appointment").below(4)).unwrap_or_default();
        let first = year - (year + turn).rem_euclid(4);
        (first, first + 3)
    }
}

/// A name as part of an address: `Ögonsjukvård` is `ogonsjukvard`.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut slug = String::new();
    for sign in name.to_lowercase().chars() {
        match sign {
            'å' | 'ä' | 'á' => slug.push('a'),
            'ö' | 'ø' => slug.push('o'),
            'é' | 'è' => slug.push('e'),
            'ü' => slug.push('u'),
            'a'..='z' | '0'..='9' => slug.push(sign),
            ' ' | '-' if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches('-').to_owned()
}
