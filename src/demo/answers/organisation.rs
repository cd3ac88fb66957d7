//! Area A: the assignment, the university in management, goals, follow-up, merits, focus and hubs.

use super::sheet::{Sheet, part, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "A1" => assignment(sheet),
        "A2" => management(sheet),
        "A3" => goals(sheet),
        "A4" => follow_up(sheet),
        "A5" => merits(sheet),
        "A6" => focus(sheet),
        _ => hub(sheet),
    }
}

fn assignment(sheet: &mut Sheet<'_>) {
    let assigned = sheet.aim > 0;
    sheet.yes("assigned", assigned);
    if !assigned {
        return;
    }
    let (first, last) = sheet.unit.appointment(sheet.period);
    if sheet.aim == 1 {
        sheet.day("decided_on", 0, 4, 22);
        sheet.day("valid_from", 0, 5, 1);
        sheet.day("valid_until", 4, 4, 30);
        sheet.say("gap_reason");
    } else {
        let day = sheet.always.between(3, 27);
        sheet.text("decided_on", format!("{}-11-{day:02}", first - 1));
        sheet.text("valid_from", format!("{first}-01-01"));
        sheet.text("valid_until", format!("{last}-12-31"));
    }
    sheet.yes_from(3, "known_by_managers");
    sheet.yes_from(4, "own_goals");
}

fn management(sheet: &mut Sheet<'_>) {
    let role = sheet.at(["none", "co_opted", "co_opted", "member", "member"]);
    sheet.text("role", role);
    let held = sheet.always.between(10, 22) + sheet.then.between(-1, 1);
    let share = sheet.within([(0, 0), (20, 45), (52, 72), (77, 92), (82, 100)]);
    sheet.whole("meetings_held", held);
    if role != "none" {
        // Rounded towards the level aimed at.
        let attended = if sheet.aim == 1 { held * share / 100 } else { (held * share + 99) / 100 };
        sheet.whole("meetings_attended", attended.min(held));
    }
    sheet.yes_from(4, "standing_item");
}

fn goals(sheet: &mut Sheet<'_>) {
    let joint = sheet.aim > 0;
    sheet.yes("joint_goals", joint);
    if !joint {
        return;
    }
    let more = sheet.always.below(3);
    let development = i64::from(sheet.aim != 1);
    let mut goals = Vec::new();
    for (aim, count) in
        [("research", 1 + more.min(1)), ("education", 1 + more / 2), ("development", development)]
    {
        goals.extend(sheet.parts(aim, count).into_iter().map(|goal| (aim, goal)));
    }
    let count = goals.len();
    let reached = match sheet.aim {
        1 => 0,
        2 => (count - 1) / 2,
        3 => count.div_ceil(2),
        _ if count > 3 => count - 1,
        _ => count,
    };
    let rows = goals.iter().enumerate().map(|(at, (aim, goal))| {
        let (how, outcome) = match at {
            at if at < reached => ("yes", 3),
            at if at % 2 == 0 => ("partly", 4),
            _ => ("no", 5),
        };
        vec![
            ("aim", (*aim).to_owned()),
            ("goal", part(goal, 0)),
            ("measure", part(goal, 1)),
            ("target", part(goal, 2)),
            ("outcome", part(goal, outcome)),
            ("reached", how.to_owned()),
        ]
    });
    let rows = rows.collect();
    sheet.rows("goals", rows);
    sheet.yes_from(4, "decided_jointly");
}

fn follow_up(sheet: &mut Sheet<'_>) {
    let times = sheet.within([(0, 0), (1, 1), (2, 3), (4, 6), (4, 10)]);
    sheet.whole("follow_ups", times);
    if times > 0 {
        sheet.say("main_action");
        sheet.yes_from(4, "actions_completed");
    }
}

fn merits(sheet: &mut Sheet<'_>) {
    let counted: &[&str] = match sheet.aim {
        0 => &["nowhere"],
        1 | 2 => &["recruitment"],
        3 => &["recruitment", "scheduling"],
        _ => &["recruitment", "pay", "scheduling", "research_time"],
    };
    sheet.choices("merits_count", counted);
    if sheet.aim > 0 {
        sheet.yes_from(2, "written_routine");
    }
    sheet.say("description");
    let recruited = sheet.always.below(sheet.unit.physicians / 8 + 2) + sheet.then.below(2);
    sheet.whole("specialists_recruited", recruited);
    if recruited > 0 {
        let share = sheet.at([0, 20, 50, 75, 100]);
        sheet.whole("expert_assessed", recruited * share / 100);
    }
    sheet.yes_from(4, "followed_up");
}

fn focus(sheet: &mut Sheet<'_>) {
    let share = sheet.always.between(220, 780) + sheet.then.between(-15, 15);
    if sheet.aim >= 2 {
        sheet.tenths("specialised_share", share);
    }
    let national = sheet.always.below(if share > 550 { 4 } else { 2 });
    sheet.whole("national_assignments", national);
    let moved = sheet.then.chance(450);
    sheet.yes("moved_any", moved);
    if moved {
        let count = sheet.then.between(1, 2);
        let rows = sheet.parts("moved", count);
        let rows = rows.iter().map(|row| {
            vec![("assignment", part(row, 0)), ("receiver", part(row, 1)), ("patients", part(row, 2))]
        });
        let rows = rows.collect();
        sheet.rows("moved", rows);
    }
    sheet.yes_from(3, "plan_followed");
    sheet.yes_from(4, "new_national");
}

fn hub(sheet: &mut Sheet<'_>) {
    let Some(name) = sheet.unit.hub.clone() else {
        sheet.text("hub", "none");
        return;
    };
    sheet.text("hub", "one");
    sheet.text("hub_names", name);
    let studies = sheet.at([0, 0, 0, 1, 2]);
    sheet.whole("joint_studies", studies);
    let courses = sheet.at([0, 0, 0, 1, 1]);
    sheet.whole("joint_courses", courses);
    let leads = yes_no(sheet.aim >= 4);
    sheet.text("leads", leads);
    sheet.say("description");
}
