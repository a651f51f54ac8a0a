//! A key outside phones, played in memory: RSA or P-256, with a certificate of an authority elsewhere.

#![allow(dead_code, reason = "flows and stories each use a part")]

use trien_core::algorithm::Scheme;
use trien_core::certificate::{
    Certificate, DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity,
};
use trien_core::document::Text;
use trien_core::env::{OsEntropy, UnixSecond};
use trien_core::signer::document::scheme_of;
use trien_core::signer::{DocumentSigner, SignerError, SoftwareSigner};

/// What a key answers to a message.
type Signs = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// A key outside phones, with a certificate of an authority elsewhere.
pub struct Token {
    /// Its certificate, then that of its authority.
    pub chain: Vec<Vec<u8>>,
    key: Box<Signs>,
}

impl Token {
    /// One that signs by `key`.
    pub fn of(
        now: UnixSecond,
        spki: &[u8],
        key: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let authority = SoftwareSigner::generate(&OsEntropy);
        let name = |name: &str| DistinguishedName::of(Text::new(name).unwrap());
        let time = Validity::days(now, 1000);
        let serial = || SerialNumber::generate(&OsEntropy);
        let (ca, own) = (name("CA chuyên dùng"), name("Nguyễn Văn An"));
        let public = authority.public_key();
        let root = TbsCertificate::prepare(Profile::Root, &serial(), &ca, &public, time).unwrap();
        let root = root.assemble(&authority.sign_now(root.to_be_signed())).unwrap();
        let profile =
            Profile::Person { issuer: &root, crl_url: "http://x.example/", ocsp_url: None };
        let own = TbsCertificate::prepare(profile, &serial(), &own, spki, time).unwrap();
        let own = own.assemble(&authority.sign_now(own.to_be_signed())).unwrap();
        Self { chain: vec![own.der().to_vec(), root.der().to_vec()], key: Box::new(key) }
    }

    /// RSA of 2048 or 3072 bits.
    pub fn rsa(now: UnixSecond, bits: u32) -> Self {
        let (key, spki): (&[u8], &[u8]) = match bits {
            2048 => (
                include_bytes!("../vectors/signers/rsa-2048.key"),
                include_bytes!("../vectors/signers/rsa-2048.spki"),
            ),
            _ => (
                include_bytes!("../vectors/signers/rsa-3072.key"),
                include_bytes!("../vectors/signers/rsa-3072.spki"),
            ),
        };
        let key = ring::rsa::KeyPair::from_der(key).unwrap();
        Self::of(now, spki, move |message| {
            let mut signature = vec![0; key.public().modulus_len()];
            let (scheme, random) =
                (&ring::signature::RSA_PKCS1_SHA256, ring::rand::SystemRandom::new());
            key.sign(scheme, &random, message, &mut signature).unwrap();
            signature
        })
    }

    /// A fresh key on P-256.
    pub fn p256(now: UnixSecond) -> Self {
        let key = SoftwareSigner::generate(&OsEntropy);
        Self::of(now, &key.public_key(), move |message| key.sign_now(message))
    }

    /// The authority above it.
    pub fn root(&self) -> Certificate {
        Certificate::parse(&self.chain[1]).unwrap()
    }
}

impl DocumentSigner for Token {
    fn certificates(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn scheme(&self) -> Scheme {
        scheme_of(Certificate::parse(&self.chain[0]).unwrap().public_key()).unwrap()
    }

    fn sign(&self, signed_attributes: &[u8]) -> Result<Vec<u8>, SignerError> {
        Ok((self.key)(signed_attributes))
    }
}
