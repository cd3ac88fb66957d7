//! What somebody had typed when the session ran out: shown again, to be sent or thrown away.

use askama::Template;

use super::{Answer, Form, Notice, Page, Viewer, respond, store};
use crate::text;

#[derive(Template)]
#[template(path = "kept.html")]
struct Kept {
    page: Page,
    path: String,
    when: String,
    fields: Vec<(String, String)>,
}

/// `GET /sparat`
pub(super) async fn show(viewer: Viewer) -> Answer {
    let Some(kept) = viewer.read(|db, standing| store::kept_post(db, standing.id())).await? else {
        let notice = Notice::info(
            viewer.t("Inget är sparat som inte är skickat.", "Nothing is kept that has not been sent."),
        );
        return Ok(viewer.see_other("/", Some(notice)));
    };
    let form = Form::parse(&kept.content)?;
    let fields = form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let page = viewer.page(viewer.t("Det du skrev är sparat", "What you wrote is kept"));
    respond::page(&Kept { page, path: kept.path, when: text::moment(kept.kept_at, viewer.lang), fields })
}

/// `POST /sparat`
pub(super) async fn forget(viewer: Viewer) -> Answer {
    viewer.act(|act, standing| store::forget_post(act, standing.id())).await?;
    Ok(viewer.see_other("/", Some(Notice::done(viewer.t("Det är kastat.", "It is thrown away.")))))
}
