//! A second, naive implementation of the scoring model, written from its text alone (7.10): JSON in, JSON out, its own
//! fractions, the numbers of chapter 7 as literals. It shares nothing with the product's.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

/// A fraction small enough for these tests.
#[derive(Clone, Copy, Debug)]
struct Ratio(i128, i128);

impl Ratio {
    fn of(top: i128, bottom: i128) -> Ratio {
        let (mut a, mut b) = (top.abs(), bottom.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = if bottom < 0 { -1 } else { 1 };
        if a == 0 { Ratio(0, 1) } else { Ratio(sign * top / a, sign * bottom / a) }
    }

    fn int(value: i128) -> Ratio {
        Ratio(value, 1)
    }

    fn read(value: &Value) -> Ratio {
        match value.as_str() {
            None => Ratio::int(value.as_i64().unwrap().into()),
            Some(text) => match text.split_once('/') {
                None => Ratio::int(text.parse().unwrap()),
                Some((top, bottom)) => Ratio::of(top.parse().unwrap(), bottom.parse().unwrap()),
            },
        }
    }

    fn plus(self, other: Ratio) -> Ratio {
        Ratio::of(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn minus(self, other: Ratio) -> Ratio {
        self.plus(Ratio(-other.0, other.1))
    }

    fn times(self, other: Ratio) -> Ratio {
        Ratio::of(self.0 * other.0, self.1 * other.1)
    }

    fn by(self, other: Ratio) -> Ratio {
        Ratio::of(self.0 * other.1, self.1 * other.0)
    }

    fn order(self, other: i128) -> Ordering {
        self.0.cmp(&(other * self.1))
    }

    fn at_least(self, other: i128) -> bool {
        self.order(other) != Ordering::Less
    }

    fn text(self) -> String {
        if self.1 == 1 { self.0.to_string() } else { format!("{}/{}", self.0, self.1) }
    }

    /// Not negative, rounded half up, with decimal comma.
    fn shown(self, places: usize) -> String {
        let scale = 10_i128.pow(u32::try_from(places).unwrap());
        let rounded = (self.0 * scale * 2 + self.1) / (self.1 * 2);
        format!("{},{:0width$}", rounded / scale, rounded % scale, width = places)
    }

    fn display(self, thresholds: &[i128]) -> String {
        let mut places = 1;
        while thresholds.iter().any(|threshold| {
            !self.at_least(*threshold) && self.shown(places) == Ratio::int(*threshold).shown(places)
        }) {
            places += 1;
        }
        self.shown(places)
    }
}

fn near(a: i64, b: i64, minimum: bool) -> bool {
    (a - b).abs() <= 1 && !(minimum && (a < 2) != (b < 2))
}

fn mean(a: i64, b: i64) -> Ratio {
    Ratio::of((a + b).into(), 2)
}

fn median(a: i64, b: i64, c: i64) -> Ratio {
    let middle = [(a, b, c), (b, a, c), (c, a, b)]
        .into_iter()
        .find(|(x, y, z)| x.min(y.max(z)) == x && x.max(y.min(z)) == x);
    Ratio::int(middle.unwrap().0.into())
}

fn is_level(value: &Value) -> bool {
    (0..=4).any(|level| *value == json!(level))
}

/// State and value of one criterion, or the code of its first fault.
fn judge(
    judgements: &Value,
    minimum: bool,
    fact_check: bool,
) -> Result<(&'static str, Option<Ratio>), &'static str> {
    let yes = |key: &str| judgements[key] == true;
    let sides = [&judgements["university"], &judgements["region"]];
    let further: Vec<Value> = judgements["further"].as_array().cloned().unwrap_or_default();
    let given = |value: &Value| !value.is_null();

    for side in sides {
        if given(&side["first"]) && side["first"] != "K" && !is_level(&side["first"]) {
            return Err("bad_level");
        }
        if ["revised", "corrected"].iter().any(|key| given(&side[*key]) && !is_level(&side[*key])) {
            return Err("bad_level");
        }
    }
    if !further.iter().all(is_level) {
        return Err("bad_level");
    }
    if sides
        .iter()
        .any(|side| !given(&side["first"]) && (given(&side["revised"]) || given(&side["corrected"])))
    {
        return Err("first_missing");
    }
    let skipped = yes("not_applicable") || yes("missing");
    let [university, region] = sides.map(|side| side["first"].as_i64());
    let apart = matches!((university, region), (Some(one), Some(two)) if !near(one, two, minimum));
    if sides.iter().any(|side| given(&side["revised"])) && (skipped || !apart) {
        return Err("revision_not_allowed");
    }
    if sides.iter().any(|side| given(&side["corrected"]) && (!fact_check || side["first"] == "K")) {
        return Err("correction_not_allowed");
    }
    let f: Vec<i64> = further.iter().map(|level| level.as_i64().unwrap()).collect();
    let effective =
        sides.map(|side| ["corrected", "revised", "first"].iter().find_map(|key| side[*key].as_i64()));
    let corrected = sides.iter().any(|side| given(&side["corrected"]));
    let blind = sides.map(|side| given(&side["first"]));

    let (uses, state, value) = if yes("not_applicable") {
        (0, "not_applicable", None)
    } else if yes("missing") {
        (0, "missing", Some(Ratio::int(0)))
    } else if blind != [true, true] {
        (0, "open", None)
    } else if university.is_none() && region.is_none() {
        match (minimum, f.len()) {
            (false, 0) => (1, "needs_further", None),
            (false, _) => (1, "further", Some(Ratio::int(f[0].into()))),
            (true, 0 | 1) => (2, "needs_further", None),
            (true, _) if near(f[0], f[1], true) => (2, "further", Some(mean(f[0], f[1]))),
            (true, 2) => (3, "needs_further", None),
            (true, _) => (3, "median", Some(median(f[0], f[1], f[2]))),
        }
    } else if university.is_none() || region.is_none() {
        let first = university.or(region).unwrap();
        let v = if university.is_some() { effective[0] } else { effective[1] }.unwrap();
        let second_was_needed = f.len() > 1 && !near(first, f[0], true);
        if !minimum {
            (0, "single", Some(Ratio::int(v.into())))
        } else if f.is_empty() {
            (1, "needs_further", None)
        } else if near(v, f[0], true) && !second_was_needed {
            (1, "further", Some(mean(v, f[0])))
        } else if f.len() == 1 {
            (2, "needs_further", None)
        } else {
            (2, "median", Some(median(v, f[0], f[1])))
        }
    } else {
        let (a, b) = (effective[0].unwrap(), effective[1].unwrap());
        if apart && !yes("discussed") {
            (0, "needs_discussion", None)
        } else if corrected && !f.is_empty() {
            (1, "median", Some(median(a, b, f[0])))
        } else if near(a, b, minimum) {
            let state = match (corrected, apart) {
                (true, _) => "corrected",
                (false, true) => "revised",
                (false, false) if a == b => "agreed",
                (false, false) => "mean",
            };
            (0, state, Some(mean(a, b)))
        } else if f.is_empty() {
            (1, "needs_further", None)
        } else {
            (1, "median", Some(median(a, b, f[0])))
        }
    };
    if f.len() > uses { Err("further_not_needed") } else { Ok((state, value)) }
}

fn trend(change: Option<Ratio>, threshold: i128) -> Value {
    let trend = match change {
        None => "not_compared",
        Some(change) if change.at_least(threshold) => "improved",
        Some(change) if change.order(-threshold) != Ordering::Greater => "declined",
        Some(_) => "unchanged",
    };
    json!({"change": change.map(Ratio::text), "trend": trend})
}

/// No areas, an empty area, a weight not > 0, an id twice.
fn is_bad(areas: &[Value]) -> bool {
    let criteria: Vec<&Value> = areas.iter().flat_map(|area| area["criteria"].as_array().unwrap()).collect();
    let twice = |all: &[&Value]| {
        all.iter().enumerate().any(|(at, one)| all[..at].iter().any(|other| other["id"] == one["id"]))
    };
    areas.is_empty()
        || areas.iter().any(|area| area["criteria"] == json!([]))
        || areas.iter().chain(criteria.iter().copied()).any(|one| Ratio::read(&one["weight"]).0 <= 0)
        || twice(&areas.iter().collect::<Vec<_>>())
        || twice(&criteria)
}

/// The result of a case, or the code and criterion of the first fault.
#[expect(clippy::too_many_lines, reason = "one page, to be read beside the text of 7.10")]
pub fn score(case: &Value, rules_name: &str) -> Result<Value, (String, Option<String>)> {
    let none = Vec::new();
    let areas = case["form"]["areas"].as_array().unwrap_or(&none);
    if is_bad(areas) {
        return Err(("bad_form".to_owned(), None));
    }
    let every: Vec<&Value> = areas.iter().flat_map(|area| area["criteria"].as_array().unwrap()).collect();
    let ids: Vec<&str> = every.iter().map(|criterion| criterion["id"].as_str().unwrap()).collect();
    if case["submitted"] == false {
        return Ok(json!({"final": true, "rules": rules_name, "open": [], "outcome": "E"}));
    }
    let empty = Map::new();
    let judgements = case["judgements"].as_object().unwrap_or(&empty);
    if let Some(id) = judgements.keys().find(|id| !ids.contains(&id.as_str())) {
        return Err(("unknown_criterion".to_owned(), Some(id.clone())));
    }

    let mut criteria = Map::new();
    let mut values: Map<String, Value> = Map::new();
    let mut open = Vec::new();
    let mut unmet = Vec::new();
    for criterion in &every {
        let id = criterion["id"].as_str().unwrap();
        let minimum = criterion["minimum"] == true;
        let (state, value) = judge(&case["judgements"][id], minimum, case["fact_check"] == true)
            .map_err(|code| (code.to_owned(), Some(id.to_owned())))?;
        let mut result = json!({"state": state, "value": value.map(Ratio::text)});
        if ["open", "needs_discussion", "needs_further"].contains(&state) {
            open.push(id);
        }
        if let Some(value) = value {
            values.insert(id.to_owned(), json!(value.text()));
            let light = if state == "missing" || !value.at_least(2) {
                "red"
            } else if value.at_least(3) {
                "green"
            } else {
                "yellow"
            };
            result["light"] = json!(light);
            if minimum {
                let met = value.at_least(2) && state != "missing";
                result["minimum_met"] = json!(met);
                if !met {
                    unmet.push(id);
                }
            }
        }
        criteria.insert(id.to_owned(), result);
    }
    if !open.is_empty() {
        return Ok(json!({"final": false, "rules": rules_name, "open": open, "criteria": criteria}));
    }

    let mut results = Map::new();
    let zero = Ratio::int(0);
    let (mut total, mut weights, mut missing_share) = (zero, zero, zero);
    let (mut this_total, mut last_total, mut compared_weights) = (zero, zero, zero);
    let mut areas_below = [false, false];
    for area in areas {
        let counted: Vec<&Value> = area["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|criterion| values.contains_key(criterion["id"].as_str().unwrap()))
            .collect();
        if counted.is_empty() {
            continue;
        }
        let area_weight = Ratio::read(&area["weight"]);
        let (mut reached, mut weight, mut missing) = (zero, zero, zero);
        let (mut same, mut this, mut last) = (zero, zero, zero);
        let (mut green, mut yellow, mut cap) = (0, 0, false);
        for criterion in &counted {
            let id = criterion["id"].as_str().unwrap();
            let w = Ratio::read(&criterion["weight"]);
            let c = Ratio::read(&values[id]);
            reached = reached.plus(w.times(c));
            weight = weight.plus(w);
            if criteria[id]["state"] == "missing" {
                missing = missing.plus(w);
            }
            green += usize::from(criteria[id]["light"] == "green");
            yellow += usize::from(criteria[id]["light"] == "yellow");
            cap |= criteria[id]["minimum_met"] == false;
            let before = &case["previous"]["criteria"][id];
            if !before["value"].is_null()
                && before["digest"].is_string()
                && before["digest"] == criterion["digest"]
            {
                same = same.plus(w);
                this = this.plus(w.times(c));
                last = last.plus(w.times(Ratio::read(&before["value"])));
            }
        }
        let score = Ratio::int(25).times(reached).by(weight);
        let light = if 2 * green >= counted.len() && !cap {
            "green"
        } else if 2 * (green + yellow) >= counted.len() {
            "yellow"
        } else {
            "red"
        };
        let comparable = same.0 > 0 && Ratio::int(100).times(same).by(weight).at_least(70);
        let change = comparable.then(|| Ratio::int(25).times(this.minus(last)).by(same));
        if comparable {
            compared_weights = compared_weights.plus(area_weight);
            this_total = this_total.plus(area_weight.times(Ratio::int(25).times(this).by(same)));
            last_total = last_total.plus(area_weight.times(Ratio::int(25).times(last).by(same)));
        }
        let mut result = trend(change, 10);
        result["score"] = json!(score.text());
        result["display"] = json!(score.display(&[40, 60]));
        result["light"] = json!(light);
        results.insert(area["id"].as_str().unwrap().to_owned(), result);
        total = total.plus(area_weight.times(score));
        weights = weights.plus(area_weight);
        missing_share = missing_share.plus(area_weight.times(missing.by(weight)));
        areas_below[0] |= !score.at_least(40);
        areas_below[1] |= !score.at_least(60);
    }
    if results.is_empty() {
        return Ok(
            json!({"final": true, "rules": rules_name, "open": [], "criteria": criteria, "missing_share": "0",
            "unmet_minimum": [], "outcome": "E", "change": null, "trend": "not_compared"}),
        );
    }
    let total = total.by(weights);
    let missing_share = Ratio::int(100).times(missing_share).by(weights);
    let again = unmet.iter().any(|id| {
        let before = &case["previous"]["unmet_minimum"][*id];
        let years = before["years"].as_u64().unwrap_or(0);
        years >= 2 || (years >= 1 && before["plan"] != true)
    });
    let outcome = if missing_share.order(25) == Ordering::Greater {
        "E"
    } else if unmet.len() >= 3 || !total.at_least(45) || again {
        "O"
    } else if !unmet.is_empty() || !total.at_least(60) || areas_below[0] {
        "V"
    } else if total.at_least(80) && !areas_below[1] {
        "F"
    } else {
        "G"
    };
    let whole = compared_weights.0 > 0 && Ratio::int(100).times(compared_weights).by(weights).at_least(70);
    let change = whole.then(|| this_total.minus(last_total).by(compared_weights));
    let mut result = trend(change, 5);
    let more = json!({"final": true, "rules": rules_name, "open": [], "criteria": criteria, "areas": results,
        "total": total.text(), "display": total.display(&[45, 60, 80]), "missing_share": missing_share.text(),
        "unmet_minimum": unmet, "outcome": outcome});
    result.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Ok(result)
}
