//! Checkpoints: signed states of the log (C2SP `tlog-checkpoint` over `signed-note`, Ed25519).

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::Signer as _;

use crate::digest::Sha256;
use crate::log::tree::TreeHead;

/// Largest signed note that is read, in bytes: room for 16 signatures as C2SP asks.
pub const MAX_NOTE_BYTES: usize = 96 * 1024;

/// The signature type byte of Ed25519 in C2SP signed notes.
const ED25519: u8 = 1;

/// One state of one log, its signature verified or yet to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, the same as its key's.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root hash.
    pub root: Sha256,
}

impl Checkpoint {
    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, Base64::encode_string(&self.root.0))
    }

    fn from_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Malformed)?.split('\n');
        let mut line = || lines.next().filter(|l| !l.is_empty()).ok_or(CheckpointError::Malformed);
        let origin = line()?.to_owned();
        let size = decimal(line()?).ok_or(CheckpointError::Malformed)?;
        let root = hash(line()?).ok_or(CheckpointError::Malformed)?;
        // Extension lines may follow; they carry nothing for us, but none may be empty.
        if lines.any(str::is_empty) {
            return Err(CheckpointError::Malformed);
        }
        Ok(Self { origin, size, root })
    }
}

/// A note is not a checkpoint of the expected log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// More than [`MAX_NOTE_BYTES`].
    #[error("the checkpoint has {0} bytes, the limit is {MAX_NOTE_BYTES}")]
    TooLong(usize),
    /// Not a signed note with a checkpoint as its text.
    #[error("not a checkpoint (C2SP tlog-checkpoint)")]
    Malformed,
    /// No signature of the expected key.
    #[error("the checkpoint is signed by another log: {found}")]
    OtherKey {
        /// The names that did sign.
        found: String,
    },
    /// The expected key's signature does not verify.
    #[error("the checkpoint's signature does not verify")]
    WrongSignature,
    /// Signed by the expected key, but about another log.
    #[error("the checkpoint names another log: {0}")]
    OtherOrigin(String),
}

/// The public half of a log's key: `name+hash+key` as in C2SP signed notes.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

/// The text is not a verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a log verifier key: expected NAME+HASH+KEY (C2SP signed-note, Ed25519)")]
pub struct InvalidVerifierKey;

impl VerifierKey {
    /// The log's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the key's text: what an invitation carries.
    #[must_use]
    pub fn fingerprint(&self) -> Sha256 {
        Sha256::of(self.to_string().as_bytes())
    }

    /// Verifies a signed checkpoint. Signatures of other keys (witnesses) are ignored.
    pub fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::from_text(self.open_note(note)?)?;
        if checkpoint.origin == self.name {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::OtherOrigin(checkpoint.origin))
        }
    }

    fn open_note<'n>(&self, note: &'n str) -> Result<&'n str, CheckpointError> {
        let (text, signatures) = split_note(note)?;
        let mut verified = false;
        let mut others = Vec::new();
        for line in signatures {
            let signature = NoteSignature::read(line)?;
            if signature.name != self.name || signature.key_id != self.key_id() {
                others.push(signature.name);
                continue;
            }
            let bytes = signature.bytes.as_slice().try_into();
            let bytes: [u8; 64] = bytes.map_err(|_| CheckpointError::WrongSignature)?;
            self.key
                .verify_strict(text.as_bytes(), &bytes.into())
                .map_err(|_| CheckpointError::WrongSignature)?;
            verified = true;
        }
        if verified {
            Ok(text)
        } else {
            Err(CheckpointError::OtherKey { found: others.join(", ") })
        }
    }

    fn key_id(&self) -> [u8; 4] {
        let parts: [&[u8]; 4] = [self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()];
        let [a, b, c, d, ..] = Sha256::of_parts(&parts).0;
        [a, b, c, d]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut encoded = vec![ED25519];
        encoded.extend_from_slice(self.key.as_bytes());
        let id = hex::encode(self.key_id());
        write!(f, "{}+{id}+{}", self.name, Base64::encode_string(&encoded))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = InvalidVerifierKey;
    fn from_str(text: &str) -> Result<Self, InvalidVerifierKey> {
        // Base64 has `+` too, so only the first two separate.
        let mut parts = text.trim_ascii().splitn(3, '+');
        let mut part = || parts.next().ok_or(InvalidVerifierKey);
        let (name, id, encoded) = (part()?, part()?, part()?);
        let encoded = Base64::decode_vec(encoded).map_err(|_| InvalidVerifierKey)?;
        let [ED25519, key @ ..] = encoded.as_slice() else { return Err(InvalidVerifierKey) };
        let key = key.try_into().map_err(|_| InvalidVerifierKey)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(key).map_err(|_| InvalidVerifierKey)?;
        let key = Self { name: name.to_owned(), key };
        if is_key_name(name) && hex::encode(key.key_id()) == id {
            Ok(key)
        } else {
            Err(InvalidVerifierKey)
        }
    }
}

/// A log's private key; prints as `…`.
#[derive(Clone)]
pub struct LogKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({}, …)", self.name)
    }
}

/// The name cannot name a log: it is empty or has a blank or a `+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log's name has no blanks and no `+`, such as example.gov.vn/trien")]
pub struct InvalidLogName;

impl LogKey {
    /// The key of the log called `name` (a URL without scheme, by custom) from a 32-byte seed.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, InvalidLogName> {
        if !is_key_name(name) {
            return Err(InvalidLogName);
        }
        Ok(Self { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The signed checkpoint of a state. Deterministic: signing one state again gives one note.
    #[must_use]
    pub fn sign(&self, head: TreeHead) -> String {
        let origin = self.name.clone();
        let text = Checkpoint { origin, size: head.size, root: head.root }.text();
        self.sign_note(&text)
    }

    fn sign_note(&self, text: &str) -> String {
        let mut signature = self.verifier().key_id().to_vec();
        signature.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, Base64::encode_string(&signature))
    }
}

struct NoteSignature<'a> {
    name: &'a str,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

impl<'a> NoteSignature<'a> {
    fn read(line: &'a str) -> Result<Self, CheckpointError> {
        let named = line.strip_prefix("\u{2014} ").ok_or(CheckpointError::Malformed)?;
        let (name, encoded) = named.split_once(' ').ok_or(CheckpointError::Malformed)?;
        let decoded = Base64::decode_vec(encoded).map_err(|_| CheckpointError::Malformed)?;
        match decoded.split_first_chunk::<4>() {
            Some((key_id, bytes)) if is_key_name(name) => {
                Ok(Self { name, key_id: *key_id, bytes: bytes.to_vec() })
            }
            _ => Err(CheckpointError::Malformed),
        }
    }
}

fn split_note(note: &str) -> Result<(&str, std::str::Split<'_, char>), CheckpointError> {
    if note.len() > MAX_NOTE_BYTES {
        return Err(CheckpointError::TooLong(note.len()));
    }
    if note.bytes().any(|b| b < 0x20 && b != b'\n') {
        return Err(CheckpointError::Malformed);
    }
    let at = note.rfind("\n\n").ok_or(CheckpointError::Malformed)?;
    let signatures = note[at + 2..].strip_suffix('\n').ok_or(CheckpointError::Malformed)?;
    Ok((&note[..=at], signatures.split('\n')))
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// ASCII decimal without sign or leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let canonical =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

/// A hash as padded base64.
pub(crate) fn hash(text: &str) -> Option<Sha256> {
    let mut bytes = [0; 32];
    let decoded = Base64::decode(text, &mut bytes).ok()?;
    Sha256::from_slice(decoded).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Key, text and signature of the package documentation of golang.org/x/mod/sumdb/note
    // (BSD-3-Clause).
    const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const GO_SEED: &str = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
    const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn key() -> LogKey {
        LogKey::from_seed("trien.example/log", &[7; 32]).unwrap()
    }

    fn head() -> TreeHead {
        TreeHead { size: 20_852_163, root: Sha256::of(b"root") }
    }

    #[test]
    fn the_note_of_the_go_documentation_verifies_and_is_made_the_same() {
        let verifier: VerifierKey = GO_KEY.parse().unwrap();
        let text = verifier.open_note(GO_NOTE).unwrap();
        let seed = Base64::decode_vec(GO_SEED).unwrap().try_into().unwrap();
        let key = LogKey::from_seed("PeterNeumann", &seed).unwrap();
        assert_eq!(key.verifier().to_string(), GO_KEY);
        assert_eq!(key.sign_note(text), GO_NOTE);
    }

    #[test]
    fn a_signed_checkpoint_opens_with_its_key() {
        let note = key().sign(head());
        let checkpoint = key().verifier().open(&note).unwrap();
        assert_eq!(checkpoint.head(), head());
        assert_eq!(checkpoint.origin, "trien.example/log");
    }

    #[test]
    fn a_verifier_key_survives_its_text() {
        let verifier = key().verifier();
        let text = verifier.to_string();
        assert_eq!(text.parse::<VerifierKey>().unwrap(), verifier);
        assert_eq!(verifier.fingerprint(), Sha256::of(text.as_bytes()));
        for bad in ["", "a+b", "a+00000000+AA==", &text.replacen("trien", "other", 1)] {
            assert_eq!(bad.parse::<VerifierKey>(), Err(InvalidVerifierKey), "{bad}");
        }
    }

    #[test]
    fn each_changed_character_of_a_note_is_refused() {
        let note = key().sign(head());
        let verifier = key().verifier();
        for (at, character) in note.char_indices() {
            let other = if character == 'A' { 'B' } else { 'A' };
            let bent = format!("{}{other}{}", &note[..at], &note[at + character.len_utf8()..]);
            assert!(verifier.open(&bent).is_err(), "at {at}");
            assert!(verifier.open(&note[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_note_of_another_log_is_told_apart_from_a_forged_one() {
        let other = LogKey::from_seed("other.example/log", &[8; 32]).unwrap();
        let foreign = key().verifier().open(&other.sign(head())).unwrap_err();
        assert_eq!(foreign, CheckpointError::OtherKey { found: "other.example/log".into() });
        let same_name = LogKey::from_seed("trien.example/log", &[8; 32]).unwrap();
        let foreign = key().verifier().open(&same_name.sign(head())).unwrap_err();
        assert!(matches!(foreign, CheckpointError::OtherKey { .. }));
        let forged = key().sign(head()).replacen("20852163", "20852164", 1);
        assert_eq!(key().verifier().open(&forged), Err(CheckpointError::WrongSignature));
    }

    #[test]
    fn a_witness_beside_the_log_does_not_disturb() {
        let witness = LogKey::from_seed("witness.example", &[9; 32]).unwrap();
        let note = key().sign(head());
        let text = split_note(&note).unwrap().0;
        let cosigned = format!(
            "{note}{}",
            split_note(&witness.sign_note(text))
                .unwrap()
                .1
                .next()
                .map(|line| format!("{line}\n"))
                .unwrap()
        );
        assert_eq!(key().verifier().open(&cosigned).unwrap().head(), head());
    }

    #[test]
    fn a_note_about_another_log_is_refused_even_when_our_key_signed_it() {
        let text = Checkpoint { origin: "x".into(), size: 1, root: Sha256::of(b"") }.text();
        let refused = key().verifier().open(&key().sign_note(&text));
        assert_eq!(refused, Err(CheckpointError::OtherOrigin("x".into())));
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".*", name in "\\PC*", tail in "\\PC*") {
            let _ = key().verifier().open(&text);
            let _ = key().verifier().open(&format!("{text}\n\n\u{2014} {name} {tail}\n"));
            let _ = text.parse::<VerifierKey>();
            let _ = format!("{name}+00000000+{tail}").parse::<VerifierKey>();
        }
    }

    #[test]
    fn sizes_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "0x1"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }
}
