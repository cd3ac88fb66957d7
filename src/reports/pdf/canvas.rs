//! Puts pages into the PDF library's operations.
//!
//! Invariant: drawing happens only between the begin and the end of marked content, which is opened for the owner of each
//! item, so that nothing on a page is untagged.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, DictItem, FontId, Line as Path, LineDashPattern, LinePoint, Op, PaintMode,
    PdfFontHandle, Point, Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder,
};

use super::face::{Faces, Weight};
use super::lines::{Line, Span};
use super::piece::{Item, Owner, What};
use super::style::{PAGE_HEIGHT, TOP};
use super::tree::{Child, Element, Tree};
use crate::reports::charts::{Paint, Place, Shape, Stroke};

/// A link's area on a page.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) page: usize,
    /// Left, foot, right, top in points from the page's lower left corner.
    pub(super) area: [f32; 4],
    pub(super) heading: usize,
    pub(super) words: String,
    pub(super) element: Element,
}

/// Draws the pages one after another.
pub(super) struct Canvas<'a> {
    pub(super) faces: &'static Faces,
    pub(super) tree: &'a mut Tree,
    /// The page of each heading, by index.
    pub(super) pages_of: Vec<usize>,
    /// The finished pages.
    pub(super) pages: Vec<Vec<Op>>,
    /// For each page, the element of each piece of marked content.
    pub(super) contents: Vec<Vec<Element>>,
    pub(super) links: Vec<Link>,
    open: Option<Owner>,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(faces: &'static Faces, tree: &'a mut Tree, pages_of: Vec<usize>) -> Canvas<'a> {
        Canvas {
            faces,
            tree,
            pages_of,
            pages: Vec::new(),
            contents: Vec::new(),
            links: Vec::new(),
            open: None,
        }
    }

    /// A new page, with a word across it behind everything else.
    pub(super) fn page(&mut self, watermark: Option<&str>) {
        self.pages.push(Vec::new());
        self.contents.push(Vec::new());
        if let Some(word) = watermark {
            self.mark(Owner::Artifact);
            let size = 110.0;
            let line = Line::single(self.faces, word, Weight::Bold, size);
            let slope = std::f32::consts::FRAC_1_SQRT_2;
            let reach = line.width * slope / 2.0;
            let at = (297.6 - reach + size * 0.25, PAGE_HEIGHT / 2.0 - reach - size * 0.25);
            let turn = [slope, slope, -slope, slope, at.0, at.1];
            self.text(
                &line.spans,
                size,
                Paint::Watermark,
                Op::SetTextMatrix { matrix: TextMatrix::Raw(turn) },
            );
            self.end();
        }
    }

    /// Draws items; their places are from the page's left edge and the top of the text area.
    pub(super) fn draw(&mut self, items: &[Item]) {
        for item in items {
            match &item.what {
                What::Text { x, y, size, paint, line } => {
                    self.mark(item.owner);
                    self.text(
                        &line.spans,
                        *size,
                        *paint,
                        Op::SetTextCursor { pos: Point { x: Pt(*x), y: Pt(up(*y)) } },
                    );
                }
                What::Shape(shape) => {
                    self.mark(item.owner);
                    self.shape(shape);
                }
                What::PageOf { heading, right, y, size, paint } => {
                    let number = self.pages_of.get(*heading).map_or(0, |page| page + 1).to_string();
                    let line = Line::single(self.faces, &number, Weight::Regular, *size);
                    self.mark(item.owner);
                    let at = Op::SetTextCursor { pos: Point { x: Pt(right - line.width), y: Pt(up(*y)) } };
                    self.text(&line.spans, *size, *paint, at);
                }
                What::Link { heading, left, top, right, foot, words } => {
                    let Owner::Element(element) = item.owner else { continue };
                    self.tree.hold(element, Child::Link(self.links.len()));
                    self.links.push(Link {
                        page: self.pages.len().saturating_sub(1),
                        area: [*left, up(*foot), *right, up(*top)],
                        heading: *heading,
                        words: words.clone(),
                        element,
                    });
                }
                What::Bounds { left, top, right, foot } => {
                    if let Owner::Element(element) = item.owner {
                        self.tree.bound(element, [*left, up(*foot), *right, up(*top)]);
                    }
                }
            }
        }
        self.end();
    }

    fn op(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.push(op);
        }
    }

    /// Goes on, or begins anew, as content of the owner.
    fn mark(&mut self, owner: Owner) {
        if self.open == Some(owner) {
            return;
        }
        self.end();
        self.open = Some(owner);
        let page = self.pages.len().saturating_sub(1);
        match owner {
            Owner::Artifact => self.op(Op::BeginMarkedContent { tag: "Artifact".to_owned() }),
            Owner::Element(element) => {
                let Some(contents) = self.contents.last_mut() else { return };
                let number = i64::try_from(contents.len()).unwrap_or(i64::MAX);
                contents.push(element);
                self.tree.hold(element, Child::Content { page, number });
                let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(number))]);
                let tag = self.tree.role(element).tag().to_owned();
                self.op(Op::BeginMarkedContentWithProperties { tag, properties: DictItem::Dict { map } });
            }
        }
    }

    fn end(&mut self) {
        if self.open.take().is_some() {
            self.op(Op::EndMarkedContent);
        }
    }

    fn text(&mut self, spans: &[Span], size: f32, paint: Paint, at: Op) {
        self.op(Op::SetFillColor { col: colour(paint) });
        self.op(Op::StartTextSection);
        self.op(at);
        for span in spans {
            let mut before = None;
            let font = PdfFontHandle::External(font_id(span.weight));
            self.op(Op::SetFont { font, size: Pt(size) });
            let face = self.faces.face(span.weight);
            let mut glyphs: Vec<Codepoint> = Vec::new();
            for sign in span.text.chars() {
                let Some(glyph) = face.glyph(sign) else { continue };
                let nearer = face.kerning(before, sign) * -1000.0;
                before = Some(sign);
                if let Some(last) = glyphs.last_mut() {
                    last.offset = nearer;
                }
                glyphs.push(Codepoint::with_cid(glyph.id, 0.0, glyph.reads.to_string()));
            }
            if !glyphs.is_empty() {
                self.op(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] });
            }
        }
        self.op(Op::EndTextSection);
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Line { places, stroke } => {
                self.stroke(*stroke);
                let line = Path { points: points(places), is_closed: false };
                self.op(Op::DrawLine { line });
            }
            Shape::Polygon { places, fill, stroke } => {
                if let Some(paint) = fill {
                    self.op(Op::SetFillColor { col: colour(*paint) });
                }
                if let Some(stroke) = stroke {
                    self.stroke(*stroke);
                }
                let mode = match (fill, stroke) {
                    (Some(_), Some(_)) => PaintMode::FillStroke,
                    (None, _) => PaintMode::Stroke,
                    _ => PaintMode::Fill,
                };
                let rings = vec![PolygonRing { points: points(places) }];
                let polygon = Polygon { rings, mode, winding_order: WindingOrder::NonZero };
                self.op(Op::DrawPolygon { polygon });
            }
            // The texts of charts are set before they come here.
            Shape::Text { .. } => {}
        }
    }

    fn stroke(&mut self, stroke: Stroke) {
        self.op(Op::SetOutlineColor { col: colour(stroke.paint) });
        self.op(Op::SetOutlineThickness { pt: Pt(stroke.width) });
        let dash = match stroke.dash.pattern() {
            Some(pattern) => LineDashPattern::new(0.0, &pattern),
            None => LineDashPattern::solid(),
        };
        self.op(Op::SetLineDashPattern { dash });
    }
}

/// The name of a face in the file.
pub(super) fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "PublicSans-Regular".to_owned(),
        Weight::Bold => "PublicSans-Bold".to_owned(),
    })
}

/// From the top of the text area downwards to from the foot of the page upwards.
pub(super) fn up(y: f32) -> f32 {
    PAGE_HEIGHT - TOP - y
}

fn colour(paint: Paint) -> Color {
    let [red, green, blue] = paint.rgb().map(|part| f32::from(part) / 255.0);
    Color::Rgb(Rgb::new(red, green, blue, None))
}

fn points(places: &[Place]) -> Vec<LinePoint> {
    let point = |place: &Place| LinePoint { p: Point { x: Pt(place.x), y: Pt(up(place.y)) }, bezier: false };
    places.iter().map(point).collect()
}
