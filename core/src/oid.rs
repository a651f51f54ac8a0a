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

    /// SHA-256 (RFC 5754 §2.2).
    SHA_256 = "2.16.840.1.101.3.4.2.1";
    /// ecdsa-with-SHA256 (RFC 5758 §3.2).
    ECDSA_WITH_SHA_256 = "1.2.840.10045.4.3.2";
    /// id-ecPublicKey (RFC 5480 §2.1.1).
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";

    /// countryName (X.520).
    COUNTRY = "2.5.4.6";
    /// organizationName (X.520).
    ORGANIZATION = "2.5.4.10";
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
    ObjectIdentifier::from_bytes(contents)
        .map_or_else(|_| uuid_dotted(contents), |oid| oid.to_string())
}

fn uuid_dotted(contents: &[u8]) -> String {
    let [0x69, arc @ ..] = contents else { return "?".to_owned() };
    let ends = arc.iter().filter(|byte| **byte & 0x80 == 0).count();
    if ends != 1 || arc.len() > 19 || arc.last().is_none_or(|last| last & 0x80 != 0) {
        return "?".to_owned();
    }
    let number = arc.iter().fold(0_u128, |sum, byte| (sum << 7) | u128::from(byte & 0x7f));
    format!("2.25.{number}")
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
}
