//! After the result is fixed: release by two authorities, recommendations, plans, and the end of a case.

use chrono::{Days, Months, NaiveDate, TimeDelta};

use super::assess::Played;
use super::build::{Stage, pause, standing};
use super::words::capital;
use crate::clock::{Moment, local_day};
use crate::cycles::close_year;
use crate::db::Act;
use crate::followup::{PlannedAction, Recommendation, close, plan, recommendation};
use crate::problem::Problem;
use crate::records::archive;
use crate::results::{release, store as results};
use crate::reviews::conflict::declare::declare;
use crate::scoring::Outcome;

/// One coordinator asks for the release, one of the other authority confirms.
pub(super) fn release_all(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    year: i32,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at;
    let [university, region] = [stage.coordinator(0, year), stage.coordinator(1, year)];
    let asker = standing(act, university)?;
    release::ask(act, &asker, year)?;
    pause(act, 90);
    let other = standing(act, region)?;
    release::confirm(act, &other, year).map(drop)
}

/// The outcome of a fixed case.
pub(super) fn outcome(act: &mut Act<'_>, played: &Played<'_>) -> Result<Option<Outcome>, Problem> {
    Ok(results::newest(act.db, &played.case)?.and_then(|result| result.outcome()))
}

/// The group notes its recommendation.
pub(super) fn recommend(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at;
    let Some((writer, _)) = stage.cast.group.first() else { return Ok(()) };
    let member = standing(act, writer)?;
    declare(act, &member, &played.case, None)?;
    pause(act, 2);
    let (recommendation, motive) = match outcome(act, played)? {
        Some(Outcome::F) => (
            "Enheten bör få presentera sitt arbetssätt för de andra enheterna.",
            "Resultatet är högt i alla områden, och fallbeskrivningen är ett lärande exempel.",
        ),
        Some(Outcome::G) => (
            "Enheten bör fortsätta sitt arbete och följa de områden där båda granskarna ser samma brist.",
            "Minimikraven är uppfyllda, och utvecklingen är god jämfört med förra året.",
        ),
        Some(Outcome::V) => (
            "Enheten bör ta fram en åtgärdsplan med fokus på de minimikrav som inte är uppfyllda.",
            "Bristerna är avgränsade och bör kunna åtgärdas inom ett år.",
        ),
        Some(Outcome::O) => (
            "Gruppen föreslår fördjupad granskning och stöd från förvaltningen till enhetens åtgärdsplan.",
            "Flera minimikrav är inte uppfyllda, och utvecklingen har varit svag.",
        ),
        Some(Outcome::E) | None => (
            "Förvaltningen bör stödja enheten så att nästa självvärdering lämnas in i tid.",
            "Underlaget räcker inte för en bedömning av året.",
        ),
    };
    let present: Vec<&str> = stage.cast.group.iter().map(|(_, name)| name.as_str()).collect();
    let given = Recommendation {
        recommendation: recommendation.to_owned(),
        motive: motive.to_owned(),
        decided_on: local_day(at),
        present: present.join(", "),
        absent: String::new(),
    };
    let member = standing(act, writer)?;
    crate::followup::recommendation::write(act, &member, &played.case, &given).map(drop)
}

/// The group asks for an in-depth review.
pub(super) fn ask_in_depth(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at;
    let Some((writer, _)) = stage.cast.group.first() else { return Ok(()) };
    let member = standing(act, writer)?;
    let why = "Flera minimikrav är inte uppfyllda och gruppen vill förstå orsakerna tillsammans med enheten.";
    recommendation::ask_in_depth(act, &member, &played.case, why).map(drop)
}

/// The unit writes a plan: one action for each unmet minimum, at least one; `submit` says whether the head puts it in.
pub(super) fn write_plan(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    at: Moment,
    submit: bool,
) -> Result<i32, Problem> {
    act.now = at;
    let head = standing(act, &played.cast.head)?;
    let result = results::newest(act.db, &played.case)?.ok_or_else(Problem::not_found)?;
    let mut criteria = result.scored.unmet_minimum.clone().unwrap_or_default();
    let low = result
        .scored
        .criteria
        .iter()
        .filter(|(_, one)| one.value.as_ref().is_some_and(|value| *value < stage.form.rules.yellow));
    for (id, _) in low {
        if criteria.len() < 4 && !criteria.iter().any(|one| one == id) {
            criteria.push(id.to_owned());
        }
    }
    if criteria.is_empty() {
        criteria.extend(stage.form.criteria().map(|(_, criterion)| criterion.id.clone()).take(1));
    }
    let owners =
        ["Verksamhetschefen", "Forskningsansvarig", "Studierektorn", "Sektionschefen", "Vårdutvecklaren"];
    let mut seen = 0;
    for (place, criterion) in criteria.iter().enumerate() {
        let advice =
            stage.words.reasons(criterion).map_or("fortsätta arbetet", |reasons| reasons.advice.as_str());
        let months = Months::new(u32::try_from(4 + place * 2).unwrap_or(6));
        let given = PlannedAction {
            criterion: Some(criterion.clone()),
            action: format!("{}.", capital(advice)),
            owner: owners.get(place % owners.len()).copied().unwrap_or("Verksamhetschefen").to_owned(),
            due: local_day(at).checked_add_months(months).unwrap_or(NaiveDate::MAX),
        };
        seen = plan::save_action(act, &head, stage.form, &played.case, seen, None, &given)?.version;
        pause(act, 8);
    }
    if submit {
        plan::submit(act, &head, &played.case, seen)?;
        seen += 2;
    }
    Ok(seen)
}

/// The head of administration signs the plan, and a coordinator accepts it four days later.
pub(super) fn accept_plan(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    version: i32,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at - TimeDelta::days(4);
    let heads = &stage.cast.administration_heads;
    let head = heads.get(played.unit.administration).ok_or_else(Problem::not_found)?;
    let head = standing(act, head)?;
    let version = plan::sign(act, &head, &played.case, version)?.version;
    act.now = at;
    let coordinator = standing(act, stage.coordinator(0, played.year))?;
    plan::accept(act, &coordinator, &played.case, version).map(drop)
}

/// The coordinator closes a year whose cases are all done, and the registrar archives it.
pub(super) fn end_year(act: &mut Act<'_>, stage: &Stage<'_>, year: i32, at: Moment) -> Result<(), Problem> {
    act.now = at;
    let coordinator = standing(act, stage.coordinator(0, year))?;
    close_year::close_year(act, &coordinator, year)?;
    act.now = at + TimeDelta::hours(2);
    let registrar = standing(act, &stage.cast.registrar)?;
    archive::archive(act, &registrar, year, &format!("Regionarkivet, leverans {}-017", year + 1)).map(drop)
}

/// The unit tells how the actions of its accepted plan go.
pub(super) fn report_plan(act: &mut Act<'_>, played: &mut Played<'_>, at: Moment) -> Result<(), Problem> {
    act.now = at;
    let head = standing(act, &played.cast.head)?;
    let plan = crate::followup::store::plan(act.db, &played.case)?.ok_or_else(Problem::not_found)?;
    for (place, action) in plan.actions.iter().enumerate() {
        let done = place == 0 || played.dice.chance(300);
        let (done_on, note) = if done {
            (Some(local_day(at) - Days::new(9)), "Genomförd. Underlag finns i ledningssystemet.")
        } else {
            (None, "Pågår. Ansvarig är utsedd och tiden håller.")
        };
        plan::report(act, &head, &played.case, &action.id, done_on, note)?;
        pause(act, 4);
    }
    Ok(())
}

/// The coordinator closes the case.
pub(super) fn close_case(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at;
    let coordinator = standing(act, stage.coordinator(1, played.year))?;
    close::close(act, &coordinator, &played.case, "Ärendet är klart och nästa årscykel öppnar.").map(drop)
}
