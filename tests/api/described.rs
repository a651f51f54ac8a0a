//! Whether an answer is what the API's description says of it.

use std::sync::LazyLock;

use serde_json::Value;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&trien_server::api::description()).unwrap());

/// Every field of a JSON answer is described with its type, and every field that is described as always
/// there is there.
pub fn check(method: &str, path: &str, status: u16, answer: &Value) {
    let path = path.split('?').next().unwrap_or_default();
    let routes = DESCRIPTION["paths"].as_object().unwrap().iter();
    let fixed = |template: &str| template.split('/').filter(|it| !it.starts_with('{')).count();
    let route = routes.filter(|(template, _)| names(template, path));
    let (template, route) = route.max_by_key(|(template, _)| fixed(template)).unwrap();
    let response = &route[method.to_lowercase()]["responses"][status.to_string()];
    assert!(response.is_object(), "{method} {template} does not describe {status}");
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert!(answer.is_null(), "{method} {template} describes no JSON");
    } else {
        fits(schema, answer, &format!("{method} {template}"));
    }
}

fn names(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template.zip(path).all(|(part, given)| part.starts_with('{') || part == given)
}

fn fits(schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return fits(&DESCRIPTION["components"]["schemas"][name], value, &format!("{at}: {name}"));
    }
    if let Some(either) = schema["oneOf"].as_array() {
        let set = either.iter().find(|one| one["type"] != "null").unwrap();
        if !value.is_null() {
            fits(set, value, at);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let described = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    assert!(described, "{at} is {kind}, not {}", schema["type"]);
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| fits(&schema["items"], item, at));
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let property = &schema["properties"][name];
                let more = &schema["additionalProperties"];
                let schema = if property.is_null() { more } else { property };
                assert!(!schema.is_null(), "{at}.{name} is not described");
                fits(schema, value, &format!("{at}.{name}"));
            }
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(name.as_str().unwrap()), "{at}.{name} is missing");
            }
        }
        _ => {}
    }
}
