//! What a save changes on the page that sent it: fields that came up or are hidden, what is computed, what must be mended.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use serde::Serialize;

use super::criterion::{CriterionView, Sheet};
use super::save::{places, seen};
use crate::assessments::BACKGROUND;
use crate::clock::Moment;
use crate::problem::Problem;
use crate::text::{self, Lang};
use crate::web::fields::{self, FieldView};

/// The answer to the script's saving.
#[derive(Serialize)]
pub(super) struct Saved {
    /// The clock: `14.32`.
    #[serde(rename = "saved_at")]
    clock: String,
    /// The new version of each criterion that was written.
    versions: BTreeMap<String, i32>,
    /// Criteria that somebody else has changed: nothing of them was saved.
    pub(super) stale: Vec<String>,
    /// Who else writes in each criterion, in a sentence.
    pub(super) writing: BTreeMap<String, String>,
    criteria: BTreeMap<String, Part>,
    /// What changed on the page, in one sentence to be read aloud; empty when nothing did.
    said: String,
    #[serde(skip)]
    appeared: Vec<String>,
}

/// One criterion as it stands now.
#[derive(Serialize)]
struct Part {
    /// The fields that are shown, in order, by their ids.
    fields: Vec<String>,
    /// The HTML of those that the page did not have.
    added: BTreeMap<String, String>,
    /// The HTML of what is computed.
    computed: String,
    /// What is kept though no longer asked for.
    kept: String,
    /// What must be mended, by the id of its control.
    issues: BTreeMap<String, String>,
    /// Whether it still waits for somebody to confirm it.
    waits: bool,
}

#[derive(Template)]
#[template(path = "fields/field.html")]
struct FieldPart<'a> {
    field: &'a FieldView,
    lang: Lang,
}

#[derive(Template)]
#[template(path = "unit/area/computed.html")]
struct ComputedPart<'a> {
    criterion: &'a CriterionView,
}

impl Saved {
    /// What the page that sent `pairs` needs, after `written` were saved.
    pub(super) fn new(
        sheet: &Sheet<'_>,
        pairs: &[(String, String)],
        area: &str,
        written: &BTreeSet<&str>,
        now: Moment,
    ) -> Result<Saved, Problem> {
        let lang = sheet.lang;
        let on_page: BTreeSet<&str> = fields::shown(pairs).collect();
        let mut saved = Saved {
            clock: text::clock_time(now, lang),
            versions: BTreeMap::new(),
            stale: Vec::new(),
            criteria: BTreeMap::new(),
            writing: BTreeMap::new(),
            said: String::new(),
            appeared: Vec::new(),
        };
        let mut hidden = 0;
        for (criterion, _) in places(sheet.form, area)? {
            let Some(seen) = seen(pairs, criterion) else { continue };
            let now = sheet.entered.version_of(criterion);
            if written.contains(criterion) {
                saved.versions.insert(criterion.to_owned(), now);
            } else if seen != now {
                continue;
            }
            let view = match sheet.form.criterion(criterion) {
                Some(known) => sheet.criterion(known, true),
                None => sheet.about_the_unit(true),
            };
            let part = Part::new(&view, &on_page, lang)?;
            let start = format!("{criterion}-");
            let of_page = on_page.iter().filter(|id| id.starts_with(&start));
            hidden += of_page.filter(|id| !part.fields.iter().any(|shown| shown == **id)).count();
            saved.appeared.extend(part.fields.iter().filter(|id| part.added.contains_key(*id)).cloned());
            saved.criteria.insert(criterion.to_owned(), part);
        }
        saved.said = said(saved.appeared.len(), hidden, lang);
        Ok(saved)
    }

    /// The first field that came up.
    pub(super) fn appeared(&self) -> Option<&str> {
        self.appeared.first().map(String::as_str)
    }

    /// What changed on the page.
    pub(super) fn said(&self) -> &str {
        &self.said
    }
}

impl Part {
    fn new(view: &CriterionView, on_page: &BTreeSet<&str>, lang: Lang) -> Result<Part, Problem> {
        let mut added = BTreeMap::new();
        for field in view.fields.iter().filter(|field| field.conditional) {
            if !on_page.contains(field.id.as_str()) {
                let html = FieldPart { field, lang }.render().map_err(Problem::internal)?;
                added.insert(field.id.clone(), html);
            }
        }
        let computed = if view.id == BACKGROUND {
            String::new()
        } else {
            ComputedPart { criterion: view }.render().map_err(Problem::internal)?
        };
        let issues = view.fields.iter().chain(&view.level).flat_map(FieldView::all_issues).collect();
        Ok(Part {
            fields: view.fields.iter().chain(&view.level).map(|field| field.id.clone()).collect(),
            added,
            computed,
            kept: view.kept.clone().unwrap_or_default(),
            issues,
            waits: view.last_year.waits,
        })
    }
}

/// How many questions came up and how many were hidden: `En fråga till visas.`
fn said(shown: usize, hidden: usize, lang: Lang) -> String {
    let more = match (shown, lang) {
        (0, _) => None,
        (1, Lang::Sv) => Some("En fråga till visas.".to_owned()),
        (1, Lang::En) => Some("One more question is shown.".to_owned()),
        (_, Lang::Sv) => Some(format!("{} frågor till visas.", counted(shown, lang))),
        (_, Lang::En) => Some(format!("{} more questions are shown.", counted(shown, lang))),
    };
    let fewer = match (hidden, lang) {
        (0, _) => None,
        (1, Lang::Sv) => Some("En fråga är inte längre aktuell.".to_owned()),
        (1, Lang::En) => Some("One question is no longer relevant.".to_owned()),
        (_, Lang::Sv) => Some(format!("{} frågor är inte längre aktuella.", counted(hidden, lang))),
        (_, Lang::En) => Some(format!("{} questions are no longer relevant.", counted(hidden, lang))),
    };
    more.into_iter().chain(fewer).collect::<Vec<_>>().join(" ")
}

/// A number that begins a sentence: in letters up to twelve.
fn counted(number: usize, lang: Lang) -> String {
    const SV: [&str; 13] =
        ["Noll", "En", "Två", "Tre", "Fyra", "Fem", "Sex", "Sju", "Åtta", "Nio", "Tio", "Elva", "Tolv"];
    const EN: [&str; 13] = [
        "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven",
        "Twelve",
    ];
    let words = match lang {
        Lang::Sv => &SV,
        Lang::En => &EN,
    };
    words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
