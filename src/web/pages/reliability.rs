//! The quality of reviewing in a year: how well the pairs agree, by criterion, and each reviewer against the partners.

use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::cycles::{self, Cycle};
use crate::db::Db;
use crate::identity::standing::Standing;
use crate::problem::Problem;
use crate::reliability::agreement::Estimate;
use crate::reliability::severity::{FAR, FEWEST_CASES, FEWEST_CRITERIA, Severity};
use crate::reliability::view::{Reliability, of_year};
use crate::reliability::{Measured, Share};
use crate::text::Lang;
use crate::web::respond::{Answer, page};
use crate::web::{Page, Viewer};

/// What the reader wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    ar: Option<i32>,
}

#[derive(Template)]
#[template(path = "reliability/show.html")]
struct ReliabilityPage {
    page: Page,
    lang: Lang,
    view: View,
}

struct View {
    year: i32,
    years: Vec<i32>,
    cases: usize,
    pairs: usize,
    figures: Vec<Figure>,
    criteria: Vec<Row>,
    reviewers: Option<Vec<ReviewerRow>>,
    far: String,
    fewest_criteria: usize,
    fewest_cases: usize,
}

/// A figure of the whole year.
struct Figure {
    name: &'static str,
    value: String,
    interval: Option<String>,
    before: String,
}

/// A criterion.
struct Row {
    id: String,
    title: String,
    minimum: bool,
    pairs: usize,
    equal: String,
    large: String,
    cannot_judge: String,
    not_applicable: String,
    kappa: String,
    ac2: String,
}

/// A reviewer.
struct ReviewerRow {
    name: String,
    organisation: &'static str,
    cases: usize,
    criteria: usize,
    mean: String,
    interval: String,
    distance: String,
    splits: String,
    warns: bool,
    few: bool,
    sentence: String,
}

/// `GET /granskningskvalitet?ar=`.
pub async fn show(app: Data<App>, viewer: Viewer, filter: Query<Filter>) -> Answer {
    let (lang, asked) = (viewer.lang, filter.ar);
    let view = viewer.read(move |db, standing| load(db, standing, &app, asked, lang)).await?;
    let title = format!("{} {}", lang.t("Granskningens kvalitet", "The quality of reviewing"), view.year);
    let page_frame = viewer.page(title).under(lang.t("Översikt", "Overview"), "/oversikt");
    page(&ReliabilityPage { page: page_frame, lang, view })
}

fn load(
    db: &mut Db,
    standing: &Standing,
    app: &App,
    asked: Option<i32>,
    lang: Lang,
) -> Result<View, Problem> {
    let cycles = cycles::store::cycles(db)?;
    let form_of = |cycle: &Cycle| {
        app.forms.get(&cycle.form).ok_or_else(|| Problem::internal("the cycle's form is not here"))
    };
    // Without a year asked for: the newest with anything to count, else the newest.
    let mut chosen: Option<(&Cycle, Reliability)> = None;
    for cycle in cycles.iter().filter(|cycle| asked.is_none_or(|year| year == cycle.year)).take(3) {
        let found = of_year(db, standing, &*form_of(cycle)?, cycle.year)?;
        if found.cases > 0 || chosen.is_none() {
            let done = found.cases > 0;
            chosen = Some((cycle, found));
            if done {
                break;
            }
        }
    }
    let (cycle, found) = chosen.ok_or_else(Problem::not_found)?;
    let before = match cycles.iter().find(|one| one.year == cycle.year - 1) {
        Some(one) => Some(of_year(db, standing, &*form_of(one)?, one.year)?.whole),
        None => None,
    };
    let form = form_of(cycle)?;
    let title = |id: &str| {
        form.criterion(id).map_or_else(String::new, |criterion| criterion.title.get(lang).to_owned())
    };
    let minimum = |id: &str| form.criterion(id).is_some_and(|criterion| criterion.minimum);
    Ok(View {
        year: cycle.year,
        years: cycles.iter().map(|cycle| cycle.year).collect(),
        cases: found.cases,
        pairs: found.whole.pairs,
        figures: figures(&found.whole, before.as_ref(), lang),
        criteria: found
            .criteria
            .iter()
            .map(|(id, measured)| row(id, title(id), minimum(id), measured, lang))
            .collect(),
        reviewers: found.reviewers.map(|reviewers| {
            reviewers
                .into_iter()
                .map(|one| reviewer(one.name, one.organisation.word(lang), &one.severity, lang))
                .collect()
        }),
        far: decimal(FAR, 1),
        fewest_criteria: FEWEST_CRITERIA,
        fewest_cases: FEWEST_CASES,
    })
}

fn figures(now: &Measured, before: Option<&Measured>, lang: Lang) -> Vec<Figure> {
    let figure = |name, value: fn(&Measured) -> String, interval: Option<String>| Figure {
        name,
        value: value(now),
        interval,
        before: before.map_or_else(|| "–".to_owned(), value),
    };
    vec![
        figure(lang.t("samma nivå", "the same level"), |one| percent(one.equal), None),
        figure(lang.t("två steg eller mer", "two steps or more"), |one| percent(one.large), None),
        figure(lang.t("viktad kappa", "weighted kappa"), |one| value(one.kappa), interval(now.kappa, lang)),
        figure("AC2", |one| value(one.ac2), interval(now.ac2, lang)),
        figure(lang.t("K, kan inte bedöma", "K, cannot judge"), |one| percent(one.cannot_judge), None),
    ]
}

fn row(id: &str, title: String, minimum: bool, measured: &Measured, lang: Lang) -> Row {
    let with_interval = |estimate: Option<Estimate>| match interval(estimate, lang) {
        Some(interval) => format!("{} ({interval})", value(estimate)),
        None => value(estimate),
    };
    Row {
        id: id.to_owned(),
        title,
        minimum,
        pairs: measured.pairs,
        equal: percent(measured.equal),
        large: percent(measured.large),
        cannot_judge: percent(measured.cannot_judge),
        not_applicable: percent(measured.not_applicable),
        kappa: with_interval(measured.kappa),
        ac2: with_interval(measured.ac2),
    }
}

fn reviewer(name: String, organisation: &'static str, found: &Severity, lang: Lang) -> ReviewerRow {
    let mean = decimal(found.mean, 2);
    let sentence = if found.warns() && found.mean < 0.0 {
        lang.t("Strängare än medgranskarna", "Harder than the partners")
    } else if found.warns() {
        lang.t("Mildare än medgranskarna", "Milder than the partners")
    } else {
        lang.t("Som medgranskarna", "Like the partners")
    };
    ReviewerRow {
        name,
        organisation,
        cases: found.cases,
        criteria: found.criteria,
        interval: found.interval.map_or_else(|| "–".to_owned(), |both| span(both, lang)),
        mean: if found.mean > 0.0 && mean != "0,00" { format!("+{mean}") } else { mean },
        distance: decimal(found.distance, 2),
        splits: found
            .splits
            .map_or_else(|| "–".to_owned(), |share| format!("{} %", decimal(share * 100.0, 0))),
        warns: found.warns(),
        few: found.cases < FEWEST_CASES,
        sentence: sentence.to_owned(),
    }
}

/// A share in whole per cent; a dash of nothing.
fn percent(share: Share) -> String {
    if share.of == 0 {
        return "–".to_owned();
    }
    // Half away from zero, as everywhere.
    format!("{} %", (share.part * 200 + share.of) / (share.of * 2))
}

fn value(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |one| decimal(one.value, 2))
}

fn interval(estimate: Option<Estimate>, lang: Lang) -> Option<String> {
    estimate.map(|one| span((one.low, one.high), lang))
}

fn span((low, high): (f64, f64), lang: Lang) -> String {
    format!("{} {} {}", decimal(low, 2), lang.t("till", "to"), decimal(high, 2))
}

/// With a decimal comma and a real minus, never a negative nothing.
fn decimal(value: f64, places: usize) -> String {
    let shown = format!("{value:.places$}").replace('.', ",");
    match shown.strip_prefix('-') {
        Some(rest) if rest.chars().all(|sign| sign == '0' || sign == ',') => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(decimal(-0.004, 2), "0,00");
        assert_eq!(decimal(-0.5, 1), "−0,5");
        assert_eq!(decimal(0.7964, 2), "0,80");
        assert_eq!(percent(Share { part: 1, of: 8 }), "13 %");
        assert_eq!(percent(Share { part: 0, of: 0 }), "–");
    }
}
