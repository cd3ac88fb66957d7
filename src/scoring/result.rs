//! The result with every intermediate value, in the shape that `usve score` prints.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::outcome::Outcome;
use super::settle::CriterionState;
use super::wire::maybe_fraction;
use crate::forms::rules::fraction;
use crate::number::Fraction;
use crate::text::Text;

/// The result of a case.
///
/// Not submitted: only `outcome`. Provisional (`is_final` false): only `criteria` and `open`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    /// Whether nothing waits for anybody.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// The rules that were used: the name of a form, or `form` when the case brought its own.
    pub rules: String,
    /// The criteria that still wait for somebody, in the form's order.
    pub open: Vec<String>,
    /// Every criterion in the form's order.
    #[serde(default, skip_serializing_if = "Listed::is_empty")]
    pub criteria: Listed<CriterionResult>,
    /// The areas in which anything applies, in the form's order.
    #[serde(default, skip_serializing_if = "Listed::is_empty")]
    pub areas: Listed<AreaResult>,
    /// The total score, 0–100; none when nothing applies.
    #[serde(default, with = "maybe_fraction", skip_serializing_if = "Option::is_none")]
    pub total: Option<Fraction>,
    /// The total for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The missing share, per cent of the whole weight.
    #[serde(default, with = "maybe_fraction", skip_serializing_if = "Option::is_none")]
    pub missing_share: Option<Fraction>,
    /// The unmet minimum requirements, in the form's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmet_minimum: Option<Vec<String>>,
    /// The outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The change of the total since last year.
    #[serde(flatten)]
    pub change: Option<Change>,
}

/// One criterion's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionResult {
    /// The settled value, 0–4; none while open and when not applicable.
    #[serde(with = "maybe_fraction")]
    pub value: Option<Fraction>,
    /// How it stands.
    pub state: CriterionState,
    /// Its light, when it has a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// Whether the minimum is met, when it is a minimum requirement with a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_met: Option<bool>,
}

/// One area's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaResult {
    /// The area score, 0–100.
    #[serde(with = "fraction")]
    pub score: Fraction,
    /// The score for people.
    pub display: String,
    /// The area's light.
    pub light: Light,
    /// The change since last year.
    #[serde(flatten)]
    pub change: Change,
}

/// A traffic light (scoring model 7.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Red, *röd*.
    Red,
    /// Yellow, *gul*.
    Yellow,
    /// Green, *grön*.
    Green,
}

impl Light {
    /// The light's name: *grön*, green.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Light::Red => Text::new("röd", "red"),
            Light::Yellow => Text::new("gul", "yellow"),
            Light::Green => Text::new("grön", "green"),
        }
    }
}

/// The change since last year (scoring model 7.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// This year less last year, on what can be compared; none when not compared.
    #[serde(with = "maybe_fraction")]
    pub change: Option<Fraction>,
    /// What the change amounts to.
    pub trend: Trend,
}

/// What a change amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Up by the rule's number or more.
    Improved,
    /// In between.
    Unchanged,
    /// Down by the rule's number or more.
    Declined,
    /// Too little can be compared, or there is no last year.
    NotCompared,
}

impl Trend {
    /// The trend's name: *förbättrad*, improved.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Trend::Improved => Text::new("förbättrad", "improved"),
            Trend::Unchanged => Text::new("oförändrad", "unchanged"),
            Trend::Declined => Text::new("försämrad", "declined"),
            Trend::NotCompared => Text::new("jämförs inte", "not compared"),
        }
    }
}

/// Results by id, in the form's order; a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T>(pub Vec<(String, T)>);

impl<T> Listed<T> {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The result with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&T> {
        self.iter().find(|(own, _)| *own == id).map(|(_, result)| result)
    }

    /// Ids and results in the form's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(id, result)| (id.as_str(), result))
    }
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Listed(Vec::new())
    }
}

impl<T: Serialize> Serialize for Listed<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (id, result) in &self.0 {
            map.serialize_entry(id, result)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Listed<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Listed<T>;
            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("an object of results")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Listed<T>, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Listed(entries))
            }
        }
        from.deserialize_map(Entries(std::marker::PhantomData))
    }
}
