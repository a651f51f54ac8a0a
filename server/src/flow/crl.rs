//! Revocation lists: every day, and at once when something is revoked.

use std::sync::Arc;

use async_trait::async_trait;
use trien_core::certificate::{Revocation, SerialNumber};

use super::FlowError;
use crate::app::App;
use crate::ca::{Ca, CaError, Issuer, reason};
use crate::store::certificate::{CrlRow, Revoked, insert_crl, newest_crl, revoked};
use crate::writer::{Commit, CommitError, Tx};

/// The root's list is renewed this long before it runs out, in seconds.
const ROOT_MARGIN: i64 = 30 * 86_400;

/// Makes new lists: the issuing authority's always, the root's when it nears its end.
pub async fn renew(app: &App) -> Result<(), FlowError> {
    app.writer().commit(Renew(app.ca().clone())).await?;
    Ok(())
}

struct Renew(Arc<Ca>);

#[async_trait]
impl Commit for Renew {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let root = newest_crl(tx.connection(), &self.0.name(Issuer::Root)).await?;
        let soon = tx.now().second().plus(ROOT_MARGIN);
        if root.is_none_or(|list| list.next_update < soon) {
            publish(tx, &self.0, Issuer::Root).await?;
        }
        publish(tx, &self.0, Issuer::Issuing).await
    }
}

/// Writes a new list of everything that `issuer` has revoked.
pub(super) async fn publish(tx: &mut Tx<'_>, ca: &Ca, issuer: Issuer) -> Result<(), CommitError> {
    let name = ca.name(issuer);
    let now = tx.now().second();
    let number = newest_crl(tx.connection(), &name).await?.map_or(1, |list| list.number + 1);
    let entries = revoked(tx.connection(), &name).await?;
    let entries = entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let list = ca.crl(issuer, number, now, &entries).map_err(refused)?;
    let row = CrlRow { number, der: list.der, next_update: list.next_update };
    insert_crl(tx.connection(), &name, &row, now).await?;
    Ok(())
}

fn entry(revoked: &Revoked) -> Result<Revocation, CommitError> {
    let serial = SerialNumber::from_integer(&revoked.serial)
        .map_err(|_| FlowError::Internal("a stored serial number is not one".to_owned()))?;
    Ok(Revocation { serial, at: revoked.at.second(), reason: reason(revoked.reason) })
}

fn refused(error: CaError) -> CommitError {
    FlowError::from(error).into()
}
