//! What a unit answers: per criterion a level to aim at, and fields that fit it and each other.
//!
//! Invariant: every sheet evaluates as complete; numbers hold together (attended meetings are no more than those held)
//! and move little from year to year, because the same dice throw what is the unit's own every year.

mod background;
mod development;
mod education;
mod funding;
mod infrastructure;
mod leadership;
mod organisation;
mod outreach;
mod research;
mod sheet;

pub use background::background;

use sheet::Sheet;

use super::dice::Dice;
use super::units::{UnitFacts, UnitKind};
use super::words::{Words, third};
use crate::forms::evaluate::evaluate;
use crate::forms::{Criterion, EvidenceCount, Form, RawAnswers};

/// One criterion as the unit answers it.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The answers.
    pub answers: RawAnswers,
    /// Files of evidence.
    pub files: usize,
    /// The level that fair reviewers would see, 0–4.
    pub level: u8,
}

/// Answers a criterion for a calendar year.
#[must_use]
pub fn answer(
    words: &Words,
    form: &Form,
    area: &str,
    criterion: &Criterion,
    unit: &UnitFacts,
    period: i32,
) -> Answered {
    let id = criterion.id.as_str();
    let target = unit.target(area, id, criterion.minimum, period);
    let mut sheet = Sheet::new(words, unit, id, period, target);
    match area {
        "A" => organisation::fill(&mut sheet),
        "B" => leadership::fill(&mut sheet),
        "C" => infrastructure::fill(&mut sheet),
        "D" => funding::fill(&mut sheet),
        "E" => research::fill(&mut sheet),
        "F" => education::fill(&mut sheet),
        "G" => development::fill(&mut sheet),
        _ => outreach::fill(&mut sheet),
    }
    let files = files(criterion, &mut sheet.then);
    let count = EvidenceCount::from([(id.to_owned(), files)]);
    let first = evaluate(form, criterion, &sheet.answers, &count, period);
    let level = fair(criterion, first.suggested, target);
    let claimed = (level + u8::from(sheet.then.chance(180))).min(4);
    sheet.level("self_level", claimed);
    sheet.text("motivation", motivation(words, id, level, &mut sheet.then.clone()));
    Answered { answers: sheet.answers, files, level }
}

/// Why the unit asks that a criterion does not apply to it, if it does.
#[must_use]
pub fn does_not_apply(criterion: &Criterion, unit: &UnitFacts) -> Option<&'static str> {
    criterion.not_applicable.as_ref()?;
    match criterion.id.as_str() {
        "A6" if unit.kind == UnitKind::Laboratory => {
            Some("Enheten ger diagnostik åt andra enheter och har ingen egen hög- eller specialiserad vård.")
        }
        "A6" if unit.kind == UnitKind::Primary => {
            Some("Enheten är en del av primärvården och bedriver ingen hög- eller specialiserad vård.")
        }
        "A7" if unit.hub.is_none() => Some("Det finns ännu ingen hubb för enhetens område."),
        "C4" if unit.kind == UnitKind::Laboratory => {
            Some("Det finns inget kvalitetsregister som enheten själv rapporterar till.")
        }
        "F3" if unit.dice("without students").chance(40) => {
            Some("Enheten har inget avtal om verksamhetsförlagd utbildning för läkarstudenter.")
        }
        "G6" if unit.kind == UnitKind::Laboratory => {
            Some("Ingen indikator i indikatorbiblioteket gäller enhetens verksamhet.")
        }
        _ => None,
    }
}

/// The level that the answers show; where the form leaves the higher levels to the reviewers, the level aimed at.
fn fair(criterion: &Criterion, suggested: Option<u8>, target: u8) -> u8 {
    let told =
        (2..=4).take_while(|level| criterion.level(*level).is_some_and(|level| level.when.is_some())).max();
    match (suggested, told) {
        (Some(suggested), Some(told)) if suggested < told || told == 4 => suggested,
        (Some(suggested), _) => target.max(suggested),
        (None, _) => target,
    }
}

fn files(criterion: &Criterion, dice: &mut Dice) -> usize {
    let more = usize::from(dice.chance(70));
    if criterion.minimum { 1 + more } else { usize::from(dice.chance(120)) }
}

fn motivation(words: &Words, criterion: &str, level: u8, dice: &mut Dice) -> String {
    let own = words.reasons(criterion).and_then(|reasons| reasons.unit.get(third(level)));
    let after: &[&str] = match third(level) {
        0 => &[
            "Vi vet att det inte räcker och har tagit upp det i ledningsgruppen.",
            "Ansvarig är utsedd och vi räknar med att nå minimikravet nästa år.",
            "Orsaken är främst vakanser under året.",
        ],
        1 => &[
            "Det motsvarar minimikravet, och underlaget är bifogat.",
            "För nästa nivå behöver vi arbeta mer systematiskt.",
            "Vi följer frågan i ledningsgruppen under året.",
            "",
        ],
        _ => &[
            "Arbetet följs upp varje termin och resultatet går att se i underlaget.",
            "Andra enheter har frågat efter hur vi gör.",
            "Vi ser en stadig utveckling jämfört med förra året.",
            "",
        ],
    };
    let own = own.map_or("Se underlaget.", String::as_str);
    format!("{own} {}", dice.pick(after).copied().unwrap_or_default()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::units::{MOST_UNITS, list};
    use crate::forms::Library;

    #[test]
    fn every_answer_of_every_unit_is_complete_and_levels_are_spread() {
        let form = Library::open(None).unwrap().newest("usve").unwrap();
        let words = Words::read().unwrap();
        let (administrations, units) = list(1, MOST_UNITS, 2026).unwrap();
        let mut seen = std::collections::BTreeMap::new();
        for unit in &units {
            for period in [2022, 2025] {
                for (area, criterion) in form.criteria() {
                    let answered = answer(&words, &form, &area.id, criterion, unit, period);
                    let files = EvidenceCount::from([(criterion.id.clone(), answered.files)]);
                    let evaluated = evaluate(&form, criterion, &answered.answers, &files, period);
                    let faults: Vec<_> = evaluated
                        .fields
                        .iter()
                        .filter(|field| field.missing || !field.issues.is_empty())
                        .collect();
                    assert!(evaluated.complete, "{} {}: {faults:?}", unit.slug, criterion.id);
                    *seen.entry((criterion.id.clone(), answered.level)).or_insert(0) += 1;
                }
                let administration = &administrations[unit.administration].name;
                let answers = background(&words, unit, administration, "Maja Exempelsson", period);
                let states = crate::forms::evaluate::background(&form, &answers, period);
                let faults: Vec<_> =
                    states.iter().filter(|field| field.missing || !field.issues.is_empty()).collect();
                assert!(faults.is_empty(), "{}: {faults:?}", unit.slug);
            }
        }
        for (_, criterion) in form.criteria() {
            let levels = (0..=4).filter(|level| seen.contains_key(&(criterion.id.clone(), *level))).count();
            assert!(levels >= 3, "{} has {levels} levels: {seen:?}", criterion.id);
        }
    }
}
