//! What a unit's people do together: contributors and their areas, comments on criteria; and the hand-over of a unit.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{CasePath, CriterionPath, ItemPath};
use super::body::{Body, created, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::assessments::comments::{self, Comment};
use crate::assessments::team::invite::{self, Invitation};
use crate::assessments::team::{self, Member, change_areas, end_access};
use crate::cycles::hand_over::{self, HandOver};
use crate::identity::GrantedRole;
use crate::identity::rights::Object;
use crate::ids::{GrantId, PersonId};
use crate::units;

/// Somebody who answers for the unit.
#[derive(Debug, Serialize, ToSchema)]
struct MemberView {
    /// The role that was given; by it areas are changed and access is ended.
    grant: String,
    /// The person.
    person: String,
    /// Full name; the address of somebody who has not been in since the invitation.
    name: String,
    /// `head` or `contributor`.
    role: &'static str,
    /// The areas to write in; none means all.
    areas: Option<Vec<String>>,
    /// Criteria done in these areas.
    done: usize,
    /// All criteria of these areas.
    of: usize,
    /// Whether they have been in since they got the role.
    has_been_in: bool,
    /// When they last saved an answer in the case.
    last_saved: Option<DateTime<Utc>>,
}

/// A colleague to invite.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "bo.nyman@skane.example", "name": "Bo Nyman", "areas": ["A", "B"]}))]
pub(super) struct Colleague {
    /// Address.
    #[validate(email, length(max = 254))]
    #[schema(max_length = 254)]
    email: String,
    /// Full name.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// The areas to write in.
    #[validate(length(min = 1, max = 26))]
    #[schema(min_items = 1, max_items = 26)]
    areas: Vec<String>,
}

/// Areas to write in.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"areas": ["C"]}))]
pub(super) struct Areas {
    /// The areas.
    #[validate(length(min = 1, max = 26))]
    #[schema(min_items = 1, max_items = 26)]
    areas: Vec<String>,
}

/// A role that was given.
#[derive(Debug, Serialize, ToSchema)]
struct GrantMade {
    /// The grant.
    grant: String,
}

/// A comment on a criterion, for the unit's eyes only.
#[derive(Debug, Serialize, ToSchema)]
struct CommentView {
    /// Identifier.
    id: String,
    /// The criterion.
    #[schema(example = "A1")]
    criterion: String,
    /// The text.
    comment: String,
    /// Who wrote it.
    written_by: String,
    /// When.
    written_at: DateTime<Utc>,
    /// When it was resolved; none while it is open.
    resolved_at: Option<DateTime<Utc>>,
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> CommentView {
        CommentView {
            id: comment.id.to_string(),
            criterion: comment.criterion,
            comment: comment.comment,
            written_by: comment.written_by.to_string(),
            written_at: utc(comment.written_at),
            resolved_at: comment.resolved.map(|(_, at)| utc(at)),
        }
    }
}

/// A comment to write.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"comment": "Who has the minutes of the spring term?"}))]
pub(super) struct NewComment {
    /// The text.
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    comment: String,
}

/// Who takes a unit over.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "0193…", "to": "0194…", "stays": true}))]
pub(super) struct NewHead {
    /// The present head, as it was read: another one there means that somebody else was first.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    from: String,
    /// The new head.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    to: String,
    /// Whether the present head stays as a contributor in every area.
    stays: bool,
}

/// The unit's head and contributors with how far their areas have come. For the unit.
#[utoipa::path(get, path = "/cases/{year}/{unit}/team", operation_id = "list_team", tag = "Self-assessment",
    params(CasePath, Paging), responses((status = 200, body = Page<MemberView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let views = caller
        .read_case(path.into_inner(), Object::Team, |db, standing, at| {
            let members = team::of_case(db, standing, &at.case)?;
            let entered = crate::assessments::store::entered(db, at.id())?;
            let progress = entered.areas(&at.form, at.case.period());
            let view = |member: Member| {
                let own = progress.iter().filter(|area| member.writes_in(&area.area));
                let (done, of) = own.fold((0, 0), |(done, of), area| (done + area.done, of + area.of));
                MemberView {
                    grant: member.grant.to_string(),
                    person: member.person.to_string(),
                    name: member.shown().to_owned(),
                    role: if member.head { "head" } else { "contributor" },
                    done,
                    of,
                    has_been_in: member.has_been_in,
                    last_saved: member.last_saved.map(utc),
                    areas: member.areas,
                }
            };
            Ok(members.into_iter().map(view).collect::<Vec<_>>())
        })
        .await?;
    ok(&paging.cut(views, |member: &MemberView| member.grant.clone())?)
}

/// Invites a colleague to write in some areas, by mail. For the head of unit.
#[utoipa::path(post, path = "/cases/{year}/{unit}/team", operation_id = "invite_contributor", tag = "Self-assessment",
    params(CasePath), request_body = Colleague, responses((status = 201, body = GrantMade)))]
pub(super) async fn invite(caller: Caller, path: Path<CasePath>, new: Body<Colleague>) -> Answer {
    caller.act(invite::count_try).await?;
    let path = path.into_inner();
    let location = format!("/api/v1/cases/{}/{}/team", path.year, path.unit);
    let Colleague { email, name, areas } = new.0;
    let new = Invitation { email, name, areas };
    let grant = caller
        .act_case(path, Object::Team, move |act, standing, at| {
            invite::invite(act, standing, &at.form, at.id(), &new)
        })
        .await?;
    created(&location, &GrantMade { grant: grant.to_string() })
}

/// Gives a contributor other areas; the grant is a new one. For the head of unit.
#[utoipa::path(put, path = "/cases/{year}/{unit}/team/{id}/areas", operation_id = "change_areas",
    tag = "Self-assessment", params(ItemPath), request_body = Areas, responses((status = 200, body = GrantMade)))]
pub(super) async fn change(caller: Caller, path: Path<ItemPath>, new: Body<Areas>) -> Answer {
    let (case, id) = path.into_inner().split();
    let (grant, areas) = (GrantId::from(id), new.0.areas);
    let grant = caller
        .act_case(case, Object::Team, move |act, standing, at| {
            change_areas::change_areas(act, standing, &at.form, at.id(), &grant, &areas)
        })
        .await?;
    ok(&GrantMade { grant: grant.to_string() })
}

/// Ends a contributor's access to the unit. For the head of unit.
#[utoipa::path(delete, path = "/cases/{year}/{unit}/team/{id}", operation_id = "end_access",
    tag = "Self-assessment", params(ItemPath), responses((status = 204)))]
pub(super) async fn end(caller: Caller, path: Path<ItemPath>) -> Answer {
    let (case, id) = path.into_inner().split();
    let grant = GrantId::from(id);
    caller
        .act_case(case, Object::Team, move |act, standing, at| {
            end_access::end_access(act, standing, at.id(), &grant)
        })
        .await?;
    Ok(done())
}

/// The unit's comments on criteria, in order of time. For the unit's eyes only.
#[utoipa::path(get, path = "/cases/{year}/{unit}/comments", operation_id = "list_unit_comments",
    tag = "Self-assessment", params(CasePath, Paging), responses((status = 200, body = Page<CommentView>)))]
pub(super) async fn comments(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let comments = caller
        .read_case(path.into_inner(), Object::UnitComments, |db, standing, at| {
            comments::of_case(db, standing, &at.case)
        })
        .await?;
    let views = comments.into_iter().map(CommentView::from).collect();
    ok(&paging.cut(views, |comment: &CommentView| comment.id.clone())?)
}

/// Comments on a criterion, for the unit's eyes only.
#[utoipa::path(post, path = "/cases/{year}/{unit}/comments/{criterion}", operation_id = "write_unit_comment",
    tag = "Self-assessment", params(CriterionPath), request_body = NewComment,
    responses((status = 201, body = CommentView)))]
pub(super) async fn comment(caller: Caller, path: Path<CriterionPath>, new: Body<NewComment>) -> Answer {
    let path = path.into_inner();
    let location = format!("/api/v1/cases/{}/{}/comments", path.year, path.unit);
    let (case, criterion) = path.split();
    let comment = caller
        .act_case(case, Object::UnitComments, move |act, standing, at| {
            comments::write::write(act, standing, &at.form, at.id(), &criterion, &new.0.comment)
        })
        .await?;
    created(&location, &CommentView::from(comment))
}

/// Resolves everything that stands open in a criterion's thread.
#[utoipa::path(post, path = "/cases/{year}/{unit}/comments/{criterion}/resolve",
    operation_id = "resolve_unit_comments", tag = "Self-assessment", params(CriterionPath),
    responses((status = 204)))]
pub(super) async fn resolve(caller: Caller, path: Path<CriterionPath>) -> Answer {
    let (case, criterion) = path.into_inner().split();
    caller
        .act_case(case, Object::UnitComments, move |act, standing, at| {
            comments::resolve::resolve(act, standing, at.id(), &criterion)
        })
        .await?;
    Ok(done())
}

/// Hands a unit over from its head to another, also in the middle of a year. For administrators.
#[utoipa::path(post, path = "/units/{unit}/hand-over", operation_id = "hand_over", tag = "Register",
    params(("unit" = String, Path, description = "The unit's slug")), request_body = NewHead,
    responses((status = 200, body = GrantMade)))]
pub(super) async fn hand_over(caller: Caller, unit: Path<String>, new: Body<NewHead>) -> Answer {
    let slug = unit.into_inner();
    let NewHead { from, to, stays } = new.0;
    let asked = HandOver { from: PersonId::from(from), to: PersonId::from(to), stays };
    let grant = caller
        .act(move |act, standing| {
            standing.require_role(GrantedRole::Administrator)?;
            let unit = units::store::by_slug(act.db, &slug)?;
            hand_over::hand_over(act, standing, &unit, &asked)
        })
        .await?;
    ok(&GrantMade { grant: grant.to_string() })
}
