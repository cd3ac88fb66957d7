//! Exact numbers: every answer, threshold and score is a fraction, never a float.
//!
//! Invariant: nothing here rounds except [`display`] and [`display_beside`], and those are for people only.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// An exact number. Always in lowest terms with a positive denominator.
pub type Fraction = BigRational;

/// The longest text read as a number, in bytes; more is refused before any arithmetic.
pub const LONGEST: usize = 60;

/// A whole number as a fraction.
#[must_use]
pub fn whole(value: i64) -> Fraction {
    Fraction::from_integer(BigInt::from(value))
}

/// Reads `12`, `-3`, `2.5`, `2,5` or `54/25`. Spaces inside are not accepted; see [`parse_typed`] for what people type.
#[must_use]
pub fn parse(text: &str) -> Option<Fraction> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if let Some((above, below)) = text.split_once('/') {
        let below = integer(below)?;
        return (!below.is_zero()).then(|| integer(above).map(|above| Fraction::new(above, below)))?;
    }
    match text.split_once(['.', ',']) {
        None => integer(text).map(Fraction::from_integer),
        Some((whole, decimals)) => {
            if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            integer(whole)?;
            let digits = integer(&format!("{whole}{decimals}"))?;
            let places = u32::try_from(decimals.len()).ok()?;
            Some(Fraction::new(digits, BigInt::from(10).pow(places)))
        }
    }
}

/// Reads a number as a Swede types it: spaces of any kind between thousands, a decimal comma, a typographic minus.
#[must_use]
pub fn parse_typed(text: &str) -> Option<Fraction> {
    let plain: String = text
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '\u{a0}' && *sign != '\u{202f}')
        .map(|sign| if sign == '\u{2212}' { '-' } else { sign })
        .collect();
    if plain.contains('/') {
        return None;
    }
    parse(&plain)
}

fn integer(text: &str) -> Option<BigInt> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// The fraction in lowest terms as text: `3`, `5/2`, `-1/3`.
#[must_use]
pub fn exact(value: &Fraction) -> String {
    if value.denom().is_one() {
        value.numer().to_string()
    } else {
        format!("{}/{}", value.numer(), value.denom())
    }
}

/// The value with `places` decimals, rounded half away from zero, with decimal comma, real minus and
/// non-breaking spaces between thousands; never `−0,0`.
#[must_use]
pub fn display(value: &Fraction, places: u32) -> String {
    let scale = BigInt::from(10).pow(places);
    let scaled = value.abs() * Fraction::from_integer(scale.clone());
    let half = Fraction::new(BigInt::one(), BigInt::from(2));
    let rounded = (scaled + half).floor().to_integer();
    let negative = value.is_negative() && !rounded.is_zero();
    let mut text = String::new();
    if negative {
        text.push('\u{2212}');
    }
    text.push_str(&thousands(&(&rounded / &scale).to_string()));
    if places > 0 {
        let decimals = (&rounded % &scale).to_string();
        text.push(',');
        text.extend(std::iter::repeat_n(
            '0',
            usize::try_from(places).unwrap_or(0).saturating_sub(decimals.len()),
        ));
        text.push_str(&decimals);
    }
    text
}

/// The value with as few decimals as it needs, at most `most`.
#[must_use]
pub fn display_short(value: &Fraction, most: u32) -> String {
    let full = display(value, most);
    if most == 0 { full } else { full.trim_end_matches('0').trim_end_matches(',').to_owned() }
}

/// One decimal, or as many as it takes not to show a threshold that the exact value does not reach
/// (scoring model 7.10, *Display*: 59,96 beside V). A negative threshold is reached from above.
#[must_use]
pub fn display_beside(value: &Fraction, thresholds: &[Fraction]) -> String {
    let unreached = |threshold: &&Fraction| {
        if threshold.is_negative() { value > *threshold } else { value < *threshold }
    };
    decimals_apart(value, &thresholds.iter().filter(unreached).collect::<Vec<_>>())
}

/// One decimal, or as many as it takes to tell the value from every threshold that it is not, on either side:
/// for a limit that may be reached but not passed.
#[must_use]
pub fn display_apart(value: &Fraction, thresholds: &[Fraction]) -> String {
    decimals_apart(value, &thresholds.iter().filter(|threshold| *threshold != value).collect::<Vec<_>>())
}

/// As many decimals as it takes; ends because every threshold given differs from the value.
fn decimals_apart(value: &Fraction, thresholds: &[&Fraction]) -> String {
    let mut places = 1;
    loop {
        let text = display(value, places);
        if thresholds.iter().all(|threshold| text != display(threshold, places)) {
            return text;
        }
        places += 1;
    }
}

/// A change: like [`display_beside`] with an explicit plus sign.
#[must_use]
pub fn display_change(value: &Fraction, thresholds: &[Fraction]) -> String {
    let text = display_beside(value, thresholds);
    if value.is_positive() && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        format!("+{text}")
    } else {
        text
    }
}

fn thousands(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(text: &str) -> Fraction {
        parse(text).unwrap()
    }

    #[test]
    fn numbers_are_read_exactly() {
        assert_eq!(exact(&fraction("54/25")), "54/25");
        assert_eq!(exact(&fraction("2,50")), "5/2");
        assert_eq!(exact(&fraction("-0.1")), "-1/10");
        for wrong in ["", "-", "1/0", "1,", ",5", "1e9", "0x1", "١", "1/2/3", "--1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse(&"9".repeat(LONGEST + 1)), None);
    }

    #[test]
    fn typed_numbers_may_hold_spaces_and_a_real_minus() {
        assert_eq!(parse_typed(" 4\u{a0}850 000,5 "), parse("4850000.5"));
        assert_eq!(parse_typed("\u{2212}8"), parse("-8"));
        assert_eq!(parse_typed("1/2"), None);
    }

    #[test]
    fn display_rounds_half_away_from_zero_and_never_shows_a_negative_zero() {
        assert_eq!(display(&fraction("68.75"), 1), "68,8");
        assert_eq!(display(&fraction("-68.75"), 1), "\u{2212}68,8");
        assert_eq!(display(&fraction("-0.04"), 1), "0,0");
        assert_eq!(display(&fraction("4850000"), 0), "4\u{a0}850\u{a0}000");
        assert_eq!(display_short(&fraction("2.50"), 2), "2,5");
    }

    #[test]
    fn display_never_shows_a_threshold_that_is_not_reached() {
        let sixty = [whole(60)];
        assert_eq!(display_beside(&fraction("59.96"), &sixty), "59,96");
        assert_eq!(display_beside(&fraction("60"), &sixty), "60,0");
        assert_eq!(display_beside(&fraction("60.04"), &sixty), "60,0");
        assert_eq!(display_apart(&fraction("60.04"), &sixty), "60,04");
        assert_eq!(display_beside(&fraction("-4.96"), &[whole(5), whole(-5)]), "\u{2212}4,96");
        assert_eq!(display_change(&fraction("101/16"), &[whole(5)]), "+6,3");
        assert_eq!(display_change(&fraction("0.01"), &[whole(5)]), "0,0");
    }
}
