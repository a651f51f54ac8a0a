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
        app.writer().commit(Keep { account: officer.account, kind, file }).await?;
    }
    Ok(plan)
}

/// Looks again at the table that an officer left: others may have changed something since.
pub async fn look_again(
    app: &App,
    officer: &Officer,
    kind: Kind,
    digest: &Sha256,
) -> Result<Plan, FlowError> {
    let reach = Reach::of(app, officer).await?;
    let since = oldest(app.clock().now());
    let kept = {
        let mut connection = app.store().reader().await?;
        upload::kept(&mut connection, officer.account, kind.name(), digest, since).await?
    };
    plan(app, &reach, kind, kept.ok_or(FlowError::NotFound(Thing::Table))?).await
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
    kind: Kind,
    file: Vec<u8>,
}

#[async_trait]
impl Commit for Keep {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        upload::forget(tx.connection(), self.account, oldest(now)).await?;
        let kind = self.kind.name();
        upload::keep(tx.connection(), self.account, kind, &self.file, now).await?;
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
