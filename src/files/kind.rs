//! What a file is, read from its bytes; its name only tells what people call it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::office;

/// How far from its end a PDF or JPG may end: programs and cameras add a little after it.
const TAIL: u64 = 64 * 1024;

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PDF.
    Pdf,
    /// PNG.
    Png,
    /// JPG.
    Jpeg,
    /// Word, DOCX.
    Docx,
    /// Excel, XLSX.
    Xlsx,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It holds nothing.
    Empty,
    /// It is none of the kinds.
    WrongKind,
    /// It begins as one of the kinds and does not end as it, or its parts do not agree.
    Broken,
    /// It needs a password.
    Encrypted,
    /// It holds a program.
    Macro,
    /// It holds another archive or an embedded object.
    Nested,
    /// It grows beyond all measure when it is unpacked.
    Bomb,
    /// Its XML defines entities.
    Entities,
    /// It cannot be read just now.
    Unreadable,
}

/// What the file at a path is.
///
/// # Errors
/// Why it is not taken.
pub fn of(path: &Path) -> Result<Kind, Refused> {
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let size = file.metadata().map_err(|error| unreadable(&error))?.len();
    let mut head = [0_u8; 16];
    let got = read_up_to(&mut file, &mut head).map_err(|error| unreadable(&error))?;
    let head = head.get(..got).unwrap_or_default();
    if head.is_empty() {
        return Err(Refused::Empty);
    }
    if head.starts_with(b"%PDF-") {
        let tail = tail(&mut file, size, TAIL).map_err(|error| unreadable(&error))?;
        return if holds(&tail, b"%%EOF") { Ok(Kind::Pdf) } else { Err(Refused::Broken) };
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        let begins = head.get(12..16) == Some(b"IHDR");
        let ends = tail(&mut file, size, 12).map_err(|error| unreadable(&error))?
            == *b"\0\0\0\0IEND\xae\x42\x60\x82";
        return if begins && ends { Ok(Kind::Png) } else { Err(Refused::Broken) };
    }
    if head.starts_with(&[0xff, 0xd8, 0xff]) {
        let tail = tail(&mut file, size.saturating_sub(3), TAIL).map_err(|error| unreadable(&error))?;
        return if holds(&tail, &[0xff, 0xd9]) { Ok(Kind::Jpeg) } else { Err(Refused::Broken) };
    }
    if head.starts_with(b"PK\x03\x04") {
        return office::of(file, size);
    }
    // What Word and Excel wrap a document in that has a password; also their old formats.
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(office::of_compound(&mut file));
    }
    Err(Refused::WrongKind)
}

/// Refuses what is no Excel workbook that a reader may be given: one that expands to at most `most_expanded` bytes, each
/// of them counted, without programs, entities, passwords or embedded files.
///
/// # Errors
/// Why it is not taken.
pub fn workbook(path: &Path, most_expanded: u64) -> Result<(), Refused> {
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let size = file.metadata().map_err(|error| unreadable(&error))?.len();
    let mut head = [0_u8; 4];
    let got = read_up_to(&mut file, &mut head).map_err(|error| unreadable(&error))?;
    if got == 4 && head == *b"PK\x03\x04" {
        return office::spreadsheet(file, size, most_expanded);
    }
    // What it is instead has its own refusal.
    of(path).and(Err(Refused::WrongKind))
}

/// The last bytes of a file, at most `most`, of its last `size`.
fn tail(file: &mut File, size: u64, most: u64) -> std::io::Result<Vec<u8>> {
    let length = size.min(most);
    let back = i64::try_from(length).unwrap_or(i64::MAX);
    file.seek(SeekFrom::End(-back))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether bytes hold a word.
pub(super) fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

/// Fills a buffer as far as there are bytes.
pub(super) fn read_up_to(from: &mut impl std::io::Read, to: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = to.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

fn unreadable(error: &std::io::Error) -> Refused {
    tracing::error!(%error, "a file that had arrived cannot be read");
    Refused::Unreadable
}
