//! The numbers of the scoring model (scoring model chapter 7), as a form's `[rules]` or a case file's `rules` gives them.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::number::{Fraction, exact, parse};

/// Every threshold of the scoring model. Shares and scores are per cent of 100, levels 0–4.
///
/// In JSON a number is a number or a text: `45`, `0.5`, `"54/25"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The level from which a minimum requirement is met (7.4).
    #[serde(with = "fraction")]
    pub minimum_level: Fraction,
    /// The value from which a criterion's light is green (7.5).
    #[serde(with = "fraction")]
    pub green: Fraction,
    /// The value from which a criterion's light is yellow (7.5).
    #[serde(with = "fraction")]
    pub yellow: Fraction,
    /// Per cent of the counted lights that must be green for a green area (7.5).
    #[serde(with = "fraction")]
    pub area_green_share: Fraction,
    /// Per cent of the counted lights that must be green or yellow for a yellow area (7.5).
    #[serde(with = "fraction")]
    pub area_yellow_share: Fraction,
    /// The greatest missing share, in per cent, that can still be assessed (7.3).
    #[serde(with = "fraction")]
    pub greatest_missing_share: Fraction,
    /// Unmet minimum requirements, from which the outcome is O (7.6).
    pub insufficient_unmet: u32,
    /// A total below this is outcome O (7.6).
    #[serde(with = "fraction")]
    pub insufficient_total: Fraction,
    /// Years running with the same minimum unmet that give outcome O (7.6).
    pub unmet_years: u32,
    /// Years running with the same minimum unmet and no accepted plan that give outcome O (7.6).
    pub unmet_years_without_plan: u32,
    /// A total below this is outcome V (7.6).
    #[serde(with = "fraction")]
    pub approved_total: Fraction,
    /// An area below this is outcome V (7.6).
    #[serde(with = "fraction")]
    pub approved_area: Fraction,
    /// A total from this may be outcome F (7.6).
    #[serde(with = "fraction")]
    pub exemplary_total: Fraction,
    /// No area may be below this in outcome F (7.6).
    #[serde(with = "fraction")]
    pub exemplary_area: Fraction,
    /// The greatest difference between two reviewers that settles by itself (7.2).
    #[serde(with = "fraction")]
    pub near: Fraction,
    /// The change of the total that counts as one (7.7).
    #[serde(with = "fraction")]
    pub change_total: Fraction,
    /// The change of an area that counts as one (7.7).
    #[serde(with = "fraction")]
    pub change_area: Fraction,
    /// Per cent of the weight that must be comparable for a comparison (7.7).
    #[serde(with = "fraction")]
    pub comparable_share: Fraction,
    /// Levels that need a written reason; K always does (7.2).
    pub reason_levels: Vec<u8>,
    /// The shortest reason that is needed, in characters (7.2).
    pub reason_shortest: usize,
    /// The longest reason, in characters (7.2).
    pub reason_longest: usize,
}

/// How a fraction is written in JSON: read from a number or a text, written as a text in lowest terms.
///
/// A decimal number is taken as the shortest decimal that means it, which is what was typed (up to 15 digits).
pub mod fraction {
    use super::{Deserializer, Exactly, Fraction, Serializer, exact};

    /// Reads `45`, `0.5` or `"54/25"`.
    ///
    /// # Errors
    /// When it is not a number.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Fraction, D::Error> {
        from.deserialize_any(Exactly)
    }

    /// Writes the fraction as a text in lowest terms.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn serialize<S: Serializer>(value: &Fraction, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&exact(value))
    }
}

struct Exactly;

impl Visitor<'_> for Exactly {
    type Value = Fraction;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a number such as 45, 0.5 or \"54/25\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Fraction, E> {
        Ok(crate::number::whole(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Fraction, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Fraction, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Fraction, E> {
        parse(value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct One {
        #[serde(with = "fraction")]
        value: Fraction,
    }

    #[test]
    fn a_number_in_json_is_read_exactly() {
        for (json, expected) in
            [("45", "45"), ("0.1", "1/10"), ("-2.5", "-5/2"), (r#""54/25""#, "54/25"), (r#""2,5""#, "5/2")]
        {
            let one: One = serde_json::from_str(&format!(r#"{{"value": {json}}}"#)).unwrap();
            assert_eq!(exact(&one.value), expected, "{json}");
        }
        for json in [r#""""#, r#""x""#, "null", "true", "[1]", "1e300"] {
            assert!(serde_json::from_str::<One>(&format!(r#"{{"value": {json}}}"#)).is_err(), "{json}");
        }
    }
}
