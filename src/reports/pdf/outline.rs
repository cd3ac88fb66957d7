//! The bookmarks: the document's headings as a nested outline.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::metadata::{name, text};
use super::piece::Heading;

/// Where a heading stands in the file: its page and its upper edge from the foot of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) page: ObjectId,
    pub(super) top: f32,
}

impl Target {
    /// The destination that shows it.
    pub(super) fn destination(self) -> Object {
        Object::Array(vec![self.page.into(), name("XYZ"), Object::Null, Object::Real(self.top), Object::Null])
    }
}

/// Writes the outline and returns its root; the first heading holds the others of the document one level down.
pub(super) fn write(document: &mut Document, headings: &[Heading], targets: &[Target]) -> Option<ObjectId> {
    let root = document.new_object_id();
    let entries: Vec<Entry> = headings
        .iter()
        .zip(targets)
        .map(|(heading, target)| Entry { id: document.new_object_id(), heading, target: *target })
        .collect();
    let (first, last, count) = children(document, &entries, root)?;
    document.set_object(
        root,
        dictionary! { "Type" => "Outlines", "First" => first, "Last" => last, "Count" => count },
    );
    Some(root)
}

struct Entry<'a> {
    id: ObjectId,
    heading: &'a Heading,
    target: Target,
}

/// Writes entries under `parent`: each takes along the deeper ones that follow it. Returns the first, the last and how
/// many stand directly below.
fn children(
    document: &mut Document,
    entries: &[Entry],
    parent: ObjectId,
) -> Option<(ObjectId, ObjectId, i64)> {
    let level = entries.first()?.heading.level;
    // The cover stands beside the chapters: nobody wants to unfold the whole document first.
    let top = level == 1;
    let starts = |entry: &Entry| entry.heading.level <= if top { 2 } else { level };
    let mut groups: Vec<&[Entry]> = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let inside = rest.iter().skip(1).take_while(|entry| !starts(entry)).count();
        let (group, after) = rest.split_at((inside + 1).min(rest.len()));
        groups.push(group);
        rest = after;
    }
    let ids: Vec<ObjectId> = groups.iter().filter_map(|group| group.first()).map(|entry| entry.id).collect();
    for (at, group) in groups.iter().enumerate() {
        let (entry, inside) = group.split_first()?;
        let mut item = Dictionary::new();
        item.set("Title", text(&entry.heading.text));
        item.set("Parent", parent);
        item.set("Dest", entry.target.destination());
        if let Some(before) = at.checked_sub(1).and_then(|at| ids.get(at)) {
            item.set("Prev", *before);
        }
        if let Some(next) = ids.get(at + 1) {
            item.set("Next", *next);
        }
        if let Some((first, last, count)) = children(document, inside, entry.id) {
            item.set("First", first);
            item.set("Last", last);
            item.set("Count", -count);
        }
        document.set_object(entry.id, item);
    }
    Some((*ids.first()?, *ids.last()?, i64::try_from(ids.len()).unwrap_or(i64::MAX)))
}
