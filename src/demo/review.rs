//! Two reviewers take a case from its submission to both locks.

use serde_json::json;

use super::assess::{Fair, Played};
use super::build::{Stage, pause, standing};
use super::dice::Dice;
use super::store::{self, ScoreRow, ScoreVersionRow};
use super::words::{Words, third};
use crate::db::Act;
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::reviews::conflict::declare::declare;
use crate::reviews::{Level, Score, assign, lock, store as reviews};

/// The coordinator assigns the pair of the year.
pub(super) fn assign_pair(act: &mut Act<'_>, stage: &Stage<'_>, played: &Played<'_>) -> Result<(), Problem> {
    act.now = played.times.assigned;
    let coordinator = standing(act, stage.coordinator(0, played.year))?;
    let [university, region] = stage.pair(played);
    assign::pair(act, &coordinator, &played.case, university, region).map(drop)
}

/// One or both of the pair declare to be free of conflict.
pub(super) fn declare_free(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    who: &[usize],
) -> Result<(), Problem> {
    let pair = stage.pair(played);
    for person in who.iter().filter_map(|at| pair.get(*at)) {
        let reviewer = standing(act, person)?;
        declare(act, &reviewer, &played.case, None)?;
        pause(act, 25);
    }
    Ok(())
}

/// One of the pair scores so many criteria in hundredths. `apart` makes one score differ much from the fair one.
pub(super) fn score(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    fair: &Fair,
    party: usize,
    share: usize,
    apart: bool,
) -> Result<(), Problem> {
    let person = stage.pair(played).get(party).copied().ok_or_else(Problem::not_found)?.clone();
    let take = (fair.len() * share).div_ceil(100);
    let lean = Dice::of(stage.seed, &format!("lean/{person}")).between(-6, 6);
    let far = fair
        .iter()
        .filter(|(id, _)| stage.form.criterion(id).is_some_and(|one| !one.minimum))
        .map(|(id, _)| id);
    let far = far.clone().next_back().filter(|_| apart && party == 1);
    let mut given = Vec::new();
    for (id, level) in fair.iter().take(take) {
        let minimum = stage.form.criterion(id).is_some_and(|one| one.minimum);
        let first = match far {
            Some(far) if far == id => Some(if *level >= 2 { level - 2 } else { level + 2 }),
            _ => first_score(*level, minimum, lean, &mut played.dice),
        };
        given.push((id.clone(), first));
    }
    add(act, stage, played, &person, given)
}

/// What a reviewer says of a criterion of this fair level; nothing when unable to judge. `lean` is in hundredths.
fn first_score(fair: u8, minimum: bool, lean: i64, dice: &mut Dice) -> Option<u8> {
    if dice.chance(if minimum { 3 } else { 12 }) {
        return None;
    }
    let shift = match dice.below(100) + lean {
        ..=1 => -2,
        2..=13 => -1,
        14..=85 => 0,
        86..=97 => 1,
        _ => 2,
    };
    u8::try_from((i64::from(fair) + shift).clamp(0, 4)).ok()
}

/// Writes scores of somebody who has a seat, each with its reason.
pub(super) fn add(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    person: &PersonId,
    given: Vec<(String, Option<u8>)>,
) -> Result<(), Problem> {
    let seat = reviews::seat(act.db, &played.case, person)?;
    let (mut rows, mut versions) = (Vec::new(), Vec::new());
    for (criterion, level) in given {
        let score = match level {
            Some(level) => Level::new(level).map(Score::Level).ok_or_else(Problem::not_found)?,
            None => Score::CannotJudge,
        };
        pause(act, 4);
        let reason = match level {
            Some(level) => reason(stage.words, &criterion, level, &mut played.dice),
            None => cannot_judge(&mut played.dice),
        };
        let content = json!({
            "first": score.as_str(), "reason": reason, "revised": null, "corrected": null, "closed_at": null,
        });
        versions.push(ScoreVersionRow {
            assignment_id: seat.id.clone(),
            criterion: criterion.clone(),
            version: 1,
            content: content.to_string(),
            saved_at: act.now,
        });
        rows.push(ScoreRow {
            assignment_id: seat.id.clone(),
            criterion,
            version: 1,
            first: Some(score),
            reason,
            saved_at: act.now,
        });
    }
    store::add_scores(act, &rows, &versions)
}

/// Locks a review.
pub(super) fn lock_review(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    person: &PersonId,
) -> Result<(), Problem> {
    let reviewer = standing(act, person)?;
    lock::lock(act, &reviewer, stage.form, &played.case).map(drop)
}

/// A reviewer's reason for a level.
pub(super) fn reason(words: &Words, criterion: &str, level: u8, dice: &mut Dice) -> String {
    const OPENINGS: &[&str] = &[
        "Underlaget visar att",
        "Av svaren framgår att",
        "Jag bedömer att",
        "Svaren och bilagorna visar att",
        "Min bild är att",
        "Enheten redovisar att",
        "Det går att följa i underlaget att",
    ];
    let opening = dice.pick(OPENINGS).copied().unwrap_or("Jag bedömer att");
    let reasons = words.reasons(criterion);
    let seen = reasons.and_then(|reasons| reasons.seen.get(third(level)));
    let seen = seen.map_or("kriteriet är besvarat så att det går att bedöma", String::as_str);
    let advice = reasons.map_or("fortsätta arbetet på samma sätt", |reasons| reasons.advice.as_str());
    let after = match (level, dice.below(3)) {
        (0 | 1, 0) => format!("För att nå minimikravet behöver enheten {advice}."),
        (0 | 1, _) => format!("Det räcker inte för nivå 2. Ett första steg är att {advice}."),
        (4, 0) => "Andra enheter kan lära av hur enheten arbetar.".to_owned(),
        (4, _) => "Arbetet följs upp och resultatet är tydligt, också jämfört med andra enheter.".to_owned(),
        (_, 0) => format!("Nästa steg är att {advice}."),
        (_, 1) => format!("För en högre nivå behöver enheten {advice}."),
        _ => "Det motsvarar nivåns beskrivning, och underlaget stöder självvärderingen.".to_owned(),
    };
    format!("{opening} {seen}. {after}")
}

fn cannot_judge(dice: &mut Dice) -> String {
    const WHY: &[&str] = &[
        "Jag saknar kompetens inom området för att bedöma kriteriet utifrån det underlag som finns.",
        "Underlaget räcker inte för att jag ska kunna bedöma kriteriet. Bilagan handlar om ett annat år.",
    ];
    dice.pick(WHY).copied().unwrap_or_default().to_owned()
}
