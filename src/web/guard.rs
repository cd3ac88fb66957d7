//! What stands before every page: who asks, whether a form is ours, and what a repeated or late form becomes.
//!
//! Invariants:
//! - The session's row is read for every request that brings its cookie.
//! - A form that changes something is taken only from our own pages: by what the browser says of its origin, and in a
//!   session by the form's token. No page's function has to remember that.
//! - The same form sent twice is done once; the second gets the first one's answer.
//! - A form whose session has ended is kept for the same person, and nothing of it is done.
//! - Every refusal leaves as a page in the reader's language.

use std::rc::Rc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use futures_util::StreamExt as _;

use super::form::KEPT;
use super::page::{Theme, is_token, session_of};
use super::respond::{self, Refusal};
use super::store::{self, Claim};
use super::visit::{RequestId, Visit, unsealed};
use super::{Form, address, cookies};
use crate::app::App;
use crate::identity::session::{self, Resumed};
use crate::ids::{PersonId, sha256};
use crate::problem::{Kind, Problem};
use crate::text::{Lang, Text};

/// The largest form that is read, in bytes; files go another way.
const LARGEST_FORM: usize = 2 * 1024 * 1024;
/// How long the second of two equal forms waits for the first one's answer: this many times a tenth of a second.
const PATIENCE: usize = 50;

/// The guard itself; wraps every page.
///
/// # Errors
/// Those of the service inside.
pub async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<web::Data<App>>().map(|app| app.get_ref().clone()) else {
        return Err(Refusal(Problem::internal("the service is not set up")).into());
    };
    let (visit, fault) = look(app, &request).await;
    let visit = Rc::new(visit);
    request.extensions_mut().insert(Rc::clone(&visit));
    let taken = match fault {
        Some(problem) => Err(problem),
        None => take_form(&mut request, &visit).await,
    };
    let claimed = match taken {
        Ok(Taken::Through(claimed)) => claimed,
        Ok(Taken::Answered(response)) => return Ok(request.into_response(response)),
        Err(problem) => {
            let response = refuse(&visit, &problem);
            return Ok(request.into_response(response));
        }
    };
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = explain(&visit, response);
    if let Some(claimed) = claimed {
        remember(&visit.app, &response, claimed).await;
    }
    add_cookies(&visit, &mut response);
    Ok(response)
}

/// Who asks, and what went wrong while looking.
async fn look(app: App, request: &ServiceRequest) -> (Visit, Option<Problem>) {
    let value = |name: &str| request.cookie(name).map(|cookie: Cookie<'static>| cookie.value().to_owned());
    let cookie = value(cookies::session_name(&app));
    let (mut live, mut ran_out, mut fault) = (None, None, None);
    let quiet = request.method().is_safe() && is_quiet(request.path());
    if let Some(token) = cookie.clone() {
        match app
            .block(move |app| session::resume(&app.database, &app.tokens, app.config.session, &token, quiet))
            .await
        {
            Ok(Resumed::Live(found)) => live = Some(Rc::from(found)),
            Ok(Resumed::RanOut { person, session }) => ran_out = Some((person, session)),
            Ok(Resumed::Nothing) => {}
            Err(problem) => fault = Some(problem),
        }
    }
    let chosen = value(cookies::LANGUAGE).and_then(|tag| Lang::from_tag(&tag));
    let of_person = live.as_ref().map(|live: &Rc<session::Live>| live.standing.person.language);
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let visit = Visit {
        lang: chosen.or(of_person).unwrap_or_default(),
        theme: value(cookies::THEME).map(|theme| Theme::from_text(&theme)).unwrap_or_default(),
        path,
        network_address: address::network_address(request.request(), &app.config.web.trusted_proxies),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        notice: value(cookies::NOTICE).and_then(|notice| unsealed(&app, &notice)),
        autosave: request.headers().contains_key("x-autosave"),
        cookie,
        live,
        ran_out,
        app,
    };
    (visit, fault)
}

/// What a page asks for by itself, whether or not anybody is there: it keeps no session alive.
fn is_quiet(path: &str) -> bool {
    path == "/session" || path.ends_with("/narvaro")
}

/// A form that is ours to do once.
struct Claimed {
    person: PersonId,
    key: String,
    /// Whether it was kept when a session ran out, and is sent now.
    was_kept: bool,
}

enum Taken {
    /// The page's function may run; a form with a key is ours to do once.
    Through(Option<Claimed>),
    /// It was done before.
    Answered(HttpResponse),
}

async fn take_form(request: &mut ServiceRequest, visit: &Visit) -> Result<Taken, Problem> {
    if request.method().is_safe() {
        return Ok(Taken::Through(None));
    }
    if !is_from_us(request, &visit.app.base_url) {
        return Err(foreign());
    }
    let media_type = request.content_type().to_owned();
    if media_type == "multipart/form-data" {
        // Files: the upload reads the fields, and checks the token before anything else.
        return Ok(Taken::Through(None));
    }
    if !(media_type.is_empty() || media_type == "application/x-www-form-urlencoded") {
        return Err(Problem::new(
            Kind::WrongKind,
            "wrong_media_type",
            "Formuläret kom i ett format som sidan inte tar emot.",
            "The form came in a format that the page does not take.",
        ));
    }
    let body = read_body(request.take_payload()).await?;
    let form = Form::parse(&body)?;
    let token = form.get("csrf").unwrap_or_default().to_owned();
    let key = &visit.app.keys.forms;
    if let Some((person, session)) = &visit.ran_out {
        if is_token(key, session, &token) {
            keep(visit, person.clone(), &form).await?;
            return Err(kept());
        }
        return Err(Problem::signed_out());
    }
    let Some(live) = &visit.live else {
        // Signed out in another window: the form's token still tells whose it is.
        if let Some(person) = earlier_sender(visit, &token).await? {
            keep(visit, person, &form).await?;
            return Err(kept());
        }
        request.extensions_mut().insert(form);
        return Ok(Taken::Through(None));
    };
    if !is_token(key, &live.session, &token) {
        return Err(not_of_this_session(visit, live.standing.id(), &token, &form).await?);
    }
    let claim = match form.get("nyckel").filter(|_| !visit.autosave) {
        None => None,
        Some(nyckel) => {
            let digest = sha256(format!("{nyckel} {} {}", visit.path, form.content()).as_bytes());
            if let Some(response) = claim_once(visit, live.standing.id(), &digest).await? {
                return Ok(Taken::Answered(response));
            }
            Some(Claimed {
                person: live.standing.id().clone(),
                key: digest,
                was_kept: form.get(KEPT).is_some(),
            })
        }
    };
    request.extensions_mut().insert(form);
    Ok(Taken::Through(claim))
}

/// Whether the browser says that one of our own pages sends this. A request that says nothing of its origin is let
/// through to the check of the form's token.
fn is_from_us(request: &ServiceRequest, base_url: &str) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == base_url,
        (None, None) => true,
    }
}

async fn read_body(mut payload: Payload) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(
                Kind::Malformed,
                "broken_body",
                "Formuläret kom inte fram helt. Försök igen.",
                "The form did not arrive whole. Try again.",
            )
            .because(error)
        })?;
        if bytes.len() + chunk.len() > LARGEST_FORM {
            return Err(Problem::new(
                Kind::TooLarge,
                "form_too_large",
                "Texten är för lång för att skickas på en gång.",
                "The text is too long to be sent at once.",
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|error| {
        Problem::new(
            Kind::Malformed,
            "not_utf8",
            "Formuläret kunde inte läsas.",
            "The form could not be read.",
        )
        .because(error)
    })
}

async fn keep(visit: &Visit, person: PersonId, form: &Form) -> Result<(), Problem> {
    let (path, content) = (visit.path.clone(), form.content());
    visit.app.act(move |act| store::keep_post(act, &person, &path, &content)).await
}

/// What becomes of a form whose token is not this session's: one that the same person opened in an earlier session is
/// kept, so that nothing typed is lost when somebody signs in again beside it.
async fn not_of_this_session(
    visit: &Visit,
    person: &PersonId,
    token: &str,
    form: &Form,
) -> Result<Problem, Problem> {
    if earlier_sender(visit, token).await?.as_ref() != Some(person) {
        return Ok(foreign());
    }
    keep(visit, person.clone(), form).await?;
    let mut problem = foreign();
    problem.message = Text::new(
        "Sidan öppnades före din senaste inloggning. Det du skrev är sparat men inte skickat.",
        "The page was opened before you last signed in. What you wrote is kept but not sent.",
    );
    Ok(problem.way_out("Se det och skicka det.", "Look at it and send it.", "/sparat"))
}

/// Who opened the page that a form with this token is on, in whatever session that was.
async fn earlier_sender(visit: &Visit, token: &str) -> Result<Option<PersonId>, Problem> {
    let Some(earlier) = session_of(&visit.app.keys.forms, token) else { return Ok(None) };
    visit.app.read(move |db| session::whose(db, &earlier)).await
}

/// Takes the form as ours to do; an answer when it was done before.
async fn claim_once(visit: &Visit, person: &PersonId, key: &str) -> Result<Option<HttpResponse>, Problem> {
    let (of, with) = (person.clone(), key.to_owned());
    let mut claim = visit.app.act(move |act| store::claim(act, &of, &with, &with)).await?;
    for _ in 0..PATIENCE {
        match claim {
            Claim::Ours => return Ok(None),
            Claim::Done { status, location, body } => {
                return Ok(Some(again(visit, status, location.as_deref(), &body)));
            }
            Claim::Running => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let (of, with) = (person.clone(), key.to_owned());
                claim = visit.app.read(move |db| store::look_up(db, &of, &with)).await?;
            }
        }
    }
    Err(Problem::conflict(
        "still_running",
        "Samma formulär behandlas redan. Läs in sidan igen och se om det blev gjort.",
        "The same form is already being dealt with. Reload the page and see whether it was done.",
    ))
}

/// The answer of the first of two equal forms, for the second.
fn again(visit: &Visit, status: i32, location: Option<&str>, notice: &str) -> HttpResponse {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::SEE_OTHER));
    response.insert_header((header::LOCATION, location.unwrap_or("/")));
    if !notice.is_empty() {
        response.cookie(cookies::notice(&visit.app, notice.to_owned()));
    }
    response.finish()
}

/// Keeps the answer of a form that sent its reader on; gives the form back when it was refused.
async fn remember(app: &App, response: &ServiceResponse, claimed: Claimed) {
    let status = response.status();
    let location =
        response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let notice = response.response().cookies().find(|cookie| cookie.name() == cookies::NOTICE);
    let notice = notice.map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let done = status == StatusCode::SEE_OTHER;
    let kept = app
        .act(move |act| {
            let Claimed { person, key, was_kept } = claimed;
            if !done {
                return store::give_back(act, &person, &key);
            }
            if was_kept {
                store::forget_post(act, &person)?;
            }
            store::answer(act, &person, &key, i32::from(status.as_u16()), location.as_deref(), &notice)
        })
        .await;
    if let Err(problem) = kept {
        tracing::warn!(%problem, "the answer of a form could not be kept");
    }
}

/// Turns whatever went wrong inside into a page.
fn explain(visit: &Visit, response: ServiceResponse) -> ServiceResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.response().error() {
        Some(error) => match error.as_error::<Refusal>() {
            Some(refusal) => refusal.0.clone(),
            None => from_outside(status).because(error),
        },
        // A page that says itself what is wrong.
        None if response.headers().contains_key(header::CONTENT_TYPE) => return response,
        None => from_outside(status),
    };
    let page = refuse(visit, &problem);
    response.into_response(page)
}

/// What the framework refused by itself.
fn from_outside(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Problem::not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            Kind::TooLarge,
            "too_large",
            "Det som skickades är för stort.",
            "What was sent is too large.",
        ),
        status if status.is_client_error() => Problem::new(
            Kind::Malformed,
            "malformed",
            "Adressen eller formuläret kunde inte läsas.",
            "The address or the form could not be read.",
        ),
        status => Problem::internal(status),
    }
}

fn refuse(visit: &Visit, problem: &Problem) -> HttpResponse {
    match problem.kind {
        Kind::Internal | Kind::Unavailable => {
            tracing::error!(id = visit.request_id, %problem, "a fault of ours");
        }
        _ => tracing::debug!(id = visit.request_id, %problem, "refused"),
    }
    respond::problem(visit, problem)
}

/// Renews the session's token when it has run out, and takes a message away that has been shown.
fn add_cookies(visit: &Visit, response: &mut ServiceResponse) {
    let has = |name: &str| response.response().cookies().any(|cookie| cookie.name() == name);
    let session = cookies::session_name(&visit.app);
    let renewed = visit.live.as_ref().and_then(|live| live.renewed.clone()).filter(|_| !has(session));
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let shown = visit.notice.is_some() && is_page && !has(cookies::NOTICE);
    let renewed = renewed.map(|token| cookies::session(&visit.app, token));
    let shown = shown.then(|| cookies::gone(&visit.app, cookies::NOTICE));
    for cookie in renewed.into_iter().chain(shown) {
        if let Err(error) = response.response_mut().add_cookie(&cookie) {
            tracing::error!(%error, "a cookie could not be written");
        }
    }
}

fn foreign() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "form_not_ours",
        "Formuläret kom inte från en sida som du har öppnat själv, eller så är sidan för gammal.",
        "The form did not come from a page that you opened yourself, or the page is too old.",
    )
    .way_out("Läs in sidan igen och försök en gång till.", "Reload the page and try once more.", "/")
}

fn kept() -> Problem {
    let mut problem = Problem::new(
        Kind::SignedOut,
        "session_ended",
        "Du har blivit utloggad. Det du skrev är sparat.",
        "You have been signed out. What you wrote is kept.",
    );
    problem = problem.way_out(
        "Logga in igen, så kan du skicka det.",
        "Sign in again, and you can send it.",
        "/logga-in?till=/sparat",
    );
    problem
}
