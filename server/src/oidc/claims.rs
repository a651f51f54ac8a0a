//! What a token must say to be believed (OpenID Connect Core 1.0 §3.1.3.7).

use serde::Deserialize;
use serde_json::{Number, Value};
use trien_core::env::Timestamp;
use trien_core::jose;

use super::{Freshness, ProviderSettings};

/// How far the provider's clock may be from ours, in seconds.
const SKEW_SECONDS: i64 = 60;
/// How long ago a token may have been made, in seconds: it is fetched at once.
const MAX_AGE_SECONDS: i64 = 600;
/// The longest name of a person at a provider (Core §2).
const MAX_SUBJECT_BYTES: usize = 255;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// The provider did not take the code.
    #[error("the code was not taken")]
    Code,
    /// Its form, its algorithm, its key or its signature.
    #[error(transparent)]
    Signature(#[from] jose::Refused),
    /// Its content is not what a token holds.
    #[error("the content is damaged")]
    Malformed,
    /// Another provider's.
    #[error("another issuer")]
    Issuer,
    /// For somebody else than us.
    #[error("another audience")]
    Audience,
    /// Asked for by somebody else than us.
    #[error("another authorized party")]
    Party,
    /// Of another journey.
    #[error("another nonce")]
    Nonce,
    /// Too late, or too early.
    #[error("outside its time")]
    Time,
    /// The person did not sign in there just now.
    #[error("no fresh sign-in")]
    NotFresh,
    /// Not by a way or with the means that the office demands.
    #[error("not signed in as the office demands")]
    Means,
    /// It names nobody.
    #[error("no subject")]
    Subject,
}

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's own name for the person, which never changes hands.
    pub subject: String,
    /// The person's address in lower case, if the provider says that it has been verified.
    pub email: Option<String>,
}

/// What a token has to agree with.
pub(super) struct Expected<'a> {
    pub settings: &'a ProviderSettings,
    pub nonce: &'a str,
    pub freshness: Freshness,
    pub now: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Option<String>,
    aud: Audience,
    azp: Option<String>,
    exp: Number,
    iat: Number,
    nbf: Option<Number>,
    nonce: Option<String>,
    auth_time: Option<Number>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    email: Option<String>,
    email_verified: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// The person whom a token names, if all of it is as expected.
pub(super) fn check(content: &[u8], expected: &Expected<'_>) -> Result<Identity, Untrusted> {
    let claims: Claims = serde_json::from_slice(content).map_err(|_| Untrusted::Malformed)?;
    let settings = expected.settings;
    if claims.iss != settings.issuer.as_str() {
        return Err(Untrusted::Issuer);
    }
    let audience = claims.aud.all();
    if !audience.contains(&settings.client) {
        return Err(Untrusted::Audience);
    }
    // One that is for several says for which of them it was made.
    if claims.azp.as_ref().map_or(audience.len() > 1, |party| *party != settings.client) {
        return Err(Untrusted::Party);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(Untrusted::Nonce);
    }
    check_time(&claims, expected.now)?;
    check_freshness(&claims, expected.freshness)?;
    let way = claims.acr.as_ref();
    let by_way = settings.acr.is_empty() || way.is_some_and(|way| settings.acr.contains(way));
    if !by_way || !settings.amr.iter().all(|means| claims.amr.contains(means)) {
        return Err(Untrusted::Means);
    }
    identity(claims)
}

fn check_time(claims: &Claims, now: Timestamp) -> Result<(), Untrusted> {
    let now = now.second().get();
    let (made, ends) = (seconds(&claims.iat)?, seconds(&claims.exp)?);
    let begins = claims.nbf.as_ref().map(seconds).transpose()?.unwrap_or(made);
    let over = ends <= now.saturating_sub(SKEW_SECONDS);
    let early = made.max(begins) > now.saturating_add(SKEW_SECONDS);
    let old = made < now.saturating_sub(MAX_AGE_SECONDS);
    if over || early || old { Err(Untrusted::Time) } else { Ok(()) }
}

fn check_freshness(claims: &Claims, freshness: Freshness) -> Result<(), Untrusted> {
    let Freshness::Since(since) = freshness else { return Ok(()) };
    let at = claims.auth_time.as_ref().ok_or(Untrusted::NotFresh)?;
    let fresh = seconds(at)? >= since.second().get().saturating_sub(SKEW_SECONDS);
    if fresh { Ok(()) } else { Err(Untrusted::NotFresh) }
}

/// Moments may have a fraction (RFC 7519 §2).
fn seconds(number: &Number) -> Result<i64, Untrusted> {
    let whole = number.as_i64();
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the range saturates")]
    let cut = || number.as_f64().map(|fraction| fraction.floor() as i64);
    whole.or_else(cut).ok_or(Untrusted::Time)
}

fn identity(claims: Claims) -> Result<Identity, Untrusted> {
    let subject = claims.sub.filter(|subject| is_subject(subject)).ok_or(Untrusted::Subject)?;
    // Only the truth itself: "true" in quotes is what others wrote.
    let verified = claims.email_verified == Some(Value::Bool(true));
    let email = claims.email.filter(|_| verified).and_then(|email| email_of(&email));
    Ok(Identity { subject, email })
}

/// Whether this can be a provider's name for a person: 1 to 255 printable letters of ASCII.
#[must_use]
pub fn is_subject(text: &str) -> bool {
    (1..=MAX_SUBJECT_BYTES).contains(&text.len()) && text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

/// An address as it is compared: printable ASCII in lower case with one `@`.
#[must_use]
pub fn email_of(text: &str) -> Option<String> {
    let email = text.trim().to_ascii_lowercase();
    let (local, domain) = email.split_once('@')?;
    let plain = !local.is_empty() && !domain.is_empty() && !domain.contains('@');
    let ascii = email.len() <= 254 && email.bytes().all(|b| (0x21..0x7f).contains(&b));
    (plain && ascii).then_some(email)
}
