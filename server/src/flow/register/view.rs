//! An entry as the API and the command line tell it.

use serde::Serialize;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{DeviceId, EntryId};
use trien_core::wire::{PersonView, UnitView};

use super::EntryRow;
use crate::flow::FlowError;

/// An entry of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateView {
    /// Which.
    pub id: EntryId,
    /// For which unit.
    pub unit: UnitView,
    /// Who holds it.
    pub person: PersonView,
    /// What it is for: `personal` or `agency-seal`.
    pub kind: &'static str,
    /// Where its key lives: `phone`, `token`, `sim` or `remote`.
    pub key: &'static str,
    /// Whether that key, which is outside phones, signs the documents that its holder decides on by phone.
    pub signs_documents: bool,
    /// The phone, where the key lives in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// How well the phone's keys are known to be in hardware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurance: Option<Assurance>,
    /// How often the key asks for the person, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_policy: Option<PromptPolicy>,
    /// Where it stands ([`trien_core::register::State::name`]).
    pub state: &'static str,
    /// The certificate, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertifiedView>,
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertifiedView {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// The issuer's name (RFC 4514).
    pub issuer: String,
    /// The subject's name (RFC 4514).
    pub subject: String,
    /// Valid from this second on.
    pub not_before: UnixSecond,
    /// Valid until this second.
    pub not_after: UnixSecond,
    /// When it was issued, or recorded here.
    pub issued_at: Timestamp,
    /// Whether it is valid for longer than allowed: five years for a first certificate, three for a renewal.
    pub exceeds: bool,
}

impl TryFrom<EntryRow> for CertificateView {
    type Error = FlowError;

    fn try_from(entry: EntryRow) -> Result<Self, FlowError> {
        let certificate = match &entry.certificate {
            None => None,
            Some(certificate) => {
                let facts = certificate.facts()?;
                Some(CertifiedView {
                    sha256: certificate.sha256,
                    serial: facts.serial,
                    issuer: facts.issuer,
                    subject: facts.subject,
                    not_before: certificate.not_before,
                    not_after: certificate.not_after,
                    issued_at: certificate.issued_at,
                    exceeds: entry.exceeds,
                })
            }
        };
        Ok(Self {
            id: entry.id,
            unit: entry.unit,
            person: entry.person,
            kind: entry.kind.name(),
            key: entry.home.name(),
            signs_documents: entry.signs_documents,
            device: entry.device.map(|(device, _)| device),
            assurance: entry.assurance,
            prompt_policy: entry.prompt_policy,
            state: entry.state.name(),
            certificate,
        })
    }
}
