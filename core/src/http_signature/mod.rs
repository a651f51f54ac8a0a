//! Signed requests of devices: one narrow profile, `trien-device`, of HTTP Message Signatures
//! (RFC 9421) with Content-Digest (RFC 9530).
//!
//! The covered components, their order, the parameters and their order are fixed; a request in any
//! other form is refused, so there is one way to sign a request and nothing to negotiate.
//!
//! ```text
//! Signature-Input: trien=("@method" "@authority" "@path" "@query" "content-digest" "content-type");created=1700000000;nonce="…";keyid="…";alg="ecdsa-p256-sha256";tag="trien-device"
//! ```
//!
//! A request without a body leaves the last two components out, again exactly so.

mod parse;

pub use parse::{Headers, parse};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

use crate::digest::Sha256;
use crate::env::{Entropy, Timestamp, UnixSecond, random};
use crate::id::DeviceId;
use crate::signer::{self, SignerError};

/// How far a request's time may be from the server's, in seconds.
pub const MAX_SKEW_SECONDS: i64 = 300;

const LABEL: &str = "trien";
const ALGORITHM: &str = "ecdsa-p256-sha256";
const TAG: &str = "trien-device";
const COMPONENTS: [&str; 4] = ["@method", "@authority", "@path", "@query"];
const BODY_COMPONENTS: [&str; 2] = ["content-digest", "content-type"];

/// The request as both sides see it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// In capitals: `GET`, `PUT`.
    pub method: &'a str,
    /// The server's public name in lower case, with the port unless it is the scheme's default.
    /// The server passes the configured name, never a forwarded one.
    pub authority: &'a str,
    /// The path as sent, percent-encoding included.
    pub path: &'a str,
    /// The query as sent, without `?`; empty if there is none.
    pub query: &'a str,
    /// The body, unless there is none.
    pub body: Option<Body<'a>>,
}

/// A request's body.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// The value of `Content-Type`.
    pub content_type: &'a str,
    /// The bytes as sent.
    pub bytes: &'a [u8],
}

/// A value that makes a request unique: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce(pub [u8; 16]);

impl Nonce {
    /// A fresh nonce.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }

    fn to_text(self) -> String {
        Base64UrlUnpadded::encode_string(&self.0)
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Nonce({})", self.to_text())
    }
}

/// Why a signed request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header that the profile needs is missing.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// A header that must come once comes twice.
    #[error("the header {0} comes more than once")]
    RepeatedHeader(&'static str),
    /// A header has bytes that its syntax does not allow.
    #[error("the header {0} is not well formed")]
    MalformedHeader(&'static str),
    /// None, several, or a differently named signature.
    #[error("expected exactly one signature, named trien")]
    NotOneSignature,
    /// Other components, or in another order.
    #[error("the covered components are not those of the profile")]
    WrongComponents,
    /// A parameter of the profile is missing, or of the wrong kind.
    #[error("the signature parameter {0} is missing or not well formed")]
    WrongParameter(&'static str),
    /// Another algorithm.
    #[error("the signature algorithm is not ecdsa-p256-sha256")]
    WrongAlgorithm,
    /// Made for another purpose.
    #[error("the signature tag is not trien-device")]
    WrongTag,
    /// Further parameters, another order, or other spelling of the same.
    #[error("the signature parameters are not in the one form of the profile")]
    NotCanonical,
    /// The signature is made without the body, or with a body that is not there.
    #[error("the signature and the request disagree on whether there is a body")]
    BodyNotCovered,
    /// The body is not the one that was signed.
    #[error("the content digest does not match the body")]
    WrongDigest,
    /// The media type is not the one that was signed.
    #[error("the content type is not the one that was signed")]
    WrongContentType,
    /// Made at another time.
    #[error("the request was signed {seconds} seconds from the server's time")]
    ClockSkew {
        /// Seconds from the server's time; negative when the phone's clock is behind.
        seconds: i64,
    },
    /// The signature does not verify: another key, or something was changed on the way.
    #[error("the signature does not verify")]
    WrongSignature,
    /// The registered key cannot be used.
    #[error("the registered key is not a P-256 key")]
    WrongKey,
}

/// A request that waits for the device's auth key.
#[derive(Clone, Debug)]
pub struct Prepared {
    base: Vec<u8>,
    parameters: String,
    content_digest: Option<String>,
}

/// Headers that carry the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
    /// `Content-Digest`, with a body.
    pub content_digest: Option<String>,
}

/// Prepares a request's signature by the device `keyid`.
#[must_use]
pub fn prepare(
    request: &Request<'_>,
    created: UnixSecond,
    nonce: Nonce,
    keyid: DeviceId,
) -> Prepared {
    let parameters = parameters(request.body.is_some(), created, nonce, keyid);
    let content_digest = request.body.map(|body| content_digest(Sha256::of(body.bytes)));
    let base = base_of(request, content_digest.as_deref(), &parameters);
    Prepared { base, parameters, content_digest }
}

impl Prepared {
    /// What the key signs: the signature base (RFC 9421 §2.5).
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.base
    }

    /// Takes the key's signature, DER or raw; `spki` is its public key.
    pub fn assemble(&self, signature: &[u8], spki: &[u8]) -> Result<SignedHeaders, SignerError> {
        let der = signer::normalise(signature, &self.base, spki)?;
        let raw = signer::to_raw(&der)?;
        Ok(SignedHeaders {
            signature_input: format!("{LABEL}={}", self.parameters),
            signature: format!("{LABEL}=:{}:", Base64::encode_string(&raw)),
            content_digest: self.content_digest.clone(),
        })
    }
}

/// A signature as presented: well formed, but not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Which device claims to have signed.
    pub keyid: DeviceId,
    /// When, by its clock and the offset it knows.
    pub created: UnixSecond,
    /// Makes the request unique.
    pub nonce: Nonce,
    body: Option<PresentedBody>,
    signature: [u8; 64],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PresentedBody {
    digest: Sha256,
    content_type: String,
}

impl Presented {
    /// Verifies that the device's auth key `spki` signed `request` within [`MAX_SKEW_SECONDS`] of
    /// `now`. Whether the nonce is fresh is for the caller to find out.
    pub fn verify(
        &self,
        request: &Request<'_>,
        spki: &[u8],
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        match (&self.body, request.body) {
            (None, None) => {}
            (Some(signed), Some(sent)) => signed.matches(sent)?,
            _ => return Err(SignatureError::BodyNotCovered),
        }
        let parameters = parameters(self.body.is_some(), self.created, self.nonce, self.keyid);
        let digest = self.body.as_ref().map(|body| content_digest(body.digest));
        let base = base_of(request, digest.as_deref(), &parameters);
        let signature =
            signer::from_raw(&self.signature).map_err(|_| SignatureError::WrongSignature)?;
        signer::verify(&signature, &base, spki).map_err(|error| match error {
            SignerError::NotP256 => SignatureError::WrongKey,
            _ => SignatureError::WrongSignature,
        })?;
        // Last, so that only the device itself learns the server's time from the answer.
        let seconds = self.created.get().saturating_sub(now.second().get());
        if seconds.saturating_abs() > MAX_SKEW_SECONDS {
            return Err(SignatureError::ClockSkew { seconds });
        }
        Ok(())
    }
}

impl PresentedBody {
    fn matches(&self, sent: Body<'_>) -> Result<(), SignatureError> {
        if self.content_type != sent.content_type {
            return Err(SignatureError::WrongContentType);
        }
        if self.digest != Sha256::of(sent.bytes) {
            return Err(SignatureError::WrongDigest);
        }
        Ok(())
    }
}

fn parameters(has_body: bool, created: UnixSecond, nonce: Nonce, keyid: DeviceId) -> String {
    let mut names: Vec<String> = COMPONENTS.iter().map(|name| format!("\"{name}\"")).collect();
    if has_body {
        names.extend(BODY_COMPONENTS.iter().map(|name| format!("\"{name}\"")));
    }
    format!(
        "({});created={};nonce=\"{}\";keyid=\"{keyid}\";alg=\"{ALGORITHM}\";tag=\"{TAG}\"",
        names.join(" "),
        created.get(),
        nonce.to_text(),
    )
}

fn content_digest(sha256: Sha256) -> String {
    format!("sha-256=:{}:", Base64::encode_string(sha256.as_bytes()))
}

fn base_of(request: &Request<'_>, digest: Option<&str>, parameters: &str) -> Vec<u8> {
    let query = format!("?{}", request.query);
    // An empty path is written "/" (RFC 9421 §2.2.6).
    let path = if request.path.is_empty() { "/" } else { request.path };
    let values = [request.method, request.authority, path, &query];
    let mut lines: Vec<(&str, &str)> = COMPONENTS.into_iter().zip(values).collect();
    if let (Some(digest), Some(body)) = (digest, request.body) {
        lines.extend(BODY_COMPONENTS.into_iter().zip([digest, body.content_type]));
    }
    signature_base(&lines, parameters).into_bytes()
}

/// The signature base of RFC 9421 §2.5.
fn signature_base(lines: &[(&str, &str)], parameters: &str) -> String {
    let mut lines: Vec<String> =
        lines.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    lines.push(format!("\"@signature-params\": {parameters}"));
    lines.join("\n")
}

#[cfg(all(test, feature = "software-signer"))]
mod tests;
