//! Public keys of credentials: COSE keys (RFC 9052 §7) as `SubjectPublicKeyInfo`.

use minicbor::Decoder;

use super::Refused;
use crate::algorithm::spki;
use crate::asn1::{OID, write};
use crate::oid;

/// ECDSA with SHA-256 (RFC 9053 §2.1); WebAuthn binds it to P-256 (§5.8.5).
pub(super) const ES256: i64 = -7;
/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8812 §2).
pub(super) const RS256: i64 = -257;

// IANA "COSE Key Types", "COSE Key Common Parameters", "COSE Key Type Parameters".
const EC2: i64 = 2;
const RSA: i64 = 3;
const KEY_TYPE: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE: i64 = -1;
const P_256: i64 = 1;
const X: i64 = -2;
const Y: i64 = -3;
const MODULUS: i64 = -1;
const EXPONENT: i64 = -2;

/// More members than any key has.
const MAX_MEMBERS: u64 = 16;

#[derive(Clone, Copy)]
enum Value<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

/// Reads the key at the beginning of `bytes`; gives how many bytes it took.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<u8>, usize), Refused> {
    let mut decoder = Decoder::new(bytes);
    let members = decoder.map().map_err(|_| Refused::Key)?;
    let members = members.filter(|count| *count <= MAX_MEMBERS).ok_or(Refused::Key)?;
    let mut found: Vec<(i64, Value<'_>)> = Vec::new();
    for _ in 0..members {
        let label = decoder.i64().map_err(|_| Refused::Key)?;
        if found.iter().any(|(known, _)| *known == label) {
            return Err(Refused::Key);
        }
        let value = match decoder.probe().bytes() {
            Ok(_) => Value::Bytes(decoder.bytes().map_err(|_| Refused::Key)?),
            Err(_) => Value::Number(decoder.i64().map_err(|_| Refused::Key)?),
        };
        found.push((label, value));
    }
    let value = |label| found.iter().find(|(known, _)| *known == label).map(|(_, value)| *value);
    let number = |label| match value(label) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    };
    let part = |label| match value(label) {
        Some(Value::Bytes(bytes)) => Ok(bytes),
        _ => Err(Refused::Key),
    };
    let key = match (number(KEY_TYPE), number(ALGORITHM), number(CURVE)) {
        (Some(EC2), Some(ES256), Some(P_256)) => {
            spki::p256(part(X)?, part(Y)?).ok_or(Refused::Key)?
        }
        (Some(RSA), Some(RS256), _) => spki::rsa(part(MODULUS)?, part(EXPONENT)?),
        _ => return Err(Refused::Key),
    };
    Ok((key, decoder.position()))
}

/// Whether this key, which [`read`] made, is an RSA key.
pub(super) fn is_rsa(spki: &[u8]) -> bool {
    let algorithm = write(OID, &[oid::RSA_ENCRYPTION]);
    spki.windows(algorithm.len()).take(16).any(|part| part == algorithm)
}
