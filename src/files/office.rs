//! Word and Excel documents: ZIP archives that are measured through their central directory and never unpacked to disk.
//!
//! Invariant: what is taken expands to exactly what it says, and that is within the limits; nothing in it is a program,
//! another archive, encrypted, or XML that defines entities.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use zip::read::{ArchiveOffset, Config};
use zip::{CompressionMethod, ZipArchive};

use super::kind::{Kind, Refused, holds, read_up_to};

/// The most parts of a document.
const MOST_PARTS: u16 = 4000;
/// The largest central directory, in bytes.
const LARGEST_DIRECTORY: u64 = 2 * 1024 * 1024;
/// The most that a document expands to, in bytes.
const MOST_EXPANDED: u64 = 200 * 1024 * 1024;
/// A part that expands to more than [`SMALL`] bytes expands to at most so many times its size. A sheet of equal rows
/// comes to about a hundred; deflate can do a thousand.
const MOST_TIMES: u64 = 250;
/// See [`MOST_TIMES`], in bytes.
const SMALL: u64 = 1024 * 1024;
/// The longest list of content types, in bytes.
const LONGEST_LIST: usize = 1024 * 1024;
/// The shortest text among the shared texts of a spreadsheet, in bytes: `<si/>`.
const SHORTEST: u64 = 5;
/// How far into a part of XML its root element begins at the latest, in bytes.
const PROLOGUE: usize = 64 * 1024;
/// An archive's last record without its comment, in bytes.
const END: u64 = 22;

/// What an archive of `size` bytes is.
pub(super) fn of(file: File, size: u64) -> Result<Kind, Refused> {
    look_through(file, size, MOST_EXPANDED).map(|(_, _, kind)| kind)
}

/// Refuses what is no spreadsheet that expands to at most `most` bytes, and one that says it holds more texts than it
/// has bytes for: who reads it makes room for what it says.
pub(super) fn spreadsheet(file: File, size: u64, most: u64) -> Result<(), Refused> {
    let (mut archive, parts, kind) = look_through(file, size, most)?;
    if kind != Kind::Xlsx {
        return Err(Refused::WrongKind);
    }
    for part in parts.iter().filter(|part| part.name.ends_with("sharedstrings.xml")) {
        let mut text = Vec::new();
        let mut entry = archive.by_index(part.index).map_err(|_| Refused::Broken)?;
        entry.read_to_end(&mut text).map_err(|_| Refused::Broken)?;
        text.retain(|byte| *byte != 0);
        if claims(&text, b"uniqueCount").any(|count| count > part.expanded / SHORTEST) {
            return Err(Refused::Bomb);
        }
    }
    Ok(())
}

/// Every number that a text gives to an attribute; one too great for a number is the greatest.
fn claims<'a>(text: &'a [u8], attribute: &'a [u8]) -> impl Iterator<Item = u64> {
    let found = text.windows(attribute.len()).enumerate().filter(move |(_, word)| *word == attribute);
    found.map(move |(at, _)| {
        let after = text.get(at + attribute.len()..).unwrap_or_default();
        let between = |byte: &&u8| byte.is_ascii_whitespace() || b"='\"".contains(byte);
        let digits: Vec<u8> =
            after.iter().skip_while(between).take_while(|byte| byte.is_ascii_digit()).copied().collect();
        let digits = String::from_utf8(digits).unwrap_or_default();
        if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
    })
}

type LookedThrough = (ZipArchive<File>, Vec<Part>, Kind);

fn look_through(mut file: File, size: u64, most: u64) -> Result<LookedThrough, Refused> {
    check_end(&mut file, size)?;
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, file).map_err(|_| Refused::Broken)?;
    if archive.has_duplicate_names() {
        return Err(Refused::Broken);
    }
    let parts = measure(&archive, most)?;
    let types = parts.iter().find(|part| part.name == "[content_types].xml").ok_or(Refused::WrongKind)?;
    let kind = kind_by(&content_types(&mut archive, types)?)?;
    for part in &parts {
        read_through(&mut archive, part)?;
    }
    Ok((archive, parts, kind))
}

/// The last record must be that of one archive that fills the file, on one disk and of bearable size: then reading its
/// directory takes bearable memory.
fn check_end(file: &mut File, size: u64) -> Result<(), Refused> {
    let length = size.min(END + u64::from(u16::MAX));
    let back = i64::try_from(length).map_err(|_| Refused::Broken)?;
    file.seek(SeekFrom::End(-back)).map_err(|_| Refused::Unreadable)?;
    let mut tail = Vec::new();
    file.take(length).read_to_end(&mut tail).map_err(|_| Refused::Unreadable)?;
    let at = tail.windows(4).rposition(|word| word == b"PK\x05\x06").ok_or(Refused::Broken)?;
    let end = tail.get(at..).filter(|end| end.len() >= 22).ok_or(Refused::Broken)?;
    let short = |at: usize| {
        let bytes = end.get(at..at + 2).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
        u16::from_le_bytes(bytes.unwrap_or([0xff; 2]))
    };
    let long = |at: usize| u64::from(short(at)) | (u64::from(short(at + 2)) << 16);
    let (parts, directory, begins, comment) = (short(10), long(12), long(16), short(20));
    let place = size - u64::try_from(end.len()).map_err(|_| Refused::Broken)?;
    if parts > MOST_PARTS || directory > LARGEST_DIRECTORY {
        return Err(Refused::Bomb);
    }
    let whole = usize::from(comment) + 22 == end.len() && begins + directory == place;
    let one_disk = short(4) == 0 && short(6) == 0 && short(8) == parts;
    if whole && one_disk && parts > 0 { Ok(()) } else { Err(Refused::Broken) }
}

/// A part as the directory describes it.
struct Part {
    index: usize,
    /// In lower case, since readers do not tell cases apart.
    name: String,
    expanded: u64,
}

fn measure(archive: &ZipArchive<File>, most: u64) -> Result<Vec<Part>, Refused> {
    let (mut parts, mut total) = (Vec::new(), 0_u64);
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|_| Refused::Broken)?;
        if entry.encrypted() {
            return Err(Refused::Encrypted);
        }
        let (packed, expanded) = (entry.compressed_size(), entry.size());
        total = total.saturating_add(expanded);
        let times = expanded / packed.max(1);
        if total > most || (expanded > SMALL && times > MOST_TIMES) {
            return Err(Refused::Bomb);
        }
        let name = entry.name().map_err(|_| Refused::Broken)?.to_lowercase();
        let is_inside = entry.enclosed_name().is_some() && !name.starts_with('/') && !name.contains('\\');
        let plain = is_inside && !entry.is_symlink();
        let readable = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        if !plain || !readable {
            return Err(Refused::Broken);
        }
        if name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml") {
            return Err(Refused::Macro);
        }
        parts.push(Part { index, name, expanded });
    }
    Ok(parts)
}

fn content_types(archive: &mut ZipArchive<File>, part: &Part) -> Result<String, Refused> {
    let entry = archive.by_index(part.index).map_err(|_| Refused::Broken)?;
    let mut text = Vec::new();
    let most = u64::try_from(LONGEST_LIST).unwrap_or(u64::MAX);
    entry.take(most + 1).read_to_end(&mut text).map_err(|_| Refused::Broken)?;
    if text.len() > LONGEST_LIST {
        return Err(Refused::Bomb);
    }
    // UTF-16 is allowed; what is looked for is ASCII.
    text.retain(|byte| *byte != 0);
    Ok(String::from_utf8_lossy(&text).to_lowercase())
}

fn kind_by(types: &str) -> Result<Kind, Refused> {
    if types.contains("macroenabled") || types.contains("vbaproject") {
        return Err(Refused::Macro);
    }
    let holds = |main: &str| {
        types.contains(&format!("application/vnd.openxmlformats-officedocument.{main}.main+xml"))
    };
    match (holds("wordprocessingml.document"), holds("spreadsheetml.sheet")) {
        (true, false) => Ok(Kind::Docx),
        (false, true) => Ok(Kind::Xlsx),
        _ => Err(Refused::WrongKind),
    }
}

/// Reads a part to its end: it must give what it says, and its beginning tells whether it may be in a document.
fn read_through(archive: &mut ZipArchive<File>, part: &Part) -> Result<(), Refused> {
    let mut entry = archive.by_index(part.index).map_err(|_| Refused::Broken)?;
    let mut head = vec![0; PROLOGUE];
    let got = read_up_to(&mut entry, &mut head).map_err(|_| Refused::Broken)?;
    head.truncate(got);
    check_beginning(&part.name, &head)?;
    let mut read = u64::try_from(got).map_err(|_| Refused::Broken)?;
    let mut piece = head;
    piece.resize(PROLOGUE, 0);
    while read <= part.expanded {
        match entry.read(&mut piece) {
            Ok(0) => break,
            Ok(more) => read += u64::try_from(more).unwrap_or(u64::MAX),
            // Also when the checksum does not fit.
            Err(_) => return Err(Refused::Broken),
        }
    }
    if read > part.expanded {
        return Err(Refused::Bomb);
    }
    if read == part.expanded { Ok(()) } else { Err(Refused::Broken) }
}

fn check_beginning(name: &str, head: &[u8]) -> Result<(), Refused> {
    const ARCHIVES: [&[u8]; 6] =
        [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"MSCF"];
    const PROGRAMS: [&[u8]; 3] = [b"MZ", b"\x7fELF", b"#!"];
    if ARCHIVES.iter().any(|word| head.starts_with(word)) {
        return Err(Refused::Nested);
    }
    if PROGRAMS.iter().any(|word| head.starts_with(word)) {
        return Err(Refused::Macro);
    }
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|end| name.ends_with(end));
    if is_xml && defines_entities(head) { Err(Refused::Entities) } else { Ok(()) }
}

/// Whether a declaration of a document type stands before the root element, where XML has it. Also true when no root
/// element begins within [`PROLOGUE`], or when it cannot be told.
fn defines_entities(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let mut rest = text.as_slice();
    loop {
        let Some(at) = rest.iter().position(|byte| *byte == b'<') else {
            return !rest.trim_ascii().is_empty();
        };
        rest = rest.get(at..).unwrap_or_default();
        let after = if rest.starts_with(b"<!--") {
            "-->"
        } else if rest.starts_with(b"<?") {
            "?>"
        } else {
            return rest.get(1).is_none_or(|sign| *sign == b'!');
        };
        let Some(end) = rest.windows(after.len()).position(|part| part == after.as_bytes()) else {
            return true;
        };
        rest = rest.get(end + after.len()..).unwrap_or_default();
    }
}

/// Why a compound file is not taken: a document with a password, one with macros, or one in an old format.
pub(super) fn of_compound(file: &mut File) -> Refused {
    let mut head = vec![0; PROLOGUE];
    let read = file.rewind().and_then(|()| read_up_to(file, &mut head));
    head.truncate(read.unwrap_or(0));
    let named = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        holds(&head, &wide)
    };
    if named("EncryptedPackage") { Refused::Encrypted } else { Refused::WrongKind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_type_is_found_wherever_xml_may_have_it() {
        for plain in ["<a/>", "<?xml version=\"1.0\"?>\n<!-- <!DOCTYPE a> --><a>text</a>", "\u{feff}<a/>", ""]
        {
            assert!(!defines_entities(plain.as_bytes()), "{plain}");
        }
        for defined in [
            "<!DOCTYPE a><a/>",
            "<?xml version=\"1.0\"?><!-- x --><!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "<!-- ",
            "text",
        ] {
            assert!(defines_entities(defined.as_bytes()), "{defined}");
        }
        let wide: Vec<u8> = "<?xml?><!DOCTYPE a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(defines_entities(&wide));
    }

    #[test]
    fn the_main_part_decides_the_kind() {
        let of =
            |main: &str| kind_by(&format!("application/vnd.openxmlformats-officedocument.{main}.main+xml"));
        assert_eq!(of("wordprocessingml.document"), Ok(Kind::Docx));
        assert_eq!(of("spreadsheetml.sheet"), Ok(Kind::Xlsx));
        assert_eq!(of("presentationml.presentation"), Err(Refused::WrongKind));
        assert_eq!(kind_by("application/vnd.ms-word.document.macroenabled.main+xml"), Err(Refused::Macro));
    }
}
