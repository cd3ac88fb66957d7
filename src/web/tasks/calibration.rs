//! What calibration rounds ask of reviewers and coordinators.

use super::Task;
use crate::app::App;
use crate::calibration::{Round, RoundState, store, view};
use crate::cycles::calendar::end_of;
use crate::db::Db;
use crate::identity::GrantedRole;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;

/// The rounds that wait for this person.
pub(super) fn tasks(db: &mut Db, standing: &Standing, app: &App, lang: Lang) -> Result<Vec<Task>, Problem> {
    let mut tasks = Vec::new();
    for round in view::own_rounds(db, standing)?.iter().filter(|round| round.state == RoundState::Open) {
        tasks.extend(reviewer(db, standing, round, lang)?);
    }
    if standing.holds(GrantedRole::Coordinator) {
        let rounds = store::rounds(db)?;
        // An old round whose anchors stayed as they were is no task: only the newest is.
        for round in rounds.iter().filter(|round| standing.coordinates(round.year)).take(1) {
            tasks.extend(coordinator(db, standing, app, round, lang)?);
        }
    }
    Ok(tasks)
}

fn reviewer(db: &mut Db, standing: &Standing, round: &Round, lang: Lang) -> Result<Option<Task>, Problem> {
    let cases = store::cases(db, round.year)?.len();
    let own = store::locked(db, round.year)?.iter().filter(|(_, who)| who == standing.id()).count();
    let label = lang.t("Bedöm övningsfallen och lås", "Score the calibration cases and lock");
    let about = counted(round.year, own, cases, lang);
    Ok((own < cases).then(|| Task::new("/ovning", label, about, round.due.map(end_of))))
}

fn counted(year: i32, done: usize, of: usize, lang: Lang) -> String {
    format!("{year}, {done} {} {of} {}", lang.t("av", "of"), lang.t("låsta", "locked"))
}

fn coordinator(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    round: &Round,
    lang: Lang,
) -> Result<Option<Task>, Problem> {
    let (path, about) = (format!("/cykel/{}/ovning", round.year), round.year.to_string());
    if round.state == RoundState::Preparing {
        let label =
            lang.t("Läs övningsfallen och öppna omgången", "Read the calibration cases and open the round");
        return Ok(Some(Task::new(path, label, about, None)));
    }
    if round.state == RoundState::Open {
        let cases = store::cases(db, round.year)?.len();
        let people = view::participants(db, standing, round.year)?;
        let done = people.iter().filter(|(_, locked)| *locked == cases).count();
        let label = if done == people.len() {
            lang.t("Avsluta övningsomgången", "End the calibration round")
        } else {
            lang.t("Följ övningsomgången", "Follow the calibration round")
        };
        let due = round.due.map(end_of);
        return Ok(Some(Task::new(path, label, counted(round.year, done, people.len(), lang), due)));
    }
    let Some(form) = app.forms.get(&round.form) else { return Ok(None) };
    let clarified = view::clarifications(db, standing, round)?;
    let unclear = view::unclear(&form, &view::spread(db, standing, round)?, &clarified);
    let label = lang.t("Förtydliga nivåer efter övningen", "Clarify levels after the calibration");
    let about = format!("{}: {}", round.year, unclear.join(", "));
    Ok((!unclear.is_empty()).then(|| Task::new(format!("{path}/utfall"), label, about, None)))
}
