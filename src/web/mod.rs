//! Pages: what people see, in their language, with and without JavaScript.
//!
//! Invariants: GET changes nothing; every POST goes through [`guard`] and answers 303 to a GET, or a page that says
//! what to mend; every page stands in the table below and nowhere else; a page knows verbs and stores of the product,
//! never the API.

pub mod address;
pub mod assets;
pub mod cookies;
mod demo;
pub mod fields;
pub mod form;
pub mod guard;
pub mod headers;
pub mod health;
mod information;
mod kept;
mod navigation;
pub mod page;
pub mod pages;
mod public;
pub mod respond;
mod session;
mod settings;
mod sign_in;
mod start;
pub mod store;
mod tasks;
pub mod upload;
pub mod visit;

pub use form::Form;
pub use page::{Notice, Page, Theme};
pub use respond::{Answer, Refusal};
pub use visit::{Viewer, Visitor};

use actix_web::middleware::from_fn;
use actix_web::web;

use crate::problem::Problem;

/// Every page, by who it is for.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(assets::routes).configure(health::routes).service(
        web::scope("")
            .wrap(from_fn(guard::guard))
            .configure(for_everybody)
            .configure(for_everybody_signed_in)
            .default_service(web::to(missing)),
    );
}

/// Without signing in.
fn for_everybody(config: &mut web::ServiceConfig) {
    config
        .route("/logga-in", web::get().to(sign_in::ask))
        .route("/logga-in", web::post().to(sign_in::send))
        .route("/logga-in/skickad", web::get().to(sign_in::sent))
        .route("/logga-in/{token}", web::get().to(sign_in::show))
        .route("/logga-in/{token}", web::post().to(sign_in::enter))
        .route("/demo", web::get().to(demo::show))
        .route("/demo", web::post().to(demo::enter))
        .route("/sprak", web::post().to(settings::language))
        .route("/tema", web::post().to(settings::theme))
        .route("/resultat", web::get().to(public::years))
        .route("/resultat/{year}", web::get().to(public::year))
        .route("/hjalp", web::get().to(information::help))
        .route("/tillganglighet", web::get().to(information::accessibility))
        .route("/personuppgifter", web::get().to(information::personal_data));
}

/// For whoever is signed in, with any role.
fn for_everybody_signed_in(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(start::begin))
        .route("/logga-ut", web::post().to(sign_in::leave))
        .route("/session", web::get().to(session::left))
        .route("/session", web::post().to(session::left))
        .route("/sparat", web::get().to(kept::show))
        .route("/sparat", web::post().to(kept::forget))
        .configure(pages::routes);
}

async fn missing() -> Answer {
    Err(Problem::not_found().into())
}
