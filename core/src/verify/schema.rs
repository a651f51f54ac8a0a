//! Holds docs/verify.schema.json to what reports look like.

use serde_json::Value;

use super::*;
use crate::testing::{read_vector, vectors_in};

/// The part of JSON Schema that the file uses.
fn check(schema: &Value, value: &Value, root: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.strip_prefix("#/$defs/").unwrap();
        let found = &root["$defs"][name];
        assert!(found.is_object(), "{reference} leads nowhere");
        return check(found, value, root);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().filter(|choice| check(choice, value, root).is_ok()).count();
        return if fits == 1 { Ok(()) } else { Err(format!("{fits} choices fit {value}")) };
    }
    if let Some(expected) = schema.get("const") {
        return if expected == value { Ok(()) } else { Err(format!("{value} is not {expected}")) };
    }
    if let Some(names) = schema["enum"].as_array() {
        return if names.contains(value) { Ok(()) } else { Err(format!("{value} is not listed")) };
    }
    match (schema["type"].as_str(), value) {
        (Some("string"), Value::String(_)) => Ok(()),
        (Some("integer"), Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
        (Some("array"), Value::Array(items)) => {
            items.iter().try_for_each(|item| check(&schema["items"], item, root))
        }
        (Some("object"), Value::Object(fields)) => {
            for name in schema["required"].as_array().unwrap() {
                if !fields.contains_key(name.as_str().unwrap()) {
                    return Err(format!("{name} is missing"));
                }
            }
            assert_eq!(schema["additionalProperties"], false, "the test would see less");
            for (name, value) in fields {
                let known = schema["properties"].get(name);
                let known = known.ok_or_else(|| format!("{name} is not described"))?;
                check(known, value, root).map_err(|error| format!("{name}: {error}"))?;
            }
            Ok(())
        }
        (expected, _) => Err(format!("{value} is not of type {expected:?}")),
    }
}

fn schema() -> Value {
    serde_json::from_slice(&read_vector("../../docs/verify.schema.json")).unwrap()
}

#[test]
fn every_report_keeps_to_its_schema() {
    let schema = schema();
    let trust = Trust {
        anchors: Vec::new(),
        intermediates: Vec::new(),
        crls: Vec::new(),
        ocsp: Vec::new(),
        at: UnixSecond::new(1_795_600_000),
    };
    let mut reports = vec![serde_json::from_slice(&read_vector("signatures/report.json")).unwrap()];
    for name in vectors_in("signatures/foreign", ".pdf") {
        let report = verify_pdf(&read_vector(&name), &trust, None);
        reports.push(serde_json::to_value(report).unwrap());
    }
    assert!(reports.len() > 30);
    for report in &reports {
        check(&schema, report, &schema).unwrap();
    }
    // It would notice: a field that is not described, one that is gone, a reason that is new.
    let mut more = reports[0].clone();
    more["signatures"][0]["mood"] = "good".into();
    assert!(check(&schema, &more, &schema).is_err());
    let mut less = reports[0].clone();
    less.as_object_mut().unwrap().remove("recordings");
    assert!(check(&schema, &less, &schema).is_err());
    let mut other = reports[0].clone();
    other["document"]["reason"] = "because".into();
    assert!(check(&schema, &other, &schema).is_err());
}

#[test]
fn the_schema_lists_every_reason_and_no_other() {
    let schema = schema();
    let listed: Vec<&str> = schema["$defs"]["reason"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason.as_str().unwrap())
        .collect();
    let all: Vec<&str> = Reason::ALL.iter().map(|reason| reason.slug()).collect();
    assert_eq!(listed, all);
}
