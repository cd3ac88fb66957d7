//! The texts of the rehearsal, from the files beside.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::dice::Dice;
use crate::problem::Problem;

/// What is said about one criterion: by the unit in whole sentences, by reviewers in clauses after "att", each for
/// little, enough and more; and the next step.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// The unit's sentences.
    pub unit: [String; 3],
    /// The reviewers' clauses.
    pub seen: [String; 3],
    /// The next step, in the infinitive.
    pub advice: String,
}

/// Texts of one field: alternatives, or alternatives of several parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Texts {
    Plain(Vec<String>),
    Parts(Vec<Vec<String>>),
}

/// Every text.
#[derive(Debug, Clone)]
pub struct Words {
    answers: BTreeMap<String, BTreeMap<String, Texts>>,
    reasons: BTreeMap<String, Reasons>,
}

impl Words {
    /// Reads the files.
    ///
    /// # Errors
    /// A file is not what it should be.
    pub fn read() -> Result<Words, Problem> {
        Ok(Words {
            answers: toml::from_str(include_str!("texts/answers.toml")).map_err(Problem::internal)?,
            reasons: toml::from_str(include_str!("texts/reasons.toml")).map_err(Problem::internal)?,
        })
    }

    /// What is said about a criterion.
    #[must_use]
    pub fn reasons(&self, criterion: &str) -> Option<&Reasons> {
        self.reasons.get(criterion)
    }

    /// Some of a field's texts of one part.
    pub fn plain(&self, criterion: &str, field: &str, count: i64, dice: &mut Dice) -> Vec<&str> {
        match self.answers.get(criterion).and_then(|fields| fields.get(field)) {
            Some(Texts::Plain(texts)) => dice.some(texts, count).into_iter().map(String::as_str).collect(),
            Some(Texts::Parts(_)) | None => Vec::new(),
        }
    }

    /// Some of a field's texts of several parts.
    pub fn parts(&self, criterion: &str, field: &str, count: i64, dice: &mut Dice) -> Vec<&[String]> {
        match self.answers.get(criterion).and_then(|fields| fields.get(field)) {
            Some(Texts::Parts(texts)) => dice.some(texts, count).into_iter().map(Vec::as_slice).collect(),
            Some(Texts::Plain(_)) | None => Vec::new(),
        }
    }
}

/// Which of the three texts a level takes: little below 2, enough at 2, more above.
#[must_use]
pub fn third(level: u8) -> usize {
    usize::from(level >= 2) + usize::from(level >= 3)
}

/// The text with a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}
