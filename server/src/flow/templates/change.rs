//! A new template, a new version of one, and its end: acts of a clerk, who chooses the signers of documents anyhow.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{AccountId, TemplateId, UnitId};
use trien_core::template::TemplateBody;

use super::super::account::{Officer, Role, require_role};
use super::super::act::fields::differing;
use super::super::act::{Act, Acted};
use super::super::{FlowError, Thing, desk};
use super::resolve::NoHolder;
use super::{MOST, body, seen};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::template::{self as store, TemplateRow, VersionRow};
use crate::store::{directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// Who changes templates.
#[derive(Clone, Copy, Debug)]
pub enum Changer<'a> {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// A clerk of the template's unit.
    Officer(&'a Officer),
}

impl Changer<'_> {
    fn act(self, why: Option<Text<500>>) -> Act {
        match self {
            Self::CommandLine => Act { why, ..Act::COMMAND_LINE },
            Self::Officer(officer) => officer.act(why),
        }
    }

    fn account(self) -> Option<AccountId> {
        match self {
            Self::CommandLine => None,
            Self::Officer(officer) => Some(officer.account),
        }
    }
}

/// What a version is to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What people call it; no other template of the unit is called so.
    pub name: Text<200>,
    /// What it says.
    pub body: TemplateBody,
}

/// Makes a template of a unit, for it and all below it.
pub async fn add(
    app: &App,
    changer: Changer<'_>,
    unit: UnitId,
    kind: Text<100>,
    draft: Draft,
    why: Option<Text<500>>,
) -> Result<TemplateId, FlowError> {
    if let Changer::Officer(officer) = changer {
        desk::require_clerk(app, officer, unit).await?;
    }
    body::check(&draft.body)?;
    let id = TemplateId::generate(app.clock(), app.entropy());
    let add = Add { id, unit, kind, draft, clerk: changer.account() };
    app.writer().commit(Acted(changer.act(why), add)).await?;
    Ok(id)
}

/// Makes a new version in the place of the one that was looked at; gives its number.
pub async fn edit(
    app: &App,
    changer: Changer<'_>,
    id: TemplateId,
    seen: u32,
    draft: Draft,
    why: Option<Text<500>>,
) -> Result<u32, FlowError> {
    require(app, changer, id).await?;
    body::check(&draft.body)?;
    let edit = Edit { id, seen, draft, clerk: changer.account() };
    Ok(app.writer().commit(Acted(changer.act(why), edit)).await?.value)
}

/// Ends a template: nobody submits by it any more, and the requests that went by it keep it.
pub async fn end(
    app: &App,
    changer: Changer<'_>,
    id: TemplateId,
    seen: u32,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    require(app, changer, id).await?;
    let end = End { id, seen, clerk: changer.account() };
    app.writer().commit(Acted(changer.act(why), end)).await?;
    Ok(())
}

/// Refuses whoever is no clerk of the template's unit; whoever may not even see it learns nothing of it.
async fn require(app: &App, changer: Changer<'_>, id: TemplateId) -> Result<(), FlowError> {
    let Changer::Officer(officer) = changer else { return Ok(()) };
    officer.require_somewhere(Role::Clerk)?;
    let unit = {
        let mut connection = app.store().reader().await?;
        seen(&mut connection, officer, id).await?.unit.id
    };
    officer.require(app, unit, &[Role::Clerk]).await
}

struct Add {
    id: TemplateId,
    unit: UnitId,
    kind: Text<100>,
    draft: Draft,
    clerk: Option<AccountId>,
}

#[async_trait]
impl Commit for Add {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let Self { id, unit, kind, draft, clerk } = self;
        if let Some(clerk) = clerk {
            require_role(tx, *clerk, *unit, Role::Clerk).await?;
        }
        if !reshape::stands(tx.connection(), *unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        require_free(tx.connection(), *unit, *id, &draft.name).await?;
        require_known(tx.connection(), &draft.body).await?;
        store::insert(tx.connection(), *id, *unit, kind.as_str()).await?;
        let version = version(tx, 1, draft);
        turn(tx, *id, &version).await?;
        let mut after = body::told(&version);
        after["kind"] = json!(kind);
        let statement = json!({ "template": id, "unit": unit, "before": null, "after": after });
        tx.state(Kind::TemplateAdded, id.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Edit {
    id: TemplateId,
    seen: u32,
    draft: Draft,
    clerk: Option<AccountId>,
}

#[async_trait]
impl Commit for Edit {
    type Done = u32;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<u32, CommitError> {
        let Self { id, seen, draft, clerk } = self;
        let row = standing(tx, *id, *clerk, *seen).await?;
        require_free(tx.connection(), row.unit.id, *id, &draft.name).await?;
        require_known(tx.connection(), &draft.body).await?;
        let new = version(tx, row.version.number + 1, draft);
        let (before, mut after) = (body::told(&row.version), body::told(&new));
        after["version"] = json!(row.version.number);
        if before == after {
            let why = "the new version says what the present one says";
            return Err(FlowError::BadRequest(why.to_owned()).into());
        }
        turn(tx, *id, &new).await?;
        let (before, after) = differing(&body::told(&row.version), &body::told(&new));
        let unit = row.unit.id;
        let statement = json!({ "template": id, "unit": unit, "before": before, "after": after });
        tx.state(Kind::TemplateChanged, id.as_bytes(), &statement).await?;
        Ok(new.number)
    }
}

struct End {
    id: TemplateId,
    seen: u32,
    clerk: Option<AccountId>,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let Self { id, seen, clerk } = self;
        let (row, now) = (standing(tx, *id, *clerk, *seen).await?, tx.now());
        if store::end(tx.connection(), *id, *seen, now).await? != 1 {
            return Err(FlowError::from(NoHolder::Moved).into());
        }
        let statement = json!({
            "template": id,
            "unit": row.unit.id,
            "before": { "name": row.version.name, "state": "active" },
            "after": { "state": "ended" },
        });
        tx.state(Kind::TemplateEnded, id.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// The template in the version that was looked at, of a unit in which the one who acts is still clerk.
async fn standing(
    tx: &mut Tx<'_>,
    id: TemplateId,
    clerk: Option<AccountId>,
    seen: u32,
) -> Result<TemplateRow, CommitError> {
    let row = store::one(tx.connection(), id).await?.filter(|row| row.ended_at.is_none());
    let row = row.ok_or(FlowError::NotFound(Thing::Template))?;
    if let Some(clerk) = clerk {
        require_role(tx, clerk, row.unit.id, Role::Clerk).await?;
    }
    if row.version.number == seen { Ok(row) } else { Err(FlowError::from(NoHolder::Moved).into()) }
}

fn version(tx: &Tx<'_>, number: u32, draft: &Draft) -> VersionRow {
    let (name, body) = (draft.name.to_string(), draft.body.clone());
    VersionRow { number, name, body, made_at: tx.now() }
}

async fn turn(tx: &mut Tx<'_>, id: TemplateId, to: &VersionRow) -> Result<(), CommitError> {
    match store::turn(tx.connection(), id, to).await? {
        1 => Ok(()),
        _ => Err(FlowError::from(NoHolder::Moved).into()),
    }
}

/// Refuses a name that another template of the unit has, and one template more than a unit may have.
async fn require_free(
    connection: &mut AnyConnection,
    unit: UnitId,
    id: TemplateId,
    name: &Text<200>,
) -> Result<(), CommitError> {
    let mut others = store::of_unit(connection, unit, MOST + 1).await?;
    others.retain(|other| other.id != id);
    let refused = |why: &str| Err(FlowError::BadRequest(why.to_owned()).into());
    if others.len() >= MOST as usize {
        return refused("a unit has at most 200 templates: end some");
    }
    if others.iter().any(|other| other.version.name == name.as_str()) {
        return refused("another template of the unit has that name");
    }
    Ok(())
}

/// Refuses units that have ended and people without a post.
async fn require_known(
    connection: &mut AnyConnection,
    body: &TemplateBody,
) -> Result<(), CommitError> {
    let (units, people) = body::named(body);
    for unit in units {
        if !reshape::stands(connection, unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
    }
    for person in people {
        if directory::person(connection, person).await?.is_none() {
            return Err(FlowError::NotFound(Thing::Person).into());
        }
    }
    Ok(())
}
