//! Digests: of a file, and of what a criterion means.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Criterion;
use crate::number::exact;

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the digest of a criterion covers; the fields stand in the order of their names, so the JSON is canonical.
#[derive(Serialize)]
struct Meaning<'a> {
    anchors: Vec<&'a str>,
    fields: BTreeMap<&'a str, FieldMeaning<'a>>,
    id: &'a str,
    indicators: BTreeMap<&'a str, String>,
    minimum: bool,
    not_applicable: Option<&'a str>,
    thresholds: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
struct FieldMeaning<'a> {
    kind: &'static str,
    unit: Option<&'a str>,
}

impl Criterion {
    /// SHA-256 of what the criterion means, in lower-case hexadecimal (scoring model 7.10, *Digest*): canonical JSON
    /// (sorted keys, no spaces) of id, minimum, field ids, kinds and units, indicator expressions and thresholds,
    /// Swedish anchors 0–4 and the rule for not applicable. Title, guidance, English, source, weight and order are
    /// left out: two years with equal digests can be compared.
    #[must_use]
    pub fn digest(&self) -> String {
        let meaning = Meaning {
            anchors: self.levels.iter().map(|level| level.anchor.sv.as_str()).collect(),
            fields: self
                .fields
                .iter()
                .filter(|field| field.explains.is_none())
                .map(|field| {
                    let unit = field.unit.as_ref().map(|unit| unit.many.sv.as_str());
                    (field.id.as_str(), FieldMeaning { kind: field.kind.name(), unit })
                })
                .collect(),
            id: &self.id,
            indicators: self.indicators.iter().map(|one| (one.id.as_str(), one.value.to_string())).collect(),
            minimum: self.minimum,
            not_applicable: self.not_applicable.as_ref().map(|text| text.sv.as_str()),
            thresholds: self.thresholds.iter().map(|(name, value)| (name.as_str(), exact(value))).collect(),
        };
        hexadecimal(serde_json::to_string(&meaning).unwrap_or_default().as_bytes())
    }
}
