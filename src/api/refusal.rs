//! Refusals: any problem as RFC 9457 problem details.
//!
//! Invariants: unknown and forbidden things answer with the same bytes; the cause of a fault of ours goes to the log,
//! never to the caller.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::version::tag;
use crate::problem::{Kind, Problem};
use crate::text::Lang;

/// What a handler gives back.
pub(super) type Answer = Result<HttpResponse, Refusal>;

/// The media type of a refusal.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// A problem on its way to the caller, with the newer version when it is about a stale one.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// What is wrong.
    pub problem: Problem,
    newer: Option<Box<(i32, Json)>>,
}

impl Refusal {
    /// Adds the version that is there now.
    pub fn with_newer(mut self, version: i32, value: &impl Serialize) -> Refusal {
        match serde_json::to_value(value) {
            Ok(value) => self.newer = Some(Box::new((version, value))),
            Err(error) => self.problem = Problem::internal(error),
        }
        self
    }

    /// Whether somebody else was first.
    pub fn is_stale(&self) -> bool {
        self.problem.kind == Kind::Stale
    }

    /// The answer in one language.
    pub fn answer(&self, lang: Lang) -> HttpResponse {
        let status = status(self.problem.kind);
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        if let Some(newer) = &self.newer {
            response.insert_header((header::ETAG, tag(newer.0)));
        }
        match self.problem.kind {
            Kind::SignedOut => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            Kind::TooMany => response.insert_header((header::RETRY_AFTER, "900")),
            Kind::Unavailable => response.insert_header((header::RETRY_AFTER, "5")),
            _ => &mut response,
        };
        response.body(serde_json::to_string(&self.details(lang)).unwrap_or_default())
    }

    fn details(&self, lang: Lang) -> Details {
        let status = status(self.problem.kind);
        let problem = if self.problem.kind == Kind::NotFound { &missing() } else { &self.problem };
        Details {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            code: problem.code,
            detail: problem.message.get(lang).to_owned(),
            hint: problem.hint.as_ref().map(|hint| hint.get(lang).to_owned()),
            errors: problem
                .errors
                .iter()
                .map(|error| ErrorAt {
                    pointer: error.pointer.clone(),
                    code: error.code.clone(),
                    message: error.message.get(lang).to_owned(),
                })
                .collect(),
            current: self.newer.as_ref().map(|newer| newer.1.clone()),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal { problem, newer: None }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.problem.fmt(to)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.problem.kind)
    }

    fn error_response(&self) -> HttpResponse {
        // The guard writes the body, since it knows the caller's language.
        HttpResponse::new(self.status_code())
    }
}

/// Why a request was refused (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({"type": "about:blank", "title": "Unprocessable Entity", "status": 422, "code": "incomplete",
    "detail": "1 things are missing before you can submit.", "hint": "Go through the list. All you wrote is saved.",
    "errors": [{"pointer": "/A1/meetings_held", "code": "missing", "message": "Fill in the field."}]}))]
pub(super) struct Details {
    /// Always `about:blank`: the code below tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Stable name of what is wrong.
    code: &'static str,
    /// What is wrong, in the language asked for.
    detail: String,
    /// The way out, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The values to mend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ErrorAt>,
    /// With 412: what is there now. Its version is the answer's `ETag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    current: Option<Json>,
}

/// A value to mend.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorAt {
    /// Where it stands: a JSON pointer into the body, or `/criterion/field` into the case.
    #[schema(example = "/A1/meetings_held")]
    pub pointer: String,
    /// Stable name of what is wrong with it.
    #[schema(example = "missing")]
    pub code: String,
    /// What to do, in the language asked for.
    pub message: String,
}

/// Unknown, or not for this caller's eyes: always the same words.
fn missing() -> Problem {
    Problem::new(
        Kind::NotFound,
        "not_found",
        "Det finns inte, eller är inte ditt att se.",
        "It does not exist, or is not yours to see.",
    )
}

/// The status of a family of refusals.
fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::SignedOut => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A query that cannot be read.
pub(super) fn bad_query(error: &impl std::fmt::Display) -> Refusal {
    let (sv, en) = (
        format!("Frågan i adressen kan inte läsas: {error}."),
        format!("The query of the address cannot be read: {error}."),
    );
    Problem::new(Kind::Malformed, "query", sv, en).into()
}

/// What the framework refused by itself.
pub(super) fn from_outside(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Problem::not_found(),
        status if status.is_client_error() => Problem::new(
            Kind::Malformed,
            "malformed",
            "Begäran kunde inte läsas.",
            "The request could not be read.",
        ),
        status => Problem::internal(status),
    }
}
