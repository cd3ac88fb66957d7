//! Tables: the head is repeated on every page; rows stay whole unless they are long; small tables stay whole.

use super::compose::{Composer, Setting, filled, rule, text};
use super::face::{Weight, tabular};
use super::lines::{Line, Span, break_lines};
use super::piece::{Head, Item, Owner, Piece, What};
use super::style::{LEFT, RIGHT, SMALL, WIDTH, base_line, length};
use super::tree::{Element, Role, Tree};
use crate::reports::charts::{Dash, Paint, Place, Shape, Stroke};
use crate::reports::{Align, Cell, Column, Table};

/// Inside a cell, left and right.
const SIDE: f32 = 7.0;
/// Above and below a cell's text.
const SPACE: f32 = 4.0;
/// A row with more lines than this may be parted over pages.
const LONGEST_ROW: usize = 16;
/// A table lower than this stays on one page.
const SMALL_TABLE: f32 = 120.0;

/// A column's place on the page.
struct Stripe<'a> {
    column: &'a Column,
    left: f32,
    width: f32,
}

impl Composer {
    pub(super) fn table(&mut self, table: &Table) {
        let stripes = stripes(&table.columns);
        let element = self.tree.add(Tree::ROOT, Role::Table);
        let caption = self.tree.add(element, Role::Caption);
        let setting = Setting { left: LEFT, width: WIDTH, kind: SMALL, paint: Paint::Ink2 };
        let (mut items, above) =
            self.put(Owner::Element(caption), &table.caption, Weight::Bold, setting, 0.0);
        let above = above + 3.0;
        let (head, height) = self.head(element, &stripes);
        items.extend(head.iter().cloned().map(|item| item.lowered(above)));
        let index = self.column.heads.len();
        self.column.heads.push(Head { height, items: head });
        let mut pieces = vec![Piece {
            before: 12.0,
            height: above + height,
            keep: true,
            table: Some(index),
            items,
            ..Piece::default()
        }];
        let body = self.tree.add(element, Role::TableBody);
        for row in &table.rows {
            let line = self.tree.add(body, Role::Row);
            pieces.extend(self.row(line, row, &stripes, table.row_heads, index));
        }
        let whole: f32 = pieces.iter().map(|piece| piece.height).sum();
        let last = pieces.len().saturating_sub(1);
        for (at, piece) in pieces.iter_mut().enumerate() {
            piece.keep |= whole < SMALL_TABLE && at < last;
        }
        // Neither the first nor the last row stands alone, unless it is high.
        for at in [Some(1), last.checked_sub(1)].into_iter().flatten() {
            if let Some(piece) = pieces.get_mut(at).filter(|piece| piece.height < 60.0) {
                piece.keep = true;
            }
        }
        if let Some(piece) = pieces.last_mut() {
            piece.keep = false;
        }
        self.push(pieces);
    }

    fn head(&mut self, table: Element, stripes: &[Stripe]) -> (Vec<Item>, f32) {
        let group = self.tree.add(table, Role::TableHead);
        let row = self.tree.add(group, Role::Row);
        let mut cells = Vec::new();
        let mut height: f32 = 0.0;
        for stripe in stripes {
            let cell = self.tree.add(row, Role::ColumnHead);
            let spans = [Span::new(self.faces, &stripe.column.head, Weight::Bold)];
            let lines = break_lines(self.faces, &spans, SMALL.size, stripe.width - 2.0 * SIDE);
            height = height.max(length(lines.len()) * SMALL.leading);
            cells.push((cell, stripe, lines));
        }
        let whole = height + 2.0 * SPACE;
        let mut items = vec![filled(LEFT, 0.0, WIDTH, whole, Paint::Quiet)];
        for (cell, stripe, lines) in cells {
            let top = SPACE + height - length(lines.len()) * SMALL.leading;
            items.extend(placed(Owner::Element(cell), lines, stripe, top, Paint::Ink));
        }
        items.push(rule(LEFT, RIGHT, whole, Paint::Rule, 0.8));
        (items, whole)
    }

    fn row(
        &mut self,
        row: Element,
        cells: &[Cell],
        stripes: &[Stripe],
        heads: bool,
        table: usize,
    ) -> Vec<Piece> {
        let empty = Cell::text("");
        let mut drawn = Vec::with_capacity(stripes.len());
        for (at, stripe) in stripes.iter().enumerate() {
            let role = if heads && at == 0 { Role::RowHead } else { Role::Data };
            let owner = Owner::Element(self.tree.add(row, role));
            drawn.push(self.cell(owner, cells.get(at).unwrap_or(&empty), stripe));
        }
        let count = drawn.iter().map(Vec::len).max().unwrap_or(1);
        if count <= LONGEST_ROW {
            let height = length(count) * SMALL.leading + 2.0 * SPACE;
            let place = |(line, items): (usize, Vec<Item>)| {
                let down = SPACE + length(line) * SMALL.leading;
                items.into_iter().map(move |item| item.lowered(down))
            };
            let mut items: Vec<Item> =
                drawn.into_iter().flat_map(|cell| cell.into_iter().enumerate().flat_map(place)).collect();
            items.push(rule(LEFT, RIGHT, height, Paint::Line, 0.6));
            return vec![Piece { height, table: Some(table), items, ..Piece::default() }];
        }
        let mut cells: Vec<_> = drawn.into_iter().map(Vec::into_iter).collect();
        let mut pieces = Vec::with_capacity(count);
        for at in 0..count {
            let last = at + 1 == count;
            let above = if at == 0 { SPACE } else { 0.0 };
            let height = above + SMALL.leading + if last { SPACE } else { 0.0 };
            let line = cells.iter_mut().filter_map(Iterator::next).flatten();
            let mut items: Vec<Item> = line.map(|item| item.lowered(above)).collect();
            if last {
                items.push(rule(LEFT, RIGHT, height, Paint::Line, 0.6));
            }
            let keep = at == 0 || at + 2 == count;
            pieces.push(Piece { height, keep, table: Some(table), items, ..Piece::default() });
        }
        pieces
    }

    /// The lines of a cell, each from the top of its own line.
    fn cell(&self, owner: Owner, cell: &Cell, stripe: &Stripe) -> Vec<Vec<Item>> {
        let width = stripe.width - 2.0 * SIDE;
        match cell {
            Cell::Boxes { text } => return self.boxes(owner, text, stripe),
            Cell::Room { lines } => return room(*lines, stripe),
            _ => {}
        }
        if let Cell::Text { text } = cell {
            let right = stripe.column.align == Align::Right;
            let words = Span::new(self.faces, text, Weight::Regular);
            let words = if right { Span { text: tabular(&words.text), ..words } } else { words };
            let lines = break_lines(self.faces, &[words], SMALL.size, width);
            let lines = lines.into_iter();
            return lines.map(|line| placed(owner, vec![line], stripe, 0.0, Paint::Ink)).collect();
        }
        let value = self.value(owner, cell, Weight::Regular, SMALL, width);
        let lines = (value.height / SMALL.leading).round();
        let at = match stripe.column.align {
            Align::Left => stripe.left + SIDE,
            Align::Right => stripe.left + stripe.width - SIDE - value.width,
        };
        let mut parts = vec![value.at(at, 0.0).collect()];
        let mut line = 1.0;
        while line < lines {
            parts.push(Vec::new());
            line += 1.0;
        }
        parts
    }
}

/// The side of an empty box, and what it takes of the line with the space after it.
const BOX: f32 = 7.0;
const BOX_AND_SPACE: f32 = 13.0;

impl Composer {
    /// Options with an empty box before each.
    fn boxes(&self, owner: Owner, options: &str, stripe: &Stripe) -> Vec<Vec<Item>> {
        let setting = Setting {
            left: stripe.left + SIDE + BOX_AND_SPACE,
            width: stripe.width - 2.0 * SIDE - BOX_AND_SPACE,
            kind: SMALL,
            paint: Paint::Ink,
        };
        let mut parts = Vec::new();
        let mut left = options.lines().count();
        for option in options.lines() {
            let spans = [Span::new(self.faces, option, Weight::Regular)];
            let mut lines = break_lines(self.faces, &spans, SMALL.size, setting.width);
            left -= 1;
            // Who hears the options hears a space between them.
            if left > 0
                && let Some(span) = lines.last_mut().and_then(|line| line.spans.last_mut())
            {
                span.text.push(' ');
            }
            for (at, line) in lines.into_iter().enumerate() {
                let mut items = vec![text(owner, setting.left, base_line(SMALL), setting, line)];
                if at == 0 {
                    items.push(empty_box(stripe.left + SIDE, base_line(SMALL) - BOX + 0.8));
                }
                parts.push(items);
            }
        }
        parts
    }
}

/// Lines to write on, each as high as two of text; the row's own rule is the last one.
fn room(lines: u8, stripe: &Stripe) -> Vec<Vec<Item>> {
    let (left, right) = (stripe.left + SIDE, stripe.left + stripe.width - SIDE);
    let written = 1..=lines;
    written
        .flat_map(|line| {
            let below = if line < lines {
                vec![rule(left, right, SMALL.leading, Paint::Line, 0.6)]
            } else {
                Vec::new()
            };
            [Vec::new(), below]
        })
        .collect()
}

fn empty_box(left: f32, top: f32) -> Item {
    let stroke = Stroke { paint: Paint::Ink2, width: 0.8, dash: Dash::None };
    let (right, foot) = (left + BOX, top + BOX);
    let places =
        [(left, top), (right, top), (right, foot), (left, foot)].map(|(x, y)| Place { x, y }).to_vec();
    let what = What::Shape(Shape::Polygon { places, fill: None, stroke: Some(stroke) });
    Item { owner: Owner::Artifact, what }
}

fn placed(owner: Owner, lines: Vec<Line>, stripe: &Stripe, top: f32, paint: Paint) -> Vec<Item> {
    let mut y = top + base_line(SMALL);
    let mut items = Vec::with_capacity(lines.len());
    for line in lines {
        let left = match stripe.column.align {
            Align::Left => stripe.left + SIDE,
            Align::Right => stripe.left + stripe.width - SIDE - line.width,
        };
        let setting = Setting { left, width: stripe.width, kind: SMALL, paint };
        items.push(text(owner, left, y, setting, line));
        y += SMALL.leading;
    }
    items
}

fn stripes(columns: &[Column]) -> Vec<Stripe<'_>> {
    let shares: f32 = columns.iter().map(|column| f32::from(column.width.max(1))).sum();
    let mut left = LEFT;
    let mut stripes = Vec::with_capacity(columns.len());
    for column in columns {
        let width = WIDTH * f32::from(column.width.max(1)) / shares;
        stripes.push(Stripe { column, left, width });
        left += width;
    }
    stripes
}
