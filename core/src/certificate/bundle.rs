//! Certificates as authorities hand them out: one in DER, several in PEM (RFC 7468), or many in a
//! PKCS#7 without signers (RFC 5652 §5; `.p7b`), in DER or PEM.

use base64ct::{Base64, Encoding as _};

use crate::asn1::{self, INTEGER, InvalidDer, OID, Reader, SEQUENCE, SET, context_constructed};
use crate::oid;

use super::parse::{Certificate, CertificateError};

/// The largest file that is read, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 8 * 1024 * 1024;
/// Most certificates of one file.
pub const MAX_BUNDLE_CERTIFICATES: usize = 5_000;

/// A file is no bundle of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Too large.
    #[error("the file has {0} bytes, the limit is {MAX_BUNDLE_BYTES}")]
    TooLarge(usize),
    /// More certificates than one file may have.
    #[error("the file has more than {MAX_BUNDLE_CERTIFICATES} certificates")]
    TooMany,
    /// Somebody's secret key stands in it, which has to stay where it was made.
    #[error("the file holds a secret key")]
    SecretKey,
    /// Neither certificates nor a PKCS#7 of them. Lengths must be definite, as in DER.
    #[error("the file holds no certificate in PEM, DER or PKCS#7")]
    NoCertificate,
}

/// Reads all certificates of a file, in its order. One that cannot be read stands among the others
/// as its error, so that each can be named by its place.
pub fn read_bundle(file: &[u8]) -> Result<Vec<Result<Certificate, CertificateError>>, BundleError> {
    if file.len() > MAX_BUNDLE_BYTES {
        return Err(BundleError::TooLarge(file.len()));
    }
    let mut found = Vec::new();
    // DER begins with a SEQUENCE, which no text does.
    if file.first() == Some(&0x30) {
        read_der(file, &mut found)?;
    } else {
        read_pem(&String::from_utf8_lossy(file), &mut found)?;
    }
    if found.is_empty() { Err(BundleError::NoCertificate) } else { Ok(found) }
}

type Found = Vec<Result<Certificate, CertificateError>>;

fn push(found: &mut Found, der: &[u8]) -> Result<(), BundleError> {
    if found.len() == MAX_BUNDLE_CERTIFICATES {
        return Err(BundleError::TooMany);
    }
    found.push(Certificate::parse(der));
    Ok(())
}

fn read_der(der: &[u8], found: &mut Found) -> Result<(), BundleError> {
    if let Ok(set) = certificates_of_pkcs7(der) {
        return read_set(set, found);
    }
    // What holds secret keys begins with a version (PKCS#1, PKCS#8, PKCS#12, RFC 5915); certificates
    // do not.
    if asn1::single(der, SEQUENCE).and_then(|it| it.inside().expect(INTEGER)).is_ok() {
        return Err(BundleError::SecretKey);
    }
    // Whatever else it is, it is no certificate.
    match Certificate::parse(der) {
        Ok(_) => push(found, der),
        Err(_) => Err(BundleError::NoCertificate),
    }
}

fn read_set(mut set: Reader<'_>, found: &mut Found) -> Result<(), BundleError> {
    while !set.is_empty() {
        let member = set.next().map_err(|_| BundleError::NoCertificate)?;
        // Attribute certificates and their like have other tags.
        if member.tag == SEQUENCE {
            push(found, member.raw)?;
        }
    }
    Ok(())
}

/// The certificates of a `SignedData`, whoever signed it.
fn certificates_of_pkcs7(der: &[u8]) -> Result<Reader<'_>, InvalidDer> {
    let mut outer = asn1::single(der, SEQUENCE)?.inside();
    if outer.expect(OID)?.value != oid::SIGNED_DATA {
        return Err(InvalidDer);
    }
    let content = outer.expect(context_constructed(0))?;
    outer.finish()?;
    let mut fields = asn1::single(content.value, SEQUENCE)?.inside();
    fields.expect(INTEGER)?;
    fields.expect(SET)?;
    fields.expect(SEQUENCE)?;
    let certificates = fields.optional(context_constructed(0))?;
    fields.optional(context_constructed(1))?;
    fields.expect(SET)?;
    fields.finish()?;
    Ok(certificates.map_or(Reader(&[]), asn1::Element::inside))
}

fn read_pem(text: &str, found: &mut Found) -> Result<(), BundleError> {
    const BEGIN: &str = "-----BEGIN ";
    const DASHES: &str = "-----";
    for block in text.split(BEGIN).skip(1) {
        let Some((label, body)) = block.split_once(DASHES) else { continue };
        if label.ends_with("PRIVATE KEY") {
            return Err(BundleError::SecretKey);
        }
        let is_certificate = matches!(label, "CERTIFICATE" | "X509 CERTIFICATE");
        if !is_certificate && !matches!(label, "PKCS7" | "CMS") {
            continue;
        }
        let body = body.split_once("-----END ").map(|(body, _)| body).unwrap_or_default();
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let der = Base64::decode_vec(&body).unwrap_or_default();
        if is_certificate {
            push(found, &der)?;
        } else {
            read_der(&der, found)?;
        }
    }
    Ok(())
}

#[cfg(all(test, feature = "software-signer"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asn1::{write, write_unsigned};
    use crate::certificate::{DistinguishedName, Profile, SerialNumber, TbsCertificate, Validity};
    use crate::document::Text;
    use crate::env::{OsEntropy, UnixSecond};
    use crate::signer::SoftwareSigner;

    /// A root and so many people below it.
    fn issued(people: usize) -> Vec<Certificate> {
        let key = SoftwareSigner::generate(&OsEntropy);
        let make = |profile: Profile<'_>, name: &str| {
            let (serial, spki) = (SerialNumber::generate(&OsEntropy), key.public_key());
            let name = DistinguishedName::of(Text::new(name).unwrap());
            let validity = Validity::days(UnixSecond::new(1_795_305_600), 30);
            let tbs = TbsCertificate::prepare(profile, &serial, &name, &spki, validity).unwrap();
            tbs.assemble(&key.sign_now(tbs.to_be_signed())).unwrap()
        };
        let mut all = vec![make(Profile::Root, "Root")];
        for number in 0..people {
            let profile =
                Profile::Person { issuer: &all[0], crl_url: "http://x/y.crl", ocsp_url: None };
            let person = make(profile, &format!("An {number}"));
            all.push(person);
        }
        all
    }

    fn pkcs7(members: &[Vec<u8>]) -> Vec<u8> {
        let members: Vec<&[u8]> = members.iter().map(Vec::as_slice).collect();
        let data = write(SEQUENCE, &[&write(OID, &[oid::DATA])]);
        let signed = write(
            SEQUENCE,
            &[
                &write_unsigned(&[1]),
                &write(SET, &[]),
                &data,
                &write(context_constructed(0), &members),
                &write(SET, &[]),
            ],
        );
        write(
            SEQUENCE,
            &[&write(OID, &[oid::SIGNED_DATA]), &write(context_constructed(0), &[&signed])],
        )
    }

    fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", Base64::encode_string(der))
    }

    fn read(file: &[u8]) -> Vec<Certificate> {
        read_bundle(file).unwrap().into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn certificates_come_in_der_in_pem_and_in_pkcs7() {
        let all = issued(2);
        let members: Vec<Vec<u8>> = all.iter().map(|one| one.der().to_vec()).collect();
        assert_eq!(read(all[1].der()), all[1..2]);
        let text: String = all.iter().map(Certificate::to_pem).collect();
        let windows = text.replace('\n', "\r\n");
        let latin = [b"subject=C\xe9line\n", text.as_bytes()].concat();
        for file in [text.as_bytes(), windows.as_bytes(), &latin] {
            assert_eq!(read(file), all);
        }
        let bundle = pkcs7(&members);
        assert_eq!(read(&bundle), all);
        for label in ["PKCS7", "CMS"] {
            assert_eq!(read(pem(label, &bundle).as_bytes()), all);
        }
        let both = format!("{}{}", all[0].to_pem(), pem("PKCS7", &pkcs7(&members[1..])));
        assert_eq!(read(both.as_bytes()), all);
    }

    #[test]
    fn one_that_is_damaged_has_its_place_among_the_others() {
        let all = issued(1);
        let text = format!(
            "{}{}{}-----BEGIN CERTIFICATE-----\nAAAA",
            all[0].to_pem(),
            pem("CERTIFICATE", b"none"),
            all[1].to_pem(),
        );
        let sound: Vec<bool> =
            read_bundle(text.as_bytes()).unwrap().iter().map(Result::is_ok).collect();
        assert_eq!(sound, [true, false, true, false]);
        let damaged = pkcs7(&[write(SEQUENCE, &[b"x"]), all[1].der().to_vec()]);
        let sound: Vec<bool> = read_bundle(&damaged).unwrap().iter().map(Result::is_ok).collect();
        assert_eq!(sound, [false, true]);
    }

    #[test]
    fn what_holds_no_certificate_is_told() {
        let all = issued(0);
        let refused = |file: &[u8]| read_bundle(file).unwrap_err();
        let empty = pkcs7(&[]);
        let twice = pkcs7(&[pkcs7(&[all[0].der().to_vec()])]);
        assert!(read_bundle(&twice).unwrap()[0].is_err(), "one within the other is not opened");
        let cut = &all[0].der()[..100];
        // Streamed by others: the length is not known when it begins.
        let indefinite = [&[0x30, 0x80, 0x06, 0x09][..], oid::SIGNED_DATA, &[0, 0]].concat();
        let files: [&[u8]; 7] =
            [b"", b"\x30", b"%PDF-1.7", b"\xff\xfe\0", &empty, cut, &indefinite];
        for file in files {
            assert_eq!(refused(file), BundleError::NoCertificate);
        }
        for label in ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
            let text = format!("{}{}", all[0].to_pem(), pem(label, b"secret"));
            assert_eq!(refused(text.as_bytes()), BundleError::SecretKey);
        }
        let huge = vec![b' '; MAX_BUNDLE_BYTES + 1];
        assert_eq!(refused(&huge), BundleError::TooLarge(MAX_BUNDLE_BYTES + 1));
        let many = pem("CERTIFICATE", b"x").repeat(MAX_BUNDLE_CERTIFICATES + 1);
        assert_eq!(refused(many.as_bytes()), BundleError::TooMany);
        let many = vec![write(SEQUENCE, &[]); MAX_BUNDLE_CERTIFICATES + 1];
        assert_eq!(refused(&pkcs7(&many)), BundleError::TooMany);
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(file in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_bundle(&file);
            let _ = read_bundle(&[&[0x30][..], &file].concat());
            let _ = read_bundle(pem("PKCS7", &file).as_bytes());
        }

        #[test]
        fn no_flipped_byte_makes_it_panic(at in 0_usize..2_000, bit in 0_u8..8) {
            let all = issued(1);
            let mut file = pkcs7(&all.iter().map(|one| one.der().to_vec()).collect::<Vec<_>>());
            let place = at % file.len();
            file[place] ^= 1 << bit;
            let _ = read_bundle(&file);
        }
    }
}
