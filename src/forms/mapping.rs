//! What becomes of the answers from one version of a form to the next.
//!
//! Invariants: a [`Mapping`] exists only when [`super::read_mapping`] found that it says what becomes of every criterion,
//! field and option of both its versions; carrying answers adds nothing that was not typed. Pure.
//!
//! The language of mapping files is described in `forms/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::{FieldKind, RawAnswers};

/// The name under which the answers to the background fields stand among those to criteria.
pub const BACKGROUND: &str = "background";

/// Answers by criterion.
pub type AllAnswers = BTreeMap<String, RawAnswers>;

/// From one version of a form to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The form's id: `usve`.
    pub form: String,
    /// The version that the answers were given in.
    pub from: String,
    /// The version after it.
    pub to: String,
    /// Where the answers to each criterion of the new version, and to the background, come from.
    pub(super) places: BTreeMap<String, Vec<Source>>,
}

/// A criterion of the old version that answers come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) criterion: String,
    pub(super) fields: Vec<Carried>,
}

/// A field, or a column, whose answer is carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) from: String,
    pub(super) to: String,
    /// The kind in the new version.
    pub(super) kind: FieldKind,
    pub(super) shape: Shape,
    /// Options under another id; `None` for one that is gone. The others keep theirs.
    pub(super) options: BTreeMap<String, Option<String>>,
    /// The columns of a table.
    pub(super) columns: Vec<Carried>,
    /// Whether the word that explains a change goes with it.
    pub(super) explained: bool,
}

/// How a value fits the new kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// As it is.
    Same,
    /// One option becomes a list of one.
    Listed,
    /// The only one of a list of options; a list of several is not carried.
    Only,
}

/// What a criterion of the new version is to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The same.
    Kept,
    /// The same under another id.
    Renamed,
    /// A part of one.
    Split,
    /// Several in one.
    Merged,
    /// Not there before.
    New,
}

impl Mapping {
    /// The older version's key: `usve/2026.1`.
    #[must_use]
    pub fn from_key(&self) -> String {
        format!("{}/{}", self.form, self.from)
    }

    /// The newer version's key.
    #[must_use]
    pub fn to_key(&self) -> String {
        format!("{}/{}", self.form, self.to)
    }

    fn sources(&self, criterion: &str) -> &[Source] {
        self.places.get(criterion).map_or(&[], Vec::as_slice)
    }

    fn fate(&self, criterion: &str) -> Fate {
        match self.sources(criterion) {
            [] => Fate::New,
            [only] => {
                let goes_to =
                    |sources: &&Vec<Source>| sources.iter().any(|source| source.criterion == only.criterion);
                if self.places.values().filter(goes_to).count() > 1 {
                    Fate::Split
                } else if only.criterion == criterion {
                    Fate::Kept
                } else {
                    Fate::Renamed
                }
            }
            _ => Fate::Merged,
        }
    }

    fn carry(&self, answers: &AllAnswers) -> AllAnswers {
        let mut carried = AllAnswers::new();
        for (criterion, sources) in &self.places {
            let mut content = RawAnswers::new();
            for source in sources {
                let Some(given) = answers.get(&source.criterion) else { continue };
                source.fields.iter().for_each(|field| field.put(given, &mut content));
            }
            if !content.is_empty() {
                carried.insert(criterion.clone(), content);
            }
        }
        carried
    }
}

impl Carried {
    /// Adds this field's old answer to the new ones.
    fn put(&self, given: &RawAnswers, content: &mut RawAnswers) {
        let Some(value) = given.get(&self.from).and_then(|raw| self.value(raw)) else { return };
        let joined = match content.remove(&self.to) {
            Some(earlier) => joined(self.kind, earlier, value),
            None => value,
        };
        content.insert(self.to.clone(), joined);
        if self.explained
            && let Some(why) = given.get(&super::explanation_id(&self.from))
        {
            let id = super::explanation_id(&self.to);
            let why = match content.remove(&id) {
                Some(earlier) => joined_texts(earlier, why, "\n\n"),
                None => why.clone(),
            };
            content.insert(id, why);
        }
    }

    /// The value as the new field takes it; none when it has no place there, or says nothing.
    fn value(&self, raw: &Json) -> Option<Json> {
        match raw {
            Json::Null => None,
            Json::String(text) if text.trim().is_empty() => None,
            Json::String(text) => {
                let value = Json::String(self.option(text)?);
                Some(if self.shape == Shape::Listed { Json::Array(vec![value]) } else { value })
            }
            Json::Array(rows) if self.kind == FieldKind::Table => {
                let rows: Vec<Json> = rows.iter().filter_map(|row| self.row(row)).collect();
                (!rows.is_empty()).then_some(Json::Array(rows))
            }
            Json::Array(chosen) => {
                let mut kept: Vec<String> = Vec::new();
                for option in chosen.iter().filter_map(|one| self.option(one.as_str()?)) {
                    if !kept.contains(&option) {
                        kept.push(option);
                    }
                }
                match (self.shape, kept.as_slice()) {
                    (Shape::Only, [one]) => Some(Json::String(one.clone())),
                    (_, []) | (Shape::Only, _) => None,
                    _ => Some(kept.into()),
                }
            }
            other => Some(other.clone()),
        }
    }

    fn row(&self, row: &Json) -> Option<Json> {
        let mut cells = serde_json::Map::new();
        for column in &self.columns {
            if let Some(value) = row.get(&column.from).and_then(|cell| column.value(cell)) {
                cells.insert(column.to.clone(), value);
            }
        }
        (!cells.is_empty()).then_some(Json::Object(cells))
    }

    fn option(&self, id: &str) -> Option<String> {
        self.options.get(id.trim()).map_or_else(|| Some(id.to_owned()), Clone::clone)
    }
}

/// Two answers to one field of a merged criterion: texts after each other, rows and options together, and of anything
/// else the first.
fn joined(kind: FieldKind, earlier: Json, later: Json) -> Json {
    match kind {
        FieldKind::LongText => joined_texts(earlier, &later, "\n\n"),
        FieldKind::Text => joined_texts(earlier, &later, "; "),
        FieldKind::Table | FieldKind::Choices => match (earlier, later) {
            (Json::Array(mut all), Json::Array(more)) => {
                for one in more {
                    if kind == FieldKind::Table || !all.contains(&one) {
                        all.push(one);
                    }
                }
                Json::Array(all)
            }
            (earlier, _) => earlier,
        },
        _ => earlier,
    }
}

fn joined_texts(earlier: Json, later: &Json, between: &str) -> Json {
    match (earlier.as_str(), later.as_str()) {
        (Some(one), Some(other)) if one.trim() != other.trim() => {
            Json::String(format!("{}{between}{}", one.trim_end(), other.trim_start()))
        }
        _ => earlier,
    }
}

/// The way from one version to a later one, through every version between them. From a version to itself nothing changes.
#[derive(Debug, Clone, Default)]
pub struct Route(Vec<Arc<Mapping>>);

impl Route {
    pub(super) fn new(steps: Vec<Arc<Mapping>>) -> Route {
        Route(steps)
    }

    /// Whether both ends are one version.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.0.is_empty()
    }

    /// Answers of the old version as answers of the new one. What is dropped is left out; what cannot be read by the new
    /// field comes along as it was typed.
    #[must_use]
    pub fn carry(&self, answers: &AllAnswers) -> AllAnswers {
        self.0.iter().fold(answers.clone(), |answers, mapping| mapping.carry(&answers))
    }

    /// The old criteria that a new one's answers come from, in the mapping's order.
    #[must_use]
    pub fn comes_from(&self, criterion: &str) -> Vec<String> {
        let back = |ids: Vec<String>, mapping: &Arc<Mapping>| {
            let mut before = Vec::new();
            for source in ids.iter().flat_map(|id| mapping.sources(id)) {
                if !before.contains(&source.criterion) {
                    before.push(source.criterion.clone());
                }
            }
            before
        };
        self.0.iter().rev().fold(vec![criterion.to_owned()], back)
    }

    /// The old criterion and field that each part of a new field's answer comes from.
    #[must_use]
    pub fn origins(&self, criterion: &str, field: &str) -> Vec<(String, String)> {
        let back = |places: Vec<(String, String)>, mapping: &Arc<Mapping>| {
            let mut before = Vec::new();
            for (criterion, field) in &places {
                for source in mapping.sources(criterion) {
                    for carried in source.fields.iter().filter(|carried| carried.to == *field) {
                        let place = (source.criterion.clone(), carried.from.clone());
                        if !before.contains(&place) {
                            before.push(place);
                        }
                    }
                }
            }
            before
        };
        self.0.iter().rev().fold(vec![(criterion.to_owned(), field.to_owned())], back)
    }

    /// What a criterion of the new version is to the old one.
    #[must_use]
    pub fn fate(&self, criterion: &str) -> Fate {
        let sources = self.comes_from(criterion);
        let steps = self.0.iter().rev().scan(vec![criterion.to_owned()], |ids, mapping| {
            let fates: Vec<Fate> = ids.iter().map(|id| mapping.fate(id)).collect();
            *ids = ids
                .iter()
                .flat_map(|id| mapping.sources(id))
                .map(|source| source.criterion.clone())
                .collect();
            Some(fates)
        });
        let fates: Vec<Fate> = steps.flatten().collect();
        match sources.as_slice() {
            [] => Fate::New,
            [_] if fates.contains(&Fate::Split) => Fate::Split,
            [only] if only == criterion => Fate::Kept,
            [_] => Fate::Renamed,
            _ => Fate::Merged,
        }
    }

    /// Old criteria that go nowhere.
    #[must_use]
    pub fn dropped<'a>(&self, old: impl Iterator<Item = &'a str>) -> Vec<String> {
        let gone = |criterion: &str| {
            let mut ids = BTreeSet::from([criterion.to_owned()]);
            for mapping in &self.0 {
                let goes = |sources: &[Source]| sources.iter().any(|source| ids.contains(&source.criterion));
                ids = mapping
                    .places
                    .iter()
                    .filter(|(_, sources)| goes(sources))
                    .map(|(id, _)| id.clone())
                    .collect();
            }
            ids.is_empty()
        };
        old.filter(|criterion| gone(criterion)).map(str::to_owned).collect()
    }
}
