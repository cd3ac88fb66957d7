//! What a unit's head and contributors have to do.

use super::Task;
use crate::app::App;
use crate::assessments;
use crate::cycles::state::CaseState;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::followup;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::Lang;
use crate::web::pages::unit::form_of;

/// Answers to give, facts to check and plans to write, of the units that the person belongs to.
pub(super) fn tasks(db: &mut Db, standing: &Standing, app: &App, lang: Lang) -> Result<Vec<Task>, Problem> {
    let mut units: Vec<_> = standing.grants.iter().filter_map(|grant| grant.unit_id.clone()).collect();
    units.dedup();
    let mut tasks = Vec::new();
    for unit in units {
        for case in cycles::store::visible_of_unit(db, standing, &unit)? {
            tasks.extend(task(db, standing, app, &case, lang)?);
        }
    }
    Ok(tasks)
}

fn task(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    lang: Lang,
) -> Result<Option<Task>, Problem> {
    let may = |object, deed| standing.may(&case.reference(), object, deed);
    let about = format!("{} {}", case.unit.name, case.year);
    let path = case.path();
    let task = |page: &str, label: &str, about: String, due| {
        Some(Task::new(format!("{path}{page}"), label, about, due))
    };
    Ok(match case.state {
        CaseState::Draft if may(Object::Assessment, Deed::Write) => answers(db, standing, app, case, lang)?,
        CaseState::Returned if may(Object::Assessment, Deed::Write) => {
            let wanted = assessments::request_store::returned(db, &case.id)?;
            let criteria: Vec<String> = wanted.into_iter().map(|(criterion, _)| criterion).collect();
            let label = lang.t("Komplettera självvärderingen", "Complete the self-assessment");
            task("", label, format!("{about}, {}", criteria.join(", ")), Some(case.due()))
        }
        CaseState::FactCheck if may(Object::FactComments, Deed::Write) => {
            let label = lang.t("Kontrollera fakta i utkastet", "Check facts in the draft");
            task("/faktagranskning", label, about, case.fact_check_due)
        }
        CaseState::Action if may(Object::Plan, Deed::Write) => {
            let plan = followup::view::plan(db, standing, case)?;
            let label = lang.t("Skriv åtgärdsplan", "Write the improvement plan");
            let written = plan.is_some_and(|plan| plan.submitted_at.is_some());
            if written { None } else { task("/atgardsplan", label, about, case.plan_due) }
        }
        CaseState::FollowUp if may(Object::Plan, Deed::Write) => {
            let label = lang.t("Berätta hur åtgärderna går", "Tell how the actions go");
            task("/atgardsplan", label, about, None)
        }
        _ => None,
    })
}

/// What is left to answer: the first area that is not done, or to submit.
fn answers(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    case: &Case,
    lang: Lang,
) -> Result<Option<Task>, Problem> {
    let form = form_of(app, case)?;
    let own = standing.areas(&case.reference());
    let head = standing.may(&case.reference(), Object::Assessment, Deed::Submit);
    let entered = assessments::store::entered(db, &case.id)?;
    let all_ready = assessments::area_ready::all_ready(&form, &entered);
    let areas: Vec<_> = entered
        .areas(&form, case.period())
        .into_iter()
        .filter(|area| head || own.is_none_or(|own| own.contains(&area.area)))
        .collect();
    let (done, of) = areas.iter().fold((0, 0), |(done, of), area| (done + area.done, of + area.of));
    let about = format!(
        "{} {}, {done} {} {of} {}",
        case.unit.name,
        case.year,
        lang.t("av", "of"),
        lang.t("kriterier klara", "criteria done")
    );
    let next = areas.iter().find(|area| area.done < area.of);
    Ok(match next {
        Some(area) => {
            let title = form.areas.iter().find(|known| known.id == area.area);
            let title = title.map(|area| area.title.get(lang)).unwrap_or_default();
            let label = format!("{} {}. {title}", lang.t("Svara på område", "Answer area"), area.area);
            Some(Task::new(format!("{}/{}", case.path(), area.area), &label, about, Some(case.due())))
        }
        None if head => {
            let label = if all_ready {
                lang.t("Klart att läsa igenom och lämna in", "Ready to read through and submit")
            } else {
                lang.t("Kontrollera och lämna in", "Check and submit")
            };
            Some(Task::new(format!("{}/lamna-in", case.path()), label, about, Some(case.due())))
        }
        None => None,
    })
}
