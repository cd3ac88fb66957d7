//! What a reviewer has to do.

use super::Task;
use crate::app::App;
use crate::cycles::calendar::end_of;
use crate::cycles::due::due;
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case, Cycle};
use crate::db::Db;
use crate::identity::standing::{Party, Seat, Stage, Standing};
use crate::problem::Problem;
use crate::reviews::view;
use crate::text::Lang;
use crate::web::pages::unit::form_of;

/// Declarations, reviews, settlements and corrections of one year.
pub(super) fn tasks(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    cycle: &Cycle,
    lang: Lang,
) -> Result<Vec<Task>, Problem> {
    let ids: Vec<_> = standing.seats.iter().map(|seat| seat.case_id.clone()).collect();
    let mut tasks = Vec::new();
    for case in cycles::store::by_ids(db, &ids)? {
        let seat = standing.seat(&case.id).filter(|_| case.cycle_id == cycle.id);
        let Some(seat) = seat.filter(|_| !standing.in_conflict(&case.id)) else { continue };
        tasks.extend(task(db, standing, app, (cycle, &case, seat), lang)?);
    }
    Ok(tasks)
}

fn task(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    (cycle, case, seat): (&Cycle, &Case, &Seat),
    lang: Lang,
) -> Result<Option<Task>, Problem> {
    let path = case.review_path();
    let about = format!("{} {}", case.unit.name, case.year);
    let task = |page: &str, label: &str| {
        Some(Task::new(format!("{path}{page}"), label, about, due(case, &cycle.dates)))
    };
    let open = [
        CaseState::Assigned,
        CaseState::Scoring,
        CaseState::Settling,
        CaseState::Further,
        CaseState::Commented,
    ];
    if !open.contains(&case.state) {
        return Ok(None);
    }
    if let Some(stage) = standing.must_declare(&case.reference()) {
        let label = lang.t("Ta ställning till jäv", "Declare conflicts of interest");
        let when = if stage == Stage::Settling { cycle.dates.settle } else { cycle.dates.lock };
        return Ok(task("/jav", label).map(|task| Task { due: Some(end_of(when)), ..task }));
    }
    let pair = seat.party != Party::Further;
    Ok(match case.state {
        CaseState::Scoring if pair && !seat.locked => task("", lang.t("Granska och lås", "Review and lock")),
        CaseState::Settling if pair => {
            let settlement = view::settlement(db, standing, &*form_of(app, case)?, case)?;
            let signed = settlement.summary.signed_at(seat.party).is_some();
            if signed { None } else { task("/samsyn", lang.t("Nå samsyn", "Reach the settlement")) }
        }
        CaseState::Further if !pair && !seat.locked => {
            task("", lang.t("Granska det som är öppet", "Review what is open"))
        }
        CaseState::Commented if pair => {
            task("/ratta", lang.t("Läs enhetens synpunkter", "Read the unit's comments"))
        }
        _ => None,
    })
}
