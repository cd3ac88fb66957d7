//! The dates of a year: changed at once while it is planned, by two coordinators after it has opened.

use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::refusal::Answer;
use crate::cycles;
use crate::cycles::calendar::Dates;
use crate::cycles::change_dates::{self, Changed, DateChange, Settings};

/// The dates of a year, and new ones that wait.
#[derive(Debug, Serialize, ToSchema)]
struct DatesView {
    /// Days and lengths of the year, as people see them: days in Sweden; `submission` is UTC, where no hour comes twice.
    #[schema(value_type = Object)]
    dates: Dates,
    /// Whether everybody, signed in or not, may read the results once they are released.
    published: bool,
    /// Whether reviewers are kept from the level that the unit gives itself until they have locked.
    hides_own_level: bool,
    /// New dates that wait for another coordinator.
    waiting: Option<WaitingDates>,
}

/// New dates that wait for another coordinator.
#[derive(Debug, Serialize, ToSchema)]
struct WaitingDates {
    /// As they would be.
    #[schema(value_type = Object)]
    dates: Dates,
    /// Whether everybody may read the released results.
    published: bool,
    /// Whether reviewers are kept from the unit's own level until they have locked.
    hides_own_level: bool,
    /// Why.
    reason: String,
    /// Who asked.
    asked_by: String,
    /// When.
    asked_at: DateTime<Utc>,
}

impl From<DateChange> for WaitingDates {
    fn from(change: DateChange) -> WaitingDates {
        WaitingDates {
            dates: change.new.dates,
            published: change.new.published,
            hides_own_level: change.new.hides_own_level,
            reason: change.reason,
            asked_by: change.asked_by.to_string(),
            asked_at: utc(change.asked_at),
        }
    }
}

/// New dates of a year.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"dates": {"opens": "2026-02-02", "submission": "2026-03-31T21:59:00",
    "assign": "2026-04-15", "lock": "2026-04-30", "settle": "2026-05-15", "further": "2026-05-29",
    "fix": "2026-06-30", "release": "2026-08-20", "present": "2026-09-15", "grace_minutes": 30,
    "completion_days": 14, "fact_check_days": 10, "comment_days": 5, "plan_months": 2,
    "follow_up_months": [6, 12]}, "reason": "The register was closed in March."}))]
pub(super) struct NewDates {
    /// All of them, in the form that they are read in. `submission` is UTC: 02:30 on the night of 31 October 2027 is
    /// `2027-10-31T00:30:00` the first time and `2027-10-31T01:30:00` the second.
    #[schema(value_type = Object)]
    dates: Dates,
    /// Whether everybody, signed in or not, may read the results once they are released; as it is when left out.
    #[serde(default)]
    published: Option<bool>,
    /// Whether reviewers are kept from the level that the unit gives itself until they have locked; as it is when left out.
    #[serde(default)]
    hides_own_level: Option<bool>,
    /// Why they change; needed once the year is open.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    reason: String,
}

/// What became of new dates.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedDates {
    /// `changed`, or `asked` when another coordinator must confirm.
    #[schema(example = "asked")]
    state: &'static str,
}

/// The dates of a year, and new ones that wait. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/dates", operation_id = "get_dates", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = DatesView)))]
pub(super) async fn show(caller: Caller, year: Path<i32>) -> Answer {
    let view = caller
        .read(move |db, standing| {
            standing.require_coordinator(*year)?;
            let cycle = cycles::store::cycle(db, *year)?;
            let waiting = change_dates::waiting(db, standing, &cycle)?.map(WaitingDates::from);
            Ok(DatesView {
                dates: cycle.dates,
                published: cycle.published,
                hides_own_level: cycle.hides_own_level,
                waiting,
            })
        })
        .await?;
    ok(&view)
}

/// Changes the dates of a planned year, or asks another coordinator to confirm those of an open one.
#[utoipa::path(put, path = "/cycles/{year}/dates", operation_id = "change_dates", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)), request_body = NewDates,
    responses((status = 200, body = ChangedDates)))]
pub(super) async fn change(caller: Caller, year: Path<i32>, new: Body<NewDates>) -> Answer {
    let NewDates { dates, published, hides_own_level, reason } = new.0;
    let changed = caller
        .act(move |act, standing| {
            standing.require_coordinator(*year)?;
            let now = cycles::store::cycle(act.db, *year)?;
            let new = Settings {
                dates,
                published: published.unwrap_or(now.published),
                hides_own_level: hides_own_level.unwrap_or(now.hides_own_level),
            };
            change_dates::change_dates(act, standing, *year, &new, &reason)
        })
        .await?;
    let state = match changed {
        Changed::Now => "changed",
        Changed::Asked => "asked",
    };
    ok(&ChangedDates { state })
}

/// Confirms the new dates that another coordinator has asked for. Units that still answer get the new day of
/// submission.
#[utoipa::path(post, path = "/cycles/{year}/dates/confirmation", operation_id = "confirm_dates", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)), responses((status = 204)))]
pub(super) async fn confirm(caller: Caller, year: Path<i32>) -> Answer {
    caller.act(move |act, standing| change_dates::confirm(act, standing, *year)).await?;
    Ok(done())
}

/// Turns new dates down, or takes the own ones back.
#[utoipa::path(delete, path = "/cycles/{year}/dates/waiting", operation_id = "turn_down_dates", tag = "Cycles",
    params(("year" = i32, Path, example = 2026)), responses((status = 204)))]
pub(super) async fn turn_down(caller: Caller, year: Path<i32>) -> Answer {
    caller.act(move |act, standing| change_dates::turn_down(act, standing, *year)).await?;
    Ok(done())
}
