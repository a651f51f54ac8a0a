//! Deterministic CBOR (RFC 8949 §4.2.1): one value, one encoding.
//!
//! Types are encoded as maps with ascending integer keys. Decoders of the ecosystem accept
//! duplicate keys and overlong integers, so [`decode`] encodes again and demands the same bytes:
//! whoever signs a hash of these bytes signs one meaning.

use minicbor::{Decode, Encode};

/// The bytes are not the deterministic encoding of the expected type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CborError {
    /// Longer than the type may be.
    #[error("{actual} bytes, the limit is {limit}")]
    TooLong {
        /// Bytes found.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not the expected structure.
    #[error("not the expected CBOR: {0}")]
    Malformed(String),
    /// The right structure, but not its one deterministic encoding.
    #[error("not deterministic CBOR (RFC 8949 section 4.2.1)")]
    NotDeterministic,
}

/// Encodes `value`.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}

/// Decodes at most `limit` bytes, and refuses every encoding but the deterministic one.
pub fn decode<T>(bytes: &[u8], limit: usize) -> Result<T, CborError>
where
    T: for<'b> Decode<'b, ()> + Encode<()>,
{
    if bytes.len() > limit {
        return Err(CborError::TooLong { actual: bytes.len(), limit });
    }
    let value: T =
        minicbor::decode(bytes).map_err(|error| CborError::Malformed(error.to_string()))?;
    if encode(&value) == bytes { Ok(value) } else { Err(CborError::NotDeterministic) }
}
