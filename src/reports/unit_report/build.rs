//! The order and the headings of the unit's report.

use super::answers;
use super::criteria;
use super::{UnitReport, outcome_sentence};
use crate::number::whole;
use crate::reports::charts::{Chart, Mark, Series, ticks};
use crate::reports::{Block, Cell, Column, Cover, Fact, Figure, Notice, OutcomeBadge, Report, Table, Tone};
use crate::text;

/// The report of a unit and year, in the order of process chapter 5.
#[must_use]
pub fn build(unit: &UnitReport) -> Report {
    let lang = unit.language;
    let title = format!("{} {}", lang.t("Kvalitetsutvärdering", "Quality evaluation"), unit.year);
    let mut blocks = vec![
        Block::Cover(cover(unit, &title)),
        Block::Contents { title: lang.t("Innehåll", "Contents").to_owned() },
        Block::PageBreak,
    ];
    minimums(unit, &mut blocks);
    outcome(unit, &mut blocks);
    profile(unit, &mut blocks);
    years(unit, &mut blocks);
    criteria::blocks(unit, &mut blocks);
    follow_up(unit, &mut blocks);
    answers::blocks(unit, &mut blocks);
    method(unit, &mut blocks);
    Report {
        title,
        language: lang,
        subject: format!(
            "{} {} {}",
            lang.t("Resultat, bedömningar och svar för", "Results, reviews and answers of"),
            unit.unit,
            unit.year
        ),
        unit: unit.unit.clone(),
        year: unit.year,
        registry_number: unit.registry_number.clone(),
        version: unit.version.clone(),
        date: unit.date,
        watermark: unit.draft.then(|| lang.t("Utkast", "Draft").to_owned()),
        code: unit.code.clone(),
        blocks,
    }
}

fn cover(unit: &UnitReport, title: &str) -> Cover {
    let lang = unit.language;
    let number = unit.registry_number.clone();
    let number = number.unwrap_or_else(|| lang.t("Inte registrerad än", "Not registered yet").to_owned());
    let date = text::date(unit.date, lang);
    let status = if unit.draft {
        lang.t("Utkast, inte fastställt", "Draft, not final")
    } else {
        lang.t("Fastställd", "Final")
    };
    Cover {
        title: title.to_owned(),
        subtitle: unit.unit.clone(),
        outcome: Some(OutcomeBadge {
            letter: unit.outcome.letter.clone(),
            name: outcome_name(unit),
            sentence: outcome_sentence(lang).to_owned(),
        }),
        facts: vec![
            Fact::new(lang.t("Förvaltning", "Administration"), &unit.administration),
            Fact::new(lang.t("Diarienummer", "Registry number"), number),
            Fact::new(lang.t("Version", "Version"), &unit.version),
            Fact::new(lang.t("Datum", "Date"), date),
            Fact::new(lang.t("Status", "Status"), status),
            Fact::new(lang.t("Formulär", "Form"), &unit.form_version),
        ],
    }
}

fn outcome_name(unit: &UnitReport) -> String {
    let word = unit.language.t("Omdöme", "Outcome");
    format!("{word} {}: {}", unit.outcome.letter, unit.outcome.name)
}

fn minimums(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    blocks.push(Block::heading(1, lang.t("Minimikrav", "Minimum requirements")));
    let all =
        unit.areas.iter().flat_map(|area| &area.criteria).filter(|one| one.minimum && one.met.is_some());
    let (count, unmet) = (all.count(), unit.unmet.len());
    if unmet == 0 {
        let text = match (count, unit.total.is_some()) {
            (0, _) | (_, false) => {
                lang.t("Inga minimikrav har bedömts.", "No minimum requirement has been judged.").to_owned()
            }
            _ => format!(
                "{} ({count}).",
                lang.t("Alla minimikrav är uppfyllda", "All minimum requirements are met")
            ),
        };
        let tone = if count == 0 { Tone::Info } else { Tone::Good };
        blocks.push(Block::Notice(Notice { tone, title: None, texts: vec![text] }));
        return;
    }
    let title = format!(
        "{unmet} {} {} {}",
        lang.t("av", "of"),
        count.max(unmet),
        lang.t("minimikrav är inte uppfyllda", "minimum requirements are not met")
    );
    let text = lang.t(
        "Ett minimikrav är uppfyllt från nivå 2. Höga poäng på annat håll väger aldrig upp ett minimikrav.",
        "A minimum requirement is met from level 2. High scores elsewhere never make up for it.",
    );
    blocks.push(Block::Notice(Notice {
        tone: Tone::Warning,
        title: Some(title),
        texts: vec![text.to_owned()],
    }));
    blocks.push(Block::Table(Table {
        caption: lang
            .t("Minimikrav som inte är uppfyllda", "Minimum requirements that are not met")
            .to_owned(),
        columns: vec![
            Column::left(lang.t("Kriterium", "Criterion"), 10),
            Column::right(lang.t("Nivå", "Level"), 2),
            Column::left(lang.t("Anmärkning", "Remark"), 9),
        ],
        rows: unit
            .unmet
            .iter()
            .map(|one| {
                vec![
                    Cell::text(format!("{} {}", one.id, one.title)),
                    Cell::text(&one.value),
                    Cell::text(&one.remark),
                ]
            })
            .collect(),
        row_heads: true,
    }));
}

fn outcome(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    blocks.push(Block::heading(1, lang.t("Omdöme", "Outcome")));
    blocks.push(Block::Notice(Notice {
        tone: Tone::Info,
        title: Some(outcome_name(unit)),
        texts: vec![unit.outcome.rule.clone(), outcome_sentence(lang).to_owned()],
    }));
    if let Some(total) = &unit.total {
        let mut figures = vec![Fact::new(lang.t("Poäng av 100", "Score of 100"), &total.shown)];
        if let Some(last) = &unit.total_last_year {
            figures.push(Fact::new(year_word(unit, unit.year - 1), &last.shown));
        }
        figures.push(Fact::new(lang.t("Förändring", "Change"), &unit.total_change));
        figures.push(Fact::new(
            lang.t("Minimikrav ej uppfyllda", "Minimums not met"),
            unit.unmet.len().to_string(),
        ));
        blocks.push(Block::KeyFigures { figures, compact: false });
    }
    if let Some(reasons) = &unit.special_reasons {
        let lead = lang.t("Särskilda skäl.", "Special reasons.");
        blocks.push(Block::Paragraph { lead: Some(lead.to_owned()), text: reasons.clone() });
    }
    if let Some(summary) = &unit.summary {
        blocks.push(Block::heading(2, lang.t("Granskarnas sammanfattning", "The reviewers' summary")));
        paragraphs(summary, blocks);
    }
}

fn profile(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    if unit.areas.is_empty() {
        return;
    }
    blocks.push(Block::heading(1, lang.t("Profil", "Profile")));
    let hundred = whole(100);
    let mark = |score: &Option<super::Score>| {
        score.as_ref().map(|score| Mark::new(&score.exact, &hundred, &score.shown))
    };
    let now: Vec<_> = unit.areas.iter().map(|area| mark(&area.score)).collect();
    let before: Vec<_> = unit.areas.iter().map(|area| mark(&area.last_year)).collect();
    let mut series = vec![Series { name: unit.year.to_string(), marks: now }];
    if before.iter().any(Option::is_some) {
        series.push(Series { name: (unit.year - 1).to_string(), marks: before });
    }
    let values: Vec<String> = unit
        .areas
        .iter()
        .map(|area| {
            let shown = area.score.as_ref().map_or("–", |score| score.shown.as_str());
            format!("{} {shown}", area.title)
        })
        .collect();
    if unit.areas.len() > 2 && unit.total.is_some() {
        blocks.push(Block::Figure(Figure {
            chart: Chart::Radar {
                axes: unit.areas.iter().map(|area| format!("{} {}", area.id, area.title)).collect(),
                series,
                ticks: ticks(100, 20),
            },
            caption: lang.t("Poäng per område, 0–100.", "Score of each area, 0–100.").to_owned(),
            alt: format!(
                "{} {}. {}",
                lang.t("Profil med poäng per område:", "Profile with the score of each area:"),
                values.join(", "),
                lang.t("Samma värden står i tabellen.", "The table holds the same values.")
            ),
        }));
    }
    blocks.push(Block::Table(Table {
        caption: lang.t("Områden", "Areas").to_owned(),
        columns: vec![
            Column::left(lang.t("Område", "Area"), 11),
            Column::right(lang.t("Vikt", "Weight"), 3),
            Column::right(year_word(unit, unit.year), 5),
            Column::right(year_word(unit, unit.year - 1), 5),
            Column::right(lang.t("Förändring", "Change"), 5),
            Column::left(lang.t("Ljus", "Light"), 4),
        ],
        rows: unit
            .areas
            .iter()
            .map(|area| {
                let shown = |score: &Option<super::Score>| {
                    Cell::text(score.as_ref().map_or("–", |score| score.shown.as_str()))
                };
                vec![
                    Cell::text(format!("{} {}", area.id, area.title)),
                    Cell::text(&area.weight),
                    shown(&area.score),
                    shown(&area.last_year),
                    Cell::text(&area.change),
                    area.light.map_or_else(|| Cell::text("–"), |light| light.cell(lang)),
                ]
            })
            .collect(),
        row_heads: true,
    }));
}

fn year_word(unit: &UnitReport, year: i32) -> String {
    format!("{} {year}", unit.language.t("Poäng", "Score"))
}

fn years(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    if unit.years.len() < 2 {
        return;
    }
    blocks.push(Block::heading(1, lang.t("År för år", "Year by year")));
    let hundred = whole(100);
    let values: Vec<String> = unit
        .years
        .iter()
        .map(|one| format!("{} {}", one.year, one.total.as_ref().map_or("–", |total| total.shown.as_str())))
        .collect();
    blocks.push(Block::Figure(Figure {
        chart: Chart::Trend {
            moments: unit.years.iter().map(|one| one.year.to_string()).collect(),
            series: vec![Series {
                name: lang.t("Poäng", "Score").to_owned(),
                marks: unit
                    .years
                    .iter()
                    .map(|one| {
                        one.total.as_ref().map(|total| Mark::new(&total.exact, &hundred, &total.shown))
                    })
                    .collect(),
            }],
            ticks: ticks(100, 20),
        },
        caption: lang.t("Poäng av 100 per år.", "Score of 100 by year.").to_owned(),
        alt: format!("{} {}.", lang.t("Poäng per år:", "Score by year:"), values.join(", ")),
    }));
    blocks.push(Block::Table(Table {
        caption: lang.t("Poäng och omdöme per år", "Score and outcome by year").to_owned(),
        columns: vec![
            Column::left(lang.t("År", "Year"), 2),
            Column::right(lang.t("Poäng", "Score"), 2),
            Column::left(lang.t("Omdöme", "Outcome"), 8),
        ],
        rows: unit
            .years
            .iter()
            .map(|one| {
                vec![
                    Cell::text(one.year.to_string()),
                    Cell::text(one.total.as_ref().map_or("–", |total| total.shown.as_str())),
                    Cell::text(one.outcome.as_deref().unwrap_or("–")),
                ]
            })
            .collect(),
        row_heads: true,
    }));
    blocks.push(Block::paragraph(lang.t(
        "Omdömena gäller utvärderingen av respektive år, inte uppdraget som USVE.",
        "The outcomes are about the evaluation of each year, not about the appointment as a university healthcare unit.",
    )));
}

fn follow_up(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    if let Some(example) = &unit.learning_example {
        blocks.push(Block::heading(1, lang.t("Lärande exempel", "Learning example")));
        blocks.push(Block::heading(2, &example.title));
        paragraphs(&example.text, blocks);
    }
    if unit.plan.is_some() || !unit.actions.is_empty() {
        blocks.push(Block::heading(1, lang.t("Åtgärdsplan", "Improvement plan")));
        if let Some(plan) = &unit.plan {
            paragraphs(plan, blocks);
        }
    }
    if !unit.actions.is_empty() {
        blocks.push(Block::Table(Table {
            caption: lang.t("Åtgärder", "Actions").to_owned(),
            columns: vec![
                Column::left(lang.t("Åtgärd", "Action"), 11),
                Column::left(lang.t("Kriterier", "Criteria"), 4),
                Column::left(lang.t("Ansvarig", "Responsible"), 6),
                Column::left(lang.t("Klar senast", "Due"), 5),
                Column::left(lang.t("Läge", "State"), 4),
            ],
            rows: unit
                .actions
                .iter()
                .map(|one| {
                    [&one.text, &one.criteria, &one.owner, &one.due, &one.state].map(Cell::text).to_vec()
                })
                .collect(),
            row_heads: true,
        }));
    }
    if let Some(recommendation) = &unit.recommendation {
        blocks.push(Block::heading(
            1,
            lang.t("Samordningsgruppens rekommendation", "The coordination group's recommendation"),
        ));
        paragraphs(recommendation, blocks);
    }
}

fn method(unit: &UnitReport, blocks: &mut Vec<Block>) {
    let lang = unit.language;
    blocks.push(Block::PageBreak);
    blocks.push(Block::heading(1, lang.t("Så gjordes utvärderingen", "How the evaluation was done")));
    for one in &unit.method {
        blocks.push(Block::heading(2, &one.title));
        paragraphs(&one.text, blocks);
    }
    if unit.reviewers.is_empty() {
        return;
    }
    blocks.push(Block::heading(2, lang.t("Granskare", "Reviewers")));
    blocks.push(Block::Table(Table {
        caption: lang.t("Vilka som granskade", "Who reviewed").to_owned(),
        columns: vec![
            Column::left(lang.t("Namn", "Name"), 1),
            Column::left(lang.t("För", "For"), 1),
            Column::left(lang.t("Uppgift", "Task"), 1),
        ],
        rows: unit
            .reviewers
            .iter()
            .map(|one| [&one.name, &one.party, &one.task].map(Cell::text).to_vec())
            .collect(),
        row_heads: true,
    }));
}

/// One paragraph for each part between blank lines.
pub(super) fn paragraphs(text: &str, blocks: &mut Vec<Block>) {
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    blocks.extend(parts.map(Block::paragraph));
}
