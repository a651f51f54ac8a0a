//! CMS signatures of documents (RFC 5652), at the level `PAdES` B-B (ETSI EN 319 142-1 §6.3).
//!
//! Two pure steps: [`signed_attributes`] gives the bytes that the approval key signs,
//! [`assemble`] puts the answer into a `SignedData`. One private attribute carries the hash of the
//! decision, so that one prompt and one signature bind both. [`read`] takes apart any signature
//! that was made by others.

mod read;
mod timestamp;

pub use read::{Content, ReadError, SignedData, SignerId, SigningCertificate, read};
pub use timestamp::{TimestampToken, read_timestamp};

use crate::algorithm::{Digest, Scheme};
use crate::asn1::{
    self, INTEGER, InvalidDer, OCTET_STRING, OID, SEQUENCE, SET, context_constructed, write,
    write_set_of, write_unsigned,
};
use crate::certificate::{Certificate, CertificateError};
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::oid;
use crate::signer::{DocumentSigner, SignerError, document};

/// The object identifier of the signed attribute that holds the hash of the decision: an OCTET
/// STRING of 32 bytes. The arc is the UUID f3ec6a67-f4c5-4f3d-9ec0-bef203b9278d (X.667).
pub const DECISION_HASH_OID: &str = "2.25.324229943206020377468765190240175990669";

/// Why a signature was not assembled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// No certificate was given.
    #[error("a signature needs the certificate of its signer")]
    NoCertificate,
    /// A certificate cannot be read.
    #[error("a certificate cannot be read: {0}")]
    Certificate(#[from] CertificateError),
    /// The signed attributes are not those that [`signed_attributes`] makes.
    #[error("the signed attributes are not in the form that this product signs")]
    Attributes(#[from] InvalidDer),
    /// The signed attributes name another certificate than the first one given.
    #[error("the signed attributes name another certificate")]
    OtherCertificate,
    /// The signature does not verify under the certificate's key.
    #[error(transparent)]
    Signature(#[from] SignerError),
}

/// What the approval key signs for a document: the DER of the signed attributes, as a SET OF with
/// tag 0x31 (RFC 5652 §5.4), in DER order.
///
/// `byte_range_digest` is the SHA-256 over the `/ByteRange` of the document. There is no signing
/// time: `PAdES` keeps it in `/M`, which the digest covers.
#[must_use]
pub fn signed_attributes(
    byte_range_digest: Sha256,
    certificate_der: &[u8],
    decision: DecisionHash,
) -> Vec<u8> {
    let certificate_hash = Sha256::of(certificate_der);
    // ESSCertIDv2 with its default algorithm, SHA-256, and without issuerSerial, which
    // ETSI EN 319 122-1 §5.2.2.3 leaves out.
    let certificate_id = write(
        SEQUENCE,
        &[&write(SEQUENCE, &[&write(OCTET_STRING, &[certificate_hash.as_bytes()])])],
    );
    write_set_of(
        SET,
        vec![
            attribute(oid::CONTENT_TYPE, &write(OID, &[oid::DATA])),
            attribute(oid::MESSAGE_DIGEST, &write(OCTET_STRING, &[byte_range_digest.as_bytes()])),
            attribute(oid::SIGNING_CERTIFICATE_V2, &write(SEQUENCE, &[&certificate_id])),
            attribute(
                oid::COMMITMENT_TYPE,
                &write(SEQUENCE, &[&write(OID, &[oid::PROOF_OF_APPROVAL])]),
            ),
            attribute(oid::DECISION_HASH, &write(OCTET_STRING, &[decision.0.as_bytes()])),
        ],
    )
}

fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[kind]), &write(SET, &[value])])
}

/// Puts the approval key's signature over `attributes` into a `SignedData`, wrapped in `ContentInfo`.
///
/// The signer's certificate comes first in `certificates_der`, its issuers may follow. The
/// signature may be DER or raw; it is verified and stored as DER with the lower `s`, so equal
/// input gives equal bytes.
pub fn assemble(
    attributes: &[u8],
    signature: &[u8],
    certificates_der: &[&[u8]],
) -> Result<Vec<u8>, CmsError> {
    assemble_as(&Scheme::Ecdsa(Digest::Sha256), attributes, signature, certificates_der)
}

/// The same for a signature of any key that signs documents: P-256 as above, or RSA from 2048 bits.
pub fn assemble_as(
    scheme: &Scheme,
    attributes: &[u8],
    signature: &[u8],
    certificates_der: &[&[u8]],
) -> Result<Vec<u8>, CmsError> {
    let signer_der = *certificates_der.first().ok_or(CmsError::NoCertificate)?;
    let signer = Certificate::parse(signer_der)?;
    for issuer in &certificates_der[1..] {
        let issuer = Certificate::parse(issuer)?;
        // A reader finds the signer by these two, and may take whichever comes first.
        if issuer.issuer() == signer.issuer() && issuer.serial() == signer.serial() {
            return Err(CmsError::OtherCertificate);
        }
    }
    let set = asn1::single(attributes, SET)?;
    if read::Attributes::of(set.value)?.certificate_hash() != Some(signer.sha256()) {
        return Err(CmsError::OtherCertificate);
    }
    let signature = document::normalise(scheme, signature, attributes, signer.public_key())?;

    // Absent parameters: RFC 5754 §2.
    let sha_256 = write(SEQUENCE, &[&write(OID, &[oid::SHA_256])]);
    let algorithm = document::algorithm_identifier(scheme).ok_or(SignerError::UnusableKey)?;
    let version_1 = write_unsigned(&[1]);
    let signer_info = write(
        SEQUENCE,
        &[
            &version_1,
            &write(SEQUENCE, &[signer.issuer(), &write(INTEGER, &[signer.serial().as_bytes()])]),
            &sha_256,
            &write(context_constructed(0), &[set.value]),
            &algorithm,
            &write(OCTET_STRING, &[&signature]),
        ],
    );
    let certificates = certificates_der.iter().map(|der| der.to_vec()).collect();
    let signed_data = write(
        SEQUENCE,
        &[
            &version_1,
            &write(SET, &[&sha_256]),
            &write(SEQUENCE, &[&write(OID, &[oid::DATA])]),
            &write_set_of(context_constructed(0), certificates),
            &write(SET, &[&signer_info]),
        ],
    );
    Ok(write(
        SEQUENCE,
        &[&write(OID, &[oid::SIGNED_DATA]), &write(context_constructed(0), &[&signed_data])],
    ))
}

/// Asks a foreign key to sign `attributes`, and assembles what it answers.
pub fn sign(attributes: &[u8], key: &dyn DocumentSigner) -> Result<Vec<u8>, CmsError> {
    let certificates: Vec<&[u8]> = key.certificates().iter().map(Vec::as_slice).collect();
    assemble_as(&key.scheme(), attributes, &key.sign(attributes)?, &certificates)
}

#[cfg(all(test, feature = "software-signer"))]
mod tests;
