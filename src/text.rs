//! The two languages of the service, and how dates are written for people in each.

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, Wall, local, wall};
use chrono::{Datelike, NaiveDate, Timelike};

/// A language of pages, mail and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Swedish, the first language.
    #[default]
    Sv,
    /// English.
    En,
}

impl Lang {
    /// The language tag: `sv` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Sv => "sv",
            Lang::En => "en",
        }
    }

    /// Reads a language tag; anything unknown is no language.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag {
            "sv" => Some(Lang::Sv),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The text of this language. Both stand where they are used, so that neither can be missing.
    #[must_use]
    pub fn t<'a>(self, sv: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Sv => sv,
            Lang::En => en,
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both texts at once.
    #[must_use]
    pub fn new(sv: impl Into<String>, en: impl Into<String>) -> Text {
        Text { sv: sv.into(), en: en.into() }
    }

    /// The text of one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        lang.t(&self.sv, &self.en)
    }
}

const MONTHS_SV: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS_SV: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn month(date: NaiveDate, lang: Lang) -> &'static str {
    let at = usize::try_from(date.month0()).unwrap_or(0);
    match lang {
        Lang::Sv => MONTHS_SV.get(at),
        Lang::En => MONTHS_EN.get(at),
    }
    .copied()
    .unwrap_or_default()
}

/// `4 december 2026`.
#[must_use]
pub fn date(date: NaiveDate, lang: Lang) -> String {
    format!("{} {} {}", date.day(), month(date, lang), date.year())
}

/// `4 dec`, without the year.
#[must_use]
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    let name: String = month(date, lang).chars().take(3).collect();
    format!("{} {name}", date.day())
}

/// `fredag 4 december 2026 kl. 16.00`, in Swedish local time whatever zone the machine has. An hour that comes twice on
/// the night when the clock is put back says which one it is.
#[must_use]
pub fn moment(at: Moment, lang: Lang) -> String {
    let utc = at;
    let at = local(at);
    let which = match wall(at.date_naive(), at.time()) {
        Wall::Twice(first, _) if first == utc => lang.t(" (sommartid)", " (summer time)"),
        Wall::Twice(..) => lang.t(" (normaltid)", " (winter time)"),
        Wall::Once(_) | Wall::Skipped => "",
    };
    let day = usize::try_from(at.weekday().num_days_from_monday()).unwrap_or(0);
    let names = match lang {
        Lang::Sv => &DAYS_SV,
        Lang::En => &DAYS_EN,
    };
    let weekday = names.get(day).copied().unwrap_or_default();
    let day = date(at.date_naive(), lang);
    match lang {
        Lang::Sv => format!("{weekday} {day} kl. {:02}.{:02}{which}", at.hour(), at.minute()),
        Lang::En => format!("{weekday} {day} at {:02}:{:02}{which}", at.hour(), at.minute()),
    }
}

/// `14.32` or `14:32`.
#[must_use]
pub fn clock_time(at: Moment, lang: Lang) -> String {
    let at = local(at);
    format!("{:02}{}{:02}", at.hour(), lang.t(".", ":"), at.minute())
}

/// `14.32` on the same day, `4 dec kl. 14.32` on another.
#[must_use]
pub fn recently(at: Moment, now: Moment, lang: Lang) -> String {
    if local(at).date_naive() == local(now).date_naive() {
        clock_time(at, lang)
    } else {
        lately(at, now, lang)
    }
}

/// `kl. 14.32` on the same day, `4 dec kl. 14.32` on another.
#[must_use]
pub fn lately(at: Moment, now: Moment, lang: Lang) -> String {
    let time = format!("{} {}", lang.t("kl.", "at"), clock_time(at, lang));
    let day = local(at).date_naive();
    if day == local(now).date_naive() { time } else { format!("{} {time}", short_date(day, lang)) }
}

/// Text as part of a query string.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut to, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            to.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(to, "%{byte:02X}");
        }
        to
    })
}

/// Text out of a query string or cookie; nothing when it is not UTF-8.
#[must_use]
pub fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoded_text_reads_back() {
        let text = "Självvärderingen är inlämnad & klar; 100 %";
        assert_eq!(
            percent_encoded(text),
            "Sj%C3%A4lvv%C3%A4rderingen%20%C3%A4r%20inl%C3%A4mnad%20%26%20klar%3B%20100%20%25"
        );
        assert_eq!(percent_decoded(&percent_encoded(text)).unwrap(), text);
        assert_eq!(percent_decoded("%ff"), None);
        assert_eq!(percent_decoded("%"), None);
    }
}
