//! Area B: leads, docents and professors, combined positions, doctorates, research time, succession.

use super::sheet::{Sheet, with_comma};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "B1" => leads(sheet),
        "B2" => docents(sheet),
        "B3" => combined(sheet),
        "B4" => doctorates(sheet),
        "B5" => research_time(sheet),
        _ => succession(sheet),
    }
}

fn leads(sheet: &mut Sheet<'_>) {
    let (research, education) =
        sheet.at([(false, false), (true, false), (true, true), (true, true), (true, true)]);
    sheet.yes("research_lead", research);
    sheet.yes("education_lead", education);
    if !research {
        return;
    }
    sheet.yes("doctorate", true);
    let ways: &[&str] =
        if sheet.aim >= 3 { &["combined", "docent"] } else { &["adjunct", "docent", "other"] };
    let way = sheet.always.pick(ways).copied().unwrap_or("docent");
    sheet.text("affiliation", way);
    sheet.yes_from(2, "management_seat");
    let time = sheet.within([(5, 5), (5, 10), (5, 9), (10, 18), (20, 30)]);
    sheet.whole("research_time", time);
    if education {
        let time = sheet.within([(5, 5), (5, 10), (5, 9), (10, 18), (20, 30)]);
        sheet.whole("education_time", time);
        sheet.yes_from(4, "shared");
    }
}

fn docents(sheet: &mut Sheet<'_>) {
    let any = sheet.aim >= 2;
    sheet.yes("any", any);
    if any {
        let least = (sheet.unit.physicians / 25 + 1).max(3);
        let active =
            sheet.within([(0, 0), (0, 0), (1, 2), (least, least + 1), (least.max(5), least.max(5) + 3)]);
        let professors = if active > 2 { active / 3 } else { 0 };
        let docents = active - professors;
        let [first, second, ..] = sheet.unit.kind.professions();
        let row = |profession: &str, docents: i64, professors: i64| {
            vec![
                ("profession", profession.to_owned()),
                ("docents", docents.to_string()),
                ("docents_full_time", with_comma(docents * 8, 10)),
                ("professors", professors.to_string()),
                ("professors_full_time", with_comma(professors * 5, 10)),
                ("active", (docents + professors).to_string()),
            ]
        };
        let rows = if sheet.aim >= 4 {
            vec![row(first, docents - 1, professors), row(second, 1, 0)]
        } else {
            vec![row(first, docents, professors)]
        };
        sheet.rows("people", rows);
    }
    let physicians = sheet.unit.physicians;
    sheet.whole("physicians", physicians);
}

fn combined(sheet: &mut Sheet<'_>) {
    let any = sheet.aim >= 2;
    sheet.yes("any", any);
    if any {
        let count = sheet.within([(0, 0), (0, 0), (1, 2), (2, 3), (4, 6)]);
        let [first, second, ..] = sheet.unit.kind.professions();
        let row = |post: &str, profession: &str, people: i64| {
            vec![
                ("post", post.to_owned()),
                ("profession", profession.to_owned()),
                ("people", people.to_string()),
                ("full_time", with_comma(people * 6, 10)),
            ]
        };
        let rows = match count {
            1 => vec![row("adjunct", first, 1)],
            2 | 3 => vec![row("university_consultant", first, count - 1), row("lecturer", first, 1)],
            _ => vec![
                row("professor", first, 1),
                row("university_consultant", first, count - 2),
                row("lecturer", second, 1),
            ],
        };
        sheet.rows("positions", rows);
    }
    let long = i64::from(sheet.aim <= 2);
    let vacant = long + sheet.then.below(2);
    sheet.whole("vacancies", vacant);
    sheet.whole("long_vacancies", long);
}

fn doctorates(sheet: &mut Sheet<'_>) {
    let physicians = sheet.unit.physicians;
    let specialists = physicians * 2 / 3;
    let share = sheet.within([(0, 8), (8, 20), (14, 24), (27, 38), (42, 58)]);
    let with_doctorate = if sheet.aim == 0 { 0 } else { ((specialists * share + 99) / 100).max(1) };
    let others = sheet.at([0, 0, 1, 2, 3]);
    let sizes = [physicians, physicians * 2, physicians / 4 + 2, physicians / 6 + 2];
    let rows = sheet.unit.kind.professions().into_iter().zip(sizes).enumerate().map(
        |(at, (profession, employed))| {
            let doctorates = match at {
                0 => with_doctorate + with_doctorate / 6,
                at if at <= others => (employed / 30).max(1),
                _ => 0,
            };
            vec![
                ("profession", profession.to_owned()),
                ("employed", employed.to_string()),
                ("doctorates", doctorates.to_string()),
                ("recent", (doctorates / 3).to_string()),
            ]
        },
    );
    let rows = rows.collect();
    sheet.rows("staff", rows);
    sheet.whole("specialists", specialists);
    sheet.whole("specialist_doctorates", with_doctorate);
}

fn research_time(sheet: &mut Sheet<'_>) {
    if sheet.aim < 2 {
        sheet.whole("planned_hours", 0);
        return;
    }
    let people = sheet.unit.physicians / 8 + sheet.always.between(2, 6);
    let planned = people * (sheet.always.between(130, 220) + sheet.then.between(-8, 8));
    let share = sheet.within([(0, 0), (0, 0), (55, 78), (81, 93), (96, 100)]);
    let used = (planned * share + 99) / 100;
    sheet.whole("planned_hours", planned);
    sheet.whole("used_hours", used);
    sheet.whole("people", people);
    if used < planned {
        let causes = ["care", "care", "staffing", "leave", "study"];
        let cause = sheet.then.pick(&causes).copied().unwrap_or("care");
        sheet.text("deviation", cause);
        sheet.say("deviation_text");
    }
    sheet.whole("doctorate_hours", used * 9 / 10);
    sheet.whole("doctorate_working_hours", people * 1700);
}

fn succession(sheet: &mut Sheet<'_>) {
    sheet.yes_from(2, "plan");
    let unit = sheet.unit;
    let docents =
        |year: i32| unit.events("docents", unit.physicians * (unit.strength("B", year) - 170) / 130, year);
    let students = sheet.years("new_students", 3, |year| unit.defences(year + 3));
    let defences = sheet.years("defences", 3, |year| unit.defences(year));
    sheet.years("docent_applications", 3, |year| docents(year) + unit.events("tries", 30, year));
    let docents = sheet.years("new_docents", 3, docents);
    sheet.years("research_residents", 3, |year| unit.events("residents", unit.physicians, year));
    let all = students + defences + docents;
    let women = all * sheet.always.between(42, 68) / 100;
    sheet.whole("women", women);
    sheet.whole("men", all - women);
}
