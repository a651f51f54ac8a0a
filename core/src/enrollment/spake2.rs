//! SPAKE2 on P-256 with SHA-256, HKDF and HMAC (RFC 9382): two sides that share a few digits come to
//! a strong key, and whoever stands between them gets one guess at the digits for each run.

use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{AffinePoint, FieldBytes, ProjectivePoint, PublicKey, Scalar};
use sha2::Digest as _;

use crate::env::{Entropy, random};

/// RFC 9382 §4: points of which nobody knows the discrete logarithm.
const M: [u8; 33] = [
    0x02, 0x88, 0x6e, 0x2f, 0x97, 0xac, 0xe4, 0x6e, 0x55, 0xba, 0x9d, 0xd7, 0x24, 0x25, 0x79, 0xf2,
    0x99, 0x3b, 0x64, 0xe1, 0x6e, 0xf3, 0xdc, 0xab, 0x95, 0xaf, 0xd4, 0x97, 0x33, 0x3d, 0x8f, 0xa1,
    0x2f,
];
const N: [u8; 33] = [
    0x03, 0xd8, 0xbb, 0xd6, 0xc6, 0x39, 0xc6, 0x29, 0x37, 0xb0, 0x4d, 0x99, 0x7f, 0x38, 0xc3, 0x77,
    0x07, 0x19, 0xc6, 0x29, 0xd7, 0x01, 0x4d, 0x49, 0xa2, 0x4b, 0x4f, 0x98, 0xba, 0xa1, 0x29, 0x2b,
    0x49,
];

/// Which side of the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Sends first.
    A,
    /// Answers.
    B,
}

/// The other side's share is no point of the curve, or one that fixes the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadShare;

/// What both sides say of themselves; either says the same of both.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    pub a: &'a [u8],
    pub b: &'a [u8],
    /// Additional data that both know.
    pub context: &'a [u8],
}

/// One side between its message and the other's.
pub(super) struct Exchange {
    side: Side,
    secret: Scalar,
    password: Scalar,
    share: Vec<u8>,
}

/// What a run gives to both sides, if they knew the same digits.
pub(super) struct Agreed {
    /// For what is sent afterwards.
    pub key: [u8; 16],
    /// What side B shows of it.
    pub shown_by_b: [u8; 32],
    #[cfg(test)]
    pub shown_by_a: [u8; 32],
}

impl Exchange {
    pub(super) fn begin(side: Side, password: &[u8; 32], entropy: &dyn Entropy) -> Self {
        let wide: [u8; 32] = random(entropy);
        Self::with(side, password, scalar(&wide))
    }

    fn with(side: Side, password: &[u8; 32], secret: Scalar) -> Self {
        let password = scalar(password);
        let blind = match side {
            Side::A => point(&M),
            Side::B => point(&N),
        };
        let share = ProjectivePoint::GENERATOR * secret + blind * password;
        Self { side, secret, password, share: encoded(share) }
    }

    /// What this side sends.
    pub(super) fn share(&self) -> &[u8] {
        &self.share
    }

    /// The end of the run, with what the other side sent.
    pub(super) fn finish(self, theirs: &[u8], names: Names<'_>) -> Result<Agreed, BadShare> {
        let point_sent = PublicKey::from_sec1_bytes(theirs).map_err(|_| BadShare)?;
        let sent = ProjectivePoint::from(*point_sent.as_affine());
        // One encoding for one point: both sides hash the same bytes.
        let theirs = encoded(sent);
        let (blind, first, second) = match self.side {
            Side::A => (point(&N), &self.share, &theirs),
            Side::B => (point(&M), &theirs, &self.share),
        };
        let shared = (sent - blind * self.password) * self.secret;
        if shared == ProjectivePoint::IDENTITY {
            return Err(BadShare);
        }
        let password = self.password.to_bytes();
        let mut transcript = Vec::with_capacity(512);
        let shared = encoded(shared);
        for part in [names.a, names.b, first, second, &shared, password.as_slice()] {
            transcript.extend_from_slice(&(part.len() as u64).to_le_bytes());
            transcript.extend_from_slice(part);
        }
        Ok(schedule(&transcript, names.context))
    }
}

/// RFC 9382 §4: the key and what confirms it, from the transcript.
fn schedule(transcript: &[u8], context: &[u8]) -> Agreed {
    let hash: [u8; 32] = sha2::Sha256::digest(transcript).into();
    let (key, confirming) = hash.split_at(16);
    // HKDF (RFC 5869) without salt, one block.
    let extracted = mac(&[0; 32], &[confirming]);
    let confirmation = mac(&extracted, &[b"ConfirmationKeys", context, &[1]]);
    Agreed {
        key: key.try_into().expect("16 of 32 bytes"),
        shown_by_b: mac(&confirmation[16..], &[transcript]),
        #[cfg(test)]
        shown_by_a: mac(&confirmation[..16], &[transcript]),
    }
}

pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn scalar(bytes: &[u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*bytes))
}

fn point(sec1: &[u8; 33]) -> ProjectivePoint {
    let key = PublicKey::from_sec1_bytes(sec1).expect("the RFC's points are on the curve");
    ProjectivePoint::from(*key.as_affine())
}

fn encoded(point: ProjectivePoint) -> Vec<u8> {
    AffinePoint::from(point).to_sec1_point(false).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> [u8; 32] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    /// RFC 9382 appendix B, the vector with both identities.
    #[test]
    fn the_vector_of_the_standard_comes_out() {
        let w = bytes("2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f");
        let x = bytes("43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729");
        let y = bytes("dcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be");
        let a = Exchange::with(Side::A, &w, scalar(&x));
        let b = Exchange::with(Side::B, &w, scalar(&y));
        let pa = "04a56fa807caaa53a4d28dbb9853b9815c61a411118a6fe516a8798434751470f9010153ac33d0d5\
                  f2047ffdb1a3e42c9b4e6be662766e1eeb4116988ede5f912c";
        let pb = "0406557e482bd03097ad0cbaa5df82115460d951e3451962f1eaf4367a420676d09857ccbc522686\
                  c83d1852abfa8ed6e4a1155cf8f1543ceca528afb591a1e0b7";
        let (share_a, share_b) = (a.share().to_vec(), b.share().to_vec());
        assert_eq!((hex::encode(&share_a), hex::encode(&share_b)), (pa.into(), pb.into()));
        let names = Names { a: b"server", b: b"client", context: b"" };
        let at_a = a.finish(&share_b, names).unwrap();
        let at_b = b.finish(&share_a, names).unwrap();
        for agreed in [at_a, at_b] {
            assert_eq!(hex::encode(agreed.key), "0e0672dc86f8e45565d338b0540abe69");
            let shown_by_a = "58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0";
            assert_eq!(hex::encode(agreed.shown_by_a), shown_by_a);
            let shown_by_b = "d3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b";
            assert_eq!(hex::encode(agreed.shown_by_b), shown_by_b);
        }
    }

    #[test]
    fn shares_that_are_no_points_are_refused() {
        let names = Names { a: b"a", b: b"b", context: b"" };
        for share in [&[][..], &[0], &[4; 65], &[7; 33]] {
            let side = Exchange::with(Side::B, &[1; 32], scalar(&[2; 32]));
            assert_eq!(side.finish(share, names).err(), Some(BadShare), "{share:?}");
        }
        // Side A's own blinding alone: the key would be the point at infinity.
        let blind = encoded(point(&M) * scalar(&[1; 32]));
        let side = Exchange::with(Side::B, &[1; 32], scalar(&[2; 32]));
        assert_eq!(side.finish(&blind, names).err(), Some(BadShare));
    }
}
