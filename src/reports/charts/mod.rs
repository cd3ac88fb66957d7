//! Charts as pure functions: values in, a [`Drawing`] of lines, shapes and texts out.
//!
//! Invariants: a drawing is the same for the page (SVG) and the PDF; no value is told by colour alone, since series
//! differ in line and mark and every value stands as text or in the table beside the chart; texts come in ready, in the
//! reader's language, with decimal comma. Sizes are points, y grows downwards.

mod bars;
mod drawing;
mod heat;
mod radar;
mod trend;

pub(in crate::reports) use drawing::escape;
pub use drawing::{Anchor, Dash, Drawing, Paint, Place, Shape, Stroke, light_mark};

use num_traits::{ToPrimitive, Zero};
use serde::Serialize;

use crate::number::{Fraction, whole};

/// What is drawn. Scales are fixed by the ticks, never by the values, so that two years compare at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Chart {
    /// A profile: one axis a subject, one closed line a series.
    Radar {
        /// What each axis is; at least three.
        axes: Vec<String>,
        /// The series, the newest first; at most three.
        series: Vec<Series>,
        /// The rings.
        ticks: Vec<Mark>,
    },
    /// Horizontal bars, one a row, with an optional mark for what to compare with.
    Bars {
        /// The rows from above.
        rows: Vec<Bar>,
        /// The scale.
        ticks: Vec<Mark>,
        /// What the comparing mark is: `2025`; empty when no row has one.
        compared: String,
    },
    /// A grid of values on the scale 0–4.
    Heat {
        /// The heads of the columns; short.
        columns: Vec<String>,
        /// The rows from above.
        rows: Vec<HeatRow>,
    },
    /// Values over time.
    Trend {
        /// The moments from the left: years.
        moments: Vec<String>,
        /// The series; at most three.
        series: Vec<Series>,
        /// The scale.
        ticks: Vec<Mark>,
    },
}

/// A value with its place on a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Thousandths of the scale, 0–1000.
    pub place: u16,
    /// The value as people read it.
    pub text: String,
}

impl Mark {
    /// The mark of `value` on a scale from 0 to `greatest`; values outside are drawn at its ends.
    #[must_use]
    pub fn new(value: &Fraction, greatest: &Fraction, text: impl Into<String>) -> Mark {
        let text = text.into();
        if greatest.is_zero() {
            return Mark { place: 0, text };
        }
        let share = (value * whole(1000) / greatest).round().to_integer();
        let place = share.to_i64().unwrap_or(0).clamp(0, 1000);
        Mark { place: u16::try_from(place).unwrap_or(0), text }
    }

    fn share(&self) -> f32 {
        f32::from(self.place.min(1000)) / 1000.0
    }
}

/// The ticks of a scale from 0 to `greatest` at every `step`.
#[must_use]
pub fn ticks(greatest: i64, step: i64) -> Vec<Mark> {
    (0..=greatest / step.max(1))
        .map(|at| Mark::new(&whole(at * step), &whole(greatest), (at * step).to_string()))
        .collect()
}

/// Values of one subject, one an axis or moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Series {
    /// What it is, for the legend: `2026`.
    pub name: String,
    /// The values; none where there is none.
    pub marks: Vec<Option<Mark>>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Its value; none draws no bar and an en dash.
    pub mark: Option<Mark>,
    /// What to compare with.
    pub compared: Option<Mark>,
}

/// One row of a heat map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeatRow {
    /// What it is.
    pub label: String,
    /// The cells, one a column: the step of colour 0–4 and the value as people read it; none where there is none.
    pub cells: Vec<Option<(u8, String)>>,
}

impl Chart {
    /// Draws the chart. `title` names it and `description` says it in words, for those who cannot see it.
    #[must_use]
    pub fn draw(&self, title: &str, description: &str) -> Drawing {
        let mut drawing = match self {
            Chart::Radar { axes, series, ticks } => radar::draw(axes, series, ticks),
            Chart::Bars { rows, ticks, compared } => bars::draw(rows, ticks, compared),
            Chart::Heat { columns, rows } => heat::draw(columns, rows),
            Chart::Trend { moments, series, ticks } => trend::draw(moments, series, ticks),
        };
        title.clone_into(&mut drawing.title);
        description.clone_into(&mut drawing.description);
        drawing
    }
}

/// A count as a length; more than a `u16` holds is drawn as that many.
fn length(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// The look of the series at `at`: colour, width, dash.
fn look(at: usize) -> Stroke {
    let (paint, width, dash) = match at {
        0 => (Paint::Accent, 1.6, Dash::None),
        1 => (Paint::Ink2, 1.1, Dash::Long),
        _ => (Paint::Second, 1.2, Dash::Dots),
    };
    Stroke { paint, width, dash }
}

/// The names of the series with a piece of their line each, side by side from `at`.
fn legend(drawing: &mut Drawing, series: &[Series], at: Place) {
    let mut x = at.x;
    for (index, one) in series.iter().enumerate() {
        drawing.line(Place { x, y: at.y }, Place { x: x + 20.0, y: at.y }, look(index));
        if index == 0 {
            drawing.disc(Place { x: x + 10.0, y: at.y }, 2.4, Paint::Accent);
        }
        drawing.text(Place { x: x + 25.0, y: at.y + 3.0 }, &one.name, 8.5, Anchor::Start, false);
        x += 25.0 + length(one.name.chars().count()) * 5.2 + 16.0;
    }
}

/// Breaks a label at spaces into at most three lines of about `most` characters; longer words are cut with a hyphen.
fn label_lines(label: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace().flat_map(|word| parts(word, most)) {
        let full = lines.len() >= 3;
        match lines.last_mut() {
            Some(line) if full || line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// The word itself, or its parts when it is much longer than a line.
fn parts(word: &str, most: usize) -> Vec<String> {
    let signs: Vec<char> = word.chars().filter(|sign| *sign != '\u{ad}').collect();
    if signs.len() <= most + 4 {
        return vec![signs.into_iter().collect()];
    }
    let mut parts: Vec<String> = signs.chunks(most.max(2) - 1).map(|part| part.iter().collect()).collect();
    let last = parts.len() - 1;
    for part in parts.iter_mut().take(last) {
        part.push('-');
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(value: &str) -> Option<Mark> {
        let exact = crate::number::parse(value)?;
        Some(Mark::new(&exact, &whole(100), value))
    }

    #[test]
    fn values_outside_the_scale_are_drawn_at_its_ends() {
        let place = |value: &str| mark(value).unwrap().place;
        assert_eq!(
            [place("-5"), place("0"), place("60,25"), place("100"), place("250")],
            [0, 0, 603, 1000, 1000]
        );
        assert_eq!(Mark::new(&whole(3), &whole(0), "3").place, 0);
        assert_eq!(ticks(4, 2).iter().map(|tick| tick.place).collect::<Vec<_>>(), [0, 500, 1000]);
    }

    #[test]
    fn a_missing_year_is_not_drawn_over() {
        let trend = |marks| Chart::Trend {
            moments: ["2023", "2024", "2025", "2026"].map(String::from).to_vec(),
            series: vec![Series { name: String::new(), marks }],
            ticks: Vec::new(),
        };
        let lines = |chart: Chart| {
            let drawing = chart.draw("", "");
            drawing.shapes.iter().filter(|shape| matches!(shape, Shape::Line { .. })).count()
        };
        assert_eq!(lines(trend(vec![mark("40"), mark("45"), mark("50"), mark("55")])), 1);
        assert_eq!(lines(trend(vec![mark("40"), None, mark("50"), mark("55")])), 1);
        assert_eq!(lines(trend(vec![mark("40"), mark("45"), None, mark("55")])), 1);
        assert_eq!(lines(trend(vec![mark("40"), None, mark("50"), None])), 0);
    }

    #[test]
    fn a_drawing_names_itself_and_shows_markup_as_typed() {
        let heat = Chart::Heat {
            columns: vec!["<A>".into()],
            rows: vec![HeatRow { label: "B & C".into(), cells: vec![Some((9, "4,0".into()))] }],
        };
        let svg = heat.draw("Värmekarta <1>", "Ett värde: 4,0.").svg("x");
        assert!(svg.contains("<title id=\"x-t\">Värmekarta &lt;1&gt;</title>"));
        assert!(svg.contains("<desc id=\"x-d\">Ett värde: 4,0.</desc>"));
        assert!(svg.contains("&lt;A&gt;") && svg.contains("B &amp; C") && svg.contains(">4,0</text>"));
        assert!(svg.contains("fill-step-4") && !svg.contains("style="));
    }

    #[test]
    fn long_words_of_labels_are_cut_and_short_ones_kept_whole() {
        assert_eq!(label_lines("H Samverkan och spridning", 20), ["H Samverkan och", "spridning"]);
        let lines = label_lines("Universitetssjukvårdsövergripande", 20);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= 24));
    }
}
