//! Area H: sharing knowledge, industry, patient organisations, knowledge management, the world, visibility.

use super::sheet::{Sheet, part, with_comma, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "H1" => shared(sheet),
        "H2" => companies(sheet),
        "H3" => organisations(sheet),
        "H4" => roles(sheet),
        "H5" => world(sheet),
        _ => visibility(sheet),
    }
}

/// How many rows a table gets; whether there are any is written too.
fn any(sheet: &mut Sheet<'_>, by_level: [(i64, i64); 5]) -> i64 {
    let count = sheet.within(by_level);
    sheet.yes("any", count > 0);
    count
}

fn shared(sheet: &mut Sheet<'_>) {
    let count = any(sheet, [(0, 0), (1, 1), (2, 3), (4, 5), (4, 7)]);
    if count == 0 {
        return;
    }
    let outside = sheet.aim >= 3;
    let rows = sheet.parts("activities", count);
    let rows = rows.iter().zip(0..).map(|(row, at)| {
        vec![
            ("activity", part(row, 0)),
            ("audience", part(row, 1)),
            ("participants", sheet.then.between(12, 180).to_string()),
            ("outside", yes_no(outside && at % 2 == 0)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("activities", rows);
    sheet.yes_from(4, "programme");
}

fn companies(sheet: &mut Sheet<'_>) {
    let count = any(sheet, [(0, 0), (0, 0), (1, 1), (2, 3), (2, 4)]);
    if count == 0 {
        return;
    }
    let results = sheet.aim >= 3;
    let rows = sheet.parts("companies", count);
    let rows = rows.iter().zip(0..).map(|(row, at)| {
        let result = results && at == 0;
        let mut cells = vec![
            ("partner", part(row, 0)),
            ("form", if at % 2 == 0 { "study" } else { "agreement" }.to_owned()),
            ("amount", (sheet.always.between(4, 120) * 10_000).to_string()),
            ("has_result", yes_no(result)),
        ];
        if result {
            cells.push(("result", part(row, 1)));
        }
        cells
    });
    let rows = rows.collect();
    sheet.rows("companies", rows);
    sheet.yes_from(4, "in_use");
}

fn organisations(sheet: &mut Sheet<'_>) {
    let count = any(sheet, [(0, 0), (0, 0), (1, 2), (1, 2), (2, 3)]);
    if count == 0 {
        return;
    }
    let names = [
        sheet.fit("Patientföreningen för {t}"),
        sheet.fit("Patientföreningen för {u}"),
        "Anhöriga i Exempelby".to_owned(),
    ];
    let best = sheet.at(["meeting", "meeting", "meeting", "forum", "forum"]);
    let project = sheet.aim >= 4;
    let rows = sheet.parts("questions", count);
    let rows = rows.iter().zip(names).zip(0..).map(|((row, name), at)| {
        let form = match at {
            0 => best,
            1 if project => "project",
            _ => "meeting",
        };
        let result = form != "meeting";
        let mut cells = vec![
            ("organisation", name),
            ("form", form.to_owned()),
            ("questions", part(row, 0)),
            ("has_result", yes_no(result)),
        ];
        if result {
            cells.push(("result", part(row, 1)));
        }
        cells
    });
    let rows = rows.collect();
    sheet.rows("organisations", rows);
}

fn roles(sheet: &mut Sheet<'_>) {
    let count = any(sheet, [(0, 0), (0, 0), (1, 2), (3, 4), (3, 5)]);
    if count == 0 {
        return;
    }
    let chair = sheet.aim >= 4;
    let groups = sheet.several("groups", count);
    let rows = groups.into_iter().zip(0..).map(|(group, at)| {
        let leads = chair && at == 0;
        let kind = ["care_programme", "regional_group", "expert"].get(at % 3).copied().unwrap_or("expert");
        vec![
            ("group", group),
            ("kind", kind.to_owned()),
            ("reach", if leads { "national" } else { "regional" }.to_owned()),
            ("position", if leads { "chair" } else { "member" }.to_owned()),
            ("time", with_comma(sheet.always.between(2, 15) * 10, 10)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("roles", rows);
}

fn world(sheet: &mut Sheet<'_>) {
    let count = any(sheet, [(0, 0), (0, 0), (1, 2), (3, 4), (3, 5)]);
    if count == 0 {
        return;
    }
    let (host, member) = (sheet.aim >= 4, sheet.aim >= 3);
    let rows = sheet.parts("activities", 6);
    let rows = rows.iter().filter(|row| member || row.first().is_some_and(|kind| kind != "ern"));
    let rows = rows.take(usize::try_from(count).unwrap_or_default()).zip(0..).map(|(row, at)| {
        vec![("kind", part(row, 0)), ("what", part(row, 1)), ("host", yes_no(host && at == 0))]
    });
    let rows = rows.collect();
    sheet.rows("activities", rows);
}

fn visibility(sheet: &mut Sheet<'_>) {
    let publications = sheet.unit.articles(sheet.period) + sheet.always.between(2, 9);
    let share = sheet.within([(20, 40), (40, 57), (62, 77), (82, 92), (96, 100)]);
    sheet.whole("publications", publications);
    let correct = if sheet.aim < 2 { publications * share / 100 } else { (publications * share + 99) / 100 };
    sheet.whole("correct", correct.min(publications));
    let (month, day) = (sheet.then.between(1, 12), sheet.then.between(1, 28));
    sheet.day("web_updated", 0, month, day);
    sheet.yes_from(4, "profile_page");
}
