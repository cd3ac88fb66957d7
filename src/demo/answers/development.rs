//! Area G: patients' experience, participation, knowledge support, methods, innovations, quality indicators.

use super::sheet::{Sheet, part, with_comma, yes_no};

pub(super) fn fill(sheet: &mut Sheet<'_>) {
    match sheet.criterion {
        "G1" => experience(sheet),
        "G2" => participation(sheet),
        "G3" => knowledge(sheet),
        "G4" => methods(sheet),
        "G5" => innovations(sheet),
        _ => indicators(sheet),
    }
}

fn experience(sheet: &mut Sheet<'_>) {
    let measured: &[&str] = match sheet.aim {
        0 => &["none"],
        1 | 2 => &["survey"],
        3 => &["prem", "survey"],
        _ => &["prom", "prem", "survey"],
    };
    sheet.choices("measurements", measured);
    if sheet.aim == 0 {
        return;
    }
    let rate = sheet.always.between(290, 720) + sheet.then.between(-30, 30);
    sheet.tenths("response_rate", rate);
    let decided = sheet.within([(0, 0), (0, 0), (1, 3), (2, 5), (3, 7)]);
    sheet.whole("actions_decided", decided);
    if decided > 0 {
        let improved = sheet.aim >= 3;
        let rows = sheet.parts("improvements", decided.min(3));
        let rows = rows.iter().zip(0..).map(|(row, at)| {
            let better = improved && at < 2;
            let mut cells = vec![
                ("action", part(row, 0)),
                ("measure", part(row, 1)),
                ("before", part(row, 2)),
                ("improved", yes_no(better)),
            ];
            if better {
                cells.push(("after", part(row, 3)));
            }
            cells
        });
        let rows = rows.collect();
        sheet.rows("improvements", rows);
        sheet.yes_from(4, "spread");
    }
}

fn participation(sheet: &mut Sheet<'_>) {
    sheet.yes_from(2, "plan");
    if sheet.aim < 2 {
        return;
    }
    let (month, day) = (sheet.always.between(1, 12), sheet.always.between(1, 28));
    sheet.day("decided_on", -1, month, day);
    sheet.say("responsible");
    let planned = sheet.always.between(4, 9);
    let share = sheet.within([(0, 0), (0, 0), (10, 48), (55, 80), (65, 100)]);
    let done = if sheet.aim == 2 { planned * share / 100 } else { (planned * share + 99) / 100 };
    sheet.whole("actions_planned", planned);
    sheet.whole("actions_done", done);
    if done > 0 {
        let rows = sheet.parts("examples", done.min(3));
        let rows = rows.iter().map(|row| vec![("action", part(row, 0)), ("effect", part(row, 1))]).collect();
        sheet.rows("examples", rows);
    }
    sheet.yes_from(4, "made_with_patients");
    sheet.yes_from(3, "followed_up");
}

fn knowledge(sheet: &mut Sheet<'_>) {
    sheet.yes_from(2, "plan");
    let relevant = sheet.always.between(8, 24) + sheet.then.below(3);
    let share = sheet.within([(10, 20), (20, 40), (42, 65), (72, 85), (80, 95)]);
    let introduced = relevant * share / 100;
    let declined = if sheet.aim >= 3 { (relevant * 9 + 9) / 10 - introduced } else { relevant / 12 };
    sheet.whole("relevant", relevant);
    sheet.whole("introduced", introduced);
    sheet.whole("declined", declined.clamp(0, relevant - introduced));
    sheet.yes_from(4, "contributes");
}

fn methods(sheet: &mut Sheet<'_>) {
    let any = sheet.aim >= 2;
    sheet.yes("any", any);
    if !any {
        return;
    }
    let (more, own) = (sheet.aim >= 3, sheet.aim >= 4);
    let count = sheet.then.between(1, 2);
    let introduced = sheet.parts("introduced", count);
    let phased_out = if more { sheet.parts("phased_out", 1) } else { Vec::new() };
    let mut rows = Vec::new();
    for (change, methods) in [("introduced", introduced), ("phased_out", phased_out)] {
        for (at, method) in methods.iter().enumerate() {
            let own = own && change == "introduced" && at == 0;
            let basis = if own {
                "own_study"
            } else if at == 0 {
                "guideline"
            } else {
                "hta"
            };
            rows.push(vec![
                ("method", part(method, 0)),
                ("change", change.to_owned()),
                ("year", sheet.period.to_string()),
                ("basis", basis.to_owned()),
                ("effect", part(method, 1)),
                ("own_basis", yes_no(own)),
            ]);
        }
    }
    sheet.rows("methods", rows);
}

fn innovations(sheet: &mut Sheet<'_>) {
    let any = sheet.aim > 0;
    sheet.yes("any", any);
    if !any {
        return;
    }
    let best = sheet.at(["idea", "idea", "test", "in_use", "spread"]);
    let count = sheet.always.between(1, 3);
    let rows = sheet.parts("ideas", count);
    let rows = rows.iter().zip(0..).map(|(row, at)| {
        let mut cells = vec![
            ("idea", part(row, 0)),
            ("step", if at == 0 { best } else { "idea" }.to_owned()),
            ("benefit", part(row, 1)),
        ];
        if at == 0 && best != "idea" {
            cells.push(("partner", "Innovationsstödet i Exempelby".to_owned()));
        }
        cells
    });
    let rows = rows.collect();
    sheet.rows("innovations", rows);
}

fn indicators(sheet: &mut Sheet<'_>) {
    let count = sheet.always.between(5, 10);
    let share = sheet.within([(0, 10), (10, 20), (30, 45), (55, 68), (80, 95)]);
    let green = if sheet.aim < 2 { count * share / 100 } else { (count * share + 99) / 100 };
    let names = sheet.words.plain("G6", "indicators", count, &mut sheet.always);
    let rows = names.into_iter().zip(0..).map(|(name, at)| {
        let target = sheet.always.between(70, 95);
        let result =
            if at < green { target + sheet.then.below(5) } else { target - sheet.then.between(3, 18) };
        vec![
            ("number", format!("E{:03}", 100 + sheet.always.below(800))),
            ("name", name.to_owned()),
            ("result", with_comma(result * 10, 10)),
            ("target", target.to_string()),
            ("green", yes_no(at < green)),
        ]
    });
    let rows = rows.collect();
    sheet.rows("indicators", rows);
}
