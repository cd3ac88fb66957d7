//! Cuts a column of pieces into pages.
//!
//! Pieces that keep together move to the next page together, as long as they fit on one; the head of a table is
//! repeated where a page begins within it.

use super::piece::{Column, Item, Piece};

/// A page: what stands on it, from the top of the text area.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    /// No running head.
    pub(super) bare: bool,
}

/// Where a heading came to stand.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Spot {
    /// The page's index.
    pub(super) page: usize,
    /// From the top of the text area.
    pub(super) y: f32,
}

/// The pages, and a spot for each heading. `height` is that of the text area.
pub(super) fn paginate(column: &Column, height: f32) -> (Vec<Page>, Vec<Spot>) {
    let mut press = Press {
        column,
        height,
        pages: Vec::new(),
        spots: vec![Spot::default(); column.headings.len()],
        y: 0.0,
        table: None,
    };
    let mut rest = column.pieces.as_slice();
    while !rest.is_empty() {
        let kept = rest.iter().take_while(|piece| piece.keep).count() + 1;
        let (chain, after) = rest.split_at(kept.min(rest.len()));
        press.chain(chain);
        rest = after;
    }
    (press.pages, press.spots)
}

struct Press<'a> {
    column: &'a Column,
    height: f32,
    pages: Vec<Page>,
    spots: Vec<Spot>,
    y: f32,
    /// The table of the last piece.
    table: Option<usize>,
}

impl Press<'_> {
    fn chain(&mut self, chain: &[Piece]) {
        let wanted: f32 = chain.iter().map(|piece| piece.before + piece.height).sum();
        let fits = self.y + wanted <= self.height;
        let begins = chain.first().is_some_and(|piece| piece.new_page);
        if self.pages.is_empty() || (self.y > 0.0 && (begins || !fits)) {
            self.turn(chain.first());
        }
        for piece in chain {
            let space = if self.y > 0.0 { piece.before } else { 0.0 };
            if self.y > 0.0 && self.y + space + piece.height > self.height {
                self.turn(Some(piece));
            }
            self.put(piece);
        }
    }

    /// A new page, with the table's head when the piece goes on in a table.
    fn turn(&mut self, next: Option<&Piece>) {
        self.pages.push(Page::default());
        self.y = 0.0;
        let table = next.and_then(|piece| piece.table).filter(|table| Some(*table) == self.table);
        let head = table.and_then(|table| self.column.heads.get(table));
        if let (Some(head), Some(page)) = (head, self.pages.last_mut()) {
            page.items.extend(head.items.iter().map(Item::repeated));
            self.y = head.height;
        }
    }

    fn put(&mut self, piece: &Piece) {
        self.table = piece.table;
        let at = self.pages.len().saturating_sub(1);
        let Some(page) = self.pages.last_mut() else { return };
        if self.y > 0.0 {
            self.y += piece.before;
        }
        if let Some(spot) = piece.heading.and_then(|heading| self.spots.get_mut(heading)) {
            *spot = Spot { page: at, y: self.y };
        }
        page.bare |= piece.bare;
        page.items.extend(piece.items.iter().map(|item| item.clone().lowered(self.y)));
        self.y += piece.height;
    }
}

#[cfg(test)]
mod tests {
    use super::super::piece::{Head, Heading, Owner, What};
    use super::*;

    fn piece(height: f32, keep: bool) -> Piece {
        let what = What::Bounds { left: height, top: 0.0, right: 0.0, foot: 0.0 };
        Piece { height, keep, items: vec![Item { owner: Owner::Artifact, what }], ..Piece::default() }
    }

    fn heights(pages: &[Page]) -> Vec<Vec<f32>> {
        let height = |item: &Item| match item.what {
            What::Bounds { left, .. } => left,
            _ => 0.0,
        };
        pages.iter().map(|page| page.items.iter().map(height).collect()).collect()
    }

    #[test]
    fn a_heading_never_stands_alone_at_the_foot() {
        let mut heading = piece(20.0, true);
        heading.heading = Some(0);
        let column = Column {
            pieces: vec![piece(70.0, false), heading, piece(30.0, false)],
            headings: vec![Heading { level: 2, text: String::new() }],
            heads: Vec::new(),
        };
        let (pages, spots) = paginate(&column, 100.0);
        assert_eq!(heights(&pages), [vec![70.0], vec![20.0, 30.0]]);
        assert_eq!(spots, [Spot { page: 1, y: 0.0 }]);
    }

    #[test]
    fn a_chain_longer_than_a_page_is_cut_where_the_page_ends() {
        let column = Column {
            pieces: vec![piece(60.0, true), piece(60.0, true), piece(30.0, false)],
            ..Column::default()
        };
        assert_eq!(heights(&paginate(&column, 100.0).0), [vec![60.0], vec![60.0, 30.0]]);
    }

    #[test]
    fn the_head_of_a_table_is_repeated_only_within_the_table() {
        let row = |height| Piece { table: Some(0), ..piece(height, false) };
        let column = Column {
            pieces: vec![row(50.0), row(40.0), row(41.0), piece(60.0, false)],
            headings: Vec::new(),
            heads: vec![Head { height: 10.0, items: piece(10.0, false).items }],
        };
        assert_eq!(heights(&paginate(&column, 100.0).0), [vec![50.0, 40.0], vec![10.0, 41.0], vec![60.0]]);
    }
}
