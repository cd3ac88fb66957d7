//! The JSON Schema agrees with the check: it takes the shipped forms and refuses unknown and missing keys.

use serde_json::Value;

use super::{Fault, faults, good, spoilt};
use usve::forms::schema::{mapping_schema, schema};

/// Whether a value fits a schema: the words of JSON Schema that the form schema uses, and no others.
fn fits(schema: &Value, root: &Value, value: &Value) -> bool {
    let number = |name: &str| schema.get(name).and_then(Value::as_f64);
    let length = value.as_array().and_then(|all| u64::try_from(all.len()).ok());
    schema.as_object().unwrap().iter().all(|(word, rule)| match word.as_str() {
        "$schema" | "$defs" | "title" | "description" | "default" => true,
        "$ref" => fits(root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), root, value),
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "number" => value.is_number(),
            other => panic!("type {other}"),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule.as_array().unwrap().iter().any(|one| fits(one, root, value)),
        "required" => rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
        "properties" => value
            .as_object()
            .into_iter()
            .flatten()
            .all(|(key, inner)| rule.get(key).is_none_or(|rule| fits(rule, root, inner))),
        "additionalProperties" => value.as_object().into_iter().flatten().all(|(key, inner)| {
            schema.get("properties").is_some_and(|known| known.get(key).is_some())
                || (rule.is_object() && fits(rule, root, inner))
        }),
        "items" => value.as_array().into_iter().flatten().all(|inner| fits(rule, root, inner)),
        "minItems" => length.is_none() || length >= rule.as_u64(),
        "maxItems" => length <= rule.as_u64(),
        "minimum" => value.as_f64() >= number(word),
        "maximum" => value.as_f64() <= number(word),
        "exclusiveMinimum" => value.as_f64() > number(word),
        "minLength" => value.as_str() != Some(""),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
        other => panic!("the schema uses {other}, which this test does not know"),
    })
}

/// The patterns of the schema, each by hand.
fn matches(pattern: &str, text: &str) -> bool {
    let lower = |others: &str| {
        text.starts_with(|sign: char| sign.is_ascii_lowercase())
            && text
                .chars()
                .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || others.contains(sign))
    };
    match pattern {
        "^[a-z][a-z0-9_]*$" => lower("_"),
        "^[a-z][a-z0-9-]*$" => lower("-"),
        "^[A-Za-z][A-Za-z0-9]{0,19}$" => {
            text.chars().all(|sign| sign.is_ascii_alphanumeric()) && text.len() <= 20
        }
        "^[0-9]+([.][0-9]+)*$" => text.split('.').all(|part| part.parse::<u32>().is_ok()),
        "^[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$" => matches!(text.len(), 5 | 11),
        other => panic!("pattern {other}"),
    }
}

fn conforms(text: &str) -> bool {
    let form: toml::Table = toml::from_str(text).unwrap();
    let schema = schema();
    fits(&schema, &schema, &serde_json::to_value(form).unwrap())
}

#[test]
fn the_shipped_form_and_the_smallest_one_conform_to_the_schema() {
    assert!(conforms(&good()));
    let shipped =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/forms/usve/2026.1.toml")).unwrap();
    assert!(conforms(&shipped));
}

#[test]
fn the_schema_refuses_what_the_check_refuses_about_keys_types_and_words() {
    let codes =
        ["unknown_key", "missing_key", "missing_language", "wrong_type", "unknown_word", "bad_weight"];
    // What the schema cannot know: which keys a kind needs, and that infinity is no number.
    let beyond = ["missing_options", "missing_columns", "missing_span", "infinite_number"];
    let mut refused = 0;
    for (name, fault) in faults() {
        let about_keys =
            |expected: &String| codes.iter().any(|code| expected.split(' ').nth(1) == Some(code));
        if fault.expects.iter().all(about_keys) && !beyond.contains(&name.as_str()) {
            assert!(!conforms(&spoilt(&fault.replace, &fault.with)), "{name}");
            refused += 1;
        }
    }
    assert!(refused >= 25, "only {refused}");
}

/// Every key anywhere in a schema.
fn keys<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        found.extend(properties.keys().map(String::as_str));
    }
    match schema {
        Value::Object(inner) => inner.values().for_each(|one| keys(one, found)),
        Value::Array(inner) => inner.iter().for_each(|one| keys(one, found)),
        _ => {}
    }
}

#[test]
fn every_key_and_every_word_is_explained_in_the_guide_to_forms() {
    let guide = include_str!("../../../forms/README.md");
    let schema = schema();
    let mut all = Vec::new();
    keys(&schema, &mut all);
    assert!(all.len() > 80);
    all.extend(usve::forms::FieldKind::ALL.map(|(_, name)| name));
    all.extend(usve::forms::expression::RESERVED);
    let said =
        |word: &str| guide.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|one| one == word);
    let missing: Vec<&str> = all.into_iter().filter(|word| !said(word)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

fn mapping_conforms(text: &str) -> bool {
    let mapping: toml::Table = toml::from_str(text).unwrap();
    let schema = mapping_schema();
    fits(&schema, &schema, &serde_json::to_value(mapping).unwrap())
}

/// The keys of a value that its schema does not know, each with the keys above it.
fn unknown_keys(schema: &Value, value: &Value) -> Vec<String> {
    match value {
        Value::Object(inner) => {
            let known = schema.get("properties");
            let below = |(key, inner): (&String, &Value)| match known.and_then(|known| known.get(key)) {
                Some(rule) => {
                    unknown_keys(rule, inner).into_iter().map(|one| format!("{key}.{one}")).collect()
                }
                None if schema["additionalProperties"] == Value::Bool(false) => vec![key.clone()],
                None => Vec::new(),
            };
            inner.iter().flat_map(below).collect()
        }
        Value::Array(inner) => inner.iter().flat_map(|one| unknown_keys(&schema["items"], one)).collect(),
        _ => Vec::new(),
    }
}

/// Every mapping file below a folder.
fn mappings(folder: &str) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.file_name().unwrap().to_str().unwrap().contains("-to-"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

#[test]
fn every_mapping_conforms_to_the_schema_of_mapping_files() {
    let tried = mappings("tests/it/support/two_years/prov");
    assert_eq!(tried.len(), 2);
    for mapping in tried.into_iter().chain(mappings("forms/usve")) {
        assert!(mapping_conforms(&mapping), "{mapping}");
    }
}

#[test]
fn the_schema_of_mapping_files_names_a_wrong_key_and_refuses_what_the_check_refuses_about_keys_and_types() {
    let good = include_str!("../support/two_years/prov/2025.1-to-2026.1.toml");
    let named = |text: &str| {
        let mapping: toml::Table = toml::from_str(text).unwrap();
        unknown_keys(&mapping_schema(), &serde_json::to_value(mapping).unwrap())
    };
    assert_eq!(named(good), Vec::<String>::new());
    assert_eq!(named(&good.replace("dropped = [", "droped = [")), ["mapping.droped"]);
    assert_eq!(named(&good.replace("[[renamed]]", "[[moved]]")), ["moved"]);
    assert_eq!(named(&good.replace("from = \"B3.topic\"", "from = \"B3.topic\"\nwhy = \"\"")), ["field.why"]);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/bad_mappings");
    let codes = ["unknown_key", "missing_key", "wrong_type", "too_few"];
    let mut refused = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let fault: Fault = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let about_keys = |one: &String| codes.iter().any(|code| one.split(' ').nth(1) == Some(code));
        if fault.expects.iter().all(about_keys) {
            assert!(!mapping_conforms(&good.replace(&fault.replace, &fault.with)), "{}", path.display());
            refused += 1;
        }
    }
    assert_eq!(refused, 8, "the corpus has lost files");
}
