//! The pair settles what differs.

use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{CasePath, CriterionPath};
use super::body::{Body, done, ok, ok_version, utc};
use super::caller::Caller;
use super::cases::CaseInShort;
use super::refusal::{Answer, Refusal};
use super::reviews::{NewLevel, ScoreView};
use super::version::Seen;
use crate::identity::rights::Object;
use crate::number::exact;
use crate::results;
use crate::reviews::view::{self, SettledCriterion, SettlementView};
use crate::reviews::{JointSummary, Message, settle};
use crate::scoring::settle::CriterionState;
use crate::scoring::{Explain, Stake};
use crate::text::Lang;

/// The settlement of a case.
#[derive(Debug, Serialize, ToSchema)]
struct SettlementItem {
    /// Every criterion in the form's order.
    criteria: Vec<CriterionItem>,
    /// The joint summary and its signatures.
    summary: SummaryView,
    /// Criteria for which nobody has decided whether they apply.
    undecided: Vec<String>,
    /// What the open criteria can still change, the most important first.
    at_stake: Vec<StakeView>,
}

/// What an open criterion can still change while the other open ones are halfway between their lowest and highest value.
#[derive(Debug, Serialize, ToSchema)]
struct StakeView {
    /// The criterion.
    #[schema(example = "A1")]
    criterion: String,
    /// The lowest value that it can take, exact.
    #[schema(example = "1")]
    lowest: String,
    /// The highest value that it can take, exact.
    #[schema(example = "5/2")]
    highest: String,
    /// The outcome with the lowest value and with the highest: `F`, `G`, `V`, `O` or `E`.
    outcomes: [&'static str; 2],
    /// Whether it decides if its minimum requirement is met.
    decides_minimum: bool,
    /// The points of the total between the two, exact.
    #[schema(example = "21/16")]
    points: String,
    /// The same in words, in the caller's language.
    sentence: String,
}

impl StakeView {
    fn of(stake: &Stake, lang: Lang) -> StakeView {
        StakeView {
            sentence: Explain::stake(stake).get(lang).to_owned(),
            criterion: stake.criterion.clone(),
            lowest: exact(&stake.lowest),
            highest: exact(&stake.highest),
            outcomes: [stake.outcomes.0.code(), stake.outcomes.1.code()],
            decides_minimum: stake.decides_minimum,
            points: exact(&stake.points),
        }
    }
}

impl SettlementItem {
    fn of(settlement: SettlementView, stakes: &[Stake], lang: Lang) -> SettlementItem {
        SettlementItem {
            at_stake: stakes.iter().map(|stake| StakeView::of(stake, lang)).collect(),
            criteria: settlement.criteria.into_iter().map(CriterionItem::from).collect(),
            summary: settlement.summary.into(),
            undecided: settlement.undecided.into_iter().collect(),
        }
    }
}

/// One criterion in the settlement.
#[derive(Debug, Serialize, ToSchema)]
struct CriterionItem {
    /// The criterion.
    #[schema(example = "A1")]
    criterion: String,
    /// What the university's reviewer said.
    university: Option<ScoreView>,
    /// What the region's reviewer said.
    region: Option<ScoreView>,
    /// The levels of further reviewers, in the order they locked.
    further: Vec<u8>,
    /// How it stands.
    #[schema(value_type = String, example = "needs_discussion")]
    state: CriterionState,
    /// The settled value, exact.
    #[schema(example = "5/2")]
    value: Option<String>,
    /// The discussion, oldest first.
    messages: Vec<MessageView>,
}

impl From<SettledCriterion> for CriterionItem {
    fn from(one: SettledCriterion) -> CriterionItem {
        CriterionItem {
            criterion: one.criterion,
            university: one.university.as_ref().map(ScoreView::from),
            region: one.region.as_ref().map(ScoreView::from),
            further: one.further,
            state: one.status.state,
            value: one.status.value.as_ref().map(exact),
            messages: one.messages.into_iter().map(MessageView::from).collect(),
        }
    }
}

/// A message in a discussion.
#[derive(Debug, Serialize, ToSchema)]
struct MessageView {
    /// Who wrote it.
    person: String,
    /// Its text.
    message: String,
    /// When.
    written_at: DateTime<Utc>,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> MessageView {
        MessageView {
            person: message.person_id.to_string(),
            message: message.message,
            written_at: utc(message.written_at),
        }
    }
}

/// The joint summary.
#[derive(Debug, Serialize, ToSchema)]
struct SummaryView {
    /// Counts changes; 0 while nothing is written or signed. Also the `ETag`.
    version: i32,
    /// The text; may be empty.
    summary: String,
    /// When the university's reviewer signed this version.
    university_signed_at: Option<DateTime<Utc>>,
    /// When the region's reviewer signed this version.
    region_signed_at: Option<DateTime<Utc>>,
}

impl From<JointSummary> for SummaryView {
    fn from(summary: JointSummary) -> SummaryView {
        SummaryView {
            version: summary.version,
            summary: summary.summary,
            university_signed_at: summary.university_signed_at.map(utc),
            region_signed_at: summary.region_signed_at.map(utc),
        }
    }
}

/// A message to write.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"message": "I read the attendance lists differently: see page 3."}))]
pub(super) struct NewMessage {
    /// Its text.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    message: String,
}

/// A joint summary to write.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"summary": "A unit with a strong research environment."}))]
pub(super) struct NewSummary {
    /// The text; may be empty.
    #[validate(length(max = 10000))]
    #[schema(max_length = 10000)]
    summary: String,
}

/// The settlement: per criterion both scores, how it stands and the discussion.
#[utoipa::path(get, path = "/cases/{year}/{unit}/settlement", operation_id = "get_settlement", tag = "Settlement",
    params(CasePath), responses((status = 200, body = SettlementItem)))]
pub(super) async fn show(caller: Caller, path: Path<CasePath>) -> Answer {
    let (settlement, stakes) = caller
        .read_case(path.into_inner(), Object::Settlement, |db, standing, at| {
            let settlement = view::settlement(db, standing, &at.form, &at.case)?;
            let result = results::view::result(db, standing, &at.form, &at.case)?;
            let stakes = results::stakes::stakes(&at.form, &at.case, &settlement, &result)?;
            Ok((settlement, stakes))
        })
        .await?;
    ok(&SettlementItem::of(settlement, &stakes, caller.lang))
}

/// Writes a message in the discussion of a criterion.
#[utoipa::path(post, path = "/cases/{year}/{unit}/settlement/{criterion}/messages", operation_id = "write_message",
    tag = "Settlement", params(CriterionPath), request_body = NewMessage, responses((status = 204)))]
pub(super) async fn message(caller: Caller, path: Path<CriterionPath>, new: Body<NewMessage>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::Settlement, move |act, standing, at| {
            settle::write_message(act, standing, &at.form, at.id(), &criterion, &new.0.message)
        })
        .await?;
    Ok(done())
}

/// Revises the caller's own level of a criterion that is discussed: once, with a reason.
#[utoipa::path(put, path = "/cases/{year}/{unit}/settlement/{criterion}/revision", operation_id = "revise_score",
    tag = "Settlement", params(CriterionPath), request_body = NewLevel, responses((status = 204)))]
pub(super) async fn revise(caller: Caller, path: Path<CriterionPath>, new: Body<NewLevel>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    let (level, reason) = new.0.read()?;
    caller
        .act_case(case, Object::Settlement, move |act, standing, at| {
            settle::revise(act, standing, &at.form, at.id(), &criterion, level, &reason)
        })
        .await?;
    Ok(done())
}

/// Says that the caller is done with the discussion of a criterion. When both are, it is closed.
#[utoipa::path(post, path = "/cases/{year}/{unit}/settlement/{criterion}/close", operation_id = "close_discussion",
    tag = "Settlement", params(CriterionPath), responses((status = 204)))]
pub(super) async fn close(caller: Caller, path: Path<CriterionPath>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::Settlement, move |act, standing, at| {
            settle::close(act, standing, &at.form, at.id(), &criterion)
        })
        .await?;
    Ok(done())
}

/// The joint summary.
#[utoipa::path(get, path = "/cases/{year}/{unit}/settlement/summary", operation_id = "get_summary",
    tag = "Settlement", params(CasePath),
    responses((status = 200, body = SummaryView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn summary(caller: Caller, path: Path<CasePath>) -> Answer {
    let summary = SummaryView::from(read(&caller, path.into_inner()).await?.summary);
    ok_version(summary.version, &summary)
}

/// Writes the joint summary over the version that was read. Signatures under an earlier version fall.
#[utoipa::path(put, path = "/cases/{year}/{unit}/settlement/summary", operation_id = "write_summary",
    tag = "Settlement", params(CasePath), request_body = NewSummary,
    responses((status = 200, body = SummaryView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn write_summary(
    caller: Caller,
    path: Path<CasePath>,
    seen: Seen,
    new: Body<NewSummary>,
) -> Answer {
    let path = path.into_inner();
    let written = caller
        .act_case(path.clone(), Object::Settlement, move |act, standing, at| {
            settle::write_summary(act, standing, at.id(), seen.0, &new.0.summary)
        })
        .await;
    match written {
        Ok(summary) => ok_version(summary.version, &SummaryView::from(summary)),
        Err(refusal) => Err(with_newer(&caller, path, refusal).await?),
    }
}

/// Signs the settlement with the joint summary that was read. When both have, the case goes on.
#[utoipa::path(post, path = "/cases/{year}/{unit}/settlement/signature", operation_id = "sign_settlement",
    tag = "Settlement", params(CasePath), responses((status = 200, body = CaseInShort)))]
pub(super) async fn sign(caller: Caller, path: Path<CasePath>, seen: Seen) -> Answer {
    let path = path.into_inner();
    let signed = caller
        .act_case(path.clone(), Object::Settlement, move |act, standing, at| {
            settle::sign(act, standing, &at.form, at.id(), seen.0)
        })
        .await;
    match signed {
        Ok(case) => ok(&CaseInShort::from(&case)),
        Err(refusal) => Err(with_newer(&caller, path, refusal).await?),
    }
}

async fn read(caller: &Caller, path: CasePath) -> Result<SettlementView, Refusal> {
    caller
        .read_case(path, Object::Settlement, |db, standing, at| {
            view::settlement(db, standing, &at.form, &at.case)
        })
        .await
}

async fn with_newer(caller: &Caller, path: CasePath, refusal: Refusal) -> Result<Refusal, Refusal> {
    if !refusal.is_stale() {
        return Ok(refusal);
    }
    let newer = SummaryView::from(read(caller, path).await?.summary);
    Ok(refusal.with_newer(newer.version, &newer))
}
