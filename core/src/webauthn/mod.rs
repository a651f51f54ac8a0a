//! Passkeys, as the office that relies on them checks them (WebAuthn Level 3, W3C, §7).
//!
//! No attestation is asked for, so a passkey proves that it is the same key as before, used by
//! somebody whom the authenticator knew, on a page of this origin: nothing about the authenticator.
//! ES256 is what nearly all of them make; RS256 is what Windows Hello makes on older machines.

mod authenticator;
mod public_key;
#[cfg(all(test, feature = "software-signer"))]
mod tests;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use minicbor::Decoder;
use serde::Deserialize;

use crate::algorithm::{Digest, Scheme};
use crate::digest::Sha256;

pub use authenticator::{Attested, AuthenticatorData};

/// The identifiers of the algorithms that are asked for, the one that is wanted most first (IANA
/// "COSE Algorithms").
pub const ALGORITHMS: [i64; 2] = [public_key::ES256, public_key::RS256];

/// The longest message of a browser that is read, in bytes; the longest real ones have a tenth.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;

/// Why an answer of a browser is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Larger than [`MAX_MESSAGE_BYTES`].
    #[error("larger than {MAX_MESSAGE_BYTES} bytes")]
    TooLarge,
    /// Not the client data of §5.8.1.
    #[error("not client data")]
    ClientData,
    /// For another ceremony than the one that was asked for.
    #[error("for another ceremony")]
    Ceremony,
    /// Answers another question.
    #[error("answers another question")]
    Challenge,
    /// From a page of another origin, or one within a page of another origin.
    #[error("from another origin")]
    Origin,
    /// Not the attestation object of §6.5.4.
    #[error("not an attestation object")]
    AttestationObject,
    /// Not the authenticator data of §6.1.
    #[error("not authenticator data")]
    AuthenticatorData,
    /// For another relying party.
    #[error("for another relying party")]
    RelyingParty,
    /// Nobody was there, or the authenticator does not know who.
    #[error("the person was not verified")]
    NotVerified,
    /// There is no new key in it.
    #[error("without a new key")]
    NoKey,
    /// Not one of [`ALGORITHMS`], or damaged.
    #[error("not a key that is computed here")]
    Key,
    /// The signature does not verify under the known key, or proves little.
    #[error("the signature does not verify")]
    Signature,
    /// Not further than last time: there may be a copy of the key.
    #[error("the counter does not advance")]
    Counter,
}

/// What an answer has to fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The relying party's identifier: a domain.
    pub relying_party: &'a str,
    /// The origins of its own pages.
    pub origins: &'a [String],
    /// What was asked.
    pub challenge: &'a [u8; 32],
}

/// A passkey, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Names it; the authenticator chose it. 1 to 1023 bytes.
    pub id: Vec<u8>,
    /// The public key, DER `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
    /// How often it was used, by the authenticator's count; 0 where it does not count.
    pub counter: u32,
}

/// What a browser answers about a new passkey (`AuthenticatorAttestationResponse`, §5.2.1).
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `attestationObject`.
    pub attestation_object: &'a [u8],
}

/// What a browser answers for a known one (`AuthenticatorAssertionResponse`, §5.2.2).
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `signature`.
    pub signature: &'a [u8],
}

/// Checks the answer about a new passkey (§7.1).
pub fn register(answer: Registration<'_>, expected: Expected<'_>) -> Result<Credential, Refused> {
    check_client_data(answer.client_data, "webauthn.create", expected)?;
    let data = authenticator_data_in(answer.attestation_object)?;
    let data = AuthenticatorData::read(data)?;
    check_authenticator(&data, expected)?;
    let attested = data.attested.ok_or(Refused::NoKey)?;
    Ok(Credential {
        id: attested.id.to_vec(),
        public_key: attested.public_key,
        counter: data.counter,
    })
}

/// Checks the answer for a known passkey (§7.2); gives its new counter.
pub fn authenticate(
    answer: Assertion<'_>,
    known: &Credential,
    expected: Expected<'_>,
) -> Result<u32, Refused> {
    check_client_data(answer.client_data, "webauthn.get", expected)?;
    if answer.authenticator_data.len() > MAX_MESSAGE_BYTES {
        return Err(Refused::TooLarge);
    }
    let data = AuthenticatorData::read(answer.authenticator_data)?;
    check_authenticator(&data, expected)?;
    let scheme = if public_key::is_rsa(&known.public_key) {
        Scheme::RsaPkcs1(Digest::Sha256)
    } else {
        Scheme::Ecdsa(Digest::Sha256)
    };
    let hash = Sha256::of(answer.client_data);
    let signed = [answer.authenticator_data, hash.as_bytes()].concat();
    let verified = scheme.verify(&[&signed], answer.signature, &known.public_key);
    if verified.is_ok_and(|verified| verified.weakness.is_none()) {
        check_counter(known.counter, data.counter)
    } else {
        Err(Refused::Signature)
    }
}

/// §6.1.1: some authenticators count nothing and always say 0.
fn check_counter(before: u32, now: u32) -> Result<u32, Refused> {
    if (before, now) == (0, 0) || now > before { Ok(now) } else { Err(Refused::Counter) }
}

/// `CollectedClientData` (§5.8.1); members that are not known are to be ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

fn check_client_data(bytes: &[u8], ceremony: &str, expected: Expected<'_>) -> Result<(), Refused> {
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(Refused::TooLarge);
    }
    let data: ClientData = serde_json::from_slice(bytes).map_err(|_| Refused::ClientData)?;
    if data.r#type != ceremony {
        return Err(Refused::Ceremony);
    }
    if data.challenge != Base64UrlUnpadded::encode_string(expected.challenge) {
        return Err(Refused::Challenge);
    }
    if data.cross_origin || !expected.origins.contains(&data.origin) {
        return Err(Refused::Origin);
    }
    Ok(())
}

fn check_authenticator(
    data: &AuthenticatorData<'_>,
    expected: Expected<'_>,
) -> Result<(), Refused> {
    if *data.relying_party != *Sha256::of(expected.relying_party.as_bytes()).as_bytes() {
        return Err(Refused::RelyingParty);
    }
    if data.present && data.verified { Ok(()) } else { Err(Refused::NotVerified) }
}

/// The `authData` of an attestation object. What else it holds says whose make the authenticator is,
/// which nobody asked.
fn authenticator_data_in(object: &[u8]) -> Result<&[u8], Refused> {
    if object.len() > MAX_MESSAGE_BYTES {
        return Err(Refused::TooLarge);
    }
    let malformed = |_| Refused::AttestationObject;
    let mut decoder = Decoder::new(object);
    let members = decoder.map().map_err(malformed)?.ok_or(Refused::AttestationObject)?;
    let mut found = None;
    for _ in 0..members {
        match decoder.str().map_err(malformed)? {
            "authData" if found.is_none() => found = Some(decoder.bytes().map_err(malformed)?),
            "authData" => return Err(Refused::AttestationObject),
            _ => decoder.skip().map_err(malformed)?,
        }
    }
    let ended = decoder.position() == object.len();
    found.filter(|_| ended).ok_or(Refused::AttestationObject)
}
