//! The profile: one axis a subject, the values around as numbers too.

use super::{
    Anchor, Dash, Drawing, Mark, Paint, Place, Series, Shape, Stroke, label_lines, legend, length, look,
};

const RADIUS: f32 = 104.0;
const CENTRE: Place = Place { x: 225.0, y: 152.0 };

pub(super) fn draw(axes: &[String], series: &[Series], ticks: &[Mark]) -> Drawing {
    let mut drawing = Drawing::new(450.0, 330.0);
    let grid = Stroke { paint: Paint::Line, width: 0.7, dash: Dash::None };
    let count = axes.len();
    if let Some(first) = series.first() {
        let places = around(&first.marks, count);
        if places.len() > 2 {
            drawing.shapes.push(Shape::Polygon { places, fill: Some(Paint::AccentArea), stroke: None });
        }
    }
    for tick in ticks.iter().filter(|tick| tick.place > 0) {
        let places = (0..count).map(|at| on_axis(at, count, tick.share() * RADIUS)).collect();
        drawing.shapes.push(Shape::Polygon { places, fill: None, stroke: Some(grid) });
    }
    for at in 0..count {
        drawing.line(CENTRE, on_axis(at, count, RADIUS), grid);
    }
    for (at, one) in series.iter().enumerate().rev() {
        let places = around(&one.marks, count);
        match places.len() {
            0 | 1 => {}
            2 => drawing.shapes.push(Shape::Line { places, stroke: look(at) }),
            _ => drawing.shapes.push(Shape::Polygon { places, fill: None, stroke: Some(look(at)) }),
        }
    }
    if let Some(first) = series.first() {
        for place in around(&first.marks, count) {
            drawing.disc(place, 2.6, Paint::Accent);
        }
    }
    for tick in ticks {
        let at = Place { x: CENTRE.x + 4.0, y: CENTRE.y - tick.share() * RADIUS + 2.5 };
        drawing.painted(at, &tick.text, 7.0, Anchor::Start, false, Paint::Ink2);
    }
    for (at, label) in axes.iter().enumerate() {
        let value = series.first().and_then(|first| first.marks.get(at)?.as_ref());
        axis_label(&mut drawing, label, value, at, count);
    }
    legend(&mut drawing, series, Place { x: 10.0, y: 320.0 });
    drawing
}

fn axis_label(drawing: &mut Drawing, label: &str, value: Option<&Mark>, at: usize, count: usize) {
    let place = on_axis(at, count, RADIUS + 12.0);
    let (sideways, anchor) = match place.x - CENTRE.x {
        x if x > 8.0 => (true, Anchor::Start),
        x if x < -8.0 => (true, Anchor::End),
        _ => (false, Anchor::Middle),
    };
    let lines = label_lines(label, if sideways { 20 } else { 34 });
    let height = length(lines.len() + 1) * 10.5;
    let mut y = if sideways {
        place.y - height / 2.0 + 8.0
    } else if place.y < CENTRE.y {
        place.y - height + 8.0
    } else {
        place.y + 8.0
    };
    for line in &lines {
        drawing.text(Place { x: place.x, y }, line, 8.5, anchor, false);
        y += 10.5;
    }
    let value = value.map_or("–", |value| value.text.as_str());
    drawing.text(Place { x: place.x, y }, value, 8.5, anchor, true);
}

fn around(marks: &[Option<Mark>], count: usize) -> Vec<Place> {
    let marks = marks.iter().take(count).enumerate();
    marks.filter_map(|(at, mark)| Some(on_axis(at, count, mark.as_ref()?.share() * RADIUS))).collect()
}

/// The place at `distance` on axis `at`; the first axis points up, the rest follow the clock.
fn on_axis(at: usize, count: usize, distance: f32) -> Place {
    let turn = std::f32::consts::TAU * length(at) / length(count.max(1));
    let (sin, cos) = turn.sin_cos();
    Place { x: CENTRE.x + distance * sin, y: CENTRE.y - distance * cos }
}
