//! A root, an issuing authority and people, made by the core for one run.

use std::io;
use std::path::Path;

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

pub struct TestPki {
    people: Vec<(SoftwareSigner, Certificate)>,
    pub issuing: Certificate,
    root: Certificate,
    lists: [(&'static str, Vec<u8>); 2],
}

impl TestPki {
    pub fn new(entropy: &dyn Entropy, now: UnixSecond) -> Result<Self, IssueError> {
        let [root_key, issuing_key] = [(); 2].map(|()| SoftwareSigner::generate(entropy));
        let issue = |profile: Profile<'_>,
                     name: &str,
                     subject: &SoftwareSigner,
                     issuer: &SoftwareSigner| {
            let name = DistinguishedName::of(Text::new(name).expect("a short name"));
            let serial = SerialNumber::generate(entropy);
            let validity = Validity::days(now, 30);
            let tbs =
                TbsCertificate::prepare(profile, &serial, &name, &subject.public_key(), validity)?;
            tbs.assemble(&issuer.sign_now(tbs.to_be_signed()))
        };
        let root = issue(Profile::Root, "Gốc thử nghiệm", &root_key, &root_key)?;
        let profile = Profile::Issuing { issuer: &root, crl_url: CRL_URL };
        let issuing = issue(profile, "Cấp chứng thư thử nghiệm", &issuing_key, &root_key)?;
        let mut people = Vec::new();
        for name in PEOPLE {
            let key = SoftwareSigner::generate(entropy);
            let profile = Profile::Person { issuer: &issuing, crl_url: CRL_URL };
            let certificate = issue(profile, name, &key, &issuing_key)?;
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
    pub fn signer(&self, number: u8) -> (&SoftwareSigner, &Certificate) {
        let (key, certificate) = &self.people[usize::from(number) - 1];
        (key, certificate)
    }

    /// Writes what a stranger needs: `root.pem`, `root.crl`, `issuing.crl`.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("root.pem"), self.root.to_pem())?;
        self.lists.iter().try_for_each(|(name, list)| std::fs::write(folder.join(name), list))
    }
}
