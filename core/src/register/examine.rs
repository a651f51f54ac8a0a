//! What a certificate from elsewhere must be to stand in the register.

use crate::certificate::{BasicConstraints, Certificate, CertificateError, Purpose};
use crate::env::UnixSecond;

/// Why a certificate from elsewhere is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Unfit {
    /// Neither PEM nor DER of a certificate.
    #[error("the file is not a certificate in PEM or DER")]
    NotACertificate,
    /// More than one, and nobody said which.
    #[error("the file holds more than one certificate")]
    SeveralCertificates,
    /// An authority's own.
    #[error("the certificate is an authority's, not a signer's")]
    Authority,
    /// For servers, programs or encryption.
    #[error("the certificate is not for signing documents")]
    WrongUsage,
    /// Its time is over.
    #[error("the certificate has expired")]
    Expired,
    /// It is in the register.
    #[error("the certificate is registered already")]
    Registered,
    /// What it is to renew is over, is in a phone, or is somebody else's.
    #[error("what it is to renew is not a certificate of this holder outside phones")]
    NothingToRenew,
    /// The agency's seal, for somebody who is not the unit's clerk (R12).
    #[error("an agency's certificate is held by its clerk: give the holder a post as clerk first")]
    HolderNotClerk,
}

impl Unfit {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NotACertificate,
        Self::SeveralCertificates,
        Self::Authority,
        Self::WrongUsage,
        Self::Expired,
        Self::Registered,
        Self::NothingToRenew,
        Self::HolderNotClerk,
    ];

    /// Its name in problem codes and in the keys of its texts.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotACertificate => "not-a-certificate",
            Self::SeveralCertificates => "several-certificates",
            Self::Authority => "authority",
            Self::WrongUsage => "wrong-usage",
            Self::Expired => "expired",
            Self::Registered => "registered",
            Self::NothingToRenew => "nothing-to-renew",
            Self::HolderNotClerk => "holder-not-clerk",
        }
    }
}

/// Reads one certificate in PEM (RFC 7468) or DER that somebody may sign documents with now. Whether
/// its chain is trusted is for whoever verifies a signature; the register keeps what a holder has.
pub fn examine(file: &[u8], now: UnixSecond) -> Result<Certificate, Unfit> {
    let certificate = read(file)?;
    match certificate.basic_constraints() {
        Ok(BasicConstraints::EndEntity) => {}
        Ok(BasicConstraints::Authority { .. }) => return Err(Unfit::Authority),
        Err(_) => return Err(Unfit::NotACertificate),
    }
    Purpose::Documents.check(&certificate).map_err(|_| Unfit::WrongUsage)?;
    if certificate.not_after() < now {
        return Err(Unfit::Expired);
    }
    Ok(certificate)
}

fn read(file: &[u8]) -> Result<Certificate, Unfit> {
    let not_one = |_: CertificateError| Unfit::NotACertificate;
    // DER begins with a SEQUENCE; anything else may be text.
    if file.first() == Some(&0x30) {
        return Certificate::parse(file).map_err(not_one);
    }
    let text = std::str::from_utf8(file).map_err(|_| Unfit::NotACertificate)?;
    let mut all = Certificate::parse_pem(text).map_err(not_one)?;
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Unfit::SeveralCertificates),
        (None, _) => Err(Unfit::NotACertificate),
    }
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::certificate::{DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity};
    use crate::document::Text;
    use crate::env::OsEntropy;
    use crate::signer::SoftwareSigner;

    /// For servers alone (see `tests/vectors/README.md`).
    const SERVER: &[u8] = include_bytes!("../../../tests/vectors/certificates/tls-server.pem");
    /// An agency's, from another maker.
    const SEAL: &[u8] = include_bytes!("../../../tests/vectors/certificates/seal.pem");
    const NOW: UnixSecond = UnixSecond::new(1_795_305_600);

    /// A root and a person's certificate under it.
    fn issued() -> (Certificate, Certificate) {
        let key = SoftwareSigner::generate(&OsEntropy);
        let name = |text: &str| DistinguishedName::of(Text::new(text).unwrap());
        let make = |profile: Profile<'_>, subject: &str| {
            let serial = SerialNumber::generate(&OsEntropy);
            let validity = Validity::days(NOW, 30);
            let tbs = TbsCertificate::prepare(
                profile,
                &serial,
                &name(subject),
                &key.public_key(),
                validity,
            );
            let tbs = tbs.unwrap();
            tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap()
        };
        let root = make(Profile::Root, "Root");
        let person = make(
            Profile::Person { issuer: &root, crl_url: "http://x/y.crl", ocsp_url: None },
            "An",
        );
        (root, person)
    }

    #[test]
    fn a_signers_certificate_is_taken_in_pem_and_der_and_every_misfit_is_named() {
        let (root, person) = issued();
        assert_eq!(examine(person.der(), NOW).as_ref(), Ok(&person));
        let pem = person.to_pem();
        assert_eq!(examine(pem.as_bytes(), NOW).as_ref(), Ok(&person));
        let windows = format!("\u{feff}Bag Attributes\r\n{}", pem.replace('\n', "\r\n"));
        assert_eq!(examine(windows.as_bytes(), NOW).as_ref(), Ok(&person));
        let seal = examine(SEAL, NOW).unwrap();
        assert_eq!(seal.subject_name(), "UBND tỉnh Đồng Mây");
        let refused = |file: &[u8], now| examine(file, now).unwrap_err();
        assert_eq!(refused(root.der(), NOW), Unfit::Authority);
        assert_eq!(refused(SERVER, NOW), Unfit::WrongUsage);
        let both = format!("{pem}{}", root.to_pem());
        assert_eq!(refused(both.as_bytes(), NOW), Unfit::SeveralCertificates);
        let last = person.not_after();
        assert!(examine(person.der(), last).is_ok(), "its last second");
        assert_eq!(refused(person.der(), last.plus(1)), Unfit::Expired);
        for file in [&b""[..], b"\x30", b"%PDF-1.7", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----"] {
            assert_eq!(refused(file, NOW), Unfit::NotACertificate);
        }
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(file in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = examine(&file, NOW);
        }
    }
}
