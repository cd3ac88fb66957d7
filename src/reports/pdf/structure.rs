//! Writes around the drawn pages what makes them accessible and archivable: the tag tree, bookmarks, links, language,
//! metadata, colour profile and an identity that depends on the content alone.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use super::PdfError;
use super::canvas::{Link, up};
use super::metadata::{information, language, name, packet, text};
use super::outline::{self, Target};
use super::paginate::Spot;
use super::piece::Heading;
use super::tree::{Child, Element, Node, Role, Tree};
use crate::reports::Report;

const PROFILE: &[u8] = include_bytes!("colour/srgb.icc");

/// What the pages are made of.
pub(super) struct Parts {
    pub(super) tree: Tree,
    /// For each page, the element of each piece of marked content.
    pub(super) contents: Vec<Vec<Element>>,
    pub(super) links: Vec<Link>,
    pub(super) headings: Vec<Heading>,
    /// Where each heading stands.
    pub(super) spots: Vec<Spot>,
}

/// The finished file.
pub(super) fn finish(mut document: Document, report: &Report, parts: &Parts) -> Result<Vec<u8>, PdfError> {
    "1.7".clone_into(&mut document.version);
    let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
    let targets = targets(&parts.spots, &pages)?;
    let tree = write_tree(&mut document, parts, &pages, &targets)?;
    let outline = outline::write(&mut document, &parts.headings, &targets);
    let packet = document.add_object(packet(report));
    let profile = Stream::new(dictionary! { "N" => 3 }, PROFILE.to_vec());
    let profile = document.add_object(profile);
    let about = document.trailer.get(b"Info")?.as_reference()?;
    document.set_object(about, information(report));
    let root = document.trailer.get(b"Root")?.as_reference()?;
    let catalogue = document.get_object_mut(root)?.as_dict_mut()?;
    catalogue.set("StructTreeRoot", tree);
    catalogue.set("MarkInfo", dictionary! { "Marked" => true });
    catalogue.set("Lang", Object::string_literal(language(report)));
    catalogue.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalogue.set("Metadata", packet);
    catalogue.set(
        "OutputIntents",
        vec![Object::Dictionary(dictionary! {
            "Type" => "OutputIntent",
            "S" => "GTS_PDFA1",
            "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2-1"),
            "Info" => Object::string_literal("sRGB IEC61966-2-1"),
            "DestOutputProfile" => profile,
        })],
    );
    if let Some(outline) = outline {
        catalogue.set("Outlines", outline);
        catalogue.set("PageMode", name("UseOutlines"));
    }
    document.compress();
    write(&mut document)
}

/// The bytes; the identity in the trailer is a digest of everything drawn and of the metadata.
fn write(document: &mut Document) -> Result<Vec<u8>, PdfError> {
    let mut digest = Sha256::new();
    for object in document.objects.values() {
        if let Object::Stream(stream) = object {
            digest.update(&stream.content);
        }
    }
    let digest: Vec<u8> = digest.finalize().iter().take(16).copied().collect();
    let identity = Object::String(digest, StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![identity.clone(), identity]);
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes)?;
    Ok(bytes)
}

fn targets(spots: &[Spot], pages: &[ObjectId]) -> Result<Vec<Target>, PdfError> {
    let target = |spot: &Spot| {
        let page = pages.get(spot.page).copied().ok_or(PdfError::Lacking("a page"))?;
        Ok(Target { page, top: up(spot.y) + 12.0 })
    };
    spots.iter().map(target).collect()
}

/// Writes the tag tree with its links, and ties pages and links to it. Returns the tree's root.
fn write_tree(
    document: &mut Document,
    parts: &Parts,
    pages: &[ObjectId],
    targets: &[Target],
) -> Result<ObjectId, PdfError> {
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = parts.tree.nodes.iter().map(|_| document.new_object_id()).collect();
    let id = |element: Element| ids.get(element.0).copied().ok_or(PdfError::Lacking("an element"));
    let page = |at: usize| pages.get(at).copied().ok_or(PdfError::Lacking("a page"));
    let mut numbers = Vec::new();
    let mut key = 0_i64;
    for (at, contents) in parts.contents.iter().enumerate() {
        let owners =
            contents.iter().map(|element| id(*element).map(Object::from)).collect::<Result<Vec<_>, _>>()?;
        numbers.extend([Object::from(key), Object::Array(owners)]);
        let dictionary = document.get_object_mut(page(at)?)?.as_dict_mut()?;
        dictionary.set("StructParents", key);
        dictionary.set("Tabs", name("S"));
        dictionary.remove(b"Annots");
        key += 1;
    }
    let mut annotations = Vec::with_capacity(parts.links.len());
    for link in &parts.links {
        let target = targets.get(link.heading).ok_or(PdfError::Lacking("a heading"))?;
        let annotation = document.add_object(annotation(link, target, key));
        annotations.push(annotation);
        numbers.extend([Object::from(key), id(link.element)?.into()]);
        let dictionary = document.get_object_mut(page(link.page)?)?.as_dict_mut()?;
        let mut there = dictionary.get(b"Annots").and_then(Object::as_array).cloned().unwrap_or_default();
        there.push(annotation.into());
        dictionary.set("Annots", there);
        key += 1;
    }
    for (at, node) in parts.tree.nodes.iter().enumerate() {
        let mut element = attributes(node);
        element.set("P", node.parent.map_or(Ok(root), id)?);
        let mut children = Vec::with_capacity(node.children.len());
        for child in &node.children {
            children.push(match child {
                Child::Element(element) => id(*element)?.into(),
                Child::Content { page: at, number } => {
                    Object::Dictionary(dictionary! { "Type" => "MCR", "Pg" => page(*at)?, "MCID" => *number })
                }
                Child::Link(at) => {
                    let link = parts.links.get(*at).ok_or(PdfError::Lacking("a link"))?;
                    let annotation = annotations.get(*at).copied().ok_or(PdfError::Lacking("a link"))?;
                    Object::Dictionary(
                        dictionary! { "Type" => "OBJR", "Pg" => page(link.page)?, "Obj" => annotation },
                    )
                }
            });
        }
        element.set("K", children);
        document.set_object(id(Element(at))?, element);
    }
    document.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => id(Tree::ROOT)?,
            "ParentTree" => dictionary! { "Nums" => numbers },
            "ParentTreeNextKey" => key,
        },
    );
    Ok(root)
}

fn annotation(link: &Link, target: &Target, key: i64) -> Dictionary {
    dictionary! {
        "Type" => "Annot",
        "Subtype" => "Link",
        // Shown in print too, as PDF/A asks.
        "F" => 4,
        "Rect" => link.area.map(Object::Real).to_vec(),
        "Border" => vec![0.into(), 0.into(), 0.into()],
        "Dest" => target.destination(),
        "StructParent" => key,
        "Contents" => text(&link.words),
    }
}

fn attributes(node: &Node) -> Dictionary {
    let mut element = dictionary! { "Type" => "StructElem", "S" => name(node.role.tag()) };
    if let Some(words) = &node.alternative {
        element.set("Alt", text(words));
    }
    match node.role {
        Role::ColumnHead => element.set("A", dictionary! { "O" => "Table", "Scope" => "Column" }),
        Role::RowHead => element.set("A", dictionary! { "O" => "Table", "Scope" => "Row" }),
        Role::Figure => {
            let mut layout = dictionary! { "O" => "Layout", "Placement" => "Block" };
            if let Some(bounds) = node.bounds {
                layout.set("BBox", bounds.map(Object::Real).to_vec());
            }
            element.set("A", layout);
        }
        _ => {}
    }
    element
}
