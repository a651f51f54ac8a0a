//! Object identifiers, as the contents of their DER encoding.

use const_oid::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $arcs:literal;)+) => {$(
        $(#[$doc])*
        pub(crate) const $name: &[u8] = {
            const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap($arcs);
            OID.as_bytes()
        };
    )+};
}

oids! {
    /// id-data (RFC 5652 §4).
    DATA = "1.2.840.113549.1.7.1";
    /// id-signedData (RFC 5652 §5.1).
    SIGNED_DATA = "1.2.840.113549.1.7.2";
    /// id-contentType (RFC 5652 §11.1).
    CONTENT_TYPE = "1.2.840.113549.1.9.3";
    /// id-messageDigest (RFC 5652 §11.2).
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    /// id-signingTime (RFC 5652 §11.3).
    SIGNING_TIME = "1.2.840.113549.1.9.5";
    /// id-aa-signingCertificate (RFC 2634 §5.4), with SHA-1.
    SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
    /// id-aa-signatureTimeStampToken (RFC 3161 appendix A).
    SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14";
    /// id-aa-ets-commitmentType (RFC 5126 §5.11.1).
    COMMITMENT_TYPE = "1.2.840.113549.1.9.16.2.16";
    /// id-aa-signingCertificateV2 (RFC 5035 §3).
    SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
    /// id-cti-ets-proofOfApproval (RFC 5126 §5.11.1).
    PROOF_OF_APPROVAL = "1.2.840.113549.1.9.16.6.5";

    /// id-aa-ets-revocationValues (RFC 5126 §6.3.4).
    REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24";
    /// adbe-revocationInfoArchival (ISO 32000-2 §12.8.3.3.2).
    ADOBE_REVOCATION = "1.2.840.113583.1.1.8";
    /// id-aa-CMSAlgorithmProtection (RFC 6211).
    ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";
    /// id-ct-TSTInfo (RFC 3161 §2.4.2).
    TST_INFO = "1.2.840.113549.1.9.16.1.4";
    /// id-ri-ocsp-response (RFC 5940 §2.1).
    OCSP_IN_CMS = "1.3.6.1.5.5.7.16.2";

    /// MD5 (RFC 3370 §2.2).
    MD5 = "1.2.840.113549.2.5";
    /// SHA-1 (RFC 3370 §2.1).
    SHA_1 = "1.3.14.3.2.26";
    /// SHA-256 (RFC 5754 §2.2).
    SHA_256 = "2.16.840.1.101.3.4.2.1";
    /// SHA-384 (RFC 5754 §2.3).
    SHA_384 = "2.16.840.1.101.3.4.2.2";
    /// SHA-512 (RFC 5754 §2.4).
    SHA_512 = "2.16.840.1.101.3.4.2.3";
    /// SHA3-256 (RFC 8702 and NIST CSOR).
    SHA3_256 = "2.16.840.1.101.3.4.2.8";
    /// SHA3-384 (NIST CSOR).
    SHA3_384 = "2.16.840.1.101.3.4.2.9";
    /// SHA3-512 (NIST CSOR).
    SHA3_512 = "2.16.840.1.101.3.4.2.10";

    /// rsaEncryption (RFC 8017 appendix A.1).
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// id-RSASSA-PSS (RFC 4055 §3).
    RSASSA_PSS = "1.2.840.113549.1.1.10";
    /// id-mgf1 (RFC 4055 §2.2).
    MGF_1 = "1.2.840.113549.1.1.8";
    /// md5WithRSAEncryption (RFC 3279 §2.2.1).
    MD5_WITH_RSA = "1.2.840.113549.1.1.4";
    /// sha1WithRSAEncryption (RFC 3279 §2.2.1).
    SHA_1_WITH_RSA = "1.2.840.113549.1.1.5";
    /// sha256WithRSAEncryption (RFC 4055 §5).
    SHA_256_WITH_RSA = "1.2.840.113549.1.1.11";
    /// sha384WithRSAEncryption (RFC 4055 §5).
    SHA_384_WITH_RSA = "1.2.840.113549.1.1.12";
    /// sha512WithRSAEncryption (RFC 4055 §5).
    SHA_512_WITH_RSA = "1.2.840.113549.1.1.13";
    /// id-rsassa-pkcs1-v1_5-with-sha3-256 (RFC 9688 §2.1).
    SHA3_256_WITH_RSA = "2.16.840.1.101.3.4.3.14";
    /// id-rsassa-pkcs1-v1_5-with-sha3-384 (RFC 9688 §2.1).
    SHA3_384_WITH_RSA = "2.16.840.1.101.3.4.3.15";
    /// id-rsassa-pkcs1-v1_5-with-sha3-512 (RFC 9688 §2.1).
    SHA3_512_WITH_RSA = "2.16.840.1.101.3.4.3.16";
    /// ecdsa-with-SHA1 (RFC 3279 §2.2.3).
    ECDSA_WITH_SHA_1 = "1.2.840.10045.4.1";
    /// ecdsa-with-SHA256 (RFC 5758 §3.2).
    ECDSA_WITH_SHA_256 = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384 (RFC 5758 §3.2).
    ECDSA_WITH_SHA_384 = "1.2.840.10045.4.3.3";
    /// ecdsa-with-SHA512 (RFC 5758 §3.2).
    ECDSA_WITH_SHA_512 = "1.2.840.10045.4.3.4";
    /// id-ecdsa-with-sha3-256 (RFC 9688 §2.2).
    ECDSA_WITH_SHA3_256 = "2.16.840.1.101.3.4.3.10";
    /// id-ecdsa-with-sha3-384 (RFC 9688 §2.2).
    ECDSA_WITH_SHA3_384 = "2.16.840.1.101.3.4.3.11";
    /// id-ecdsa-with-sha3-512 (RFC 9688 §2.2).
    ECDSA_WITH_SHA3_512 = "2.16.840.1.101.3.4.3.12";
    /// id-Ed25519 (RFC 8410 §3).
    ED25519 = "1.3.101.112";
    /// id-ecPublicKey (RFC 5480 §2.1.1).
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /// secp256r1 (RFC 5480 §2.1.1.1).
    P_256 = "1.2.840.10045.3.1.7";
    /// secp384r1 (RFC 5480 §2.1.1.1).
    P_384 = "1.3.132.0.34";
    /// secp521r1 (RFC 5480 §2.1.1.1).
    P_521 = "1.3.132.0.35";

    /// countryName (X.520).
    COUNTRY = "2.5.4.6";
    /// organizationName (X.520).
    ORGANIZATION = "2.5.4.10";
    /// organizationalUnitName (X.520).
    ORGANIZATIONAL_UNIT = "2.5.4.11";
    /// title (X.520).
    TITLE = "2.5.4.12";
    /// commonName (X.520).
    COMMON_NAME = "2.5.4.3";
    /// serialNumber of a subject (X.520), not of a certificate.
    SUBJECT_SERIAL = "2.5.4.5";

    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// keyUsage (RFC 5280 §4.2.1.3).
    KEY_USAGE = "2.5.29.15";
    /// subjectAltName (RFC 5280 §4.2.1.6).
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// basicConstraints (RFC 5280 §4.2.1.9).
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// cRLNumber (RFC 5280 §5.2.3).
    CRL_NUMBER = "2.5.29.20";
    /// reasonCode (RFC 5280 §5.3.1).
    REASON_CODE = "2.5.29.21";
    /// cRLDistributionPoints (RFC 5280 §4.2.1.13).
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies (RFC 5280 §4.2.1.4).
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// extKeyUsage (RFC 5280 §4.2.1.12).
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// nameConstraints (RFC 5280 §4.2.1.10).
    NAME_CONSTRAINTS = "2.5.29.30";
    /// policyMappings (RFC 5280 §4.2.1.5).
    POLICY_MAPPINGS = "2.5.29.33";
    /// policyConstraints (RFC 5280 §4.2.1.11).
    POLICY_CONSTRAINTS = "2.5.29.36";
    /// inhibitAnyPolicy (RFC 5280 §4.2.1.14).
    INHIBIT_ANY_POLICY = "2.5.29.54";
    /// anyPolicy (RFC 5280 §4.2.1.4).
    ANY_POLICY = "2.5.29.32.0";
    /// issuingDistributionPoint (RFC 5280 §5.2.5).
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// expiredCertsOnCRL (X.509 §9.5.2.4).
    EXPIRED_CERTS_ON_CRL = "2.5.29.60";
    /// emailAddress in a name (RFC 2985 §5.2.1).
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

    /// anyExtendedKeyUsage (RFC 5280 §4.2.1.12).
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
    /// id-kp-emailProtection (RFC 5280 §4.2.1.12).
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    /// id-kp-timeStamping (RFC 3161 §2.3).
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    /// id-kp-OCSPSigning (RFC 6960 §4.2.2.2).
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    /// id-kp-documentSigning (RFC 9336).
    DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";
    /// Document signing as Microsoft names it.
    MICROSOFT_DOCUMENT_SIGNING = "1.3.6.1.4.1.311.10.3.12";
    /// Authentic documents trust, as Adobe names it.
    ADOBE_DOCUMENT_SIGNING = "1.2.840.113583.1.1.5";

    /// authorityInfoAccess (RFC 5280 §4.2.2.1).
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// id-ad-ocsp (RFC 5280 §4.2.2.1).
    ACCESS_OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-pkix-ocsp-nonce (RFC 9654 §2.1).
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    /// id-pkix-ocsp-basic (RFC 6960 §4.2.1).
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    /// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1).
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// id-pkix-ocsp-archive-cutoff (RFC 6960 §4.4.4).
    OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6";

    /// Android's key description (Android Open Source Project, key attestation).
    ANDROID_KEY_DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17";

    /// The nonce of App Attest (Apple, "Validating apps that connect to your server").
    APPLE_APP_ATTEST_NONCE = "1.2.840.113635.100.8.2";
}

// Arcs made from a UUID have 128 bits, which `ObjectIdentifier` refuses: hence bytes.

/// Our signed attribute "decision hash": 2.25 and UUID f3ec6a67-f4c5-4f3d-9ec0-bef203b9278d.
pub(crate) const DECISION_HASH: &[u8] = &[
    0x69, 0x83, 0xe7, 0xec, 0xb5, 0x99, 0xfe, 0xcc, 0xaa, 0xbc, 0xfb, 0x9e, 0xe0, 0xaf, 0xde, 0xa0,
    0x9d, 0xe4, 0xcf, 0x0d,
];

/// Our certificate policy "approval key": 2.25 and UUID 4ef73eac-6bd2-4912-998c-276584796222.
pub(crate) const APPROVAL_KEY_POLICY: &[u8] = &[
    0x69, 0x81, 0x9d, 0xf7, 0x9f, 0xab, 0x8d, 0xbd, 0x92, 0xa4, 0xa5, 0x99, 0xc6, 0x89, 0xec, 0xd8,
    0xa3, 0xe5, 0xc4, 0x22,
];

/// The dotted form of an identifier's contents, for messages; `?` if they are not well formed.
pub(crate) fn dotted(contents: &[u8]) -> String {
    let mut arcs = Vec::new();
    let mut arc: u128 = 0;
    for byte in contents {
        // A UUID has 128 bits; more is no identifier that anybody registered.
        if arc.leading_zeros() < 7 {
            return "?".to_owned();
        }
        arc = (arc << 7) | u128::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let ends = contents.last().is_some_and(|last| last & 0x80 == 0);
    let [first, rest @ ..] = &*arcs else { return "?".to_owned() };
    if !ends {
        return "?".to_owned();
    }
    // The first two arcs are one number (X.690 §8.19.4).
    let root = (first / 40).min(2);
    let mut text = format!("{root}.{}", first - root * 40);
    for arc in rest {
        text.push_str(&format!(".{arc}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_identifiers_are_the_uuids_they_claim() {
        for (contents, uuid) in [
            (DECISION_HASH, "f3ec6a67-f4c5-4f3d-9ec0-bef203b9278d"),
            (APPROVAL_KEY_POLICY, "4ef73eac-6bd2-4912-998c-276584796222"),
        ] {
            let uuid = uuid::Uuid::parse_str(uuid).unwrap();
            assert_eq!(dotted(contents), format!("2.25.{}", uuid.as_u128()));
        }
    }

    #[test]
    fn every_identifier_has_its_dotted_form() {
        for (contents, text) in [
            (SHA_256, "2.16.840.1.101.3.4.2.1"),
            (ED25519, "1.3.101.112"),
            (&[0x88, 0x37, 0x01][..], "2.999.1"),
            (&[0x27], "0.39"),
            (&[], "?"),
            (&[0x2a, 0x86], "?"),
            (&[0xff; 30], "?"),
        ] {
            assert_eq!(dotted(contents), text);
        }
    }
}
