//! A grid of values on the scale 0–4: the number in every cell, the colour beside it.

use super::{Anchor, Drawing, HeatRow, Paint, Place, label_lines, length};

const LEFT: f32 = 150.0;
const HEAD: f32 = 16.0;
const ROW: f32 = 22.0;

pub(super) fn draw(columns: &[String], rows: &[HeatRow]) -> Drawing {
    let mut drawing = Drawing::new(450.0, HEAD + ROW * length(rows.len()) + 4.0);
    let cell = (300.0 / length(columns.len().max(1))).min(44.0);
    for (at, head) in columns.iter().enumerate() {
        let x = LEFT + cell * (length(at) + 0.5);
        drawing.painted(Place { x, y: 11.0 }, head, 8.0, Anchor::Middle, true, Paint::Ink2);
    }
    for (at, row) in rows.iter().enumerate() {
        let top = HEAD + ROW * length(at);
        let lines = label_lines(&row.label, 28);
        let mut y = top + 14.0 - (length(lines.len().max(1)) - 1.0) * 5.0;
        for line in &lines {
            drawing.text(Place { x: LEFT - 8.0, y }, line, 8.5, Anchor::End, false);
            y += 10.0;
        }
        for (column, value) in row.cells.iter().take(columns.len()).enumerate() {
            let x = LEFT + cell * length(column);
            let middle = Place { x: x + cell / 2.0, y: top + 14.0 };
            match value {
                Some((step, text)) => {
                    drawing.rectangle(
                        Place { x: x + 1.0, y: top + 1.0 },
                        cell - 2.0,
                        ROW - 2.0,
                        Paint::Step(*step),
                    );
                    drawing.painted(middle, text, 8.5, Anchor::Middle, true, Paint::StepInk(*step));
                }
                None => drawing.painted(middle, "–", 8.5, Anchor::Middle, false, Paint::Ink2),
            }
        }
    }
    drawing
}
