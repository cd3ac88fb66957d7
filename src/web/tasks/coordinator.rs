//! What a coordinator has to do: one line for each kind of decision.

use std::collections::BTreeMap;

use super::{Task, cases};
use crate::app::App;
use crate::cycles::calendar::end_of;
use crate::cycles::change_dates;
use crate::cycles::due::due;
use crate::cycles::{Case, Cycle};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::identity::store;
use crate::problem::Problem;
use crate::reviews::view;
use crate::text::Lang;
use crate::web::pages::coordinator::waits::{self, Wait};
use crate::web::pages::coordinator::year;

/// What the cases of one year wait for, and a release that the other authority has asked for.
pub(super) fn tasks(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    cycle: &Cycle,
    lang: Lang,
) -> Result<Vec<Task>, Problem> {
    if !standing.coordinates(cycle.year) {
        return Ok(Vec::new());
    }
    let all = year::coordinated(db, standing, cycle.year)?;
    let seats = view::seats_of_year(db, standing, cycle.year)?;
    let waits = waits::of_cases(db, standing, app, &all, &seats, &cycle.dates)?;
    let mut by_kind: BTreeMap<Wait, Vec<&Case>> = BTreeMap::new();
    for case in &all {
        for wait in waits.get(&case.id).into_iter().flatten() {
            by_kind.entry(*wait).or_default().push(case);
        }
    }
    let mut tasks: Vec<Task> =
        by_kind.into_iter().map(|(wait, waiting)| task(wait, &waiting, cycle, lang)).collect();
    tasks.extend(release(db, standing, cycle, lang)?);
    tasks.extend(dates(db, standing, cycle, lang)?);
    Ok(tasks)
}

/// One kind of decision: straight to the case when there is only one.
fn task(wait: Wait, waiting: &[&Case], cycle: &Cycle, lang: Lang) -> Task {
    let due = waiting.iter().filter_map(|case| due(case, &cycle.dates)).min();
    match waiting {
        _ if wait == Wait::Release => {
            let about = format!("{}, {}", cases(waiting.len(), lang), cycle.year);
            let label = lang.t("Meddela resultaten", "Release the results");
            Task::new(format!("/cykel/{}/meddela", cycle.year), label, about, due)
        }
        [only] => {
            let about = format!("{} {}", only.unit.name, only.year);
            Task::new(format!("{}#{}", only.coordination_path(), wait.anchor()), wait.words(lang), about, due)
        }
        several => {
            let about = format!("{}, {}", cases(several.len(), lang), cycle.year);
            Task::new(format!("/cykel/{}?lage=vantar#cases", cycle.year), wait.words(lang), about, due)
        }
    }
}

/// New dates that another coordinator has proposed.
fn dates(db: &mut Db, standing: &Standing, cycle: &Cycle, lang: Lang) -> Result<Option<Task>, Problem> {
    let change = change_dates::waiting(db, standing, cycle)?;
    let others = change.is_some_and(|change| change.asked_by != *standing.id());
    let label = lang.t("Bekräfta nya datum", "Confirm new dates");
    let href = format!("/cykel/{}/datum", cycle.year);
    Ok(others.then(|| Task::new(href, label, cycle.year.to_string(), None)))
}

fn release(db: &mut Db, standing: &Standing, cycle: &Cycle, lang: Lang) -> Result<Option<Task>, Problem> {
    let Some(asker) = &cycle.release_asked_by else { return Ok(None) };
    let asker = store::person(db, asker)?;
    let other = asker.is_some_and(|asker| asker.organisation != standing.person.organisation);
    let label = lang.t("Bekräfta att resultaten meddelas", "Confirm the release");
    let href = format!("/cykel/{}/meddela", cycle.year);
    let due = Some(end_of(cycle.dates.release));
    Ok(other.then(|| Task::new(href, label, cycle.year.to_string(), due)))
}
