//! Who writes where right now, for the unit.

use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::CasePath;
use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::refusal::Answer;
use crate::assessments::presence;
use crate::identity::rights::Object;
use crate::problem::Problem;

/// Somebody who writes in a criterion now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PresentView {
    /// The criterion, or `background`.
    #[schema(example = "A1")]
    criterion: String,
    /// Who, by name.
    name: String,
    /// The last sign of it; somebody who has not written for a minute is not listed.
    seen_at: DateTime<Utc>,
}

/// Where the caller writes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"criterion": "A1"}))]
pub(super) struct Writing {
    /// The criterion, or `background`.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    criterion: String,
}

/// Who else writes in the unit's self-assessment right now. For the unit.
#[utoipa::path(get, path = "/cases/{year}/{unit}/presence", operation_id = "list_presence", tag = "Self-assessment",
    params(CasePath), responses((status = 200, body = Vec<PresentView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>) -> Answer {
    let now = caller.app.clock.now();
    let present = caller
        .read_case(path.into_inner(), Object::Assessment, move |db, standing, at| {
            if !presence::is_of_unit(standing, &at.case) {
                return Err(Problem::not_found());
            }
            presence::others(db, standing, &at.case, now)
        })
        .await?;
    let views: Vec<PresentView> = present
        .into_iter()
        .map(|one| PresentView { criterion: one.criterion, name: one.name, seen_at: utc(one.seen_at) })
        .collect();
    ok(&views)
}

/// Tells the unit that the caller writes in a criterion; good for a minute.
#[utoipa::path(put, path = "/cases/{year}/{unit}/presence", operation_id = "note_presence", tag = "Self-assessment",
    params(CasePath), request_body = Writing, responses((status = 204)))]
pub(super) async fn note(caller: Caller, path: Path<CasePath>, writing: Body<Writing>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::Assessment, move |act, standing, at| {
            presence::note(act, standing, &at.form, &at.case, &writing.0.criterion)
        })
        .await?;
    Ok(done())
}
