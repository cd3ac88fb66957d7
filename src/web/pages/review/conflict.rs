//! Somebody saved over the same text, be it the reader in another window: both side by side, and nothing dropped.

use actix_web::http::StatusCode;
use askama::Template;

use super::save::{drafts, is_same};
use super::{Open, pairs, under_case};
use crate::app::App;
use crate::cycles::Case;
use crate::reviews::Score;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page_with};
use crate::web::{Page, Viewer, form};

#[derive(Template)]
#[template(path = "review/conflict.html")]
struct ConflictPage {
    page: Page,
    lang: Lang,
    address: String,
    clashes: Vec<Clash>,
    /// Everything that was sent, with the versions that are there now: sending it again replaces them knowingly.
    again: Vec<(String, String)>,
    /// Whether keeping what is saved saves the own text first, so that both are in the history.
    keeps_both: bool,
}

/// One text that was saved twice.
pub(super) struct Clash {
    pub name: String,
    pub when: String,
    pub differing: Vec<Differing>,
}

/// One value of it.
pub(super) struct Differing {
    pub label: &'static str,
    pub theirs: String,
    pub yours: String,
}

/// The page of scores that came second, with status 409.
pub(super) async fn scores(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    sent: &form::Form,
) -> Answer {
    let (lang, service, mut again) = (viewer.lang, app.clone(), pairs(sent));
    let (case, clashes, mut again, address) = viewer
        .read(move |db, standing| {
            let open = Open::load(db, standing, &service, &slug, year)?;
            let mut clashes = Vec::new();
            for (criterion, seen, draft) in drafts(&open, &area, &again.clone()) {
                let Some(there) = open.own.scores.get(criterion).filter(|there| there.version != seen) else {
                    continue;
                };
                replace(&mut again, &format!("version.{criterion}"), there.version);
                if is_same(Some(there), &draft) {
                    continue;
                }
                clashes.push(Clash {
                    name: criterion.to_owned(),
                    when: text::moment(there.saved_at, lang),
                    differing: vec![
                        Differing {
                            label: lang.t("Nivå", "Level"),
                            theirs: word(there.first, lang),
                            yours: word(draft.score, lang),
                        },
                        Differing {
                            label: lang.t("Motivering", "Reason"),
                            theirs: there.reason.clone(),
                            yours: draft.reason,
                        },
                    ],
                });
            }
            let address = format!("{}/{area}", open.path());
            Ok((open.case, clashes, again, address))
        })
        .await?;
    again.retain(|(name, _)| name != "keep" && !name.starts_with("keep."));
    again.extend(clashes.iter().map(|clash| (format!("keep.{}", clash.name), "1".to_owned())));
    page_of(viewer, &case, address, clashes, again, true)
}

/// The page of whatever came second, with status 409.
pub(super) fn show(
    viewer: &Viewer,
    case: &Case,
    address: String,
    clashes: Vec<Clash>,
    again: Vec<(String, String)>,
) -> Answer {
    page_of(viewer, case, address, clashes, again, false)
}

fn page_of(
    viewer: &Viewer,
    case: &Case,
    address: String,
    clashes: Vec<Clash>,
    again: Vec<(String, String)>,
    keeps_both: bool,
) -> Answer {
    let lang = viewer.lang;
    let title =
        lang.t("Texten har ändrats sedan du öppnade sidan", "The text has changed since you opened the page");
    let page = under_case(viewer.page(title), case);
    page_with(StatusCode::CONFLICT, &ConflictPage { page, lang, address, clashes, again, keeps_both })
}

/// Puts another value under a name that was sent.
pub(super) fn replace(pairs: &mut [(String, String)], name: &str, value: i32) {
    for (_, found) in pairs.iter_mut().filter(|(key, _)| key == name) {
        *found = value.to_string();
    }
}

fn word(score: Option<Score>, lang: Lang) -> String {
    match score {
        None => "\u{2013}".to_owned(),
        Some(score) => {
            score.title().map_or_else(|| score.as_str().to_owned(), |title| title.get(lang).to_owned())
        }
    }
}
