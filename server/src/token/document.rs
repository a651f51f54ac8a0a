//! A key that signs documents: found with its certificate, and never believed without verifying.

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use trien_core::algorithm::{Digest, Scheme};
use trien_core::certificate::Certificate;
use trien_core::digest::Sha256;
use trien_core::document_signature::MAX_ISSUERS;
use trien_core::signer::document::scheme_of;
use trien_core::signer::{self, DocumentSigner, SignerError};

use super::access::Access;
use super::contents::{Held, Key, certificates, keys};
use super::error::{Failure, TokenError};

/// `DigestInfo` of SHA-256 up to the digest (RFC 8017 §9.2, note 1), for tokens that only pad and sign.
const SHA_256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// Which certificate of a token is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The only one whose key is there.
    Only,
    /// By what the token calls the certificate or its key.
    Label(String),
    /// By the SHA-256 of its DER.
    Certificate(Sha256),
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Only => f.write_str("anything"),
            Self::Label(label) => write!(f, "the label {label:?}"),
            Self::Certificate(sha256) => write!(f, "the SHA-256 {sha256}"),
        }
    }
}

impl Wanted {
    fn fits(&self, key: &Key, label: &str, certificate: &Certificate) -> bool {
        match self {
            Self::Only => true,
            Self::Label(wanted) => wanted == label || *wanted == key.label,
            Self::Certificate(sha256) => *sha256 == certificate.sha256(),
        }
    }
}

/// A key in a token with its certificate: RSA from 2048 bits, or P-256.
pub struct DocumentKey {
    access: Access,
    /// Its CKA_ID and label; handles end with a session.
    key: (Vec<u8>, String),
    certificate: Certificate,
    chain: Vec<Vec<u8>>,
    scheme: Scheme,
}

impl DocumentKey {
    /// Finds a certificate with its key. `files` are certificates from outside the token: the key's own where the
    /// token has none, and its issuers.
    pub fn find(
        access: Access,
        wanted: &Wanted,
        files: &[Certificate],
    ) -> Result<Self, TokenError> {
        let (pair, held) = access.ask(|session| {
            let held = certificates(session)?;
            Ok((choose(&access, session, &held, wanted, files)?, held))
        })?;
        let Pair { key, certificate, .. } = pair;
        let scheme = scheme_of(certificate.public_key())
            .ok_or_else(|| TokenError::OtherKind(certificate.subject_text()))?;
        let others: Vec<&Certificate> =
            held.iter().map(|held| &held.certificate).chain(files).collect();
        let chain = chain_of(&certificate, &others);
        Ok(Self { access, key: (key.id, key.label), certificate, chain, scheme })
    }

    /// Its certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs a message, and verifies the signature under the certificate before it is given out: RSASSA-PKCS1-v1_5,
    /// or ECDSA in DER with the lower `s`, both with SHA-256.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let signature = self.access.ask(|session| {
            let handle = self.handle(session)?;
            match self.scheme {
                Scheme::Ecdsa(_) => {
                    let digest = Sha256::of(message);
                    Ok(session.sign(&Mechanism::Ecdsa, handle, digest.as_bytes())?)
                }
                _ => sign_rsa(session, handle, message),
            }
        })?;
        self.verified(message, signature).ok_or_else(|| TokenError::OtherKey {
            token: self.access.token.clone(),
            subject: self.certificate.subject_text(),
        })
    }

    fn verified(&self, message: &[u8], signature: Vec<u8>) -> Option<Vec<u8>> {
        let spki = self.certificate.public_key();
        match self.scheme {
            Scheme::Ecdsa(Digest::Sha256) => signer::normalise(&signature, message, spki).ok(),
            _ => self.scheme.verify(&[message], &signature, spki).ok().map(|_| signature),
        }
    }

    fn handle(&self, session: &Session) -> Result<ObjectHandle, Failure> {
        let (id, label) = &self.key;
        let mut found = keys(session)?;
        found.retain(|key| key.id == *id && key.label == *label);
        found.pop().map(|key| key.handle).ok_or_else(|| {
            let token = self.access.token.clone();
            TokenError::NoKey { token, subject: self.certificate.subject_text() }.into()
        })
    }
}

impl DocumentSigner for DocumentKey {
    fn certificates(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn scheme(&self) -> Scheme {
        self.scheme.clone()
    }

    fn sign(&self, signed_attributes: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.sign(signed_attributes).map_err(|error| match error {
            TokenError::NotTyped { .. } => SignerError::Cancelled,
            TokenError::OtherKey { .. } => SignerError::WrongSignature,
            error => SignerError::Unavailable(error.to_string()),
        })
    }
}

struct Pair {
    key: Key,
    label: String,
    certificate: Certificate,
}

fn choose(
    access: &Access,
    session: &Session,
    held: &[Held],
    wanted: &Wanted,
    files: &[Certificate],
) -> Result<Pair, Failure> {
    let token = access.token.clone();
    let (mut pairs, mut lone) = (Vec::new(), Vec::new());
    for key in keys(session)? {
        let own: Vec<&Held> = held.iter().filter(|held| key.is_of(held)).collect();
        if own.is_empty() {
            let label = key.label.clone();
            match of_file(session, &key, files)? {
                Some(certificate) => pairs.push(Pair { key, label, certificate }),
                None => lone.push(key),
            }
        } else {
            pairs.extend(own.into_iter().map(|held| Pair {
                key: key.clone(),
                label: held.label.clone(),
                certificate: held.certificate.clone(),
            }));
        }
    }
    pairs.retain(|pair| wanted.fits(&pair.key, &pair.label, &pair.certificate));
    // A key of another kind is no answer to "the only one".
    if *wanted == Wanted::Only {
        pairs.retain(|pair| scheme_of(pair.certificate.public_key()).is_some());
    }
    if pairs.len() > 1 {
        let found = pairs.iter().map(|pair| line(&pair.certificate)).collect();
        return Err(TokenError::SeveralPairs { token, found }.into());
    }
    if let Some(pair) = pairs.pop() {
        return Ok(pair);
    }
    Err(nothing(token, held, &lone, wanted).into())
}

/// Why nothing fits, as near as it is known.
fn nothing(token: String, held: &[Held], lone: &[Key], wanted: &Wanted) -> TokenError {
    let named = |label: &str| match wanted {
        Wanted::Label(wanted) => wanted == label,
        Wanted::Only => true,
        Wanted::Certificate(_) => false,
    };
    if let Some(key) = lone.iter().find(|key| named(&key.label)) {
        return TokenError::NoCertificate { token, key: key.label.clone() };
    }
    let is = |held: &&Held| match wanted {
        Wanted::Certificate(sha256) => held.certificate.sha256() == *sha256,
        _ => named(&held.label),
    };
    match held.iter().find(is) {
        Some(held) => TokenError::NoKey { token, subject: held.certificate.subject_text() },
        None => TokenError::NoPair { token, wanted: wanted.to_string() },
    }
}

fn line(certificate: &Certificate) -> String {
    format!("{}  {}", certificate.sha256(), certificate.subject_text())
}

/// The certificate among `files` whose public key is the one beside a private key of the token.
fn of_file(
    session: &Session,
    key: &Key,
    files: &[Certificate],
) -> Result<Option<Certificate>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut beside = vec![Attribute::Class(ObjectClass::PUBLIC_KEY)];
    beside.push(match key.id.as_slice() {
        [] => Attribute::Label(key.label.clone().into_bytes()),
        id => Attribute::Id(id.to_vec()),
    });
    let mut objects = session.find_objects(&beside)?;
    // The modulus is public, and stands in the private key as well (PKCS #11 v3.0, CKA_MODULUS).
    objects.push(key.handle);
    let asked = [AttributeType::Modulus, AttributeType::EcPoint];
    let mut numbers = Vec::new();
    for object in objects {
        numbers.extend(session.get_attributes(object, &asked)?.into_iter().filter_map(|told| {
            match told {
                Attribute::Modulus(number) | Attribute::EcPoint(number) => Some(number),
                _ => None,
            }
        }));
    }
    let holds = |file: &&Certificate| {
        numbers.iter().any(|number| {
            // A point may be wrapped as an OCTET STRING, and a number begin with a zero.
            let tail = number.get(number.len().saturating_sub(64)..).unwrap_or_default();
            tail.len() == 64 && file.public_key().windows(64).any(|part| part == tail)
        })
    };
    Ok(files.iter().find(holds).cloned())
}

/// The certificate and its issuers as far as they are at hand; a root is known to who verifies.
fn chain_of(own: &Certificate, others: &[&Certificate]) -> Vec<Vec<u8>> {
    let mut chain = vec![own.clone()];
    while chain.len() <= MAX_ISSUERS {
        let last = &chain[chain.len() - 1];
        let issued = |one: &&&Certificate| {
            one.subject() == last.issuer()
                && one.subject() != one.issuer()
                && last.is_signed_by(one.public_key())
        };
        match others.iter().find(issued) {
            Some(issuer) => chain.push((**issuer).clone()),
            None => break,
        }
    }
    chain.iter().map(|certificate| certificate.der().to_vec()).collect()
}

fn sign_rsa(session: &Session, key: ObjectHandle, message: &[u8]) -> Result<Vec<u8>, Failure> {
    match session.sign(&Mechanism::Sha256RsaPkcs, key, message) {
        Err(Error::Pkcs11(RvError::MechanismInvalid | RvError::KeyTypeInconsistent, _)) => {
            let info = [&SHA_256_INFO[..], Sha256::of(message).as_bytes()].concat();
            Ok(session.sign(&Mechanism::RsaPkcs, key, &info)?)
        }
        signed => Ok(signed?),
    }
}
