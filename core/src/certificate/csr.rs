//! Certificate requests (PKCS#10, RFC 2986) with proof of possession.

use crate::asn1::{
    self, BIT_STRING, INTEGER, InvalidDer, SEQUENCE, context_constructed, write, write_bits,
    write_unsigned,
};
use crate::signer::{self, SignerError};

use super::issue::ecdsa_sha256;
use super::name::DistinguishedName;
use super::parse::readable_name;

/// The largest request that is read, in bytes.
pub const MAX_CSR_BYTES: usize = 8 * 1024;

/// Why a certificate request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsrError {
    /// Too large.
    #[error("the certificate request has {0} bytes, the limit is {MAX_CSR_BYTES}")]
    TooLarge(usize),
    /// Not DER, or not the structure of RFC 2986.
    #[error("not a certificate request in DER (RFC 2986)")]
    Malformed(#[from] InvalidDer),
    /// Another kind of key or signature.
    #[error("the request is not for a P-256 key, signed with ECDSA and SHA-256")]
    UnsupportedAlgorithm,
    /// Whoever sent it does not hold the key.
    #[error("the request is not signed by the key it names")]
    NoPossession,
}

/// A request that waits for the signature of its own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr {
    info: Vec<u8>,
    public_key: Vec<u8>,
}

impl Csr {
    /// Prepares a request for the key `spki` (DER `SubjectPublicKeyInfo`). The name is a wish: the
    /// authority writes what the register says.
    #[must_use]
    pub fn prepare(spki: &[u8], subject: &DistinguishedName) -> Self {
        let info = write(
            SEQUENCE,
            &[&write_unsigned(&[0]), &subject.to_der(), spki, &write(context_constructed(0), &[])],
        );
        Self { info, public_key: spki.to_vec() }
    }

    /// What the key signs.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.info
    }

    /// Takes the signature, DER or raw, and gives the request in DER.
    pub fn assemble(&self, signature: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = signer::normalise(signature, &self.info, &self.public_key)?;
        Ok(write(SEQUENCE, &[&self.info, &ecdsa_sha256(), &write_bits(&signature)]))
    }
}

/// A request whose sender proved to hold the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenCsr {
    /// DER `SubjectPublicKeyInfo` of the key, on P-256.
    pub public_key: Vec<u8>,
    /// The name it asks for, as RFC 4514 writes it; for the eye only.
    pub subject: String,
}

/// The key (DER `SubjectPublicKeyInfo`) of a request that was read before; nothing is verified.
#[must_use]
pub fn key_of_csr(der: &[u8]) -> Option<&[u8]> {
    let mut outer = asn1::single(der, SEQUENCE).ok()?.inside();
    let mut fields = outer.expect(SEQUENCE).ok()?.inside();
    fields.expect(INTEGER).ok()?;
    fields.expect(SEQUENCE).ok()?;
    fields.expect(SEQUENCE).ok().map(|key| key.raw)
}

/// A request in PEM (RFC 7468 §7).
#[must_use]
pub fn csr_to_pem(der: &[u8]) -> String {
    super::issue::pem("CERTIFICATE REQUEST", der)
}

/// Reads a request and verifies its signature under its own key.
pub fn parse_csr(der: &[u8]) -> Result<ProvenCsr, CsrError> {
    if der.len() > MAX_CSR_BYTES {
        return Err(CsrError::TooLarge(der.len()));
    }
    let mut outer = asn1::single(der, SEQUENCE)?.inside();
    let info = outer.expect(SEQUENCE)?;
    let algorithm = outer.expect(SEQUENCE)?;
    let signature = outer.expect(BIT_STRING)?.octets_of_bits()?;
    outer.finish()?;

    let mut fields = info.inside();
    if fields.expect(INTEGER)?.small()? != 0 {
        return Err(InvalidDer.into());
    }
    let subject = fields.expect(SEQUENCE)?.raw;
    let public_key = fields.expect(SEQUENCE)?.raw;
    fields.optional(context_constructed(0))?;
    fields.finish()?;

    if algorithm.raw != ecdsa_sha256() {
        return Err(CsrError::UnsupportedAlgorithm);
    }
    match signer::verify(signature, info.raw, public_key) {
        Ok(()) => {
            Ok(ProvenCsr { public_key: public_key.to_vec(), subject: readable_name(subject) })
        }
        Err(SignerError::NotP256) => Err(CsrError::UnsupportedAlgorithm),
        Err(_) => Err(CsrError::NoPossession),
    }
}
