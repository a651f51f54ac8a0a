//! A root, an issuing authority and people, made by the core for one run.

use std::io;
use std::path::Path;

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use trien_core::certificate::{
    Certificate, DistinguishedName, IssueError, Profile, SerialNumber, TbsCertificate, TbsCrl,
    Validity,
};
use trien_core::document::Text;
use trien_core::env::{Entropy, UnixSecond};
use trien_core::signer::SoftwareSigner;

/// Named in the certificates; the judges are handed the lists and never ask for them.
const CRL_URL: &str = "http://127.0.0.1/issuing.crl";
const DAY_SECONDS: i64 = 86_400;

/// Who signs, in this order.
pub const PEOPLE: [&str; 3] = ["Nguyễn Văn An", "Trần Thị Bình", "Văn thư UBND xã"];

/// A person's key, which stands for the phone's chip: as quick as there is one in software, so that
/// what is measured with it is ours, and with either of the two possible `s`, as chips sign.
pub struct PersonKey(EcdsaKeyPair);

impl PersonKey {
    fn generate() -> Result<Self, ring::error::Unspecified> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let file = EcdsaKeyPair::generate_pkcs8(algorithm, &random)?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, file.as_ref(), &random);
        key.map(Self).map_err(|_| ring::error::Unspecified)
    }

    /// The public key as DER `SubjectPublicKeyInfo`, whose head is the same for all P-256 keys
    /// (RFC 5480 §2).
    fn public_key(&self) -> Vec<u8> {
        const HEAD: [u8; 26] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
            0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ];
        [&HEAD, self.0.public_key().as_ref()].concat()
    }

    pub fn sign_now(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(&SystemRandom::new(), message);
        signature.expect("the system has random numbers").as_ref().to_vec()
    }
}

pub struct TestPki {
    people: Vec<(PersonKey, Certificate)>,
    pub issuing: Certificate,
    root: Certificate,
    lists: [(&'static str, Vec<u8>); 2],
}

impl TestPki {
    pub fn new(entropy: &dyn Entropy, now: UnixSecond) -> Result<Self, IssueError> {
        let [root_key, issuing_key] = [(); 2].map(|()| SoftwareSigner::generate(entropy));
        let issue = |profile: Profile<'_>, name: &str, subject: &[u8], issuer: &SoftwareSigner| {
            let name = DistinguishedName::of(Text::new(name).expect("a short name"));
            let serial = SerialNumber::generate(entropy);
            let validity = Validity::days(now, 30);
            let tbs = TbsCertificate::prepare(profile, &serial, &name, subject, validity)?;
            tbs.assemble(&issuer.sign_now(tbs.to_be_signed()))
        };
        let root = issue(Profile::Root, "Gốc thử nghiệm", &root_key.public_key(), &root_key)?;
        let profile = Profile::Issuing { issuer: &root, crl_url: CRL_URL };
        let public_key = issuing_key.public_key();
        let issuing = issue(profile, "Cấp chứng thư thử nghiệm", &public_key, &root_key)?;
        let mut people = Vec::new();
        for name in PEOPLE {
            let key = PersonKey::generate().expect("the system has random numbers");
            let profile = Profile::Person { issuer: &issuing, crl_url: CRL_URL, ocsp_url: None };
            let certificate = issue(profile, name, &key.public_key(), &issuing_key)?;
            people.push((key, certificate));
        }
        let list = |issuer: &Certificate, key: &SoftwareSigner| {
            let list = TbsCrl::prepare(issuer, 1, now, now.plus(7 * DAY_SECONDS), &[])?;
            list.assemble(&key.sign_now(list.to_be_signed()))
        };
        let lists =
            [("root.crl", list(&root, &root_key)?), ("issuing.crl", list(&issuing, &issuing_key)?)];
        Ok(Self { people, issuing, root, lists })
    }

    /// The key and the certificate of a signer, from 1.
    pub fn signer(&self, number: u8) -> (&PersonKey, &Certificate) {
        let (key, certificate) = &self.people[usize::from(number) - 1];
        (key, certificate)
    }

    /// Writes what a stranger needs: `root.pem`, `root.crl`, `issuing.crl`.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("root.pem"), self.root.to_pem())?;
        self.lists.iter().try_for_each(|(name, list)| std::fs::write(folder.join(name), list))
    }
}
