//! Deciding in another's place (KT., TL., TUQ.): giving a delegation from a phone, ending it, and showing it.
//!
//! What a delegation allows is judged when a decision is recorded ([`right`]). That somebody is shown another's parts
//! ([`parts`]) follows, in a job, whatever began or ended.

mod end;
mod give;
mod parts;
mod refused;
pub(super) mod right;
mod show;
mod stamp;

use trien_core::cose::{Content, Statement};
use trien_core::delegation::Delegation;

use super::FlowError;
use crate::store::delegation::DelegationRow;

pub use end::{by_officer, by_party};
pub(in crate::flow) use end::{end_of_device, end_of_post, look_again};
pub use give::give;
pub(in crate::flow) use parts::renew;
pub use parts::turn;
pub(crate) use parts::turned;
pub use refused::NoDelegation;
pub(in crate::flow) use show::evidence_at;
pub use show::{delegates, evidence, of_device, within_reach};

/// What a kept delegation says.
fn said(row: &DelegationRow) -> Result<Delegation, FlowError> {
    read(&row.cose)
}

fn read(cose: &[u8]) -> Result<Delegation, FlowError> {
    let defect =
        |error: &dyn std::fmt::Display| FlowError::Internal(format!("a kept delegation: {error}"));
    let statement =
        Statement::parse_as(Content::Delegation, cose).map_err(|error| defect(&error))?;
    Delegation::from_cbor(&statement.payload).map_err(|error| defect(&error))
}
