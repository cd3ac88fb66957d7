//! Area D: accounting of funds, ALF, external grants, own funds, continuity.

use super::sheet::{Sheet, with_comma};
use crate::demo::units::UnitFacts;

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "D1" => accounts(sheet),
        "D2" => alf(sheet),
        "D3" => external(sheet),
        "D4" => own(sheet),
        _ => continuity(sheet),
    }
}

/// What a unit costs in a calendar year, in whole thousands of kronor.
pub(super) fn cost(unit: &UnitFacts, year: i32) -> i64 {
    let per_physician = unit.dice("cost").between(4900, 6800);
    unit.physicians * per_physician * (100 + 3 * i64::from(year - 2020)) / 100 * 1000
}

/// ALF research funds of a calendar year, in kronor.
fn alf_of(unit: &UnitFacts, year: i32) -> i64 {
    let rate = unit.physicians.max(14) * (unit.strength("D", year) - 140).max(0) * 3;
    unit.events("alf", rate, year) * 20_000
}

fn accounts(sheet: &mut Sheet<'_>) {
    let unit = sheet.unit;
    let base = unit.physicians * 10_000;
    let origins = [
        ("alf_research", alf_of(unit, sheet.period)),
        ("alf_education", base * sheet.always.between(4, 9)),
        ("region", base * sheet.always.between(2, 6)),
        ("university", base * sheet.always.between(1, 4)),
        ("external", base * sheet.always.between(1, 12)),
        ("industry", base * sheet.always.below(3)),
        ("donations", base * sheet.always.below(2)),
    ];
    let split = sheet.aim >= 3;
    let rows = origins.into_iter().filter(|(_, sum)| *sum > 0).map(|(origin, sum)| {
        let sum = sum * sheet.then.between(92, 108) / 100 / 1000 * 1000;
        let premises = sum * sheet.always.between(4, 9) / 100 / 1000 * 1000;
        let salaries = sum * sheet.always.between(62, 76) / 100 / 1000 * 1000;
        let mut row = vec![("origin", origin.to_owned()), ("total", sum.to_string())];
        if split {
            row.push(("premises", premises.to_string()));
            row.push(("salaries", salaries.to_string()));
            row.push(("other", (sum - premises - salaries).to_string()));
        }
        row
    });
    let rows = rows.collect();
    sheet.rows("funds", rows);
    sheet.yes_from(2, "matches_accounts");
    sheet.yes("split", split);
    sheet.yes_from(4, "forecast");
}

fn alf(sheet: &mut Sheet<'_>) {
    let unit = sheet.unit;
    let sum = sheet.years("alf", 3, |year| alf_of(unit, year));
    let applications = sheet.always.between(1, 4) + sum / 4_000_000 + sheet.then.below(2);
    sheet.whole("applications", applications);
    let granted = (applications * sheet.then.between(20, 60) / 100).min(applications);
    sheet.whole("granted", if sum > 0 { granted.max(1) } else { 0 });
    let best = if sum > 0 { sheet.then.between(38, 65) } else { sheet.then.between(20, 34) };
    sheet.tenths("best_assessment", best);
    let people = unit.physicians * 2 + sheet.always.below(20);
    sheet.tenths("doctorate_full_time", people);
}

fn external(sheet: &mut Sheet<'_>) {
    let any = sheet.aim >= 2;
    sheet.yes("any", any);
    if !any {
        return;
    }
    let count = sheet.within([(0, 0), (0, 0), (1, 2), (2, 4), (4, 7)]);
    let three_years = sheet.within([(0, 0), (0, 0), (240, 1380), (1620, 5400), (6300, 21_000)]) * 1000;
    let projects = sheet.several("projects", count);
    let count = i64::try_from(projects.len()).unwrap_or(1);
    let funders: &[&str] = if sheet.aim == 2 {
        &["foundation", "foundation", "other"]
    } else {
        &["research_council", "cancer", "heart_lung", "forte", "foundation", "eu", "vinnova"]
    };
    let share = three_years / (count + 1) / 1000 * 1000;
    let rows = projects.into_iter().zip(0..).map(|(project, at)| {
        let funder = if at == 0 { funders.first() } else { sheet.always.pick(funders) };
        // The first is the largest: it takes what the others leave.
        let amount = if at == 0 { three_years - share * (count - 1) } else { share };
        let first = sheet.period - 2 + (at % 3);
        vec![
            ("funder", funder.copied().unwrap_or("foundation").to_owned()),
            ("project", project),
            ("amount", amount.to_string()),
            ("period", format!("{first}–{}", first + 3)),
            ("role", if at % 3 == 2 { "partner" } else { "lead" }.to_owned()),
        ]
    });
    let rows = rows.collect();
    sheet.rows("grants", rows);
}

fn own(sheet: &mut Sheet<'_>) {
    let cost = cost(sheet.unit, sheet.period);
    let share = sheet.within([(0, 2), (1, 4), (3, 8), (11, 26), (31, 46)]);
    let all = cost / 1000 * share + i64::from(share >= 10) * 10_000;
    let research = all * 55 / 100;
    let education = all * 30 / 100;
    sheet.whole("research", research);
    sheet.whole("education", education);
    sheet.whole("development", all - research - education);
    sheet.whole("unit_cost", cost);
}

fn continuity(sheet: &mut Sheet<'_>) {
    let next = sheet.within([(80, 250), (200, 380), (420, 580), (620, 800), (680, 920)]);
    let second = sheet.within([(20, 80), (50, 150), (100, 380), (300, 580), (610, 720)]);
    let (next, second) = (with_comma(next, 10), with_comma(second, 10));
    sheet.text("next_year", next);
    sheet.text("second_year", second);
}
