//! ZIP archives made by hand, so that anything about them can be wrong.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// A part of an archive.
#[derive(Clone)]
pub struct Part {
    pub name: Vec<u8>,
    /// General purpose flags; bit 0: encrypted.
    pub flags: u16,
    /// What the directory says that it expands to.
    pub declared: u32,
    /// Upper half: the mode of Unix.
    pub attributes: u32,
    /// What is in the archive.
    packed: Vec<u8>,
    sum: u32,
}

impl Part {
    /// A plain part, deflated.
    pub fn new(name: &str, bytes: &[u8]) -> Part {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(bytes).unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        Part {
            name: name.as_bytes().to_vec(),
            flags: 0,
            declared: u32::try_from(bytes.len()).unwrap(),
            attributes: 0,
            packed: deflate.finish().unwrap(),
            sum: sum.sum(),
        }
    }

    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        for short in [20, self.flags, 8, 0, 0x21] {
            fields.extend_from_slice(&u16::to_le_bytes(short));
        }
        let packed = u32::try_from(self.packed.len()).unwrap();
        for long in [self.sum, packed, self.declared] {
            fields.extend_from_slice(&u32::to_le_bytes(long));
        }
        fields.extend_from_slice(&u16::try_from(self.name.len()).unwrap().to_le_bytes());
        fields.extend_from_slice(&[0, 0]);
        fields
    }
}

/// An archive of parts.
pub fn archive(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let begins = u32::try_from(bytes.len()).unwrap();
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&part.fields());
        bytes.extend_from_slice(&part.name);
        bytes.extend_from_slice(&part.packed);
        // Made by Unix, so that the upper half of the attributes is a mode.
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&part.fields());
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&part.attributes.to_le_bytes());
        directory.extend_from_slice(&begins.to_le_bytes());
        directory.extend_from_slice(&part.name);
    }
    let begins = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(parts.len()).unwrap();
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&begins.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

const WORD: &str = "wordprocessingml.document";
const SHEET: &str = "spreadsheetml.sheet";

fn types(main: &str) -> Part {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-\
         types\"><Override PartName=\"/main.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.{main}.main+\
         xml\"/></Types>"
    );
    Part::new("[Content_Types].xml", text.as_bytes())
}

/// The parts of a Word document.
pub fn word() -> Vec<Part> {
    vec![types(WORD), Part::new("word/document.xml", b"<?xml version=\"1.0\"?><document>Text</document>")]
}

/// The parts of an Excel workbook.
pub fn sheet() -> Vec<Part> {
    vec![types(SHEET), Part::new("xl/workbook.xml", b"<?xml version=\"1.0\"?><workbook/>")]
}

/// A Word document with a further part.
pub fn word_with(part: Part) -> Vec<u8> {
    let mut parts = word();
    parts.push(part);
    archive(&parts)
}

/// A workbook with a further part.
pub fn sheet_with(part: Part) -> Vec<u8> {
    let mut parts = sheet();
    parts.push(part);
    archive(&parts)
}

/// An archive whose content types are these bytes.
pub fn with_types(types: &[u8]) -> Vec<u8> {
    let mut parts = word();
    parts[0] = Part::new("[Content_Types].xml", types);
    archive(&parts)
}
