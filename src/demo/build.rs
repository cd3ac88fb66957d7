//! Plays every year from the first opening to today, one transaction for each.

use std::path::Path;

use chrono::{Datelike as _, Days, TimeDelta};
use serde_json::json;

use super::assess::{self, Played};
use super::cast::{self, Cast};
use super::dice::Dice;
use super::register::{self, Homes};
use super::story::{self, Times, office};
use super::units::{self, UnitFacts};
use super::words::Words;
use super::{DAYS_LEFT, Settings, calibrate, follow, review, settle, store};
use crate::assessments::open_year::open_year;
use crate::assessments::{confirm_prefill, not_submitted, return_for_completion, save_answer, submit};
use crate::clock::{Moment, local_day};
use crate::cycles::calendar::Dates;
use crate::cycles::{self, cancel};

use crate::db::{Act, Database};
use crate::forms::{Form, Library, RawAnswers};
use crate::identity::standing::{self, Standing};
use crate::ids::PersonId;
use crate::problem::Problem;
use crate::state::CaseState;

/// What every step needs.
pub(super) struct Stage<'a> {
    pub form: &'a Form,
    pub library: &'a Library,
    pub words: &'a Words,
    pub cast: &'a Cast,
    pub units: &'a [UnitFacts],
    pub files: &'a Path,
    pub seed: u64,
    pub homes: Homes,
}

impl Stage<'_> {
    /// A coordinator of an authority (0 university, 1 region), by turns.
    pub fn coordinator(&self, authority: usize, year: i32) -> &PersonId {
        let [university, region] = &self.cast.coordinators;
        turn(if authority.is_multiple_of(2) { university } else { region }, i64::from(year))
    }

    /// The pair that reviews a case: nobody meets the same unit many years running.
    pub fn pair(&self, played: &Played<'_>) -> [&PersonId; 2] {
        let [university, region] = &self.cast.reviewers;
        let [first, second] = register::turns(self.place(played), i64::from(played.year));
        [turn(university, first), turn(region, second)]
    }

    /// A further reviewer, from either authority, who is not of the pair and has no ties to the unit.
    pub fn further(&self, played: &Played<'_>, which: usize) -> &PersonId {
        let [first, second] = register::turns(self.place(played), i64::from(played.year));
        let (authority, at) = match which {
            0 => (0, first + 5),
            1 => (1, second + 4),
            _ => (0, first + 9),
        };
        let unit = usize::try_from(self.place(played)).unwrap_or_default();
        let people = if authority == 0 { &self.cast.reviewers[0] } else { &self.cast.reviewers[1] };
        let mut taken = self.pair(played).to_vec();
        if which > 1 {
            taken.push(self.further(played, 0));
        }
        let fits = |at: &i64| {
            let person = turn(people, *at);
            let place = people.iter().position(|one| one == person).unwrap_or_default();
            !taken.contains(&person) && self.homes.may_review(self.units, authority, place, unit)
        };
        turn(people, (at..at + 15).find(fits).unwrap_or(at))
    }

    fn place(&self, played: &Played<'_>) -> i64 {
        let place = self.units.iter().position(|unit| unit.slug == played.unit.slug);
        place.and_then(|place| i64::try_from(place).ok()).unwrap_or_default()
    }
}

/// The person whose turn it is. Lists of people are never empty here.
#[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
fn turn(people: &[PersonId], at: i64) -> &PersonId {
    let count = i64::try_from(people.len()).unwrap_or(1).max(1);
    let at = usize::try_from(at.rem_euclid(count)).unwrap_or_default();
    &people[at]
}

/// A person with everything that decides what they may do now.
pub(super) fn standing(act: &mut Act<'_>, person: &PersonId) -> Result<Standing, Problem> {
    standing::load(act.db, person)?.ok_or_else(Problem::not_found)
}

/// Some minutes go by.
pub(super) fn pause(act: &mut Act<'_>, minutes: i64) {
    act.now += TimeDelta::minutes(minutes);
}

/// Makes a whole rehearsal in an empty, migrated database, with its files in `files`.
///
/// # Errors
/// A verb refuses, which a test of every seed we ship finds; or the disk is full.
pub fn build(
    database: &Database,
    (form, library): (&Form, &Library),
    files: &Path,
    settings: &Settings,
) -> Result<(), Problem> {
    let words = Words::read()?;
    let due = settings.today + TimeDelta::days(DAYS_LEFT);
    let year = due.year();
    let plain = Dates::of(&form.calendar, year);
    let shift = (due - local_day(plain.submission)).num_days();
    let (administrations, units) = units::list(settings.seed, settings.units, year)?;
    std::fs::create_dir_all(files).map_err(Problem::unavailable)?;
    let first = year - i32::from(settings.years);
    let dates = |year: i32| Dates::of(&form.calendar, year).shifted(shift);
    let before = office(dates(first).opens - Days::new(30), 0, &mut Dice::of(settings.seed, "before"));
    let cast = database.act(|act| cast::assemble(act, settings, administrations, &units, year, before))?;
    let (seed, years) = (settings.seed, first..=year);
    let homes = database.act(|act| {
        act.now = before;
        register::enrol(act, &cast, &units, years, seed)
    })?;
    let stage = Stage { form, library, words: &words, cast: &cast, units: &units, files, seed, homes };
    for past in first..year {
        let next = dates(past + 1).opens;
        database.act(|act| history(act, &stage, past, &dates(past), next, past + 1 == year))?;
    }
    let goals = story::goals(settings.seed, &units, year - 1);
    database.act(|act| {
        running(act, &stage, year, &dates(year), &goals)?;
        store::send_nothing(act)
    })
}

/// Opens a year; its cases in the order of the units.
fn open<'a>(
    act: &mut Act<'_>,
    stage: &Stage<'a>,
    year: i32,
    dates: &Dates,
    times: impl Fn(&mut Dice) -> Times,
) -> Result<Vec<Played<'a>>, Problem> {
    act.now = office(dates.opens, -1, &mut Dice::of(stage.seed, &format!("open/{year}")));
    let coordinator = stage.coordinator(1, year).clone();
    open_year(act, Some(&coordinator), year, stage.form, stage.library, dates)?;
    let cases = cycles::store::all_of_year(act.db, year)?;
    let mut played = Vec::new();
    for (unit, cast) in stage.units.iter().zip(&stage.cast.units) {
        let case = cases.iter().find(|case| case.unit.id == cast.id).ok_or_else(Problem::not_found)?;
        let mut dice = unit.dice(&format!("case/{year}"));
        let times = times(&mut dice);
        played.push(Played { case: case.id.clone(), unit, cast, year, times, dice });
    }
    Ok(played)
}

/// A whole year of the past.
fn history(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    year: i32,
    dates: &Dates,
    next: chrono::NaiveDate,
    last: bool,
) -> Result<(), Problem> {
    let mut cases = open(act, stage, year, dates, |dice| Times::of_history(dates, dice))?;
    for played in &mut cases {
        match played.dice.below(1000) {
            0..8 => leave(act, stage, played)?,
            8..22 => {
                never_submit(act, stage, played, dates, dates.assign)?;
                settle::fix(act, stage, played)?;
            }
            _ => play(act, stage, played, dates, CaseState::Final)?,
        }
    }
    let mut dice = Dice::of(stage.seed, &format!("year/{year}"));
    follow::release_all(act, stage, year, office(dates.release, 1, &mut dice))?;
    for played in &mut cases {
        let state = settle::state(act, played)?;
        if state == CaseState::Cancelled {
            continue;
        }
        let mut on = |day: chrono::NaiveDate, order: i64| office(day, order, &mut played.dice);
        let (written, accepted) =
            (on(dates.release + Days::new(17), 5), on(dates.release + Days::new(24), 2));
        let (told, reported, closed) =
            (on(dates.present, 2), on(dates.present + Days::new(95), 3), on(next - Days::new(3), 2));
        // Of those who must, nearly all write a plan in time.
        let planned = state == CaseState::Action && played.dice.chance(930);
        if planned {
            let version = follow::write_plan(act, stage, played, written, true)?;
            follow::accept_plan(act, stage, played, version, accepted)?;
        }
        follow::recommend(act, stage, played, told)?;
        if planned {
            follow::report_plan(act, played, reported)?;
        }
        if !(last && planned) {
            follow::close_case(act, stage, played, closed)?;
        }
    }
    if last {
        return Ok(());
    }
    // After the last case is closed, in the order of a working day.
    follow::end_year(act, stage, year, office(next - Days::new(2), 6, &mut dice))
}

/// The running year: each case as far as its goal.
fn running(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    year: i32,
    dates: &Dates,
    goals: &[CaseState],
) -> Result<(), Problem> {
    use CaseState as S;
    let mut cases = open(act, stage, year, dates, |dice| Times::of_early(dates, dice))?;
    calibrate::calibrate(act, stage, year, dates)?;
    let after_release = [S::Released, S::Presented, S::Action, S::FollowUp, S::InDepth, S::Closed];
    let mut dice = Dice::of(stage.seed, "running");
    for (played, goal) in cases.iter_mut().zip(goals).filter(|(_, goal)| after_release.contains(goal)) {
        let _ = goal;
        play(act, stage, played, dates, S::Final)?;
    }
    follow::release_all(act, stage, year, office(dates.opens + Days::new(31), 1, &mut dice))?;
    let on = |days: u64, order: i64, played: &mut Played<'_>| {
        office(dates.opens + Days::new(days), order, &mut played.dice)
    };
    for (played, goal) in cases.iter_mut().zip(goals) {
        // Late enough for the unit still to have days left to check facts, and the reviewers to answer.
        if matches!(goal, S::FactCheck | S::Commented) {
            played.times = played.times.clone().with_later_review(14);
        }
        match goal {
            S::Draft => draft(act, stage, played)?,
            S::Cancelled => leave(act, stage, played)?,
            S::NotSubmitted => never_submit(act, stage, played, dates, dates.opens + Days::new(34))?,
            S::Released => {}
            S::Presented | S::Closed => {
                let at = on(33, 2, played);
                follow::recommend(act, stage, played, at)?;
                if *goal == S::Closed {
                    let at = on(36, 3, played);
                    follow::close_case(act, stage, played, at)?;
                }
            }
            S::Action => {
                let at = on(35, 2, played);
                // By choice, where the outcome demands none.
                let submitted = settle::state(act, played)? != S::Action;
                follow::write_plan(act, stage, played, at, submitted)?;
            }
            S::FollowUp | S::InDepth => {
                let at = on(34, 2, played);
                let version = follow::write_plan(act, stage, played, at, true)?;
                let at = on(36, 3, played);
                follow::accept_plan(act, stage, played, version, at)?;
                let at = on(38, 4, played);
                follow::recommend(act, stage, played, at)?;
                if *goal == S::InDepth {
                    let at = on(40, 4, played);
                    follow::ask_in_depth(act, stage, played, at)?;
                }
            }
            _ => play(act, stage, played, dates, *goal)?,
        }
    }
    Ok(())
}

/// Plays one case until it is in the state asked for, from submitted to final.
fn play(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    dates: &Dates,
    goal: CaseState,
) -> Result<(), Problem> {
    use CaseState as S;
    let fair = assess::answer(act, stage, played, 100)?;
    act.now = played.times.submitted;
    hand_in(act, stage, played, dates)?;
    assess::decide_requests(act, stage, played, played.times.submitted + TimeDelta::minutes(50))?;
    if goal == S::Submitted {
        return Ok(());
    }
    if goal == S::Returned || played.dice.chance(70) {
        act.now = played.times.returned;
        let wanted = give_back(act, stage, played, dates)?;
        if goal == S::Returned {
            return Ok(());
        }
        act.now = played.times.completed;
        complete(act, stage, played, &wanted)?;
        hand_in(act, stage, played, dates)?;
    }
    review::assign_pair(act, stage, played)?;
    act.now = played.times.declared;
    if goal == S::Assigned {
        // One of the two has declared, or nobody yet.
        let who: &[usize] = if played.dice.chance(500) { &[0] } else { &[] };
        return review::declare_free(act, stage, played, who);
    }
    review::declare_free(act, stage, played, &[0, 1])?;
    let pair = stage.pair(played).map(Clone::clone);
    let apart = matches!(goal, S::Settling | S::Further);
    for (party, person) in pair.iter().enumerate() {
        let hours = i64::try_from(party).unwrap_or_default() * 5;
        act.now = played.times.locked - TimeDelta::hours(14 - hours);
        let share = if goal == S::Scoring && party == 1 { 45 } else { 100 };
        review::score(act, stage, played, &fair, party, share, apart)?;
        let locks = goal != S::Scoring || (party == 0 && played.dice.chance(500));
        if locks {
            act.now = played.times.locked + TimeDelta::minutes(hours);
            review::lock_review(act, stage, played, person)?;
        }
    }
    if goal == S::Scoring {
        return Ok(());
    }
    act.now = played.times.declared_again;
    review::declare_free(act, stage, played, &[0, 1])?;
    act.now = played.times.signed - TimeDelta::hours(30);
    settle::discuss(act, stage, played, &fair, goal != S::Settling, goal != S::Further)?;
    if goal == S::Settling {
        return Ok(());
    }
    act.now = played.times.signed;
    settle::sign(act, stage, played)?;
    if goal == S::Further {
        act.now = played.times.further_asked;
        return settle::ask_further(act, stage, played, 0).map(drop);
    }
    settle::settle_further(act, stage, played, &fair)?;
    if goal == S::FactCheck {
        return Ok(());
    }
    act.now = settle::checked(act, played)?;
    if goal == S::Commented || played.dice.chance(280) {
        let criterion = settle::comment(act, stage, played, &fair)?;
        if goal == S::Commented {
            return Ok(());
        }
        act.now = played.times.answered;
        settle::answer_comment(act, stage, played, &criterion)?;
    } else {
        let head = standing(act, &played.cast.head)?;
        crate::results::fact_check::no_comments(act, &head, &played.case)?;
    }
    settle::fix(act, stage, played)
}

/// The head signs and submits.
fn hand_in(act: &mut Act<'_>, stage: &Stage<'_>, played: &Played<'_>, dates: &Dates) -> Result<(), Problem> {
    let head = standing(act, &played.cast.head)?;
    submit::submit(act, &head, stage.form, dates, &played.case).map(drop)
}

/// The coordinator asks for more about one criterion.
fn give_back(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    dates: &Dates,
) -> Result<String, Problem> {
    let minimums: Vec<String> =
        stage.form.criteria().filter(|(_, one)| one.minimum).map(|(_, one)| one.id.clone()).collect();
    let criterion = played.dice.pick(&minimums).cloned().unwrap_or_default();
    let what = "Motiveringen hänvisar till en bilaga som inte finns med. Komplettera med den eller beskriv innehållet.";
    let coordinator = standing(act, stage.coordinator(0, played.year))?;
    let wanted = [(criterion.clone(), what.to_owned())];
    return_for_completion::return_for_completion(
        act,
        &coordinator,
        stage.form,
        dates,
        &played.case,
        &wanted,
    )?;
    Ok(criterion)
}

/// The unit adds what was asked for.
fn complete(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    criterion: &str,
) -> Result<(), Problem> {
    let entered = crate::assessments::store::entered(act.db, &played.case)?;
    if entered.not_applicable.contains_key(criterion) {
        return Ok(());
    }
    let mut content = entered.answers_to(criterion);
    let before =
        content.remove("motivation").and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default();
    let after =
        format!("{before} Komplettering: bilagans innehåll är infört i svaren ovan, med sidhänvisning.");
    let head = standing(act, &played.cast.head)?;
    let save = save_answer::Save {
        criterion,
        fields: RawAnswers::from([("motivation".to_owned(), json!(after))]),
        seen: entered.version_of(criterion),
    };
    save_answer::save_answer(act, &head, stage.form, &played.case, save).map(drop)
}

/// A unit that is still answering: from nothing to all but the last criteria.
fn draft(act: &mut Act<'_>, stage: &Stage<'_>, played: &mut Played<'_>) -> Result<(), Problem> {
    let share = match played.dice.below(8) {
        0 => 0,
        1 => 100,
        _ => usize::try_from(played.dice.between(8, 96)).unwrap_or(50),
    };
    // They have until nearly today.
    played.times.submitted += TimeDelta::days(38);
    assess::answer(act, stage, played, share)?;
    if share == 0 {
        return Ok(());
    }
    confirm_some(act, stage, played)
}

/// The head reads some of last year's answers and confirms them as they stand; the rest wait.
fn confirm_some(act: &mut Act<'_>, stage: &Stage<'_>, played: &mut Played<'_>) -> Result<(), Problem> {
    let entered = crate::assessments::store::entered(act.db, &played.case)?;
    let head = standing(act, &played.cast.head)?;
    let some = usize::try_from(played.dice.below(5)).unwrap_or_default();
    let waiting = stage.form.criteria().filter(|(_, criterion)| {
        entered.waits(&criterion.id) && !entered.not_applicable.contains_key(&criterion.id)
    });
    for (_, criterion) in waiting.take(some) {
        pause(act, 4);
        let seen = entered.version_of(&criterion.id);
        confirm_prefill::confirm_prefill(act, &head, stage.form, &played.case, &criterion.id, seen)?;
    }
    Ok(())
}

/// The unit was merged with another.
fn leave(act: &mut Act<'_>, stage: &Stage<'_>, played: &Played<'_>) -> Result<(), Problem> {
    act.now = played.times.submitted;
    let coordinator = standing(act, stage.coordinator(1, played.year))?;
    let reason =
        "Enheten slås ihop med en annan enhet under året och utvärderas tillsammans med den nästa år.";
    cancel::cancel(act, &coordinator, &played.case, reason).map(drop)
}

/// The unit answered something and never submitted, also after its own earlier or the common day.
fn never_submit(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    dates: &Dates,
    day: chrono::NaiveDate,
) -> Result<(), Problem> {
    assess::answer(act, stage, played, 30)?;
    let due: Moment = dates.submission.min(office(day - Days::new(8), 6, &mut played.dice));
    let changes = cycles::store::Changes { submission_due: Some(due), ..cycles::store::Changes::default() };
    cycles::store::change(act, &played.case, &changes)?;
    act.now = office(day, 3, &mut played.dice);
    let coordinator = standing(act, stage.coordinator(0, played.year))?;
    let reason =
        "Enheten har påmints tre gånger och verksamhetschefen har meddelat att svar inte kan lämnas i år.";
    not_submitted::mark(act, &coordinator, dates, &played.case, reason).map(drop)
}
