//! A P-256 key in a token: made there, found by its label, never taken out.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use p256::pkcs8::EncodePublicKey as _;
use trien_core::digest::Sha256;
use trien_core::env::{Entropy, random};

use super::access::Access;
use super::error::{Failure, KeyName, TokenError};

/// secp256r1 (RFC 5480 §2.1.1.1) as a DER object identifier, as CKA_EC_PARAMS wants it.
pub(super) const P_256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// A P-256 key of a token, called by its label.
#[derive(Clone, Copy)]
pub struct CurveKey<'a> {
    access: &'a Access,
    label: &'a str,
}

impl<'a> CurveKey<'a> {
    /// The key of this label, which need not be there yet.
    #[must_use]
    pub fn new(access: &'a Access, label: &'a str) -> Self {
        Self { access, label }
    }

    /// Makes a key that never leaves the token; gives its `SubjectPublicKeyInfo`.
    pub fn make(&self, entropy: &dyn Entropy) -> Result<Vec<u8>, TokenError> {
        let id: [u8; 16] = random(entropy);
        self.access.ask(|session| self.made(session, &id))
    }

    /// Signs a digest with ECDSA; the answer is raw, and nobody has verified it yet.
    pub fn sign(&self, digest: &Sha256) -> Result<Vec<u8>, TokenError> {
        self.access.ask(|session| {
            let key = self.find(session)?;
            Ok(session.sign(&Mechanism::Ecdsa, key, digest.as_bytes())?)
        })
    }

    /// Destroys the key.
    pub fn destroy(&self) -> Result<(), TokenError> {
        self.access.ask(|session| {
            let private = self.find(session)?;
            session.destroy_object(private)?;
            let label = Attribute::Label(self.label.as_bytes().to_vec());
            for public in
                session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY), label])?
            {
                session.destroy_object(public)?;
            }
            Ok(())
        })
    }

    fn name(&self) -> KeyName {
        KeyName { token: self.access.token.clone(), key: self.label.to_owned() }
    }

    fn find(&self, session: &Session) -> Result<ObjectHandle, Failure> {
        match self.labelled(session)?.as_slice() {
            [] => Err(TokenError::KeyMissing(self.name()).into()),
            [key] => Ok(*key),
            _ => Err(TokenError::Ambiguous(self.name()).into()),
        }
    }

    fn labelled(&self, session: &Session) -> Result<Vec<ObjectHandle>, Failure> {
        let template = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::KeyType(KeyType::EC),
            Attribute::Label(self.label.as_bytes().to_vec()),
        ];
        Ok(session.find_objects(&template)?)
    }

    fn made(&self, session: &Session, id: &[u8]) -> Result<Vec<u8>, Failure> {
        if !self.labelled(session)?.is_empty() {
            return Err(TokenError::Exists(self.name()).into());
        }
        let label = self.label.as_bytes().to_vec();
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(P_256.to_vec()),
            Attribute::Label(label.clone()),
            Attribute::Id(id.to_vec()),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(label),
            Attribute::Id(id.to_vec()),
        ];
        let (public, private) =
            session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        if !is_locked_in(session, private)? {
            session.destroy_object(private)?;
            session.destroy_object(public)?;
            return Err(TokenError::Extractable(self.name()).into());
        }
        self.public_key(session, public)
    }

    fn public_key(&self, session: &Session, key: ObjectHandle) -> Result<Vec<u8>, Failure> {
        let found = session.get_attributes(key, &[AttributeType::EcPoint])?;
        let point = found.into_iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => spki(&point),
            _ => None,
        });
        let why = "its public key is not a point of P-256".to_owned();
        let strange = TokenError::Token { token: self.access.token.clone(), why };
        point.ok_or(Failure::Known(strange))
    }
}

fn is_locked_in(session: &Session, key: ObjectHandle) -> Result<bool, Failure> {
    let asked = [AttributeType::Sensitive, AttributeType::Extractable];
    let told = session.get_attributes(key, &asked)?;
    Ok(told.contains(&Attribute::Sensitive(true)) && told.contains(&Attribute::Extractable(false)))
}

/// CKA_EC_POINT is an OCTET STRING around the point; some tokens leave the wrapping out.
fn spki(point: &[u8]) -> Option<Vec<u8>> {
    let bare = match point {
        [0x04, 0x41, bare @ ..] if bare.len() == 65 => bare,
        bare => bare,
    };
    let key = p256::PublicKey::from_sec1_bytes(bare).ok()?;
    key.to_public_key_der().ok().map(|der| der.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use trien_core::env::OsEntropy;
    use trien_core::signer::SoftwareSigner;

    use super::super::{PinSource, RefusedPin};
    use super::*;

    #[test]
    fn points_are_read_with_their_wrapping_and_without() {
        let expected = SoftwareSigner::generate(&OsEntropy).public_key();
        let bare = &expected[expected.len() - 65..];
        assert_eq!(spki(bare), Some(expected.clone()));
        let wrapped = [&[0x04, 0x41], bare].concat();
        assert_eq!(spki(&wrapped), Some(expected.clone()));
        for strange in [&[][..], &bare[..64], &wrapped[..66], &[0; 65]] {
            assert_eq!(spki(strange), None);
        }
    }

    #[test]
    fn a_missing_module_is_named() {
        let access = Access {
            module: "/nowhere/module.so".into(),
            token: "CA".to_owned(),
            pin: PinSource::AtToken,
            refused: RefusedPin::nowhere(),
        };
        let error = CurveKey::new(&access, "issuing").make(&OsEntropy).unwrap_err();
        assert!(matches!(error, TokenError::Module { .. }), "{error}");
        assert!(error.to_string().starts_with("/nowhere/module.so: "), "{error}");
    }
}
