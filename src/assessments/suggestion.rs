//! The level that the answers suggest, with the rule in words. Pure. A suggestion decides nothing: people do.

use crate::forms::{Criterion, Evaluated, Expression, sentence};
use crate::text::Lang;

/// What the answers amount to on the scale, and what the next level takes; nothing where the form has no rule for it.
#[must_use]
pub fn suggestion(criterion: &Criterion, evaluated: &Evaluated, lang: Lang) -> Option<String> {
    rule(criterion, 2)?;
    let takes = |level: u8| {
        let words = sentence::condition(rule(criterion, level)?, criterion, lang)?;
        Some(match lang {
            Lang::Sv => format!(" Nivå {level} kräver att {words}."),
            Lang::En => format!(" Level {level} takes that {words}."),
        })
    };
    let next = |level: u8| {
        takes(level).unwrap_or_else(|| match (lang, rule(criterion, level)) {
            (_, Some(_)) => String::new(),
            (Lang::Sv, None) => format!(" Om nivå {level} är nådd avgör granskarna."),
            (Lang::En, None) => format!(" Whether level {level} is reached is for the reviewers."),
        })
    };
    Some(match evaluated.suggested {
        None => {
            let words =
                lang.t("Svaren räcker inte till ett förslag än.", "The answers do not suggest a level yet.");
            format!("{words}{}", next(2))
        }
        Some(level @ 0..=1) => format!("{}{}", matches(level, lang), next(2)),
        Some(level) => {
            let why = rule(criterion, level).and_then(|rule| sentence::condition(rule, criterion, lang));
            let why = why.map_or_else(String::new, |why| {
                format!(" {} {why}.", lang.t("Det är för att", "That is because"))
            });
            let more = if level < 4 { next(level + 1) } else { String::new() };
            format!("{}{why}{more}", matches(level, lang))
        }
    })
}

fn rule(criterion: &Criterion, level: u8) -> Option<&Expression> {
    criterion.level(level)?.when.as_ref()
}

fn matches(level: u8, lang: Lang) -> String {
    match lang {
        Lang::Sv => format!("Svaren motsvarar nivå {level}."),
        Lang::En => format!("The answers match level {level}."),
    }
}

/// One indicator for people: what it is, its value, and how it comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// Its label.
    pub label: String,
    /// Its value; an en dash while it has none.
    pub value: String,
    /// The computation in words, where it has a sentence.
    pub how: Option<String>,
}

/// Every indicator of a criterion, in order.
#[must_use]
pub fn computed(criterion: &Criterion, evaluated: &Evaluated, lang: Lang) -> Vec<Computed> {
    let values = super::shown::indicators(criterion, evaluated, lang).into_iter();
    values
        .zip(&criterion.indicators)
        .map(|((label, value), indicator)| Computed {
            label,
            value,
            how: sentence::computation(&indicator.value, criterion, lang),
        })
        .collect()
}
