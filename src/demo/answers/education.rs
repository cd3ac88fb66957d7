//! Area F: supervisors, education lead, placements, students' evaluation, teachers, education for others.

use super::sheet::{Sheet, with_comma, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "F1" => supervisors(sheet),
        "F2" => lead(sheet),
        "F3" => placements(sheet),
        "F4" => evaluation(sheet),
        "F5" => teachers(sheet),
        _ => others(sheet),
    }
}

fn supervisors(sheet: &mut Sheet<'_>) {
    let all = sheet.unit.physicians / 2 + sheet.always.between(2, 8) + sheet.then.below(2);
    let share = sheet.within([(25, 45), (45, 72), (76, 88), (91, 97), (100, 100)]);
    let trained = if sheet.aim < 2 { all * share / 100 } else { (all * share + 99) / 100 };
    sheet.whole("supervisors", all);
    sheet.whole("trained", trained.min(all));
    let advanced = sheet.at([0, 0, 0, 0, 1]) * sheet.always.between(1, 3);
    sheet.whole("advanced", advanced);
    sheet.say("checked_how");
}

fn lead(sheet: &mut Sheet<'_>) {
    let lead = sheet.aim > 0;
    sheet.yes("lead", lead);
    if !lead {
        return;
    }
    let competence = sheet.at(["none", "none", "supervisor", "higher_education", "merited"]);
    sheet.text("competence", competence);
    let time = sheet.within([(0, 0), (0, 5), (5, 9), (10, 18), (20, 40)]);
    sheet.whole("time", time);
    sheet.yes_from(4, "management_seat");
}

fn placements(sheet: &mut Sheet<'_>) {
    let count = sheet.always.between(1, 3);
    let lost = sheet.within([(250, 400), (80, 200), (12, 40), (0, 0), (0, 0)]);
    let courses = sheet.words.plain("F3", "courses", count, &mut sheet.always);
    let rows = courses.into_iter().map(|course| {
        let agreed = (sheet.unit.physicians + sheet.always.between(10, 60)) * 10;
        let cancelled = agreed * lost / 1000;
        vec![
            ("course", course.to_owned()),
            ("agreed", with_comma(agreed, 10)),
            ("held", with_comma(agreed - cancelled, 10)),
            ("cancelled", with_comma(cancelled, 10)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("courses", rows);
    if lost > 0 {
        sheet.say("cancelled_why");
    }
    sheet.yes_from(4, "took_more");
}

fn evaluation(sheet: &mut Sheet<'_>) {
    sheet.yes_from(1, "evaluated");
    if sheet.aim == 0 {
        return;
    }
    sheet.yes_from(2, "discussed");
    let rate = sheet.always.between(380, 860) + sheet.then.between(-40, 40);
    sheet.tenths("response_rate", rate);
    let grade = sheet.within([(250, 290), (290, 340), (340, 395), (402, 440), (420, 475)]);
    sheet.hundredths("mean_grade", grade);
    sheet.whole("scale_top", 5);
    sheet.yes_from(3, "above_course");
    let changes = sheet.within([(0, 0), (0, 0), (0, 2), (1, 3), (2, 4)]);
    sheet.whole("changes_made", changes);
    if changes > 0 {
        sheet.say("changes");
        sheet.yes_from(3, "reported_back");
        sheet.yes_from(4, "followed_up");
    }
}

fn teachers(sheet: &mut Sheet<'_>) {
    let hours = sheet.unit.physicians * sheet.always.between(70, 130) + sheet.then.between(-50, 50);
    let share = sheet.within([(5, 15), (12, 23), (27, 46), (52, 72), (77, 92)]);
    sheet.tenths("hours", hours);
    sheet.tenths("doctorate_hours", hours * share / 100 + i64::from(share > 25));
}

fn others(sheet: &mut Sheet<'_>) {
    let count = sheet.within([(0, 0), (0, 0), (1, 2), (3, 4), (3, 6)]);
    sheet.yes("any", count > 0);
    if count == 0 {
        return;
    }
    let names = sheet.several("activities", count);
    let audiences = ["residents", "specialist_nurses", "other_professions", "other_care"];
    let (outside, wide) = (sheet.aim >= 3, sheet.aim >= 4);
    let rows = names.into_iter().zip(0_usize..).map(|(name, at)| {
        let audience = audiences.get(at % 4).copied().unwrap_or("residents");
        vec![
            ("name", name),
            ("audience", audience.to_owned()),
            ("participants", sheet.then.between(8, 60).to_string()),
            ("hours", with_comma(sheet.always.between(2, 24) * 10, 10)),
            ("outside", yes_no(outside && at % 2 == 0)),
            ("reach", if wide && at == 0 { "regional" } else { "local" }.to_owned()),
        ]
    });
    let rows = rows.collect();
    sheet.rows("activities", rows);
}
