//! `usve forms`: check form files, compare two, print the schema. Each gives the exit status: 0 done, 1 refused.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::forms::diff::{Change, Difference, differences};
use crate::forms::{Finding, Library, library};

/// `usve forms check [PATH…]`: every fault in form files and folders, or in the shipped forms when no path is given.
///
/// # Errors
/// When `out` cannot be written.
pub fn check(out: &mut dyn Write, paths: &[PathBuf], json: bool) -> io::Result<u8> {
    let (read, findings) = if paths.is_empty() {
        match Library::open(None) {
            Ok(library) => {
                let (forms, mappings) = (library.forms().count(), library.mapping_files());
                (library::Checked { forms, mappings }, Vec::new())
            }
            Err(findings) => (library::Checked::default(), findings),
        }
    } else {
        library::check(paths)
    };
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&findings)?)?;
    } else {
        report(out, &findings)?;
        match findings.len() {
            0 => writeln!(out, "{}, no faults", read_files(read))?,
            1 => writeln!(out, "1 fault")?,
            faults => writeln!(out, "{faults} faults")?,
        }
    }
    Ok(u8::from(!findings.is_empty()))
}

/// `1 form`, `2 forms, 1 mapping`, `1 mapping`.
fn read_files(read: library::Checked) -> String {
    let counted = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let found: Vec<String> =
        [counted(read.forms, "form"), counted(read.mappings, "mapping")].into_iter().flatten().collect();
    if found.is_empty() { "0 forms".to_owned() } else { found.join(", ") }
}

/// `usve forms schema`: the JSON Schema of form files, or of mapping files, for editors.
///
/// # Errors
/// When `out` cannot be written.
pub fn schema(out: &mut dyn Write, mapping: bool) -> io::Result<u8> {
    let schema =
        if mapping { crate::forms::schema::mapping_schema() } else { crate::forms::schema::schema() };
    writeln!(out, "{}", serde_json::to_string_pretty(&schema)?)?;
    Ok(0)
}

/// `usve forms diff A B`: what differs, criterion by criterion. A form is a key such as `usve/2026.1` or a file.
///
/// # Errors
/// When `out` cannot be written.
pub fn diff(out: &mut dyn Write, library: &Library, old: &str, new: &str, json: bool) -> io::Result<u8> {
    let (old, new) = match (library::form(library, old), library::form(library, new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let findings: Vec<Finding> = [old.err(), new.err()].into_iter().flatten().flatten().collect();
            report(out, &findings)?;
            return Ok(1);
        }
    };
    let found = differences(&old, &new);
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?;
        return Ok(0);
    }
    for one in &found {
        writeln!(out, "{}", line(one))?;
    }
    if found.is_empty() {
        writeln!(out, "{} and {} differ in nothing", old.key(), new.key())?;
    }
    Ok(0)
}

fn report(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    findings.iter().try_for_each(|finding| writeln!(out, "{finding}"))
}

fn line(one: &Difference) -> String {
    let change = match (one.change, one.comparable) {
        (Change::Added, _) => "added",
        (Change::Removed, _) => "removed",
        (Change::Changed, Some(false)) => "changed, not comparable",
        (Change::Changed, Some(true)) => "changed, comparable",
        (Change::Changed, None) => "changed",
    };
    let colon = if one.parts.is_empty() { "" } else { ": " };
    format!("{}  {change}{colon}{}", one.key, one.parts.join("; "))
}
