//! Pieces: the report as a column of things with heights, before it is cut into pages.
//!
//! Invariant: everything that is drawn has an [`Owner`], an element of the tag tree or nobody; there is no other way to
//! put something on a page.

use super::lines::Line;
use super::tree::Element;
use crate::reports::charts::{Paint, Shape};

/// Whose a drawn thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Part of the text: belongs to an element.
    Element(Element),
    /// Decoration, running heads and repetitions: readers of the tag tree never meet it.
    Artifact,
}

/// Something to draw. Places are from the piece's upper left corner on the page's left edge, y downwards, in points.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) owner: Owner,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    /// A line of text with its base line at `y`.
    Text { x: f32, y: f32, size: f32, paint: Paint, line: Line },
    /// A shape.
    Shape(Shape),
    /// The number of the page that a heading is on, ending at `right`.
    PageOf { heading: usize, right: f32, y: f32, size: f32, paint: Paint },
    /// An area that leads to a heading.
    Link { heading: usize, left: f32, top: f32, right: f32, foot: f32, words: String },
    /// The area of a picture.
    Bounds { left: f32, top: f32, right: f32, foot: f32 },
}

impl Item {
    /// The same thing as a repetition that belongs to nobody.
    pub(super) fn repeated(&self) -> Item {
        Item { owner: Owner::Artifact, what: self.what.clone() }
    }

    /// The same thing farther down.
    pub(super) fn lowered(self, by: f32) -> Item {
        let what = match self.what {
            What::Text { x, y, size, paint, line } => What::Text { x, y: y + by, size, paint, line },
            What::Shape(shape) => What::Shape(moved(shape, 0.0, by, 1.0)),
            What::PageOf { heading, right, y, size, paint } => {
                What::PageOf { heading, right, y: y + by, size, paint }
            }
            What::Link { heading, left, top, right, foot, words } => {
                What::Link { heading, left, top: top + by, right, foot: foot + by, words }
            }
            What::Bounds { left, top, right, foot } => {
                What::Bounds { left, top: top + by, right, foot: foot + by }
            }
        };
        Item { owner: self.owner, what }
    }
}

/// A shape made larger by `scale` and moved.
pub(super) fn moved(shape: Shape, right: f32, down: f32, scale: f32) -> Shape {
    let place = |place: crate::reports::charts::Place| crate::reports::charts::Place {
        x: place.x * scale + right,
        y: place.y * scale + down,
    };
    match shape {
        Shape::Line { places, stroke } => {
            Shape::Line { places: places.into_iter().map(place).collect(), stroke }
        }
        Shape::Polygon { places, fill, stroke } => {
            Shape::Polygon { places: places.into_iter().map(place).collect(), fill, stroke }
        }
        Shape::Text { at, text, size, anchor, bold, paint } => {
            Shape::Text { at: place(at), text, size: size * scale, anchor, bold, paint }
        }
    }
}

/// A thing with a height that is never parted.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// Space above, left out at the head of a page.
    pub(super) before: f32,
    /// Height.
    pub(super) height: f32,
    /// Stands on the same page as the next one.
    pub(super) keep: bool,
    /// Stands at the head of a new page.
    pub(super) new_page: bool,
    /// The page has no running head.
    pub(super) bare: bool,
    /// The table it is a row of; when a page begins within a table, the table's head is repeated.
    pub(super) table: Option<usize>,
    /// The heading it begins, by index.
    pub(super) heading: Option<usize>,
    /// What to draw.
    pub(super) items: Vec<Item>,
}

/// A heading for contents and bookmarks.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    /// 1–6 in the document: the cover's is 1.
    pub(super) level: u8,
    pub(super) text: String,
}

/// The head of a table, to repeat.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) height: f32,
    pub(super) items: Vec<Item>,
}

/// The whole report as pieces.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) pieces: Vec<Piece>,
    pub(super) headings: Vec<Heading>,
    pub(super) heads: Vec<Head>,
}
