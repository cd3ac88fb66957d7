//! The calibration round before the running year: opened, scored and locked by nearly all reviewers, and closed.

use std::collections::BTreeMap;

use chrono::Days;

use super::build::{Stage, pause, standing};
use super::dice::Dice;
use super::store::{self, CalibrationReviewRow, CalibrationScoreRow};
use super::story::office;
use crate::calibration::{CalibrationCase, clarify, close, lock, open, pick, view};
use crate::cycles::calendar::Dates;
use crate::db::Act;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reviews::{Level, Score};

/// Cases of the round.
const CASES: usize = 2;

/// A whole round, from its first case to its end. Nothing when no earlier year has a released case.
pub(super) fn calibrate(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    year: i32,
    dates: &Dates,
) -> Result<(), Problem> {
    let mut dice = Dice::of(stage.seed, "calibration");
    let mut on = |days: u64, order: i64| office(dates.opens + Days::new(days), order, &mut dice);
    let (prepared, opened, scored, closed) = (on(1, 1), on(2, 1), on(5, 2), on(19, 3));
    act.now = prepared;
    let coordinator = standing(act, stage.coordinator(1, year))?;
    let sources = pick::eligible(act.db, &coordinator, stage.library, year)?;
    let newest: Vec<_> = sources.iter().filter(|case| case.year == year - 1).collect();
    let chosen = Dice::of(stage.seed, "calibration/cases").some(&newest, i64::try_from(CASES).unwrap_or(2));
    if chosen.is_empty() {
        return Ok(());
    }
    let mut cases = Vec::new();
    for source in chosen {
        let from = (source.unit.slug.as_str(), source.year);
        cases.push(pick::pick(act, &coordinator, (stage.library, CASES), year, from)?);
        pause(act, 35);
    }
    act.now = opened;
    let due = dates.opens + Days::new(17);
    open::open(act, &coordinator, year, Some(due), true)?;
    act.now = scored;
    for person in stage.cast.reviewers.iter().flatten() {
        let reviewer = standing(act, person)?;
        let mut dice = Dice::of(stage.seed, &format!("calibration/{person}"));
        // One now and then has no time.
        let takes = if dice.chance(930) { cases.len() } else { 1 };
        for case in cases.iter().take(takes) {
            score(act, stage, &reviewer, *case, &mut dice)?;
        }
    }
    act.now = closed;
    let round = close::close(act, &coordinator, year)?;
    let spread = view::spread(act.db, &coordinator, &round)?;
    for criterion in view::unclear(stage.form, &spread, &BTreeMap::new()) {
        pause(act, 20);
        let text = format!(
            "Läs nivåerna i {criterion} efter vad som är genomfört under året. Planer och beslut som inte har börjat gälla räcker \
             till nivå 1. För nivå 3 ska resultatet vara uppföljt och visat i svaren."
        );
        clarify::clarify(act, &coordinator, stage.form, (year, &criterion), 0, &text)?;
    }
    Ok(())
}

/// Somebody scores every criterion of a case and locks.
fn score(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    reviewer: &Standing,
    case: CalibrationCase,
    dice: &mut Dice,
) -> Result<(), Problem> {
    let own = view::reviewed(act.db, reviewer, case.year, case.number)?;
    let mut rows = Vec::new();
    for criterion in own.criteria(stage.form) {
        let mut fair = Dice::of(stage.seed, &format!("calibration/{}/{criterion}", case.number));
        let (fair, unclear) = (fair.between(1, 3), fair.chance(60));
        let level =
            if unclear { dice.pick(&[0, 0, 2, 4, 4]).copied().unwrap_or(2) } else { fair + shift(dice) };
        let level = u8::try_from(level.clamp(0, 4)).ok().and_then(Level::new);
        let score = level.map(Score::Level).filter(|_| !dice.chance(25)).unwrap_or(Score::CannotJudge);
        pause(act, 1);
        rows.push(CalibrationScoreRow {
            year: case.year,
            number: case.number,
            person_id: reviewer.id().clone(),
            criterion: criterion.to_owned(),
            version: 1,
            score: Some(score),
            reason: String::new(),
            saved_at: act.now,
        });
    }
    let review =
        CalibrationReviewRow { year: case.year, number: case.number, person_id: reviewer.id().clone() };
    store::add_calibration(act, &review, &rows)?;
    lock::lock(act, reviewer, stage.form, (case.year, case.number))
}

/// How far a reviewer is from what most say.
fn shift(dice: &mut Dice) -> i64 {
    match dice.below(100) {
        ..=12 => -1,
        13..=84 => 0,
        85..=96 => 1,
        _ => 2,
    }
}
