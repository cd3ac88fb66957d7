//! Two people saved the same criterion: both texts side by side, a choice for each criterion, and nothing dropped.

use actix_web::http::StatusCode;
use askama::Template;
use serde_json::Value as Json;

use super::{area, entered, form_of};
use crate::app::App;
use crate::assessments::same::same;
use crate::assessments::save_answer::{Save, changes};
use crate::assessments::typed::typed;
use crate::text::{self, Lang};
use crate::web::respond::{Answer, page_with};
use crate::web::{Page, Viewer, fields, form};

#[derive(Template)]
#[template(path = "unit/conflict.html")]
struct ConflictPage {
    page: Page,
    lang: Lang,
    address: String,
    clashes: Vec<Clash>,
    /// Everything that was sent, with the versions that are there now: sending it again saves it knowingly.
    again: Vec<(String, String)>,
}

struct Clash {
    criterion: String,
    title: String,
    who: String,
    when: String,
    differing: Vec<Differing>,
}

struct Differing {
    label: String,
    theirs: String,
    yours: String,
}

/// The page of a save that came second, with status 409. `asked` is a criterion that the reader confirmed as it was: both
/// texts are shown although the own one was not changed.
pub(super) async fn show(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    sent: &form::Form,
    asked: Option<&str>,
) -> Answer {
    let lang = viewer.lang;
    let pairs: Vec<(String, String)> =
        sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let (service, asked) = (app.clone(), asked.map(str::to_owned));
    let (clashes, again, address) = viewer
        .read(move |db, standing| {
            let (case, entered, _) = entered(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let names = crate::identity::store::names(db)?;
            let mut clashes = Vec::new();
            let mut again = pairs.clone();
            again.retain(|(name, _)| !is_of_the_page(name));
            for (criterion, list) in area::places(&form, &area)? {
                let there = entered.version_of(criterion);
                let Some(seen) = area::seen(&pairs, criterion).filter(|seen| *seen != there) else {
                    continue;
                };
                let yours = fields::read(list.iter().copied(), criterion, &pairs);
                let save = Save { criterion, fields: yours, seen };
                if asked.as_deref() != Some(criterion) && !changes(db, &form, &case.id, &save)? {
                    // Only the other has written here: this page's older text must not come back.
                    let start = format!("{criterion}.");
                    let version = format!("version.{criterion}");
                    again.retain(|(name, _)| !name.starts_with(&start) && *name != version);
                    continue;
                }
                let (yours, theirs) = (save.fields, entered.answers_to(criterion));
                let differing = list
                    .iter()
                    .filter_map(|field| {
                        let mine = yours.get(&field.id)?;
                        let saved = theirs.get(&field.id).unwrap_or(&Json::Null);
                        (!same(field, saved, mine)).then(|| Differing {
                            label: field.label.get(lang).to_owned(),
                            theirs: typed(field, saved, lang),
                            yours: typed(field, mine, lang),
                        })
                    })
                    .collect();
                let answer = entered.answers.get(criterion);
                let who = answer.and_then(|answer| names.get(answer.saved_by.as_ref()?));
                let title = form.criterion(criterion).map_or_else(
                    || lang.t("Om enheten", "About the unit").to_owned(),
                    |known| format!("{criterion} {}", known.title.get(lang)),
                );
                clashes.push(Clash {
                    criterion: criterion.to_owned(),
                    title,
                    who: who.cloned().unwrap_or_else(|| lang.t("Någon annan", "Somebody else").to_owned()),
                    when: answer.map_or_else(String::new, |answer| text::moment(answer.saved_at, lang)),
                    differing,
                });
                let version = format!("version.{criterion}");
                for (name, value) in &mut again {
                    if *name == version {
                        *value = there.to_string();
                    }
                }
            }
            Ok((clashes, again, format!("{}/{area}", case.path())))
        })
        .await?;
    let title =
        lang.t("Samma svar har ändrats av någon annan", "The same answer was changed by somebody else");
    page_with(StatusCode::CONFLICT, &ConflictPage { page: viewer.page(title), lang, address, clashes, again })
}

/// Whether a control says what to do rather than what to save: a button, or an earlier choice between two texts.
fn is_of_the_page(name: &str) -> bool {
    name.starts_with("keep.") || ["do", "add-row", "remove-row", "row-up", "row-down"].contains(&name)
}
