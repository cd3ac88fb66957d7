//! A field with its answer as a page shows it. Display questions are answered here; the template only prints.

use crate::forms::answer;
use crate::text::Lang;

/// One control.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// The element's id: `E1-papers`.
    pub id: String,
    /// The control's name: `E1.papers`.
    pub name: String,
    /// The kind's name in form files.
    pub kind: &'static str,
    /// The question.
    pub label: String,
    /// A line of help.
    pub hint: Option<String>,
    /// What was typed.
    pub value: String,
    /// What can be chosen, and whether it is.
    pub options: Vec<Choice>,
    /// A table's heads.
    pub columns: Vec<String>,
    /// A table's rows.
    pub rows: Vec<Row>,
    /// The empty row that the script adds copies of, with `__n__` for its number.
    pub blank: Row,
    /// A year series' inputs.
    pub years: Vec<YearInput>,
    /// Shown after a number.
    pub unit: Option<String>,
    /// The longest text, in characters.
    pub most_characters: Option<usize>,
    /// The longest text, in words.
    pub most_words: Option<usize>,
    /// What a phone's keyboard offers: `numeric`, `decimal` or `text`.
    pub keyboard: &'static str,
    /// Whether thousands are set apart.
    pub grouped: bool,
    /// What must be mended, in sentences.
    pub issues: Vec<String>,
    /// Whether it is needed and not there.
    pub missing: bool,
    /// Whether it must be answered at all.
    pub required: bool,
    /// Whether another answer decides if it is shown.
    pub conditional: bool,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is posted.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen now.
    pub chosen: bool,
    /// What it takes, where that stands beside it: a level's anchor.
    pub help: Option<String>,
}

/// A table's row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Its number for people, from 1.
    pub number: String,
    /// The value of its remove button: `A3.goals.0`.
    pub address: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A table's cell.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The element's id.
    pub id: String,
    /// The control's name.
    pub name: String,
    /// The column's head.
    pub label: String,
    /// The column's kind in form files.
    pub kind: &'static str,
    /// What was typed.
    pub value: String,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// What a phone's keyboard offers.
    pub keyboard: &'static str,
    /// Whether thousands are set apart.
    pub grouped: bool,
    /// What must be mended.
    pub issue: Option<String>,
}

/// One year of a series.
#[derive(Debug, Clone)]
pub struct YearInput {
    /// The element's id.
    pub id: String,
    /// The control's name.
    pub name: String,
    /// The year.
    pub year: i32,
    /// What was typed.
    pub value: String,
    /// What was submitted last year for this year.
    pub before: Option<String>,
    /// What must be mended.
    pub issue: Option<String>,
}

/// Where a missing or wrong value is on the page, from its field path: `goals/0/goal` in A3 is `A3-goals-0-goal`.
#[must_use]
pub fn issue_anchor(criterion: &str, field: &str) -> String {
    if field.is_empty() { criterion.to_owned() } else { format!("{criterion}-{}", field.replace('/', "-")) }
}

/// The kinds of number, as form files name them.
const NUMBERS: [&str; 4] = ["integer", "decimal", "percent", "money"];

impl FieldView {
    /// Whether anything in the field must be mended.
    #[must_use]
    pub fn bad(&self) -> bool {
        !self.issues.is_empty()
    }

    /// Whether it takes one number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        NUMBERS.contains(&self.kind)
    }

    /// Everything that must be mended, each with the id of its control: the field's own, a cell's or a year's.
    pub fn all_issues(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let own = self.issues.iter().map(|issue| (self.id.clone(), issue.clone()));
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let cells = cells.filter_map(|cell| Some((cell.id.clone(), cell.issue.clone()?)));
        let years = self.years.iter().filter_map(|year| Some((year.id.clone(), year.issue.clone()?)));
        own.chain(cells).chain(years)
    }

    /// The ids of hint, error and counter, for the control's description.
    #[must_use]
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        if self.bad() {
            ids.push(format!("{}-error", self.id));
        }
        ids.join(" ")
    }

    /// How much is left of a limited text, in words; nothing without a limit. Counted as the server counts.
    #[must_use]
    pub fn left(&self, lang: &Lang) -> Option<String> {
        let counted = [
            (self.most_characters, answer::characters(&self.value), Counted::Characters),
            (self.most_words, answer::words(&self.value), Counted::Words),
        ];
        let left: Vec<String> = counted
            .into_iter()
            .filter_map(|(most, count, what)| {
                let (most, over) = (most?, count.saturating_sub(most?));
                let (number, words) =
                    if over > 0 { (over, what.over(*lang)) } else { (most - count, what.left(*lang)) };
                Some(words.replace("{n}", &number.to_string()))
            })
            .collect();
        (!left.is_empty()).then(|| left.join(" · "))
    }

    /// How much is left of a short text, once it comes near its limit.
    #[must_use]
    pub fn near_the_limit(&self, lang: &Lang) -> Option<String> {
        let near = self.most_characters.is_some_and(|most| answer::characters(&self.value) + 20 > most)
            || self.most_words.is_some_and(|most| answer::words(&self.value) + 5 > most);
        (self.kind == "text" && near).then(|| self.left(lang)).flatten()
    }

    /// The sentences of the counter, for the script: what is left of characters and words, and what is too much.
    #[must_use]
    pub fn counter_words(&self, lang: &Lang) -> [(&'static str, &'static str); 4] {
        [
            ("characters-left", Counted::Characters.left(*lang)),
            ("characters-over", Counted::Characters.over(*lang)),
            ("words-left", Counted::Words.left(*lang)),
            ("words-over", Counted::Words.over(*lang)),
        ]
    }

    /// Whether what was typed is a day that a calendar control can hold; it would drop anything else.
    #[must_use]
    pub fn fits_calendar(&self) -> bool {
        fits_calendar(&self.value)
    }
}

fn fits_calendar(typed: &str) -> bool {
    typed.is_empty() || answer::day(typed).is_some()
}

#[derive(Debug, Clone, Copy)]
enum Counted {
    Characters,
    Words,
}

impl Counted {
    fn left(self, lang: Lang) -> &'static str {
        match self {
            Counted::Characters => lang.t("{n} tecken kvar", "Characters left: {n}"),
            Counted::Words => lang.t("{n} ord kvar", "Words left: {n}"),
        }
    }

    fn over(self, lang: Lang) -> &'static str {
        match self {
            Counted::Characters => lang.t("{n} tecken för mycket", "Characters too many: {n}"),
            Counted::Words => lang.t("{n} ord för mycket", "Words too many: {n}"),
        }
    }
}

impl Cell {
    /// Whether it takes a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        NUMBERS.contains(&self.kind)
    }

    /// Whether a calendar control can hold it.
    #[must_use]
    pub fn fits_calendar(&self) -> bool {
        fits_calendar(&self.value)
    }
}
