//! From the text of a mapping file to what it says; whether that is whole is for [`super::check_mapping`].

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, Source};
use super::{Finding, Form, Mapping, check_mapping};

/// What stands in a mapping file.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub form: String,
    pub from: String,
    pub to: String,
    pub new: Vec<String>,
    pub dropped: Vec<String>,
    pub renamed: Vec<Change>,
    pub split: Vec<Change>,
    pub merged: Vec<Change>,
    pub fields: Vec<FieldChange>,
}

/// Criteria under other ids.
#[derive(Debug)]
pub(super) struct Change {
    pub key: String,
    pub from: Vec<String>,
    pub to: Vec<String>,
}

/// A field or a column under another id, or with other options.
#[derive(Debug)]
pub(super) struct FieldChange {
    pub key: String,
    pub from: String,
    pub to: String,
    pub options: BTreeMap<String, String>,
}

/// The version that a mapping file leads from and the one it leads to, as its name has them: `2026.1-to-2027.1`.
#[must_use]
pub fn ends(name: &str) -> Option<(&str, &str)> {
    name.rsplit(['/', '\\']).next()?.strip_suffix(".toml")?.split_once("-to-")
}

/// Reads and checks a mapping file between two sound versions. `file` is how findings name it.
///
/// # Errors
/// Every fault found, in the order of the file; never an empty list.
pub fn load(file: &str, bytes: &[u8], old: &Form, new: &Form) -> Result<Mapping, Vec<Finding>> {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new(file, &text);
    if let Err(wrong) = std::str::from_utf8(bytes) {
        let remedy = "Save it with the encoding UTF-8.";
        source.fault_at(wrong.valid_up_to(), "", "not_utf8", "the file is not UTF-8", remedy);
        return Err(source.findings());
    }
    let (table, faults) = DeTable::parse_recoverable(&text);
    // The first alone: what follows a bracket that is not closed is no news.
    if let Some(fault) = faults.first() {
        let at = fault.span().map_or(0, |span| span.start);
        let message = fault.message().lines().collect::<Vec<_>>().join("; ");
        let remedy = "Mend the line; the file must be TOML before the rest can be checked.";
        source.fault_at(at, "", "toml_syntax", message, remedy);
        return Err(source.findings());
    }
    let written = written(Reader::new(&source, table.get_ref(), String::new(), 0));
    let mapping = check_mapping::check(&written, old, new, &source);
    let findings = source.findings();
    if findings.is_empty() { Ok(mapping) } else { Err(findings) }
}

/// The mapping of two versions that have the same criteria, fields and options, which needs no file.
///
/// # Errors
/// What a file would have to say.
pub fn implied(file: &str, old: &Form, new: &Form) -> Result<Mapping, Vec<Finding>> {
    let source = Source::new(file, "");
    let written = Written {
        form: new.id.clone(),
        from: old.version.clone(),
        to: new.version.clone(),
        ..Written::default()
    };
    let mapping = check_mapping::check(&written, old, new, &source);
    let findings = source.findings();
    if findings.is_empty() { Ok(mapping) } else { Err(findings) }
}

fn written(top: Reader) -> Written {
    let head = top.table("mapping");
    let written = Written {
        form: head.string("form", "\"usve\""),
        from: head.string("from", "\"2026.1\""),
        to: head.string("to", "\"2027.1\""),
        new: names(&head, "new", "[\"H7\"]").unwrap_or_default(),
        dropped: names(&head, "dropped", "[\"A4\"]").unwrap_or_default(),
        renamed: changes(&top, "renamed", "from"),
        split: changes(&top, "split", "from"),
        merged: changes(&top, "merged", "to"),
        fields: top.tables("field", "from").into_iter().map(field).collect(),
    };
    head.done();
    top.done();
    written
}

/// `from` and `to`: one id, or a list of them on the side that has several.
fn changes(top: &Reader, name: &'static str, id: &'static str) -> Vec<Change> {
    let several = |side: &str| (name == "split" && side == "to") || (name == "merged" && side == "from");
    let side = |reader: &Reader, side: &'static str| -> Vec<String> {
        if several(side) {
            let example = "[\"C1\", \"C7\"]";
            return match reader.required(side, example, list) {
                Some(ids) if ids.len() < 2 => {
                    let message = format!("{name} has {} on the side that takes several", ids.len());
                    reader.fault(side, "too_few", message, format!("Write {side} = {example}"));
                    Vec::new()
                }
                ids => ids.unwrap_or_default(),
            };
        }
        reader.required_string(side, "\"B2\"").into_iter().collect()
    };
    let mut found = Vec::new();
    for reader in top.tables(name, id) {
        let change = Change {
            key: reader.path("").trim_end_matches('.').to_owned(),
            from: side(&reader, "from"),
            to: side(&reader, "to"),
        };
        reader.done();
        found.push(change);
    }
    found
}

fn field(reader: Reader) -> FieldChange {
    let from = reader.string("from", "\"A2.role\"");
    let to = reader.optional("to", "\"A2.seat\"", text).unwrap_or_else(|| from.clone());
    let table = reader.optional_table("options");
    let mut options = BTreeMap::new();
    for (old, new) in table.entries() {
        if let Some(new) = text(new) {
            options.insert(old.to_owned(), new);
        } else {
            let remedy = format!("Write {old} = \"…\", or add the option to dropped.");
            table.fault(old, "wrong_type", format!("the new id of the option {old} is no text"), remedy);
        }
    }
    let key = reader.path("").trim_end_matches('.').to_owned();
    reader.done();
    FieldChange { key, from, to, options }
}

fn names(reader: &Reader, name: &'static str, example: &str) -> Option<Vec<String>> {
    reader.optional(name, example, list)
}

fn list(value: &Spanned<DeValue>) -> Option<Vec<String>> {
    value.get_ref().as_array()?.iter().map(text).collect()
}

fn text(value: &Spanned<DeValue>) -> Option<String> {
    value.get_ref().as_str().map(str::to_owned)
}
