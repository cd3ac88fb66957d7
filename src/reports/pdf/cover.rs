//! The first page and the contents.

use super::compose::{Composer, Setting, TEXT, filled, rule, text};
use super::face::Weight;
use super::lines::{Line, Span, break_lines};
use super::piece::{Heading, Item, Owner, Piece, What};
use super::style::{BODY, HEIGHT, LEFT, PAGE_WIDTH, RIGHT, SMALL, TOP, Type, WIDTH, base_line, length};
use super::tree::{Role, Tree};
use crate::reports::charts::{Dash, Paint, Place, Shape, Stroke};
use crate::reports::{Cover, OutcomeBadge, Report};

/// The height of the coloured band at the head of the first page.
const BAND: f32 = 300.0;
const TITLE: Type = Type { size: 30.0, leading: 37.0 };
const SUBTITLE: Type = Type { size: 15.0, leading: 21.0 };
const NAME: Type = Type { size: 14.0, leading: 19.0 };
/// The side of the square with the outcome's letter.
const SQUARE: f32 = 58.0;

impl Composer {
    /// The whole first page as one piece. The text area's top is `TOP` below the page's upper edge.
    pub(super) fn cover(&mut self, cover: &Cover, report: &Report) {
        let light = Setting { paint: Paint::Surface, ..TEXT };
        let mut items = vec![filled(0.0, -TOP, PAGE_WIDTH, BAND, Paint::Accent)];
        if let Some(word) = &report.watermark {
            let draft = Owner::Element(self.tree.add(Tree::ROOT, Role::Paragraph));
            items.extend(self.put(draft, word, Weight::Bold, Setting { kind: NAME, ..light }, 0.0).0);
        }
        let heading = self.tree.add(Tree::ROOT, Role::Heading(1));
        let subtitle = self.tree.add(Tree::ROOT, Role::Paragraph);
        let title = [Span::new(self.faces, &cover.title, Weight::Bold)];
        let under = [Span::new(self.faces, &cover.subtitle, Weight::Regular)];
        let count = |spans: &[Span], kind: Type| {
            length(break_lines(self.faces, spans, kind.size, WIDTH).len()) * kind.leading
        };
        let mut y = BAND - TOP - 34.0 - count(&title, TITLE) - 6.0 - count(&under, SUBTITLE);
        let words = if report.watermark.is_some() { 30.0 } else { 0.0 };
        y = y.max(words);
        let (drawn, height) = self.set(Owner::Element(heading), &title, Setting { kind: TITLE, ..light }, y);
        items.extend(drawn);
        y += height + 6.0;
        let (drawn, _) = self.set(Owner::Element(subtitle), &under, Setting { kind: SUBTITLE, ..light }, y);
        items.extend(drawn);
        y = BAND - TOP + 40.0;
        if let Some(outcome) = &cover.outcome {
            y = self.badge(outcome, y, &mut items) + 34.0;
        }
        let list = self.tree.add(Tree::ROOT, Role::List);
        for fact in &cover.facts {
            let item = self.tree.add(list, Role::Item);
            let label = Owner::Element(self.tree.add(item, Role::ItemLabel));
            let body = Owner::Element(self.tree.add(item, Role::ItemBody));
            let left = Setting { width: 130.0, paint: Paint::Ink2, ..TEXT };
            let right = Setting { left: LEFT + 140.0, width: WIDTH - 140.0, ..TEXT };
            let (drawn, first) = self.put(label, &format!("{} ", fact.label), Weight::Regular, left, y + 4.0);
            items.extend(drawn);
            let (drawn, second) = self.put(body, fact.value.plain(), Weight::Regular, right, y + 4.0);
            items.extend(drawn);
            y += first.max(second) + 8.0;
            items.push(rule(LEFT, RIGHT, y, Paint::Line, 0.6));
        }
        self.column.headings.push(Heading { level: 1, text: cover.title.clone() });
        let heading = Some(self.column.headings.len() - 1);
        self.turn = true;
        self.push(vec![Piece { height: HEIGHT, bare: true, heading, items, ..Piece::default() }]);
        self.turn = true;
    }

    /// The outcome: its letter in a square, its name and its sentence beside it. Returns where it ends.
    fn badge(&mut self, outcome: &OutcomeBadge, top: f32, items: &mut Vec<Item>) -> f32 {
        let name = Owner::Element(self.tree.add(Tree::ROOT, Role::Paragraph));
        let sentence = Owner::Element(self.tree.add(Tree::ROOT, Role::Paragraph));
        items.push(filled(LEFT, top, SQUARE, SQUARE, Paint::Accent));
        let letter = Line::single(self.faces, &outcome.letter, Weight::Bold, 34.0);
        let x = LEFT + (SQUARE - letter.width) / 2.0;
        let large = Setting { kind: Type { size: 34.0, leading: SQUARE }, paint: Paint::Surface, ..TEXT };
        items.push(text(Owner::Artifact, x, top + base_line(large.kind), large, letter));
        let beside = Setting {
            left: LEFT + SQUARE + 16.0,
            width: WIDTH - SQUARE - 16.0,
            kind: NAME,
            paint: Paint::Ink,
        };
        let (drawn, height) = self.put(name, &outcome.name, Weight::Bold, beside, top + 6.0);
        items.extend(drawn);
        let (drawn, below) = self.put(
            sentence,
            &outcome.sentence,
            Weight::Regular,
            Setting { kind: BODY, ..beside },
            top + 10.0 + height,
        );
        items.extend(drawn);
        top + (10.0 + height + below).max(SQUARE)
    }

    /// A line for each heading of the first two levels, with a link and the page.
    pub(super) fn contents(&mut self, title: &str, headings: &[(u8, &str)]) {
        let element = self.tree.add(Tree::ROOT, Role::Paragraph);
        let spans = [Span::new(self.faces, title, Weight::Bold)];
        let kind = Type { size: 18.0, leading: 23.0 };
        let mut pieces = self.flow(element, &spans, Setting { kind, ..TEXT }, 24.0);
        for piece in &mut pieces {
            piece.keep = true;
        }
        let contents = self.tree.add(Tree::ROOT, Role::Contents);
        for (at, (level, words)) in headings.iter().enumerate().filter(|(_, (level, _))| *level < 4) {
            let item = self.tree.add(contents, Role::ContentsItem);
            let link = self.tree.add(item, Role::Link);
            let page = self.tree.add(item, Role::Span);
            let chapter = *level == 2;
            let (weight, kind, indent) =
                if chapter { (Weight::Bold, BODY, 0.0) } else { (Weight::Regular, SMALL, 14.0) };
            let setting =
                Setting { left: LEFT + indent, width: WIDTH - indent - 50.0, kind, paint: Paint::Ink };
            let lines =
                break_lines(self.faces, &[Span::new(self.faces, words, weight)], kind.size, setting.width);
            let end = setting.left + lines.last().map_or(0.0, |line| line.width);
            let height = length(lines.len()) * kind.leading;
            let mut items = Vec::new();
            let mut y = base_line(kind);
            for line in lines {
                items.push(text(Owner::Element(link), setting.left, y, setting, line));
                y += kind.leading;
            }
            y -= kind.leading;
            // The cover is the document's first heading.
            let heading = at + 1;
            items.push(Item {
                owner: Owner::Element(link),
                what: What::Link {
                    heading,
                    left: setting.left,
                    top: 0.0,
                    right: RIGHT,
                    foot: height,
                    words: (*words).to_owned(),
                },
            });
            items.push(leader(end + 6.0, RIGHT - 22.0, y));
            items.push(Item {
                owner: Owner::Element(page),
                what: What::PageOf { heading, right: RIGHT, y, size: kind.size, paint: Paint::Ink },
            });
            let before = if chapter { 7.0 } else { 1.0 };
            pieces.push(Piece { before, height, items, ..Piece::default() });
        }
        self.push(pieces);
    }
}

fn leader(left: f32, right: f32, y: f32) -> Item {
    let stroke = Stroke { paint: Paint::Rule, width: 0.5, dash: Dash::Dots };
    let places = vec![Place { x: left.min(right), y }, Place { x: right, y }];
    Item { owner: Owner::Artifact, what: What::Shape(Shape::Line { places, stroke }) }
}
