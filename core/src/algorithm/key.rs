//! Public keys, and verifying under them.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pss::Pss;
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, PublicKey as Rsa};

use crate::asn1::{self, BIT_STRING, INTEGER, InvalidDer, OID, SEQUENCE};
use crate::oid;

use super::{Digest, Scheme, VerifyError};

// The shortest keys found in old documents, and the longest that verify in a few milliseconds: a
// key of 64 kbit would take a second each time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// A public key of a kind that is computed here.
pub(super) enum PublicKey {
    Rsa(Rsa),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl PublicKey {
    /// Reads DER `SubjectPublicKeyInfo`.
    pub(super) fn read(spki: &[u8]) -> Result<Self, VerifyError> {
        let unreadable = |_| VerifyError::Unsupported("a damaged public key".to_owned());
        let Parts { kind, parameters, key } = Parts::read(spki).map_err(unreadable)?;
        match kind {
            // A key that is for PSS alone is the same key (RFC 4055 §1.2).
            oid::RSA_ENCRYPTION | oid::RSASSA_PSS => read_rsa(key).map(Self::Rsa),
            oid::EC_PUBLIC_KEY => read_point(parameters, key),
            oid::ED25519 => {
                let key = key.try_into().ok();
                key.and_then(|key| ed25519_dalek::VerifyingKey::from_bytes(key).ok())
                    .map(Self::Ed25519)
                    .ok_or_else(|| VerifyError::Unsupported("a damaged Ed25519 key".to_owned()))
            }
            other => Err(VerifyError::Unsupported(format!("a key {}", oid::dotted(other)))),
        }
    }

    /// Verifies a signature over `parts`, one after the other.
    pub(super) fn verify(
        &self,
        scheme: &Scheme,
        parts: &[&[u8]],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let verified = match (scheme, self) {
            (Scheme::RsaPkcs1(digest), Self::Rsa(key)) => {
                let hash = digest.of_parts(parts);
                let prefix = digest.info_prefix().into_boxed_slice();
                let padding = Pkcs1v15Sign { hash_len: Some(hash.len()), prefix };
                key.verify(padding, &hash, signature).is_ok()
            }
            (Scheme::RsaPss { digest, salt }, Self::Rsa(key)) => {
                verify_pss(*digest, *salt, key, &digest.of_parts(parts), signature)
            }
            (Scheme::Ecdsa(digest), Self::P256(key)) => {
                let signature = p256::ecdsa::Signature::from_der(signature).ok();
                let hash = at_least(32, &digest.of_parts(parts));
                signature.is_some_and(|signature| key.verify_prehash(&hash, &signature).is_ok())
            }
            (Scheme::Ecdsa(digest), Self::P384(key)) => {
                let signature = p384::ecdsa::Signature::from_der(signature).ok();
                let hash = at_least(48, &digest.of_parts(parts));
                signature.is_some_and(|signature| key.verify_prehash(&hash, &signature).is_ok())
            }
            (Scheme::Ecdsa(digest), Self::P521(key)) => {
                let signature = p521::ecdsa::Signature::from_der(signature).ok();
                let hash = at_least(66, &digest.of_parts(parts));
                signature.is_some_and(|signature| key.verify_prehash(&hash, &signature).is_ok())
            }
            (Scheme::Ed25519, Self::Ed25519(key)) => {
                let signature = ed25519_dalek::Signature::from_slice(signature).ok();
                // Strict: keys of small order verify anything (RFC 8032 §8.9 leaves it open).
                signature
                    .is_some_and(|signature| key.verify_strict(&parts.concat(), &signature).is_ok())
            }
            // A signature of one kind does not verify under a key of another.
            _ => false,
        };
        if verified { Ok(()) } else { Err(VerifyError::Wrong) }
    }

    /// Length of the modulus.
    pub(super) fn rsa_bits(&self) -> Option<u32> {
        match self {
            Self::Rsa(key) => Some(key.n().bit_width()),
            Self::P256(_) | Self::P384(_) | Self::P521(_) | Self::Ed25519(_) => None,
        }
    }

    /// Curve or length.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Rsa(key) => key.n().bit_width().to_string(),
            Self::P256(_) => "P-256".to_owned(),
            Self::P384(_) => "P-384".to_owned(),
            Self::P521(_) => "P-521".to_owned(),
            Self::Ed25519(_) => "Ed25519".to_owned(),
        }
    }
}

/// A `SubjectPublicKeyInfo` taken apart.
struct Parts<'a> {
    kind: &'a [u8],
    parameters: Option<asn1::Element<'a>>,
    key: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(spki: &'a [u8]) -> Result<Self, InvalidDer> {
        let mut fields = asn1::single(spki, SEQUENCE)?.inside();
        let mut algorithm = fields.expect(SEQUENCE)?.inside();
        let kind = algorithm.expect(OID)?.value;
        let parameters = if algorithm.is_empty() { None } else { Some(algorithm.next()?) };
        let key = fields.expect(BIT_STRING)?.octets_of_bits()?;
        fields.finish()?;
        Ok(Self { kind, parameters, key })
    }
}

fn read_rsa(key: &[u8]) -> Result<Rsa, VerifyError> {
    let numbers = || -> Result<(&[u8], &[u8]), InvalidDer> {
        let mut fields = asn1::single(key, SEQUENCE)?.inside();
        let modulus = fields.expect(INTEGER)?.unsigned()?;
        let exponent = fields.expect(INTEGER)?.unsigned()?;
        fields.finish()?;
        Ok((modulus, exponent))
    };
    let unusable = || VerifyError::Unsupported("an unusual RSA key".to_owned());
    let (modulus, exponent) = numbers().map_err(|_| unusable())?;
    if modulus.len() > RSA_BITS.end() / 8 || exponent.len() > 8 {
        return Err(unusable());
    }
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    Rsa::new_with_size_limits(number(modulus), number(exponent), RSA_BITS).map_err(|_| unusable())
}

fn read_point(parameters: Option<asn1::Element<'_>>, key: &[u8]) -> Result<PublicKey, VerifyError> {
    let curve = parameters.filter(|parameters| parameters.tag == OID).map(|curve| curve.value);
    let read = match curve {
        Some(oid::P_256) => {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok().map(PublicKey::P256)
        }
        Some(oid::P_384) => {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok().map(PublicKey::P384)
        }
        Some(oid::P_521) => {
            p521::ecdsa::VerifyingKey::from_sec1_bytes(key).ok().map(PublicKey::P521)
        }
        Some(other) => {
            return Err(VerifyError::Unsupported(format!("the curve {}", oid::dotted(other))));
        }
        None => return Err(VerifyError::Unsupported("a curve without a name".to_owned())),
    };
    read.ok_or_else(|| VerifyError::Unsupported("a damaged elliptic curve key".to_owned()))
}

fn verify_pss(digest: Digest, salt: usize, key: &Rsa, hash: &[u8], signature: &[u8]) -> bool {
    let verified = match digest {
        Digest::Md5 => key.verify(Pss::<md5::Md5>::new_with_salt(salt), hash, signature),
        Digest::Sha1 => key.verify(Pss::<sha1::Sha1>::new_with_salt(salt), hash, signature),
        Digest::Sha256 => key.verify(Pss::<sha2::Sha256>::new_with_salt(salt), hash, signature),
        Digest::Sha384 => key.verify(Pss::<sha2::Sha384>::new_with_salt(salt), hash, signature),
        Digest::Sha512 => key.verify(Pss::<sha2::Sha512>::new_with_salt(salt), hash, signature),
        Digest::Sha3_256 => key.verify(Pss::<sha3::Sha3_256>::new_with_salt(salt), hash, signature),
        Digest::Sha3_384 => key.verify(Pss::<sha3::Sha3_384>::new_with_salt(salt), hash, signature),
        Digest::Sha3_512 => key.verify(Pss::<sha3::Sha3_512>::new_with_salt(salt), hash, signature),
    };
    verified.is_ok()
}

/// A digest as a number of the field's length, which the implementation wants it to be about; zeros
/// before it do not change the number (FIPS 186-5 §6.4.2).
fn at_least(length: usize, hash: &[u8]) -> Vec<u8> {
    let zeros = length.saturating_sub(hash.len());
    let mut padded = vec![0; zeros];
    padded.extend_from_slice(hash);
    padded
}
