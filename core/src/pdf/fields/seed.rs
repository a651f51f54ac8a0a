//! Seed values: what the author of a signature field asks of its signature (ISO 32000-1, table 234).

use crate::pdf::read::{Array, Dict, Document, Name, PdfString, Value};
use crate::pdf::recipe::Recipe;

/// Bits of `/Ff`: the constraint is binding, not advice.
const FILTER: i64 = 1;
const SUB_FILTER: i64 = 1 << 1;
const VERSION: i64 = 1 << 2;
const REASONS: i64 = 1 << 3;
const LEGAL_ATTESTATION: i64 = 1 << 4;
const ADD_REV_INFO: i64 = 1 << 5;
const DIGEST_METHOD: i64 = 1 << 6;

/// The highest `/V` of seed values whose rules are known here (ISO 32000-2, table 237).
const KNOWN_VERSION: i64 = 3;

/// The first binding constraint of a signature field that a signature after `recipe` would not
/// meet, by its key.
///
/// What `/Ff` leaves as advice is not looked at. A demand for a certain certificate, a timestamp of
/// a certain authority or a certifying signature counts as unmet: the builder knows none of them.
pub(in crate::pdf) fn unmet(
    document: &Document<'_>,
    field: Dict<'_>,
    recipe: &Recipe,
) -> Option<&'static str> {
    let seed = document.value(field, "SV").filter(|value| *value != Value::Null)?;
    let Some(seed) = seed.dict() else { return Some("SV") };
    let get = |key| document.value(seed, key).filter(|value| *value != Value::Null);
    let flags = get("Ff").and_then(Value::integer).unwrap_or(0);
    let binding = |flag: i64, key: &'static str, is_met: &dyn Fn(Value<'_>) -> bool| {
        let value = get(key).filter(|_| flags & flag != 0)?;
        (!is_met(value)).then_some(key)
    };
    // Programs write `sha256` where the standard has `SHA256`.
    let one_of = |value: Value<'_>, wanted: &str| {
        value
            .array()
            .is_some_and(|list| names(document, list).any(|name| name.eq_ignore_ascii_case(wanted)))
    };
    binding(FILTER, "Filter", &|v| v.name().is_some_and(|name| name.is("Adobe.PPKLite")))
        .or_else(|| binding(SUB_FILTER, "SubFilter", &|v| one_of(v, "ETSI.CAdES.detached")))
        .or_else(|| binding(DIGEST_METHOD, "DigestMethod", &|v| one_of(v, "SHA256")))
        .or_else(|| binding(VERSION, "V", &|v| v.millionths().is_some_and(version_is_known)))
        .or_else(|| binding(REASONS, "Reasons", &|v| reason_is_listed(document, v, recipe)))
        .or_else(|| binding(LEGAL_ATTESTATION, "LegalAttestation", &|_| false))
        .or_else(|| binding(ADD_REV_INFO, "AddRevInfo", &|v| v == Value::Boolean(false)))
        .or_else(|| demand(document, get("MDP"), "P").map(|()| "MDP"))
        .or_else(|| demand(document, get("TimeStamp"), "Ff").map(|()| "TimeStamp"))
        .or_else(|| demand(document, get("Cert"), "Ff").map(|()| "Cert"))
        .or_else(|| {
            let asked = get("LockDocument").and_then(Value::name);
            asked.filter(|name| !name.is("false")).map(|_| "LockDocument")
        })
}

fn version_is_known(millionths: i64) -> bool {
    millionths <= KNOWN_VERSION * 1_000_000
}

/// Whether the dictionary demands anything: its number under `key` is not 0.
fn demand(document: &Document<'_>, value: Option<Value<'_>>, key: &str) -> Option<()> {
    let dict = value?.dict()?;
    let number = document.value(dict, key).and_then(Value::integer).unwrap_or(0);
    (number != 0).then_some(())
}

/// A list of one full stop asks for a signature without a reason (table 234).
fn reason_is_listed(document: &Document<'_>, value: Value<'_>, recipe: &Recipe) -> bool {
    let Some(list) = value.array() else { return false };
    let listed: Vec<String> = list
        .iter()
        .filter_map(|text| document.resolve(text).string().map(PdfString::text))
        .collect();
    match &recipe.reason {
        None => listed.is_empty() || listed == ["."],
        Some(reason) => listed.iter().any(|text| text == reason.as_str()),
    }
}

fn names<'d>(document: &'d Document<'_>, list: Array<'d>) -> impl Iterator<Item = String> + 'd {
    list.iter().filter_map(|value| match document.resolve(value) {
        Value::Name(name) => Some(Name::text(name)),
        Value::String(text) => Some(text.text()),
        _ => None,
    })
}
