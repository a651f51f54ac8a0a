//! A small office with a root, an issuing authority and one leader; the same in every run.

use crate::certificate::{
    Certificate, Crl, DistinguishedName, Profile, Revocation, SerialNumber, TbsCertificate, TbsCrl,
    Validity,
};
use crate::document::Text;
use crate::env::UnixSecond;
use crate::signer::SoftwareSigner;
use crate::verify::Trust;

use super::{Counting, software_key};

/// 2026-01-05T02:00:00Z, when the leader's certificate was issued.
pub(crate) const ISSUED_AT: UnixSecond = UnixSecond::new(1_767_578_400);

/// Where the lists would be.
const CRL_URL: &str = "http://127.0.0.1:8080/api/v1/crl/issuing.crl";

pub(crate) struct Office {
    pub(crate) root_key: SoftwareSigner,
    pub(crate) issuing_key: SoftwareSigner,
    pub(crate) person_key: SoftwareSigner,
    pub(crate) root: Certificate,
    pub(crate) issuing: Certificate,
    pub(crate) person: Certificate,
}

impl Office {
    pub(crate) fn new() -> Self {
        let (root_key, issuing_key, person_key) =
            (software_key(101), software_key(102), software_key(103));
        let ten_years = Validity::days(ISSUED_AT, 3650);
        let root = issue(
            Profile::Root,
            1,
            &name("Gốc chứng thực xã Minh Tân"),
            &root_key.public_key(),
            ten_years,
            &root_key,
        );
        let issuing = issue(
            Profile::Issuing { issuer: &root, crl_url: CRL_URL },
            2,
            &name("Cấp chứng thư xã Minh Tân"),
            &issuing_key.public_key(),
            ten_years,
            &root_key,
        );
        let person = issue(
            Profile::Person { issuer: &issuing, crl_url: CRL_URL, ocsp_url: None },
            3,
            &person_name(),
            &person_key.public_key(),
            Validity::days(ISSUED_AT, 365),
            &issuing_key,
        );
        Self { root_key, issuing_key, person_key, root, issuing, person }
    }

    /// Somebody else of this office, by the identifier in the certificate's subject.
    pub(crate) fn other(&self, subject_serial: &str) -> (Certificate, SoftwareSigner) {
        let key = software_key(104);
        let subject_serial = Some(Text::new(subject_serial).unwrap());
        let certificate = issue(
            Profile::Person { issuer: &self.issuing, crl_url: CRL_URL, ocsp_url: None },
            4,
            &DistinguishedName { subject_serial, ..person_name() },
            &key.public_key(),
            Validity::days(ISSUED_AT, 365),
            &self.issuing_key,
        );
        (certificate, key)
    }

    pub(crate) fn crl(&self, revoked: &[Revocation]) -> Vec<u8> {
        let next = ISSUED_AT.plus(30 * 86_400);
        let list = TbsCrl::prepare(&self.issuing, 7, ISSUED_AT, next, revoked).unwrap();
        list.assemble(&self.issuing_key.sign_now(list.to_be_signed())).unwrap()
    }

    pub(crate) fn root_crl(&self) -> Vec<u8> {
        let next = ISSUED_AT.plus(365 * 86_400);
        let list = TbsCrl::prepare(&self.root, 1, ISSUED_AT, next, &[]).unwrap();
        list.assemble(&self.root_key.sign_now(list.to_be_signed())).unwrap()
    }

    /// What a stranger holds who trusts this office: its root, and lists that revoke nobody.
    pub(crate) fn trusted_at(&self, at: UnixSecond) -> Trust {
        let list = |der: Vec<u8>| Crl::parse(&der).expect("our own list");
        Trust {
            anchors: vec![self.root.clone()],
            intermediates: Vec::new(),
            crls: vec![list(self.crl(&[])), list(self.root_crl())],
            ocsp: Vec::new(),
            at,
        }
    }
}

pub(crate) fn issue(
    profile: Profile<'_>,
    serial: u64,
    subject: &DistinguishedName,
    spki: &[u8],
    validity: Validity,
    key: &SoftwareSigner,
) -> Certificate {
    let serial = SerialNumber::generate(&Counting::new(serial));
    let tbs = TbsCertificate::prepare(profile, &serial, subject, spki, validity).unwrap();
    tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap()
}

pub(crate) fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName::of(Text::new(common_name).unwrap())
}

pub(crate) fn person_name() -> DistinguishedName {
    DistinguishedName {
        common_name: Text::new("Nguyễn Thị Hạnh").unwrap(),
        organization: Some(Text::new("Ủy ban nhân dân xã Minh Tân").unwrap()),
        title: Some(Text::new("Chủ tịch").unwrap()),
        subject_serial: Some(Text::new("CB-0001").unwrap()),
    }
}
