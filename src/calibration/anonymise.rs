//! Takes out of a text what tells whose it is. Pure.
//!
//! Whole words are replaced, in any case and with or without accents, also with the Swedish genitive s, which stays:
//! «Kardiologis» becomes «[enheten]s». A hyphen ends a word, so that «Berg-gruppen» becomes «[namn]-gruppen». Inside a
//! longer word («Bergmetoden», «kardiologisk») nothing is replaced, since most such words are ordinary ones; the
//! coordinator gets them marked ([`Terms::pieces`]). A single word of up to three letters counts only with a capital:
//! «per» and «bo» are words too. Of several terms that fit, the one of most words wins, then the longest.
//!
//! Addresses of mail and of pages, DOIs, and what looks like a personal number go whoever they belong to.

use std::collections::BTreeSet;
use std::ops::Range;

/// What is named; each has what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The unit.
    Unit,
    /// The hub it works in.
    Hub,
    /// The department above it.
    Department,
    /// The administration it belongs to.
    Administration,
    /// Somebody who is tied to it.
    Person,
}

impl Named {
    /// What stands in its place.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Named::Unit => "[enheten]",
            Named::Hub => "[hubben]",
            Named::Department => "[verksamhetsområdet]",
            Named::Administration => "[förvaltningen]",
            Named::Person => "[namn]",
        }
    }
}

const LINK: &str = "[länk]";
const MAIL: &str = "[e-post]";
const NUMBER: &str = "[personnummer]";

/// Everything that is put in the place of something.
const PLACEHOLDERS: [&str; 8] =
    ["[enheten]", "[hubben]", "[verksamhetsområdet]", "[förvaltningen]", "[namn]", LINK, MAIL, NUMBER];

/// Single words up to this length count only with a capital.
const SHORT: usize = 3;
/// A longer word that holds a term of at least this length is marked.
const TELLING: usize = 4;
/// The most signs between two words of one term.
const GAP: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    words: Vec<String>,
    placeholder: &'static str,
}

impl Term {
    fn length(&self) -> (usize, usize) {
        (self.words.len(), self.words.iter().map(|word| word.chars().count()).sum())
    }
}

/// What is taken out, the longest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

/// A part of a text, for the coordinator who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As the unit or a coordinator wrote it.
    Plain(String),
    /// Something was taken out here.
    Replaced(String),
    /// May tell whose text it is; it is for the coordinator to say.
    Telling(String),
}

/// A word of a text.
struct Word {
    at: Range<usize>,
    folded: String,
    capital: bool,
}

impl Terms {
    /// Adds a name. Nothing without letters is one.
    pub fn add(&mut self, named: Named, name: &str) {
        let words: Vec<String> = words(name).into_iter().map(|word| word.folded).collect();
        let letters = words.iter().flat_map(|word| word.chars()).filter(|sign| sign.is_alphabetic()).count();
        let term = Term { words, placeholder: named.placeholder() };
        if letters >= 2 && !self.0.iter().any(|known| known.words == term.words) {
            self.0.push(term);
            self.0.sort_by(|one, other| other.length().cmp(&one.length()).then_with(|| one.cmp(other)));
        }
    }

    /// Adds a person's name: whole, and each part that is a name by itself. «von» and «af» are none.
    pub fn add_person(&mut self, name: &str) {
        self.add(Named::Person, name);
        let named = name.chars().any(char::is_uppercase);
        let parts = name.split_whitespace().filter(|part| !named || is_capital(part));
        for part in parts.flat_map(|part| std::iter::once(part).chain(part.split('-'))) {
            self.add(Named::Person, part);
        }
    }

    /// Adds who answers for a piece of evidence: a name, a role, or both. Words that `common` holds, in lower case, are roles.
    pub fn add_owner(&mut self, owner: &str, common: &BTreeSet<String>) {
        for one in owner.split([',', ';', '/', '&', '(', ')', '\n']).flat_map(|part| part.split(" och ")) {
            let is_name = |part: &&str| is_capital(part) && !common.contains(&part.to_lowercase());
            let name: Vec<&str> = one.split_whitespace().filter(is_name).collect();
            if !name.is_empty() {
                self.add_person(&name.join(" "));
            }
        }
    }

    /// The text with everything taken out.
    #[must_use]
    pub fn replace(&self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut from = 0;
        for (at, placeholder) in self.found(text) {
            told.push_str(text.get(from..at.start).unwrap_or_default());
            told.push_str(placeholder);
            from = at.end;
        }
        told + text.get(from..).unwrap_or_default()
    }

    /// The text in pieces: what was taken out, and what may still tell.
    #[must_use]
    pub fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut marked: Vec<(Range<usize>, bool)> = PLACEHOLDERS
            .iter()
            .flat_map(|one| text.match_indices(one).map(|(at, found)| (at..at + found.len(), true)))
            .collect();
        let free = |at: &Range<usize>, marked: &[(Range<usize>, bool)]| {
            !marked.iter().any(|(taken, _)| overlap(taken, at))
        };
        for (at, _) in self.found(text) {
            if free(&at, &marked) {
                marked.push((at, false));
            }
        }
        for word in words(text) {
            if self.is_telling(&word.folded) && free(&word.at, &marked) {
                marked.push((word.at, false));
            }
        }
        marked.sort_by_key(|(at, _)| at.start);
        let mut pieces = Vec::new();
        let part = |at: Range<usize>| text.get(at).unwrap_or_default().to_owned();
        let mut from = 0;
        for (at, replaced) in marked {
            if from < at.start {
                pieces.push(Piece::Plain(part(from..at.start)));
            }
            from = at.end;
            pieces.push(if replaced { Piece::Replaced(part(at)) } else { Piece::Telling(part(at)) });
        }
        if from < text.len() {
            pieces.push(Piece::Plain(part(from..text.len())));
        }
        pieces
    }

    /// Whether a longer word holds a term.
    fn is_telling(&self, word: &str) -> bool {
        let single = |term: &&Term| term.words.len() == 1 && term.length().1 >= TELLING;
        self.0.iter().filter(single).flat_map(|term| &term.words).any(|term| word.contains(term.as_str()))
    }

    /// Where something is to be taken out, in order, and what stands there then.
    fn found(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let mut found = patterns(text);
        let words: Vec<Word> = words(text)
            .into_iter()
            .filter(|word| !found.iter().any(|(taken, _)| overlap(taken, &word.at)))
            .collect();
        let mut rest = words.as_slice();
        while let Some((_, after)) = rest.split_first() {
            let fits = self.0.iter().find_map(|term| Some((term, fit(term, rest, text)?)));
            match fits {
                Some((term, at)) => {
                    found.push((at, term.placeholder));
                    rest = rest.get(term.words.len()..).unwrap_or_default();
                }
                None => rest = after,
            }
        }
        found.sort_by_key(|(at, _)| at.start);
        found
    }
}

/// Where a term stands at the beginning of some words, without a genitive s.
fn fit(term: &Term, words: &[Word], text: &str) -> Option<Range<usize>> {
    let here = words.get(..term.words.len())?;
    let (first, last) = (here.first()?, here.last()?);
    let close = here.windows(2).all(|two| match two {
        [one, other] => text.get(one.at.end..other.at.start).is_some_and(|gap| gap.chars().count() <= GAP),
        _ => true,
    });
    let (end, before) = term.words.split_last()?;
    let same = before.iter().zip(here).all(|(word, there)| *word == there.folded);
    let genitive = last.folded.strip_suffix('s') == Some(end);
    if !close || !same || !(last.folded == *end || genitive) {
        return None;
    }
    if before.is_empty() && end.chars().count() <= SHORT && !first.capital {
        return None;
    }
    let tail = text.get(last.at.clone())?.rfind(['s', 'S']).filter(|_| genitive);
    Some(first.at.start..tail.map_or(last.at.end, |tail| last.at.start + tail))
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn is_capital(word: &str) -> bool {
    word.chars().find(|sign| sign.is_alphanumeric()).is_some_and(char::is_uppercase)
}

/// Signs that stand inside a word without being seen, and accents written apart from their letter.
fn is_silent(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

/// The words of a text, each without case and accents.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, sign) in text.char_indices() {
        let part = sign.is_alphanumeric() || (open && is_silent(sign));
        if part && !open {
            words.push(Word { at: at..at, folded: String::new(), capital: sign.is_uppercase() });
        }
        open = part;
        if let (true, Some(word)) = (part, words.last_mut()) {
            word.at.end = at + sign.len_utf8();
            fold(sign, &mut word.folded);
        }
    }
    words
}

/// A letter in lower case and without accent, as people leave them out: `ö` is `o`.
fn fold(sign: char, to: &mut String) {
    for letter in sign.to_lowercase().filter(|letter| !is_silent(*letter)) {
        let plain = match letter {
            'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' => "a",
            'æ' => "ae",
            'ç' => "c",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'í' | 'ì' | 'î' | 'ï' => "i",
            'ñ' => "n",
            'ö' | 'ø' | 'ó' | 'ò' | 'ô' | 'õ' => "o",
            'ü' | 'ú' | 'ù' | 'û' => "u",
            'ý' | 'ÿ' => "y",
            'ß' => "ss",
            other => {
                to.push(other);
                continue;
            }
        };
        to.push_str(plain);
    }
}

/// Links, DOIs, addresses of mail and what looks like personal numbers, in order and apart.
fn patterns(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    for chunk in split(text, 0, char::is_whitespace) {
        match link(text, &chunk) {
            Some(link) => found.push((link, LINK)),
            None => found.extend(addresses(text, &chunk)),
        }
    }
    found.extend(personal_numbers(text).into_iter().map(|at| (at, NUMBER)));
    found.sort_by_key(|(at, _)| (at.start, usize::MAX - at.end));
    let mut end = 0;
    found.retain(|(at, _)| {
        let apart = at.start >= end;
        end = end.max(at.end);
        apart
    });
    found
}

/// The parts of a text between signs, each with its place in the whole.
fn split(text: &str, from: usize, between: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut at = from;
    for part in text.split(between) {
        if !part.is_empty() {
            parts.push(at..at + part.len());
        }
        at += part.len();
        at += text.get(at - from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    parts
}

/// The end of a part without the signs that close a sentence or a bracket.
fn trimmed(text: &str, at: &Range<usize>) -> Range<usize> {
    let part = text.get(at.clone()).unwrap_or_default();
    at.start..at.start + part.trim_end_matches(|sign: char| ".,;:!?)]}>\"'»”".contains(sign)).len()
}

/// An address of a page, or a DOI, within a part without white space: from where it begins to the end.
fn link(text: &str, chunk: &Range<usize>) -> Option<Range<usize>> {
    let lower = text.get(chunk.clone())?.to_ascii_lowercase();
    let scheme = lower.find("://").map(|at| {
        let before = lower.get(..at).unwrap_or_default();
        before.rfind(|sign: char| !sign.is_ascii_alphanumeric()).map_or(0, |place| {
            place + before.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        })
    });
    let doi = lower.match_indices("10.").map(|(at, _)| at).find(|at| {
        let rest = lower.get(at + 3..).unwrap_or_default();
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        (4..=9).contains(&digits) && rest.get(digits..).is_some_and(|rest| rest.starts_with('/'))
    });
    let named = ["www.", "doi:", "doi.org/"].iter().filter_map(|begin| {
        let at = lower.find(begin)?;
        (lower.len() > at + begin.len()).then_some(at)
    });
    let begin = scheme.into_iter().chain(doi).chain(named).min()?;
    Some(trimmed(text, &(chunk.start + begin..chunk.end)))
}

/// Addresses of mail, and of pages without their scheme, within a part without white space.
fn addresses(text: &str, chunk: &Range<usize>) -> Vec<(Range<usize>, &'static str)> {
    let part = text.get(chunk.clone()).unwrap_or_default();
    let parts = split(part, chunk.start, |sign| "<>()[]{},;:\"'«»|".contains(sign));
    let told = parts.into_iter().filter_map(|at| {
        let at = trimmed(text, &at);
        let word = text.get(at.clone())?;
        let mail = word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
        (mail || is_page(word)).then_some((at, if mail { MAIL } else { LINK }))
    });
    told.collect()
}

/// Whether a word is an address such as `kardiologi.skane.se/rutin`.
fn is_page(word: &str) -> bool {
    const ENDS: [&str; 15] =
        ["se", "com", "org", "net", "eu", "nu", "io", "edu", "info", "dk", "no", "fi", "uk", "de", "example"];
    let (host, path) = word.split_once('/').unwrap_or((word, ""));
    let labels: Vec<&str> = host.split('.').collect();
    let label =
        |label: &&str| !label.is_empty() && label.chars().all(|sign| sign.is_alphanumeric() || sign == '-');
    let Some(last) = labels.last() else { return false };
    let ends = ENDS.contains(&last.to_lowercase().as_str())
        || (!path.is_empty() && last.chars().count() >= 2 && last.chars().all(char::is_alphabetic));
    labels.len() >= 2 && labels.iter().all(label) && ends
}

/// What looks like a personal number, with or without its check digit right: six or eight digits that can be a day, and four
/// more, together or with one sign between.
fn personal_numbers(text: &str) -> Vec<Range<usize>> {
    let runs = digit_runs(text);
    let lone = |at: &Range<usize>| {
        let before = text.get(..at.start).and_then(|before| before.chars().next_back());
        let after = text.get(at.end..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    let mut found = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let digits = text.get(run.clone()).unwrap_or_default();
        if matches!(digits.len(), 10 | 12) && is_day(digits.get(..digits.len() - 4)) && lone(run) {
            found.push(run.clone());
        }
        let Some(next) = runs.get(place + 1).filter(|next| next.len() == 4) else { continue };
        let between = text.get(run.end..next.start).unwrap_or_default();
        let joined = between.chars().count() == 1
            && between.chars().all(|sign| " -+\u{a0}\u{2010}\u{2011}\u{2012}\u{2013}".contains(sign));
        let whole = run.start..next.end;
        if joined && matches!(digits.len(), 6 | 8) && is_day(Some(digits)) && lone(&whole) {
            found.push(whole);
        }
    }
    found
}

fn digit_runs(text: &str) -> Vec<Range<usize>> {
    split(text, 0, |sign| !sign.is_ascii_digit())
}

/// Whether the last four of six or eight digits can be a month and a day; 60 is added to a coordination number's day.
fn is_day(digits: Option<&str>) -> bool {
    let Some(digits) = digits else { return false };
    let number = |at: Range<usize>| digits.get(at).and_then(|part| part.parse::<u32>().ok());
    let Some(begin) = digits.len().checked_sub(4) else { return false };
    let (month, day) = (number(begin..begin + 2), number(begin + 2..begin + 4));
    month.is_some_and(|month| (1..=12).contains(&month))
        && day.is_some_and(|day| (1..=31).contains(&day) || (61..=91).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let mut terms = Terms::default();
        terms.add(Named::Unit, "Kardiologi");
        terms.add(Named::Unit, "kardiologi-lund");
        terms.add(Named::Department, "Hjärt- och lungmedicin");
        terms.add(Named::Administration, "sus");
        terms.add_person("Per von Berg-Öst");
        terms.add_person("Maja Exempelsson");
        terms
    }

    #[test]
    fn whole_words_go_in_any_case_and_with_genitive() {
        for (text, told) in [
            ("Kardiologi, KARDIOLOGI och kardiologis.", "[enheten], [enheten] och [enheten]s."),
            ("kardiologi lund", "[enheten]"),
            ("hjärt-\r\noch lungmedicins plan", "[verksamhetsområdet]s plan"),
            ("Hjart- och Lungmedicin", "[verksamhetsområdet]"),
            ("Per berg-öst, Bergs, ÖST", "[namn] [namn], [namn]s, [namn]"),
            ("Antal per år. Per sade.", "Antal per år. [namn] sade."),
            ("SUS:s plan; sus", "[förvaltningen]:s plan; sus"),
            ("Exempelssons Berg-grupp", "[namn]s [namn]-grupp"),
            ("A\u{30a}ke, Exempel\u{ad}sson, O\u{308}st", "A\u{30a}ke, [namn], [namn]"),
            ("kardiologiska Bergmetoden von", "kardiologiska Bergmetoden von"),
            ("", ""),
        ] {
            assert_eq!(terms().replace(text), told, "{text}");
        }
    }

    #[test]
    fn addresses_links_and_numbers_go_whoever_they_belong_to() {
        for (text, told) in [
            ("Skriv till <vem.som@skane.example>.", "Skriv till <[e-post]>."),
            ("(se https://x.example/a?b=Kardiologi).", "(se [länk])."),
            ("doi:10.1016/S0140-6736(20)30183-5, 10.1000/xyz", "[länk], [länk]"),
            ("www.lu.se och vard.skane.se/rutin; t.ex. 10.5 %", "[länk] och [länk]; t.ex. 10.5 %"),
            ("811228-9874, 19811228 9875, 8112289874", "[personnummer], [personnummer], [personnummer]"),
            ("2025-12-01 1 200 000 kr, 046-17 10 00", "2025-12-01 1 200 000 kr, 046-17 10 00"),
        ] {
            assert_eq!(terms().replace(text), told, "{text}");
        }
    }

    #[test]
    fn roles_of_owners_are_no_names() {
        let common = ["professor".to_owned(), "studierektor".to_owned()].into();
        let mut terms = Terms::default();
        terms.add_owner("Professor Siv Påhittad, studierektor", &common);
        terms.add_owner("Studierektor", &common);
        assert_eq!(
            terms.replace("En professor, Pahittads studierektor Siv"),
            "En professor, [namn]s studierektor [namn]"
        );
    }

    #[test]
    fn the_coordinator_sees_what_went_and_what_may_still_tell() {
        let pieces = terms().pieces("Vid [enheten] är kardiologiska Berg kvar");
        let told: Vec<Piece> = vec![
            Piece::Plain("Vid ".into()),
            Piece::Replaced("[enheten]".into()),
            Piece::Plain(" är ".into()),
            Piece::Telling("kardiologiska".into()),
            Piece::Plain(" ".into()),
            Piece::Telling("Berg".into()),
            Piece::Plain(" kvar".into()),
        ];
        assert_eq!(pieces, told);
    }

    #[test]
    fn everything_that_stands_in_a_place_is_known() {
        for named in [Named::Unit, Named::Hub, Named::Department, Named::Administration, Named::Person] {
            assert!(PLACEHOLDERS.contains(&named.placeholder()));
        }
    }
}
