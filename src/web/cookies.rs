//! Every cookie, with its name and flags.
//!
//! Invariants: the session's cookie is `__Host-usve` whenever people come by https, and `usve-local` without `Secure`
//! only where the settings allow plain http, which is loopback; scripts read none of them.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::app::App;

/// The language that was chosen: `sv` or `en`.
pub const LANGUAGE: &str = "sprak";
/// The theme that was chosen: `auto`, `light` or `dark`.
pub const THEME: &str = "tema";
/// A message for the next page, signed.
pub const NOTICE: &str = "notis";

const YEAR: Duration = Duration::days(365);

/// The name of the session's cookie.
#[must_use]
pub fn session_name(app: &App) -> &'static str {
    app.config.web.session_cookie()
}

fn cookie(app: &App, name: &'static str, value: String, life: Option<Duration>) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.web.is_https())
        .finish();
    cookie.set_max_age(life);
    cookie
}

/// The session's cookie; it ends with the browser.
#[must_use]
pub fn session(app: &App, token: String) -> Cookie<'static> {
    cookie(app, session_name(app), token, None)
}

/// Takes a cookie away.
#[must_use]
pub fn gone(app: &App, name: &'static str) -> Cookie<'static> {
    cookie(app, name, String::new(), Some(Duration::ZERO))
}

/// A choice that is remembered for a year.
#[must_use]
pub fn choice(app: &App, name: &'static str, value: String) -> Cookie<'static> {
    cookie(app, name, value, Some(YEAR))
}

/// A message for the next page.
#[must_use]
pub fn notice(app: &App, value: String) -> Cookie<'static> {
    cookie(app, NOTICE, value, Some(Duration::minutes(2)))
}
