//! All that a verification may use: what the verifier brought, and what the document carries.

use std::cell::Cell;
use std::collections::HashSet;

use crate::certificate::{Certificate, Chain, ChainError, Crl, OcspResponse, find_chain_within};
use crate::digest::Sha256;
use crate::env::UnixSecond;

use super::Trust;
use super::dss::Store;

// 64 signatures with a timestamp each need some 800; a hostile file would ask for millions.
const MAX_SIGNATURE_CHECKS: usize = 4096;
// Kept in memory at once.
const MAX_STATEMENTS: usize = 1024;
const MAX_CERTIFICATES: usize = 2048;

/// All that a verification may use.
pub(super) struct Material<'t> {
    trust: &'t Trust,
    certificates: Vec<Certificate>,
    crls: Vec<Crl>,
    ocsp: Vec<OcspResponse>,
    known: HashSet<Sha256>,
    checks_left: Cell<usize>,
}

impl<'t> Material<'t> {
    pub(super) fn new(trust: &'t Trust, store: &Store) -> Self {
        let mut material = Self {
            trust,
            certificates: trust.intermediates.clone(),
            crls: Vec::new(),
            ocsp: Vec::new(),
            known: HashSet::new(),
            checks_left: Cell::new(MAX_SIGNATURE_CHECKS),
        };
        for der in &store.certificates {
            if let Ok(certificate) = Certificate::parse(der) {
                material.add_certificate(&certificate);
            }
        }
        material.add_revocation(&store.crls, &store.ocsp);
        material
    }

    pub(super) fn add_certificate(&mut self, certificate: &Certificate) {
        if self.certificates.len() < MAX_CERTIFICATES && self.known.insert(certificate.sha256()) {
            self.certificates.push(certificate.clone());
        }
    }

    /// Takes lists and answers in DER; those that cannot be read are left out.
    pub(super) fn add_revocation(&mut self, crls: &[Vec<u8>], ocsp: &[Vec<u8>]) {
        for der in crls {
            if self.is_new(der) {
                self.crls.extend(Crl::parse(der));
            }
        }
        for der in ocsp {
            if self.is_new(der) {
                self.ocsp.extend(OcspResponse::parse(der));
            }
        }
    }

    fn is_new(&mut self, der: &[u8]) -> bool {
        self.crls.len() + self.ocsp.len() < MAX_STATEMENTS && self.known.insert(Sha256::of(der))
    }

    /// When the verification takes place.
    pub(super) fn now(&self) -> UnixSecond {
        self.trust.at
    }

    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub(super) fn crls(&self) -> impl Iterator<Item = &Crl> {
        self.trust.crls.iter().chain(&self.crls)
    }

    pub(super) fn ocsp(&self) -> impl Iterator<Item = &OcspResponse> {
        self.trust.ocsp.iter().chain(&self.ocsp)
    }

    pub(super) fn chain<'a>(
        &'a self,
        leaf: &'a Certificate,
        at: UnixSecond,
    ) -> Result<Chain<'a>, ChainError> {
        let mut left = self.checks_left.get();
        let found = find_chain_within(leaf, &self.certificates, &self.trust.anchors, at, &mut left);
        self.checks_left.set(left);
        found
    }

    /// Whether one more signature may be verified.
    pub(super) fn may_check(&self) -> bool {
        let left = self.checks_left.get();
        self.checks_left.set(left.saturating_sub(1));
        left > 0
    }
}
