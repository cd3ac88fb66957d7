//! The quality of reviewing.

use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::ok;
use super::caller::Caller;
use super::refusal::Answer;
use crate::app::App;
use crate::cycles;
use crate::problem::Problem;
use crate::reliability::agreement::Estimate;
use crate::reliability::view::{Reliability, Reviewer, of_year};
use crate::reliability::{Measured, Share};

/// The quality of reviewing in a year, over the cases whose reviews the caller may read; first scores alone.
#[derive(Debug, Serialize, ToSchema)]
struct ReliabilityView {
    /// Cases with two locked reviews.
    cases: usize,
    /// Over all criteria.
    whole: MeasuredView,
    /// The criteria in the form's order.
    criteria: Vec<CriterionReliability>,
    /// The reviewers by name; null for who does not coordinate the year. A caution, never a correction.
    reviewers: Option<Vec<ReviewerSeverity>>,
}

/// How well pairs agree.
#[derive(Debug, Serialize, ToSchema)]
struct MeasuredView {
    /// Pairs with two levels.
    pairs: usize,
    /// With the same level.
    equal: ShareView,
    /// At least two steps apart.
    large: ShareView,
    /// First scores that are K.
    cannot_judge: ShareView,
    /// Cases in which it did not apply.
    not_applicable: ShareView,
    /// Weighted kappa, quadratic weights; null where it cannot be computed.
    kappa: Option<EstimateView>,
    /// Gwet's AC2, quadratic weights; null where it cannot be computed.
    ac2: Option<EstimateView>,
}

/// A part of a whole.
#[derive(Debug, Serialize, ToSchema)]
struct ShareView {
    /// How many.
    part: usize,
    /// Of how many.
    of: usize,
}

/// An estimate with its 95 per cent interval.
#[derive(Debug, Serialize, ToSchema)]
struct EstimateView {
    /// The estimate.
    value: f64,
    /// The interval's lower end.
    low: f64,
    /// The interval's upper end.
    high: f64,
}

/// How well pairs agree about one criterion.
#[derive(Debug, Serialize, ToSchema)]
struct CriterionReliability {
    /// The criterion.
    criterion: String,
    /// How well.
    measured: MeasuredView,
}

/// One reviewer against the partners.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewerSeverity {
    /// Who.
    person: String,
    /// The name.
    name: String,
    /// Cases with a partner.
    cases: usize,
    /// Criteria that both gave a level.
    criteria: usize,
    /// The mean of own level minus the partner's: below 0 is harder.
    mean: f64,
    /// The 95 per cent interval of the mean, which counts cases; null for fewer than two.
    interval: Option<[f64; 2]>,
    /// The mean distance.
    distance: f64,
    /// The share of minimum requirements that one of the two alone found met; null without any.
    splits: Option<f64>,
    /// Whether the coordinator is warned.
    warns: bool,
}

impl From<Share> for ShareView {
    fn from(share: Share) -> ShareView {
        ShareView { part: share.part, of: share.of }
    }
}

impl From<Estimate> for EstimateView {
    fn from(one: Estimate) -> EstimateView {
        EstimateView { value: one.value, low: one.low, high: one.high }
    }
}

impl From<Measured> for MeasuredView {
    fn from(one: Measured) -> MeasuredView {
        MeasuredView {
            pairs: one.pairs,
            equal: one.equal.into(),
            large: one.large.into(),
            cannot_judge: one.cannot_judge.into(),
            not_applicable: one.not_applicable.into(),
            kappa: one.kappa.map(EstimateView::from),
            ac2: one.ac2.map(EstimateView::from),
        }
    }
}

impl From<Reviewer> for ReviewerSeverity {
    fn from(one: Reviewer) -> ReviewerSeverity {
        ReviewerSeverity {
            person: one.id.to_string(),
            name: one.name,
            cases: one.severity.cases,
            criteria: one.severity.criteria,
            mean: one.severity.mean,
            interval: one.severity.interval.map(|(low, high)| [low, high]),
            distance: one.severity.distance,
            splits: one.severity.splits,
            warns: one.severity.warns(),
        }
    }
}

impl From<Reliability> for ReliabilityView {
    fn from(found: Reliability) -> ReliabilityView {
        let criteria = found.criteria.into_iter();
        ReliabilityView {
            cases: found.cases,
            whole: found.whole.into(),
            criteria: criteria
                .map(|(criterion, measured)| CriterionReliability { criterion, measured: measured.into() })
                .collect(),
            reviewers: found
                .reviewers
                .map(|reviewers| reviewers.into_iter().map(ReviewerSeverity::from).collect()),
        }
    }
}

/// How well the pairs of a year agree, by criterion. For coordinators, the group and auditors.
#[utoipa::path(get, path = "/cycles/{year}/reliability", operation_id = "get_reliability", tag = "Results",
    params(("year" = i32, Path, example = 2026)), responses((status = 200, body = ReliabilityView)))]
pub(super) async fn show(app: Data<App>, caller: Caller, year: Path<i32>) -> Answer {
    let found = caller
        .read(move |db, standing| {
            let cycle = cycles::store::cycle(db, *year)?;
            let form = app.forms.get(&cycle.form);
            of_year(db, standing, &*form.ok_or_else(|| Problem::internal("the form is not here"))?, *year)
        })
        .await?;
    ok(&ReliabilityView::from(found))
}
