//! Styles, script and font, inside the program. Each has a hash of its content in its name, so that browsers keep it
//! for ever and a new version is another file.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::respond::{Answer, Refusal};
use crate::ids::sha256;
use crate::problem::Problem;

/// One file as it is served.
struct Asset {
    path: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

struct Assets {
    style: Asset,
    script: Asset,
    font: Asset,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let font =
        asset("public-sans", "woff2", "font/woff2", include_bytes!("static/public-sans.woff2").to_vec());
    // The style names the font, so the font's name must be known first.
    let style = include_str!("static/usve.css")
        .replace("url(\"public-sans.woff2\")", &format!("url(\"{}\")", font.path));
    Assets {
        style: asset("usve", "css", "text/css; charset=utf-8", style.into_bytes()),
        script: asset(
            "usve",
            "js",
            "text/javascript; charset=utf-8",
            include_bytes!("static/usve.js").to_vec(),
        ),
        font,
    }
});

fn asset(name: &str, extension: &str, media_type: &'static str, bytes: Vec<u8>) -> Asset {
    let hash: String = sha256(&bytes).chars().take(12).collect();
    Asset { path: format!("/static/{name}.{hash}.{extension}"), media_type, bytes }
}

/// The address of the style sheet.
#[must_use]
pub fn style() -> &'static str {
    &ASSETS.style.path
}

/// The address of the script.
#[must_use]
pub fn script() -> &'static str {
    &ASSETS.script.path
}

/// The address of the font.
#[must_use]
pub fn font() -> &'static str {
    &ASSETS.font.path
}

/// Serves `/static/{name}`.
async fn serve(request: HttpRequest) -> Answer {
    let asset = [&ASSETS.style, &ASSETS.script, &ASSETS.font]
        .into_iter()
        .find(|asset| asset.path == request.path())
        .ok_or_else(|| Refusal(Problem::not_found()))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.media_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes.as_slice()))
}

/// The favicon is drawn in the page head; browsers that ask anyway get it here.
async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(include_str!("static/icon.svg"))
}

/// Adds the addresses of files.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/static/{name}", web::get().to(serve)).route("/icon.svg", web::get().to(icon));
}
