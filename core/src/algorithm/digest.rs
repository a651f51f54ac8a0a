//! Digests by name.

use std::fmt;

use crate::asn1::{Element, InvalidDer, NULL, OCTET_STRING, OID, SEQUENCE, write};
use crate::oid;

/// A digest that somebody may have signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// MD5 (RFC 1321): weak.
    Md5,
    /// SHA-1 (FIPS 180-4): weak.
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
}

const NAMES: [(Digest, &[u8], &str); 8] = [
    (Digest::Md5, oid::MD5, "MD5"),
    (Digest::Sha1, oid::SHA_1, "SHA-1"),
    (Digest::Sha256, oid::SHA_256, "SHA-256"),
    (Digest::Sha384, oid::SHA_384, "SHA-384"),
    (Digest::Sha512, oid::SHA_512, "SHA-512"),
    (Digest::Sha3_256, oid::SHA3_256, "SHA3-256"),
    (Digest::Sha3_384, oid::SHA3_384, "SHA3-384"),
    (Digest::Sha3_512, oid::SHA3_512, "SHA3-512"),
];

impl Digest {
    /// Reads an `AlgorithmIdentifier`; `None` for a digest that this product does not compute.
    pub(crate) fn read(algorithm: Element<'_>) -> Result<Option<Self>, InvalidDer> {
        let mut fields = algorithm.inside();
        let kind = fields.expect(OID)?.value;
        // Absent or NULL (RFC 5754 §2).
        if let Some(parameters) = fields.optional(NULL)?
            && !parameters.value.is_empty()
        {
            return Err(InvalidDer);
        }
        Ok(NAMES.iter().find(|(_, known, _)| *known == kind).map(|(digest, ..)| *digest))
    }

    /// The digest of several parts, one after the other.
    #[must_use]
    pub fn of_parts(self, parts: &[&[u8]]) -> Vec<u8> {
        fn hash<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().to_vec()
        }
        match self {
            Self::Md5 => hash::<md5::Md5>(parts),
            Self::Sha1 => hash::<sha1::Sha1>(parts),
            Self::Sha256 => hash::<sha2::Sha256>(parts),
            Self::Sha384 => hash::<sha2::Sha384>(parts),
            Self::Sha512 => hash::<sha2::Sha512>(parts),
            Self::Sha3_256 => hash::<sha3::Sha3_256>(parts),
            Self::Sha3_384 => hash::<sha3::Sha3_384>(parts),
            Self::Sha3_512 => hash::<sha3::Sha3_512>(parts),
        }
    }

    /// Whether two messages with one digest can be made (RFC 6151, RFC 9155).
    #[must_use]
    pub fn is_weak(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1)
    }

    /// What RSASSA-PKCS1-v1_5 puts before the digest (RFC 8017 §9.2).
    pub(super) fn info_prefix(self) -> Vec<u8> {
        let length = self.of_parts(&[]).len();
        let identifier = write(SEQUENCE, &[&write(OID, &[self.identifier()]), &write(NULL, &[])]);
        let whole = write(SEQUENCE, &[&identifier, &write(OCTET_STRING, &[&vec![0; length]])]);
        whole[..whole.len() - length].to_vec()
    }

    /// The contents of its object identifier.
    pub(crate) fn identifier(self) -> &'static [u8] {
        let (_, identifier, _) = self.names();
        identifier
    }

    fn names(self) -> (Self, &'static [u8], &'static str) {
        NAMES[self as usize]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.names().2)
    }
}
