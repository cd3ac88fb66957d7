//! Notices, key figures and pictures.

use super::compose::{Composer, Setting, TEXT, filled, text};
use super::face::Weight;
use super::lines::{Line, Span, break_lines};
use super::piece::{Item, Owner, Piece, What, moved};
use super::style::{BODY, LEFT, RIGHT, SMALL, Type, WIDTH, base_line, length};
use super::tree::{Element, Role, Tree};
use crate::reports::charts::{Paint, Place, Shape, light_mark};
use crate::reports::{Cell, Fact, Figure, Notice, Tone};

/// The greatest number of boxes side by side.
const SIDE_BY_SIDE: usize = 4;
const GAP: f32 = 8.0;

impl Composer {
    /// A box with a coloured edge. A long one is cut between lines, the box going on over the pages.
    pub(super) fn notice(&mut self, notice: &Notice) {
        let (edge, ground) = match notice.tone {
            Tone::Info => (Paint::Accent, Paint::AccentSoft),
            Tone::Warning => (Paint::Warning, Paint::WarningSoft),
            Tone::Good => (Paint::Light(crate::reports::Light::Green), Paint::GoodSoft),
        };
        let holder = self.tree.add(Tree::ROOT, Role::Division);
        let setting = Setting { left: LEFT + 14.0, width: WIDTH - 26.0, ..TEXT };
        let mut pieces = Vec::new();
        let titles = notice.title.iter().map(|title| (title, Weight::Bold));
        for (words, weight) in titles.chain(notice.texts.iter().map(|words| (words, Weight::Regular))) {
            let element = self.tree.add(holder, Role::Paragraph);
            let spans = [Span::new(self.faces, words, weight)];
            let mut part = self.flow(element, &spans, setting, 0.0);
            if weight == Weight::Bold {
                for piece in &mut part {
                    piece.keep = true;
                }
            }
            if !pieces.is_empty()
                && let Some(first) = part.first_mut()
            {
                pad(first, 3.0);
            }
            pieces.append(&mut part);
        }
        if let Some(first) = pieces.first_mut() {
            pad(first, 7.0);
            first.before = 10.0;
        }
        if let Some(last) = pieces.last_mut() {
            last.height += 8.0;
        }
        for piece in &mut pieces {
            // The grounds overlap a little, so that no seam shows between them.
            let height = piece.height + 0.4;
            let behind = [filled(LEFT, 0.0, WIDTH, height, ground), filled(LEFT, 0.0, 3.0, height, edge)];
            piece.items.splice(0..0, behind);
        }
        if length(pieces.len()) * BODY.leading < 180.0 {
            keep_together(&mut pieces);
        }
        self.push(pieces);
    }

    /// Boxes with a large value each, side by side.
    pub(super) fn key_figures(&mut self, figures: &[Fact]) {
        let list = self.tree.add(Tree::ROOT, Role::List);
        for row in figures.chunks(SIDE_BY_SIDE) {
            let width = (WIDTH - GAP * (length(row.len()) - 1.0)) / length(row.len());
            let mut items = Vec::new();
            let mut height: f32 = 0.0;
            for (at, figure) in row.iter().enumerate() {
                let left = LEFT + (width + GAP) * length(at);
                let (mut inside, inner) = self.key_figure(list, figure, left, width);
                items.append(&mut inside);
                height = height.max(inner);
            }
            let grounds = (0..row.len())
                .map(|at| filled(LEFT + (width + GAP) * length(at), 0.0, width, height, Paint::Quiet));
            let items = grounds.chain(items).collect();
            self.push(vec![Piece { before: GAP + 2.0, height, items, ..Piece::default() }]);
        }
    }

    fn key_figure(&mut self, list: Element, figure: &Fact, left: f32, width: f32) -> (Vec<Item>, f32) {
        let (label, body) = self.pair(list);
        let inner = width - 20.0;
        let large = Type { size: 18.0, leading: 23.0 };
        let value = self.value(Owner::Element(body), &figure.value, Weight::Bold, large, inner);
        let (value, above) = if value.height > large.leading {
            let kind = Type { size: 11.0, leading: 14.0 };
            (self.value(Owner::Element(body), &figure.value, Weight::Bold, kind, inner), 11.0)
        } else {
            (value, 7.0)
        };
        let height = (above + value.height).max(8.0 + large.leading);
        let values = value.at(left + 10.0, above);
        let setting = Setting { left: left + 10.0, width: inner, ..TEXT };
        let small = Setting { kind: SMALL, paint: Paint::Ink2, ..setting };
        let (mut items, below) =
            self.put(Owner::Element(label), &figure.label, Weight::Regular, small, height);
        items.extend(values);
        (items, height + below + 8.0)
    }

    fn pair(&mut self, list: Element) -> (Element, Element) {
        let item = self.tree.add(list, Role::Item);
        (self.tree.add(item, Role::ItemLabel), self.tree.add(item, Role::ItemBody))
    }

    /// Small pairs of label and value one after another, on as many lines as they need.
    pub(super) fn fact_line(&mut self, facts: &[Fact]) {
        let list = self.tree.add(Tree::ROOT, Role::List);
        let mut pieces = vec![Piece { before: 3.0, height: 17.0, keep: true, ..Piece::default() }];
        let mut x = LEFT;
        for fact in facts {
            let (label, body) = self.pair(list);
            let words = Line::single(self.faces, &format!("{} ", fact.label), Weight::Regular, SMALL.size);
            let gap = words.width + 3.0;
            let room = (RIGHT - LEFT - gap - 20.0).max(60.0);
            let value = self.value(Owner::Element(body), &fact.value, Weight::Regular, SMALL, room);
            let (width, height) = (value.width, value.height);
            if x > LEFT && x + gap + width > RIGHT {
                pieces.push(Piece { height: height + 5.0, keep: true, ..Piece::default() });
                x = LEFT;
            }
            if let Some(piece) = pieces.last_mut() {
                let setting = Setting { paint: Paint::Ink2, kind: SMALL, ..TEXT };
                piece.items.push(text(Owner::Element(label), x, 3.0 + base_line(SMALL), setting, words));
                piece.items.extend(value.at(x + gap, 3.0));
                piece.height = piece.height.max(height + 5.0);
            }
            x += gap + width + 18.0;
        }
        self.push(pieces);
    }

    /// A value with its shape or chip, from the origin.
    pub(super) fn value(&self, owner: Owner, cell: &Cell, weight: Weight, kind: Type, width: f32) -> Value {
        let (indent, paint, weight) = match cell {
            Cell::Text { .. } | Cell::Boxes { .. } | Cell::Room { .. } => (0.0, Paint::Ink, weight),
            Cell::Light { .. } => (kind.size * 1.3, Paint::Ink, weight),
            Cell::Level { step, .. } => (5.0, Paint::StepInk(*step), Weight::Bold),
        };
        let spans = [Span::new(self.faces, cell.plain(), weight)];
        let lines = break_lines(self.faces, &spans, kind.size, width - indent);
        let widest = lines.iter().map(|line| line.width).fold(0.0, f32::max);
        let height = length(lines.len()) * kind.leading;
        let setting = Setting { left: indent, width, kind, paint };
        let mut items = Vec::new();
        let mut whole = indent + widest;
        match cell {
            Cell::Light { light, .. } => {
                let side = kind.size * 0.84;
                let at = Place { x: 0.0, y: base_line(kind) - side * 0.92 };
                items.push(Item { owner: Owner::Artifact, what: What::Shape(light_mark(*light, at, side)) });
            }
            Cell::Level { step, .. } => {
                whole += 5.0;
                items.push(filled(0.0, 0.0, whole, height, Paint::Step(*step)));
            }
            Cell::Text { .. } | Cell::Boxes { .. } | Cell::Room { .. } => {}
        }
        for (at, line) in lines.into_iter().enumerate() {
            items.push(text(owner, indent, length(at) * kind.leading + base_line(kind), setting, line));
        }
        Value { items, width: whole, height }
    }

    /// A chart with its caption below; never parted from it.
    pub(super) fn figure(&mut self, figure: &Figure) {
        let drawing = figure.chart.draw(&figure.caption, &figure.alt);
        let scale = (WIDTH / drawing.width).min(1.0);
        let left = LEFT + (WIDTH - drawing.width * scale) / 2.0;
        let element = self.tree.add(Tree::ROOT, Role::Figure);
        let owner = Owner::Element(element);
        self.tree.describe(element, &figure.alt);
        let height = drawing.height * scale;
        let mut items: Vec<Item> = drawing
            .shapes
            .into_iter()
            .map(|shape| self.shape(owner, moved(shape, left, 4.0, scale)))
            .collect();
        let (right, foot) = (left + drawing.width * scale, 4.0 + height);
        items.push(Item { owner, what: What::Bounds { left, top: 4.0, right, foot } });
        let caption = self.tree.add(Tree::ROOT, Role::Paragraph);
        let setting = Setting { kind: SMALL, paint: Paint::Ink2, ..TEXT };
        let (below, more) =
            self.put(Owner::Element(caption), &figure.caption, Weight::Regular, setting, height + 10.0);
        items.extend(below);
        self.push(vec![Piece { before: 10.0, height: height + 10.0 + more, items, ..Piece::default() }]);
    }

    /// A shape of a chart; its texts are set in the report's faces.
    fn shape(&self, owner: Owner, shape: Shape) -> Item {
        use crate::reports::charts::Anchor;
        let what = match shape {
            Shape::Text { at, text, size, anchor, bold, paint } => {
                let weight = if bold { Weight::Bold } else { Weight::Regular };
                let line = Line::single(self.faces, &text, weight, size);
                let x = match anchor {
                    Anchor::Start => at.x,
                    Anchor::Middle => at.x - line.width / 2.0,
                    Anchor::End => at.x - line.width,
                };
                What::Text { x, y: at.y, size, paint, line }
            }
            shape => What::Shape(shape),
        };
        Item { owner, what }
    }
}

/// A value with its shape or chip.
pub(super) struct Value {
    items: Vec<Item>,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Value {
    /// The same at a place.
    pub(super) fn at(self, right: f32, down: f32) -> impl Iterator<Item = Item> {
        self.items.into_iter().map(move |item| {
            let what = match item.what {
                What::Text { x, y, size, paint, line } => What::Text { x: x + right, y, size, paint, line },
                What::Shape(shape) => What::Shape(moved(shape, right, 0.0, 1.0)),
                other => other,
            };
            Item { owner: item.owner, what }.lowered(down)
        })
    }
}

/// Makes room above what a piece draws.
fn pad(piece: &mut Piece, by: f32) {
    piece.height += by;
    piece.items = std::mem::take(&mut piece.items).into_iter().map(|item| item.lowered(by)).collect();
}

fn keep_together(pieces: &mut [Piece]) {
    let last = pieces.len().saturating_sub(1);
    for piece in pieces.iter_mut().take(last) {
        piece.keep = true;
    }
}
