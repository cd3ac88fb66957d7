//! The heat map's rows: a unit each, by administration, hub or name.

use crate::cycles::Case;
use crate::forms::Form;
use crate::identity::rights::{Deed, Object};
use crate::identity::standing::Standing;
use crate::reports::gather::shown_change;
use crate::results::view::{OverviewRow, Summary};
use crate::scoring::{Light, Outcome};
use crate::text::Lang;

/// How the rows are ordered; never by score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By administration, then name.
    Administration,
    /// By hub, then name.
    Hub,
    /// By name.
    Name,
}

impl Order {
    pub(super) fn from_text(text: &str) -> Order {
        match text {
            "hubb" => Order::Hub,
            "namn" => Order::Name,
            _ => Order::Administration,
        }
    }
}

/// Rows under one heading; it is empty when the rows stand in one list.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// One unit.
pub(super) struct Row {
    pub(super) name: String,
    /// The result, when the reader may open it.
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Option<Cell>>,
    pub(super) total: String,
    /// Since last year.
    pub(super) change: String,
    pub(super) outcome: Option<(&'static str, String)>,
    /// Where the case is, while there is no result to show.
    pub(super) state: &'static str,
}

/// One unit's area.
pub(super) struct Cell {
    pub(super) href: String,
    pub(super) shown: String,
    pub(super) light: &'static str,
    pub(super) word: String,
    /// Unmet minimum requirements in the area.
    pub(super) unmet: Vec<String>,
}

pub(super) fn groups(
    mut rows: Vec<OverviewRow>,
    form: &Form,
    standing: &Standing,
    order: Order,
    lang: Lang,
) -> Vec<Group> {
    let heading = |row: &OverviewRow| match order {
        Order::Administration => row.case.unit.administration.name.clone(),
        Order::Hub => row.case.unit.hub.clone().unwrap_or_else(|| lang.t("Utan hubb", "No hub").to_owned()),
        Order::Name => String::new(),
    };
    match order {
        // As they come: by the administrations' own order.
        Order::Administration => {}
        Order::Hub | Order::Name => {
            rows.sort_by_cached_key(|row| (heading(row).to_lowercase(), row.case.unit.name.to_lowercase()));
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let name = heading(&row);
        let shown = one(&row, form, standing, lang);
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.rows.push(shown),
            None => groups.push(Group { name, rows: vec![shown] }),
        }
    }
    groups
}

fn one(row: &OverviewRow, form: &Form, standing: &Standing, lang: Lang) -> Row {
    let opens = standing.may(&row.case.reference(), Object::Result, Deed::Read);
    let result = row.result.as_ref();
    Row {
        name: row.case.unit.name.clone(),
        href: opens.then(|| format!("{}/resultat", row.case.path())),
        cells: form
            .areas
            .iter()
            .map(|area| result.and_then(|result| cell(&row.case, result, form, &area.id, lang)))
            .collect(),
        total: result.and_then(|result| result.display.clone()).unwrap_or_else(|| "–".to_owned()),
        change: result
            .and_then(|result| result.change.as_ref()?.change.as_ref())
            .map_or_else(|| "–".to_owned(), |change| shown_change(change, &form.rules.change_total)),
        outcome: result.and_then(|result| result.outcome).map(|outcome| words(outcome, lang)),
        state: row.case.state.word(lang),
    }
}

fn words(outcome: Outcome, lang: Lang) -> (&'static str, String) {
    (outcome.code(), outcome.title().get(lang).to_owned())
}

fn cell(case: &Case, result: &Summary, form: &Form, area: &str, lang: Lang) -> Option<Cell> {
    let found = result.areas.iter().find(|one| one.area == area)?;
    let own = form.areas.iter().find(|one| one.id == area)?;
    let is_own = |id: &&String| own.criteria.iter().any(|criterion| criterion.id == **id);
    Some(Cell {
        href: format!("{}/resultat#area-{area}", case.path()),
        shown: found.display.clone(),
        light: match found.light {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        },
        word: found.light.title().get(lang).to_owned(),
        unmet: result.unmet_minimum.iter().filter(is_own).cloned().collect(),
    })
}
