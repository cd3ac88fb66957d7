//! Every improvement plan and action that the reader may see, over all units and years.

use actix_web::web::{Data, Query};
use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::app::App;
use crate::clock::local_day;
use crate::cycles::{self, Case};
use crate::db::Db;
use crate::followup::{self, Action, Plan, Progress, plan_stands};
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::units;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// What the reader wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    lage: String,
    #[serde(default)]
    forvaltning: String,
}

#[derive(Template)]
#[template(path = "group/actions.html")]
struct ActionsPage {
    page: Page,
    lang: Lang,
    view: View,
}

struct View {
    filter: Filter,
    administrations: Vec<(String, String)>,
    plans: Vec<PlanRow>,
    actions: Vec<ActionRow>,
    overdue: usize,
    all: usize,
}

/// A plan that waits for somebody.
struct PlanRow {
    unit: String,
    href: String,
    stands: String,
    overdue: bool,
}

struct ActionRow {
    unit: String,
    href: String,
    action: String,
    criterion: String,
    owner: String,
    due: String,
    day: NaiveDate,
    progress: Progress,
    tone: &'static str,
    icon: &'static str,
    word: &'static str,
}

/// The colour and the icon beside an action's word.
#[must_use]
pub fn look(progress: Progress) -> (&'static str, &'static str) {
    match progress {
        Progress::Overdue => ("danger", "i-alert"),
        Progress::UnderWay => ("info", "i-half"),
        Progress::Done => ("ok", "i-check"),
        Progress::Left => ("line", "i-ring"),
    }
}

/// `GET /atgarder?lage=&forvaltning=`.
pub async fn show(app: Data<App>, viewer: Viewer, filter: Query<Filter>) -> Answer {
    let (lang, filter) = (viewer.lang, filter.into_inner());
    let view = viewer.read(move |db, standing| load(db, standing, &app, filter, lang)).await?;
    page(&ActionsPage { page: viewer.page(lang.t("Åtgärder", "Actions")), lang, view })
}

fn load(db: &mut Db, standing: &Standing, app: &App, filter: Filter, lang: Lang) -> Result<View, Problem> {
    let today = local_day(app.clock.now());
    let mut cases = cycles::store::visible_of_all_years(db, standing)?;
    cases.retain(|case| {
        standing.may(&case.reference(), Object::Plan, Deed::Read)
            && (filter.forvaltning.is_empty() || case.unit.administration.slug == filter.forvaltning)
    });
    let plans = followup::view::plans(db, standing, &cases)?;
    let mut actions: Vec<ActionRow> = Vec::new();
    for case in &cases {
        let own = plans.get(&case.id).map_or(&[][..], |plan| plan.actions.as_slice());
        actions.extend(own.iter().map(|action| row(case, action, today, lang)));
    }
    actions.sort_by_key(|action| (action.progress, action.day));
    let overdue = actions.iter().filter(|action| action.progress == Progress::Overdue).count();
    let all = actions.len();
    actions.retain(|action| match filter.lage.as_str() {
        "alla" => true,
        "klara" => action.progress == Progress::Done,
        "forsenade" => action.progress == Progress::Overdue,
        _ => matches!(action.progress, Progress::Overdue | Progress::UnderWay),
    });
    Ok(View {
        administrations: units::store::administrations(db)?
            .into_iter()
            .map(|administration| (administration.slug, administration.name))
            .collect(),
        plans: cases.iter().filter_map(|case| waiting(case, plans.get(&case.id), today, lang)).collect(),
        actions,
        overdue,
        all,
        filter,
    })
}

fn row(case: &Case, action: &Action, today: NaiveDate, lang: Lang) -> ActionRow {
    let progress = action.progress(today, case.state);
    let (tone, icon) = look(progress);
    ActionRow {
        unit: format!("{} {}", case.unit.name, case.year),
        href: format!("{}/atgardsplan", case.path()),
        action: action.planned.action.clone(),
        criterion: action.planned.criterion.clone().unwrap_or_else(|| "–".to_owned()),
        owner: action.planned.owner.clone(),
        due: text::date(action.planned.due, lang),
        day: action.planned.due,
        progress,
        tone,
        icon,
        word: progress.word(lang),
    }
}

/// A plan that is due or waits for the coordinator; accepted plans show as their actions.
fn waiting(case: &Case, plan: Option<&Plan>, today: NaiveDate, lang: Lang) -> Option<PlanRow> {
    let asked_for = case.state == crate::state::CaseState::Action;
    let accepted = plan.is_some_and(|plan| plan.accepted_at.is_some());
    let submitted = plan.is_some_and(|plan| plan.submitted_at.is_some());
    (asked_for && !accepted).then(|| PlanRow {
        unit: format!("{} {}", case.unit.name, case.year),
        href: format!("{}/atgardsplan", case.path()),
        stands: plan_stands(plan, case.plan_due, lang),
        overdue: !submitted && case.plan_due.is_some_and(|due| local_day(due) < today),
    })
}
