//! Reviews: the own one while it is blind, and the locked ones for those who may read them.

use std::collections::BTreeMap;

use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{CasePath, CriterionPath};
use super::body::{Body, ok, ok_version, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::refusal::{Answer, ErrorAt, Refusal};
use super::submission::told;
use super::version::Seen;
use crate::identity::rights::Object;
use crate::problem::Problem;
use crate::reviews::score::{self, Draft};
use crate::reviews::view::{self, OwnReview, Review};
use crate::reviews::{Level, Score, Scored, correct, lock};
use crate::scoring::settle::CriterionState;
use crate::text::Lang;

/// What a reviewer has said about a criterion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScoreView {
    /// Counts changes; 0 when nothing is saved. Also the `ETag`.
    version: i32,
    /// The blind score: `0`–`4`, `K` cannot judge, `NA` should not apply.
    #[schema(example = "3")]
    score: Option<&'static str>,
    /// Its reason.
    reason: String,
    /// The level after the discussion, with its reason.
    revised: Option<Changed>,
    /// The level after the fact check, with its reason.
    corrected: Option<Changed>,
    /// When the reviewer was done with the discussion.
    closed_at: Option<DateTime<Utc>>,
}

/// A changed level with its reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changed {
    /// 0–4.
    level: u8,
    /// Why.
    reason: String,
}

impl From<(Level, String)> for Changed {
    fn from((level, reason): (Level, String)) -> Changed {
        Changed { level: level.number(), reason }
    }
}

impl From<&Scored> for ScoreView {
    fn from(scored: &Scored) -> ScoreView {
        let changed = |to: &Option<(Level, String)>| to.clone().map(Changed::from);
        ScoreView {
            version: scored.version,
            score: scored.first.as_ref().map(Score::as_str),
            reason: scored.reason.clone(),
            revised: changed(&scored.revised),
            corrected: changed(&scored.corrected),
            closed_at: scored.closed_at.map(utc),
        }
    }
}

/// The caller's own review.
#[derive(Debug, Serialize, ToSchema)]
struct OwnReviewView {
    /// The seat: `university`, `region` or `further`.
    party: &'static str,
    /// When it was locked.
    locked_at: Option<DateTime<Utc>>,
    /// SHA-256 over scores, reasons and salt, made at the lock.
    commitment: Option<String>,
    /// The criteria to score, in the form's order.
    criteria: Vec<String>,
    /// What has been said so far, by criterion.
    scores: BTreeMap<String, ScoreView>,
    /// The automatic check of each minimum requirement whose answers tell.
    minimum_checks: BTreeMap<String, bool>,
    /// What is missing before it can be locked.
    missing: Vec<ErrorAt>,
}

impl OwnReviewView {
    fn of(own: OwnReview, lang: Lang) -> OwnReviewView {
        OwnReviewView {
            party: own.seat.party.as_str(),
            locked_at: own.seat.locked_at.map(utc),
            commitment: own.seat.commitment,
            criteria: own.criteria,
            scores: own.scores.iter().map(|(id, scored)| (id.clone(), scored.into())).collect(),
            minimum_checks: own.minimum_checks,
            missing: told(own.missing, lang),
        }
    }
}

/// A locked review.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewView {
    /// The seat: `university`, `region` or `further`.
    party: &'static str,
    /// Who; none for callers who may not know.
    reviewer: Option<String>,
    /// When it was locked.
    locked_at: Option<DateTime<Utc>>,
    /// SHA-256 over assignment, scores, reasons and salt.
    commitment: Option<String>,
    /// With what the commitment was salted.
    salt: Option<String>,
    /// What was said, by criterion.
    scores: BTreeMap<String, ScoreView>,
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> ReviewView {
        ReviewView {
            party: review.party.as_str(),
            reviewer: review.reviewer.map(|person| person.name),
            locked_at: review.locked_at.map(utc),
            commitment: review.commitment,
            salt: review.salt,
            scores: review.scores.iter().map(|(id, scored)| (id.clone(), scored.into())).collect(),
        }
    }
}

/// The locked reviews: the pair's first, then further ones.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewList {
    /// In order.
    reviews: Vec<ReviewView>,
}

/// A score to save; both may be missing until the review is locked.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"score": "3", "reason": "Minutes and attendance lists bear it out."}))]
pub(super) struct NewScore {
    /// `0`–`4`, `K` cannot judge, `NA` should not apply.
    #[schema(pattern = "^([0-4]|K|NA)$")]
    score: Option<String>,
    /// Kept as typed.
    #[serde(default)]
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    reason: String,
}

/// A level with a reason.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"level": 2, "reason": "The attendance lists show that a third of the meetings were not held."}))]
pub(super) struct NewLevel {
    /// 0–4.
    #[validate(range(max = 4))]
    #[schema(minimum = 0, maximum = 4)]
    level: u8,
    /// Why; the form's rules say how long it must be.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

impl NewLevel {
    /// The level and the reason.
    ///
    /// # Errors
    /// The level is none of the scale.
    pub fn read(self) -> Result<(Level, String), Problem> {
        let level = Level::new(self.level).ok_or_else(unknown_score)?;
        Ok((level, self.reason))
    }
}

/// How a criterion stands.
#[derive(Debug, Serialize, ToSchema)]
struct Standing {
    /// As in a result: `agreed`, `corrected`, `needs_further` …
    #[schema(value_type = String, example = "corrected")]
    state: CriterionState,
}

/// The caller's own review. Content opens after the declaration.
#[utoipa::path(get, path = "/cases/{year}/{unit}/review", operation_id = "get_own_review", tag = "Reviews",
    params(CasePath), responses((status = 200, body = OwnReviewView)))]
pub(super) async fn own(caller: Caller, path: Path<CasePath>) -> Answer {
    let own = caller
        .read_case(path.into_inner(), Object::Case, |db, standing, at| {
            view::own_review(db, standing, &at.form, &at.case)
        })
        .await?;
    ok(&OwnReviewView::of(own, caller.lang))
}

/// The caller's own score of a criterion.
#[utoipa::path(get, path = "/cases/{year}/{unit}/review/{criterion}", operation_id = "get_own_score",
    tag = "Reviews", params(CriterionPath),
    responses((status = 200, body = ScoreView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn own_score(caller: Caller, path: Path<CriterionPath>) -> Answer {
    let view = read_score(&caller, path.into_inner()).await?;
    ok_version(view.version, &view)
}

/// Saves the caller's own score of a criterion over the version that was read.
#[utoipa::path(put, path = "/cases/{year}/{unit}/review/{criterion}", operation_id = "save_score", tag = "Reviews",
    params(CriterionPath), request_body = NewScore,
    responses((status = 200, body = ScoreView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn save(
    caller: Caller,
    path: Path<CriterionPath>,
    seen: Seen,
    new: Body<NewScore>,
) -> Answer {
    let path = path.into_inner();
    let (case, criterion) = path.clone().split();
    let draft = draft(new.0)?;
    let saved = caller
        .act_case(case, Object::Case, move |act, standing, at| {
            let scored = score::save(act, standing, &at.form, at.id(), &criterion, seen.0, &draft)?;
            Ok(ScoreView::from(&scored))
        })
        .await;
    match saved {
        Ok(view) => ok_version(view.version, &view),
        Err(refusal) if refusal.is_stale() => {
            let newer = read_score(&caller, path).await?;
            Err(refusal.with_newer(newer.version, &newer))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Locks the caller's own review; nothing in it changes again.
#[utoipa::path(post, path = "/cases/{year}/{unit}/review/lock", operation_id = "lock_review", tag = "Reviews",
    params(CasePath, super::at_hand::DryRun), responses((status = 200, body = CaseInShort)))]
pub(super) async fn lock(
    caller: Caller,
    path: Path<CasePath>,
    dry: actix_web::web::Query<super::at_hand::DryRun>,
) -> Answer {
    let case = caller
        .act_or_try_case(path.into_inner(), Object::Case, *dry, |act, standing, at| {
            lock::lock(act, standing, &at.form, at.id())
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// The locked reviews, once both of the pair have locked.
#[utoipa::path(get, path = "/cases/{year}/{unit}/reviews", operation_id = "list_reviews", tag = "Reviews",
    params(CasePath), responses((status = 200, body = ReviewList)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>) -> Answer {
    let reviews = caller
        .read_case(path.into_inner(), Object::Reviews, |db, standing, at| {
            view::reviews(db, standing, &at.case)
        })
        .await?;
    ok(&ReviewList { reviews: reviews.into_iter().map(ReviewView::from).collect() })
}

/// Corrects the caller's own level after the unit's comments on facts: once, with a reason.
#[utoipa::path(put, path = "/cases/{year}/{unit}/review/{criterion}/correction", operation_id = "correct_score",
    tag = "Reviews", params(CriterionPath), request_body = NewLevel, responses((status = 200, body = Standing)))]
pub(super) async fn correct(caller: Caller, path: Path<CriterionPath>, new: Body<NewLevel>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let (level, reason) = new.0.read()?;
    let state = caller
        .act_case(case, Object::OwnReview, move |act, standing, at| {
            correct::correct(act, standing, &at.form, at.id(), &criterion, level, &reason)
        })
        .await?;
    ok(&Standing { state })
}

async fn read_score(caller: &Caller, path: CriterionPath) -> Result<ScoreView, Refusal> {
    let (case, criterion) = path.split();
    caller
        .read_case(case, Object::Case, move |db, standing, at| {
            let own = view::own_review(db, standing, &at.form, &at.case)?;
            if !own.criteria.contains(&criterion) {
                return Err(Problem::not_found());
            }
            Ok(own.scores.get(&criterion).map_or_else(nothing_said, ScoreView::from))
        })
        .await
}

fn nothing_said() -> ScoreView {
    ScoreView {
        version: 0,
        score: None,
        reason: String::new(),
        revised: None,
        corrected: None,
        closed_at: None,
    }
}

fn draft(new: NewScore) -> Result<Draft, Problem> {
    let read = |text: String| Score::from_text(&text).ok_or_else(unknown_score);
    Ok(Draft { score: new.score.map(read).transpose()?, reason: new.reason })
}

fn unknown_score() -> Problem {
    Problem::invalid("unknown_score", "Ange 0–4, K eller NA.", "Give 0–4, K or NA.")
}
