//! Reminds of dates: before one its owner, on the day the owner and the unit's superior, after it the coordinator and
//! the superior (process.md §3). Who that is follows from where the case is when the mail is written; nobody gets more
//! than one reminder a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months, NaiveDate};

use crate::app::App;
use crate::clock::{Moment, local_day};
use crate::cycles::calendar::{Dates, end_of};
use crate::cycles::{self, Case, Cycle, recipients};
use crate::db::Act;
use crate::followup::store::plans;
use crate::identity::standing::Party;
use crate::ids::{CaseId, PersonId};
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;
use crate::reviews::{self, Assignment};
use crate::state::{CaseState, CycleState};

/// Days after a date when the coordinator is told.
const COORDINATOR_AFTER: i64 = 3;
/// Days after a date when the head of administration is told.
const SUPERIOR_AFTER: i64 = 7;

/// One thing that somebody is reminded of.
struct Reminder {
    kind: Kind,
    due: Moment,
    about: String,
    path: String,
}

/// What everybody is reminded of on a day.
type Reminders = BTreeMap<PersonId, Vec<Reminder>>;

/// Writes the mails of a day; done again, it writes nobody twice.
pub(super) fn remind(app: &App, day: NaiveDate) -> Result<(), Problem> {
    app.database.act(|act| {
        let mut reminders = Reminders::new();
        for cycle in cycles::store::cycles(act.db)?.iter().filter(|cycle| cycle.state == CycleState::Open) {
            let Some(form) = app.forms.get(&cycle.form) else { continue };
            of_cycle(act, cycle, &form.calendar.reminders_days, day, &mut reminders)?;
        }
        for (person, reminders) in reminders {
            notify::enqueue(act, mail(person, day, reminders))?;
        }
        Ok(())
    })
}

fn of_cycle(
    act: &mut Act<'_>,
    cycle: &Cycle,
    before: &[u32],
    day: NaiveDate,
    reminders: &mut Reminders,
) -> Result<(), Problem> {
    let cases = cycles::store::all_of_year(act.db, cycle.year)?;
    let ids: Vec<CaseId> = cases.iter().map(|case| case.id.clone()).collect();
    let seats = reviews::store::assignments(act.db, &ids)?;
    let plans = plans(act.db, &ids)?;
    for case in &cases {
        let accepted = plans.get(&case.id).and_then(|plan| plan.accepted_at);
        if let Some(check) = check_on(case, &cycle.dates, accepted, day) {
            let unit = recipients::unit(act.db, case)?;
            add(reminders, unit, case, &Kind::FollowUp, check, &format!("{}/atgardsplan", case.path()));
        }
        let Some(due) = cycles::due::due(case, &cycle.dates) else { continue };
        let left = (local_day(due) - day).num_days();
        let near = before.iter().any(|days| i64::from(*days) == left);
        if near || left == 0 {
            let (people, path) = owners(act, case, &seats)?;
            add(reminders, people, case, &Kind::Reminder, due, &path);
        }
        if left == 0 && with_the_unit(case) {
            add(reminders, recipients::administration(act.db, case)?, case, &Kind::Reminder, due, "/");
        }
        if left == -COORDINATOR_AFTER {
            let coordinators = recipients::coordinators(act.db, case)?;
            add(reminders, coordinators, case, &Kind::Late, due, &case.coordination_path());
        }
        if left == -SUPERIOR_AFTER && with_the_unit(case) {
            add(reminders, recipients::administration(act.db, case)?, case, &Kind::Late, due, "/");
        }
    }
    Ok(())
}

/// The end of the day on which an accepted plan is followed up, when the reminder of it falls on this day: a week
/// before.
fn check_on(case: &Case, dates: &Dates, accepted: Option<Moment>, day: NaiveDate) -> Option<Moment> {
    let accepted = accepted.filter(|_| case.state == CaseState::FollowUp)?;
    let check = day + Days::new(7);
    let falls = |months: &u32| local_day(accepted).checked_add_months(Months::new(*months)) == Some(check);
    dates.follow_up_months.iter().any(falls).then(|| end_of(check))
}

fn with_the_unit(case: &Case) -> bool {
    use CaseState::{Action, Draft, FactCheck, Returned};
    matches!(case.state, Draft | Returned | FactCheck | Action)
}

/// Who is to take the case on from where it is, and on which page.
fn owners(
    act: &mut Act<'_>,
    case: &Case,
    seats: &[Assignment],
) -> Result<(BTreeSet<PersonId>, String), Problem> {
    let waits_for = |seat: &&Assignment| {
        seat.case_id == case.id
            && match case.state {
                CaseState::Settling => seat.party != Party::Further,
                CaseState::Further => seat.party == Party::Further && seat.locked_at.is_none(),
                _ => seat.party != Party::Further && seat.locked_at.is_none(),
            }
    };
    Ok(match case.state {
        _ if with_the_unit(case) => (recipients::unit(act.db, case)?, case.path()),
        CaseState::Assigned | CaseState::Scoring | CaseState::Settling | CaseState::Further => {
            let people = seats.iter().filter(waits_for).map(|seat| seat.person_id.clone());
            (people.collect(), case.review_path())
        }
        _ => (recipients::coordinators(act.db, case)?, case.coordination_path()),
    })
}

fn add(
    reminders: &mut Reminders,
    people: impl IntoIterator<Item = PersonId>,
    case: &Case,
    kind: &Kind,
    due: Moment,
    path: &str,
) {
    for person in people {
        reminders.entry(person).or_default().push(Reminder {
            kind: kind.clone(),
            due,
            about: case.unit.name.clone(),
            path: path.to_owned(),
        });
    }
}

/// One mail about everything: the earliest date, and the page of tasks when there is more than one thing.
fn mail(to: PersonId, day: NaiveDate, mut reminders: Vec<Reminder>) -> Mail {
    reminders.sort_by_key(|reminder| reminder.due);
    let dedupe = format!("reminder:{day}:{to}");
    let mut reminders = reminders.into_iter();
    match (reminders.next(), reminders.next()) {
        (Some(only), None) => Mail {
            to,
            kind: only.kind,
            about: Some(only.about),
            path: only.path,
            due: Some(only.due),
            attachment: None,
            dedupe,
        },
        (first, _) => {
            let due = first.map(|first| first.due);
            Mail {
                to,
                kind: Kind::Reminder,
                about: None,
                path: "/".to_owned(),
                due,
                attachment: None,
                dedupe,
            }
        }
    }
}
