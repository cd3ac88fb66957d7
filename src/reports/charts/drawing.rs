//! A drawing: lines, shapes and texts with colours by role.

use std::fmt::Write;

use super::super::Light;

/// A finished chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Its name.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// What to draw, from behind.
    pub shapes: Vec<Shape>,
}

/// A place from the upper left corner, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A line through places.
    Line {
        /// The places, at least two.
        places: Vec<Place>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A closed shape.
    Polygon {
        /// The corners, at least three.
        places: Vec<Place>,
        /// The colour inside.
        fill: Option<Paint>,
        /// The line around.
        stroke: Option<Stroke>,
    },
    /// A text on one line.
    Text {
        /// The place of its anchor on the base line.
        at: Place,
        /// The text.
        text: String,
        /// The size in points.
        size: f32,
        /// Which end stands at the place.
        anchor: Anchor,
        /// Whether it is bold.
        bold: bool,
        /// The colour.
        paint: Paint,
    },
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub paint: Paint,
    /// The width in points.
    pub width: f32,
    /// Whole, dashed or dotted.
    pub dash: Dash,
}

/// Whole, dashed or dotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// Whole.
    None,
    /// Dashes.
    Long,
    /// Dots.
    Dots,
}

impl Dash {
    /// The lengths of dash and gap in points.
    #[must_use]
    pub fn pattern(self) -> Option<[f32; 2]> {
        match self {
            Dash::None => None,
            Dash::Long => Some([4.0, 3.0]),
            Dash::Dots => Some([1.0, 2.0]),
        }
    }
}

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A colour by its role; the page's style sheet may change it by class, the PDF uses the light theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Text.
    Ink,
    /// Secondary text and last year's line.
    Ink2,
    /// Grid lines.
    Line,
    /// The page.
    Surface,
    /// Table heads and other quiet areas.
    Quiet,
    /// This year.
    Accent,
    /// This year's area.
    AccentSoft,
    /// This year's area in a profile.
    AccentArea,
    /// The third series.
    Second,
    /// The scale's colour, 0–4.
    Step(u8),
    /// Text on the scale's colour, 0–4.
    StepInk(u8),
    /// A traffic light.
    Light(Light),
    /// Lines that must be seen.
    Rule,
    /// The edge of what must be acted on.
    Warning,
    /// The ground of what must be acted on.
    WarningSoft,
    /// The ground of what is well.
    GoodSoft,
    /// The word over a draft.
    Watermark,
}

impl Paint {
    /// The name in class names: `accent`, `step-3`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Paint::Ink => "ink",
            Paint::Ink2 => "ink-2",
            Paint::Line => "line",
            Paint::Surface => "surface",
            Paint::Quiet => "quiet",
            Paint::Accent => "accent",
            Paint::AccentSoft => "accent-soft",
            Paint::AccentArea => "accent-area",
            Paint::Second => "second",
            Paint::Step(0) => "step-0",
            Paint::Step(1) => "step-1",
            Paint::Step(2) => "step-2",
            Paint::Step(3) => "step-3",
            Paint::Step(_) => "step-4",
            Paint::StepInk(0) => "step-ink-0",
            Paint::StepInk(1) => "step-ink-1",
            Paint::StepInk(2) => "step-ink-2",
            Paint::StepInk(3) => "step-ink-3",
            Paint::StepInk(_) => "step-ink-4",
            Paint::Light(light) => light.name(),
            Paint::Rule => "rule",
            Paint::Warning => "warning",
            Paint::WarningSoft => "warning-soft",
            Paint::GoodSoft => "good-soft",
            Paint::Watermark => "watermark",
        }
    }

    /// Red, green and blue of the light theme, 0–255.
    #[must_use]
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Paint::Ink | Paint::StepInk(1..=3) => [0x18, 0x21, 0x24],
            Paint::Ink2 => [0x4a, 0x56, 0x5a],
            Paint::Line => [0xda, 0xd7, 0xce],
            Paint::Surface | Paint::StepInk(_) => [0xff, 0xff, 0xff],
            Paint::Quiet => [0xef, 0xed, 0xe7],
            Paint::Accent => [0x0b, 0x57, 0x63],
            Paint::AccentSoft => [0xe1, 0xee, 0xf0],
            Paint::AccentArea => [0xcd, 0xe2, 0xe5],
            Paint::Second => [0xa5, 0x56, 0x1a],
            Paint::Step(0) => [0x8a, 0x35, 0x0c],
            Paint::Step(1) => [0xe3, 0x9d, 0x63],
            Paint::Step(2) => [0xf1, 0xdf, 0xb6],
            Paint::Step(3) => [0xa5, 0xd3, 0xc9],
            Paint::Step(_) => [0x0e, 0x65, 0x5c],
            Paint::Light(Light::Green) => [0x1b, 0x65, 0x37],
            Paint::Light(Light::Yellow) => [0xc7, 0x8a, 0x00],
            Paint::Light(Light::Red) => [0xa3, 0x20, 0x15],
            Paint::Rule => [0x6f, 0x7a, 0x7d],
            Paint::Warning => [0x74, 0x46, 0x00],
            Paint::WarningSoft => [0xfb, 0xf0, 0xd7],
            Paint::GoodSoft => [0xe4, 0xf1, 0xe8],
            Paint::Watermark => [0xee, 0xec, 0xe6],
        }
    }

    fn hex(self) -> String {
        let [red, green, blue] = self.rgb();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The shape of a traffic light in a square of `side` points with its upper left corner at `at`.
#[must_use]
pub fn light_mark(light: Light, at: Place, side: f32) -> Shape {
    let fill = Some(Paint::Light(light));
    let from = |x: f32, y: f32| Place { x: at.x + x * side, y: at.y + y * side };
    let places = match light {
        Light::Green => circle(from(0.5, 0.5), side / 2.0),
        Light::Yellow => vec![from(0.5, 0.0), from(1.0, 0.94), from(0.0, 0.94)],
        Light::Red => vec![from(0.06, 0.06), from(0.94, 0.06), from(0.94, 0.94), from(0.06, 0.94)],
    };
    Shape::Polygon { places, fill, stroke: None }
}

fn circle(centre: Place, radius: f32) -> Vec<Place> {
    (0u8..24)
        .map(|at| {
            let (sin, cos) = (f32::from(at) * std::f32::consts::TAU / 24.0).sin_cos();
            Place { x: centre.x + radius * cos, y: centre.y + radius * sin }
        })
        .collect()
}

impl Drawing {
    pub(in crate::reports) fn new(width: f32, height: f32) -> Drawing {
        Drawing { width, height, title: String::new(), description: String::new(), shapes: Vec::new() }
    }

    pub(super) fn line(&mut self, from: Place, to: Place, stroke: Stroke) {
        self.shapes.push(Shape::Line { places: vec![from, to], stroke });
    }

    pub(super) fn disc(&mut self, centre: Place, radius: f32, paint: Paint) {
        let places = circle(centre, radius);
        self.shapes.push(Shape::Polygon { places, fill: Some(paint), stroke: None });
    }

    pub(super) fn rectangle(&mut self, at: Place, width: f32, height: f32, paint: Paint) {
        let (right, foot) = (at.x + width, at.y + height);
        let places =
            vec![at, Place { x: right, y: at.y }, Place { x: right, y: foot }, Place { x: at.x, y: foot }];
        self.shapes.push(Shape::Polygon { places, fill: Some(paint), stroke: None });
    }

    pub(super) fn text(&mut self, at: Place, text: &str, size: f32, anchor: Anchor, bold: bool) {
        self.painted(at, text, size, anchor, bold, Paint::Ink);
    }

    pub(super) fn painted(
        &mut self,
        at: Place,
        text: &str,
        size: f32,
        anchor: Anchor,
        bold: bool,
        paint: Paint,
    ) {
        self.shapes.push(Shape::Text { at, text: text.to_owned(), size, anchor, bold, paint });
    }

    /// The drawing as inline SVG. `id` makes the names of title and description unique on the page.
    #[must_use]
    pub fn svg(&self, id: &str) -> String {
        let svg = format!(
            "<svg class=\"report-chart\" viewBox=\"0 0 {:.1} {:.1}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            self.width,
            self.height,
            escape(&self.title),
            escape(&self.description)
        );
        self.finish(svg)
    }

    /// The drawing as a small mark beside a word that says the same; unseen by those who listen.
    pub(in crate::reports) fn mark(&self, name: &str) -> String {
        let (width, height) = (self.width, self.height);
        self.finish(format!(
            "<svg class=\"report-mark report-{name}\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" aria-hidden=\"true\" focusable=\"false\">"
        ))
    }

    fn finish(&self, mut svg: String) -> String {
        for shape in &self.shapes {
            svg.push_str(&element(shape));
        }
        svg.push_str("</svg>");
        svg
    }
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Line { places, stroke } => {
            let (class, attributes) = paints(None, Some(*stroke));
            format!("<polyline class=\"{class}\" points=\"{}\" {attributes}/>", points(places))
        }
        Shape::Polygon { places, fill, stroke } => {
            let (class, attributes) = paints(*fill, *stroke);
            format!("<polygon class=\"{class}\" points=\"{}\" {attributes}/>", points(places))
        }
        Shape::Text { at, text, size, anchor, bold, paint } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if *bold { " font-weight=\"700\"" } else { "" };
            format!(
                "<text class=\"fill-{}\" x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size:.1}\" text-anchor=\"{anchor}\" \
                 fill=\"{}\"{weight}>{}</text>",
                paint.name(),
                at.x,
                at.y,
                paint.hex(),
                escape(text)
            )
        }
    }
}

/// The classes and the presentation attributes of a shape: the attributes are what shows without a style sheet.
fn paints(fill: Option<Paint>, stroke: Option<Stroke>) -> (String, String) {
    let (mut class, mut attributes) = match fill {
        None => (String::from("fill-none"), String::from("fill=\"none\"")),
        Some(paint) => (format!("fill-{}", paint.name()), format!("fill=\"{}\"", paint.hex())),
    };
    if let Some(Stroke { paint, width, dash }) = stroke {
        let _ = write!(class, " stroke-{}", paint.name());
        let _ = write!(attributes, " stroke=\"{}\" stroke-width=\"{width:.1}\"", paint.hex());
        if let Some([on, off]) = dash.pattern() {
            let _ = write!(attributes, " stroke-dasharray=\"{on:.0} {off:.0}\"");
        }
    }
    (class, attributes)
}

fn points(places: &[Place]) -> String {
    places.iter().map(|place| format!("{:.1},{:.1}", place.x, place.y)).collect::<Vec<_>>().join(" ")
}

/// Text for HTML and SVG: markup in it shows as it was typed.
pub(in crate::reports) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            sign => safe.push(sign),
        }
    }
    safe
}
