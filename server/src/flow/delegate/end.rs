//! Ending a delegation before its time: by its giver, by its delegate, by an officer, and with a post or a key.

use async_trait::async_trait;
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{DeviceId, PersonId, UnitId};

use super::{said, turn};
use crate::app::App;
use crate::flow::account::{self, Officer, Role};
use crate::flow::act::Acted;
use crate::flow::act::kind::Kind;
use crate::flow::device::AuthenticatedDevice;
use crate::flow::{FlowError, Thing};
use crate::store::delegation::{self, PostOf};
use crate::store::job::JobKind;
use crate::writer::{Commit, CommitError, Tx};

/// Ends a delegation that the device's person gave, or lays down one that was given to them. One that has ended stays so:
/// whoever asks again after a lost answer gets the same one.
pub async fn by_party(
    app: &App,
    device: &AuthenticatedDevice,
    hash: Sha256,
    why: Text<500>,
) -> Result<(), FlowError> {
    device.require_active()?;
    app.writer().commit(ByParty { device: device.clone(), hash, why }).await?;
    turn(app, hash).await
}

/// Ends a delegation that was given in a unit within an officer's reach.
pub async fn by_officer(
    app: &App,
    officer: &Officer,
    hash: Sha256,
    why: Text<500>,
) -> Result<(), FlowError> {
    officer.require_somewhere(Role::Administrator)?;
    let unit = {
        let mut connection = app.store().reader().await?;
        let row = delegation::one(&mut connection, &hash).await?;
        said(&row.ok_or(FlowError::NotFound(Thing::Delegation))?)?.from.unit
    };
    officer.require(app, unit, &[Role::Administrator]).await.map_err(|error| match error {
        FlowError::NotFound(_) | FlowError::Forbidden => FlowError::NotFound(Thing::Delegation),
        other => other,
    })?;
    let end = ByOfficer { account: officer.account, unit, hash };
    app.writer().commit(Acted(officer.act(Some(why)), end)).await?;
    turn(app, hash).await
}

/// Who, or what, ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndedBy {
    /// Whose place it is.
    Giver,
    /// Who was to decide.
    Delegate,
    /// Whoever administers the giver's unit.
    Officer,
    /// The end of either one's post.
    Post,
    /// The key that signed it may be in other hands.
    Key,
}

impl EndedBy {
    fn name(self) -> &'static str {
        match self {
            Self::Giver => "giver",
            Self::Delegate => "delegate",
            Self::Officer => "officer",
            Self::Post => "post",
            Self::Key => "key",
        }
    }
}

struct ByParty {
    device: AuthenticatedDevice,
    hash: Sha256,
    why: Text<500>,
}

#[async_trait]
impl Commit for ByParty {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.device.still_active(tx).await?;
        let row = delegation::one(tx.connection(), &self.hash).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Delegation))?;
        let given = said(&row)?;
        let by = match self.device.person {
            person if person == given.from.person => EndedBy::Giver,
            person if person == given.to.person => EndedBy::Delegate,
            // Nobody learns of what others delegate.
            _ => return Err(FlowError::NotFound(Thing::Delegation).into()),
        };
        let mut note = serde_json::Map::new();
        note.insert("by".to_owned(), json!({ "device": self.device.id }));
        note.insert("why".to_owned(), json!(self.why));
        tx.annotate(note);
        end(tx, &self.hash, by).await
    }
}

struct ByOfficer {
    account: trien_core::id::AccountId,
    unit: UnitId,
    hash: Sha256,
}

#[async_trait]
impl Commit for ByOfficer {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        account::require_role(tx, self.account, self.unit, Role::Administrator).await?;
        end(tx, &self.hash, EndedBy::Officer).await
    }
}

/// Ends what was given from or to a post that somebody leaves, within the act by which they do.
pub(in crate::flow) async fn end_of_post(
    tx: &mut Tx<'_>,
    person: PersonId,
    unit: UnitId,
    title: &str,
) -> Result<(), CommitError> {
    let now = tx.now().second();
    let post = PostOf { person, unit, title };
    for hash in delegation::of_post(tx.connection(), post, now).await? {
        end(tx, &hash, EndedBy::Post).await?;
    }
    Ok(())
}

/// Ends what was signed by a device whose key may be in other hands.
pub(in crate::flow) async fn end_of_device(
    tx: &mut Tx<'_>,
    device: DeviceId,
) -> Result<(), CommitError> {
    let now = tx.now().second();
    for hash in delegation::of_device(tx.connection(), device, now).await? {
        end(tx, &hash, EndedBy::Key).await?;
    }
    Ok(())
}

/// Has all that count looked at again: which requests one covers has changed with the tree of units.
pub(in crate::flow) async fn look_again(tx: &mut Tx<'_>) -> Result<(), CommitError> {
    let now = tx.now();
    for hash in delegation::standing(tx.connection(), now.second()).await? {
        tx.schedule(JobKind::Delegation, hash.as_bytes(), now).await?;
    }
    Ok(())
}

/// From this commit on nothing is recorded by it; a job tells the phones.
async fn end(tx: &mut Tx<'_>, hash: &Sha256, by: EndedBy) -> Result<(), CommitError> {
    let now = tx.now();
    if delegation::end(tx.connection(), hash, now).await? != 1 {
        return Ok(());
    }
    let row = delegation::one(tx.connection(), hash).await?;
    let given = said(&row.ok_or(FlowError::NotFound(Thing::Delegation))?)?;
    let statement = json!({
        "delegation": hash,
        "person": given.from.person,
        "unit": given.from.unit,
        "before": { "state": "given" },
        "after": { "state": "ended", "ended_by": by.name() },
    });
    tx.state(Kind::DelegationEnded, given.from.person.as_bytes(), &statement).await?;
    tx.schedule(JobKind::Delegation, hash.as_bytes(), now).await?;
    Ok(())
}
