use super::*;
use crate::asn1::{self, OCTET_STRING, write};

fn identifier(kind: &[u8], parameters: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[kind]), parameters])
}

fn read(der: &[u8]) -> Result<Scheme, InvalidDer> {
    Scheme::read(asn1::single(der, SEQUENCE).unwrap())
}

#[test]
fn a_name_says_how_it_was_signed() {
    let null = write(NULL, &[]);
    for (kind, parameters, expected) in [
        (oid::SHA_256_WITH_RSA, &*null, Scheme::RsaPkcs1(Digest::Sha256)),
        (oid::ECDSA_WITH_SHA_384, &[][..], Scheme::Ecdsa(Digest::Sha384)),
        (oid::ED25519, &[], Scheme::Ed25519),
        (oid::MD5_WITH_RSA, &null, Scheme::RsaPkcs1(Digest::Md5)),
        (oid::EC_PUBLIC_KEY, &[], Scheme::Unsupported("1.2.840.10045.2.1".to_owned())),
    ] {
        assert_eq!(read(&identifier(kind, parameters)), Ok(expected));
    }
    let more = [null.clone(), null].concat();
    assert_eq!(read(&identifier(oid::SHA_256_WITH_RSA, &more)), Err(InvalidDer));
}

#[test]
fn pss_without_fields_is_sha_1_with_a_salt_of_20() {
    let empty = write(SEQUENCE, &[]);
    let expected = Scheme::RsaPss { digest: Digest::Sha1, salt: 20 };
    assert_eq!(read(&identifier(oid::RSASSA_PSS, &empty)), Ok(expected));
    let digest = write(context_constructed(0), &[&identifier(oid::SHA_256, &[])]);
    let two = read(&identifier(oid::RSASSA_PSS, &write(SEQUENCE, &[&digest])));
    assert!(matches!(two, Ok(Scheme::Unsupported(_))), "{two:?}");
}

// RFC 8017 §9.2, note 1.
#[test]
fn the_prefix_of_a_digest_is_the_one_of_the_standard() {
    for (digest, expected) in [
        (Digest::Md5, "3020300c06082a864886f70d020505000410"),
        (Digest::Sha1, "3021300906052b0e03021a05000414"),
        (Digest::Sha256, "3031300d060960864801650304020105000420"),
        (Digest::Sha384, "3041300d060960864801650304020205000430"),
        (Digest::Sha512, "3051300d060960864801650304020305000440"),
    ] {
        assert_eq!(hex::encode(digest.info_prefix()), expected);
    }
}

#[test]
fn each_digest_bears_its_own_name() {
    for (digest, name, bytes) in [
        (Digest::Md5, "MD5", 16),
        (Digest::Sha1, "SHA-1", 20),
        (Digest::Sha256, "SHA-256", 32),
        (Digest::Sha384, "SHA-384", 48),
        (Digest::Sha512, "SHA-512", 64),
        (Digest::Sha3_256, "SHA3-256", 32),
        (Digest::Sha3_384, "SHA3-384", 48),
        (Digest::Sha3_512, "SHA3-512", 64),
    ] {
        assert_eq!((digest.to_string().as_str(), digest.of_parts(&[]).len()), (name, bytes));
        let identifier = identifier(digest.identifier(), &[]);
        let read = Digest::read(asn1::single(&identifier, SEQUENCE).unwrap());
        assert_eq!(read, Ok(Some(digest)));
    }
    assert_eq!(Digest::Sha256.of_parts(&[b"a", b"bc"]), Digest::Sha256.of_parts(&[b"abc"]));
}

// RFC 8032 §7.1, test 3.
#[test]
fn a_signature_of_the_standard_verifies_and_a_changed_one_does_not() {
    let key = hex::decode("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    let signature = hex::decode(
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    );
    let (key, mut signature) = (key.unwrap(), signature.unwrap());
    let spki = write(SEQUENCE, &[&identifier(oid::ED25519, &[]), &asn1::write_bits(&key)]);
    let verified = Scheme::Ed25519.verify(&[b"\xaf", b"\x82"], &signature, &spki).unwrap();
    assert_eq!(verified.algorithm, "Ed25519");
    assert_eq!(verified.weakness, None);
    assert_eq!(Scheme::Ed25519.verify(&[b"\xaf"], &signature, &spki), Err(VerifyError::Wrong));
    signature[5] ^= 1;
    assert!(Scheme::Ed25519.verify(&[b"\xaf\x82"], &signature, &spki).is_err());
    let other = Scheme::Ecdsa(Digest::Sha256).verify(&[], &signature, &spki);
    assert_eq!(other, Err(VerifyError::Wrong), "a key of another kind");
}

#[test]
fn a_key_that_verifies_anything_verifies_nothing_here() {
    // The neutral point: with a zero signature the equation of RFC 8032 holds for every message.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let spki = write(SEQUENCE, &[&identifier(oid::ED25519, &[]), &asn1::write_bits(&neutral)]);
    let signature = [neutral, [0; 32]].concat();
    assert!(Scheme::Ed25519.verify(&[b"anything"], &signature, &spki).is_err());
}

#[test]
fn keys_that_nobody_should_have_are_refused_at_once() {
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let numbers =
            write(SEQUENCE, &[&asn1::write_unsigned(modulus), &asn1::write_unsigned(exponent)]);
        let kind = identifier(oid::RSA_ENCRYPTION, &write(NULL, &[]));
        write(SEQUENCE, &[&kind, &asn1::write_bits(&numbers)])
    };
    let huge = vec![0xff; 4096];
    for spki in [
        rsa(&huge, &[1, 0, 1]),
        rsa(&[0xff; 256], &[0xff; 9]),
        rsa(&[], &[]),
        rsa(&[0xff; 256], &[]),
        write(SEQUENCE, &[]),
        write(OCTET_STRING, &[b"no key"]),
        Vec::new(),
    ] {
        let verified = Scheme::RsaPkcs1(Digest::Sha256).verify(&[b"x"], &[1; 256], &spki);
        assert!(matches!(verified, Err(VerifyError::Unsupported(_))), "{verified:?}");
    }
}
