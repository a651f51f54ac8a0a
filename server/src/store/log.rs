//! The log: its head, its leaves, and the statements behind them.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::log::leaf::Salt;
use trien_core::log::tree::{Frontier, Node, NodeId, TreeHead};

use super::{Bind as _, Columns as _, Dialect, StoreError, statements};

/// Leaves asked for in one statement.
const LOOKUPS: usize = 32;

statements! {
    UPDATE_HEAD = "UPDATE log_head SET size = $1, peaks = $2, change = $3 \
        WHERE id = 1 AND size = $4 AND change = $5";
    ENTER_RECOVERY = "UPDATE log_head SET recovery = 1 WHERE id = 1";
    INSERT_LEAF = "INSERT INTO log_leaf (seq, data, nodes) VALUES ($1, $2, $3)";
    LEAF = "SELECT data FROM log_leaf WHERE seq = $1";
    NODES = "SELECT seq, nodes FROM log_leaf WHERE seq IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
        $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, \
        $28, $29, $30, $31, $32)";
    LEAVES = "SELECT seq, data, nodes FROM log_leaf WHERE seq >= $1 AND seq < $2 ORDER BY seq LIMIT $3";
    BESIDE = "SELECT subject, body, salt FROM statement WHERE leaf = $1";
    DECIDED = "SELECT hash, cbor, salt FROM decision WHERE leaf = $1";
    REFUSED = "SELECT hash, cbor, salt FROM refusal WHERE leaf = $1";
    // Whose document signature is awaited, or never came.
    AWAITED = "SELECT decision, cbor, salt FROM document_signature WHERE leaf = $1";
    SECOND = "SELECT decision, statement, end_salt FROM document_signature WHERE end_leaf = $1";
    INSERT_STATEMENT = "INSERT INTO statement (leaf, subject, body, salt) VALUES ($1, $2, $3, $4)";
    HEAD_ONLY = HEAD;
    HEAD_LOCKED = HEAD_FOR_UPDATE;
}

pub(super) const HEAD: &str = "SELECT size, peaks, change, recovery FROM log_head WHERE id = 1";
pub(super) const HEAD_FOR_UPDATE: &str =
    "SELECT size, peaks, change, recovery FROM log_head WHERE id = 1 FOR UPDATE";

/// Whether decisions may be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Yes.
    Normal,
    /// A phone has shown more of this log than it holds: somebody must recover it first.
    Recovery,
}

/// The log's single row.
#[derive(Clone, Debug)]
pub struct Head {
    /// The tree's right edge.
    pub frontier: Frontier,
    /// Number of the last change of any request.
    pub change: u64,
    /// Whether decisions may be recorded.
    pub mode: Mode,
}

impl Head {
    /// Size and root.
    #[must_use]
    pub fn tree(&self) -> TreeHead {
        TreeHead { size: self.frontier.size(), root: self.frontier.root() }
    }
}

/// Reads the head.
pub async fn head(connection: &mut AnyConnection) -> Result<Head, StoreError> {
    read_head(connection, HEAD).await
}

/// Reads the head and keeps it from other writers until the transaction ends.
pub async fn lock_head(
    connection: &mut AnyConnection,
    dialect: Dialect,
) -> Result<Head, StoreError> {
    read_head(connection, dialect.lock_head()).await
}

async fn read_head(connection: &mut AnyConnection, sql: &'static str) -> Result<Head, StoreError> {
    let row = sqlx::query(sql).fetch_one(connection).await?;
    let peaks: Vec<u8> = row.get_as(1)?;
    let frontier = Frontier::restore(row.get_as(0)?, hashes(&peaks)?)
        .map_err(|_| StoreError::Corrupt("log head"))?;
    let mode = if row.get_as(3)? { Mode::Recovery } else { Mode::Normal };
    Ok(Head { frontier, change: row.get_as(2)?, mode })
}

/// Replaces the head that was read before; anything else in its place is a defect of the lock.
pub async fn update_head(
    connection: &mut AnyConnection,
    before: &Head,
    after: &Head,
) -> Result<(), StoreError> {
    let update = sqlx::query(UPDATE_HEAD)
        .put(&after.frontier.size())
        .bind(flat(after.frontier.peaks().iter()))
        .put(&after.change)
        .put(&before.frontier.size())
        .put(&before.change);
    match update.execute(connection).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::HeadMoved),
    }
}

/// Stops decisions until the log is recovered.
pub async fn enter_recovery(connection: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query(ENTER_RECOVERY).execute(connection).await?;
    Ok(())
}

/// Adds a leaf with the subtrees it finishes, itself first.
pub async fn insert_leaf(
    connection: &mut AnyConnection,
    seq: u64,
    data: Vec<u8>,
    completed: &[Node],
) -> Result<(), StoreError> {
    sqlx::query(INSERT_LEAF)
        .put(&seq)
        .bind(data)
        .bind(flat(completed.iter().map(|node| &node.hash)))
        .execute(connection)
        .await?;
    Ok(())
}

/// A leaf's data.
pub async fn leaf(connection: &mut AnyConnection, seq: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(LEAF).put(&seq).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// A leaf's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafRow {
    /// Its place.
    pub seq: u64,
    /// The leaf.
    pub data: Vec<u8>,
    /// The complete subtrees that it finishes, itself first.
    pub nodes: Vec<Sha256>,
}

/// The rows of leaves from one on, in their order.
pub async fn leaves(
    connection: &mut AnyConnection,
    from: u64,
    until: u64,
    limit: u32,
) -> Result<Vec<LeafRow>, StoreError> {
    let query = sqlx::query(LEAVES).put(&from).put(&until).put(&limit);
    let read = |row: &sqlx::any::AnyRow| {
        let nodes: Vec<u8> = row.get_as(2)?;
        Ok(LeafRow {
            seq: row.get_as(0)?,
            data: row.get_as(1)?,
            nodes: hashes(&nodes).unwrap_or_default(),
        })
    };
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// What a leaf stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// What it is about.
    pub subject: Vec<u8>,
    /// What the leaf commits to the SHA-256 of.
    pub content: Vec<u8>,
    /// With this salt.
    pub salt: Salt,
}

/// The statement of a leaf.
pub async fn beside(
    connection: &mut AnyConnection,
    leaf: u64,
) -> Result<Option<Beside>, StoreError> {
    let row = sqlx::query(BESIDE).put(&leaf).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let body: String = row.get_as(1)?;
    Ok(Some(Beside { subject: row.get_as(0)?, content: body.into_bytes(), salt: row.get_as(2)? }))
}

/// The decision of a leaf, recorded or refused.
pub async fn decided(
    connection: &mut AnyConnection,
    leaf: u64,
) -> Result<Option<Beside>, StoreError> {
    first_of(connection, &[DECIDED, REFUSED, AWAITED], leaf).await
}

/// The statement of a leaf about what became of a document signature.
pub async fn second(
    connection: &mut AnyConnection,
    leaf: u64,
) -> Result<Option<Beside>, StoreError> {
    first_of(connection, &[SECOND], leaf).await
}

async fn first_of(
    connection: &mut AnyConnection,
    statements: &[&'static str],
    leaf: u64,
) -> Result<Option<Beside>, StoreError> {
    for sql in statements {
        if let Some(row) = sqlx::query(*sql).put(&leaf).fetch_optional(&mut *connection).await? {
            let (subject, content) = (row.get_as(0)?, row.get_as(1)?);
            return Ok(Some(Beside { subject, content, salt: row.get_as(2)? }));
        }
    }
    Ok(None)
}

/// Notes a statement that a leaf stands for.
pub async fn insert_statement(
    connection: &mut AnyConnection,
    leaf: u64,
    subject: &[u8],
    body: String,
    salt: &Salt,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_STATEMENT)
        .put(&leaf)
        .bind(subject.to_vec())
        .bind(body)
        .put(salt)
        .execute(connection)
        .await?;
    Ok(())
}

/// Loads complete subtrees.
pub async fn nodes(
    connection: &mut AnyConnection,
    ids: impl Iterator<Item = NodeId>,
) -> Result<HashMap<NodeId, Sha256>, StoreError> {
    let mut ids: Vec<NodeId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(LOOKUPS) {
        let mut query = sqlx::query(NODES);
        for place in 0..LOOKUPS {
            query = query.bind(chunk.get(place).map_or(-1, |id| finishing_leaf(*id)));
        }
        let mut rows: HashMap<i64, Vec<u8>> = HashMap::new();
        for row in query.fetch_all(&mut *connection).await? {
            rows.insert(row.get_as(0)?, row.get_as(1)?);
        }
        for id in chunk {
            let start = usize::from(id.level) * 32;
            let hash = rows.get(&finishing_leaf(*id)).and_then(|row| row.get(start..start + 32));
            if let Some(hash) = hash {
                let hash = Sha256::from_slice(hash).map_err(|_| StoreError::Corrupt("node"))?;
                found.insert(*id, hash);
            }
        }
    }
    Ok(found)
}

// The last leaf under a subtree: the one whose row holds its hash.
fn finishing_leaf(id: NodeId) -> i64 {
    let last = (u128::from(id.index) + 1).checked_shl(u32::from(id.level));
    last.and_then(|end| i64::try_from(end - 1).ok()).unwrap_or(-1)
}

fn flat<'a>(hashes: impl Iterator<Item = &'a Sha256>) -> Vec<u8> {
    hashes.flat_map(|hash| hash.0).collect()
}

fn hashes(bytes: &[u8]) -> Result<Vec<Sha256>, StoreError> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    if rest.is_empty() {
        Ok(chunks.iter().map(|chunk| Sha256(*chunk)).collect())
    } else {
        Err(StoreError::Corrupt("hashes"))
    }
}
