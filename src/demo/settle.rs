//! From both locks to a fixed result: discussions, further reviewers, the unit's comments.

use chrono::TimeDelta;

use super::assess::{Fair, Played};
use super::build::{Stage, pause, standing};
use super::review::{self, reason};
use crate::clock::Moment;
use crate::cycles;
use crate::db::Act;
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::results::{fact_check, finalise};
use crate::reviews::conflict::declare::declare;
use crate::reviews::judgements::Said;
use crate::reviews::{Level, correct, further, settle};
use crate::scoring::CriterionState;
use crate::state::CaseState;

/// The most further reviewers that a case can need: three for a minimum that nobody of the pair could judge.
const MOST_FURTHER: usize = 3;

/// What is said of the case now.
fn said(act: &mut Act<'_>, played: &Played<'_>) -> Result<Said, Problem> {
    let case = cycles::store::by_ids(act.db, std::slice::from_ref(&played.case))?;
    Said::load(act.db, case.first().ok_or_else(Problem::not_found)?)
}

/// The state of the case now.
pub(super) fn state(act: &mut Act<'_>, played: &Played<'_>) -> Result<CaseState, Problem> {
    let case = cycles::store::by_ids(act.db, std::slice::from_ref(&played.case))?;
    Ok(case.first().ok_or_else(Problem::not_found)?.state)
}

/// The pair talks about what differs. `all` false leaves it at the first criterion; `agree` false leaves one apart.
pub(super) fn discuss(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    fair: &Fair,
    all: bool,
    agree: bool,
) -> Result<(), Problem> {
    let [university, region] = stage.pair(played);
    let (university, region) = (standing(act, university)?, standing(act, region)?);
    let before = said(act, played)?;
    let mut apart = !agree;
    for (_, criterion) in stage.form.criteria() {
        let id = criterion.id.as_str();
        if before.status(stage.form, id)?.state != CriterionState::NeedsDiscussion {
            continue;
        }
        let level = |at: usize| {
            let seat = before
                .seats
                .iter()
                .find(|seat| seat.person_id == *if at == 0 { university.id() } else { region.id() });
            seat.and_then(|seat| before.score(seat, id)?.first?.level()).map_or(2, Level::number)
        };
        let (one, other) = (level(0), level(1));
        let fair = fair.get(id).copied().unwrap_or(2);
        // Whoever is further away gives in.
        let (gives_in, stands, to) = if one.abs_diff(fair) > other.abs_diff(fair) {
            (&university, &region, other)
        } else {
            (&region, &university, one)
        };
        let message = format!("{} Hur såg du på underlaget?", reason(stage.words, id, to, &mut played.dice));
        settle::write_message(act, stands, stage.form, &played.case, id, &message)?;
        pause(act, 40);
        if !all {
            return Ok(());
        }
        let stays = apart || played.dice.chance(70);
        apart = false;
        let answer = if stays {
            "Jag läser beskrivningen av nivåerna på ett annat sätt och står kvar vid min bedömning."
        } else {
            "Det stämmer, jag hade inte sett bilagan. Jag ändrar min nivå."
        };
        settle::write_message(act, gives_in, stage.form, &played.case, id, answer)?;
        if !stays {
            let why = format!("Efter samtalet: {}", reason(stage.words, id, to, &mut played.dice));
            let to = Level::new(to).ok_or_else(Problem::not_found)?;
            settle::revise(act, gives_in, stage.form, &played.case, id, to, &why)?;
        }
        for person in [gives_in, stands] {
            settle::close(act, person, stage.form, &played.case, id)?;
            pause(act, 6);
        }
    }
    Ok(())
}

/// Both sign, most often under a joint summary.
pub(super) fn sign(act: &mut Act<'_>, stage: &Stage<'_>, played: &mut Played<'_>) -> Result<(), Problem> {
    const SUMMARIES: &[&str] = &[
        "Enheten har ett tydligt uppdrag och en ledning som följer det. Forskningen är enhetens styrka. Arbetet med patienters upplevelser kan utvecklas, och planen för återväxt behöver följas upp med namn och datum.",
        "Självvärderingen är ärlig och väl underbyggd. Utbildningsuppdraget fungerar väl. Vi ser att forskningstiden ofta får ge vika för vården och råder enheten att lägga ut inställd tid på nytt.",
        "Enheten har goda förutsättningar men utnyttjar dem inte fullt ut. De gemensamma målen är för många. Vi rekommenderar färre mål som beslutas med institutionen och följs varje kvartal.",
        "Sammantaget en enhet i god utveckling. Samarbetena utomlands är många. Redovisningen av medel bör delas på lokaler, löner och drift så att den går att jämföra med andra.",
    ];
    let [university, region] = stage.pair(played);
    let (university, region) = (standing(act, university)?, standing(act, region)?);
    let mut seen = 0;
    if played.dice.chance(850) {
        let summary = played.dice.pick(SUMMARIES).copied().unwrap_or_default();
        seen = settle::write_summary(act, &university, &played.case, 0, summary)?.version;
    }
    pause(act, 30);
    settle::sign(act, &university, stage.form, &played.case, seen)?;
    pause(act, 45);
    settle::sign(act, &region, stage.form, &played.case, seen + 1).map(drop)
}

/// Asks a further reviewer to score what is not settled.
pub(super) fn ask_further(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    turn: usize,
) -> Result<(PersonId, Vec<String>), Problem> {
    let said = said(act, played)?;
    let criteria: Vec<String> = said.needs_further(stage.form)?.into_keys().collect();
    let person = stage.further(played, turn).clone();
    let coordinator = standing(act, stage.coordinator(turn, played.year))?;
    further::assign(act, &coordinator, stage.form, &played.case, &person, &criteria)?;
    Ok((person, criteria))
}

/// Further reviewers score until everything is settled.
pub(super) fn settle_further(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    fair: &Fair,
) -> Result<(), Problem> {
    for turn in 0..MOST_FURTHER {
        if state(act, played)? != CaseState::Further {
            break;
        }
        act.now = played.times.further_asked;
        let (person, criteria) = ask_further(act, stage, played, turn)?;
        act.now = played.times.further_locked;
        pause(act, i64::try_from(turn).unwrap_or_default() * 90);
        let reviewer = standing(act, &person)?;
        declare(act, &reviewer, &played.case, None)?;
        let given = criteria.into_iter().map(|id| {
            let level = fair.get(&id).copied().unwrap_or(2);
            (id, Some(level))
        });
        let given = given.collect();
        review::add(act, stage, played, &person, given)?;
        pause(act, 10);
        review::lock_review(act, stage, played, &person)?;
    }
    Ok(())
}

/// When the unit is done with the fact check: as planned, but the day before its time is up at the latest.
pub(super) fn checked(act: &mut Act<'_>, played: &Played<'_>) -> Result<Moment, Problem> {
    let case = cycles::store::by_ids(act.db, std::slice::from_ref(&played.case))?;
    let due = case.first().and_then(|case| case.fact_check_due);
    Ok(due.map_or(played.times.checked, |due| played.times.checked.min(due - TimeDelta::hours(30))))
}

/// The head comments facts of one criterion and sends the comment.
pub(super) fn comment(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    fair: &Fair,
) -> Result<String, Problem> {
    const COMMENTS: &[&str] = &[
        "Antalet i fältet gäller kalenderåret, men granskarna har läst det som läsåret. Rätt uppgift står i bilagan på sidan 2.",
        "I granskningen står att underlaget saknas. Det finns som andra fil under kriteriet och lämnades in i tid.",
        "Vi vill rätta en uppgift: två av de personer som räknades som vakanta tillträdde före årets slut.",
    ];
    let ids: Vec<&String> = fair.keys().collect();
    let id = played.dice.pick(&ids).map_or_else(String::new, |id| (*id).clone());
    let comment = played.dice.pick(COMMENTS).copied().unwrap_or_default();
    let head = standing(act, &played.cast.head)?;
    fact_check::comment(act, &head, stage.form, &played.case, &id, comment)?;
    pause(act, 5);
    fact_check::send(act, &head, &played.case)?;
    Ok(id)
}

/// The reviewers answer the comment, and now and then one corrects a score that both had set alike.
pub(super) fn answer_comment(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    criterion: &str,
) -> Result<(), Problem> {
    let reviewer = standing(act, stage.pair(played)[0])?;
    let said = said(act, played)?;
    let settled = said.status(stage.form, criterion)?;
    let ordinary = stage.form.criterion(criterion).is_some_and(|one| !one.minimum);
    let level = settled.levels.first().copied().unwrap_or(4);
    let corrects =
        ordinary && settled.state == CriterionState::Agreed && level < 4 && played.dice.chance(600);
    let answer = if corrects {
        "Tack, uppgiften stämmer. Vi har läst bilagan igen och nivån rättas."
    } else {
        "Tack. Uppgiften är noterad men ändrar inte bedömningen, som bygger på hela underlaget."
    };
    fact_check::answer(act, &reviewer, &played.case, criterion, answer)?;
    if corrects {
        let to = Level::new(level + 1).ok_or_else(Problem::not_found)?;
        let why =
            "Enhetens rättelse av fakta visar att nivåns beskrivning är uppfylld. Bilagan är läst på nytt.";
        correct::correct(act, &reviewer, stage.form, &played.case, criterion, to, why)?;
    }
    Ok(())
}

/// The coordinator fixes the result.
pub(super) fn fix(act: &mut Act<'_>, stage: &Stage<'_>, played: &Played<'_>) -> Result<(), Problem> {
    act.now = played.times.fixed;
    let coordinator = standing(act, stage.coordinator(1, played.year))?;
    finalise::finalise(act, &coordinator, stage.form, finalise::REGISTRY_PREFIX, &played.case).map(drop)
}
