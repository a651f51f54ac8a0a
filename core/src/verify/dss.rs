//! What a document carries for its own later verification: the dictionary `/DSS` of the catalog
//! (ISO 32000-2 §12.8.4.3). Nothing in it is trusted; it only saves a search.

use flate2::{Decompress, FlushDecompress, Status};

use crate::pdf::read::{Dict, Document, Object, ObjectId, Place, Value};

// Two chains, each with a list and an answer for every certificate, for each of 64 signatures.
const MAX_VALUES: usize = 512;
// As much as the largest revocation list.
const MAX_VALUE_BYTES: usize = 16 * 1024 * 1024;
const MAX_STORE_BYTES: usize = 64 * 1024 * 1024;

/// Certificates, revocation lists and OCSP answers, in DER, unread.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) crls: Vec<Vec<u8>>,
    pub(super) ocsp: Vec<Vec<u8>>,
}

/// Reads what can be read; what cannot is as if it were not there.
pub(super) fn read(document: &Document<'_>) -> Store {
    let Some(Value::Dict(dss)) = document.value(document.catalog_dict(), "DSS") else {
        return Store::default();
    };
    let mut budget = MAX_STORE_BYTES;
    let mut values = |key| values(document, dss, key, &mut budget);
    Store { certificates: values("Certs"), crls: values("CRLs"), ocsp: values("OCSPs") }
}

fn values(document: &Document<'_>, dss: Dict<'_>, key: &str, budget: &mut usize) -> Vec<Vec<u8>> {
    let Some(Value::Array(list)) = document.value(dss, key) else { return Vec::new() };
    let mut seen: Vec<ObjectId> = Vec::new();
    let mut found = Vec::new();
    for id in list.iter().take(MAX_VALUES).filter_map(Value::reference) {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let data = document.object(id).and_then(|object| unpacked(document, &object, *budget));
        if let Some(data) = data {
            *budget = budget.saturating_sub(data.len());
            found.push(data);
        }
    }
    found
}

/// The data of a stream without a filter, or with `FlateDecode` alone, as all writers make it.
fn unpacked(document: &Document<'_>, object: &Object<'_>, budget: usize) -> Option<Vec<u8>> {
    let (Value::Dict(dict), Place::Stream { data, .. }) = (object.value, object.place) else {
        return None;
    };
    let limit = MAX_VALUE_BYTES.min(budget);
    let filter = match document.value(dict, "Filter") {
        Some(Value::Array(filters)) => {
            let mut filters = filters.iter();
            let first = filters.next();
            filters.next().is_none().then_some(first)?
        }
        other => other,
    };
    match filter {
        None => (data.len() <= limit).then(|| data.to_vec()),
        Some(Value::Name(name)) if name.is("FlateDecode") => inflate(data, limit),
        Some(_) => None,
    }
}

fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut decoder = Decompress::new(true);
    let mut plain = Vec::with_capacity(data.len().saturating_mul(2).clamp(64, 1 << 20));
    let mut taken = 0;
    loop {
        if plain.len() == plain.capacity() {
            plain.reserve(plain.len());
        }
        let before = (plain.len(), taken);
        let rest = data.get(taken..)?;
        let status = decoder.decompress_vec(rest, &mut plain, FlushDecompress::None).ok()?;
        taken = usize::try_from(decoder.total_in()).ok()?;
        if plain.len() > limit {
            return None;
        }
        match status {
            Status::StreamEnd => return Some(plain),
            _ if (plain.len(), taken) == before && plain.len() < plain.capacity() => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_within_its_limit() {
        let plain = vec![7; 100_000];
        assert_eq!(inflate(&deflated(&plain), 100_000), Some(plain.clone()));
        assert_eq!(inflate(&deflated(&plain), 99_999), None);
        assert_eq!(inflate(&deflated(&plain)[..50], 100_000), None);
        assert_eq!(inflate(b"not packed", 100), None);
    }
}
