//! What stood before an act and stands after it, of what it changed only.

use serde_json::{Map, Value, json};

use crate::store::directory::UnitDetails;

/// What is told of a unit.
pub(in crate::flow) fn unit_fields(name: &str, details: &UnitDetails) -> Value {
    json!({ "name": name, "level": details.level, "organ_id": details.organ_id })
}

/// The members in which two objects differ, as each has them.
pub(in crate::flow) fn differing(before: &Value, after: &Value) -> (Value, Value) {
    let (mut was, mut is) = (Map::new(), Map::new());
    for (name, now) in after.as_object().into_iter().flatten() {
        if before[name] != *now {
            was.insert(name.clone(), before[name].clone());
            is.insert(name.clone(), now.clone());
        }
    }
    (was.into(), is.into())
}
