//! Revocation lists: every day, and at once when something is revoked.
//!
//! Whoever revokes says in the same transaction that a list is due ([`due`]), and makes it afterwards
//! ([`renew_now`]): a revocation holds even where the issuing key is in a token that is away. The job goes
//! on trying.

use async_trait::async_trait;
use sqlx::AnyConnection;
use trien_core::certificate::{Reason, Revocation, SerialNumber};
use trien_core::env::UnixSecond;

use super::FlowError;
use crate::app::App;
use crate::ca::{Authority, CRL_SECONDS, RootKey};
use crate::store::StoreError;
use crate::store::authority::revoked_authorities;
use crate::store::certificate::{self, CrlRow, Revoked, insert_crl, newest_crl};
use crate::store::job::{JobKind, hasten, postpone};
use crate::writer::{Commit, CommitError, Tx};

/// A list is renewed when it is so old, in seconds.
pub const PERIOD: i64 = 86_400;
/// The root's list is renewed this long before it runs out, in seconds.
pub const ROOT_MARGIN: i64 = 30 * 86_400;
/// How often a list is begun anew because something was revoked meanwhile.
const TRIES: u32 = 5;

/// Notes in the transaction that revokes that a list is due.
pub(super) async fn due(tx: &mut Tx<'_>) -> Result<(), CommitError> {
    let now = tx.now();
    hasten(tx.connection(), JobKind::RenewCrl, now).await?;
    Ok(())
}

/// Makes new lists after something was revoked. What fails is the job's to try again: that it was revoked
/// stands already.
pub(super) async fn renew_now(app: &App) {
    if let Err(error) = renew(app).await {
        tracing::error!(%error, "no new revocation list yet: it will be tried again");
    }
}

/// Makes new lists: the issuing authorities' always, the root's when it nears its end and its key is here.
/// One key that is away holds up no other list.
pub async fn renew(app: &App) -> Result<(), FlowError> {
    let now = app.clock().now().second();
    let mut failed = renew_root_in_time(app, now).await.err();
    let in_force: Vec<_> =
        app.ca().authorities().iter().filter(|it| it.certificate().not_after() > now).collect();
    // In time, so that no question waits for the issuing key.
    for authority in &in_force {
        let renewed = app.ca().renew_responder(authority, now, app.shared_entropy()).await;
        failed = renewed.err().map(FlowError::from).or(failed);
    }
    let others = failed;
    for _ in 0..TRIES {
        let (mut lists, mut failed) = (Vec::new(), None);
        for authority in &in_force {
            match New::make_if_due(app, authority).await {
                Ok(new) => lists.extend(new),
                Err(error) => failed = Some(error),
            }
        }
        let failed = failed.or_else(|| others.clone());
        let then = if failed.is_none() { Then::Tomorrow } else { Then::AsPlanned };
        if app.writer().commit(Publish { lists, then }).await?.value == Published::All {
            return failed.map_or(Ok(()), Err);
        }
    }
    Err(FlowError::Unavailable("certificates are revoked faster than lists are made".to_owned()))
}

async fn renew_root_in_time(app: &App, now: UnixSecond) -> Result<(), FlowError> {
    let list = newest(app, &app.ca().root_name()).await?;
    if list.is_some_and(|list| list.next_update >= now.plus(ROOT_MARGIN)) {
        return Ok(());
    }
    if app.ca().has_root_key() {
        return renew_root(app, &RootKey::Vault).await;
    }
    tracing::warn!(
        "the root's revocation list nears its end: bring its key and run `trien authority root-list \
         --root-key FILE`"
    );
    Ok(())
}

/// When the root's list ends, if that is soon and nobody renews it here.
pub async fn root_list_ends(app: &App) -> Result<Option<UnixSecond>, FlowError> {
    if app.ca().has_root_key() {
        return Ok(None);
    }
    let soon = app.clock().now().second().plus(ROOT_MARGIN);
    let ends = newest(app, &app.ca().root_name()).await?.map(|list| list.next_update);
    Ok(ends.filter(|ends| *ends < soon))
}

/// Makes a new list of the root.
pub async fn renew_root(app: &App, key: &RootKey) -> Result<(), FlowError> {
    let new = New::of_root(app, key, None).await?;
    match app.writer().commit(Publish { lists: vec![new], then: Then::AsPlanned }).await?.value {
        Published::All => Ok(()),
        Published::Overtaken => Err(FlowError::Unavailable("another list was made".to_owned())),
    }
}

/// The newest list of an authority.
pub(super) async fn newest(app: &App, name: &str) -> Result<Option<CrlRow>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(newest_crl(&mut connection, name).await?)
}

/// What an authority revoked: people's certificates, or issuing authorities where it is the root.
async fn revoked(connection: &mut AnyConnection, issuer: &str) -> Result<Vec<Revoked>, StoreError> {
    let mut all = certificate::revoked(connection, issuer).await?;
    for authority in revoked_authorities(connection).await? {
        if authority.issuer == issuer {
            all.push(authority.entry()?);
        }
    }
    Ok(all)
}

/// A list that was signed outside the transaction.
pub(super) struct New {
    name: String,
    row: CrlRow,
    this_update: UnixSecond,
    /// What stood in the register when it was made.
    revoked: Vec<Revoked>,
}

impl New {
    /// The root's, with what it is about to revoke in the same transaction.
    pub(super) async fn of_root(
        app: &App,
        key: &RootKey,
        also: Option<&Revoked>,
    ) -> Result<Self, FlowError> {
        let name = app.ca().root_name();
        let (number, revoked) = {
            let mut connection = app.store().reader().await?;
            let newest = newest_crl(&mut connection, &name).await?;
            (newest.map_or(1, |list| list.number + 1), revoked(&mut connection, &name).await?)
        };
        let now = app.clock().now().second();
        let entries = revoked.iter().chain(also).map(entry).collect::<Result<Vec<_>, _>>()?;
        let list = app.ca().root_crl(key, number, now, &entries)?;
        let row = CrlRow { number, der: list.der, next_update: list.next_update };
        Ok(Self { name, row, this_update: now, revoked })
    }

    /// An issuing authority's, unless the newest one is of today and complete: where another authority's key
    /// is away, the job comes back often.
    async fn make_if_due(app: &App, authority: &Authority) -> Result<Option<Self>, FlowError> {
        let name = authority.name().to_owned();
        let now = app.clock().now().second();
        let (newest, revoked) = {
            let mut connection = app.store().reader().await?;
            let newest = newest_crl(&mut connection, &name).await?;
            (newest, revoked(&mut connection, &name).await?)
        };
        let made = newest.as_ref().map(|list| list.next_update.plus(-CRL_SECONDS));
        let is_complete = |made: UnixSecond| revoked.iter().all(|one| one.at.second() < made);
        if made.is_some_and(|made| now < made.plus(PERIOD) && is_complete(made)) {
            return Ok(None);
        }
        let number = newest.map_or(1, |list| list.number + 1);
        let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let list = authority.crl(number, now, &entries).await?;
        let row = CrlRow { number, der: list.der, next_update: list.next_update };
        Ok(Some(Self { name, row, this_update: now, revoked }))
    }

    /// Whether it is complete still, and the next one of its authority.
    pub(super) async fn is_next(&self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        let newest = newest_crl(tx.connection(), &self.name).await?;
        let next = newest.map_or(1, |list| list.number + 1);
        Ok(next == self.row.number && revoked(tx.connection(), &self.name).await? == self.revoked)
    }

    pub(super) async fn publish(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        Ok(insert_crl(tx.connection(), &self.name, &self.row, self.this_update).await?)
    }
}

/// Publishes lists if they are still complete, each the next one of its authority.
struct Publish {
    lists: Vec<New>,
    then: Then,
}

/// When the job has to look again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Every list is made.
    Tomorrow,
    /// Some are not.
    AsPlanned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Published {
    All,
    /// Something was revoked, or another list was made, since these were.
    Overtaken,
}

#[async_trait]
impl Commit for Publish {
    type Done = Published;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Published, CommitError> {
        for new in &self.lists {
            if !new.is_next(tx).await? {
                return Ok(Published::Overtaken);
            }
        }
        for new in &self.lists {
            new.publish(tx).await?;
        }
        if self.then == Then::Tomorrow {
            let tomorrow = tx.now().plus_seconds(PERIOD);
            postpone(tx.connection(), JobKind::RenewCrl, tomorrow).await?;
        }
        Ok(Published::All)
    }
}

fn entry(revoked: &Revoked) -> Result<Revocation, FlowError> {
    let serial = SerialNumber::from_integer(&revoked.serial)
        .map_err(|_| FlowError::Internal("a stored serial number is not one".to_owned()))?;
    Ok(Revocation { serial, at: revoked.at.second(), reason: Reason::from_code(revoked.reason) })
}
