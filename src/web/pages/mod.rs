//! The year's pages, by whose they are.

pub mod unit;

use actix_web::web::{ServiceConfig, get, post};

/// The pages of units; fixed words before what could be an area.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/enhet", get().to(unit::overview::list))
        .route("/enhet/{unit}/{year}", get().to(unit::overview::show))
        .route("/enhet/{unit}/{year}/svar", get().to(unit::answers::show))
        .route("/enhet/{unit}/{year}/lamna-in", get().to(unit::submit::show))
        .route("/enhet/{unit}/{year}/lamna-in", post().to(unit::submit::submit))
        .route("/enhet/{unit}/{year}/aterta", post().to(unit::submit::take_back))
        .route("/enhet/{unit}/{year}/forlangning", get().to(unit::requests::extension))
        .route("/enhet/{unit}/{year}/forlangning", post().to(unit::requests::ask_for_extension))
        .route("/enhet/{unit}/{year}/underlag/{id}", get().to(unit::evidence::get))
        .route("/enhet/{unit}/{year}/underlag/{id}", post().to(unit::evidence::remove))
        .configure(areas);
}

/// The areas of a form, last: their address is one letter, or the background form's word.
pub fn areas(config: &mut ServiceConfig) {
    config
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}", get().to(unit::area::show))
        .route("/enhet/{unit}/{year}/{area:[A-Z]|bakgrund}", post().to(unit::area::save))
        .route("/enhet/{unit}/{year}/{area:[A-Z]}/{criterion}", post().to(unit::requests::criterion))
        .route("/enhet/{unit}/{year}/{area:[A-Z]}/{criterion}/underlag", post().to(unit::evidence::add));
}
