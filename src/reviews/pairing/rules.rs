//! The hard rules as data, and which of them stop somebody. Pure. The one set of rules: the proposal, the list of
//! candidates, the question «could X review Y?» and the giving of a seat all ask here.

use super::facts::{Facts, Reviewer, Target};
use super::settings::{MULTICENTRE_AUTHORS, PUBLICATION_YEARS, RECIPROCAL_YEARS, YEARS_RUNNING};
use crate::identity::Organisation;
use crate::identity::standing::Party;
use crate::ids::UnitId;
use crate::problem::Problem;
use crate::reviews::register::{Affiliation, TieKind};
use crate::text::{Lang, Text};
use crate::units::Unit;
use crate::words::words;

words! {
    /// A hard rule: its id, and what it says.
    Rule {
        /// In the register.
        Registered = "not_a_reviewer", "Bara den som finns bland granskarna granskar.", "Only those in the register of reviewers review.";
        /// One from each.
        Organisation = "wrong_organisation", "En granskare kommer från universitetet och en från regionen.", "One reviewer comes from the university and one from the region.";
        /// One organisation a cycle.
        OneOrganisation = "two_organisations", "En person företräder en organisation under ett år.", "A person represents one organisation in a year.";
        /// Own unit.
        OwnUnit = "own_unit", "Ingen granskar sin egen enhet.", "Nobody reviews the own unit.";
        /// The unit's department.
        Line = "own_line", "Ingen granskar en enhet i sitt eget verksamhetsområde.", "Nobody reviews a unit of the own department.";
        /// Managers above.
        Manager = "manager_above", "Ingen chef granskar en enhet i sin egen linje.", "No manager reviews a unit below them.";
        /// A declared conflict.
        Conflict = "conflict_of_interest", "Den som har anmält jäv granskar inte enheten.", "Whoever declared a conflict of interest does not review the unit.";
        /// Supervision.
        Supervision = "supervision", "Den som handleder, eller handleds av, någon på enheten granskar den inte.", "Whoever supervises, or is supervised by, somebody of the unit does not review it.";
        /// Another tie.
        Tie = "declared_tie", "Den som har uppgett en bindning till enheten granskar den inte.", "Whoever has stated a tie to the unit does not review it.";
        /// Publications together.
        CoPublication = "co_publication", "Den som nyligen har publicerat tillsammans med enheten granskar den inte.", "Whoever has recently published with the unit does not review it.";
        /// Has or had a seat.
        Seated = "seated_before", "Ingen har två uppdrag i samma ärende, eller återkommer till det.", "Nobody has two assignments in one case, or comes back to it.";
        /// Declined.
        Declined = "declined", "Den som har tackat nej till en enhet i år tillfrågas inte igen.", "Whoever has declined a unit this year is not asked again.";
        /// Years running.
        YearsRunning = "years_running", "Ingen möter samma enhet mer än tre år i rad.", "Nobody meets the same unit more than three years running.";
        /// Reciprocal.
        Reciprocal = "reciprocal", "Två enheters folk granskar inte varandra inom tre år.", "The people of two units do not review each other within three years.";
        /// Load.
        Load = "load_limit", "Ingen får fler uppdrag än sin gräns.", "Nobody gets more assignments than their limit.";
    }
}

impl Rule {
    /// What it takes to let somebody pass the rule by a coordinator's decision; none for rules that nobody may waive.
    #[must_use]
    pub fn price(self) -> Option<i64> {
        match self {
            Rule::YearsRunning => Some(20),
            Rule::Reciprocal => Some(25),
            Rule::CoPublication => Some(30),
            Rule::Declined => Some(40),
            _ => None,
        }
    }
}

/// A rule that stops somebody, with what makes it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub rule: Rule,
    /// In words, about this person and unit.
    pub text: Text,
    /// Whether a coordinator may let it pass ([`Rule::price`], and for a publication that it is multicentre work).
    pub may_pass: bool,
    /// Whether it tells of a case that whoever asks may not know of; never of one that is given out.
    hidden: bool,
}

impl Refusal {
    /// The same, as one that is not to be told.
    fn hidden_if(self, hidden: bool) -> Refusal {
        Refusal { hidden, ..self }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        Problem::conflict(refusal.rule.as_str(), refusal.text.sv, refusal.text.en)
    }
}

fn refusal(rule: Rule, sv: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal { rule, text: Text::new(sv, en), may_pass: rule.price().is_some(), hidden: false }
}

/// Every rule that stops a person from a seat, those that nobody may waive first. Empty: they can have it.
#[must_use]
pub fn refusals(facts: &Facts, reviewer: &Reviewer, target: &Target, party: Party) -> Vec<Refusal> {
    let mut found = bars(facts, reviewer, target, party);
    let (held, known) = (reviewer.load(Some(&target.case)), reviewer.known_load(Some(&target.case)));
    let limit = reviewer.profile.load_limit;
    if party == Party::Further || held < limit {
        return found;
    }
    if known < limit {
        mask(&mut found);
    } else {
        found.push(refusal(
            Rule::Load,
            format!("Personen har redan {known} uppdrag i år; gränsen är {limit}."),
            format!("The person already has {known} assignments this year; the limit is {limit}."),
        ));
    }
    found
}

/// Says that somebody cannot have the seat as a declared conflict says it: what stops them is in a case that whoever asks
/// may not know of.
fn mask(found: &mut Vec<Refusal>) {
    if found.iter().all(|one| one.rule != Rule::Conflict) {
        found.push(conflict());
    }
}

fn conflict() -> Refusal {
    refusal(
        Rule::Conflict,
        "Personen kan inte granska den här enheten.",
        "The person cannot review this unit.",
    )
}

/// As [`refusals`] without the limit of the load, which depends on what else is given.
#[must_use]
pub fn bars(facts: &Facts, reviewer: &Reviewer, target: &Target, party: Party) -> Vec<Refusal> {
    let mut found = of_person(reviewer, target, party);
    found.extend(of_line(facts, reviewer, &target.unit));
    found.extend(of_ties(facts, reviewer, target));
    found.extend(of_history(facts, reviewer, &target.unit));
    found.retain(|one| !(one.may_pass && facts.passes(&reviewer.person.id, &target.case, one.rule)));
    if found.iter().any(|one| one.hidden) {
        found.retain(|one| !one.hidden);
        mask(&mut found);
    }
    found
}

fn of_person(reviewer: &Reviewer, target: &Target, party: Party) -> Vec<Refusal> {
    let mut found = Vec::new();
    if !reviewer.registered {
        found.push(refusal(
            Rule::Registered,
            "Personen finns inte bland granskarna.",
            "The person is not among the reviewers.",
        ));
    }
    if !fits(reviewer.person.organisation, party) {
        found.push(refusal(
            Rule::Organisation,
            "En granskare ska komma från universitetet och en från regionen.",
            "One reviewer is to come from the university and one from the region.",
        ));
    }
    let others = reviewer
        .seats
        .iter()
        .filter(|held| held.case != target.case && !fits(reviewer.person.organisation, held.party));
    if let (Some(held), true) = (others.max_by_key(|held| held.known), party != Party::Further) {
        let told = refusal(
            Rule::OneOrganisation,
            format!("Personen företräder redan {} i år.", held.party.word(Lang::Sv)),
            format!("The person already represents {} this year.", held.party.word(Lang::En)),
        );
        found.push(told.hidden_if(!held.known));
    }
    found
}

/// Whether somebody of an organisation can have a party's seat.
#[must_use]
pub fn fits(organisation: Organisation, party: Party) -> bool {
    match party {
        Party::University => organisation == Organisation::University,
        Party::Region => organisation == Organisation::Region,
        Party::Further => true,
    }
}

/// Own unit, its department, and those who manage it from above; never the whole administration.
fn of_line(facts: &Facts, reviewer: &Reviewer, unit: &Unit) -> Option<Refusal> {
    let mut rules = reviewer.affiliations.iter().filter(|one| one.counts(facts.on)).filter_map(|one| {
        let rule = line(facts, one, unit)?;
        Some((rule, one.employer.clone()))
    });
    let first = rules.next()?;
    let (rule, employer) = rules.fold(first, |nearest, one| if one.0 < nearest.0 { one } else { nearest });
    let at = |before: &str| if employer.is_empty() { String::new() } else { format!("{before}{employer}") };
    Some(match rule {
        Rule::OwnUnit => refusal(
            rule,
            "Personen hör till enheten och kan inte granska den.",
            "The person belongs to the unit and cannot review it.",
        ),
        Rule::Line => refusal(
            rule,
            format!("Personen hör till samma verksamhetsområde, {}{}.", unit.department, at(": ")),
            format!("The person belongs to the same department, {}{}.", unit.department, at(": ")),
        ),
        _ => refusal(
            Rule::Manager,
            format!("Personen är chef i enhetens linje{}.", at(": ")),
            format!("The person is a manager above the unit{}.", at(": ")),
        ),
    })
}

fn line(facts: &Facts, one: &Affiliation, unit: &Unit) -> Option<Rule> {
    if one.unit_id.as_ref() == Some(&unit.id) {
        return Some(Rule::OwnUnit);
    }
    let own = one.unit_id.as_ref().and_then(|id| facts.units.get(id));
    let department = own.map_or(one.department.as_str(), |own| own.department.as_str()).trim();
    let administration = own.map(|own| &own.administration.id).or(one.administration_id.as_ref());
    let same_administration = administration == Some(&unit.administration.id);
    if !department.is_empty() {
        let same = same_administration || administration.is_none();
        return (same && department.to_lowercase() == unit.department.trim().to_lowercase())
            .then_some(Rule::Line);
    }
    (one.manages && same_administration && own.is_none()).then_some(Rule::Manager)
}

fn of_ties(facts: &Facts, reviewer: &Reviewer, target: &Target) -> Vec<Refusal> {
    let mut found = Vec::new();
    if reviewer.conflicts.contains(&target.case) {
        found.push(conflict());
    }
    let ties = || reviewer.profile.ties.iter().filter(|tie| tie.unit_id == target.unit.id);
    let has = |kind| ties().any(|tie| tie.kind == kind);
    if has(TieKind::Supervision) {
        found.push(refusal(
            Rule::Supervision,
            "Det finns en handledarrelation mellan personen och enheten.",
            "There is a supervisor relation between the person and the unit.",
        ));
    }
    if has(TieKind::Declared) {
        found.push(refusal(
            Rule::Tie,
            "Personen har uppgett en bindning till enheten.",
            "The person has stated a tie to the unit.",
        ));
    }
    let recent = |tie: &&crate::reviews::register::Tie| {
        tie.kind == TieKind::Publication
            && tie.on.is_none_or(|on| super::facts::years_after(on, PUBLICATION_YEARS) >= facts.on)
    };
    if let Some(latest) = ties().filter(recent).max_by_key(|tie| tie.on) {
        let multicentre = |tie: &crate::reviews::register::Tie| {
            tie.authors.is_some_and(|authors| authors > MULTICENTRE_AUTHORS)
        };
        let authors = latest.authors.unwrap_or_default();
        let day = latest.on.map(|on| on.to_string()).unwrap_or_default();
        found.push(Refusal {
            may_pass: ties().filter(recent).all(multicentre),
            ..refusal(
                Rule::CoPublication,
                format!("Personen har publicerat tillsammans med enheten {day} ({authors} författare)."),
                format!("The person published with the unit on {day} ({authors} authors)."),
            )
        });
    }
    let seated = reviewer.seats.iter().any(|held| held.case == target.case);
    if seated || reviewer.former.contains(&target.case) {
        found.push(refusal(
            Rule::Seated,
            "Personen har eller har haft ett granskningsuppdrag i ärendet.",
            "The person has or has had an assignment in the case.",
        ));
    } else if reviewer.declined.contains(&target.case) {
        found.push(refusal(
            Rule::Declined,
            "Personen har tackat nej till enheten i år.",
            "The person has declined the unit this year.",
        ));
    }
    found
}

fn of_history(facts: &Facts, reviewer: &Reviewer, unit: &Unit) -> Vec<Refusal> {
    let mut found = Vec::new();
    let met = |year: i32| facts.met(&reviewer.person.id, &unit.id, year);
    if (1..=YEARS_RUNNING).all(|back| met(facts.year - back)) {
        let years: Vec<String> =
            (1..=YEARS_RUNNING).rev().map(|back| (facts.year - back).to_string()).collect();
        let told = refusal(
            Rule::YearsRunning,
            format!("Personen har granskat enheten {}.", years.join(", ")),
            format!("The person reviewed the unit in {}.", years.join(", ")),
        );
        let known = (1..=YEARS_RUNNING).all(|back| facts.knows(&unit.id, facts.year - back));
        found.push(told.hidden_if(!known));
    }
    let homes = reviewer.homes(facts.on);
    let back = |home: &UnitId| facts.crossed.get(&(unit.id.clone(), UnitId::clone(home))).copied();
    let latest = homes
        .iter()
        .copied()
        .filter(|home| **home != unit.id)
        .filter_map(|home| Some((back(home)?, home)))
        .filter(|(year, _)| *year >= facts.year - RECIPROCAL_YEARS)
        .max_by_key(|(year, home)| (facts.knows(home, *year), *year, *home));
    if let Some((year, home)) = latest {
        let known = facts.knows(home, year);
        let home = facts.units.get(home).map_or("", |unit| unit.name.as_str());
        let told = refusal(
            Rule::Reciprocal,
            format!("Någon från {} granskade {home} {year}, och personen hör till {home}.", unit.name),
            format!("Somebody of {} reviewed {home} in {year}, and the person belongs to {home}.", unit.name),
        );
        found.push(told.hidden_if(!known));
    }
    found
}
