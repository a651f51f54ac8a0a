//! What only the phone can read: Message Encryption for Web Push (RFC 8291), which is `aes128gcm`
//! (RFC 8188) with a key agreed on by ECDH.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{NonZeroScalar, ProjectivePoint, PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use trien_core::env::{Entropy, random};
use trien_core::push::Subscription;
use zeroize::Zeroizing;

/// The record size that the header names, in bytes: all that a push service must take (RFC 8030
/// §7.2), of which a wake-up needs a hundredth.
const RECORD: u32 = 4096;
/// Marks the last record (RFC 8188 §2).
const LAST: u8 = 2;

/// The phone's key is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subscription's keys are not those of RFC 8291")]
pub struct WrongKeys;

/// Encrypts for a phone, under a key of this message alone.
pub fn encrypt(
    to: &Subscription,
    message: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, WrongKeys> {
    let own = loop {
        let secret = Zeroizing::new(random::<32>(entropy));
        // Zero and values above the order are none: once in 2^32 draws.
        if let Ok(own) = SecretKey::from_slice(secret.as_slice()) {
            break own;
        }
    };
    seal(to, message, &own, random(entropy))
}

fn seal(
    to: &Subscription,
    message: &[u8],
    own: &SecretKey,
    salt: [u8; 16],
) -> Result<Vec<u8>, WrongKeys> {
    let theirs = PublicKey::from_sec1_bytes(&to.p256dh.0).map_err(|_| WrongKeys)?;
    let own_point = own.public_key().to_sec1_point(false);
    let shared = agree(own, &theirs);
    // RFC 8291 §3.3 and §3.4.
    let info: [&[u8]; 3] = [b"WebPush: info\0", &to.p256dh.0, own_point.as_bytes()];
    let secret = Zeroizing::new(derive::<32>(&to.auth.0, shared.as_slice(), &info));
    let key =
        Zeroizing::new(derive::<16>(&salt, secret.as_slice(), &[b"Content-Encoding: aes128gcm\0"]));
    let nonce = derive::<12>(&salt, secret.as_slice(), &[b"Content-Encoding: nonce\0"]);
    let mut sealed = [message, &[LAST]].concat();
    let key = UnboundKey::new(&AES_128_GCM, key.as_slice()).map_err(|_| WrongKeys)?;
    let nonce = Nonce::assume_unique_for_key(nonce);
    LessSafeKey::new(key)
        .seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)
        .map_err(|_| WrongKeys)?;
    // RFC 8188 §2.1: salt, record size, and our key as the key's name.
    let mut body = salt.to_vec();
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(65);
    body.extend_from_slice(own_point.as_bytes());
    body.extend_from_slice(&sealed);
    Ok(body)
}

/// ECDH: the x coordinate of the shared point.
fn agree(own: &SecretKey, theirs: &PublicKey) -> Zeroizing<[u8; 32]> {
    let scalar: NonZeroScalar = own.to_nonzero_scalar();
    let shared = (ProjectivePoint::from(*theirs.as_affine()) * *scalar).to_affine();
    let point = shared.to_sec1_point(true);
    let mut x = Zeroizing::new([0; 32]);
    x.copy_from_slice(&point.as_bytes()[1..33]);
    x
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF with SHA-256 (RFC 5869).
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    let prk = Salt::new(HKDF_SHA256, salt).extract(secret);
    prk.expand(info, Bytes(N))
        .and_then(|expanded| expanded.fill(&mut key))
        .expect("HKDF gives up to 255 hashes");
    key
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    use trien_core::wire::Base64;

    use super::*;

    fn decode(text: &str) -> Vec<u8> {
        Base64UrlUnpadded::decode_vec(text).unwrap()
    }

    // RFC 8291 appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let to = Subscription {
            endpoint: "https://push.example.net/".to_owned(),
            p256dh: Base64(decode(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            )),
            auth: Base64(decode("BTBZMqHH6r4Tts7J_aSIgg")),
        };
        let own = SecretKey::from_slice(&decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let salt = decode("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let message = b"When I grow up, I want to be a watermelon";
        let body = seal(&to, message, &own.unwrap(), salt).unwrap();
        assert_eq!(
            Base64UrlUnpadded::encode_string(&body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6\
             TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qul\
             cy4a-fN"
        );
    }

    #[test]
    fn a_key_off_the_curve_is_refused() {
        let to = Subscription {
            endpoint: "https://push.example.net/".to_owned(),
            p256dh: Base64([&[4][..], &[1; 64]].concat()),
            auth: Base64(vec![0; 16]),
        };
        assert_eq!(encrypt(&to, b"x", &trien_core::env::OsEntropy), Err(WrongKeys));
    }
}
