//! Warns of texts that look unfinished: words that people leave where they mean to write more.

use super::{Checked, Finding};
use crate::text::Text;

/// The warnings, in form order: at most one a text.
pub(super) fn warnings(checked: &Checked<'_>) -> Vec<Finding> {
    let unfinished = |text: &str| looks_unfinished(text);
    checked
        .written()
        .into_iter()
        .filter(|written| unfinished(written.text))
        .map(|written| {
            written.warning("unfinished", |sv, en| {
                Text::new(
                    format!("{sv}: texten ser inte färdig ut."),
                    format!("{en}: the text does not look finished."),
                )
            })
        })
        .collect()
}

/// Whether a text holds a reminder to oneself, or breaks off.
fn looks_unfinished(text: &str) -> bool {
    let text = text.trim();
    let words = text.split(|sign: char| !sign.is_alphanumeric());
    let reminder =
        |word: &str| matches!(word.to_lowercase().as_str(), "todo" | "tbd" | "xxx" | "xxxx" | "lorem");
    let breaks_off = [",", ";", "...", "\u{2026}"].iter().any(|end| text.ends_with(end));
    words.into_iter().any(reminder) || text.contains("???") || breaks_off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_and_broken_off_texts_are_told_from_finished_ones() {
        for text in [
            "TODO: siffror från HR",
            "Vi har xxx möten",
            "Rutinen finns, se ???",
            "Vi planerar att …",
            "först,",
        ] {
            assert!(looks_unfinished(text), "{text}");
        }
        for text in ["", "Inga.", "Vi frågar: varför?", "Todos los Santos", "12 möten, alla med protokoll."]
        {
            assert!(!looks_unfinished(text), "{text}");
        }
    }
}
