//! The pages of calibration rounds: the coordinator's below the year, the reviewer's below `/ovning`.
//!
//! Invariants: every page reads through [`crate::calibration::view`] and writes by a verb of [`crate::calibration`]; a reviewer's
//! page is made from the copy and the own review alone until that is locked, and never says what the copy was made from.

pub mod area;
pub mod clarify;
pub mod list;
pub mod lock;
pub mod mend;
pub mod read;
pub mod result;
pub mod round;
pub mod save;
mod shown;
pub mod spread;

use std::sync::Arc;

use crate::app::App;
use crate::calibration::{CalibrationCase, Round};
use crate::forms::{Criterion, Form};
use crate::number::{Fraction, display_short};
use crate::problem::Problem;
use crate::reviews::Score;
use crate::text::Lang;
use crate::web::Page;
use crate::web::pages::coordinator::under_year;

/// The word for the background among the addresses of criteria, as on the unit's pages.
const BACKGROUND: &str = "bakgrund";

/// The form of a round.
fn form_of(app: &App, round: &Round) -> Result<Arc<Form>, Problem> {
    app.forms
        .get(&round.form)
        .ok_or_else(|| Problem::internal(format!("the form {} is not here", round.form)))
}

/// What a calibration case is called.
fn name(case: CalibrationCase, lang: Lang) -> String {
    format!("{} {}", lang.t("Övningsfall", "Calibration case"), case.number)
}

/// A page below the coordinator's page of the round.
fn under_round(page: Page, year: i32) -> Page {
    let label = page.t("Övningsomgång", "Calibration round").to_owned();
    under_year(page, year).under(label, format!("/cykel/{year}/ovning"))
}

/// A page below the reviewer's list.
fn under_list(page: Page) -> Page {
    let label = page.t("Övning", "Calibration").to_owned();
    page.under(label, "/ovning")
}

/// A score as a chip: what it shows and what colours it.
struct Chip {
    shown: String,
    level: String,
}

impl Chip {
    fn of(score: Option<Score>) -> Chip {
        match score.map(|score| (score, score.level())) {
            Some((_, Some(level))) => {
                Chip { shown: level.number().to_string(), level: level.number().to_string() }
            }
            Some((score, None)) => Chip { shown: score.as_str().to_owned(), level: "x".to_owned() },
            None => Chip { shown: "\u{2013}".to_owned(), level: "x".to_owned() },
        }
    }
}

/// A number with at most one decimal; an en dash when there is none.
fn number(value: Option<&Fraction>) -> String {
    value.map_or_else(|| "\u{2013}".to_owned(), |value| display_short(value, 1))
}

/// An anchor of the scale.
struct OnScale {
    level: u8,
    title: String,
    anchor: String,
    chosen: bool,
}

/// The scale of a criterion, with the level that is chosen.
fn scale(form: &Form, criterion: &Criterion, chosen: Option<Score>, lang: Lang) -> Vec<OnScale> {
    let chosen = chosen.and_then(Score::level).map(crate::reviews::Level::number);
    let anchor = |scale: &crate::forms::ScaleLevel| OnScale {
        level: scale.level,
        title: scale.title.get(lang).to_owned(),
        anchor: criterion.level(scale.level).map_or(&scale.anchor, |own| &own.anchor).get(lang).to_owned(),
        chosen: chosen == Some(scale.level),
    };
    form.scale.iter().map(anchor).collect()
}
