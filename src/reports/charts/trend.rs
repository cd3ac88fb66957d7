//! Values over time, each with its number.

use super::{Anchor, Dash, Drawing, Mark, Paint, Place, Series, Shape, Stroke, legend, length, look};

const LEFT: f32 = 34.0;
const SPAN: f32 = 396.0;
const TOP: f32 = 14.0;
const HEIGHT: f32 = 130.0;

pub(super) fn draw(moments: &[String], series: &[Series], ticks: &[Mark]) -> Drawing {
    let several = series.len() > 1;
    let mut drawing = Drawing::new(450.0, TOP + HEIGHT + if several { 40.0 } else { 22.0 });
    let grid = Stroke { paint: Paint::Line, width: 0.7, dash: Dash::None };
    for tick in ticks {
        let y = height(tick);
        drawing.line(Place { x: LEFT, y }, Place { x: LEFT + SPAN, y }, grid);
        drawing.painted(
            Place { x: LEFT - 6.0, y: y + 2.5 },
            &tick.text,
            7.5,
            Anchor::End,
            false,
            Paint::Ink2,
        );
    }
    for (at, moment) in moments.iter().enumerate() {
        let at = Place { x: across(at, moments.len()), y: TOP + HEIGHT + 13.0 };
        drawing.painted(at, moment, 8.5, Anchor::Middle, false, Paint::Ink2);
    }
    for (index, one) in series.iter().enumerate().rev() {
        for piece in unbroken(&one.marks, moments.len()) {
            if piece.len() > 1 {
                drawing.shapes.push(Shape::Line { places: piece, stroke: look(index) });
            }
        }
        let marks = one.marks.iter().take(moments.len()).enumerate();
        for (at, mark) in marks.filter_map(|(at, mark)| Some((at, mark.as_ref()?))) {
            let place = Place { x: across(at, moments.len()), y: height(mark) };
            drawing.disc(place, 2.6, look(index).paint);
            if index == 0 {
                let others = series.iter().skip(1).filter_map(|other| other.marks.get(at)?.as_ref());
                let taken = others.map(height).any(|other| (0.0..18.0).contains(&(place.y - other)));
                let y = if taken { place.y + 13.0 } else { place.y - 6.0 };
                drawing.text(Place { x: place.x, y }, &mark.text, 8.5, Anchor::Middle, true);
            }
        }
    }
    if several {
        legend(&mut drawing, series, Place { x: LEFT, y: TOP + HEIGHT + 32.0 });
    }
    drawing
}

/// The pieces of a line that has no gap: a missing year is not drawn over.
fn unbroken(marks: &[Option<Mark>], count: usize) -> Vec<Vec<Place>> {
    let mut pieces = vec![Vec::new()];
    for (at, mark) in marks.iter().take(count).enumerate() {
        match (mark, pieces.last_mut()) {
            (Some(mark), Some(piece)) => piece.push(Place { x: across(at, count), y: height(mark) }),
            _ => pieces.push(Vec::new()),
        }
    }
    pieces
}

fn across(at: usize, count: usize) -> f32 {
    LEFT + SPAN * (length(at) + 0.5) / length(count.max(1))
}

fn height(mark: &Mark) -> f32 {
    TOP + HEIGHT * (1.0 - mark.share())
}
