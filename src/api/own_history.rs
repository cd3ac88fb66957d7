//! What a reviewer reads beside the own score: its saved versions, and last year's answers and result.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::at_hand::CriterionPath;
use super::body::{ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::receipts::ChangeView;
use super::refusal::Answer;
use super::reviews::Changed;
use crate::assessments::difference;
use crate::assessments::since_last_year::{Compared, SinceLastYear};
use crate::identity::rights::Object;
use crate::number::exact;
use crate::problem::Problem;
use crate::results;
use crate::reviews::beside::BesideLastYear;
use crate::reviews::history::{self, SavedVersion};
use crate::reviews::{Level, Score, view};

/// A saved version of the caller's own score.
#[derive(Debug, Serialize, ToSchema)]
struct ScoreVersionView {
    /// Counts from 1.
    version: i32,
    /// `0`–`4`, `K` cannot judge, `NA` should not apply.
    #[schema(example = "3")]
    score: Option<&'static str>,
    /// Its reason.
    reason: String,
    /// The level after the discussion, with its reason.
    revised: Option<Changed>,
    /// The level after the fact check, with its reason.
    corrected: Option<Changed>,
    /// When it was saved.
    saved_at: DateTime<Utc>,
}

impl From<SavedVersion> for ScoreVersionView {
    fn from(saved: SavedVersion) -> ScoreVersionView {
        let changed = |to: Option<(Level, String)>| to.map(Changed::from);
        ScoreVersionView {
            version: saved.version,
            score: saved.first.as_ref().map(Score::as_str),
            reason: saved.reason,
            revised: changed(saved.revised),
            corrected: changed(saved.corrected),
            saved_at: utc(saved.saved_at),
        }
    }
}

/// Last year's side of a criterion.
#[derive(Debug, Serialize, ToSchema)]
struct LastYearView {
    /// The year; none when there are no answers to compare with.
    year: Option<i32>,
    /// The settled value of the same criterion, once the result is released.
    #[schema(example = "5/2")]
    result: Option<String>,
    /// The fields that read as last year.
    unchanged: Vec<String>,
    /// The fields that were not asked last year.
    new: Vec<String>,
    /// What changed, a text by its words.
    changes: Vec<ChangeView>,
}

/// Every saved version of the caller's own score of a criterion, oldest first. Nobody else reads them.
#[utoipa::path(get, path = "/cases/{year}/{unit}/review/{criterion}/versions", operation_id = "list_own_score_versions",
    tag = "Reviews", params(CriterionPath, Paging), responses((status = 200, body = Page<ScoreVersionView>)))]
pub(super) async fn versions(caller: Caller, path: Path<CriterionPath>, paging: Query<Paging>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let saved = caller
        .read_case(case, Object::Case, move |db, standing, at| {
            let own = view::own_review(db, standing, &at.form, &at.case)?;
            history::of_own(db, &own, &criterion)
        })
        .await?;
    let views = saved.into_iter().map(ScoreVersionView::from).collect();
    ok(&paging.cut(views, |one: &ScoreVersionView| format!("{:08}", one.version))?)
}

/// What has changed in the unit's answers to a criterion since last year, and what it got then. For its reviewers.
#[utoipa::path(get, path = "/cases/{year}/{unit}/review/{criterion}/last-year", operation_id = "get_last_year",
    tag = "Reviews", params(CriterionPath), responses((status = 200, body = LastYearView)))]
pub(super) async fn last_year(caller: Caller, path: Path<CriterionPath>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let (app, lang) = (caller.app.clone(), caller.lang);
    let view = caller
        .read_case(case, Object::Case, move |db, standing, at| {
            let own = view::own_review(db, standing, &at.form, &at.case)?;
            let known = at.criterion(&criterion)?;
            if !own.criteria.contains(&criterion) {
                return Err(Problem::not_found());
            }
            let beside = BesideLastYear::of(db, standing, &app.forms, &at.case, &at.form)?;
            let then = match &beside {
                Some(beside) => beside.same_criterion(&criterion),
                None => Some(criterion.clone()),
            };
            let released = results::last_year::released(db, standing, &at.case)?;
            let result =
                released.zip(then).and_then(|(scored, then)| scored.criteria.get(&then)?.value.clone());
            let since = beside.as_ref().map(|beside| beside.criterion(&at.form, known, lang));
            Ok(LastYearView::of(
                beside.map(|beside| beside.year()),
                result.as_ref().map(exact),
                since.unwrap_or_default(),
            ))
        })
        .await?;
    ok(&view)
}

impl LastYearView {
    fn of(year: Option<i32>, result: Option<String>, since: SinceLastYear) -> LastYearView {
        let mut view =
            LastYearView { year, result, unchanged: Vec::new(), new: Vec::new(), changes: Vec::new() };
        for one in since.answers {
            if one.is_unchanged() {
                view.unchanged.push(one.field);
            } else if one.before.is_none() {
                view.new.push(one.field);
            } else {
                view.changes.extend(changed(one).map(ChangeView::from));
            }
        }
        view.changes.extend(since.beside.into_iter().map(ChangeView::from));
        view
    }
}

fn changed(one: Compared) -> Option<difference::Changed> {
    Some(difference::Changed { field: one.field, label: one.label, change: one.change? })
}
