//! Answers: pages, ways on, and refusals.
//!
//! Invariants: what goes wrong becomes a [`Refusal`]; the guard alone turns it into a page, in the reader's language;
//! the cause of a fault of ours goes to the log, never to the reader.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use askama::Template;

use super::visit::Visit;
use super::{Page, cookies};
use crate::ids::sha256;
use crate::problem::{Kind, Problem};

/// What a page's function gives back.
pub type Answer = Result<HttpResponse, Refusal>;

/// A problem on its way to the reader.
#[derive(Debug, Clone)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal(problem)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(to)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status(self.0.kind)
    }

    fn error_response(&self) -> HttpResponse {
        // The guard writes the page, since it knows the reader's language.
        HttpResponse::new(self.status_code())
    }
}

/// The status of a family of refusals on pages.
#[must_use]
pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed | Kind::VersionMissing => StatusCode::BAD_REQUEST,
        Kind::SignedOut => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict | Kind::Stale => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A page with status 200.
///
/// # Errors
/// The template fails, which is a fault of ours.
pub fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

/// A PDF to keep under a name; a reader who has these bytes is told so.
pub fn pdf(request: &HttpRequest, name: &str, bytes: Vec<u8>) -> HttpResponse {
    let tag = format!("\"{}\"", sha256(&bytes));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag || one.trim() == "*")) {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/pdf"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::ETAG, tag))
        .body(bytes)
}

/// A page with another status, such as 422 with the values to mend.
///
/// # Errors
/// The template fails, which is a fault of ours.
pub fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(Problem::internal)?;
    Ok(HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(html))
}

/// The way on after an act: the browser gets `path`, so that reloading does nothing again.
pub(super) fn see_other(path: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::SeeOther();
    builder.insert_header((header::LOCATION, path));
    builder
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    page: Page,
    problem: &'a Problem,
    status: u16,
    reference: Option<&'a str>,
}

/// The page of a problem.
pub(super) fn problem(visit: &Visit, problem: &Problem) -> HttpResponse {
    let status = status(problem.kind);
    let mut page = Page::new(visit, title(visit, problem.kind));
    // A page that is not there is about no case.
    page.report_conflict = page.report_conflict.filter(|_| problem.kind != Kind::NotFound);
    let reference = (status.is_server_error()).then_some(visit.request_id.as_str());
    let html = ProblemPage { page, problem, status: status.as_u16(), reference }.render();
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
    // For the script that saves, which tells a text that came second from a place that is closed.
    response.insert_header(("x-problem", problem.code));
    if matches!(problem.kind, Kind::Unavailable | Kind::TooMany) {
        response
            .insert_header((header::RETRY_AFTER, if problem.kind == Kind::TooMany { "900" } else { "5" }));
    }
    // The cookie of a session that ran out still says whose forms in other tabs are.
    if problem.kind == Kind::SignedOut && visit.cookie.is_some() && visit.ran_out.is_none() {
        response.cookie(cookies::gone(&visit.app, cookies::session_name(&visit.app)));
    }
    response.body(html.unwrap_or_default())
}

fn title(visit: &Visit, kind: Kind) -> String {
    let (sv, en) = match kind {
        Kind::Malformed | Kind::VersionMissing => ("Det gick inte att läsa", "It could not be read"),
        Kind::SignedOut => ("Du är inte inloggad", "You are not signed in"),
        Kind::Forbidden => ("Du har inte behörighet", "You are not allowed"),
        Kind::NotFound => ("Sidan finns inte", "The page does not exist"),
        Kind::Conflict => ("Det går inte just nu", "It cannot be done now"),
        Kind::Stale => ("Någon annan har ändrat", "Somebody else has changed this"),
        Kind::Gone => ("Länken gäller inte längre", "The link is no longer good"),
        Kind::TooLarge => ("Filen är för stor", "The file is too large"),
        Kind::WrongKind => ("Filtypen går inte att ta emot", "This kind of file is not taken"),
        Kind::Invalid => ("Något behöver rättas", "Something needs mending"),
        Kind::TooMany => ("För många försök", "Too many tries"),
        Kind::Internal => ("Något gick fel hos oss", "Something went wrong on our side"),
        Kind::Unavailable => ("Tjänsten svarar inte just nu", "The service does not answer just now"),
    };
    visit.lang.t(sv, en).to_owned()
}
