//! The two faces: which glyph draws a character, how wide it is, and what stands in for characters they lack.
//!
//! Invariant: every character of a text that went through [`clean`] has a glyph, or is one of the break signs that are
//! never drawn; so the file never asks for `.notdef`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use printpdf::ParsedFont;
use unicode_normalization::UnicodeNormalization;

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("fonts/PublicSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("fonts/PublicSans-Bold.ttf");
const REGULAR_KERNING: &str = include_str!("fonts/PublicSans-Regular.kern");
const BOLD_KERNING: &str = include_str!("fonts/PublicSans-Bold.kern");

/// A soft hyphen: shows only where a line breaks at it.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';
/// A place where a line may break, never drawn.
pub(super) const BREAK: char = '\u{200b}';
/// What stands in for a character that the faces lack.
const REPLACEMENT: char = '?';
/// Where the faces keep tabular figures.
const TABULAR_ZERO: u32 = 0xe030;

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// One face.
pub(super) struct Face {
    /// As the PDF library knows it.
    pub(super) parsed: ParsedFont,
    glyphs: HashMap<char, Glyph>,
    kerning: HashMap<(char, char), f32>,
}

/// How a character is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// The glyph's number in the face.
    pub(super) id: u16,
    /// Its width in ems.
    pub(super) advance: f32,
    /// The character it reads as; one a glyph.
    pub(super) reads: char,
}

/// Both faces.
pub(super) struct Faces {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
    Some(Faces { regular: Face::new(REGULAR, REGULAR_KERNING)?, bold: Face::new(BOLD, BOLD_KERNING)? })
});

impl Faces {
    /// The faces of the program, read once.
    pub(super) fn get() -> Result<&'static Faces, PdfError> {
        FACES.as_ref().ok_or(PdfError::Face)
    }

    pub(super) fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The width of a clean text in points.
    pub(super) fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let face = self.face(weight);
        let mut before = None;
        let mut width = 0.0;
        for sign in text.chars() {
            width += face.kerning(before, sign) + face.advance(sign);
            before = Some(sign);
        }
        width * size
    }
}

impl Face {
    fn new(bytes: &[u8], kerning: &str) -> Option<Face> {
        let parsed = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        let em = f32::from(parsed.units_per_em);
        let mut reads: BTreeMap<u16, char> = BTreeMap::new();
        for (code, id) in &parsed.codepoint_to_glyph {
            if let Some(sign) = char::from_u32(*code) {
                reads.entry(*id).or_insert(plain_digit(sign));
            }
        }
        let mut glyphs = HashMap::new();
        for (code, id) in &parsed.codepoint_to_glyph {
            let advance = f32::from(parsed.get_glyph_width(*id)?) / em;
            if let (Some(sign), Some(reads)) = (char::from_u32(*code), reads.get(id)) {
                glyphs.insert(sign, Glyph { id: *id, advance, reads: *reads });
            }
        }
        let mut pairs = HashMap::new();
        for line in kerning.lines() {
            let (signs, value) = line.split_once(' ')?;
            let mut signs = signs.chars();
            let value: i16 = value.parse().ok()?;
            pairs.insert((signs.next()?, signs.next()?), f32::from(value) / 1000.0);
        }
        Some(Face { parsed, glyphs, kerning: pairs })
    }

    /// The glyph of a character; none for the break signs.
    pub(super) fn glyph(&self, sign: char) -> Option<Glyph> {
        self.glyphs.get(&sign).copied()
    }

    /// The width of a character in ems, nothing for those that are not drawn.
    pub(super) fn advance(&self, sign: char) -> f32 {
        self.glyphs.get(&sign).map_or(0.0, |glyph| glyph.advance)
    }

    /// How much nearer or farther a character stands after another, in ems.
    pub(super) fn kerning(&self, before: Option<char>, sign: char) -> f32 {
        before.and_then(|before| self.kerning.get(&(before, sign))).copied().unwrap_or(0.0)
    }
}

fn plain_digit(sign: char) -> char {
    let code = u32::from(sign);
    match code.checked_sub(TABULAR_ZERO) {
        Some(digit @ 0..=9) => char::from_digit(digit, 10).unwrap_or(sign),
        _ => sign,
    }
}

/// The same text with figures that are all equally wide, for columns of numbers.
pub(super) fn tabular(text: &str) -> String {
    let wide = |sign: char| sign.to_digit(10).and_then(|digit| char::from_u32(TABULAR_ZERO + digit));
    text.chars().map(|sign| wide(sign).unwrap_or(sign)).collect()
}

/// The text with nothing in it that the faces cannot draw: composed, other spaces made ordinary ones, invisible signs
/// left out, characters outside the faces written another way or as a question mark. Line feeds, soft hyphens and
/// zero-width spaces stay.
pub(super) fn clean(faces: &Faces, text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for sign in text.nfc() {
        match sign {
            '\n' | SOFT_HYPHEN | BREAK => clean.push(sign),
            '\t' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{3000}' => clean.push(' '),
            '\u{2007}' | '\u{202f}' => clean.push('\u{a0}'),
            '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\u{2010}' | '\u{2011}' => clean.push('-'),
            '\u{2012}' | '\u{2015}' => clean.push('–'),
            sign if invisible(sign) => {}
            sign if drawable(faces, sign) => clean.push(sign),
            sign => match another_way(sign) {
                Some(text) => clean.push_str(text),
                None => stripped(faces, sign, &mut clean),
            },
        }
    }
    clean
}

fn drawable(faces: &Faces, sign: char) -> bool {
    let private = (TABULAR_ZERO..TABULAR_ZERO + 10).contains(&u32::from(sign));
    !private && faces.regular.glyph(sign).is_some() && faces.bold.glyph(sign).is_some()
}

/// Controls, joiners, marks of direction and variation.
fn invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// The simpler letters that a character stands for, without marks that the faces cannot set, or the replacement.
fn stripped(faces: &Faces, sign: char, clean: &mut String) {
    let before = clean.len();
    let fits =
        |part: &char| *part != sign && drawable(faces, *part) && !('\u{300}'..='\u{36f}').contains(part);
    clean.extend(std::iter::once(sign).nfkc().filter(fits));
    if clean.len() == before {
        clean.extend(std::iter::once(sign).nfkd().filter(fits));
    }
    if clean.len() == before {
        clean.push(REPLACEMENT);
    }
}

fn another_way(sign: char) -> Option<&'static str> {
    Some(match sign {
        'α' => "alfa",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'κ' => "kappa",
        'λ' => "lambda",
        'σ' => "sigma",
        'τ' => "tau",
        'χ' => "chi",
        'ω' => "omega",
        'Δ' => "∆",
        'μ' => "µ",
        '‐' | '﹣' | '－' => "-",
        '⇒' | '➔' | '➜' | '➝' => "→",
        '✔' | '☑' | '✅' => "✓",
        '◦' | '▪' | '▫' | '□' | '○' | '◯' | '◆' | '◇' | '★' | '☆' => "•",
        '′' => "'",
        '″' => "\"",
        '⩾' | '≧' => "≥",
        '⩽' | '≦' => "≤",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_of_a_clean_text_has_a_glyph() {
        let faces = Faces::get().unwrap();
        for (typed, shown) in [
            ("a\u{30a}a\u{308}o\u{308} åäö", "åäö åäö"),
            ("1\u{202f}000\tkr", "1\u{a0}000 kr"),
            ("− – « » “ ” … ▲ ● ■ → ≥ ½ ł ş", "− – « » “ ” … ▲ ● ■ → ≥ ½ ł ş"),
            ("β-blockerare 5 μg", "beta-blockerare 5 µg"),
            ("中文 🙂", "?? ?"),
            ("\u{202e}bak\u{0}fram\u{feff}", "bakfram"),
            ("ﬀ ǆ", "ff dž"),
        ] {
            let clean = clean(faces, typed);
            assert_eq!(clean, shown, "{typed}");
            for weight in [Weight::Regular, Weight::Bold] {
                assert!(
                    clean
                        .chars()
                        .all(|sign| faces.face(weight).glyph(sign).is_some_and(|glyph| glyph.id > 0))
                );
            }
        }
    }

    #[test]
    fn tabular_figures_are_equally_wide_and_read_as_figures() {
        let faces = Faces::get().unwrap();
        assert!(faces.width("1", Weight::Regular, 10.0) < faces.width("8", Weight::Regular, 10.0));
        let widths = ["111", "888"].map(|text| faces.width(&tabular(text), Weight::Regular, 10.0));
        assert!((widths[0] - widths[1]).abs() < 0.001);
        let one = tabular("1").chars().next().unwrap();
        assert_eq!(faces.regular.glyph(one).unwrap().reads, '1');
    }

    #[test]
    fn kerning_brings_pairs_together() {
        let faces = Faces::get().unwrap();
        let apart = faces.width("A", Weight::Regular, 10.0) + faces.width("V", Weight::Regular, 10.0);
        assert!(faces.width("AV", Weight::Regular, 10.0) < apart - 0.2);
    }
}
