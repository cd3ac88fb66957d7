//! What would have changed the outcome, and what an open criterion can still change, in words.

use num_traits::Zero;

use super::number;
use crate::number::{display, display_short};
use crate::scoring::nearest::{ValueChange, Way};
use crate::scoring::outcome::Outcome;
use crate::scoring::stakes::Stake;
use crate::text::Text;

/// `Om E2 hade fått 2 i stället för 1 hade omdömet blivit G, Godkänd.`
pub(super) fn way(way: &Way) -> Text {
    let outcome = named(way.outcome);
    if let [only] = way.changes.as_slice() {
        let (id, to, from) = (&only.criterion, number(&only.to), number(&only.from));
        return Text::new(
            format!("Om {id} hade fått {to} i stället för {from} hade omdömet blivit {}.", outcome.sv),
            format!("With {to} instead of {from}, {id} would have made the outcome {}.", outcome.en),
        );
    }
    let list = |at: &str, now: &str, and: &str| {
        let one = |change: &ValueChange| {
            format!("{} {at} {} ({now} {})", change.criterion, number(&change.to), number(&change.from))
        };
        let all: Vec<String> = way.changes.iter().map(one).collect();
        match all.as_slice() {
            [before @ .., last] => format!("{} {and} {last}", before.join(", ")),
            [] => String::new(),
        }
    };
    let count = way.changes.len();
    Text::new(
        format!(
            "Det krävs minst {count} kriterier. Med {} hade omdömet blivit {}.",
            list("på", "nu", "och"),
            outcome.sv
        ),
        format!(
            "It takes at least {count} criteria. With {} the outcome would have been {}.",
            list("at", "now", "and"),
            outcome.en
        ),
    )
}

/// `Kan avgöra om omdömet blir V, Godkänd med krav på åtgärder, eller G, Godkänd. …`
pub(super) fn stake(stake: &Stake) -> Text {
    let (worst, best) = (named(stake.outcomes.0), named(stake.outcomes.1));
    let mut told = if stake.changes_outcome() {
        Text::new(
            format!("Kan avgöra om omdömet blir {}, eller {}.", worst.sv, best.sv),
            format!("Can decide whether the outcome is {}, or {}.", worst.en, best.en),
        )
    } else {
        Text::new(
            "Ändrar inte omdömet om de andra öppna kriterierna hamnar mitt emellan.",
            "Does not change the outcome if the other open criteria end halfway.",
        )
    };
    let mut say =
        |sv: &str, en: &str| told = Text::new(format!("{} {sv}", told.sv), format!("{} {en}", told.en));
    if stake.decides_minimum {
        say("Avgör om minimikravet är uppfyllt.", "Decides whether the minimum requirement is met.");
    }
    let (lowest, highest) = (display_short(&stake.lowest, 2), display_short(&stake.highest, 2));
    if stake.points.is_zero() {
        say(&format!("Värdet blir {lowest}."), &format!("The value is {lowest}."));
    } else {
        let points = points(stake);
        say(
            &format!(
                "Värdet blir mellan {lowest} och {highest}, vilket flyttar totalen upp till {points} poäng."
            ),
            &format!(
                "The value is between {lowest} and {highest}, which moves the total by up to {points} points."
            ),
        );
    }
    told
}

/// Two decimals where one would say nothing.
fn points(stake: &Stake) -> String {
    let short = display(&stake.points, 1);
    if short == "0,0" { display_short(&stake.points, 2) } else { short }
}

fn named(outcome: Outcome) -> Text {
    let title = outcome.title();
    Text::new(format!("{}, {}", outcome.code(), title.sv), format!("{}, {}", outcome.code(), title.en))
}
