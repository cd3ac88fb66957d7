//! What each role has to do now, in every open year: what «Mina uppgifter» lists.
//!
//! Invariant: a task is computed from states when it is shown, so that nothing has to be ticked off.

mod calibration;
mod coordinator;
mod review;
mod unit;

use crate::app::App;
use crate::clock::Moment;
use crate::cycles::state::{CaseState, CycleState};
use crate::cycles::{self, Cycle};
use crate::db::Db;
use crate::followup;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Stage, Standing};
use crate::identity::{GrantedRole, grant, store};
use crate::problem::Problem;
use crate::text::Lang;
use crate::units;

/// Something to do.
#[derive(Debug, Clone)]
pub struct Task {
    /// Where it is done.
    pub href: String,
    /// What to do, in words.
    pub label: String,
    /// About what: the unit, or how many cases.
    pub about: String,
    /// By when; none when no date is set.
    pub due: Option<Moment>,
}

impl Task {
    fn new(href: impl Into<String>, label: &str, about: impl Into<String>, due: Option<Moment>) -> Task {
        Task { href: href.into(), label: label.to_owned(), about: about.into(), due }
    }
}

/// Everything that a person has to do now, the nearest date first; what has no date comes last.
///
/// # Errors
/// The database cannot be read.
pub fn of(db: &mut Db, standing: &Standing, app: &App, lang: Lang) -> Result<Vec<Task>, Problem> {
    let open: Vec<Cycle> =
        cycles::store::cycles(db)?.into_iter().filter(|cycle| cycle.state == CycleState::Open).collect();
    let mut tasks = unit::tasks(db, standing, app, lang)?;
    for cycle in &open {
        tasks.extend(review::tasks(db, standing, app, cycle, lang)?);
        tasks.extend(coordinator::tasks(db, standing, app, cycle, lang)?);
        tasks.extend(group(db, standing, cycle, lang)?);
    }
    tasks.extend(calibration::tasks(db, standing, app, lang)?);
    tasks.extend(administration(db, standing, lang)?);
    tasks.extend(registrar(db, standing, lang)?);
    tasks.extend(administrator(db, standing, lang)?);
    tasks.sort_by(|one, other| {
        let key = |task: &Task| (task.due.is_none(), task.due, task.href.clone());
        key(one).cmp(&key(other))
    });
    Ok(tasks)
}

/// So many cases, in words.
fn cases(count: usize, lang: Lang) -> String {
    match count {
        1 => lang.t("1 ärende", "1 case").to_owned(),
        count => format!("{count} {}", lang.t("ärenden", "cases")),
    }
}

/// The group declares before it reads, and then writes what it recommends.
fn group(db: &mut Db, standing: &Standing, cycle: &Cycle, lang: Lang) -> Result<Vec<Task>, Problem> {
    if !standing.holds(GrantedRole::Group) {
        return Ok(Vec::new());
    }
    let (mut undeclared, mut unwritten) = (0, 0);
    let waits = [CaseState::Final, CaseState::Released, CaseState::Action];
    for case in cycles::store::all_of_year(db, cycle.year)?.iter().filter(|case| waits.contains(&case.state))
    {
        if standing.must_declare(&case.reference()) == Some(Stage::Group) {
            undeclared += 1;
        } else if standing.may(&case.reference(), Object::Recommendation, Deed::Write)
            && followup::view::recommendation(db, standing, case)?.is_none()
        {
            unwritten += 1;
        }
    }
    let due = Some(cycles::calendar::end_of(cycle.dates.present));
    let mut tasks = Vec::new();
    if undeclared > 0 {
        let label = lang.t("Ta ställning till jäv", "Declare conflicts of interest");
        let href = format!("/oversikt/jav?ar={}", cycle.year);
        tasks.push(Task::new(href, label, format!("{}, {}", cases(undeclared, lang), cycle.year), due));
    }
    if unwritten > 0 {
        let label = lang.t("Skriv rekommendationer", "Write recommendations");
        let href = format!("/oversikt?ar={}", cycle.year);
        tasks.push(Task::new(href, label, format!("{}, {}", cases(unwritten, lang), cycle.year), due));
    }
    Ok(tasks)
}

/// Plans of the own administration's units that wait for a signature.
fn administration(db: &mut Db, standing: &Standing, lang: Lang) -> Result<Vec<Task>, Problem> {
    if !standing.holds(GrantedRole::AdministrationHead) {
        return Ok(Vec::new());
    }
    let mut waiting = cycles::store::visible_of_all_years(db, standing)?;
    waiting.retain(|case| {
        case.state == CaseState::Action && standing.may(&case.reference(), Object::Plan, Deed::Sign)
    });
    let plans = followup::view::plans(db, standing, &waiting)?;
    let unsigned = |case: &&cycles::Case| {
        let plan = plans.get(&case.id);
        plan.is_some_and(|plan| plan.submitted_at.is_some() && plan.signed_at.is_none())
    };
    let label = lang.t("Skriv under åtgärdsplanen", "Sign the improvement plan");
    let task = |case: &cycles::Case| {
        let about = format!("{} {}", case.unit.name, case.year);
        Task::new(format!("{}/atgardsplan", case.path()), label, about, None)
    };
    Ok(waiting.iter().filter(unsigned).map(task).collect())
}

/// Closed years that are not archived.
fn registrar(db: &mut Db, standing: &Standing, lang: Lang) -> Result<Vec<Task>, Problem> {
    if !standing.holds(GrantedRole::Registrar) {
        return Ok(Vec::new());
    }
    let cycles = cycles::store::cycles(db)?;
    let closed = cycles.iter().filter(|cycle| cycle.state == CycleState::Closed);
    let label = lang.t("Arkivera årets ärenden", "Archive the year's cases");
    let task =
        |cycle: &Cycle| Task::new(format!("/diarium/{}", cycle.year), label, cycle.year.to_string(), None);
    Ok(closed.map(task).collect())
}

/// Roles to confirm, and units that nobody heads.
fn administrator(db: &mut Db, standing: &Standing, lang: Lang) -> Result<Vec<Task>, Problem> {
    if !standing.holds(GrantedRole::Administrator) {
        return Ok(Vec::new());
    }
    let names = store::names(db)?;
    let mut tasks: Vec<Task> = grant::waiting(db, standing)?
        .into_iter()
        .filter(|request| request.asked_by != *standing.id() && request.person_id != *standing.id())
        .map(|request| {
            let who = names.get(&request.person_id).cloned().unwrap_or_default();
            let about = format!("{who}, {}", request.role.word(lang));
            Task::new("/admin", lang.t("Bekräfta en roll", "Confirm a role"), about, None)
        })
        .collect();
    let heads: Vec<_> = store::grants(db, None)?
        .into_iter()
        .filter(|grant| grant.role == GrantedRole::Head)
        .filter_map(|grant| grant.unit_id)
        .collect();
    let headless =
        units::store::all(db)?.iter().filter(|unit| unit.active && !heads.contains(&unit.id)).count();
    if headless > 0 {
        let label = lang.t("Utse verksamhetschefer", "Appoint heads of unit");
        let about = format!("{headless} {}", lang.t("enheter saknar", "units have none"));
        tasks.push(Task::new("/admin/enheter", label, about, None));
    }
    Ok(tasks)
}
