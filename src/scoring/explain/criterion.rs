//! How a criterion got its value: who set what, and which rule made one value of it.

use super::number;
use crate::forms::Rules;
use crate::number::whole;
use crate::scoring::result::{CriterionResult, Light};
use crate::scoring::settle::{self, CriterionState, Settlement};
use crate::scoring::{CriterionJudgements, Judgement};
use crate::text::Text;

/// Sentences, one after the other.
#[derive(Default)]
struct Sentences(Vec<Text>);

impl Sentences {
    fn say(&mut self, sv: impl Into<String>, en: impl Into<String>) {
        self.0.push(Text::new(sv, en));
    }

    fn join(self) -> Text {
        let of = |language: fn(&Text) -> &str| self.0.iter().map(language).collect::<Vec<_>>().join(" ");
        Text::new(of(|text| &text.sv), of(|text| &text.en))
    }
}

/// The whole story of one criterion; none when its judgements are refused.
pub(super) fn explain(
    judgements: &CriterionJudgements,
    minimum: bool,
    fact_check: bool,
    rules: &Rules,
) -> Option<Text> {
    let settlement = settle::status(judgements, minimum, fact_check, rules).ok()?;
    let mut told = Sentences::default();
    match settlement.state {
        CriterionState::NotApplicable => told.say(
            "Kriteriet är inte tillämpligt och räknas inte med.",
            "The criterion does not apply and is not counted.",
        ),
        CriterionState::Missing => {
            told.say("Underlag saknas, så värdet är 0.", "Evidence is missing, so the value is 0.");
        }
        CriterionState::Open => {
            told.say("Alla första nivåer är inte satta än.", "Not every first score is set yet.");
        }
        _ => {
            let stood =
                |(one, two)| judgements.discussed && settle::needs_discussion(one, two, minimum, rules);
            say_scores(&mut told, judgements, firsts(judgements).is_some_and(stood));
            say_rule(&mut told, &settlement, judgements, minimum, rules);
        }
    }
    Some(told.join())
}

/// Who set what: first, after the discussion, after the fact check, and further reviewers.
fn say_scores(told: &mut Sentences, judgements: &CriterionJudgements, discussed: bool) {
    let (university, region) = (judgements.university, judgements.region);
    match (university.first.and_then(level), region.first.and_then(level)) {
        (Some(one), Some(two)) if one == two => {
            told.say(format!("Båda granskarna satte {one}."), format!("Both reviewers set {one}."));
        }
        (Some(one), Some(two)) => {
            told.say(
                format!("Granskarna satte {one} och {two}."),
                format!("The reviewers set {one} and {two}."),
            );
        }
        (Some(one), None) | (None, Some(one)) => told.say(
            format!("En granskare satte {one}, den andra kunde inte bedöma (K)."),
            format!("One reviewer set {one}, the other could not judge (K)."),
        ),
        (None, None) => {
            told.say("Ingen av granskarna kunde bedöma (K).", "Neither reviewer could judge (K).");
        }
    }
    let revised = [university, region].map(|party| party.revised.or(party.first).and_then(level));
    if university.revised.is_some() || region.revised.is_some() {
        say_both(told, revised, ("Efter samtalet", "After the discussion"));
    } else if discussed {
        told.say("Båda stod kvar efter samtalet.", "Both stood by their scores after the discussion.");
    }
    let corrected =
        [university, region].map(|party| party.corrected.or(party.revised).or(party.first).and_then(level));
    if university.corrected.is_some() || region.corrected.is_some() {
        say_both(told, corrected, ("Efter faktagranskningen", "After the fact check"));
    }
    let further: Vec<String> =
        judgements.further.iter().filter_map(|one| level(*one)).map(|one| one.to_string()).collect();
    match further.as_slice() {
        [] => {}
        [one] => told
            .say(format!("En ytterligare granskare satte {one}."), format!("A further reviewer set {one}.")),
        [before @ .., last] => told.say(
            format!("Ytterligare granskare satte {} och {last}.", before.join(", ")),
            format!("Further reviewers set {} and {last}.", before.join(", ")),
        ),
    }
}

fn say_both(told: &mut Sentences, levels: [Option<u8>; 2], when: (&str, &str)) {
    match levels {
        [Some(one), Some(two)] => {
            told.say(
                format!("{} gäller {one} och {two}.", when.0),
                format!("{}, {one} and {two} apply.", when.1),
            );
        }
        [Some(one), None] | [None, Some(one)] => {
            told.say(format!("{} gäller {one}.", when.0), format!("{}, {one} applies.", when.1));
        }
        [None, None] => {}
    }
}

/// What the rule made of the scores.
fn say_rule(
    told: &mut Sentences,
    settlement: &Settlement,
    judgements: &CriterionJudgements,
    minimum: bool,
    rules: &Rules,
) {
    let value = settlement.value.as_ref().map(number).unwrap_or_default();
    match (settlement.state, settlement.levels.as_slice()) {
        (CriterionState::NeedsDiscussion, _) => {
            let levels =
                judgements.university.first.and_then(level).zip(judgements.region.first.and_then(level));
            let steps = levels.map_or(0, |(one, two)| one.abs_diff(two));
            if whole(i64::from(steps)) <= rules.near {
                told.say(
                    "De står på olika sidor om minimikravet och ska samtala.",
                    "They are on different sides of the minimum requirement and must discuss.",
                );
            } else {
                let (sv, en) = distance(steps);
                told.say(
                    format!("Skillnaden är {sv}, så de ska samtala."),
                    format!("The difference is {en}, so they must discuss."),
                );
            }
        }
        (CriterionState::NeedsFurther, _) => {
            match settlement.further_used.saturating_sub(judgements.further.len()) {
                1 => told.say("En ytterligare granskare behövs.", "One further reviewer is needed."),
                more => told.say(
                    format!("{more} ytterligare granskare behövs."),
                    format!("{more} further reviewers are needed."),
                ),
            }
        }
        (CriterionState::Single, _) => told.say(
            format!("Kriteriet är inget minimikrav, så värdet är den ende granskarens: {value}."),
            format!("The criterion is no minimum requirement, so the value is the one reviewer's: {value}."),
        ),
        (_, [one, two]) if one != two => {
            let (step_sv, step_en) = distance(one.abs_diff(*two));
            let (side_sv, side_en) = match minimum {
                true if whole(i64::from(*one)) >= rules.minimum_level => {
                    (" och båda når miniminivån", " and both reach the minimum level")
                }
                true => (" och båda är under miniminivån", " and both are below the minimum level"),
                false => ("", ""),
            };
            told.say(
                format!("Skillnaden är {step_sv}{side_sv}, så värdet är medelvärdet {value}."),
                format!("The difference is {step_en}{side_en}, so the value is the mean {value}."),
            );
        }
        (CriterionState::Median, [one, two, three]) => told.say(
            format!("Värdet är medianen av {one}, {two} och {three}: {value}."),
            format!("The value is the median of {one}, {two} and {three}: {value}."),
        ),
        _ => told.say(format!("Värdet är {value}."), format!("The value is {value}.")),
    }
}

/// Which rule gave the value, without what each reviewer set; none while the criterion is open.
pub(super) fn in_short(result: &CriterionResult) -> Option<Text> {
    let value = result.value.as_ref().map(number).unwrap_or_default();
    let (sv, en) = match result.state {
        CriterionState::Open | CriterionState::NeedsDiscussion | CriterionState::NeedsFurther => return None,
        CriterionState::NotApplicable => {
            return Some(Text::new(
                "Kriteriet är inte tillämpligt och räknas inte med.",
                "The criterion does not apply and is not counted.",
            ));
        }
        CriterionState::Missing => ("Underlag saknas, så värdet är", "Evidence is missing, so the value is"),
        CriterionState::Agreed => {
            ("Granskarna satte samma nivå. Värdet är", "The reviewers set the same level. The value is")
        }
        CriterionState::Mean => (
            "Granskarnas nivåer låg nära varandra, så värdet är medelvärdet",
            "The reviewers' levels were near each other, so the value is the mean",
        ),
        CriterionState::Revised => (
            "Efter samtalet låg granskarnas nivåer nära varandra, så värdet är medelvärdet",
            "After the discussion the reviewers' levels were near each other, so the value is the mean",
        ),
        CriterionState::Median => (
            "Värdet är medianen av tre granskares nivåer:",
            "The value is the median of three reviewers' levels:",
        ),
        CriterionState::Further => (
            "Ytterligare granskare bedömde, eftersom någon inte kunde det. Värdet är",
            "Further reviewers judged, since somebody could not. The value is",
        ),
        CriterionState::Single => {
            ("En av granskarna kunde bedöma. Värdet är", "One of the reviewers could judge. The value is")
        }
        CriterionState::Corrected => {
            ("Rättat efter faktagranskningen. Värdet är", "Corrected after the fact check. The value is")
        }
    };
    Some(Text::new(format!("{sv} {value}."), format!("{en} {value}.")))
}

/// Why a criterion has its light, and whether it meets its minimum.
pub(super) fn explain_light(result: &CriterionResult, rules: &Rules) -> Option<Text> {
    let value = result.value.as_ref()?;
    let shown = number(value);
    let (green, yellow, least) = (number(&rules.green), number(&rules.yellow), number(&rules.minimum_level));
    let mut told = Sentences::default();
    match result.light? {
        Light::Green => told
            .say(format!("Grön: {shown} är minst {green}."), format!("Green: {shown} is at least {green}.")),
        Light::Yellow => told.say(
            format!("Gul: {shown} är minst {yellow} men under {green}."),
            format!("Yellow: {shown} is at least {yellow} but below {green}."),
        ),
        Light::Red if result.state == CriterionState::Missing => {
            told.say("Röd: underlag saknas.", "Red: evidence is missing.");
        }
        Light::Red => {
            told.say(format!("Röd: {shown} är under {yellow}."), format!("Red: {shown} is below {yellow}."));
        }
    }
    match result.minimum_met {
        None => {}
        Some(true) => told.say(
            format!("Minimikravet, minst {least}, är uppfyllt."),
            format!("The minimum requirement, at least {least}, is met."),
        ),
        Some(false) => told.say(
            format!("Minimikravet, minst {least}, är inte uppfyllt."),
            format!("The minimum requirement, at least {least}, is not met."),
        ),
    }
    Some(told.join())
}

fn distance(steps: u8) -> (String, String) {
    match steps {
        1 => ("ett steg".to_owned(), "one step".to_owned()),
        2 => ("två steg".to_owned(), "two steps".to_owned()),
        3 => ("tre steg".to_owned(), "three steps".to_owned()),
        _ => (format!("{steps} steg"), format!("{steps} steps")),
    }
}

fn firsts(judgements: &CriterionJudgements) -> Option<(u8, u8)> {
    judgements.university.first.and_then(level).zip(judgements.region.first.and_then(level))
}

fn level(judgement: Judgement) -> Option<u8> {
    match judgement {
        Judgement::Level(level) => Some(level),
        Judgement::CannotJudge | Judgement::Unreadable => None,
    }
}
