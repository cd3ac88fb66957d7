//! For machines that watch: alive, ready, numbers, and whom to tell about a security hole.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::app::App;
use crate::problem::Problem;

/// `GET /healthz`: the process answers. The database is not asked.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// `GET /readyz`: the database answers and its schema is ours.
async fn ready(app: web::Data<App>) -> HttpResponse {
    let pending = app.block(|app| app.database.pending_migrations()).await;
    let (mut response, text) = match pending {
        Ok(pending) if pending.is_empty() => (HttpResponse::Ok(), "ready\n".to_owned()),
        Ok(pending) => {
            (HttpResponse::ServiceUnavailable(), format!("{} migrations have not run\n", pending.len()))
        }
        Err(problem) => {
            tracing::error!(%problem, "not ready");
            (HttpResponse::ServiceUnavailable(), "the database does not answer\n".to_owned())
        }
    };
    response.content_type("text/plain; charset=utf-8").body(text)
}

/// `GET /metrics`, on an address of its own.
async fn metrics(app: web::Data<App>) -> HttpResponse {
    let waiting = app
        .read(crate::jobs::waiting)
        .await
        .map_err(|problem: Problem| tracing::warn!(%problem, "numbers of the database are missing"));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(app.metrics.page(waiting.ok()))
}

/// `GET /.well-known/security.txt` (RFC 9116).
async fn security(app: web::Data<App>) -> HttpResponse {
    let expires = (app.clock.now() + chrono::TimeDelta::days(180)).format("%Y-%m-%dT00:00:00Z");
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!(
        "Contact: mailto:{}\nExpires: {expires}\nPreferred-Languages: sv, en\nCanonical: {}/.well-known/security.txt\n",
        app.config.contact, app.base_url
    ))
}

/// Adds the addresses that the web service itself answers.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/.well-known/security.txt", web::get().to(security));
}

/// Adds the address of the numbers, for a listener of its own.
pub fn metrics_route(config: &mut web::ServiceConfig) {
    config.route("/metrics", web::get().to(metrics));
}
