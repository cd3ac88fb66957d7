//! Warns of personal numbers and e-mail addresses in free text: answers hold no patient data and no named staff
//! (GDPR art. 5.1 c), and become public records when they are submitted.
//!
//! A personal number is found with and without hyphen, with and without century, and as a coordination number (the day
//! plus 60); only with a date that can be and the right check digit, so that telephone and registry numbers pass.

use super::{Checked, Finding};
use crate::text::Text;

/// The warnings, in form order: at most one of each kind a text.
pub(super) fn warnings(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for written in checked.written() {
        if has_personal_number(written.text) {
            found.push(written.warning("personal_number", |sv, en| {
                Text::new(
                    format!("{sv}: texten ser ut att innehålla ett personnummer. Ta bort det."),
                    format!("{en}: the text seems to hold a personal number. Remove it."),
                )
            }));
        }
        if has_email(written.text) {
            found.push(written.warning("email_address", |sv, en| {
                Text::new(
                    format!(
                        "{sv}: texten innehåller en e-postadress. Skriv funktionen i stället för personen."
                    ),
                    format!("{en}: the text holds an e-mail address. Name the function and not the person."),
                )
            }));
        }
    }
    found
}

/// Whether a personal number or coordination number stands in a text.
#[must_use]
pub fn has_personal_number(text: &str) -> bool {
    runs(text).iter().any(|run| is_personal_number(run))
}

/// Runs of digits, a single hyphen, plus or dash among them, that no letter, digit or decimal sign touches.
fn runs(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| signs.get(at).is_some_and(char::is_ascii_digit);
    let joins = |at: usize| {
        signs.get(at).is_some_and(|sign| matches!(sign, '-' | '+' | '\u{2010}' | '\u{2011}' | '\u{2013}'))
            && is_digit(at + 1)
    };
    let mut runs = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if !is_digit(at) {
            at += 1;
            continue;
        }
        let begin = at;
        let mut run = String::new();
        while is_digit(at) || joins(at) {
            if is_digit(at) {
                run.extend(signs.get(at));
            } else {
                run.push('-');
            }
            at += 1;
        }
        let letter = |place: Option<&char>| place.is_some_and(|sign| sign.is_alphanumeric());
        let before = begin.checked_sub(1).and_then(|before| signs.get(before));
        if !letter(before) && !letter(signs.get(at)) {
            runs.push(run);
        }
    }
    runs
}

/// Whether a run is one number: ten or twelve digits, the hyphen at most once and before the last four.
fn is_personal_number(run: &str) -> bool {
    let digits: Vec<u32> = run.chars().filter_map(|sign| sign.to_digit(10)).collect();
    let whole = match run.split_once('-') {
        None => true,
        Some((_, last)) => last.len() == 4 && !last.contains('-'),
    };
    let (century, ten) = match digits.len() {
        10 => (None, digits.as_slice()),
        12 => digits
            .split_at_checked(2)
            .map_or((None, digits.as_slice()), |(century, ten)| (Some(century), ten)),
        _ => return false,
    };
    let century_can_be = match century {
        None | Some([1, 8 | 9] | [2, 0]) => true,
        Some(_) => false,
    };
    whole && century_can_be && is_date(century, ten) && luhn(ten)
}

/// Whether the first six of ten digits are a day; 60 is added to a coordination number's.
fn is_date(century: Option<&[u32]>, ten: &[u32]) -> bool {
    let [y1, y2, m1, m2, d1, d2, ..] = ten else { return false };
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    let day = if day > 60 { day - 60 } else { day };
    let year = |century: u32| i32::try_from(century * 100 + y1 * 10 + y2).unwrap_or_default();
    let centuries = match century {
        Some([tens, ones]) => vec![tens * 10 + ones],
        // A 29 February that is only in one of the centuries is a day all the same.
        _ => vec![19, 20],
    };
    centuries.into_iter().any(|century| chrono::NaiveDate::from_ymd_opt(year(century), month, day).is_some())
}

/// The check digit by Luhn's algorithm over ten digits.
fn luhn(ten: &[u32]) -> bool {
    let sum: u32 = ten
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { *digit })
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// Whether an e-mail address stands in a text.
#[must_use]
pub fn has_email(text: &str) -> bool {
    text.split(|sign: char| sign.is_whitespace() || "<>()[],;:\"".contains(sign)).any(|word| {
        let word = word.trim_matches(|sign: char| ".!?'".contains(sign));
        let Some((local, host)) = word.split_once('@') else { return false };
        let parts: Vec<&str> = host.split('.').collect();
        let named =
            |part: &&str| !part.is_empty() && part.chars().all(|sign| sign.is_alphanumeric() || sign == '-');
        let last =
            parts.last().is_some_and(|last| last.chars().count() >= 2 && !last.contains(char::is_numeric));
        !local.is_empty() && parts.len() >= 2 && parts.iter().all(named) && last
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_found_in_every_way_of_writing_them() {
        // Numbers that the tax agency keeps for tests, and coordination numbers made from them.
        for text in [
            "811228-9874",
            "8112289874",
            "19811228-9874",
            "198112289874",
            "Patienten (811228-9874) kom.",
            "pnr:8112289874.",
            "811228+9874",
            "811228–9874",
            "701063-2391",
            "197010632391",
            "000229-0005",
            "20000229-0005",
        ] {
            assert!(has_personal_number(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "",
            "2025",
            "811228-9875",
            "811328-9874",
            "810229-0007",
            "811228-98745",
            "046-17 10 00",
            "0701740605",
            "118112289874",
            "A8112289874",
            "8112289874a",
            "81-12-28-9874",
            "8112-289874",
            "10.1016/j.jacc.2024.01.001",
            "1 200 000 kr",
            "2026/123456",
        ] {
            assert!(!has_personal_number(text), "{text}");
        }
    }

    #[test]
    fn the_check_digit_and_the_date_both_count() {
        let of =
            |six: &str| (0..10_000).filter(|last| has_personal_number(&format!("{six}-{last:04}"))).count();
        assert_eq!(of("811228"), 1000);
        assert_eq!(of("811288"), 1000);
        assert_eq!(of("811232"), 0);
        assert_eq!(of("810229"), 0);
        assert_eq!(of("000229"), 1000);
    }

    #[test]
    fn addresses_are_found_and_other_signs_are_not() {
        for text in ["maja.exempelsson@skane.example", "Skriv till <a@b.se>.", "x+y@sub.lu.se!", "a@b.se, c"]
        {
            assert!(has_email(text), "{text}");
        }
        for text in ["", "@", "3 @ 5", "a@b", "@lu.se", "a@.se", "kl@10.30", "a@b.s"] {
            assert!(!has_email(text), "{text}");
        }
    }
}
