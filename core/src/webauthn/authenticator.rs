//! Authenticator data (WebAuthn Level 3, §6.1).

use minicbor::Decoder;

use super::Refused;
use super::public_key;

// §6.1, "Flags".
const PRESENT: u8 = 1 << 0;
const VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENDED: u8 = 1 << 7;

/// Longest identifier of a credential, in bytes (§6.5.1).
const MAX_ID_BYTES: usize = 1023;

/// What an authenticator says, as it signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    /// SHA-256 of the relying party's identifier.
    pub relying_party: &'a [u8; 32],
    /// Somebody touched it.
    pub present: bool,
    /// It knows who.
    pub verified: bool,
    /// How often the key was used.
    pub counter: u32,
    /// A new key.
    pub attested: Option<Attested<'a>>,
}

/// A new key (§6.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested<'a> {
    /// Make and model, or zeros.
    pub aaguid: &'a [u8; 16],
    /// Names the key.
    pub id: &'a [u8],
    /// The key, DER `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads it; nothing may follow.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Refused> {
        let (relying_party, rest) = bytes.split_first_chunk().ok_or(Refused::AuthenticatorData)?;
        let (&[flags], rest) = rest.split_first_chunk().ok_or(Refused::AuthenticatorData)?;
        let (counter, mut rest) = rest.split_first_chunk().ok_or(Refused::AuthenticatorData)?;
        let has = |flag| flags & flag != 0;
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(Refused::AuthenticatorData);
        }
        let mut attested = None;
        if has(ATTESTED) {
            let (found, after) = Attested::read(rest)?;
            (attested, rest) = (Some(found), after);
        }
        if has(EXTENDED) {
            let mut decoder = Decoder::new(rest);
            decoder.map().map_err(|_| Refused::AuthenticatorData)?;
            decoder.set_position(0);
            decoder.skip().map_err(|_| Refused::AuthenticatorData)?;
            rest = &rest[decoder.position()..];
        }
        if !rest.is_empty() {
            return Err(Refused::AuthenticatorData);
        }
        Ok(Self {
            relying_party,
            present: has(PRESENT),
            verified: has(VERIFIED),
            counter: u32::from_be_bytes(*counter),
            attested,
        })
    }
}

impl<'a> Attested<'a> {
    fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Refused> {
        let (aaguid, rest) = bytes.split_first_chunk().ok_or(Refused::AuthenticatorData)?;
        let (length, rest) = rest.split_first_chunk().ok_or(Refused::AuthenticatorData)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if !(1..=MAX_ID_BYTES).contains(&length) {
            return Err(Refused::AuthenticatorData);
        }
        let (id, rest) = rest.split_at_checked(length).ok_or(Refused::AuthenticatorData)?;
        let (public_key, used) = public_key::read(rest)?;
        Ok((Self { aaguid, id, public_key }, &rest[used..]))
    }
}
