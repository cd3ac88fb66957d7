//! Files of evidence: what is taken, and how a file enters and leaves a case.
//!
//! The kind of a file is read from its bytes; its name only tells what people call it. Files are stored under random
//! names and are only ever served as attachments.

use serde_json::json;

use super::{Evidence, area_ready, editable, store};
use crate::cycles::state::CaseState;
use crate::cycles::{self, transition};
use crate::db::Act;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::ids::{CaseId, EvidenceId};
use crate::problem::{Kind, Problem};

/// The largest file, in bytes: 20 MiB.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The most files of one criterion.
pub const MOST_FILES: usize = 10;
/// The longest name kept, in characters.
const LONGEST_NAME: usize = 120;

/// What a file is, by its first bytes and, for the two that are ZIP archives, by what they hold.
#[must_use]
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF-") {
        Some("application/pdf")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some("image/jpeg")
    } else if bytes.starts_with(b"PK\x03\x04") {
        let holds = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
        if holds(b"word/document.xml") {
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        } else if holds(b"xl/workbook.xml") {
            Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        } else {
            None
        }
    } else {
        None
    }
}

/// The name as people see it: no folders, no control characters, no change of writing direction, not too long.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|sign| !sign.is_control() && !matches!(sign, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .take(LONGEST_NAME)
        .collect();
    let plain = plain.trim().trim_matches('.').to_owned();
    if plain.is_empty() { "underlag".to_owned() } else { plain }
}

/// A file that has arrived and lies in the store under `stored_as`.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// The criterion.
    pub criterion: String,
    /// Its name as sent.
    pub name: String,
    /// From [`media_type`].
    pub media_type: &'static str,
    /// Bytes.
    pub size: usize,
    /// SHA-256.
    pub sha256: String,
    /// Its random name in the store.
    pub stored_as: String,
}

/// Adds a file to a criterion.
///
/// # Errors
/// Ten files are there, and those of [`editable::check`]. The caller removes the stored file then.
pub fn add(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    file: Arrived,
) -> Result<Evidence, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    check(act, standing, form, &case, &file.criterion)?;
    let there = store::evidence_of(act.db, &case.id)?;
    if there.iter().filter(|other| other.criterion == file.criterion).count() >= MOST_FILES {
        return Err(Problem::conflict(
            "too_many_files",
            "Det finns redan tio filer här. Ta bort en först.",
            "There are ten files here already. Remove one first.",
        ));
    }
    let evidence = Evidence {
        id: act.id(),
        criterion: file.criterion,
        name: plain_name(&file.name),
        media_type: file.media_type.to_owned(),
        size: i32::try_from(file.size).map_err(|_| too_large())?,
        sha256: file.sha256,
        stored_as: file.stored_as,
        added_by: standing.id().clone(),
        added_at: act.now,
    };
    store::add_evidence(act, &case.id, &evidence)?;
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "add_evidence",
        json!({ "criterion": evidence.criterion, "file": evidence.id, "sha256": evidence.sha256 }),
    )?;
    area_ready::changed(act, standing, form, &case.id, &evidence.criterion)?;
    Ok(evidence)
}

/// Removes a file from a criterion. Its bytes stay as long as a submission may name it.
///
/// # Errors
/// It is not there, and those of [`editable::check`].
pub fn remove(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &CaseId,
    id: &EvidenceId,
) -> Result<Evidence, Problem> {
    let case = cycles::store::claim(act, case, &[CaseState::Draft, CaseState::Returned])?;
    let file = store::evidence_file(act.db, &case.id, id)?;
    check(act, standing, form, &case, &file.criterion)?;
    if !store::remove_evidence(act, id)? {
        return Err(Problem::not_found());
    }
    transition::note(
        act,
        &case.id,
        Some(standing.id()),
        "remove_evidence",
        json!({ "criterion": file.criterion, "file": file.id }),
    )?;
    area_ready::changed(act, standing, form, &case.id, &file.criterion)?;
    Ok(file)
}

fn check(
    act: &mut Act<'_>,
    standing: &Standing,
    form: &Form,
    case: &cycles::Case,
    criterion: &str,
) -> Result<(), Problem> {
    let (area, _) =
        form.criteria().find(|(_, known)| known.id == criterion).ok_or_else(Problem::not_found)?;
    let open: Vec<String> =
        store::returned(act.db, &case.id)?.into_iter().map(|(criterion, _)| criterion).collect();
    editable::check(standing, case, &area.id, criterion, &open)
}

/// The refusal of a file over the limit.
#[must_use]
pub fn too_large() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "file_too_large",
        "Filen är större än 20 MB. Dela upp den eller spara den i mindre format.",
        "The file is larger than 20 MB. Split it or save it in a smaller format.",
    )
}

/// The refusal of a file of another kind.
#[must_use]
pub fn wrong_kind() -> Problem {
    Problem::new(
        Kind::WrongKind,
        "wrong_kind",
        "Filen går inte att ta emot. Lämna PDF, Word, Excel, PNG eller JPG.",
        "The file cannot be taken. Give PDF, Word, Excel, PNG or JPG.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media_type(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(media_type(b"<html>"), None);
        assert_eq!(media_type(b"PK\x03\x04....evil.exe"), None);
        assert!(media_type(b"PK\x03\x04....xl/workbook.xml").is_some_and(|kind| kind.ends_with("sheet")));
    }

    #[test]
    fn names_keep_no_folder_no_control_character_and_no_direction() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("..\\..\\x\u{202e}fdp.exe"), "xfdp.exe");
        assert_eq!(plain_name("a\r\nSet-Cookie: b.pdf"), "aSet-Cookie: b.pdf");
        assert_eq!(plain_name("\0"), "underlag");
    }
}
