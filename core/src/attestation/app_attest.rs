//! Apple's App Attest: that a genuine build of the office's app, on a genuine device, speaks for this
//! enrollment's two keys.
//!
//! iOS cannot attest keys of its own making. What it attests is a key of the app's instance, over
//! bytes that the app chooses ("Validating apps that connect to your server", Apple); ours are
//! [`binding`], so that the attestation holds for these keys, this invitation and this challenge. That
//! the two keys are in the Secure Enclave is the app's word: level C, and no more.

use minicbor::Decoder;

use crate::asn1::{self, OCTET_STRING, SEQUENCE, context_constructed};
use crate::certificate::Certificate;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::InvitationId;
use crate::oid;
use crate::webauthn::AuthenticatorData;

use super::chain::{check_authority, check_chain, is_valid};
use super::refusal::Refusal;
use super::status_list::StatusList;

/// The largest object that is read, in bytes; real ones have about six kilobytes.
pub const MAX_OBJECT_BYTES: usize = 32 * 1024;

/// Most certificates of an object; real ones have two.
const MAX_CERTIFICATES: u64 = 4;

/// What stands for make and model in the authenticator data of a released app.
const RELEASED: &[u8; 16] = b"appattest\0\0\0\0\0\0\0";
/// The same of an app that was built for development.
const DEVELOPMENT: &[u8; 16] = b"appattestdevelop";

/// What an office takes from every iPhone.
#[derive(Clone, Debug)]
pub struct AppPolicy {
    /// Team and bundle identifier of the app: `0352187391.vn.trien.app`.
    pub app: String,
    /// Apple's root for App Attest, or a test's.
    pub roots: Vec<Certificate>,
}

/// What the app's instance must have spoken for.
#[derive(Clone, Copy, Debug)]
pub struct Spoken<'a> {
    /// The server's challenge (`c1`).
    pub challenge: &'a [u8],
    /// DER `SubjectPublicKeyInfo` of the auth key.
    pub auth_key: &'a [u8],
    /// That of the approval key.
    pub approval_key: &'a [u8],
    /// The invitation.
    pub invitation: InvitationId,
}

/// The bytes that an app has attested, App Attest's `clientDataHash`: SHA-256 over the challenge, both
/// public keys (DER `SubjectPublicKeyInfo`) and the invitation's identifier.
#[must_use]
pub fn binding(spoken: Spoken<'_>) -> Sha256 {
    let Spoken { challenge, auth_key, approval_key, invitation } = spoken;
    Sha256::of_parts(&[challenge, auth_key, approval_key, invitation.as_bytes()])
}

/// Judges an attestation object.
pub fn judge_app(
    object: &[u8],
    policy: &AppPolicy,
    spoken: Spoken<'_>,
    now: UnixSecond,
) -> Result<(), Refusal> {
    judge_bound(object, policy, &binding(spoken), now)
}

/// Judges an attestation object over these bytes, App Attest's `clientDataHash`.
pub(super) fn judge_bound(
    object: &[u8],
    policy: &AppPolicy,
    bound: &Sha256,
    now: UnixSecond,
) -> Result<(), Refusal> {
    let Object { certificates, authenticator_data } = Object::read(object)?;
    let chain = certificates.iter().map(|der| Certificate::parse(der));
    let chain: Vec<Certificate> =
        chain.collect::<Result<_, _>>().map_err(|_| Refusal::CertificateUnreadable)?;
    check_certificates(&chain, policy, now)?;
    let leaf = &chain[0];
    // The nonce covers the authenticator data, so nothing of it counts before.
    let nonce = Sha256::of_parts(&[authenticator_data, bound.as_bytes()]);
    if nonce_of(leaf)? != nonce.as_bytes() {
        return Err(Refusal::WrongChallenge);
    }
    let data = AuthenticatorData::read(authenticator_data);
    let data = data.map_err(|_| Refusal::ObjectUnreadable)?;
    let attested = data.attested.ok_or(Refusal::ObjectUnreadable)?;
    check_key(leaf, attested.id, &attested.public_key)?;
    if *data.relying_party != *Sha256::of(policy.app.as_bytes()).as_bytes() {
        return Err(Refusal::WrongApp);
    }
    match attested.aaguid {
        RELEASED if data.counter == 0 => Ok(()),
        RELEASED => Err(Refusal::UsedBefore),
        DEVELOPMENT => Err(Refusal::DevelopmentApp),
        _ => Err(Refusal::WrongApp),
    }
}

/// Here the web's rules fit: every certificate is valid now, and what signs another is an authority.
fn check_certificates(
    chain: &[Certificate],
    policy: &AppPolicy,
    now: UnixSecond,
) -> Result<(), Refusal> {
    let [leaf, issuer, ..] = chain else { return Err(Refusal::ChainLength) };
    // Apple publishes no list of these certificates; they live for days.
    check_chain(chain, &policy.roots, &StatusList::default(), now)?;
    check_authority(issuer, 0)?;
    if is_valid(leaf, now) { Ok(()) } else { Err(Refusal::NotValidNow) }
}

/// The nonce: `SEQUENCE { [1] EXPLICIT OCTET STRING }`.
fn nonce_of(leaf: &Certificate) -> Result<&[u8], Refusal> {
    let value = leaf.extension(oid::APPLE_APP_ATTEST_NONCE).ok_or(Refusal::NoDescription)?;
    let read = || {
        let mut fields = asn1::single(value, SEQUENCE)?.inside();
        let wrapped = fields.expect(context_constructed(1))?;
        fields.finish()?;
        let mut inside = wrapped.inside();
        let nonce = inside.expect(OCTET_STRING)?.value;
        inside.finish()?;
        Ok::<_, asn1::InvalidDer>(nonce)
    };
    read().map_err(|_| Refusal::DescriptionUnreadable)
}

/// The certificate's key, the credential's, and what names it are one: the name is the SHA-256 of
/// the uncompressed point (X9.62).
fn check_key(leaf: &Certificate, id: &[u8], credential: &[u8]) -> Result<(), Refusal> {
    const POINT_BYTES: usize = 65;
    let key = leaf.public_key();
    let point = &key[key.len().saturating_sub(POINT_BYTES)..];
    if key == credential && *id == *Sha256::of(point).as_bytes() {
        Ok(())
    } else {
        Err(Refusal::WrongKey)
    }
}

struct Object<'a> {
    /// Leaf first, DER.
    certificates: Vec<&'a [u8]>,
    authenticator_data: &'a [u8],
}

impl<'a> Object<'a> {
    /// `{"fmt": "apple-appattest", "attStmt": {"x5c": […], "receipt": …}, "authData": …}`.
    fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_OBJECT_BYTES {
            return Err(Refusal::ObjectUnreadable);
        }
        let mut decoder = Decoder::new(bytes);
        let read = Self::members(&mut decoder).ok().flatten();
        let ended = decoder.position() == bytes.len();
        read.filter(|_| ended).ok_or(Refusal::ObjectUnreadable)
    }

    fn members(decoder: &mut Decoder<'a>) -> Result<Option<Self>, minicbor::decode::Error> {
        let (mut format, mut certificates, mut data) = (None, None, None);
        for _ in 0..decoder.map()?.unwrap_or_default() {
            match decoder.str()? {
                "fmt" if format.is_none() => format = Some(decoder.str()?),
                "attStmt" if certificates.is_none() => certificates = Self::statement(decoder)?,
                "authData" if data.is_none() => data = Some(decoder.bytes()?),
                _ => return Ok(None),
            }
        }
        let known = format == Some("apple-appattest");
        let both = certificates.zip(data).filter(|_| known);
        Ok(both.map(|(certificates, authenticator_data)| Self { certificates, authenticator_data }))
    }

    fn statement(
        decoder: &mut Decoder<'a>,
    ) -> Result<Option<Vec<&'a [u8]>>, minicbor::decode::Error> {
        let mut certificates = None;
        for _ in 0..decoder.map()?.unwrap_or_default() {
            if decoder.str()? != "x5c" {
                decoder.skip()?;
                continue;
            }
            let count = decoder.array()?.filter(|count| *count <= MAX_CERTIFICATES);
            let Some(count) = count.filter(|_| certificates.is_none()) else { return Ok(None) };
            let chain = (0..count).map(|_| decoder.bytes()).collect::<Result<_, _>>()?;
            certificates = Some(chain);
        }
        Ok(certificates)
    }
}
