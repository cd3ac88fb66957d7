//! The caller's own tokens.

use actix_web::web::{Path, Query};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::body::{Body, created, done, ok, utc};
use super::caller::Caller;
use super::guard::KeepInstead;
use super::paging::{Page, Paging};
use super::refusal::Answer;
use crate::identity::bearer::{self, Bearer, Scope};

/// A token, never the secret itself.
#[derive(Debug, Serialize, ToSchema)]
struct TokenView {
    /// Identifier.
    id: String,
    /// What its owner calls it.
    name: String,
    /// `read` or `write`.
    scope: &'static str,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it runs out.
    expires_at: DateTime<Utc>,
    /// Its newest use, to the minute.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<Bearer> for TokenView {
    fn from(bearer: Bearer) -> TokenView {
        TokenView {
            id: bearer.id,
            name: bearer.name,
            scope: bearer.scope.as_str(),
            created_at: utc(bearer.created_at),
            expires_at: utc(bearer.expires_at),
            last_used_at: bearer.last_used_at.map(utc),
        }
    }
}

/// A token to make.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "statistics", "scope": "read", "days": 90}))]
pub(super) struct NewToken {
    /// What to call it.
    #[validate(length(min = 1, max = 80))]
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// What it may be used for.
    #[schema(value_type = String, pattern = "^(read|write)$")]
    scope: Scope,
    /// How many days it lives.
    #[validate(range(min = 1, max = 365))]
    #[schema(minimum = 1, maximum = 365)]
    days: u32,
}

/// A token that was made. The secret is shown here and never again.
#[derive(Debug, Serialize, ToSchema)]
struct MadeToken {
    /// The secret: send it as `Authorization: Bearer …`.
    #[schema(example = "usve_0123…")]
    token: String,
    #[serde(flatten)]
    about: TokenView,
}

/// The caller's tokens that have not been ended.
#[utoipa::path(get, path = "/me/tokens", operation_id = "list_tokens", tag = "Caller", params(Paging),
    responses((status = 200, body = Page<TokenView>)))]
pub(super) async fn list(caller: Caller, paging: Query<Paging>) -> Answer {
    let bearers = caller.read(|db, standing| bearer::bearers_of(db, standing.id())).await?;
    let views = bearers.into_iter().map(TokenView::from).collect();
    ok(&paging.cut(views, |token: &TokenView| token.id.clone())?)
}

/// Makes a token. Only for a person who is signed in; a token cannot make tokens.
#[utoipa::path(post, path = "/me/tokens", operation_id = "create_token", tag = "Caller", request_body = NewToken,
    responses((status = 201, body = MadeToken)))]
pub(super) async fn create(caller: Caller, new: Body<NewToken>) -> Answer {
    caller.require_session()?;
    let NewToken { name, scope, days } = new.0;
    let (token, bearer) = caller
        .act(move |act, standing| bearer::create(act, standing.id(), Some(standing.id()), &name, scope, days))
        .await?;
    let about = TokenView::from(bearer);
    let location = format!("/api/v1/me/tokens/{}", about.id);
    // A repeated request is told that the token is there, without the secret.
    let instead = KeepInstead(json!(about).to_string());
    let mut response = created(&location, &MadeToken { token, about })?;
    response.extensions_mut().insert(instead);
    Ok(response)
}

/// Ends a token at once.
#[utoipa::path(delete, path = "/me/tokens/{id}", operation_id = "end_token", tag = "Caller",
    params(("id" = String, Path, description = "The token's identifier")), responses((status = 204)))]
pub(super) async fn end(caller: Caller, id: Path<String>) -> Answer {
    let id = id.into_inner();
    caller.act(move |act, standing| bearer::end(act, standing.id(), &id, Some(standing.id()))).await?;
    Ok(done())
}
