//! Whether a decision counts while its document signature is awaited. With a post, a delegation or the level of a key may
//! end what it was made by: then nobody waits for a signature that would be refused, and the part is decided again.

use trien_core::decision::{Authority, Decision};
use trien_core::digest::Sha256;
use trien_core::document_signature::End;
use trien_core::id::{DeviceId, PersonId, UnitId};

use super::end::give_up;
use super::show::recipe_of;
use crate::flow::FlowError;
use crate::store::document_signature::{self, NewAwaited, SignatureRow};
use crate::store::{device, directory, stand_in};
use crate::writer::{CommitError, Tx};

/// As part of a change of somebody's posts.
pub(in crate::flow) async fn follow_posts(
    tx: &mut Tx<'_>,
    person: PersonId,
) -> Result<(), CommitError> {
    let awaited = document_signature::decided_by(tx.connection(), person).await?;
    withdraw(tx, awaited).await
}

/// As part of an event about a device: it is of another unit by now, or its keys are of a lower level.
pub(in crate::flow) async fn follow_device(
    tx: &mut Tx<'_>,
    device: DeviceId,
) -> Result<(), CommitError> {
    let awaited = document_signature::of_device(tx.connection(), device).await?;
    withdraw(tx, awaited).await
}

/// As part of a change of the lowest level that a unit takes, with all below it.
pub(in crate::flow) async fn follow_level(
    tx: &mut Tx<'_>,
    unit: UnitId,
) -> Result<(), CommitError> {
    let Some(branch) = directory::branch(tx.connection(), unit).await? else { return Ok(()) };
    let awaited = document_signature::of_branch(tx.connection(), &branch).await?;
    withdraw(tx, awaited).await
}

/// Ends waiting for those that count no more.
async fn withdraw(tx: &mut Tx<'_>, awaited: Vec<SignatureRow>) -> Result<(), CommitError> {
    for of in awaited {
        if !counts(tx, &of).await? {
            give_up(tx, &of, End::Withdrawn).await?;
        }
    }
    Ok(())
}

/// Whether a decision would be taken now by the post, the key and the right by which it was made, and with its stamp.
pub(super) async fn counts(tx: &mut Tx<'_>, of: &SignatureRow) -> Result<bool, CommitError> {
    let lost = |_| FlowError::Internal("an awaited signature without its decision".to_owned());
    let decision = Decision::from_cbor(&of.of.cbor).map_err(lost)?;
    let (Authority::Own { position } | Authority::Delegated { position, .. }) = &decision.authority;
    let device = device::now(tx.connection(), of.of.device).await?;
    let holds =
        device.is_some_and(|now| now.position.as_deref() == Some(position.as_str()) && now.takes());
    if !holds {
        return Ok(false);
    }
    if let Authority::Delegated { statement, .. } = &decision.authority
        && !stands_in(tx, &of.of, statement).await?
    {
        return Ok(false);
    }
    Ok(recipe_of(tx.connection(), &of.of, &decision).await?.is_some())
}

/// Whether somebody stands in for the part by this delegation still.
async fn stands_in(
    tx: &mut Tx<'_>,
    of: &NewAwaited,
    delegation: &Sha256,
) -> Result<bool, CommitError> {
    let standing = stand_in::standing_in(tx.connection(), of.part.request).await?;
    Ok(standing
        .iter()
        .any(|one| (one.part, one.person, &one.delegation) == (of.part, of.decider, delegation)))
}
