//! Area E: articles, doctoral students, impact, studies, collaborations, benefit, patients in research.

use super::sheet::{Sheet, part, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "E1" => production(sheet),
        "E2" => students(sheet),
        "E3" => impact(sheet),
        "E4" => studies(sheet),
        "E5" => collaborations(sheet),
        "E6" => benefit(sheet),
        _ => patients(sheet),
    }
}

/// The reference of an article of the rehearsal; 10.5555 is set apart for tests.
fn doi(sheet: &Sheet<'_>, year: i32, number: i64) -> String {
    format!("10.5555/{}.{year}.{number}", sheet.unit.slug)
}

fn production(sheet: &mut Sheet<'_>) {
    let unit = sheet.unit;
    sheet.years("articles", 5, |year| unit.articles(year));
    let this_year = unit.articles(sheet.period);
    let leading = this_year * sheet.always.between(30, 60) / 100;
    sheet.whole("leading_articles", leading);
    if this_year > 0 {
        let list: Vec<String> = (1..=this_year).map(|number| doi(sheet, sheet.period, number)).collect();
        sheet.text("article_list", list.join("\n"));
    }
}

fn students(sheet: &mut Sheet<'_>) {
    let active = sheet.within([(0, 0), (0, 0), (1, 2), (3, 4), (5, 9)]);
    let students = active + sheet.always.below(3) + i64::from(sheet.aim == 1);
    sheet.whole("students", students);
    if students > 0 {
        sheet.whole("clinically_active", active);
        if active > 0 {
            let professions = sheet.at([1, 1, 1, 2, 3]).min(active);
            sheet.whole("professions", professions);
        }
        let other = students - sheet.always.below(2).min(students);
        sheet.whole("enrolled_lund", other);
    }
    let supervisors = sheet.always.between(1, 3) + students / 2;
    sheet.whole("main_supervisors", supervisors);
    let defences = sheet.unit.defences(sheet.period);
    sheet.whole("defences", defences);
}

fn impact(sheet: &mut Sheet<'_>) {
    let articles: i64 = (sheet.period - 4..sheet.period).map(|year| sheet.unit.articles(year)).sum();
    sheet.whole("articles", articles);
    if articles == 0 {
        return;
    }
    let citation = sheet.within([(30, 60), (60, 95), (100, 118), (121, 148), (151, 210)]);
    sheet.hundredths("citation", citation);
    let top = sheet.within([(0, 20), (20, 60), (70, 110), (100, 148), (152, 220)]);
    sheet.tenths("top_ten", top);
    let open = sheet.always.between(520, 940) + sheet.then.between(-20, 20);
    sheet.tenths("open_access", open);
    let meanings = sheet.several("meaning", articles.min(3));
    let rows = meanings
        .into_iter()
        .zip(1..)
        .map(|(meaning, number)| vec![("doi", doi(sheet, sheet.period - 1, number)), ("meaning", meaning)]);
    let rows = rows.collect();
    sheet.rows("selected", rows);
}

fn studies(sheet: &mut Sheet<'_>) {
    let count = sheet.within([(0, 0), (0, 0), (1, 2), (3, 5), (6, 9)]);
    sheet.yes("any", count > 0);
    if count == 0 {
        return;
    }
    let leads = sheet.aim >= 4;
    let kinds = ["drug", "device", "treatment", "observation", "register"];
    let rows = (0..count).map(|at| {
        let kind = sheet.always.pick(&kinds).copied().unwrap_or("observation");
        let phase = if kind == "drug" {
            sheet.always.pick(&["two", "three", "four"]).copied().unwrap_or("three")
        } else {
            "none"
        };
        let academic = sheet.aim >= 3 && at % 2 == 0;
        let years = i32::try_from(sheet.always.below(3)).unwrap_or_default();
        let mut row = vec![
            ("number", format!("NCT99{:06}", sheet.always.below(999_999))),
            ("type", kind.to_owned()),
            ("phase", phase.to_owned()),
            ("sponsor", if academic { "academic" } else { "company" }.to_owned()),
            ("starts", sheet.date(-years, at % 12 + 1, 15)),
            ("patients", sheet.then.between(4, 60).to_string()),
            ("role", if leads && at == 0 { "leads" } else { "site" }.to_owned()),
            ("multicentre", yes_no(at % 3 != 1)),
        ];
        if at % 2 == 0 {
            row.push(("ends", sheet.date(1, at % 12 + 1, 15)));
        }
        row
    });
    let rows = rows.collect();
    sheet.rows("studies", rows);
}

fn collaborations(sheet: &mut Sheet<'_>) {
    let any = sheet.aim > 0;
    sheet.yes("any", any);
    if !any {
        return;
    }
    let count = sheet.at([0, 1, 2, 4, 5]);
    let home = sheet.aim <= 2;
    let partners = sheet.parts("partners", 8);
    let partners =
        partners.into_iter().filter(|row| !home || row.get(1).is_some_and(|place| place == "sweden"));
    let partners: Vec<Vec<String>> = partners.take(count).collect();
    let active = sheet.aim >= 2;
    let rows = partners.iter().map(|row| {
        vec![
            ("partner", part(row, 0)),
            ("place", part(row, 1)),
            ("form", part(row, 2)),
            ("since", (i64::from(sheet.period) - sheet.always.between(1, 9)).to_string()),
            ("active", yes_no(active)),
            ("result", part(row, 3)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("collaborations", rows);
    sheet.yes_from(4, "leads_network");
}

fn benefit(sheet: &mut Sheet<'_>) {
    sheet.yes_from(2, "care_changed");
    if sheet.aim < 2 {
        return;
    }
    sheet.say("case_text");
    sheet.say("sources");
    sheet.yes_from(3, "benefit_measured");
    sheet.yes_from(4, "wider_benefit");
    let share = sheet.always.chance(700);
    sheet.yes("may_share", share);
}

fn patients(sheet: &mut Sheet<'_>) {
    let fresh = sheet.within([(1, 2), (2, 4), (3, 5), (2, 4), (2, 5)]);
    let with = match sheet.aim {
        0 | 1 => 0,
        2 => 1,
        _ => (fresh + 1) / 2 + sheet.then.below(2).min(fresh / 2),
    };
    sheet.whole("new_studies", fresh);
    sheet.whole("with_patients", with);
    if with > 0 {
        sheet.say("how");
    }
    sheet.yes_from(4, "sets_priorities");
}
