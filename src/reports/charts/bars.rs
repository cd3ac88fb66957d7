//! Horizontal bars with the value beside each.

use super::{Anchor, Bar, Dash, Drawing, Mark, Paint, Place, Stroke, label_lines, length};

const LEFT: f32 = 150.0;
const SPAN: f32 = 250.0;
const ROW: f32 = 24.0;

pub(super) fn draw(rows: &[Bar], ticks: &[Mark], compared: &str) -> Drawing {
    let foot = 6.0 + ROW * length(rows.len());
    let mut drawing = Drawing::new(450.0, foot + if compared.is_empty() { 18.0 } else { 36.0 });
    let grid = Stroke { paint: Paint::Line, width: 0.7, dash: Dash::None };
    for tick in ticks {
        let x = LEFT + tick.share() * SPAN;
        drawing.line(Place { x, y: 2.0 }, Place { x, y: foot }, grid);
        drawing.painted(Place { x, y: foot + 11.0 }, &tick.text, 7.5, Anchor::Middle, false, Paint::Ink2);
    }
    for (at, row) in rows.iter().enumerate() {
        bar(&mut drawing, row, 6.0 + ROW * length(at));
    }
    if !compared.is_empty() {
        let y = foot + 28.0;
        comparing(&mut drawing, LEFT + 4.0, y - 8.0);
        drawing.text(Place { x: LEFT + 12.0, y }, compared, 8.5, Anchor::Start, false);
    }
    drawing
}

fn bar(drawing: &mut Drawing, row: &Bar, top: f32) {
    let lines = label_lines(&row.label, 28);
    let mut y = top + 12.0 - (length(lines.len().max(1)) - 1.0) * 5.0;
    for line in &lines {
        drawing.text(Place { x: LEFT - 8.0, y }, line, 8.5, Anchor::End, false);
        y += 10.0;
    }
    let reach = row.mark.as_ref().map_or(0.0, Mark::share) * SPAN;
    drawing.rectangle(Place { x: LEFT, y: top + 3.0 }, reach, 12.0, Paint::Accent);
    let mut end = LEFT + reach;
    if let Some(mark) = &row.compared {
        let x = LEFT + mark.share() * SPAN;
        comparing(drawing, x, top + 1.0);
        if (-8.0..30.0).contains(&(x - end)) {
            end = x;
        }
    }
    let text = row.mark.as_ref().map_or("–", |mark| mark.text.as_str());
    drawing.text(Place { x: end + 6.0, y: top + 12.0 }, text, 8.5, Anchor::Start, true);
}

/// The mark of what to compare with: a light line inside a dark one, seen on the bar and beside it.
fn comparing(drawing: &mut Drawing, x: f32, top: f32) {
    for (paint, width) in [(Paint::Surface, 3.4), (Paint::Second, 1.6)] {
        let stroke = Stroke { paint, width, dash: Dash::None };
        drawing.line(Place { x, y: top }, Place { x, y: top + 16.0 }, stroke);
    }
}
