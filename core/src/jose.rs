//! What identity providers sign: tokens in the compact form (RFC 7515) under keys of a set
//! (RFC 7517).
//!
//! Which algorithms may be used is said by whoever asks, never by the token (RFC 8725 §3.1). `none`
//! and shared secrets have no representation here.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;

use crate::algorithm::{Digest, Scheme, spki};
use crate::signer;

/// The longest token that is read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;
/// Most keys of a set.
const MAX_KEYS: usize = 64;

/// How a token may be signed (RFC 7518 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Ps256, Self::Es256];

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }

    fn key_type(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Ps256 => "RSA",
            Self::Es256 => "EC",
        }
    }
}

/// Why a token or a set of keys is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not three parts of base64url, or JSON that is damaged.
    #[error("it is not a signed token")]
    Malformed,
    /// Signed with an algorithm that is not allowed.
    #[error("the token's algorithm is not allowed")]
    Algorithm,
    /// Demands an extension that is not known (RFC 7515 §4.1.11).
    #[error("the token demands an extension that is not known")]
    Critical,
    /// No key of the set is the token's.
    #[error("the token's key is not known")]
    UnknownKey,
    /// The signature does not verify, or under a weak key.
    #[error("the token's signature does not verify")]
    Signature,
    /// Not a set of keys.
    #[error("it is not a set of keys")]
    Keys,
}

/// The public keys of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(Vec<Key>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    id: Option<String>,
    kind: &'static str,
    algorithm: Option<String>,
    spki: Vec<u8>,
}

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl KeySet {
    /// Reads a set; keys of other kinds and uses are left out (RFC 7517 §5).
    pub fn read(json: &[u8]) -> Result<Self, Refused> {
        let set: WrittenSet = serde_json::from_slice(json).map_err(|_| Refused::Keys)?;
        if set.keys.len() > MAX_KEYS {
            return Err(Refused::Keys);
        }
        Ok(Self(set.keys.into_iter().filter_map(Key::read).collect()))
    }

    /// The one key that a token can mean: the one that it names, or the only one of its kind.
    fn find(&self, header: &Header, algorithm: Algorithm) -> Option<&Key> {
        let fits = |key: &&Key| {
            let named = header.kid.is_none() || key.id == header.kid;
            let free = key.algorithm.as_deref().is_none_or(|name| name == algorithm.name());
            named && free && key.kind == algorithm.key_type()
        };
        let mut fitting = self.0.iter().filter(fits);
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

impl Key {
    fn read(value: serde_json::Value) -> Option<Self> {
        let written: WrittenKey = serde_json::from_value(value).ok()?;
        if written.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let (kind, spki) = match (written.kty.as_str(), written.crv.as_deref()) {
            ("RSA", _) => ("RSA", spki::rsa(&number(written.n)?, &number(written.e)?)),
            ("EC", Some("P-256")) => ("EC", spki::p256(&number(written.x)?, &number(written.y)?)?),
            _ => return None,
        };
        Some(Self { id: written.kid, kind, algorithm: written.alg, spki })
    }
}

fn number(text: Option<String>) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(&text?).ok()
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The content of a token that verifies under a key of the set.
pub fn verify(token: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<Vec<u8>, Refused> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Refused::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, content) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).map_err(|_| Refused::Malformed);
    let (header, content, signature) = (decode(header)?, decode(content)?, decode(signature)?);
    let header: Header = serde_json::from_slice(&header).map_err(|_| Refused::Malformed)?;
    if header.crit.is_some() {
        return Err(Refused::Critical);
    }
    let algorithm = allowed.iter().find(|allowed| allowed.name() == header.alg);
    let algorithm = *algorithm.ok_or(Refused::Algorithm)?;
    let key = keys.find(&header, algorithm).ok_or(Refused::UnknownKey)?;
    let (scheme, signature) = match algorithm {
        Algorithm::Rs256 => (Scheme::RsaPkcs1(Digest::Sha256), signature),
        Algorithm::Ps256 => (Scheme::RsaPss { digest: Digest::Sha256, salt: 32 }, signature),
        Algorithm::Es256 => (Scheme::Ecdsa(Digest::Sha256), in_der(&signature)?),
    };
    let verified = scheme.verify(&[signed.as_bytes()], &signature, &key.spki);
    let verified = verified.map_err(|_| Refused::Signature)?;
    if verified.weakness.is_some() {
        return Err(Refused::Signature);
    }
    Ok(content)
}

fn in_der(signature: &[u8]) -> Result<Vec<u8>, Refused> {
    let raw = signature.try_into().map_err(|_| Refused::Signature)?;
    signer::from_raw(raw).map_err(|_| Refused::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7515 appendix A.2 (RS256) and A.3 (ES256).
    const RS256_KEY: &str = r#"{"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]}"#;
    const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const ES256_KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn keys(json: &str) -> KeySet {
        KeySet::read(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_examples_of_the_standard_verify() {
        for (key, token) in [(RS256_KEY, RS256), (ES256_KEY, ES256)] {
            let content = verify(token, &keys(key), &Algorithm::ALL).unwrap();
            assert!(content.starts_with(b"{\"iss\":\"joe\""));
        }
    }

    #[test]
    fn the_token_does_not_choose_how_it_is_verified() {
        let only = [Algorithm::Es256];
        assert_eq!(verify(RS256, &keys(RS256_KEY), &only), Err(Refused::Algorithm));
        for header in ["{\"alg\":\"none\"}", "{\"alg\":\"HS256\"}", "{\"alg\":\"RS256 \"}"] {
            let header = Base64UrlUnpadded::encode_string(header.as_bytes());
            let token = format!("{header}.e30.");
            let refused = verify(&token, &keys(RS256_KEY), &Algorithm::ALL);
            assert_eq!(refused, Err(Refused::Algorithm));
        }
        let header = Base64UrlUnpadded::encode_string(b"{\"alg\":\"ES256\",\"crit\":[\"b64\"]}");
        let refused = verify(&format!("{header}.e30.AA"), &keys(ES256_KEY), &Algorithm::ALL);
        assert_eq!(refused, Err(Refused::Critical));
    }

    #[test]
    fn a_key_is_the_one_that_the_token_names_or_the_only_one() {
        let two = ES256_KEY.replace(
            "{\"keys\":[",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\
             \"kid\":\"b\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\
             \"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},",
        );
        assert_eq!(keys(&two).0.len(), 2, "shared secrets are no keys");
        assert_eq!(verify(ES256, &keys(&two), &Algorithm::ALL), Err(Refused::UnknownKey));
        let encryption = ES256_KEY.replace("\"EC\"", "\"EC\",\"use\":\"enc\"");
        assert_eq!(verify(ES256, &keys(&encryption), &Algorithm::ALL), Err(Refused::UnknownKey));
        let other = ES256_KEY.replace("\"EC\"", "\"EC\",\"alg\":\"ES384\"");
        assert_eq!(verify(ES256, &keys(&other), &Algorithm::ALL), Err(Refused::UnknownKey));
        assert_eq!(KeySet::read(b"[]"), Err(Refused::Keys));
    }

    #[test]
    fn a_changed_byte_is_found_and_no_foreign_byte_panics() {
        let (keys, bytes) = (keys(ES256_KEY), ES256.as_bytes());
        for at in 0..bytes.len() {
            for other in [b'A', b'.', b'_', b'=', 0x7f] {
                let mut changed = bytes.to_vec();
                if std::mem::replace(&mut changed[at], other) == other {
                    continue;
                }
                let changed = String::from_utf8(changed).unwrap();
                assert!(verify(&changed, &keys, &Algorithm::ALL).is_err(), "{at}");
            }
            assert!(verify(&ES256[..at], &keys, &Algorithm::ALL).is_err());
        }
    }
}
