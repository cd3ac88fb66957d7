//! What is counted and listed over the rows of an overview.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::NaiveDate;
use num_traits::Signed;

use crate::followup::{Plan, Progress, plan_stands};
use crate::forms::{Form, Library};
use crate::ids::CaseId;
use crate::number::whole;
use crate::reports::charts::{Bar, Chart, Mark, ticks};
use crate::reports::gather::shown_change;
use crate::results::view::OverviewRow;
use crate::scoring::{Outcome, Trend};
use crate::text::Lang;

/// How many rows the list of changes has.
const MOST_CHANGES: usize = 10;
/// The outcomes from the best.
const OUTCOMES: [Outcome; 5] = [Outcome::F, Outcome::G, Outcome::V, Outcome::O, Outcome::E];

/// How many units have an outcome.
pub(super) struct Counted {
    pub(super) letter: &'static str,
    pub(super) name: String,
    pub(super) now: usize,
    pub(super) before: Option<usize>,
}

/// A minimum requirement that a unit does not meet.
pub(super) struct UnmetRow {
    pub(super) unit: String,
    pub(super) administration: String,
    pub(super) href: String,
    pub(super) criterion: String,
    pub(super) plan: String,
    pub(super) overdue: bool,
}

/// A unit's change since last year.
pub(super) struct ChangeRow {
    pub(super) unit: String,
    pub(super) href: String,
    pub(super) change: String,
    pub(super) word: &'static str,
    pub(super) tone: &'static str,
}

pub(super) fn has_unmet(row: &OverviewRow) -> bool {
    row.result.as_ref().is_some_and(|result| !result.unmet_minimum.is_empty())
}

pub(super) fn overdue(rows: &[OverviewRow], plans: &HashMap<CaseId, Plan>, today: NaiveDate) -> usize {
    let plans = rows.iter().filter_map(|row| Some((plans.get(&row.case.id)?, row.case.state)));
    let actions = plans.flat_map(|(plan, state)| plan.actions.iter().map(move |action| (action, state)));
    actions.filter(|(action, state)| action.progress(today, *state) == Progress::Overdue).count()
}

pub(super) fn outcomes(rows: &[OverviewRow], before: &[OverviewRow], lang: Lang) -> Vec<Counted> {
    let count = |rows: &[OverviewRow], wanted: Outcome| {
        let outcomes = rows.iter().filter_map(|row| row.result.as_ref()?.outcome);
        outcomes.filter(|outcome| *outcome == wanted).count()
    };
    let compared = before.iter().any(|row| row.result.is_some());
    OUTCOMES
        .into_iter()
        .map(|outcome| Counted {
            letter: outcome.code(),
            name: outcome.title().get(lang).to_owned(),
            now: count(rows, outcome),
            before: compared.then(|| count(before, outcome)),
        })
        .collect()
}

/// The outcomes as bars, last year's as marks; empty while nothing has an outcome.
pub(super) fn chart(outcomes: &[Counted], year: i32, lang: Lang) -> String {
    let all = outcomes.iter().flat_map(|one| [Some(one.now), one.before]).flatten();
    let most = all.max().unwrap_or_default();
    if most == 0 {
        return String::new();
    }
    let step = match most {
        0..=5 => 1,
        6..=12 => 2,
        13..=30 => 5,
        _ => 10,
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let top = (most + step - 1) / step * step;
    let mark = |count: usize| {
        let exact = whole(i64::try_from(count).unwrap_or(i64::MAX));
        Mark::new(&exact, &whole(top), count.to_string())
    };
    let rows = outcomes.iter().map(|one| Bar {
        label: format!("{} {}", one.letter, one.name),
        mark: Some(mark(one.now)),
        compared: one.before.map(mark),
    });
    let compared = outcomes.iter().any(|one| one.before.is_some());
    let chart = Chart::Bars {
        rows: rows.collect(),
        ticks: ticks(top, step),
        compared: if compared { (year - 1).to_string() } else { String::new() },
    };
    let title = lang.t("Enheter per omdöme", "Units by outcome");
    let said: Vec<String> =
        outcomes.iter().map(|one| format!("{} {}: {}", one.letter, one.name, one.now)).collect();
    chart.draw(title, &said.join(". ")).svg("outcomes-chart")
}

pub(super) fn unmet(
    rows: &[OverviewRow],
    forms: &Library,
    plans: &HashMap<CaseId, Plan>,
    today: NaiveDate,
    lang: Lang,
) -> Vec<UnmetRow> {
    let mut listed = Vec::new();
    for row in rows {
        let Some(result) = &row.result else { continue };
        let plan = plans.get(&row.case.id);
        // A case keeps the version it was answered on when the year's form is mended.
        let form = forms.get(&row.case.form);
        for id in &result.unmet_minimum {
            let criterion = form.as_ref().and_then(|form| form.criterion(id));
            let title = criterion.map(|criterion| criterion.title.get(lang)).unwrap_or_default();
            let own = |action: &&crate::followup::Action| action.planned.criterion.as_ref() == Some(id);
            let actions = plan.map_or(&[][..], |plan| plan.actions.as_slice());
            let worst = actions.iter().filter(own).map(|action| action.progress(today, row.case.state)).min();
            listed.push(UnmetRow {
                unit: row.case.unit.name.clone(),
                administration: row.case.unit.administration.name.clone(),
                href: format!("{}/resultat#{id}", row.case.path()),
                criterion: format!("{id} {title}"),
                plan: match (worst, plan.is_some() || row.case.plan_due.is_some()) {
                    (Some(worst), _) => worst.word(lang).to_owned(),
                    (None, true) => plan_stands(plan, row.case.plan_due, lang),
                    (None, false) => "–".to_owned(),
                },
                overdue: worst == Some(Progress::Overdue),
            });
        }
    }
    listed
}

/// The largest changes of totals, up and down together.
pub(super) fn changes(rows: &[OverviewRow], form: &Form, lang: Lang) -> Vec<ChangeRow> {
    let mut changed: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let change = row.result.as_ref()?.change.as_ref()?;
            Some((row, change.change.as_ref()?, change.trend))
        })
        .collect();
    changed.sort_by_key(|(_, change, _)| Reverse(change.abs()));
    changed.truncate(MOST_CHANGES);
    changed
        .into_iter()
        .map(|(row, change, trend)| {
            let (tone, word) = match trend {
                Trend::Improved => ("ok", lang.t("Förbättrad", "Improved")),
                Trend::Declined => ("warn", lang.t("Försämrad", "Declined")),
                Trend::Unchanged | Trend::NotCompared => {
                    ("line", lang.t("Ingen säker förändring", "No detectable change"))
                }
            };
            ChangeRow {
                unit: row.case.unit.name.clone(),
                href: format!("{}/resultat", row.case.path()),
                change: shown_change(change, &form.rules.change_total),
                word,
                tone,
            }
        })
        .collect()
}
