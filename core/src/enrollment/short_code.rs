//! The short code: eight digits that an officer reads out, by which the phone that holds the person's
//! slip gets the secret of an invitation. The digits never travel, and nothing that does lets anybody
//! try them without the server (SPAKE2, RFC 9382).

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::spake2::{Exchange, Names, Side, mac};
use super::{Invitation, Slip};
use crate::cbor;
use crate::digest::Sha256;
use crate::env::Entropy;
use crate::wire::{Base64, ShortCodeAnswer};

/// Tries at a short code before it ends.
pub const MAX_TRIES: u32 = 5;
/// How long a short code lives, in seconds: ten minutes.
pub const TTL_SECONDS: i64 = 600;

const CONTEXT: &[u8] = b"trien-short-code/1";

/// Eight digits; prints as `…`, and is zeroed when it is dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ShortCode(String);

impl std::fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShortCode(…)")
    }
}

/// Why a short code opened nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// It has eight digits.
    #[error("a short code has eight digits")]
    Form,
    /// Other digits than the server's, or not the server of the slip.
    #[error("the digits are not those that the officer's screen shows")]
    WrongCode,
    /// What came is no answer.
    #[error("the answer is damaged")]
    Damaged,
}

impl ShortCode {
    /// The code that 32 secret bytes stand for.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Self {
        let number = u128::from_be_bytes(secret[..16].try_into().expect("16 of 32 bytes"));
        Self(format!("{:08}", number % 100_000_000))
    }

    /// As it is typed, blanks and strokes ignored.
    pub fn parse(typed: &str) -> Result<Self, NotOpened> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let sound = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if sound { Ok(Self(digits)) } else { Err(NotOpened::Form) }
    }

    /// In two groups of four, as it is read out.
    #[must_use]
    pub fn grouped(&self) -> String {
        format!("{} {}", &self.0[..4], &self.0[4..])
    }

    fn password(&self) -> [u8; 32] {
        Sha256::of(&[CONTEXT, self.0.as_bytes()].concat()).0
    }
}

/// The phone between its question and the answer.
pub struct Asking {
    exchange: Exchange,
    slip: Vec<u8>,
}

impl Asking {
    /// A question with these digits.
    #[must_use]
    pub fn begin(code: &ShortCode, slip: &Slip, entropy: &dyn Entropy) -> Self {
        let exchange = Exchange::begin(Side::A, &code.password(), entropy);
        Self { exchange, slip: cbor::encode(slip) }
    }

    /// What is sent; it says nothing of the digits.
    #[must_use]
    pub fn share(&self) -> &[u8] {
        self.exchange.share()
    }

    /// Opens the answer. Only the server of this very slip, with the same digits, can have made it.
    pub fn open(self, answer: &ShortCodeAnswer) -> Result<Invitation, NotOpened> {
        let names = names(&self.slip);
        let agreed = self.exchange.finish(&answer.share.0, names);
        let agreed = agreed.map_err(|_| NotOpened::Damaged)?;
        // First, because it fixes the key: no sealed text may be made that several digits open.
        if !bool::from(agreed.shown_by_b.ct_eq(&answer.confirmation.0)) {
            return Err(NotOpened::WrongCode);
        }
        let mut sealed = answer.sealed.0.clone();
        let opened = sealing(&agreed.key).open_in_place(once(), Aad::empty(), &mut sealed);
        let opened = opened.map_err(|_| NotOpened::Damaged)?;
        cbor::decode(opened, 1024).map_err(|_| NotOpened::Damaged)
    }
}

/// The server's answer to a question, for whoever asked with the same digits.
pub fn answer(
    code: &ShortCode,
    slip: &Slip,
    share: &[u8],
    invitation: &Invitation,
    left: u32,
    entropy: &dyn Entropy,
) -> Result<ShortCodeAnswer, NotOpened> {
    let slip = cbor::encode(slip);
    let exchange = Exchange::begin(Side::B, &code.password(), entropy);
    let own = Base64(exchange.share().to_vec());
    let agreed = exchange.finish(share, names(&slip)).map_err(|_| NotOpened::Damaged)?;
    let mut sealed = cbor::encode(invitation);
    sealing(&agreed.key)
        .seal_in_place_append_tag(once(), Aad::empty(), &mut sealed)
        .map_err(|_| NotOpened::Damaged)?;
    let confirmation = Base64(agreed.shown_by_b.to_vec());
    Ok(ShortCodeAnswer { share: own, confirmation, sealed: Base64(sealed), left })
}

// The slip holds the pins: a relay with a slip of its own agrees on another key.
fn names(slip: &[u8]) -> Names<'_> {
    Names { a: b"phone", b: slip, context: CONTEXT }
}

fn sealing(key: &[u8; 16]) -> LessSafeKey {
    let key = mac(key, &[CONTEXT, b" invitation"]);
    let key = UnboundKey::new(&CHACHA20_POLY1305, &key);
    LessSafeKey::new(key.expect("a MAC has as many bytes as the key"))
}

// Each key seals one message.
fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;
    use crate::enrollment::InvitationSecret;
    use crate::env::{OsEntropy, UnixSecond};
    use crate::id::{InvitationId, SlipId};

    fn slip(pin: &[u8]) -> Slip {
        Slip {
            version: 1,
            id: SlipId::from_bytes([7; 16]),
            pins: vec![Sha256::of(pin)],
            expires: UnixSecond::new(1_800_000_000),
        }
    }

    fn invitation() -> Invitation {
        Invitation {
            version: 1,
            id: InvitationId::from_bytes([8; 16]),
            secret: InvitationSecret([9; 32]),
            pins: vec![Sha256::of(b"pin")],
            log_key: Sha256::of(b"log"),
            expires: UnixSecond::new(1_800_000_000),
            unit: "Ủy ban nhân dân xã Bình Minh".to_owned(),
        }
    }

    fn code(digits: &str) -> ShortCode {
        ShortCode::parse(digits).unwrap()
    }

    fn asked(typed: &str, held: &Slip, shown: &str, made: &Slip) -> Result<Invitation, NotOpened> {
        let asking = Asking::begin(&code(typed), held, &OsEntropy);
        let share = asking.share().to_vec();
        let answer = answer(&code(shown), made, &share, &invitation(), 4, &OsEntropy).unwrap();
        asking.open(&answer)
    }

    #[test]
    fn the_right_digits_open_the_invitation_and_no_others_do() {
        let own = slip(b"pin");
        assert_eq!(asked("1234-5678", &own, "1234 5678", &own), Ok(invitation()));
        assert_eq!(asked("12345679", &own, "12345678", &own), Err(NotOpened::WrongCode));
        assert_eq!(asked("12345678", &slip(b"x"), "12345678", &own), Err(NotOpened::WrongCode));
    }

    #[test]
    fn nothing_on_the_way_can_be_altered() {
        let own = slip(b"pin");
        let good = || {
            let asking = Asking::begin(&code("00000000"), &own, &OsEntropy);
            let share = asking.share().to_vec();
            (asking, answer(&code("00000000"), &own, &share, &invitation(), 4, &OsEntropy).unwrap())
        };
        for part in 0..3 {
            let (asking, mut answer) = good();
            let bytes = [&mut answer.share.0, &mut answer.confirmation.0, &mut answer.sealed.0];
            let bytes = bytes.into_iter().nth(part).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            assert!(asking.open(&answer).is_err(), "part {part}");
        }
        let (asking, mut answer) = good();
        answer.sealed.0.clear();
        assert_eq!(asking.open(&answer), Err(NotOpened::Damaged));
    }

    #[test]
    fn a_relay_without_the_digits_learns_nothing_that_it_could_try_them_on() {
        // It answers in the server's place with digits of its own: one guess, and what the phone sent
        // fits every guess, because for each there is a secret that makes the same share.
        let own = slip(b"pin");
        let guesses = (0..100).filter(|guess| {
            let guess = format!("{guess:08}");
            asked("99999999", &own, &guess, &own).is_ok()
        });
        assert_eq!(guesses.count(), 0);
        assert_eq!(format!("{:?}", code("12345678")), "ShortCode(…)");
    }

    #[test]
    fn a_short_code_is_eight_digits() {
        for typed in ["", "1234567", "123456789", "1234567a", "１２３４５６７８"] {
            assert_eq!(ShortCode::parse(typed), Err(NotOpened::Form), "{typed}");
        }
        assert_eq!(ShortCode::of(&[0; 32]).grouped(), "0000 0000");
    }
}
