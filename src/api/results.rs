//! The fact check and the result, as `usve score` prints it, with the sentence behind each number.

use std::collections::BTreeMap;

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::answers::Reason;
use super::at_hand::{CasePath, CriterionPath};
use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::refusal::Answer;
use crate::cycles::Case;
use crate::db::Db;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::{Party, Standing};
use crate::number::exact;
use crate::problem::Problem;
use crate::results::view::{self, ResultView};
use crate::results::{FactComment, FixedResult, correct_result, fact_check, finalise};
use crate::reviews::{self, Level};
use crate::scoring::{Explain, Scored, Way, nearest};
use crate::text::{Lang, Text};

/// A comment on facts by the unit.
#[derive(Debug, Serialize, ToSchema)]
struct CommentView {
    /// About what.
    #[schema(example = "A1")]
    criterion: String,
    /// What the unit says.
    comment: String,
    /// When.
    written_at: DateTime<Utc>,
    /// The answer.
    answer: Option<String>,
    /// When it was answered.
    answered_at: Option<DateTime<Utc>>,
}

impl From<FactComment> for CommentView {
    fn from(comment: FactComment) -> CommentView {
        let (answer, answered_at) = comment.answer.map(|(text, _, at)| (text, utc(at))).unzip();
        CommentView {
            criterion: comment.criterion,
            comment: comment.comment,
            written_at: utc(comment.written_at),
            answer,
            answered_at,
        }
    }
}

/// The unit's comments on facts, by criterion.
#[derive(Debug, Serialize, ToSchema)]
struct CommentList {
    /// In order of criterion.
    comments: Vec<CommentView>,
}

/// A comment to write; an empty one takes it away.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"comment": "Twelve meetings were held, not ten: see the annual report."}))]
pub(super) struct NewComment {
    /// Its text.
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    comment: String,
}

/// An answer to a comment.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answer": "Corrected."}))]
pub(super) struct NewReply {
    /// Its text.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    answer: String,
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResultItem {
    /// The fixed version, counted from 1; none while the result is a draft.
    number: Option<i32>,
    /// SHA-256 over input and output of the fixed version.
    digest: Option<String>,
    /// The version that has superseded this one.
    superseded_by: Option<i32>,
    /// What `usve score` prints for the case that was judged.
    #[schema(value_type = Object)]
    result: Scored,
    /// What `usve score` takes. For callers who may not read the reviews the settled values stand in their place, which
    /// give the same numbers.
    #[schema(value_type = Object)]
    judged: crate::scoring::Case,
    /// The smallest changes that would have made the outcome better.
    better: Vec<WayView>,
    /// The smallest changes that would have made the outcome worse.
    worse: Vec<WayView>,
    /// The sentences behind the numbers, in the caller's language.
    explanations: Explanations,
    /// Who reviewed; empty for callers who may not know.
    reviewers: Vec<ReviewerName>,
}

/// Somebody who reviewed.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewerName {
    /// The seat: `university`, `region` or `further`.
    party: &'static str,
    /// The person's name.
    name: String,
}

/// The sentences behind the numbers.
#[derive(Debug, Serialize, ToSchema)]
struct Explanations {
    /// Why the outcome is what it is.
    outcome: Option<String>,
    /// The total as a calculation.
    total: Option<String>,
    /// The missing share.
    missing_share: Option<String>,
    /// The change since last year.
    change: Option<String>,
    /// Each area's score as a calculation.
    areas: BTreeMap<String, String>,
    /// How each criterion got its value, or what it waits for.
    criteria: BTreeMap<String, String>,
}

/// A smallest change of criteria that would have given another outcome.
#[derive(Debug, Serialize, ToSchema)]
struct WayView {
    /// The outcome: `F`, `G`, `V`, `O` or `E`.
    outcome: &'static str,
    /// The criteria that change, with their values.
    changes: Vec<ChangeView>,
    /// The same in words, in the caller's language.
    sentence: String,
}

/// Another value of a criterion.
#[derive(Debug, Serialize, ToSchema)]
struct ChangeView {
    /// The criterion.
    #[schema(example = "A1")]
    criterion: String,
    /// Its settled value, exact.
    #[schema(example = "3/2")]
    from: String,
    /// The value that it would have.
    #[schema(example = "2")]
    to: String,
}

impl WayView {
    fn of(way: &Way, lang: Lang) -> WayView {
        WayView {
            outcome: way.outcome.code(),
            changes: way
                .changes
                .iter()
                .map(|one| ChangeView {
                    criterion: one.criterion.clone(),
                    from: exact(&one.from),
                    to: exact(&one.to),
                })
                .collect(),
            sentence: Explain::way(way).get(lang).to_owned(),
        }
    }
}

impl ResultItem {
    /// What somebody may read of a result.
    pub fn of(
        standing: &Standing,
        view: ResultView,
        (form, case): (&Form, &Case),
        newest: Option<i32>,
        lang: Lang,
    ) -> ResultItem {
        let judged = view::readable(standing, case, &view);
        let near = nearest(&view.judged, &form.rules, &view.scored);
        let reviews = standing.may(&case.reference(), Object::Reviews, Deed::Read);
        let explain = Explain::new(&view.judged, &form.rules, &view.scored);
        let say = |text: Option<Text>| text.map(|text| text.get(lang).to_owned());
        let explanations = Explanations {
            outcome: say(explain.outcome()),
            total: say(explain.total()),
            missing_share: say(explain.missing_share()),
            change: say(explain.change()),
            areas: by_id(view.scored.areas.iter().map(|(id, _)| id), |id| say(explain.area_score(id))),
            criteria: by_id(view.scored.criteria.iter().map(|(id, _)| id), |id| {
                say(if reviews { explain.criterion(id) } else { explain.criterion_in_short(id) })
            }),
        };
        let ways = |ways: &[Way]| ways.iter().map(|way| WayView::of(way, lang)).collect();
        let number = view.fixed.as_ref().map(|fixed| fixed.number);
        ResultItem {
            superseded_by: newest.filter(|newest| number.is_some_and(|number| number < *newest)),
            number,
            digest: view.fixed.map(|fixed| fixed.digest),
            result: view.scored,
            judged,
            better: ways(&near.better),
            worse: ways(&near.worse),
            explanations,
            reviewers: Vec::new(),
        }
    }

    /// The same with who reviewed, as far as somebody may know.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn with_reviewers(
        self,
        db: &mut Db,
        standing: &Standing,
        case: &Case,
    ) -> Result<ResultItem, Problem> {
        let named = reviews::view::named(db, standing, case)?.into_iter();
        let reviewers = named.map(|(party, name)| ReviewerName { party: party.as_str(), name }).collect();
        Ok(ResultItem { reviewers, ..self })
    }
}

fn by_id<'a>(
    ids: impl Iterator<Item = &'a str>,
    say: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, String> {
    ids.filter_map(|id| Some((id.to_owned(), say(id)?))).collect()
}

/// A fixed version of a result.
#[derive(Debug, Serialize, ToSchema)]
struct FixedView {
    /// Counts versions from 1.
    number: i32,
    /// `F`, `G`, `V`, `O` or `E`.
    outcome: Option<&'static str>,
    /// SHA-256 over input and output.
    digest: String,
    /// Why there is a new version; none for the first.
    reason: Option<String>,
    /// When it was fixed.
    fixed_at: DateTime<Utc>,
}

impl From<FixedResult> for FixedView {
    fn from(fixed: FixedResult) -> FixedView {
        FixedView {
            number: fixed.number,
            outcome: fixed.outcome().map(crate::scoring::Outcome::code),
            digest: fixed.digest,
            reason: fixed.reason,
            fixed_at: utc(fixed.fixed_at),
        }
    }
}

/// Every fixed version, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct FixedList {
    /// In order.
    versions: Vec<FixedView>,
}

/// A correction of a fixed result.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"levels": [{"criterion": "A1", "party": "region", "level": 3}], "reason": "A typing error."}))]
pub(super) struct Correction {
    /// The levels to correct.
    #[validate(length(min = 1, max = 200), nested)]
    #[schema(min_items = 1, max_items = 200)]
    levels: Vec<CorrectedLevel>,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// One corrected level.
#[derive(Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectedLevel {
    /// In which criterion.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    criterion: String,
    /// Whose: `university` or `region`.
    #[schema(value_type = String, pattern = "^(university|region)$")]
    party: Party,
    /// 0–4.
    #[validate(range(max = 4))]
    #[schema(minimum = 0, maximum = 4)]
    level: u8,
}

impl Correction {
    fn levels(&self) -> Result<BTreeMap<(String, Party), Level>, Problem> {
        let read = |one: &CorrectedLevel| Some(((one.criterion.clone(), one.party), Level::new(one.level)?));
        self.levels.iter().map(|one| read(one).ok_or_else(Problem::not_found)).collect()
    }
}

/// The unit's comments on facts with their answers.
#[utoipa::path(get, path = "/cases/{year}/{unit}/fact-check", operation_id = "list_fact_comments", tag = "Results",
    params(CasePath), responses((status = 200, body = CommentList)))]
pub(super) async fn comments(caller: Caller, path: Path<CasePath>) -> Answer {
    let comments = caller
        .read_case(path.into_inner(), Object::FactComments, |db, standing, at| {
            view::fact_comments(db, standing, &at.case)
        })
        .await?;
    ok(&CommentList { comments: comments.into_iter().map(CommentView::from).collect() })
}

/// Writes a comment on the facts of a criterion. For the head of unit.
#[utoipa::path(put, path = "/cases/{year}/{unit}/fact-check/{criterion}", operation_id = "write_fact_comment",
    tag = "Results", params(CriterionPath), request_body = NewComment, responses((status = 204)))]
pub(super) async fn comment(caller: Caller, path: Path<CriterionPath>, new: Body<NewComment>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::FactComments, move |act, standing, at| {
            fact_check::comment(act, standing, &at.form, at.id(), &criterion, &new.0.comment)
        })
        .await?;
    Ok(done())
}

/// Answers a comment, once. For the reviewers and coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/fact-check/{criterion}/answer",
    operation_id = "answer_fact_comment", tag = "Results", params(CriterionPath), request_body = NewReply,
    responses((status = 204)))]
pub(super) async fn answer(caller: Caller, path: Path<CriterionPath>, new: Body<NewReply>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::FactComments, move |act, standing, at| {
            fact_check::answer(act, standing, at.id(), &criterion, &new.0.answer)
        })
        .await?;
    Ok(done())
}

/// Sends the comments to the reviewers and coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/fact-check/send", operation_id = "send_fact_comments",
    tag = "Results", params(CasePath), responses((status = 200, body = CaseInShort)))]
pub(super) async fn send(caller: Caller, path: Path<CasePath>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::FactComments, |act, standing, at| {
            fact_check::send(act, standing, at.id())
        })
        .await?;
    ok(&CaseInShort::from(&case))
}

/// Says that the unit has no comments: the fact check ends now. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/fact-check/no-comments", operation_id = "no_fact_comments",
    tag = "Results", params(CasePath), responses((status = 204)))]
pub(super) async fn no_comments(caller: Caller, path: Path<CasePath>) -> Answer {
    caller
        .act_case(path.into_inner(), Object::FactComments, |act, standing, at| {
            fact_check::no_comments(act, standing, at.id())
        })
        .await?;
    Ok(done())
}

/// The result: the fixed version that counts, or the draft before it is fixed.
#[utoipa::path(get, path = "/cases/{year}/{unit}/result", operation_id = "get_result", tag = "Results",
    params(CasePath), responses((status = 200, body = ResultItem)))]
pub(super) async fn show(caller: Caller, path: Path<CasePath>) -> Answer {
    let lang = caller.lang;
    let item = caller
        .read_case(path.into_inner(), Object::Result, move |db, standing, at| {
            let view = view::result(db, standing, &at.form, &at.case)?;
            ResultItem::of(standing, view, (&at.form, &at.case), None, lang)
                .with_reviewers(db, standing, &at.case)
        })
        .await?;
    ok(&item)
}

/// One fixed version of a result by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct VersionPath {
    /// The cycle's year.
    #[param(example = 2026)]
    year: i32,
    /// The unit's slug.
    #[param(example = "kardiologi")]
    unit: String,
    /// The version, counted from 1.
    #[param(example = 1)]
    number: i32,
}

/// A fixed version of the result, whether it counts or a newer one has superseded it.
#[utoipa::path(get, path = "/cases/{year}/{unit}/result/versions/{number}", operation_id = "get_result_version",
    tag = "Results", params(VersionPath), responses((status = 200, body = ResultItem)))]
pub(super) async fn version(caller: Caller, path: Path<VersionPath>) -> Answer {
    let lang = caller.lang;
    let VersionPath { year, unit, number } = path.into_inner();
    let item = caller
        .read_case(CasePath { year, unit }, Object::Result, move |db, standing, at| {
            let view = view::version(db, standing, &at.case, number)?;
            let newest = view::versions(db, standing, &at.case)?.first().map(|one| one.number);
            ResultItem::of(standing, view, (&at.form, &at.case), newest, lang)
                .with_reviewers(db, standing, &at.case)
        })
        .await?;
    ok(&item)
}

/// Which version of a result.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfVersion {
    /// Counted from 1; the one that counts, or the draft, when not said.
    version: Option<i32>,
}

/// The case as `usve score` takes it, with the rules of its form: whoever may read the result can compute it again. For
/// callers who may not read the reviews the settled values stand in their place, which give the same numbers.
#[utoipa::path(get, path = "/cases/{year}/{unit}/case.json", operation_id = "get_case_file", tag = "Results",
    params(CasePath, OfVersion), responses((status = 200, body = Object)))]
pub(super) async fn case_file(caller: Caller, path: Path<CasePath>, asked: Query<OfVersion>) -> Answer {
    let version = asked.version;
    let case = caller
        .read_case(path.into_inner(), Object::Result, move |db, standing, at| {
            let view = match version {
                Some(number) => view::version(db, standing, &at.case, number)?,
                None => view::result(db, standing, &at.form, &at.case)?,
            };
            Ok(view::export(standing, &at.form, &at.case, &view))
        })
        .await?;
    ok(&case)
}

/// Every fixed version of the result.
#[utoipa::path(get, path = "/cases/{year}/{unit}/result/versions", operation_id = "list_result_versions",
    tag = "Results", params(CasePath), responses((status = 200, body = FixedList)))]
pub(super) async fn versions(caller: Caller, path: Path<CasePath>) -> Answer {
    let versions = caller
        .read_case(path.into_inner(), Object::Result, |db, standing, at| {
            view::versions(db, standing, &at.case)
        })
        .await?;
    ok(&FixedList { versions: versions.into_iter().map(FixedView::from).collect() })
}

/// Fixes the result. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/result", operation_id = "finalise", tag = "Results",
    params(CasePath), responses((status = 200, body = FixedView)))]
pub(super) async fn finalise(caller: Caller, path: Path<CasePath>) -> Answer {
    let fixed = caller
        .act_case(path.into_inner(), Object::Case, |act, standing, at| {
            finalise::finalise(act, standing, &at.form, finalise::REGISTRY_PREFIX, at.id())
        })
        .await?;
    ok(&FixedView::from(fixed))
}

/// Makes a new version of a fixed result in which levels are corrected. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/result/corrections", operation_id = "correct_result",
    tag = "Results", params(CasePath), request_body = Correction, responses((status = 200, body = FixedView)))]
pub(super) async fn correct(caller: Caller, path: Path<CasePath>, correction: Body<Correction>) -> Answer {
    let levels = correction.0.levels()?;
    let fixed = caller
        .act_case(path.into_inner(), Object::Result, move |act, standing, at| {
            let reason = &correction.0.reason;
            correct_result::correct_result(act, standing, &at.form, at.id(), &levels, reason)
        })
        .await?;
    ok(&FixedView::from(fixed))
}

/// Closes a case that is done, with a reason. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/close", operation_id = "close_case", tag = "Follow-up",
    params(CasePath), request_body = Reason, responses((status = 200, body = CaseInShort)))]
pub(super) async fn close(caller: Caller, path: Path<CasePath>, reason: Body<Reason>) -> Answer {
    let case = caller
        .act_case(path.into_inner(), Object::Case, move |act, standing, at| {
            crate::followup::close::close(act, standing, at.id(), &reason.0.reason)
        })
        .await?;
    ok(&CaseInShort::from(&case))
}
