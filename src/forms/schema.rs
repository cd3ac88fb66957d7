//! The JSON Schema (draft 2020-12) of form files, so that an editor completes keys and underlines unknown ones.
//!
//! It knows keys, types and words. What a form means as a whole is for `usve forms check`.

use serde_json::{Map, Value, json};

use super::{FieldKind, National, Prefill, Tag};

/// The schema of a form file.
#[must_use]
pub fn schema() -> Value {
    let mut schema = table(
        "One version of a form",
        &["form", "scale", "rules", "calendar", "every", "area"],
        vec![
            ("form", reference("form")),
            ("scale", json!({"type": "array", "minItems": 5, "maxItems": 5, "items": reference("scale")})),
            ("rules", rules()),
            ("calendar", calendar()),
            ("background", list("field")),
            ("every", list("field")),
            ("area", json!({"type": "array", "minItems": 1, "items": reference("area")})),
        ],
    );
    let definitions = json!({
        "text": table("A text in both languages", &["sv", "en"], vec![
            ("sv", json!({"type": "string", "minLength": 1, "description": "Swedish"})),
            ("en", json!({"type": "string", "minLength": 1, "description": "English"})),
        ]),
        "expression": {"type": "string", "minLength": 1, "description": "An expression, see forms/README.md"},
        "form": form(),
        "scale": scale(),
        "area": area(),
        "criterion": criterion(),
        "field": field(false),
        "column": field(true),
        "option": table("What can be chosen", &["id", "label"], vec![("id", name()), ("label", text("What is shown"))]),
        "indicator": indicator(),
        "level": level(),
    });
    if let Value::Object(top) = &mut schema {
        top.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        top.insert("title".to_owned(), json!("A form of usve"));
        top.insert("$defs".to_owned(), definitions);
    }
    schema
}

/// The schema of a mapping file.
#[must_use]
pub fn mapping_schema() -> Value {
    let one = |what: &str| json!({"type": "string", "minLength": 1, "description": what});
    let several = |what: &str| json!({"type": "array", "minItems": 2, "items": code(), "description": what});
    let change = |description: &str, from: Value, to: Value| json!({"type": "array", "items": table(description, &["from", "to"], vec![("from", from), ("to", to)])});
    let version = || json!({"type": "string", "pattern": "^[0-9]+([.][0-9]+)*$"});
    let head = table(
        "The form and its two versions",
        &["form", "from", "to"],
        vec![
            ("form", one("The form's id")),
            ("from", version()),
            ("to", version()),
            (
                "new",
                json!({"type": "array", "items": code(), "description": "Criteria that were not there before"}),
            ),
            (
                "dropped",
                json!({"type": "array", "items": one("A criterion, or a field, column or option with its criterion"),
                    "description": "What is no longer there"}),
            ),
        ],
    );
    let field = table(
        "A field or column under another id, or with other options",
        &["from"],
        vec![
            ("from", one("criterion.field or criterion.table.column, before")),
            ("to", one("The same after; left out when it keeps its id")),
            ("options", json!({"type": "object", "additionalProperties": {"type": "string"}})),
        ],
    );
    let mut schema = table(
        "What becomes of the answers from one version of a form to the next",
        &["mapping"],
        vec![
            ("mapping", head),
            ("renamed", change("A criterion under another id", code(), code())),
            ("split", change("One criterion in several", code(), several("After"))),
            ("merged", change("Several criteria in one", several("Before"), code())),
            ("field", json!({"type": "array", "items": field})),
        ],
    );
    if let Value::Object(top) = &mut schema {
        top.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        top.insert("title".to_owned(), json!("A mapping between two versions of a form of usve"));
    }
    schema
}

fn table(description: &str, required: &[&str], properties: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> =
        properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    json!({
        "type": "object",
        "description": description,
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn text(description: &str) -> Value {
    json!({"$ref": "#/$defs/text", "description": description})
}

fn list(of: &str) -> Value {
    json!({"type": "array", "items": reference(of)})
}

fn name() -> Value {
    json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"})
}

fn code() -> Value {
    json!({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]{0,19}$"})
}

fn count(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

fn counts(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "integer", "minimum": 0}, "description": description})
}

fn weight() -> Value {
    json!({"type": "number", "exclusiveMinimum": 0})
}

fn words<T>(all: &[(T, &str)]) -> Value {
    let names: Vec<&str> = all.iter().map(|(_, name)| *name).collect();
    json!({"enum": names})
}

fn form() -> Value {
    table(
        "Name and version",
        &["id", "version", "title"],
        vec![
            (
                "id",
                json!({"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "description": "The folder's name"}),
            ),
            (
                "version",
                json!({"type": "string", "pattern": "^[0-9]+([.][0-9]+)*$", "description": "The file's name"}),
            ),
            ("title", text("What people call the form")),
        ],
    )
}

fn scale() -> Value {
    table(
        "A level of the scale",
        &["level", "title", "anchor"],
        vec![
            ("level", json!({"enum": [0, 1, 2, 3, 4]})),
            ("title", text("Its name")),
            ("anchor", text("What it means for any criterion")),
        ],
    )
}

fn rules() -> Value {
    let numbers = [
        "minimum_level",
        "green",
        "yellow",
        "area_green_share",
        "area_yellow_share",
        "greatest_missing_share",
        "insufficient_total",
        "approved_total",
        "approved_area",
        "exemplary_total",
        "exemplary_area",
        "near",
        "change_total",
        "change_area",
        "comparable_share",
    ];
    let whole = [
        "insufficient_unmet",
        "unmet_years",
        "unmet_years_without_plan",
        "reason_shortest",
        "reason_longest",
    ];
    let mut keys: Vec<(&str, Value)> =
        numbers.iter().map(|key| (*key, json!({"type": "number", "minimum": 0, "maximum": 100}))).collect();
    keys.extend(whole.iter().map(|key| (*key, count("A whole number"))));
    keys.push(("reason_levels", counts("Levels that need a reason; K always does")));
    all_required("The numbers of the scoring model", keys)
}

fn calendar() -> Value {
    let days = ["opens", "submit", "assign", "lock", "settle", "further", "final", "release", "present"];
    let lengths = ["fact_check_days", "comment_days", "plan_months", "completion_days", "grace_minutes"];
    let day = json!({"type": "string", "pattern": "^[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$"});
    let mut keys: Vec<(&str, Value)> = days.iter().map(|key| (*key, day.clone())).collect();
    keys.extend(lengths.iter().map(|key| (*key, count("A whole number"))));
    keys.push(("follow_up_months", counts("Months after an accepted plan")));
    keys.push(("reminders_days", counts("Days before a date")));
    all_required("The default dates of a cycle", keys)
}

fn all_required(description: &str, keys: Vec<(&str, Value)>) -> Value {
    let required: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    table(description, &required, keys)
}

fn area() -> Value {
    table(
        "Criteria that are weighed together",
        &["id", "weight", "title", "criterion"],
        vec![
            ("id", code()),
            ("weight", weight()),
            ("title", text("What people call the area")),
            ("intro", text("What the area is about")),
            ("criterion", json!({"type": "array", "minItems": 1, "items": reference("criterion")})),
        ],
    )
}

fn criterion() -> Value {
    let required = ["id", "weight", "title", "guidance", "source", "tag", "field", "level"];
    table(
        "What a unit is asked",
        &required,
        vec![
            ("id", code()),
            ("weight", weight()),
            ("minimum", json!({"type": "boolean", "default": false})),
            ("title", text("What people call the criterion")),
            ("guidance", text("How to answer")),
            ("source", json!({"type": "string", "description": "Keys of sources, or ours"})),
            (
                "tag",
                json!({"anyOf": [words(&Tag::ALL), {"type": "array", "minItems": 1, "items": words(&Tag::ALL)}]}),
            ),
            ("national", words(&National::ALL)),
            ("not_applicable", text("When it may be called not applicable")),
            ("thresholds", json!({"type": "object", "additionalProperties": {"type": "number"}})),
            ("field", json!({"type": "array", "minItems": 1, "items": reference("field")})),
            ("indicator", list("indicator")),
            ("level", json!({"type": "array", "minItems": 5, "maxItems": 5, "items": reference("level")})),
        ],
    )
}

fn field(column: bool) -> Value {
    let kinds: Vec<(FieldKind, &str)> =
        FieldKind::ALL.into_iter().filter(|(kind, _)| !column || kind.is_scalar()).collect();
    let mut keys = vec![
        ("id", name()),
        ("kind", words(&kinds)),
        ("label", text("The question")),
        ("hint", text("A line of help")),
        ("required", json!({"type": "boolean", "default": true})),
        ("unit", text("Shown after a number")),
        ("unit_one", text("Shown after the number 1; unit when left out")),
        ("least", json!({"type": "number"})),
        ("most", json!({"type": "number"})),
        ("places", count("Decimals allowed")),
        ("most_characters", count("The longest text")),
        ("most_words", count("The longest text, in words")),
        ("options", list("option")),
    ];
    if !column {
        keys.push(("when", reference("expression")));
        keys.push(("prefill", words(&Prefill::ALL)));
        keys.push(("columns", list("column")));
        keys.push(("span", json!({"type": "integer", "minimum": 1, "maximum": 10})));
        let asks = "Per cent: a rise or fall since last year above this asks for a word of explanation";
        keys.push(("explain_change", json!({"type": "number", "minimum": 0, "description": asks})));
    }
    table(if column { "A column" } else { "A question" }, &["id", "kind", "label"], keys)
}

fn indicator() -> Value {
    table(
        "Something computed",
        &["id", "label", "value"],
        vec![
            ("id", name()),
            ("label", text("What people call it")),
            ("unit", text("Shown after the number")),
            ("unit_one", text("Shown after the number 1; unit when left out")),
            ("value", reference("expression")),
            ("places", count("Decimals shown")),
        ],
    )
}

fn level() -> Value {
    table(
        "What a level takes",
        &["level", "anchor"],
        vec![
            ("level", json!({"enum": [0, 1, 2, 3, 4]})),
            ("anchor", text("In words")),
            ("when", reference("expression")),
        ],
    )
}
