//! What came after the result: the plan, its actions and the group's recommendation.

use super::Asked;
use crate::db::Db;
use crate::followup::{self, Plan, plan_stands};
use crate::identity::rights::Object;
use crate::problem::Problem;
use crate::reports::unit_report::Action;
use crate::text;

/// Where the plan stands, in a sentence, with its actions; none when there is no plan and none is due.
pub(super) fn plan(db: &mut Db, asked: &Asked<'_>) -> Result<Option<(String, Vec<Action>)>, Problem> {
    if !asked.may(Object::Plan) {
        return Ok(None);
    }
    let plan = followup::store::plan(db, &asked.case.id)?;
    if plan.is_none() && asked.case.plan_due.is_none() {
        return Ok(None);
    }
    let stands = plan_stands(plan.as_ref(), asked.case.plan_due, asked.lang);
    Ok(Some((stands, plan.map(|plan| actions(&plan, asked)).unwrap_or_default())))
}

fn actions(plan: &Plan, asked: &Asked<'_>) -> Vec<Action> {
    let lang = asked.lang;
    plan.actions
        .iter()
        .map(|action| Action {
            text: action.planned.action.clone(),
            criteria: action.planned.criterion.clone().unwrap_or_else(|| "–".to_owned()),
            owner: action.planned.owner.clone(),
            due: text::date(action.planned.due, lang),
            state: action.progress(asked.today, asked.case.state).word(lang).to_owned(),
        })
        .collect()
}

/// What the group wrote.
pub(super) fn recommendation(db: &mut Db, asked: &Asked<'_>) -> Result<Option<String>, Problem> {
    if !asked.may(Object::Recommendation) {
        return Ok(None);
    }
    let lang = asked.lang;
    Ok(followup::store::recommendation(db, &asked.case.id)?.map(|written| {
        format!(
            "{}\n\n{}\n\n{} {}.",
            written.recommendation,
            written.motive,
            lang.t("Samordningsgruppen", "The coordination group,"),
            text::date(written.decided_on, lang)
        )
    }))
}
