//! The soft rules: what a reviewer costs for a unit, with the sentence behind each part. Pure.

use super::facts::{Facts, Reviewer, Target};
use super::settings::{MISSING_AREA, NEW_UNIT, OTHER_SUBJECT, SAME_HUB};
use crate::text::Text;

/// A part of a cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How much; 0 is best.
    pub cost: i64,
    /// Why.
    pub text: Text,
}

/// What a reviewer costs for a unit, apart from the evenness of the load.
#[must_use]
pub fn parts(facts: &Facts, reviewer: &Reviewer, target: &Target) -> Vec<Part> {
    let part = |cost, sv: String, en: String| Part { cost, text: Text::new(sv, en) };
    let unit = &target.unit;
    let places = [Some(&unit.name), Some(&unit.department), unit.hub.as_ref()];
    let places: Vec<String> = places.into_iter().flatten().map(|place| place.to_lowercase()).collect();
    let subject = reviewer.profile.subjects.iter().find(|subject| {
        let subject = subject.to_lowercase();
        places.iter().any(|place| !place.is_empty() && place.contains(&subject))
    });
    let mut parts = vec![match subject {
        Some(subject) => part(0, format!("Kan ämnet: {subject}"), format!("Knows the subject: {subject}")),
        None => part(OTHER_SUBJECT, "Ett annat ämne".to_owned(), "Another subject".to_owned()),
    }];
    let own = &reviewer.profile.areas;
    let missing = facts.areas.iter().filter(|area| !own.is_empty() && !own.contains(area)).count();
    if missing > 0 {
        let cost = MISSING_AREA * i64::try_from(missing).unwrap_or(i64::from(i32::MAX));
        let areas = own.join(", ");
        parts.push(part(cost, format!("Kan områdena {areas}"), format!("Knows the areas {areas}")));
    }
    let hubs: Vec<&String> =
        reviewer.homes(facts.on).into_iter().filter_map(|home| facts.units.get(home)?.hub.as_ref()).collect();
    if let Some(hub) = &unit.hub {
        parts.push(if hubs.contains(&hub) {
            part(SAME_HUB, format!("Samma hubb: {hub}"), format!("The same hub: {hub}"))
        } else {
            part(0, "En annan hubb".to_owned(), "Another hub".to_owned())
        });
    }
    let last = facts.year - 1;
    parts.push(if facts.knows(&unit.id, last) && facts.met(&reviewer.person.id, &unit.id, last) {
        part(0, format!("Granskade enheten {last}"), format!("Reviewed the unit in {last}"))
    } else {
        part(NEW_UNIT, "Ny för enheten".to_owned(), "New to the unit".to_owned())
    });
    parts
}

/// The sum of [`parts`].
#[must_use]
pub fn cost(facts: &Facts, reviewer: &Reviewer, target: &Target) -> i64 {
    parts(facts, reviewer, target).iter().map(|part| part.cost).sum()
}
