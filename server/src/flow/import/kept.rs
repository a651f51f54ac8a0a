//! A table between being looked at and being carried out.

use async_trait::async_trait;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::{Kind, Plan, Reach, plan};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::{FlowError, Thing};
use crate::store::upload;
use crate::writer::{Commit, CommitError, Tx};

/// How long a table waits, in seconds.
const KEPT_SECONDS: i64 = 3_600;

/// Looks at a table for an officer, and keeps it if it can be carried out.
pub async fn look(
    app: &App,
    officer: &Officer,
    kind: Kind,
    file: Vec<u8>,
) -> Result<Plan, FlowError> {
    let reach = Reach::of(app, officer).await?;
    let plan = plan(app, &reach, kind, file.clone()).await?;
    if plan.is_ready() {
        keep(app, officer, kind.name(), file).await?;
    }
    Ok(plan)
}

/// Keeps a file that an officer has looked at, in place of any other that this one left.
pub(in crate::flow) async fn keep(
    app: &App,
    officer: &Officer,
    kind: &'static str,
    file: Vec<u8>,
) -> Result<(), FlowError> {
    app.writer().commit(Keep { account: officer.account, kind, file }).await?;
    Ok(())
}

/// The file of this digest that an officer left, for as long as it is kept.
pub(in crate::flow) async fn kept(
    app: &App,
    officer: &Officer,
    kind: &str,
    digest: &Sha256,
) -> Result<Vec<u8>, FlowError> {
    let since = oldest(app.clock().now());
    let mut connection = app.store().reader().await?;
    let kept = upload::kept(&mut connection, officer.account, kind, digest, since).await?;
    kept.ok_or(FlowError::NotFound(Thing::Table))
}

/// Looks again at the table that an officer left: others may have changed something since.
pub async fn look_again(
    app: &App,
    officer: &Officer,
    kind: Kind,
    digest: &Sha256,
) -> Result<Plan, FlowError> {
    let reach = Reach::of(app, officer).await?;
    let kept = kept(app, officer, kind.name(), digest).await?;
    plan(app, &reach, kind, kept).await
}

/// Forgets the table that an officer left.
pub async fn forget(app: &App, officer: &Officer) -> Result<(), FlowError> {
    app.writer().commit(Forget(officer.account)).await?;
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() - KEPT_SECONDS * 1000)
}

struct Keep {
    account: AccountId,
    kind: &'static str,
    file: Vec<u8>,
}

#[async_trait]
impl Commit for Keep {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        upload::forget(tx.connection(), self.account, oldest(now)).await?;
        upload::keep(tx.connection(), self.account, self.kind, &self.file, now).await?;
        Ok(())
    }
}

struct Forget(AccountId);

#[async_trait]
impl Commit for Forget {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        upload::forget(tx.connection(), self.0, oldest(now)).await?;
        Ok(())
    }
}
