//! How pages look to one reader: language and theme, kept in cookies.

use serde::Deserialize;
use validator::Validate;

use super::{Answer, Form, Theme, Visitor, address, cookies};
use crate::problem::Problem;
use crate::text::Lang;

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct LanguageChoice {
    sprak: Lang,
    till: String,
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct ThemeChoice {
    tema: String,
    till: String,
}

/// `POST /sprak`
pub(super) async fn language(visitor: Visitor, form: Form) -> Answer {
    let choice = form.read::<LanguageChoice>()?;
    remember(&visitor, cookies::LANGUAGE, choice.sprak.tag(), &choice.till)
}

/// `POST /tema`
pub(super) async fn theme(visitor: Visitor, form: Form) -> Answer {
    let choice = form.read::<ThemeChoice>()?;
    remember(&visitor, cookies::THEME, Theme::from_text(&choice.tema).as_str(), &choice.till)
}

fn remember(visitor: &Visitor, name: &'static str, value: &str, path: &str) -> Answer {
    let mut response = visitor.see_other(address::local(path), None);
    let cookie = cookies::choice(&visitor.app, name, value.to_owned());
    response.add_cookie(&cookie).map_err(Problem::internal)?;
    Ok(response)
}
