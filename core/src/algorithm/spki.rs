//! Public keys that arrive as numbers (COSE, JSON), as `SubjectPublicKeyInfo`.

use crate::asn1::{BIT_STRING, NULL, OID, SEQUENCE, write, write_unsigned};
use crate::oid;

/// A point on P-256, uncompressed (RFC 5480 §2); none where it is not on the curve.
pub(crate) fn p256(x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let (Ok(x), Ok(y)) = (<&[u8; 32]>::try_from(x), <&[u8; 32]>::try_from(y)) else {
        return None;
    };
    let point = [&[0x04][..], x, y].concat();
    p256::PublicKey::from_sec1_bytes(&point).ok()?;
    let curve = [write(OID, &[oid::EC_PUBLIC_KEY]), write(OID, &[oid::P_256])].concat();
    Some(write(SEQUENCE, &[&write(SEQUENCE, &[&curve]), &write(BIT_STRING, &[&[0], &point])]))
}

/// RFC 3279 §2.3.1. Whether the numbers make a key is seen when it verifies something.
pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = write(SEQUENCE, &[&write_unsigned(modulus), &write_unsigned(exponent)]);
    let kind = write(SEQUENCE, &[&write(OID, &[oid::RSA_ENCRYPTION]), &write(NULL, &[])]);
    write(SEQUENCE, &[&kind, &write(BIT_STRING, &[&[0], &numbers])])
}
