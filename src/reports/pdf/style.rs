//! Sizes in points; A4 upright.

pub(super) const PAGE_WIDTH: f32 = 595.276;
pub(super) const PAGE_HEIGHT: f32 = 841.89;
/// The left edge of the text.
pub(super) const LEFT: f32 = 64.0;
/// The right edge of the text.
pub(super) const RIGHT: f32 = PAGE_WIDTH - 64.0;
/// The width of the text.
pub(super) const WIDTH: f32 = RIGHT - LEFT;
/// From the upper edge of the page to the text.
pub(super) const TOP: f32 = 78.0;
/// The height of the text area.
pub(super) const HEIGHT: f32 = PAGE_HEIGHT - TOP - 74.0;

/// A size of type with the distance between its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) size: f32,
    pub(super) leading: f32,
}

pub(super) const BODY: Type = Type { size: 9.5, leading: 14.0 };
pub(super) const SMALL: Type = Type { size: 8.5, leading: 12.0 };
pub(super) const TINY: Type = Type { size: 7.5, leading: 10.0 };
/// Chapters, sections and subsections.
pub(super) const HEADINGS: [Type; 3] = [
    Type { size: 18.0, leading: 23.0 },
    Type { size: 13.0, leading: 17.0 },
    Type { size: 10.5, leading: 14.5 },
];
/// Space above chapters, sections and subsections.
pub(super) const ABOVE: [f32; 3] = [30.0, 22.0, 16.0];

/// How far below the top of its line a text's base line is.
pub(super) fn base_line(kind: Type) -> f32 {
    kind.leading / 2.0 + kind.size * 0.36
}

/// A count as a length.
pub(super) fn length(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
