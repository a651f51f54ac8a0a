//! Enrollment: how a phone and a server come to trust each other, with a person in between.
//!
//! The invitation (QR) carries a secret and the server's pins. The phone proves the secret, makes
//! two keys, and both sides commit to random values before they see the other's; eight digits of
//! a hash over all of it are read out by the person and typed by the officer. A relay in the
//! middle has one guess in 10⁸ and five tries.
//!
//! A [`Slip`] is the long-lived paper that comes before: it only looks up who one is. The secret comes
//! by the QR code on the officer's screen, or by a [short code](short_code).

#[cfg(test)]
#[path = "enrollment/tests/relay.rs"]
mod relay;
pub mod short_code;
mod slip;
mod spake2;

use hmac::{Hmac, KeyInit as _, Mac as _};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::cbor::{self, CborError};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::InvitationId;

pub use slip::Slip;

/// Wrong codes before an invitation is spent.
pub const MAX_ATTEMPTS: u32 = 5;

/// What the QR code and the invitation link carry, after `#` as base64url: the part of a URL that
/// never reaches a server or its logs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invitation {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// Which invitation.
    #[n(1)]
    pub id: InvitationId,
    /// Known to the phone and the server only.
    #[n(2)]
    pub secret: InvitationSecret,
    /// SHA-256 of the server keys' `SubjectPublicKeyInfo`; empty where the platform's trust is
    /// used by policy, or on loopback.
    #[n(3)]
    pub pins: Vec<Sha256>,
    /// SHA-256 of the log's verifier key.
    #[n(4)]
    pub log_key: Sha256,
    /// Useless after this.
    #[n(5)]
    pub expires: UnixSecond,
    /// The office, as the person knows it.
    #[n(6)]
    pub unit: String,
}

/// A secret of 32 bytes; prints as `…`.
#[derive(Clone, PartialEq, Eq, Encode, Decode, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
#[cbor(transparent)]
pub struct InvitationSecret(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationSecret(…)")
    }
}

/// The link is not an invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInvitation {
    /// Another kind of link.
    #[error("this is not a Trien invitation link")]
    NotALink,
    /// Its data is damaged.
    #[error("the invitation is damaged: {0}")]
    Damaged(#[from] CborError),
    /// Made by a newer server.
    #[error("the invitation needs a newer app")]
    Newer,
}

impl Invitation {
    /// The link: `https://server/e#…`.
    #[must_use]
    pub fn to_link(&self, origin: &str) -> String {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let data = Base64UrlUnpadded::encode_string(&cbor::encode(self));
        format!("{}/e#{data}", origin.trim_end_matches('/'))
    }

    /// Reads a link; gives the server's origin and the invitation.
    pub fn from_link(link: &str) -> Result<(String, Self), InvalidInvitation> {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let (address, data) = link.trim().split_once('#').ok_or(InvalidInvitation::NotALink)?;
        let origin = address.strip_suffix("/e").ok_or(InvalidInvitation::NotALink)?;
        if !(origin.starts_with("https://") || origin.starts_with("http://")) {
            return Err(InvalidInvitation::NotALink);
        }
        let bytes = Base64UrlUnpadded::decode_vec(data).map_err(|_| InvalidInvitation::NotALink)?;
        let invitation: Self = cbor::decode(&bytes, 1024)?;
        if invitation.version == 1 {
            Ok((origin.to_owned(), invitation))
        } else {
            Err(InvalidInvitation::Newer)
        }
    }
}

/// Proves knowledge of the invitation's secret over a message of `context`.
#[must_use]
pub fn proof(secret: &InvitationSecret, context: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        Hmac::<sha2::Sha256>::new_from_slice(&secret.0).expect("HMAC takes keys of any length");
    absorb(context.as_bytes(), |bytes| mac.update(bytes));
    for part in parts {
        absorb(part, |bytes| mac.update(bytes));
    }
    mac.finalize().into_bytes().into()
}

/// Compares two proofs in constant time.
#[must_use]
pub fn same_proof(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Domain of the phone's first message; parts: invitation id.
pub const BEGIN: &str = "trien-enroll-begin/1";
/// Domain of the server's challenge; parts: invitation id, attempt id, c1, commitment, log key.
pub const CHALLENGE: &str = "trien-enroll-challenge/1";
/// Domain of the phone's keys; parts: attempt id, auth key SPKI, CSR, nonce.
pub const KEYS: &str = "trien-enroll-keys/1";

// Lengths go first, so that two lists of parts never run together into the same bytes.
fn absorb(part: &[u8], mut update: impl FnMut(&[u8])) {
    update(&(part.len() as u64).to_be_bytes());
    update(part);
}

/// All that both sides have seen when the code is computed.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a> {
    /// The invitation, encoded (pins, log key and secret included).
    pub invitation: &'a Invitation,
    /// The server's first random value, 32 bytes.
    pub c1: &'a [u8; 32],
    /// SHA-256 of `c2`, sent with `c1`.
    pub commitment: &'a Sha256,
    /// DER `SubjectPublicKeyInfo` of the auth key.
    pub auth_key: &'a [u8],
    /// DER of the certificate request for the approval key.
    pub csr: &'a [u8],
    /// The phone's random value, 32 bytes.
    pub nonce: &'a [u8; 32],
    /// The server's second random value, revealed after the keys.
    pub c2: &'a [u8; 32],
}

/// The eight digits that the person reads out and the officer types.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ComparisonCode(String);

impl std::fmt::Debug for ComparisonCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ComparisonCode(…)")
    }
}

impl ComparisonCode {
    /// The code of a transcript.
    #[must_use]
    pub fn of(transcript: &Transcript<'_>) -> Self {
        use sha2::Digest as _;
        let mut hasher = sha2::Sha256::new();
        let parts: [&[u8]; 8] = [
            b"trien-enroll-code/1",
            &cbor::encode(transcript.invitation),
            transcript.c1,
            transcript.commitment.as_bytes(),
            transcript.auth_key,
            transcript.csr,
            transcript.nonce,
            transcript.c2,
        ];
        for part in parts {
            absorb(part, |bytes| hasher.update(bytes));
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let number = u128::from_be_bytes(hash[..16].try_into().expect("16 of 32 bytes"));
        Self(format!("{:08}", number % 100_000_000))
    }

    /// The digits, in two groups of four as they are read out.
    #[must_use]
    pub fn grouped(&self) -> String {
        format!("{} {}", &self.0[..4], &self.0[4..])
    }

    /// Compares with typed digits, blanks ignored, in constant time.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        self.0.as_bytes().ct_eq(digits.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            version: 1,
            id: InvitationId::from_bytes([7; 16]),
            secret: InvitationSecret([9; 32]),
            pins: vec![Sha256::of(b"pin")],
            log_key: Sha256::of(b"log"),
            expires: UnixSecond::new(1_800_000_000),
            unit: "Ủy ban nhân dân xã Bình Minh".to_owned(),
        }
    }

    fn code(change: impl FnOnce(&mut Transcript<'_>)) -> ComparisonCode {
        let invitation = invitation();
        let mut transcript = Transcript {
            invitation: &invitation,
            c1: &[1; 32],
            commitment: &Sha256([2; 32]),
            auth_key: b"auth",
            csr: b"csr",
            nonce: &[3; 32],
            c2: &[4; 32],
        };
        change(&mut transcript);
        ComparisonCode::of(&transcript)
    }

    #[test]
    fn an_invitation_survives_its_link() {
        let link = invitation().to_link("https://ky.example.vn/");
        assert!(link.starts_with("https://ky.example.vn/e#"));
        let (origin, read) = Invitation::from_link(&link).unwrap();
        assert_eq!((origin.as_str(), read), ("https://ky.example.vn", invitation()));
    }

    #[test]
    fn links_of_other_apps_are_not_invitations() {
        for link in ["", "https://x.vn/e", "https://x.vn/e#", "otpauth://totp/x#AAAA", "#", "/e#oA"]
        {
            assert!(Invitation::from_link(link).is_err(), "{link}");
        }
    }

    #[test]
    fn the_code_depends_on_every_part_of_the_transcript() {
        let plain = code(|_| ());
        assert!(plain.matches(&plain.grouped()));
        let other_invitation = Invitation { pins: vec![], ..invitation() };
        let changed = [
            code(|t| t.c1 = &[0; 32]),
            code(|t| t.commitment = &Sha256([0; 32])),
            code(|t| t.auth_key = b"other"),
            code(|t| t.csr = b"other"),
            code(|t| t.nonce = &[0; 32]),
            code(|t| t.c2 = &[0; 32]),
            ComparisonCode::of(&Transcript {
                invitation: &other_invitation,
                c1: &[1; 32],
                commitment: &Sha256([2; 32]),
                auth_key: b"auth",
                csr: b"csr",
                nonce: &[3; 32],
                c2: &[4; 32],
            }),
        ];
        for other in changed {
            assert!(!plain.matches(&other.grouped()));
        }
    }

    #[test]
    fn parts_never_run_into_one_another() {
        let joined = code(|t| (t.auth_key, t.csr) = (b"auth\0csr", b""));
        let split = code(|t| (t.auth_key, t.csr) = (b"auth", b"\0csr"));
        assert_ne!(joined, split);
        let secret = InvitationSecret([1; 32]);
        assert_ne!(proof(&secret, BEGIN, &[b"ab", b"c"]), proof(&secret, BEGIN, &[b"a", b"bc"]));
    }

    #[test]
    fn secrets_and_codes_do_not_print() {
        let text = format!("{:?} {:?}", invitation(), code(|_| ()));
        assert!(!text.contains("9, 9") && text.contains("InvitationSecret(…)"));
        assert!(text.contains("ComparisonCode(…)"));
    }
}
