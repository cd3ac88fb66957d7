//! What stands before every handler: who calls, whether they may change things, and what a repeated request becomes.
//!
//! Invariants:
//! - Nobody gets through without a token or a session that counts; both are looked up for every request.
//! - A browser's session changes something only from our own pages, by what the browser says of the request's origin;
//!   a token with the scope `read` changes nothing.
//! - A POST with an `Idempotency-Key` is done once; the same again gets the first one's answer. A refused one did
//!   nothing and may be sent again.
//! - Every refusal leaves as problem details in the caller's language.

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use futures_util::StreamExt as _;

use super::body::{Sent, Uploaded};
use super::caller::{Asked, By, Caller};
use super::refusal::{Refusal, from_outside};
use crate::app::App;
use crate::assessments::evidence::{self, refusals};
use crate::assessments::workbook;
use crate::db::repeats::{self, Claim};
use crate::identity::bearer::{self, Scope};
use crate::identity::session::{self, Resumed};
use crate::identity::standing::Standing;
use crate::ids::sha256;
use crate::problem::{Kind, Problem};
use crate::text::Lang;

/// The largest JSON body, in bytes. The largest answer to a criterion fits.
const LARGEST_JSON: usize = 512 * 1024;
/// The largest document that is verified, in bytes.
const LARGEST_DOCUMENT: usize = 20 * 1024 * 1024;
/// The longest key of a repeated request, in characters.
const LONGEST_KEY: usize = 100;
/// How long the second of two equal requests waits for the first one's answer: so many times a tenth of a second.
const PATIENCE: usize = 50;

/// In an answer that holds a secret: what is kept in its place for a repeated request.
#[derive(Debug, Clone)]
pub(super) struct KeepInstead(pub String);

/// The guard itself; wraps every resource.
///
/// # Errors
/// Those of the service inside.
pub(super) async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let lang = language(&request);
    let (caller, claimed) = match enter(&mut request, lang).await {
        Ok(Entered::Through(caller, claimed)) => (caller, claimed),
        Ok(Entered::Answered(response)) => return Ok(request.into_response(response)),
        Err(problem) => return Ok(request.into_response(refuse(lang, &problem.into()))),
    };
    let response = next.call(request).await?.map_into_boxed_body();
    let response = explain(lang, response);
    match claimed {
        Some(key) => keep(&caller, key, response).await,
        None => Ok(response),
    }
}

enum Entered {
    /// The handler may run; a request with a key is ours to do once.
    Through(Caller, Option<String>),
    /// It was done before.
    Answered(HttpResponse),
}

async fn enter(request: &mut ServiceRequest, lang: Lang) -> Result<Entered, Problem> {
    let app =
        request.app_data::<web::Data<App>>().ok_or_else(|| Problem::internal("no app"))?.get_ref().clone();
    let (standing, by) = who(&app, request).await?.ok_or_else(signed_out)?;
    if !request.method().is_safe() {
        may_change(request, &app, &by)?;
    }
    let caller = Caller::new(Asked { app, lang, standing, by });
    let digest = read_body(&caller.app, request).await?;
    let claimed = match idempotency_key(request)? {
        None => None,
        Some(key) => match claim(&caller, request, &key, &digest).await? {
            Some(answered) => return Ok(Entered::Answered(answered)),
            None => Some(key),
        },
    };
    request.extensions_mut().insert(caller.clone());
    Ok(Entered::Through(caller, claimed))
}

/// Who calls: by the token of the request, else by its session.
async fn who(app: &App, request: &ServiceRequest) -> Result<Option<(Standing, By)>, Problem> {
    if let Some(given) = request.headers().get(header::AUTHORIZATION) {
        let given = given.to_str().unwrap_or_default();
        let Some(token) = given.strip_prefix("Bearer ").map(str::to_owned) else { return Ok(None) };
        let found = app.block(move |app| bearer::resume(&app.database, token.trim())).await?;
        return Ok(found.map(|(standing, scope)| (standing, By::Token(scope))));
    }
    let Some(cookie) = request.cookie(app.config.web.session_cookie()) else { return Ok(None) };
    let token = cookie.value().to_owned();
    let resumed = app
        .block(move |app| session::resume(&app.database, &app.tokens, app.config.session, &token, false))
        .await?;
    Ok(match resumed {
        Resumed::Live(live) => Some((live.standing, By::Session(live.session))),
        Resumed::RanOut { .. } | Resumed::Nothing => None,
    })
}

fn may_change(request: &ServiceRequest, app: &App, by: &By) -> Result<(), Problem> {
    match by {
        By::Token(Scope::Write) => Ok(()),
        By::Token(Scope::Read) => Err(Problem::new(
            Kind::Forbidden,
            "read_only",
            "Nyckeln får bara läsa.",
            "The token may only read.",
        )),
        By::Session(_) if is_from_us(request, &app.base_url) => Ok(()),
        By::Session(_) => Err(Problem::new(
            Kind::Forbidden,
            "foreign_origin",
            "Begäran kom inte från en av tjänstens egna sidor. Använd en nyckel från program.",
            "The request did not come from a page of the service. Use a token from programs.",
        )),
    }
}

/// Whether the browser says that one of our own pages sends this. A request that says nothing of its origin is no
/// browser's, and none that a session may be used for.
fn is_from_us(request: &ServiceRequest, base_url: &str) -> bool {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let is_form = matches!(
        request.content_type(),
        "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain"
    );
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site == "same-origin" && !is_form,
        (None, Some(origin)) => origin == base_url && !is_form,
        (None, None) => false,
    }
}

/// What is said of a file over its limit.
type TooLarge = fn() -> Problem;

/// The body: evidence and workbooks on the disk, as it comes; anything else whole in memory. Gives the digest of it.
async fn read_body(app: &App, request: &mut ServiceRequest) -> Result<String, Problem> {
    let is_file = request.method() == Method::POST && request.content_type() != "application/json";
    let most: Option<(u64, TooLarge)> = match request.path() {
        path if path.contains("/evidence/") => Some((evidence::MOST_BYTES, refusals::too_large)),
        path if path.ends_with("/workbook") => Some((workbook::LARGEST, workbook::refusals::too_large)),
        _ => None,
    };
    if let (true, Some((most, too_large))) = (is_file, most) {
        let arriving = app.files.begin(&app.ids.secret(), most).await?;
        let unwhole = |error| broken().because(error);
        let received = arriving.take_all(request.take_payload(), too_large, unwhole).await?;
        let digest = received.sha256.clone();
        request.extensions_mut().insert(Uploaded::new(received));
        return Ok(digest);
    }
    let bytes = read_whole(request, is_file).await?;
    let digest = sha256(&bytes);
    request.extensions_mut().insert(Sent(bytes));
    Ok(digest)
}

async fn read_whole(request: &mut ServiceRequest, is_file: bool) -> Result<Bytes, Problem> {
    let (most, too_large) =
        if is_file { (LARGEST_DOCUMENT, refusals::too_large()) } else { (LARGEST_JSON, too_large()) };
    let mut payload = request.take_payload();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken().because(error))?;
        if bytes.len() + chunk.len() > most {
            return Err(too_large);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn idempotency_key(request: &ServiceRequest) -> Result<Option<String>, Problem> {
    if request.method() != Method::POST {
        return Ok(None);
    }
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(Problem::new(
            Kind::Malformed,
            "idempotency_key",
            format!("Idempotency-Key ska ha 1–{LONGEST_KEY} tecken."),
            format!("Idempotency-Key must have 1–{LONGEST_KEY} characters."),
        ));
    }
    Ok(Some(key.to_owned()))
}

/// Takes the request as ours to do; an answer when it was done before.
async fn claim(
    caller: &Caller,
    request: &ServiceRequest,
    key: &str,
    body: &str,
) -> Result<Option<HttpResponse>, Problem> {
    let digest = sha256(format!("{} {body}", request.uri()).as_bytes());
    let (person, name) = (caller.id().clone(), stored_name(key));
    let mut claim = caller.app.act(move |act| repeats::claim(act, &person, &name, &digest)).await?;
    for _ in 0..PATIENCE {
        match claim {
            Claim::Ours => return Ok(None),
            Claim::Done { status, location, body } => return Ok(Some(again(status, location, body))),
            Claim::Running => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let (person, name) = (caller.id().clone(), stored_name(key));
                claim = caller.app.read(move |db| repeats::look_up(db, &person, &name)).await?;
            }
        }
    }
    Err(Problem::conflict(
        "still_running",
        "Samma begäran behandlas redan.",
        "The same request is already being dealt with.",
    ))
}

/// The key as it is stored: apart from those of pages' forms.
fn stored_name(key: &str) -> String {
    format!("api:{key}")
}

fn again(status: i32, location: Option<String>, body: String) -> HttpResponse {
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::OK));
    response.insert_header(("idempotent-replayed", "true"));
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    if body.is_empty() { response.finish() } else { response.content_type("application/json").body(body) }
}

/// Keeps the answer of a request that was done; gives it back when it was refused.
async fn keep(
    caller: &Caller,
    key: String,
    response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = response.into_parts();
    let status = response.status();
    let location =
        response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let instead = response.extensions().get::<KeepInstead>().map(|kept| kept.0.clone());
    let (head, body) = response.into_parts();
    let bytes =
        to_bytes(body).await.map_err(|_| Refusal::from(Problem::internal("an answer without an end")))?;
    let text = instead.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
    let (person, name) = (caller.id().clone(), stored_name(&key));
    let kept = caller.app.act(move |act| {
        if status.is_success() {
            repeats::answer(act, &person, &name, i32::from(status.as_u16()), location.as_deref(), &text)
        } else {
            repeats::give_back(act, &person, &name)
        }
    });
    if let Err(problem) = kept.await {
        tracing::warn!(%problem, "the answer of a request could not be kept");
    }
    Ok(ServiceResponse::new(request, head.set_body(bytes).map_into_boxed_body()))
}

/// Turns whatever went wrong inside into problem details.
fn explain(lang: Lang, response: ServiceResponse) -> ServiceResponse {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let refusal = match response.response().error() {
        Some(error) => match error.as_error::<Refusal>() {
            Some(refusal) => refusal.clone(),
            None => from_outside(status).because(error).into(),
        },
        None => from_outside(status).into(),
    };
    let answer = refuse(lang, &refusal);
    response.into_response(answer)
}

fn refuse(lang: Lang, refusal: &Refusal) -> HttpResponse {
    match refusal.problem.kind {
        Kind::Internal | Kind::Unavailable => tracing::error!(problem = %refusal, "a fault of ours"),
        _ => tracing::debug!(problem = %refusal, "refused"),
    }
    refusal.answer(lang)
}

/// The first of our languages that the caller names; Swedish when none is.
fn language(request: &ServiceRequest) -> Lang {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked
        .unwrap_or_default()
        .split(',')
        .find_map(|one| Lang::from_tag(one.trim().get(..2)?))
        .unwrap_or_default()
}

fn signed_out() -> Problem {
    Problem::new(
        Kind::SignedOut,
        "signed_out",
        "Skicka en giltig nyckel: Authorization: Bearer …",
        "Send a token that counts: Authorization: Bearer …",
    )
}

fn broken() -> Problem {
    Problem::new(
        Kind::Malformed,
        "broken_body",
        "Innehållet kom inte fram helt.",
        "The body did not arrive whole.",
    )
}

fn too_large() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "too_large",
        "Det som skickades är för stort.",
        "What was sent is too large.",
    )
}
