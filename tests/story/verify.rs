//! What a stranger finds with nothing but files.

use trien_core::certificate::{Certificate, Crl};
use trien_core::delegation::evidence::DelegationEvidence;
use trien_core::env::Clock as _;
use trien_core::evidence::Evidence;
use trien_core::verify::{Proof, Report, Trust, verify_pdf};

use crate::support::Office;

/// Verifies a document with root and revocation lists.
pub async fn stranger(office: &Office, document: &[u8]) -> Report {
    verify_pdf(document, &trust(office).await, None)
}

/// Verifies a document with its evidence too, one for each signer.
pub async fn stranger_with_evidence(office: &Office, document: &[u8], evidence: &[&str]) -> Report {
    stranger_with_delegations(office, document, evidence, &[]).await
}

/// The same with the delegations by which something was decided in another's place.
pub async fn stranger_with_delegations(
    office: &Office,
    document: &[u8],
    evidence: &[&str],
    delegations: &[&str],
) -> Report {
    let delegations: Vec<DelegationEvidence> = delegations
        .iter()
        .map(|text| text.parse().expect("the server's evidence can be read"))
        .collect();
    let evidence: Vec<Evidence> = evidence
        .iter()
        .map(|text| text.parse().expect("the server's evidence can be read"))
        .collect();
    let key = office.app().log_key().parse().unwrap();
    let proof = Proof { evidence: &evidence, delegations: &delegations, key: &key };
    verify_pdf(document, &trust(office).await, Some(proof))
}

async fn trust(office: &Office) -> Trust {
    let root = Certificate::parse_pem(&office.app().root_pem()).unwrap();
    let crls = office.crls().await.iter().map(|der| Crl::parse(der).unwrap()).collect();
    let at = office.clock.now().second();
    Trust { anchors: root, intermediates: Vec::new(), crls, ocsp: Vec::new(), at }
}
