//! Levels of units: the list, one more, another name. Every unit of the server may have one, so that only
//! whoever administers from the top of a tree changes them.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};

use super::FlowError;
use super::account::{Officer, Role, require_role};
use super::act::kind::Kind;
use super::act::{Act, Acted};
use crate::app::App;
use crate::fold;
use crate::store::StoreError;
use crate::store::directory;
use crate::store::level;
pub use crate::store::level::Level;
use crate::writer::{Commit, CommitError, Tx};

/// Most levels: a tree of units is not deeper.
const MOST: usize = 64;

/// All levels, the highest first.
pub async fn all(app: &App) -> Result<Vec<Level>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(level::all(&mut connection).await?)
}

/// The level of a unit, if it has one.
pub async fn of_unit(app: &App, unit: UnitId) -> Result<Option<Level>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(level::of_unit(&mut connection, unit).await?)
}

/// The unit without one above it that somebody administers.
async fn top(app: &App, officer: &Officer) -> Result<Option<UnitId>, FlowError> {
    let mut connection = app.store().reader().await?;
    for grant in officer.grants.iter().filter(|grant| grant.role == Role::Administrator) {
        if directory::line(&mut connection, grant.unit, 2).await?.len() == 1 {
            return Ok(Some(grant.unit));
        }
    }
    Ok(None)
}

/// Whether somebody may change levels.
pub async fn may_change(app: &App, officer: &Officer) -> Result<bool, FlowError> {
    Ok(top(app, officer).await?.is_some())
}

/// Who changes levels.
#[derive(Clone, Copy, Debug)]
pub enum Changer<'a> {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// Somebody who administers a unit that has none above it.
    Officer(&'a Officer),
}

/// What is asked again when it is written.
#[derive(Clone, Copy)]
enum By {
    CommandLine,
    Account(AccountId, UnitId),
}

impl Changer<'_> {
    async fn by(self, app: &App) -> Result<By, FlowError> {
        match self {
            Self::CommandLine => Ok(By::CommandLine),
            Self::Officer(officer) => {
                let top = top(app, officer).await?.ok_or(FlowError::Forbidden)?;
                Ok(By::Account(officer.account, top))
            }
        }
    }

    fn act(self, why: Option<Text<500>>) -> Act {
        match self {
            Self::CommandLine => Act { why, ..Act::COMMAND_LINE },
            Self::Officer(officer) => officer.act(why),
        }
    }
}

impl By {
    async fn require(self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        match self {
            Self::CommandLine => Ok(()),
            Self::Account(account, unit) => {
                require_role(tx, account, unit, Role::Administrator).await
            }
        }
    }
}

/// Adds a level right below another one, or above all; gives it with its code, which is made of the name and
/// stands for it in tables.
pub async fn add(
    app: &App,
    changer: Changer<'_>,
    name: &Text<100>,
    above: Option<&str>,
    why: Option<Text<500>>,
) -> Result<Level, FlowError> {
    let by = changer.by(app).await?;
    let code = fold::words(name.as_str()).join("-");
    let level = Level { code, name: name.as_str().to_owned() };
    let add = Add { level, above: above.map(ToOwned::to_owned), by };
    Ok(app.writer().commit(Acted(changer.act(why), add)).await?.value)
}

/// Gives a level another name; units and tables keep it by its code.
pub async fn rename(
    app: &App,
    changer: Changer<'_>,
    code: &str,
    name: &Text<100>,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    let by = changer.by(app).await?;
    let rename = Rename { code: code.to_owned(), name: name.as_str().to_owned(), by };
    app.writer().commit(Acted(changer.act(why), rename)).await?;
    Ok(())
}

/// Refuses the code of a level that is none.
pub(super) async fn require(connection: &mut AnyConnection, code: &str) -> Result<(), CommitError> {
    let there = level::all(connection).await?.iter().any(|level| level.code == code);
    if there { Ok(()) } else { Err(unknown().into()) }
}

fn unknown() -> FlowError {
    FlowError::BadRequest("there is no such level".to_owned())
}

/// Whether a table could mean one of the levels by this text.
fn means(levels: &[Level], text: &str) -> bool {
    let words = fold::words(text);
    let is = |known: &str| fold::words(known) == words;
    words.is_empty() || levels.iter().any(|level| is(&level.code) || is(&level.name))
}

struct Add {
    level: Level,
    above: Option<String>,
    by: By,
}

#[async_trait]
impl Commit for Add {
    type Done = Level;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Level, CommitError> {
        self.by.require(tx).await?;
        let levels = level::all(tx.connection()).await?;
        if means(&levels, &self.level.name) || levels.len() >= MOST {
            return Err(taken().into());
        }
        if let Some(above) = &self.above {
            require(tx.connection(), above).await?;
        }
        level::insert(tx.connection(), &self.level, self.above.as_deref()).await?;
        let Level { code, name } = &self.level;
        let after = json!({ "name": name, "above": self.above });
        let statement = json!({ "level": code, "before": null, "after": after });
        tx.state(Kind::LevelAdded, code.as_bytes(), &statement).await?;
        Ok(self.level.clone())
    }
}

fn taken() -> FlowError {
    let why = "a level of that name is there already, or the name has no letters";
    FlowError::BadRequest(why.to_owned())
}

struct Rename {
    code: String,
    name: String,
    by: By,
}

#[async_trait]
impl Commit for Rename {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        self.by.require(tx).await?;
        let mut levels = level::all(tx.connection()).await?;
        let at = levels.iter().position(|level| level.code == self.code);
        let before = levels.remove(at.ok_or_else(unknown)?).name;
        if means(&levels, &self.name) {
            return Err(taken().into());
        }
        let (code, name) = (&self.code, &self.name);
        if level::rename(tx.connection(), code, &before, name).await? == 0 {
            return Err(StoreError::Corrupt("level").into());
        }
        let (before, after) = (json!({ "name": before }), json!({ "name": name }));
        let statement = json!({ "level": code, "before": before, "after": after });
        tx.state(Kind::LevelRenamed, code.as_bytes(), &statement).await?;
        Ok(())
    }
}
