//! Tokens that we sign for providers (RFC 7519), and the keys that sign them.

use std::fmt;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey as _;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::Value;

use crate::egress::http::ReachError;

/// Apple's key: P-256; prints as `…`.
#[derive(Clone)]
pub struct ApnsKey(SigningKey);

impl fmt::Debug for ApnsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApnsKey(…)")
    }
}

impl ApnsKey {
    /// From a file as Apple gives it: PKCS#8 in PEM.
    pub fn read(path: &Path) -> Result<Self, ReachError> {
        let failed = |why: &str| ReachError::File { path: path.to_owned(), why: why.to_owned() };
        let pem = std::fs::read_to_string(path).map_err(|error| failed(&error.to_string()))?;
        let pem = zeroize::Zeroizing::new(pem);
        let key = SigningKey::from_pkcs8_pem(&pem);
        key.map(Self).map_err(|_| failed("not a P-256 key in PKCS#8"))
    }

    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        es256(&self.0, header, claims)
    }
}

/// Google's key of a service account: RSA; prints as `…`.
#[derive(Clone)]
pub struct RsaKey(std::sync::Arc<RsaKeyPair>);

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKey(…)")
    }
}

impl RsaKey {
    /// From PKCS#8 in PEM.
    #[must_use]
    pub fn from_pem(pem: &str) -> Option<Self> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?;
        Some(Self(std::sync::Arc::new(key)))
    }

    /// RS256. Its randomness only blinds the computation; the signature is the same each time.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> Option<String> {
        let signed = to_be_signed(header, claims);
        let mut signature = vec![0; self.0.public().modulus_len()];
        let sign =
            self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        sign.ok()?;
        Some(format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature)))
    }
}

/// ES256 over header and claims (RFC 7518 §3.4): `r || s`.
pub(super) fn es256(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let signed = to_be_signed(header, claims);
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
}

fn to_be_signed(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    format!("{}.{}", encode(header), encode(claims))
}
