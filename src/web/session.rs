//! How long the reader's session lasts, for the script that asks before it ends.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::{Answer, Viewer};
use crate::app::App;

/// `GET /session` and `POST /session`: the seconds that are left. A GET is made by the page itself and keeps no session
/// alive; a POST comes from its reader, who is still there, and starts the silence anew like every other request.
pub(super) async fn left(app: Data<App>, viewer: Viewer) -> Answer {
    let seconds = viewer.seconds_left(app.clock.now());
    Ok(HttpResponse::Ok().json(serde_json::json!({ "seconds": seconds })))
}
