//! Declarations of conflict of interest.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::at_hand::{CasePath, ItemPath};
use super::body::{Body, done, ok, utc};
use super::caller::Caller;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::cycles;
use crate::identity::rights::Object;
use crate::ids::RowId;
use crate::problem::Problem;
use crate::reviews::conflict::{Declaration, Stated, decide, declare, grounds};
use crate::reviews::view;

/// A declared conflict, as those who decide see it.
#[derive(Debug, Serialize, ToSchema)]
struct DeclarationView {
    /// Identifier.
    id: String,
    /// Who declared.
    person: String,
    /// When in the process: `content`, `settling` or `group`.
    stage: &'static str,
    /// The ground in law.
    ground: Option<String>,
    /// In own words.
    words: Option<String>,
    /// When.
    declared_at: DateTime<Utc>,
    /// Whether it stands; none while it waits for a decision.
    upheld: Option<bool>,
    /// The reason of the decision.
    decision_reason: Option<String>,
    /// Who decided.
    decided_by: Option<String>,
}

impl From<Declaration> for DeclarationView {
    fn from(declaration: Declaration) -> DeclarationView {
        let stated = declaration.stated;
        DeclarationView {
            id: declaration.id.to_string(),
            person: declaration.person_id.to_string(),
            stage: declaration.stage.as_str(),
            ground: stated.as_ref().map(|stated| stated.ground.clone()),
            words: stated.map(|stated| stated.words),
            declared_at: utc(declaration.declared_at),
            upheld: declaration.upheld,
            decision_reason: declaration.decision_reason,
            decided_by: declaration.decided_by.map(|person| person.to_string()),
        }
    }
}

/// A declaration about one case.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"conflict": null}))]
pub(super) struct NewDeclaration {
    /// `null`: free of conflict. Else why not.
    #[validate(nested)]
    conflict: Option<StatedConflict>,
}

/// Why somebody has a conflict of interest.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct StatedConflict {
    /// The ground in law, by id.
    #[validate(length(min = 1, max = 40))]
    #[schema(min_length = 1, max_length = 40, example = "fl-16-4")]
    ground: String,
    /// In own words.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    words: String,
}

/// A decision about a declared conflict.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"upheld": true, "reason": "They supervise doctoral students together."}))]
pub(super) struct ConflictDecision {
    /// Whether the conflict stands.
    upheld: bool,
    /// Why.
    #[validate(length(min = 1, max = 10000))]
    #[schema(min_length = 1, max_length = 10000)]
    reason: String,
}

/// A ground in law.
#[derive(Debug, Serialize, ToSchema)]
struct GroundView {
    /// Its id.
    #[schema(example = "fl-16-4")]
    id: &'static str,
    /// The law and paragraph.
    law: String,
    /// What it says.
    text: &'static str,
}

/// The grounds that the caller can declare, in the caller's language.
#[utoipa::path(get, path = "/conflict-grounds", operation_id = "list_grounds", tag = "Reviews", params(Paging),
    responses((status = 200, body = Page<GroundView>)))]
pub(super) async fn list_grounds(caller: Caller, paging: Query<Paging>) -> Answer {
    let open = grounds::open_to(caller.standing.person.organisation);
    let views = open.map(|ground| GroundView {
        id: ground.id,
        law: format!("{} {}", ground.law, ground.paragraph),
        text: ground.text(caller.lang),
    });
    ok(&paging.cut(views.collect(), |ground: &GroundView| ground.id.to_owned())?)
}

/// The declared conflicts of a case. For those who decide, and auditors.
#[utoipa::path(get, path = "/cases/{year}/{unit}/declarations", operation_id = "list_declarations",
    tag = "Coordination", params(CasePath, Paging), responses((status = 200, body = Page<DeclarationView>)))]
pub(super) async fn list(caller: Caller, path: Path<CasePath>, paging: Query<Paging>) -> Answer {
    let declared = caller
        .read_case(path.into_inner(), Object::Declaration, |db, standing, at| {
            view::declared_conflicts(db, standing, &at.case)
        })
        .await?;
    let views = declared.into_iter().map(DeclarationView::from).collect();
    ok(&paging.cut(views, |one: &DeclarationView| one.id.clone())?)
}

/// Declares about a case: before its content opens, again before the settlement, and a conflict at any time.
#[utoipa::path(post, path = "/cases/{year}/{unit}/declarations", operation_id = "declare", tag = "Reviews",
    params(CasePath), request_body = NewDeclaration, responses((status = 204)))]
pub(super) async fn declare(caller: Caller, path: Path<CasePath>, new: Body<NewDeclaration>) -> Answer {
    let stated = new.0.conflict.map(|stated| Stated { ground: stated.ground, words: stated.words });
    caller
        .act(move |act, standing| {
            // The declaration comes before any right to the case; who has no part in it learns nothing.
            let case = cycles::store::find_unchecked(act.db, &path.unit, path.year)?;
            if !declare::may_declare(standing, &case) {
                return Err(Problem::not_found());
            }
            declare::declare(act, standing, &case.id, stated.as_ref())
        })
        .await?;
    Ok(done())
}

/// Decides whether a declared conflict stands; never one's own. For coordinators.
#[utoipa::path(post, path = "/cases/{year}/{unit}/declarations/{id}/decision", operation_id = "decide_conflict",
    tag = "Coordination", params(ItemPath), request_body = ConflictDecision, responses((status = 204)))]
pub(super) async fn decide(caller: Caller, path: Path<ItemPath>, decision: Body<ConflictDecision>) -> Answer {
    let (case, id) = path.into_inner().split();
    let ConflictDecision { upheld, reason } = decision.0;
    caller
        .act_case(case, Object::Declaration, move |act, standing, at| {
            let case = decide::decide(act, standing, &RowId::from(id), upheld, &reason)?;
            // A declaration of another case is not to be reached through this one.
            if case.id == *at.id() { Ok(()) } else { Err(Problem::not_found()) }
        })
        .await?;
    Ok(done())
}
