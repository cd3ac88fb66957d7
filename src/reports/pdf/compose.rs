//! Lays out the blocks of a report as a column of pieces, and builds the tag tree on the way.

use super::face::{Faces, Weight};
use super::lines::{Line, Span, break_lines};
use super::piece::{Column, Heading, Item, Owner, Piece, What};
use super::style::{ABOVE, BODY, HEADINGS, LEFT, Type, WIDTH, base_line, length};
use super::tree::{Element, Role, Tree};
use crate::reports::charts::{Paint, Place, Shape, Stroke};
use crate::reports::{Block, Report, heading_levels};

/// Lays out one report.
pub(super) struct Composer {
    pub(super) faces: &'static Faces,
    pub(super) tree: Tree,
    pub(super) column: Column,
    /// The next piece starts a page.
    pub(super) turn: bool,
}

/// Where lines of text go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) kind: Type,
    pub(super) paint: Paint,
}

/// Ordinary text over the whole width.
pub(super) const TEXT: Setting = Setting { left: LEFT, width: WIDTH, kind: BODY, paint: Paint::Ink };

impl Composer {
    pub(super) fn new(faces: &'static Faces) -> Composer {
        Composer { faces, tree: Tree::new(), column: Column::default(), turn: false }
    }

    /// Lays out all blocks. Contents know every heading of the report, also those that come after.
    pub(super) fn report(&mut self, report: &Report) {
        let listed = heading_levels(report);
        let mut levels = listed.iter();
        for (at, block) in report.blocks.iter().enumerate() {
            match block {
                Block::Cover(cover) => self.cover(cover, report),
                Block::Contents { title } => self.contents(title, &listed),
                Block::Heading { text, .. } => {
                    let level = levels.next().map_or(2, |(level, _)| *level);
                    self.heading(level, text);
                }
                Block::Paragraph { lead, text } => {
                    let next = report.blocks.get(at + 1);
                    let leads = matches!(next, Some(Block::Table(_) | Block::Figure(_) | Block::List { .. }));
                    self.paragraph(lead.as_deref(), text, leads);
                }
                Block::List { items } => self.list(items),
                Block::Table(table) => self.table(table),
                Block::KeyFigures { figures, compact: false } => self.key_figures(figures),
                Block::KeyFigures { figures, compact: true } => self.fact_line(figures),
                Block::Notice(notice) => self.notice(notice),
                Block::Figure(figure) => self.figure(figure),
                Block::PageBreak => self.turn = true,
            }
        }
    }

    /// Adds pieces; the first one starts a page when a page break came before it.
    pub(super) fn push(&mut self, pieces: Vec<Piece>) {
        let mut pieces = pieces.into_iter();
        if let Some(mut first) = pieces.next() {
            first.new_page |= std::mem::take(&mut self.turn);
            self.column.pieces.push(first);
        }
        self.column.pieces.extend(pieces);
    }

    fn heading(&mut self, level: u8, text: &str) {
        let depth = usize::from(level.saturating_sub(2)).min(2);
        let kind = HEADINGS.get(depth).copied().unwrap_or(BODY);
        let paint = if depth == 1 { Paint::Accent } else { Paint::Ink };
        let element = self.tree.add(Tree::ROOT, Role::Heading(level));
        let spans = [Span::new(self.faces, text, Weight::Bold)];
        let before = ABOVE.get(depth).copied().unwrap_or_default();
        let mut pieces = self.flow(element, &spans, Setting { kind, paint, ..TEXT }, before);
        if depth == 0
            && let Some(last) = pieces.last_mut()
        {
            let y = last.height + 3.0;
            last.items.push(rule(LEFT, LEFT + WIDTH, y, Paint::Accent, 1.2));
            last.height += 5.0;
        }
        for piece in &mut pieces {
            piece.keep = true;
        }
        if let Some(first) = pieces.first_mut() {
            first.heading = Some(self.column.headings.len());
        }
        self.column.headings.push(Heading { level, text: text.to_owned() });
        self.push(pieces);
    }

    /// `leads`: what follows belongs to the paragraph, which keeps with it when it is short.
    fn paragraph(&mut self, lead: Option<&str>, text: &str, leads: bool) {
        let mut spans = Vec::new();
        if let Some(lead) = lead {
            spans.push(Span::new(self.faces, &format!("{lead} "), Weight::Bold));
        }
        spans.push(Span::new(self.faces, text, Weight::Regular));
        let element = self.tree.add(Tree::ROOT, Role::Paragraph);
        let mut pieces = self.flow(element, &spans, TEXT, 7.0);
        if leads && pieces.len() < 4 {
            for piece in &mut pieces {
                piece.keep = true;
            }
        }
        self.push(pieces);
    }

    fn list(&mut self, items: &[String]) {
        let list = self.tree.add(Tree::ROOT, Role::List);
        for (at, item) in items.iter().enumerate() {
            let entry = self.tree.add(list, Role::Item);
            let body = self.tree.add(entry, Role::ItemBody);
            let spans = [Span::new(self.faces, item, Weight::Regular)];
            let setting = Setting { left: LEFT + 14.0, width: WIDTH - 14.0, ..TEXT };
            let mut pieces = self.flow(body, &spans, setting, if at == 0 { 7.0 } else { 3.0 });
            if let Some(first) = pieces.first_mut() {
                let middle = base_line(BODY) - BODY.size * 0.26;
                first.items.push(dot(LEFT + 5.0, middle));
            }
            self.push(pieces);
        }
    }

    /// Lines of text as pieces: the first two and the last two of a paragraph keep together.
    pub(super) fn flow(&self, element: Element, spans: &[Span], setting: Setting, before: f32) -> Vec<Piece> {
        let lines = break_lines(self.faces, spans, setting.kind.size, setting.width);
        let count = lines.len();
        let piece = |(at, line): (usize, Line)| Piece {
            before: if at == 0 { before } else { 0.0 },
            height: setting.kind.leading,
            keep: at + 1 < count && (at == 0 || at + 2 == count),
            items: vec![text(Owner::Element(element), setting.left, base_line(setting.kind), setting, line)],
            ..Piece::default()
        };
        lines.into_iter().enumerate().map(piece).collect()
    }

    /// Lines of text in one place, from `top`; also how high they are.
    pub(super) fn set(&self, owner: Owner, spans: &[Span], setting: Setting, top: f32) -> (Vec<Item>, f32) {
        let lines = break_lines(self.faces, spans, setting.kind.size, setting.width);
        let height = length(lines.len()) * setting.kind.leading;
        let mut y = top + base_line(setting.kind);
        let mut items = Vec::with_capacity(lines.len());
        for line in lines {
            items.push(text(owner, setting.left, y, setting, line));
            y += setting.kind.leading;
        }
        (items, height)
    }

    /// One plain text in one place.
    pub(super) fn put(
        &self,
        owner: Owner,
        words: &str,
        weight: Weight,
        setting: Setting,
        top: f32,
    ) -> (Vec<Item>, f32) {
        self.set(owner, &[Span::new(self.faces, words, weight)], setting, top)
    }
}

/// A line of text with its left end at `x` and its base line at `y`.
pub(super) fn text(owner: Owner, x: f32, y: f32, setting: Setting, line: Line) -> Item {
    Item { owner, what: What::Text { x, y, size: setting.kind.size, paint: setting.paint, line } }
}

/// A filled rectangle as decoration.
pub(super) fn filled(left: f32, top: f32, width: f32, height: f32, paint: Paint) -> Item {
    let (right, foot) = (left + width, top + height);
    let places = vec![
        Place { x: left, y: top },
        Place { x: right, y: top },
        Place { x: right, y: foot },
        Place { x: left, y: foot },
    ];
    Item {
        owner: Owner::Artifact,
        what: What::Shape(Shape::Polygon { places, fill: Some(paint), stroke: None }),
    }
}

/// A horizontal line as decoration.
pub(super) fn rule(left: f32, right: f32, y: f32, paint: Paint, width: f32) -> Item {
    let stroke = Stroke { paint, width, dash: crate::reports::charts::Dash::None };
    let places = vec![Place { x: left, y }, Place { x: right, y }];
    Item { owner: Owner::Artifact, what: What::Shape(Shape::Line { places, stroke }) }
}

fn dot(x: f32, y: f32) -> Item {
    let at = Place { x: x - 1.6, y: y - 1.6 };
    let shape = crate::reports::charts::light_mark(crate::reports::Light::Green, at, 3.2);
    let shape = match shape {
        Shape::Polygon { places, stroke, .. } => Shape::Polygon { places, fill: Some(Paint::Ink2), stroke },
        other => other,
    };
    Item { owner: Owner::Artifact, what: What::Shape(shape) }
}
