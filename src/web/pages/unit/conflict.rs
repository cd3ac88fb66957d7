//! Two people saved the same criterion: both texts side by side, and nothing dropped.

use actix_web::http::StatusCode;
use askama::Template;

use super::{area, entered, form_of};
use crate::app::App;
use crate::assessments::shown;
use crate::forms::evaluate::evaluate;
use crate::forms::{RawAnswers, Value};
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
    /// Everything that was sent, with the versions that are there now: sending it again replaces them knowingly.
    again: Vec<(String, String)>,
}

struct Clash {
    criterion: String,
    who: String,
    when: String,
    differing: Vec<Differing>,
}

struct Differing {
    label: String,
    theirs: String,
    yours: String,
}

/// The page of a save that came second, with status 409.
pub(super) async fn show(
    app: &App,
    viewer: &Viewer,
    (slug, year, area): (String, i32, String),
    sent: &form::Form,
) -> Answer {
    let lang = viewer.lang;
    let pairs: Vec<(String, String)> =
        sent.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let service = app.clone();
    let (clashes, again, address) = viewer
        .read(move |db, standing| {
            let (case, entered, _) = entered(db, standing, &slug, year)?;
            let form = form_of(&service, &case)?;
            let names = crate::identity::store::names(db)?;
            let mut clashes = Vec::new();
            let mut again = pairs.clone();
            for (criterion, list) in area::places(&form, &area)? {
                let there = entered.version_of(criterion);
                if area::seen(&pairs, criterion).is_none_or(|seen| seen == there) {
                    continue;
                }
                let yours: RawAnswers = fields::read(list.iter().copied(), criterion, &pairs);
                let theirs = entered.answers_to(criterion);
                let known = form.criterion(criterion);
                let typed = |raw: &RawAnswers, id: &str| -> Option<Value> {
                    let state =
                        known.map(|known| evaluate(&form, known, raw, &entered.evidence, case.period()))?;
                    state.fields.into_iter().find(|field| field.id == id)?.value
                };
                let differing = list
                    .iter()
                    .filter(|field| {
                        yours.get(&field.id).is_some_and(|value| theirs.get(&field.id) != Some(value))
                    })
                    .map(|field| Differing {
                        label: field.label.get(lang).to_owned(),
                        theirs: shown::one(field, typed(&theirs, &field.id).as_ref(), &theirs, lang).value,
                        yours: shown::one(field, typed(&yours, &field.id).as_ref(), &yours, lang).value,
                    })
                    .collect();
                let answer = entered.answers.get(criterion);
                let who = answer.and_then(|answer| names.get(answer.saved_by.as_ref()?));
                clashes.push(Clash {
                    criterion: criterion.to_owned(),
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
