//! Area C: premises, research support, research staff, registers, registered studies, permits.

use super::sheet::{Sheet, part, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "C1" => premises(sheet),
        "C2" => support(sheet),
        "C3" => staff(sheet),
        "C4" => registers(sheet),
        "C5" => registered(sheet),
        _ => permits(sheet),
    }
}

fn premises(sheet: &mut Sheet<'_>) {
    let lacking = if sheet.aim < 2 { sheet.always.below(4) } else { 4 };
    let rooms = [
        ("workplaces", "workplaces_text"),
        ("study_rooms", "study_rooms_text"),
        ("teaching_rooms", "teaching_rooms_text"),
        ("student_places", "student_places_text"),
    ];
    for ((field, text), at) in rooms.into_iter().zip(0..) {
        sheet.yes(field, at != lacking);
        if at != lacking && sheet.then.chance(800) {
            sheet.say(text);
        }
    }
    let count = if sheet.aim <= 2 { sheet.then.between(1, 2) } else { sheet.then.below(2) };
    sheet.yes("shortcomings_any", count > 0);
    if count > 0 {
        let stopped = sheet.aim <= 2;
        let rows = sheet.parts("shortcomings", count);
        let rows = rows
            .iter()
            .map(|row| vec![("what", part(row, 0)), ("stopped", yes_no(stopped)), ("action", part(row, 1))]);
        let rows = rows.collect();
        sheet.rows("shortcomings", rows);
    }
    sheet.yes_from(4, "shared");
}

fn support(sheet: &mut Sheet<'_>) {
    let services = ["trial_unit", "statistics", "biobank", "data", "imaging", "forum_south", "law"];
    let reachable = sheet.within([(1, 2), (2, 3), (4, 5), (4, 6), (5, 7)]);
    let used = sheet.within([(0, 0), (0, 1), (1, 2), (3, 4), (3, 5)]).min(reachable);
    let satisfaction = sheet.always.between(4, 5);
    let rows = services.into_iter().zip(0..).map(|(service, at)| {
        let mut row = vec![
            ("service", service.to_owned()),
            ("reachable", yes_no(at < reachable)),
            ("used", yes_no(at < used)),
        ];
        if at < used {
            row.push(("satisfaction", (if at == 1 { 4 } else { satisfaction }).to_string()));
        }
        row
    });
    let rows = rows.collect();
    sheet.rows("services", rows);
    sheet.yes_from(4, "leads_service");
}

fn staff(sheet: &mut Sheet<'_>) {
    let nurses = sheet.within([(0, 0), (0, 0), (40, 75), (90, 175), (200, 420)]);
    sheet.hundredths("research_nurses", nurses / 5 * 5);
    let coordinators = sheet.at([0, 0, 0, 25, 100]);
    sheet.hundredths("coordinators", coordinators);
    let managers = sheet.at([0, 0, 0, 0, 50]);
    sheet.hundredths("data_managers", managers);
    sheet.hundredths("biostatisticians", if managers > 0 { 25 } else { 0 });
    let trials = sheet.within([(0, 1), (0, 2), (3, 6), (11, 14), (6, 15)]);
    sheet.whole("trials", trials);
}

fn registers(sheet: &mut Sheet<'_>) {
    sheet.yes("reports", sheet.aim >= 2);
    if sheet.aim < 2 {
        return;
    }
    let coverage = sheet.within([(0, 0), (0, 0), (610, 835), (855, 945), (955, 992)]);
    let other = coverage * 9 / 10;
    let row = |name: String, main: bool, coverage: i64, research: bool| {
        vec![
            ("name", name),
            ("main", yes_no(main)),
            ("coverage", super::sheet::with_comma(coverage, 10)),
            ("improvement", "yes".to_owned()),
            ("research", yes_no(research)),
        ]
    };
    let research = sheet.aim >= 3;
    let names = [sheet.fit("Kvalitetsregistret för {t}"), sheet.fit("Kvalitetsregistret för {u}")];
    let [main, second] = names;
    let mut rows = vec![row(main, true, coverage, research)];
    if sheet.always.chance(600) {
        rows.push(row(second, false, other, false));
    }
    sheet.rows("registers", rows);
    sheet.yes_from(4, "published");
}

fn registered(sheet: &mut Sheet<'_>) {
    let count = sheet.always.between(4, 8);
    let in_time = match sheet.aim {
        0 | 1 => count / 2,
        2 => count - 1,
        _ => count,
    };
    let unreported = i64::from(sheet.aim <= 3);
    let names = sheet.several("studies", count);
    let rows = names.into_iter().zip(0..).map(|(study, at)| {
        let (register, number) = match at % 3 {
            0 => ("ctis", format!("2099-5{:05}-{:02}-00", sheet.always.below(99_999), at + 10)),
            1 => ("clinicaltrials", format!("NCT99{:06}", sheet.always.below(999_999))),
            _ => ("other", format!("EXEMPEL-{:04}", sheet.always.below(9999))),
        };
        let results = if at < unreported {
            "no"
        } else if at % 2 == 0 {
            "yes"
        } else {
            "ongoing"
        };
        vec![
            ("study", study),
            ("register", register.to_owned()),
            ("number", number),
            ("in_time", yes_no(at < in_time)),
            ("results", results.to_owned()),
        ]
    });
    let rows = rows.collect();
    sheet.rows("studies", rows);
}

fn permits(sheet: &mut Sheet<'_>) {
    sheet.yes_from(1, "study_list");
    if sheet.aim == 0 {
        return;
    }
    sheet.yes("ethics", true);
    sheet.yes_from(2, "biobank");
    sheet.yes_from(2, "personal_data");
    let (month, day) = (sheet.then.between(2, 11), sheet.then.between(1, 28));
    sheet.day("reviewed_on", if sheet.aim >= 3 { 0 } else { -1 }, month, day);
    sheet.yes_from(4, "independent_check");
}
