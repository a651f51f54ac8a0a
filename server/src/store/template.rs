//! Templates of routes and their versions.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{PersonId, TemplateId, UnitId};
use trien_core::template::{PostName, TemplateBody};
use trien_core::wire::{PersonView, UnitView};

use super::value::{stored_json, stored_names};
use super::{Bind as _, Columns as _, StoreError, statements};
use crate::fold;

stored_json!(TemplateBody);
stored_names!(PostName {
    PostName::Chief = "chief",
    PostName::Deputy = "deputy",
    PostName::Clerk = "clerk",
});

macro_rules! templates {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, u.id, u.name, t.kind, t.version, v.name, v.body, v.made_at, t.ended_at \
             FROM template t JOIN unit u ON u.id = t.unit \
             JOIN template_version v ON v.template = t.id AND v.version = t.version ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO template (id, unit, kind, folded, version) VALUES ($1, $2, $3, $4, 0)";
    INSERT_VERSION = "INSERT INTO template_version (template, version, name, body, made_at) \
        VALUES ($1, $2, $3, $4, $5)";
    TURN = "UPDATE template SET version = $3 WHERE id = $1 AND version = $2 AND ended_at IS NULL";
    END = "UPDATE template SET ended_at = $3 WHERE id = $1 AND version = $2 AND ended_at IS NULL";
    ONE = templates!("WHERE t.id = $1");
    OF_UNIT = templates!("WHERE t.unit = $1 AND t.ended_at IS NULL ORDER BY t.folded, t.id LIMIT $2");
    ENDED = templates!("WHERE t.unit = $1 AND t.ended_at IS NOT NULL ORDER BY t.id DESC LIMIT $2");
    VERSIONS = "SELECT version, name, body, made_at FROM template_version WHERE template = $1 \
        ORDER BY version DESC LIMIT $2";
    HOLDERS = "SELECT DISTINCT p.id, p.name FROM position o JOIN person p ON p.id = o.person \
        WHERE o.unit = $1 AND o.authority = $2 AND o.until IS NULL ORDER BY p.id LIMIT $3";
    TITLE = "SELECT title FROM position WHERE person = $1 AND unit = $2 AND authority = $3 \
        AND until IS NULL ORDER BY since, title LIMIT 1";
}

/// A template in its present version.
#[derive(Clone, Debug)]
pub struct TemplateRow {
    /// Which.
    pub id: TemplateId,
    /// The unit that made it, and that it is for with all below it.
    pub unit: UnitView,
    /// The kind of document that it is for.
    pub kind: String,
    /// What the present version says.
    pub version: VersionRow,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl TemplateRow {
    /// Whether it is for documents of this kind, however that is written.
    #[must_use]
    pub fn is_for(&self, kind: &str) -> bool {
        series(&self.kind) == series(kind)
    }
}

/// One version of a template.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// From 1.
    pub number: u32,
    /// What people call it.
    pub name: String,
    /// What it says.
    pub body: TemplateBody,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Adds a template, still without a version.
pub async fn insert(
    connection: &mut AnyConnection,
    id: TemplateId,
    unit: UnitId,
    kind: &str,
) -> Result<(), StoreError> {
    let insert = sqlx::query(INSERT).put(&id).put(&unit).put(&kind.to_owned());
    insert.put(&series(kind)).execute(connection).await?;
    Ok(())
}

/// Makes `new` the present version; gives 0 when another one than that before it was, or the template has ended.
pub async fn turn(
    connection: &mut AnyConnection,
    id: TemplateId,
    new: &VersionRow,
) -> Result<u64, StoreError> {
    let before = new.number.saturating_sub(1);
    let turn = sqlx::query(TURN).put(&id).put(&before).put(&new.number);
    let turned = turn.execute(&mut *connection).await?.rows_affected();
    if turned == 1 {
        let insert = sqlx::query(INSERT_VERSION).put(&id).put(&new.number).put(&new.name);
        insert.put(&new.body).put(&new.made_at).execute(connection).await?;
    }
    Ok(turned)
}

/// Ends a template; gives 0 when its version is another one, or it has ended.
pub async fn end(
    connection: &mut AnyConnection,
    id: TemplateId,
    version: u32,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END).put(&id).put(&version).put(&at);
    Ok(end.execute(connection).await?.rows_affected())
}

/// One template.
pub async fn one(
    connection: &mut AnyConnection,
    id: TemplateId,
) -> Result<Option<TemplateRow>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The templates that a unit made and that have not ended, by kind.
pub async fn of_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    limit: u32,
) -> Result<Vec<TemplateRow>, StoreError> {
    let query = sqlx::query(OF_UNIT).put(&unit).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The templates that a unit ended, the newest first.
pub async fn ended(
    connection: &mut AnyConnection,
    unit: UnitId,
    limit: u32,
) -> Result<Vec<TemplateRow>, StoreError> {
    let query = sqlx::query(ENDED).put(&unit).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// The versions of a template, the newest first.
pub async fn versions(
    connection: &mut AnyConnection,
    id: TemplateId,
    limit: u32,
) -> Result<Vec<VersionRow>, StoreError> {
    let query = sqlx::query(VERSIONS).put(&id).put(&limit);
    query.fetch_all(connection).await?.iter().map(|row| read_version(row, 0)).collect()
}

/// At most `limit` people who hold a post of a unit, each once, with the post's title.
pub async fn holders(
    connection: &mut AnyConnection,
    unit: UnitId,
    post: PostName,
    limit: u32,
) -> Result<Vec<PersonView>, StoreError> {
    let query = sqlx::query(HOLDERS).put(&unit).put(&post).put(&limit);
    let mut holders = Vec::new();
    for row in query.fetch_all(&mut *connection).await? {
        let (id, name): (PersonId, String) = (row.get_as(0)?, row.get_as(1)?);
        let title = sqlx::query(TITLE).put(&id).put(&unit).put(&post);
        let title = title.fetch_optional(&mut *connection).await?;
        let position = title.map(|row| row.get_as(0)).transpose()?.unwrap_or_default();
        holders.push(PersonView { id, name, position });
    }
    Ok(holders)
}

/// Kinds are compared without case and marks.
fn series(kind: &str) -> String {
    fold::words(kind).join(" ")
}

fn read(row: &AnyRow) -> Result<TemplateRow, StoreError> {
    Ok(TemplateRow {
        id: row.get_as(0)?,
        unit: UnitView { id: row.get_as(1)?, name: row.get_as(2)? },
        kind: row.get_as(3)?,
        version: read_version(row, 4)?,
        ended_at: row.get_opt(8)?,
    })
}

fn read_version(row: &AnyRow, at: usize) -> Result<VersionRow, StoreError> {
    Ok(VersionRow {
        number: row.get_as(at)?,
        name: row.get_as(at + 1)?,
        body: row.get_as(at + 2)?,
        made_at: row.get_as(at + 3)?,
    })
}
