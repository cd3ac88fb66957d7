//! What importing units and people shares: reading CSV, saying what would change, and changing all or nothing.
//!
//! Invariants: a row is known again by its external id; the same file twice changes nothing; one conflict anywhere, and
//! nothing is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::inspect::json;
use super::print;
use crate::audit::{self, Chain, Event};
use crate::db::Act;
use crate::problem::{FieldError, Kind, Problem};
use crate::text::Text;

/// A file to import.
#[derive(Debug, Args)]
pub struct Import {
    /// CSV with a heading line.
    file: PathBuf,
    /// Says what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Import {
    /// Whether nothing is to be changed.
    pub(super) fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// The rows of the file, each with its line.
    ///
    /// # Errors
    /// The file cannot be read, or a row does not fit the heading.
    pub(super) fn rows<T: DeserializeOwned>(&self) -> Result<Vec<(u64, T)>, Problem> {
        let unreadable = |fault: String| {
            let sentence = format!("{} cannot be read: {fault}", self.file.display());
            Problem::new(Kind::Malformed, "unreadable", sentence.clone(), sentence)
        };
        let mut reader = reader(&self.file).map_err(|error| unreadable(error.to_string()))?;
        let headings = reader.headers().map_err(|error| unreadable(error.to_string()))?.clone();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = record.deserialize(Some(&headings)).map_err(|error| unreadable(error.to_string()))?;
            rows.push((line, row));
        }
        Ok(rows)
    }

    /// Says what changed, or would.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(super) fn report(&self, planned: &[Planned]) -> Result<u8, Problem> {
        let count = |wanted: &str| planned.iter().filter(|one| one.change.word() == wanted).count();
        let conflicts = count("conflict");
        if self.json {
            let rows: Vec<_> = planned.iter().map(Planned::json).collect();
            print(&json(&json!({ "dry_run": self.dry_run, "rows": rows }))?)?;
        } else {
            for one in planned.iter().filter(|one| one.change != Change::Nothing) {
                print(&format!(
                    "{:8}  {}  {}{}\n",
                    one.change.word(),
                    one.external_id,
                    one.name,
                    one.change.detail()
                ))?;
            }
            let (new, changed, same) = (count("create"), count("update"), count("same"));
            print(&format!("{new} new, {changed} changed, {same} the same, {conflicts} in conflict\n"))?;
        }
        Ok(u8::from(conflicts > 0))
    }
}

/// A reader of CSV that trims values and finds out whether `;` or `,` separates them.
fn reader(file: &Path) -> Result<csv::Reader<std::io::Cursor<String>>, std::io::Error> {
    let text = std::fs::read_to_string(file)?;
    // Spreadsheets put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(separator).trim(csv::Trim::All);
    Ok(builder.from_reader(std::io::Cursor::new(text)))
}

/// What importing a row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// It is new.
    Create,
    /// These fields change.
    Update(Vec<&'static str>),
    /// It stands there already.
    Nothing,
    /// It cannot be imported, for this reason.
    Conflict(String),
}

impl Change {
    fn word(&self) -> &'static str {
        match self {
            Change::Create => "create",
            Change::Update(_) => "update",
            Change::Nothing => "same",
            Change::Conflict(_) => "conflict",
        }
    }

    fn detail(&self) -> String {
        match self {
            Change::Update(fields) => format!(": {}", fields.join(", ")),
            Change::Conflict(why) => format!(": {why}"),
            Change::Create | Change::Nothing => String::new(),
        }
    }

    /// The fields that differ, as a change.
    pub(super) fn of(differing: &[(&'static str, bool)]) -> Change {
        let fields: Vec<&'static str> =
            differing.iter().filter(|(_, differs)| *differs).map(|(field, _)| *field).collect();
        if fields.is_empty() { Change::Nothing } else { Change::Update(fields) }
    }
}

/// What importing one row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// Its line in the file.
    pub(super) line: u64,
    /// Its identifier in the other system.
    pub(super) external_id: String,
    /// Its name.
    pub(super) name: String,
    /// What happens.
    pub(super) change: Change,
}

impl Planned {
    fn json(&self) -> serde_json::Value {
        let (fields, reason) = match &self.change {
            Change::Update(fields) => (fields.clone(), None),
            Change::Conflict(why) => (Vec::new(), Some(why)),
            Change::Create | Change::Nothing => (Vec::new(), None),
        };
        json!({
            "line": self.line, "external_id": self.external_id, "name": self.name, "change": self.change.word(),
            "fields": fields, "reason": reason,
        })
    }
}

/// Turns rows that share a value with an earlier row into conflicts.
pub(super) fn refuse_repeated(planned: &mut [Planned], what: &str, values: &[String]) {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for (one, value) in planned.iter_mut().zip(values) {
        if let Some(line) = seen.insert(value.as_str(), one.line) {
            one.change = Change::Conflict(format!("the {what} {value} stands on line {line} too"));
        }
    }
}

/// Refuses the whole file when a row is in conflict.
///
/// # Errors
/// `import_conflicts`, each row named.
pub(super) fn check(planned: &[Planned]) -> Result<(), Problem> {
    let errors: Vec<FieldError> = planned
        .iter()
        .filter_map(|one| match &one.change {
            Change::Conflict(why) => Some(FieldError {
                pointer: format!("line {}", one.line),
                code: "conflict".to_owned(),
                message: Text::new(why.clone(), why.clone()),
            }),
            _ => None,
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(
        "import_conflicts",
        "inget är inläst: några rader går inte att läsa in",
        "nothing was imported: some rows are in conflict",
    )
    .with_errors(errors))
}

/// Tells the log what was imported.
///
/// # Errors
/// The log cannot be written.
pub(super) fn record(act: &mut Act<'_>, name: &'static str, planned: &[Planned]) -> Result<(), Problem> {
    let changed: Vec<&str> = planned
        .iter()
        .filter(|one| one.change != Change::Nothing)
        .map(|one| one.external_id.as_str())
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let detail = json!({ "changed": changed });
    audit::record(act, &Event { chain: Chain::System, actor: None, act: name, moved: None, detail })
}
