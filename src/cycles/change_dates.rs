//! The dates of a year change, whether everybody may read its results, and what reviewers are kept from: at once while it is planned; after opening one
//! coordinator asks and another confirms (rights §2.1, *cycle, dates*).

use serde_json::json;

use super::calendar::Dates;
use super::state::{CaseState, CycleState};
use super::{Cycle, date_store, recipients, store, transition};
use crate::audit::{self, Chain, Event};
use crate::clock::Moment;
use crate::db::{Act, Db};
use crate::identity::standing::Standing;
use crate::identity::{GrantedRole, store as people};
use crate::ids::{CycleId, PersonId, RowId};
use crate::notify::{self, Kind, Mail};
use crate::problem::Problem;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2_000;

/// What a year's coordinators set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its dates.
    pub dates: Dates,
    /// Whether everybody, signed in or not, may read its results once they are released.
    pub published: bool,
    /// Whether reviewers are kept from the level that the unit gives itself until they have locked.
    pub hides_own_level: bool,
}

impl Settings {
    /// As they are now.
    #[must_use]
    pub fn of(cycle: &Cycle) -> Settings {
        Settings {
            dates: cycle.dates.clone(),
            published: cycle.published,
            hides_own_level: cycle.hides_own_level,
        }
    }
}

/// New dates that wait for a second coordinator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateChange {
    /// Identifier.
    pub id: RowId,
    /// What would hold.
    pub new: Settings,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Moment,
}

/// What became of new dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// They hold: the year was not open yet.
    Now,
    /// A second coordinator must confirm them.
    Asked,
}

/// The new dates of a year that wait for a second coordinator, if any. For coordinators of the year.
///
/// # Errors
/// [`Problem::not_found`] for everybody else.
pub fn waiting(db: &mut Db, standing: &Standing, cycle: &Cycle) -> Result<Option<DateChange>, Problem> {
    standing.require_coordinator(cycle.year)?;
    date_store::waiting(db, &cycle.id)
}

/// Gives a year new dates, or asks a second coordinator to confirm them when it is open.
///
/// # Errors
/// The dates are out of order, the day of submission has passed already, the reason is empty, another change waits, or
/// the year is closed.
pub fn change_dates(
    act: &mut Act<'_>,
    standing: &Standing,
    year: i32,
    new: &Settings,
    reason: &str,
) -> Result<Changed, Problem> {
    standing.require_coordinator(year)?;
    let cycle = store::claim_cycle(act, year, &[CycleState::Planned, CycleState::Open])?;
    check(&new.dates, &cycle, act.now)?;
    if cycle.state == CycleState::Planned {
        set(act, &cycle.id, new)?;
        record(act, standing, "change_dates", &cycle, reason.trim())?;
        return Ok(Changed::Now);
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Problem::invalid(
            "reason_missing",
            "Skriv kort varför datumen ändras.",
            "Write briefly why the dates change.",
        ));
    }
    if date_store::waiting(act.db, &cycle.id)?.is_some() {
        return Err(Problem::conflict(
            "change_waits",
            "Nya datum väntar redan på en annan samordnare. Bekräfta eller avslå dem först.",
            "New dates already wait for another coordinator. Confirm them or turn them down first.",
        ));
    }
    date_store::ask(act, &cycle.id, new, reason, standing.id())?;
    record(act, standing, "ask_dates", &cycle, reason)?;
    tell_other_coordinators(act, standing, &cycle)?;
    Ok(Changed::Asked)
}

/// Confirms the new dates of an open year. A unit that is still answering gets the new day of submission, except one
/// whose own extension goes further; each unit whose day moves is told.
///
/// # Errors
/// Nothing waits, the reader asked for it, or the new day of submission has passed meanwhile.
pub fn confirm(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<Cycle, Problem> {
    standing.require_coordinator(year)?;
    let cycle = store::claim_cycle(act, year, &[CycleState::Open])?;
    let change = date_store::waiting(act.db, &cycle.id)?.ok_or_else(nothing_waits)?;
    if change.asked_by == *standing.id() {
        return Err(Problem::conflict(
            "second_coordinator",
            "En annan samordnare än den som föreslog datumen behöver bekräfta dem.",
            "A coordinator other than the one who proposed the dates must confirm them.",
        ));
    }
    check(&change.new.dates, &cycle, act.now)?;
    date_store::decide(act, &change.id, standing.id(), true)?;
    set(act, &cycle.id, &change.new)?;
    record(act, standing, "change_dates", &cycle, &change.reason)?;
    let (old, new) = (cycle.dates.submission, change.new.dates.submission);
    for case in store::all_of_year(act.db, year)? {
        let follows = case.submission_due == old || case.submission_due < new;
        if case.state != CaseState::Draft || !follows || case.submission_due == new {
            continue;
        }
        let changes = store::Changes { submission_due: Some(new), ..store::Changes::default() };
        store::change(act, &case.id, &changes)?;
        let detail = json!({ "from": case.submission_due.to_string(), "to": new.to_string(), "reason": change.reason });
        transition::note(act, &case.id, Some(standing.id()), "change_dates", detail)?;
        let unit = recipients::unit(act.db, &case)?;
        let occasion = change.id.as_str();
        recipients::tell(act, &case, unit, &Kind::DatesChanged, &case.path(), Some(new), occasion)?;
    }
    store::cycle(act.db, year)
}

/// Turns new dates down, or takes the own ones back.
///
/// # Errors
/// Nothing waits.
pub fn turn_down(act: &mut Act<'_>, standing: &Standing, year: i32) -> Result<(), Problem> {
    standing.require_coordinator(year)?;
    let cycle = store::claim_cycle(act, year, &[CycleState::Open])?;
    let change = date_store::waiting(act.db, &cycle.id)?.ok_or_else(nothing_waits)?;
    date_store::decide(act, &change.id, standing.id(), false)?;
    record(act, standing, "turn_down_dates", &cycle, &change.reason)
}

fn check(dates: &Dates, cycle: &Cycle, now: Moment) -> Result<(), Problem> {
    let faults = dates.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(
            "dates_out_of_order",
            "Datumen kommer inte i ordning.",
            "The dates do not come in order.",
        )
        .with_errors(faults));
    }
    let moved = dates.submission != cycle.dates.submission;
    if cycle.state == CycleState::Open && moved && dates.submission <= now {
        return Err(Problem::invalid(
            "submission_passed",
            "Den nya inlämningsdagen har redan varit. Välj en senare.",
            "The new day of submission has passed already. Choose a later one.",
        ));
    }
    Ok(())
}

fn nothing_waits() -> Problem {
    Problem::conflict(
        "no_change_waits",
        "Inga nya datum väntar. Någon annan kan ha hunnit före.",
        "No new dates wait. Somebody else may have been first.",
    )
}

fn set(act: &mut Act<'_>, cycle: &CycleId, new: &Settings) -> Result<(), Problem> {
    let changes = store::CycleChanges {
        calendar: Some(serde_json::to_string(&new.dates).map_err(Problem::internal)?),
        published: Some(new.published),
        hides_own_level: Some(new.hides_own_level),
        ..store::CycleChanges::default()
    };
    store::set_on_cycle(act, cycle, &changes)
}

fn tell_other_coordinators(act: &mut Act<'_>, standing: &Standing, cycle: &Cycle) -> Result<(), Problem> {
    for to in people::holders(act.db, GrantedRole::Coordinator, None)? {
        if to == *standing.id() {
            continue;
        }
        let mail = Mail {
            dedupe: format!("dates_asked:{}:{}:{to}", cycle.id, act.now),
            to,
            kind: Kind::CoordinatorNeeded,
            about: None,
            path: format!("/cykel/{}/datum", cycle.year),
            due: None,
            attachment: None,
        };
        notify::enqueue(act, mail)?;
    }
    Ok(())
}

fn record(
    act: &mut Act<'_>,
    standing: &Standing,
    name: &'static str,
    cycle: &Cycle,
    reason: &str,
) -> Result<(), Problem> {
    let detail = json!({ "year": cycle.year, "reason": reason });
    audit::record(
        act,
        &Event { chain: Chain::System, actor: Some(standing.id()), act: name, moved: None, detail },
    )
}
