//! What every answer carries, whatever it is: pages, files, errors and answers of the API.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};

use super::visit::RequestId;
use crate::app::App;

/// Nothing but our own files, nothing inline, nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::PERMISSIONS_POLICY, "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// Adds the headers, counts the request and logs it by the pattern of its address.
///
/// # Errors
/// Those of the service inside.
pub async fn on_every_answer(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<actix_web::web::Data<App>>().map(|app| app.get_ref().clone());
    let started = std::time::Instant::now();
    let id: String = app.as_ref().map(|app| app.ids.secret().chars().take(8).collect()).unwrap_or_default();
    request.extensions_mut().insert(RequestId(id.clone()));
    // HEAD is a GET without its body, which the server leaves out by itself.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let is_https = app.as_ref().is_some_and(|app| app.config.web.is_https());
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // A page may be stricter than the rest, never laxer by having nothing.
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let took = started.elapsed();
    if let Some(app) = app {
        app.metrics.answered(response.status().as_u16(), took);
    }
    let request = response.request();
    let pattern = request.match_pattern().unwrap_or_else(|| "-".to_owned());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(id, method = %request.method(), pattern, status = response.status().as_u16(), milliseconds, "answered");
    Ok(response)
}
