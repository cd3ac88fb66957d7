//! The criteria of each area: value, light, both reviewers' reasons and how the value came about.

use super::{Area, Criterion, Review, UnitReport};
use crate::reports::{Block, Cell, Column, Fact, Notice, Table, Tone};
use crate::text::Lang;

pub(super) fn blocks(unit: &UnitReport, blocks: &mut Vec<Block>) {
    if unit.areas.iter().all(|area| area.criteria.is_empty()) {
        return;
    }
    let lang = unit.language;
    blocks.push(Block::PageBreak);
    blocks.push(Block::heading(1, lang.t("Kriterier", "Criteria")));
    blocks.push(Block::paragraph(lang.t(
        "Två granskare har bedömt varje kriterium var för sig på skalan 0–4. Nivå 2 är miniminivån.",
        "Two reviewers have judged each criterion independently on the scale 0–4. Level 2 is the minimum.",
    )));
    for area in &unit.areas {
        blocks.push(Block::heading(2, format!("{} {}", area.id, area.title)));
        blocks.push(Block::KeyFigures { figures: area_facts(area, lang), compact: true });
        for criterion in &area.criteria {
            one(criterion, unit, blocks);
        }
    }
}

fn area_facts(area: &Area, lang: Lang) -> Vec<Fact> {
    let score = area.score.as_ref().map_or("–", |score| score.shown.as_str());
    let mut facts = vec![Fact::new(lang.t("Poäng av 100", "Score of 100"), score)];
    if let Some(light) = area.light {
        facts.push(Fact { label: lang.t("Ljus", "Light").to_owned(), value: light.cell(lang) });
    }
    facts.push(Fact::new(lang.t("Vikt", "Weight"), &area.weight));
    facts.push(Fact::new(lang.t("Förändring", "Change"), &area.change));
    facts
}

fn one(criterion: &Criterion, unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    blocks.push(Block::heading(3, format!("{} {}", criterion.id, criterion.title)));
    blocks.push(Block::KeyFigures { figures: facts(criterion, unit), compact: true });
    if !criterion.explanation.is_empty() {
        let lead = format!("{}.", criterion.state);
        blocks.push(Block::Paragraph { lead: Some(lead), text: criterion.explanation.clone() });
    }
    if !criterion.reviews.is_empty() {
        blocks.push(Block::Table(reviews(criterion, lang)));
    }
    for comment in &criterion.fact_comments {
        let mut texts = vec![comment.comment.clone()];
        texts.extend(comment.answer.clone());
        blocks.push(Block::Notice(Notice {
            tone: Tone::Info,
            title: Some(
                lang.t("Enhetens synpunkt i faktagranskningen", "The unit's comment in the fact check")
                    .to_owned(),
            ),
            texts,
        }));
    }
}

fn facts(criterion: &Criterion, unit: &UnitReport) -> Vec<Fact> {
    let lang = unit.language;
    let mut facts = Vec::new();
    let label = lang.t("Nivå", "Level").to_owned();
    facts.push(match &criterion.value {
        Some(value) => {
            let text = match &value.word {
                Some(word) => format!("{} {word}", value.shown),
                None => value.shown.clone(),
            };
            Fact { label, value: Cell::Level { step: value.step, text } }
        }
        None => Fact::new(label, criterion.state.as_str()),
    });
    if let Some(light) = criterion.light {
        facts.push(Fact { label: lang.t("Ljus", "Light").to_owned(), value: light.cell(lang) });
    }
    if criterion.minimum {
        let met = match criterion.met {
            Some(true) => lang.t("uppfyllt", "met"),
            Some(false) => lang.t("inte uppfyllt", "not met"),
            None => lang.t("inte bedömt", "not judged"),
        };
        facts.push(Fact::new(lang.t("Minimikrav", "Minimum"), met));
    }
    if let Some(level) = &criterion.self_level {
        facts.push(Fact::new(lang.t("Enhetens egen nivå", "The unit's own level"), level));
    }
    if let Some(last) = &criterion.last_year {
        facts.push(Fact::new((unit.year - 1).to_string(), last));
    }
    facts
}

fn reviews(criterion: &Criterion, lang: Lang) -> Table {
    let row = |review: &Review| {
        let reasons = if review.reasons.is_empty() {
            lang.t("Inget skäl lämnat.", "No reason given.").to_owned()
        } else {
            review.reasons.join("\n")
        };
        vec![Cell::text(&review.party), Cell::text(&review.score), Cell::text(reasons)]
    };
    Table {
        caption: format!(
            "{} {}",
            lang.t("Granskarnas bedömningar,", "The reviewers' judgements,"),
            criterion.id
        ),
        columns: vec![
            Column::left(lang.t("Granskare", "Reviewer"), 4),
            Column::left(lang.t("Nivå", "Level"), 3),
            Column::left(lang.t("Skäl", "Reasons"), 12),
        ],
        rows: criterion.reviews.iter().map(row).collect(),
        row_heads: true,
    }
}
