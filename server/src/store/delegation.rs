//! Delegations: who may decide in whose place, and since when the posts are held.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::delegation::{Delegation, Form};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{DeviceId, PersonId, RequestId, UnitId};
use trien_core::wire::{PersonView, UnitView};

use super::directory::Authority;
use super::people::Branch;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

stored_names!(Form {
    Form::Kt = "kt",
    Form::Tl = "tl",
    Form::Tuq = "tuq",
});

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT d.hash, d.cose, d.leaf, d.created_at, d.ended_at, d.device, d.certificate, p.name, u.name, \
             q.name, v.name FROM delegation d JOIN person p ON p.id = d.from_person \
             JOIN unit u ON u.id = d.from_unit JOIN person q ON q.id = d.to_person \
             JOIN unit v ON v.id = d.to_unit ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO delegation (hash, form, from_person, from_unit, from_title, to_person, to_unit, to_title, \
        starts_seconds, ends_seconds, device, certificate, cose, leaf, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (hash) DO NOTHING";
    END = "UPDATE delegation SET ended_at = $2 WHERE hash = $1 AND ended_at IS NULL";
    ONE = rows!("WHERE d.hash = $1");
    FROM_PERSON = rows!("WHERE d.from_person = $1 ORDER BY d.leaf DESC LIMIT 200");
    TO_PERSON = rows!("WHERE d.to_person = $1 ORDER BY d.leaf DESC LIMIT 200");
    IN_BRANCH = rows!("WHERE u.path >= $1 AND u.path < $2 ORDER BY d.leaf DESC LIMIT 200");
    // How many count, or will.
    COUNT_STANDING = "SELECT COUNT(*) FROM delegation WHERE from_person = $1 AND ended_at IS NULL \
        AND ends_seconds > $2";
    OF_POST = "SELECT hash FROM delegation WHERE from_person = $1 AND from_unit = $2 AND from_title = $3 \
        AND ended_at IS NULL AND ends_seconds > $4 \
        UNION SELECT hash FROM delegation WHERE to_person = $1 AND to_unit = $2 AND to_title = $3 \
        AND ended_at IS NULL AND ends_seconds > $4 ORDER BY 1";
    ALL_STANDING = "SELECT hash FROM delegation WHERE ended_at IS NULL AND ends_seconds > $1 ORDER BY hash";
    OF_DEVICE = "SELECT hash FROM delegation WHERE device = $1 AND ended_at IS NULL AND ends_seconds > $2 \
        ORDER BY hash";
    // Since before the delegation, without a break.
    HELD = "SELECT 1 FROM position WHERE person = $1 AND unit = $2 AND title = $3 AND until IS NULL \
        AND since <= $4";
    AUTHORITY = "SELECT authority FROM position WHERE person = $1 AND unit = $2 AND title = $3 AND until IS NULL";
    DELEGATES = "SELECT p.id, p.name, o.title, u.id, u.name, o.authority FROM unit u \
        JOIN position o ON o.unit = u.id JOIN person p ON p.id = o.person \
        WHERE u.path >= $1 AND u.path < $2 AND u.ended_at IS NULL AND o.until IS NULL AND o.person <> $3 \
        ORDER BY u.path, o.sorting, o.person, o.title LIMIT 200";
    OF_REQUEST = "SELECT 1 FROM assignment WHERE request = $1 AND delegation = $2 LIMIT 1";
}

/// A delegation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationRow {
    /// Its identity.
    pub hash: Sha256,
    /// The `COSE_Sign1` over it.
    pub cose: Vec<u8>,
    /// The place of its act in the log.
    pub leaf: u64,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// When it ended before its time.
    pub ended_at: Option<Timestamp>,
    /// The device that signed it.
    pub device: DeviceId,
    /// SHA-256 of the certificate by whose key.
    pub certificate: Sha256,
    /// Names of today: the giver's, their unit's, the delegate's, their unit's.
    pub names: [String; 4],
}

/// A delegation to keep.
#[derive(Clone, Debug)]
pub struct NewDelegation<'a> {
    /// Its identity.
    pub hash: Sha256,
    /// What it says.
    pub said: &'a Delegation,
    /// The `COSE_Sign1` over it.
    pub cose: &'a Vec<u8>,
    /// The place of its act in the log.
    pub leaf: u64,
}

/// A post that somebody holds.
#[derive(Clone, Copy, Debug)]
pub struct PostOf<'a> {
    /// Who.
    pub person: PersonId,
    /// In which unit.
    pub unit: UnitId,
    /// The position.
    pub title: &'a str,
}

/// Somebody to whom one may delegate.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who, with the position.
    pub person: PersonView,
    /// The unit.
    pub unit: UnitView,
    /// What the position lets its holder do.
    pub authority: Option<Authority>,
}

/// Keeps a delegation; gives 0 when it is kept already.
pub async fn insert(
    connection: &mut AnyConnection,
    new: &NewDelegation<'_>,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let (from, to) = (&new.said.from, &new.said.to);
    let insert = sqlx::query(INSERT)
        .put(&new.hash)
        .put(&new.said.form)
        .put(&from.person)
        .put(&from.unit)
        .bind(from.position.to_string())
        .put(&to.person)
        .put(&to.unit)
        .bind(to.position.to_string())
        .put(&new.said.starts)
        .put(&new.said.ends)
        .put(&new.said.device)
        .put(&new.said.certificate)
        .put(new.cose)
        .put(&new.leaf)
        .put(&at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Ends a delegation; gives 0 when it has ended.
pub async fn end(
    connection: &mut AnyConnection,
    hash: &Sha256,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(hash).put(&at).execute(connection).await?.rows_affected())
}

/// One delegation.
pub async fn one(
    connection: &mut AnyConnection,
    hash: &Sha256,
) -> Result<Option<DelegationRow>, StoreError> {
    let row = sqlx::query(ONE).put(hash).fetch_optional(connection).await?;
    row.as_ref().map(read_row).transpose()
}

/// What somebody gave and was given, the newest first, at most 200 of each.
pub async fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<DelegationRow>, StoreError> {
    let mut rows = Vec::new();
    for sql in [FROM_PERSON, TO_PERSON] {
        let found = sqlx::query(sql).put(&person).fetch_all(&mut *connection).await?;
        rows.extend(found.iter().map(read_row).collect::<Result<Vec<_>, _>>()?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.leaf));
    Ok(rows)
}

/// What was given from posts of a branch, the newest first, at most 200.
pub async fn in_branch(
    connection: &mut AnyConnection,
    branch: &Branch,
) -> Result<Vec<DelegationRow>, StoreError> {
    let query = sqlx::query(IN_BRANCH).bind(branch.path().to_owned()).bind(branch.end());
    query.fetch_all(connection).await?.iter().map(read_row).collect()
}

/// How many delegations by somebody count, or will.
pub async fn count_standing(
    connection: &mut AnyConnection,
    person: PersonId,
    now: UnixSecond,
) -> Result<u64, StoreError> {
    let row = sqlx::query(COUNT_STANDING).put(&person).put(&now).fetch_one(connection).await?;
    row.get_as(0)
}

/// All delegations that count, or will.
pub async fn standing(
    connection: &mut AnyConnection,
    now: UnixSecond,
) -> Result<Vec<Sha256>, StoreError> {
    let rows = sqlx::query(ALL_STANDING).put(&now).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// The delegations from and to a post that count, or will.
pub async fn of_post(
    connection: &mut AnyConnection,
    post: PostOf<'_>,
    now: UnixSecond,
) -> Result<Vec<Sha256>, StoreError> {
    let query = sqlx::query(OF_POST).put(&post.person).put(&post.unit);
    let query = query.bind(post.title.to_owned()).put(&now);
    query.fetch_all(connection).await?.iter().map(|row| row.get_as(0)).collect()
}

/// The delegations that a device signed and that count, or will.
pub async fn of_device(
    connection: &mut AnyConnection,
    device: DeviceId,
    now: UnixSecond,
) -> Result<Vec<Sha256>, StoreError> {
    let query = sqlx::query(OF_DEVICE).put(&device).put(&now);
    query.fetch_all(connection).await?.iter().map(|row| row.get_as(0)).collect()
}

/// Whether somebody holds a post, and has since a moment.
pub async fn holds(
    connection: &mut AnyConnection,
    post: PostOf<'_>,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(HELD).put(&post.person).put(&post.unit);
    let query = query.bind(post.title.to_owned()).put(&since);
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// What a post lets its holder do, where it says so.
pub async fn authority(
    connection: &mut AnyConnection,
    post: PostOf<'_>,
) -> Result<Option<Authority>, StoreError> {
    let query = sqlx::query(AUTHORITY).put(&post.person).put(&post.unit);
    let row = query.bind(post.title.to_owned()).fetch_optional(connection).await?;
    Ok(row.map(|row| row.get_opt(0)).transpose()?.flatten())
}

/// Those with a post in a branch but one person, at most 200.
pub async fn candidates(
    connection: &mut AnyConnection,
    branch: &Branch,
    but: PersonId,
) -> Result<Vec<Candidate>, StoreError> {
    let query = sqlx::query(DELEGATES).bind(branch.path().to_owned()).bind(branch.end()).put(&but);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let (id, name) = (row.get_as(0)?, row.get_as(1)?);
            Ok(Candidate {
                person: PersonView { id, name, position: row.get_as(2)? },
                unit: UnitView { id: row.get_as(3)?, name: row.get_as(4)? },
                authority: row.get_opt(5)?,
            })
        })
        .collect()
}

/// Whether something of a request was decided by a delegation.
pub async fn is_of_request(
    connection: &mut AnyConnection,
    request: RequestId,
    delegation: &Sha256,
) -> Result<bool, StoreError> {
    let query = sqlx::query(OF_REQUEST).put(&request).put(delegation);
    Ok(query.fetch_optional(connection).await?.is_some())
}

fn read_row(row: &AnyRow) -> Result<DelegationRow, StoreError> {
    Ok(DelegationRow {
        hash: row.get_as(0)?,
        cose: row.get_as(1)?,
        leaf: row.get_as(2)?,
        created_at: row.get_as(3)?,
        ended_at: row.get_opt(4)?,
        device: row.get_as(5)?,
        certificate: row.get_as(6)?,
        names: [row.get_as(7)?, row.get_as(8)?, row.get_as(9)?, row.get_as(10)?],
    })
}
