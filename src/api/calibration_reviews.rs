//! Calibration cases, for the reviewers who score them.

use std::collections::BTreeMap;

use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::body::{Body, done, ok, ok_version, utc};
use super::calibration::{CalibrationCriterionPath, CalibrationPath, MeasuredView, form_of};
use super::caller::Caller;
use super::refusal::{Answer, Refusal};
use super::version::Seen;
use crate::calibration::copy::Content;
use crate::calibration::score::{self, Draft};
use crate::calibration::{Scored, lock, store, view};
use crate::identity::GrantedRole;
use crate::number::exact;
use crate::problem::Problem;
use crate::reviews::Score;

/// The rounds that the caller takes part in.
#[derive(Debug, Serialize, ToSchema)]
struct OwnRounds {
    /// The newest first.
    rounds: Vec<OwnRound>,
}

/// A round for one of its reviewers.
#[derive(Debug, Serialize, ToSchema)]
struct OwnRound {
    /// The cycle's year.
    year: i32,
    /// `open` or `closed`.
    #[schema(example = "open")]
    state: &'static str,
    /// The day by which reviewers are asked to have locked.
    due: Option<NaiveDate>,
    /// Its cases.
    cases: Vec<OwnCase>,
}

/// A calibration case for one of its reviewers.
#[derive(Debug, Serialize, ToSchema)]
struct OwnCase {
    /// Its number in the round.
    number: i32,
    /// When the caller locked it.
    locked_at: Option<DateTime<Utc>>,
    /// Criteria with a level.
    done: usize,
    /// All criteria.
    of: usize,
}

/// A calibration case with the caller's own levels.
#[derive(Debug, Serialize, ToSchema)]
struct CalibrationReview {
    /// The key of the form whose criteria are scored.
    form: String,
    /// The calendar year that the answers are about.
    period: i32,
    /// When the caller locked it.
    locked_at: Option<DateTime<Utc>>,
    /// The criteria to score, in the form's order.
    criteria: Vec<String>,
    /// The copy by criterion; the background under `background`.
    copy: BTreeMap<String, Given>,
    /// The caller's own levels by criterion.
    scores: BTreeMap<String, CalibrationScore>,
}

/// The copy of one criterion.
#[derive(Debug, Serialize, ToSchema)]
struct Given {
    /// The answers, anonymised.
    #[schema(value_type = Object)]
    answers: crate::forms::RawAnswers,
    /// How many pieces of evidence there were, by kind; none of them is here.
    evidence: BTreeMap<String, usize>,
    /// Why the unit left the criterion without an answer.
    left: Option<String>,
}

impl From<Content> for Given {
    fn from(content: Content) -> Given {
        Given { answers: content.answers, evidence: content.evidence, left: content.left }
    }
}

/// The caller's own level of a criterion.
#[derive(Debug, Serialize, ToSchema)]
struct CalibrationScore {
    /// Counts changes; 0 when nothing is saved. Also the `ETag`.
    version: i32,
    /// `0`–`4`, or `K` cannot judge.
    #[schema(example = "3")]
    score: Option<&'static str>,
    /// Why.
    reason: String,
}

impl From<Option<&Scored>> for CalibrationScore {
    fn from(scored: Option<&Scored>) -> CalibrationScore {
        CalibrationScore {
            version: scored.map_or(0, |scored| scored.version),
            score: scored.and_then(|scored| scored.score.as_ref()).map(Score::as_str),
            reason: scored.map(|scored| scored.reason.clone()).unwrap_or_default(),
        }
    }
}

/// A level to save.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"score": "3", "reason": "The plan is followed up."}))]
pub(super) struct NewCalibrationScore {
    /// `0`–`4`, or `K` cannot judge.
    #[schema(pattern = "^([0-4]|K)$")]
    score: Option<String>,
    /// Why; free.
    #[serde(default)]
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    reason: String,
}

/// How the levels of all who have locked a case are spread, beside the caller's own.
#[derive(Debug, Serialize, ToSchema)]
struct OwnSpread {
    /// By criterion.
    criteria: BTreeMap<String, OwnMeasured>,
}

/// One criterion of it.
#[derive(Debug, Serialize, ToSchema)]
struct OwnMeasured {
    /// Everybody's who has locked, without names.
    everybody: MeasuredView,
    /// The caller's own level less the median, an exact fraction.
    #[schema(example = "-1/2")]
    own_distance: Option<String>,
}

/// The rounds that the caller takes part in, from their opening on. For reviewers.
#[utoipa::path(get, path = "/calibration", operation_id = "list_calibration", tag = "Calibration",
    responses((status = 200, body = OwnRounds)))]
pub(super) async fn list(caller: Caller) -> Answer {
    let app = caller.app.clone();
    let rounds = caller
        .read(move |db, standing| {
            standing.require_role(GrantedRole::Reviewer)?;
            let mut rounds = Vec::new();
            for round in view::own_rounds(db, standing)? {
                let form = form_of(&app, &round)?;
                let mut cases = Vec::new();
                for case in store::cases(db, round.year)? {
                    let own = view::reviewed(db, standing, case.year, case.number)?;
                    let of = own.criteria(&form).count();
                    let (number, locked_at) = (case.number, own.locked_at.map(utc));
                    cases.push(OwnCase { number, locked_at, done: of - own.left(&form).count(), of });
                }
                rounds.push(OwnRound {
                    year: round.year,
                    state: round.state.as_str(),
                    due: round.due,
                    cases,
                });
            }
            Ok(rounds)
        })
        .await?;
    ok(&OwnRounds { rounds })
}

/// A calibration case with the caller's own levels. For reviewers.
#[utoipa::path(get, path = "/calibration/{year}/{number}", operation_id = "get_calibration_case", tag = "Calibration",
    params(CalibrationPath), responses((status = 200, body = CalibrationReview)))]
pub(super) async fn show(caller: Caller, path: Path<CalibrationPath>) -> Answer {
    let app = caller.app.clone();
    let shown = caller
        .read(move |db, standing| {
            let own = view::reviewed(db, standing, path.year, path.number)?;
            let form = form_of(&app, &own.round)?;
            let score = |(id, scored): (&String, &Scored)| (id.clone(), Some(scored).into());
            Ok(CalibrationReview {
                criteria: own.criteria(&form).map(str::to_owned).collect(),
                scores: own.scores.iter().map(score).collect(),
                form: own.round.form,
                period: own.case.period,
                locked_at: own.locked_at.map(utc),
                copy: own.copy.into_iter().map(|(id, content)| (id, content.into())).collect(),
            })
        })
        .await?;
    ok(&shown)
}

async fn read_score(caller: &Caller, path: CalibrationCriterionPath) -> Result<CalibrationScore, Refusal> {
    let app = caller.app.clone();
    caller
        .read(move |db, standing| {
            let own = view::reviewed(db, standing, path.year, path.number)?;
            let form = form_of(&app, &own.round)?;
            if !own.criteria(&form).any(|id| id == path.criterion) {
                return Err(Problem::not_found());
            }
            Ok(own.scores.get(&path.criterion).into())
        })
        .await
}

/// The caller's own level of a criterion. For reviewers.
#[utoipa::path(get, path = "/calibration/{year}/{number}/scores/{criterion}", operation_id = "get_calibration_score",
    tag = "Calibration", params(CalibrationCriterionPath),
    responses((status = 200, body = CalibrationScore, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn own_score(caller: Caller, path: Path<CalibrationCriterionPath>) -> Answer {
    let view = read_score(&caller, path.into_inner()).await?;
    ok_version(view.version, &view)
}

/// Saves the caller's own level of a criterion over the version that was read. For reviewers.
#[utoipa::path(put, path = "/calibration/{year}/{number}/scores/{criterion}", operation_id = "save_calibration_score",
    tag = "Calibration", params(CalibrationCriterionPath), request_body = NewCalibrationScore,
    responses((status = 200, body = CalibrationScore, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn save(
    caller: Caller,
    path: Path<CalibrationCriterionPath>,
    seen: Seen,
    new: Body<NewCalibrationScore>,
) -> Answer {
    let (path, app) = (path.into_inner(), caller.app.clone());
    let read = |text: String| Score::from_text(&text).ok_or_else(unknown_score);
    let draft = Draft { score: new.0.score.map(read).transpose()?, reason: new.0.reason };
    let at = path.clone();
    let saved = caller
        .act(move |act, standing| {
            let own = view::reviewed(act.db, standing, at.year, at.number)?;
            let form = form_of(&app, &own.round)?;
            score::save(act, standing, &form, (at.year, at.number, &at.criterion), seen.0, &draft)
        })
        .await;
    match saved {
        Ok(saved) => ok_version(saved.version, &CalibrationScore::from(Some(&saved))),
        Err(refusal) if refusal.is_stale() => {
            let newer = read_score(&caller, path).await?;
            Err(refusal.with_newer(newer.version, &newer))
        }
        Err(refusal) => Err(refusal),
    }
}

fn unknown_score() -> Problem {
    Problem::invalid("unknown_score", "Ange 0–4 eller K.", "Give 0–4 or K.")
}

/// Locks the caller's own levels of a case; nothing in them changes again. For reviewers.
#[utoipa::path(post, path = "/calibration/{year}/{number}/lock", operation_id = "lock_calibration_case",
    tag = "Calibration", params(CalibrationPath), responses((status = 204)))]
pub(super) async fn lock(caller: Caller, path: Path<CalibrationPath>) -> Answer {
    let app = caller.app.clone();
    caller
        .act(move |act, standing| {
            let own = view::reviewed(act.db, standing, path.year, path.number)?;
            let form = form_of(&app, &own.round)?;
            lock::lock(act, standing, &form, (path.year, path.number))
        })
        .await?;
    Ok(done())
}

/// How the levels of all who have locked a case are spread, without names. For reviewers who have locked it.
#[utoipa::path(get, path = "/calibration/{year}/{number}/spread", operation_id = "get_own_calibration_spread",
    tag = "Calibration", params(CalibrationPath), responses((status = 200, body = OwnSpread)))]
pub(super) async fn spread(caller: Caller, path: Path<CalibrationPath>) -> Answer {
    let criteria = caller
        .read(move |db, standing| {
            let own = view::reviewed(db, standing, path.year, path.number)?;
            let spread = view::own_spread(db, &own)?;
            let one = |(id, measured): (String, crate::calibration::measure::Measured)| {
                let score = own.scores.get(&id).and_then(|own| own.score);
                let distance = score.and_then(|score| measured.distance(score));
                let own_distance = distance.as_ref().map(exact);
                (id, OwnMeasured { everybody: (&measured).into(), own_distance })
            };
            Ok(spread.into_iter().map(one).collect())
        })
        .await?;
    ok(&OwnSpread { criteria })
}
