//! Reads a finished PDF the way a screen reader does: by its tag tree.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// One element of the tag tree.
pub struct Tag {
    pub role: String,
    pub alternative: Option<String>,
    pub scope: Option<String>,
    pub children: Vec<Child>,
}

pub enum Child {
    Tag(Tag),
    Text(String),
}

impl Tag {
    /// The element and all below it, in reading order.
    pub fn all(&self) -> Vec<&Tag> {
        let inside = self.children.iter().filter_map(|child| match child {
            Child::Tag(tag) => Some(tag.all()),
            Child::Text(_) => None,
        });
        std::iter::once(self).chain(inside.flatten()).collect()
    }

    /// What is read: pictures by their words; the page numbers of the contents are left out.
    pub fn read(&self) -> String {
        if let Some(words) = &self.alternative {
            return words.clone();
        }
        let inside = self.children.iter().map(|child| match child {
            Child::Text(text) => text.clone(),
            Child::Tag(tag) if self.role == "TOCI" && tag.role == "Span" => String::new(),
            Child::Tag(tag) => format!(" {} ", tag.read()),
        });
        inside.collect()
    }
}

/// A text string of the file.
pub fn decoded(object: &Object) -> String {
    let bytes = object.as_str().unwrap();
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => {
            let units: Vec<u16> = wide.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        None => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// The document element.
pub fn tree(document: &Document) -> Tag {
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let texts = pages.iter().map(|page| (*page, marked(document, *page).0)).collect();
    let catalogue = document.catalog().unwrap();
    let root = dictionary(document, catalogue.get(b"StructTreeRoot").unwrap());
    element(document, root.get(b"K").unwrap(), &texts)
}

/// The texts of a page's marked content by number, and everything that is drawn outside marked content.
pub fn marked(document: &Document, page: ObjectId) -> (BTreeMap<i64, String>, Vec<String>) {
    let content = Content::decode(&document.get_page_content(page)).unwrap();
    let fonts = fonts(document, page);
    let (mut texts, mut loose) = (BTreeMap::<i64, String>::new(), Vec::new());
    let (mut open, mut font): (Vec<Option<i64>>, _) = (Vec::new(), None);
    for operation in content.operations {
        match operation.operator.as_str() {
            "BMC" => open.push(None),
            "BDC" => {
                let properties = operation.operands[1].as_dict().unwrap();
                open.push(properties.get(b"MCID").ok().map(|number| number.as_i64().unwrap()));
            }
            "EMC" => {
                open.pop().unwrap();
            }
            "Tf" => font = fonts.get(operation.operands[0].as_name().unwrap()),
            "TJ" | "Tj" => {
                let text = shown(&operation.operands[0], font.unwrap());
                match open.last() {
                    Some(Some(number)) => texts.entry(*number).or_default().push_str(&text),
                    Some(None) => {}
                    None => loose.push(text),
                }
            }
            "f" | "f*" | "S" | "s" | "B" | "b" | "B*" | "b*" | "Do" | "sh" if open.is_empty() => {
                loose.push(operation.operator);
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "marked content is left open");
    (texts, loose)
}

type Letters = BTreeMap<u16, String>;

fn fonts(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, Letters> {
    let fonts = document.get_page_fonts(page).unwrap();
    let letters = fonts.iter().map(|(name, font)| {
        let stream = document.dereference(font.get(b"ToUnicode").unwrap()).unwrap().1.as_stream().unwrap();
        let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        (name.clone(), letters(&String::from_utf8(bytes).unwrap()))
    });
    letters.collect()
}

/// Reads the map from glyphs to letters.
fn letters(map: &str) -> Letters {
    let mut letters = Letters::new();
    let number = |hex: &str| u16::from_str_radix(hex, 16).unwrap();
    let text = |hex: &str| {
        let units: Vec<u16> = (0..hex.len() / 4).map(|at| number(&hex[at * 4..at * 4 + 4])).collect();
        String::from_utf16(&units).unwrap()
    };
    let mut ranges = false;
    for line in map.lines() {
        ranges = (ranges || line.contains("beginbfrange")) && !line.contains("endbfrange");
        let hexes: Vec<&str> = line
            .split(['<', '>'])
            .filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit()))
            .collect();
        match hexes.as_slice() {
            [from, to, first] if ranges => {
                let start = text(first).chars().next().unwrap();
                for (at, glyph) in (number(from)..=number(to)).enumerate() {
                    let letter = char::from_u32(u32::from(start) + u32::try_from(at).unwrap()).unwrap();
                    letters.insert(glyph, letter.to_string());
                }
            }
            [glyph, letter] if !ranges && letter.len() % 4 == 0 && glyph.len() == 4 => {
                letters.insert(number(glyph), text(letter));
            }
            _ => {}
        }
    }
    letters
}

fn shown(object: &Object, letters: &Letters) -> String {
    match object {
        Object::Array(parts) => parts.iter().map(|part| shown(part, letters)).collect(),
        Object::String(bytes, _) => bytes
            .chunks(2)
            .map(|pair| {
                let glyph = u16::from_be_bytes([pair[0], pair[1]]);
                assert_ne!(glyph, 0, "a character without a glyph");
                letters[&glyph].as_str()
            })
            .collect(),
        _ => String::new(),
    }
}

fn dictionary<'a>(document: &'a Document, object: &'a Object) -> &'a Dictionary {
    document.dereference(object).unwrap().1.as_dict().unwrap()
}

fn element(document: &Document, object: &Object, texts: &BTreeMap<ObjectId, BTreeMap<i64, String>>) -> Tag {
    let found = dictionary(document, object);
    let attributes = found.get(b"A").ok().map(|attributes| dictionary(document, attributes));
    let name = |object: &Object| String::from_utf8(object.as_name().unwrap().to_vec()).unwrap();
    let children =
        found.get(b"K").ok().map(|children| children.as_array().unwrap().clone()).unwrap_or_default();
    let mut inside = Vec::new();
    for child in &children {
        let held = dictionary(document, child);
        match held.get(b"Type").map(name).as_deref() {
            Ok("MCR") => {
                let page = held.get(b"Pg").unwrap().as_reference().unwrap();
                let number = held.get(b"MCID").unwrap().as_i64().unwrap();
                inside.push(Child::Text(texts[&page].get(&number).cloned().unwrap_or_default()));
            }
            Ok("OBJR") => {}
            _ => inside.push(Child::Tag(element(document, child, texts))),
        }
    }
    Tag {
        role: name(found.get(b"S").unwrap()),
        alternative: found.get(b"Alt").ok().map(decoded),
        scope: attributes.and_then(|attributes| attributes.get(b"Scope").ok()).map(name),
        children: inside,
    }
}
