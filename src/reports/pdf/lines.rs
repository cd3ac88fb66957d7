//! Lines of text: Unicode's rules say where a line may break, soft hyphens show where one did, and a word that is wider
//! than the line breaks anywhere as the last resort.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::face::{BREAK, Faces, SOFT_HYPHEN, Weight, clean};

/// A text of one weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) weight: Weight,
}

impl Span {
    pub(super) fn new(faces: &Faces, text: &str, weight: Weight) -> Span {
        Span { text: clean(faces, text), weight }
    }
}

/// One line, ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// What stands on it.
    pub(super) spans: Vec<Span>,
    /// Its width in points, without the space at its end.
    pub(super) width: f32,
}

impl Line {
    /// A line that is not broken, whatever its width.
    pub(super) fn single(faces: &Faces, text: &str, weight: Weight, size: f32) -> Line {
        let span = Span::new(faces, &text.replace(['\n', SOFT_HYPHEN, BREAK], ""), weight);
        Line { width: faces.width(&span.text, weight, size), spans: vec![span] }
    }
}

/// Breaks spans into lines no wider than `width` points. There is at least one line. A line that goes on ends with a
/// space that takes no room, so that the text reads as words.
pub(super) fn break_lines(faces: &Faces, spans: &[Span], size: f32, width: f32) -> Vec<Line> {
    let text = Measured::new(faces, spans, size);
    let mut lines = Vec::new();
    let mut start = 0;
    let mut good = None;
    for (end, must) in text.breaks() {
        while text.width(start, end) > width {
            let to = match good.take() {
                Some(to) if to > start => to,
                _ => text.widest(start, end, width),
            };
            if to >= end {
                break;
            }
            lines.push(text.line(start, to, false));
            start = to;
        }
        good = Some(end);
        if must {
            lines.push(text.line(start, end, true));
            start = end;
            good = None;
        }
    }
    if lines.is_empty() {
        lines.push(Line { spans: Vec::new(), width: 0.0 });
    }
    lines
}

/// The characters of the spans with the place of each.
struct Measured {
    signs: Vec<(char, Weight)>,
    /// Where each character starts, and where the last one ends.
    places: Vec<f32>,
    hyphen: f32,
}

impl Measured {
    fn new(faces: &Faces, spans: &[Span], size: f32) -> Measured {
        let count = spans.iter().map(|span| span.text.len()).sum();
        let (mut signs, mut places) = (Vec::with_capacity(count), Vec::with_capacity(count + 1));
        let mut place = 0.0;
        for span in spans {
            let mut before = None;
            let face = faces.face(span.weight);
            for sign in span.text.chars() {
                places.push(place);
                signs.push((sign, span.weight));
                if !matches!(sign, '\n' | SOFT_HYPHEN | BREAK) {
                    place += (face.kerning(before, sign) + face.advance(sign)) * size;
                    before = Some(sign);
                }
            }
        }
        places.push(place);
        Measured { signs, places, hyphen: faces.regular.advance(SOFT_HYPHEN) * size }
    }

    /// Where a line may end, as an index of characters, and whether it must.
    fn breaks(&self) -> Vec<(usize, bool)> {
        let text: String = self.signs.iter().map(|(sign, _)| *sign).collect();
        let mut found = Vec::new();
        let (mut at, mut byte) = (0, 0);
        let mut signs = text.chars();
        for (to, kind) in linebreaks(&text) {
            while byte < to {
                match signs.next() {
                    Some(sign) => byte += sign.len_utf8(),
                    None => break,
                }
                at += 1;
            }
            found.push((at, kind == BreakOpportunity::Mandatory));
        }
        found
    }

    fn sign(&self, at: usize) -> Option<char> {
        self.signs.get(at).map(|(sign, _)| *sign)
    }

    /// The end without the spaces and line feeds that a line does not show.
    fn shown(&self, start: usize, mut end: usize) -> usize {
        while end > start
            && end
                .checked_sub(1)
                .and_then(|at| self.sign(at))
                .is_some_and(|sign| matches!(sign, ' ' | '\n' | '\r' | BREAK))
        {
            end -= 1;
        }
        end
    }

    fn width(&self, start: usize, end: usize) -> f32 {
        let end = self.shown(start, end);
        let place = |at: usize| self.places.get(at).copied().unwrap_or(0.0);
        let hyphen = end > start && end.checked_sub(1).and_then(|at| self.sign(at)) == Some(SOFT_HYPHEN);
        place(end) - place(start) + if hyphen { self.hyphen } else { 0.0 }
    }

    /// The farthest end that fits; at least one character.
    fn widest(&self, start: usize, end: usize, width: f32) -> usize {
        let mut to = start + 1;
        while to < end && self.width(start, to + 1) <= width {
            to += 1;
        }
        to
    }

    fn line(&self, start: usize, end: usize, last: bool) -> Line {
        let shown = self.shown(start, end);
        let mut spans: Vec<Span> = Vec::new();
        for (at, (sign, weight)) in self.signs.iter().enumerate().take(shown).skip(start) {
            if matches!(*sign, '\n' | '\r' | BREAK) || (*sign == SOFT_HYPHEN && at + 1 < shown) {
                continue;
            }
            match spans.last_mut() {
                Some(span) if span.weight == *weight => span.text.push(*sign),
                _ => spans.push(Span { text: sign.to_string(), weight: *weight }),
            }
        }
        let parted = (shown..end).any(|at| matches!(self.sign(at), Some(' ' | '\n')));
        let more = !last || end < self.signs.len();
        if let Some(span) = spans.last_mut().filter(|_| parted && more) {
            span.text.push(' ');
        }
        Line { spans, width: self.width(start, end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: f32) -> Vec<String> {
        let faces = Faces::get().unwrap();
        let lines = break_lines(faces, &[Span::new(faces, text, Weight::Regular)], 10.0, width);
        assert!(lines.iter().all(|line| line.width <= width), "{lines:?}");
        lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_between_words_and_keep_a_space_for_the_reader() {
        assert_eq!(broken("Enheten har en plan.", 60.0), ["Enheten har ", "en plan."]);
        assert_eq!(broken("Första\nandra", 200.0), ["Första ", "andra"]);
        assert_eq!(broken("", 200.0), [""]);
    }

    #[test]
    fn numbers_keep_to_their_units() {
        assert_eq!(
            broken("belopp 4\u{a0}850\u{a0}000\u{a0}kr", 90.0),
            ["belopp ", "4\u{a0}850\u{a0}000\u{a0}kr"]
        );
    }

    #[test]
    fn a_soft_hyphen_shows_only_where_the_line_breaks() {
        assert_eq!(broken("universitets\u{ad}sjukvårds\u{ad}enhet", 400.0), ["universitetssjukvårdsenhet"]);
        assert_eq!(
            broken("universitets\u{ad}sjukvårds\u{ad}enhet", 70.0),
            ["universitets\u{ad}", "sjukvårds\u{ad}", "enhet"]
        );
    }

    #[test]
    fn a_word_wider_than_the_line_breaks_as_a_last_resort() {
        let lines = broken("universitetssjukvårdsenhetsutvärderingsprotokoll", 60.0);
        assert!(lines.len() > 3);
        assert_eq!(lines.concat(), "universitetssjukvårdsenhetsutvärderingsprotokoll");
    }

    #[test]
    fn a_bold_run_in_stays_bold_over_a_break() {
        let faces = Faces::get().unwrap();
        let spans =
            [Span::new(faces, "Två ord ", Weight::Bold), Span::new(faces, "och text", Weight::Regular)];
        let lines = break_lines(faces, &spans, 10.0, 62.0);
        let weights: Vec<_> = lines.iter().flat_map(|line| &line.spans).map(|span| span.weight).collect();
        assert_eq!(weights, [Weight::Bold, Weight::Regular, Weight::Regular]);
    }
}
