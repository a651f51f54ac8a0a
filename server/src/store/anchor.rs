//! Where a unit's certificates come from, and which outside authorities are trusted there.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, AnchorId, UnitId};
use trien_core::log::leaf::Salt;
use trien_core::wire::UnitView;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Where certificates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// From the office's own authority, at approval.
    Here,
    /// From an outside authority, by exchange of files.
    Outside,
}

impl Source {
    /// Its name in the database and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Outside => "outside",
        }
    }
}

stored_names!(Source {
    Source::Here = "here",
    Source::Outside = "outside",
});

macro_rules! anchors {
    ($where:literal) => {
        concat!(
            "SELECT n.id, n.unit, u.name, n.certificate, c.der, n.proposed_by, p.name, n.why, \
             n.proposed_at, n.confirmed_at FROM anchor n JOIN unit u ON u.id = n.unit \
             JOIN authority_certificate c ON c.sha256 = n.certificate \
             LEFT JOIN account p ON p.id = n.proposed_by WHERE n.ended_at IS NULL",
            $where,
            " ORDER BY n.proposed_at, n.id"
        )
    };
}

statements! {
    SOURCE = "SELECT certified_by, parent FROM unit WHERE id = $1";
    SET_SOURCE = "UPDATE unit SET certified_by = $2 WHERE id = $1";
    SOURCES = "SELECT id, name, certified_by FROM unit WHERE certified_by IS NOT NULL ORDER BY path";
    KEEP = "INSERT INTO authority_certificate (sha256, der, added_at) VALUES ($1, $2, $3) \
        ON CONFLICT (sha256) DO NOTHING";
    PROVE = "UPDATE authority_certificate SET proven = 1 WHERE sha256 = $1";
    PROVEN = "SELECT der FROM authority_certificate WHERE proven = 1 ORDER BY sha256";
    ONE_KNOWN = "SELECT der FROM authority_certificate WHERE sha256 = $1";
    OPEN = anchors!("");
    ONE = anchors!(" AND n.id = $1");
    IN_FORCE = anchors!(" AND n.confirmed_at IS NOT NULL AND n.unit = $1");
    ACTS = "SELECT s.leaf, s.body, s.salt, l.data, c.der FROM anchor n \
        JOIN unit above ON above.id = n.unit JOIN unit own ON own.id = $1 \
        JOIN authority_certificate c ON c.sha256 = n.certificate \
        JOIN statement s ON s.subject = n.id JOIN log_leaf l ON l.seq = s.leaf \
        WHERE n.confirmed_at IS NOT NULL AND above.path = SUBSTR(own.path, 1, LENGTH(above.path)) \
        AND s.leaf >= $2 ORDER BY s.leaf";
    INSERT = "INSERT INTO anchor (id, unit, certificate, proposed_by, why, proposed_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    CONFIRM = "UPDATE anchor SET confirmed_by = $2, confirmed_at = $3 \
        WHERE id = $1 AND confirmed_at IS NULL AND ended_at IS NULL";
    END = "UPDATE anchor SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
}

/// A trust anchor, proposed or in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorRow {
    /// Which.
    pub id: AnchorId,
    /// For which unit, and those below it.
    pub unit: UnitView,
    /// SHA-256 of the authority's certificate.
    pub sha256: Sha256,
    /// The authority's certificate.
    pub der: Vec<u8>,
    /// Who proposed it, and that person's name; none where it was the command line.
    pub proposed_by: Option<(AccountId, String)>,
    /// Why.
    pub why: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Since when it is in force.
    pub confirmed_at: Option<Timestamp>,
}

/// What is said for a unit itself, and the unit above it.
pub async fn source(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Option<(Option<Source>, Option<UnitId>)>, StoreError> {
    let row = sqlx::query(SOURCE).put(&unit).fetch_optional(connection).await?;
    row.map(|row| Ok((row.get_opt(0)?, row.get_opt(1)?))).transpose()
}

/// Says it for a unit; none takes it from the unit above. Gives 0 where there is no such unit.
pub async fn set_source(
    connection: &mut AnyConnection,
    unit: UnitId,
    source: Option<Source>,
) -> Result<u64, StoreError> {
    let set = sqlx::query(SET_SOURCE).put(&unit).put_opt(source.as_ref());
    Ok(set.execute(connection).await?.rows_affected())
}

/// The units for which it is said, those above before those below.
pub async fn sources(
    connection: &mut AnyConnection,
) -> Result<Vec<(UnitView, Source)>, StoreError> {
    let rows = sqlx::query(SOURCES).fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok((UnitView { id: row.get_as(0)?, name: row.get_as(1)? }, row.get_as(2)?)))
        .collect()
}

/// Keeps the certificate of an outside authority.
pub async fn keep(
    connection: &mut AnyConnection,
    der: &[u8],
    at: Timestamp,
) -> Result<(), StoreError> {
    let keep = sqlx::query(KEEP).put(&Sha256::of(der)).bind(der.to_vec()).put(&at);
    keep.execute(connection).await?;
    Ok(())
}

/// Notes that two persons confirmed an authority, or that a certificate was taken below it.
pub async fn prove(connection: &mut AnyConnection, sha256: &Sha256) -> Result<(), StoreError> {
    sqlx::query(PROVE).put(sha256).execute(connection).await?;
    Ok(())
}

/// Those that may stand in a chain: nobody's proposal alone does.
pub async fn proven(connection: &mut AnyConnection) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sqlx::query(PROVEN).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// One that is kept.
pub async fn one_known(
    connection: &mut AnyConnection,
    sha256: &Sha256,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(ONE_KNOWN).put(sha256).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// All anchors that are proposed or in force.
pub async fn open(connection: &mut AnyConnection) -> Result<Vec<AnchorRow>, StoreError> {
    sqlx::query(OPEN).fetch_all(connection).await?.iter().map(read).collect()
}

/// One that is proposed or in force.
pub async fn one(
    connection: &mut AnyConnection,
    id: AnchorId,
) -> Result<Option<AnchorRow>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Those in force that were set for this unit itself.
pub async fn in_force(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<AnchorRow>, StoreError> {
    let rows = sqlx::query(IN_FORCE).put(&unit).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// A statement about an anchor, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorStatement {
    /// The leaf's place.
    pub leaf: u64,
    /// What the leaf commits to.
    pub body: String,
    /// The leaf's salt.
    pub salt: Salt,
    /// The leaf's data.
    pub data: Vec<u8>,
    /// The authority's certificate.
    pub der: Vec<u8>,
}

/// What was stated of anchors that are or were in force in a unit and those above it, from a leaf on.
pub async fn acts(
    connection: &mut AnyConnection,
    unit: UnitId,
    from: u64,
) -> Result<Vec<AnchorStatement>, StoreError> {
    let rows = sqlx::query(ACTS).put(&unit).put(&from).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(AnchorStatement {
                leaf: row.get_as(0)?,
                body: row.get_as(1)?,
                salt: row.get_as(2)?,
                data: row.get_as(3)?,
                der: row.get_as(4)?,
            })
        })
        .collect()
}

/// Proposes one; gives 0 when it is proposed or in force already.
pub async fn insert(connection: &mut AnyConnection, anchor: &AnchorRow) -> Result<u64, StoreError> {
    let account = anchor.proposed_by.as_ref().map(|(account, _)| account);
    let insert = sqlx::query(INSERT)
        .put(&anchor.id)
        .put(&anchor.unit.id)
        .put(&anchor.sha256)
        .put_opt(account)
        .put(&anchor.why)
        .put(&anchor.proposed_at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Puts a proposed one in force; gives 0 when it is none.
pub async fn confirm(
    connection: &mut AnyConnection,
    id: AnchorId,
    account: Option<AccountId>,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let confirm = sqlx::query(CONFIRM).put(&id).put_opt(account.as_ref()).put(&at);
    Ok(confirm.execute(connection).await?.rows_affected())
}

/// Ends one, proposed or in force; gives 0 when it had ended.
pub async fn end(
    connection: &mut AnyConnection,
    id: AnchorId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(&id).put(&at).execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<AnchorRow, StoreError> {
    let (account, name): (Option<AccountId>, Option<String>) = (row.get_opt(5)?, row.get_opt(6)?);
    Ok(AnchorRow {
        id: row.get_as(0)?,
        unit: UnitView { id: row.get_as(1)?, name: row.get_as(2)? },
        sha256: row.get_as(3)?,
        der: row.get_as(4)?,
        proposed_by: account.zip(name),
        why: row.get_as(7)?,
        proposed_at: row.get_as(8)?,
        confirmed_at: row.get_opt(9)?,
    })
}
