//! Whether the log is what was signed: every leaf is read, the tree is made anew, and what does not fit is
//! named by its row.

use serde_json::Value;
use sqlx::AnyConnection;
use trien_core::cbor;
use trien_core::digest::Sha256;
use trien_core::log::checkpoint::Checkpoint;
use trien_core::log::leaf::{Leaf, Salt, StatementKind};
use trien_core::log::tree::{Frontier, TreeHead, leaf_hash};

use super::MAX_LEAF_BYTES;
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::act::kind::Kind;
use crate::store::StoreError;
use crate::store::act::{self, ActRow, Place};
use crate::store::log::{self, Beside, LeafRow};

/// Leaves that are read at once.
const AT_ONCE: u32 = 500;
/// Rows that are named; more are only counted.
const MOST_NAMED: usize = 100;

/// What does not fit, by the row that holds it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A leaf is gone.
    #[error("log_leaf {0}: the row is missing")]
    Missing(u64),
    /// A leaf is not what its hash says.
    #[error("log_leaf {0}: the data is not what the tree holds")]
    Leaf(u64),
    /// The hashes of complete subtrees beside a leaf are others.
    #[error("log_leaf {0}: the hashes beside it are not those of the leaves before it")]
    Nodes(u64),
    /// What a leaf stands for is gone.
    #[error("leaf {0}: the {1} it stands for is missing")]
    Nothing(u64, &'static str),
    /// What a leaf stands for says something else than was stated.
    #[error("{1} of leaf {0}: it is not what was stated")]
    Statement(u64, &'static str),
    /// What lists find an act by says something else than its statement.
    #[error("act {0}: the row is not what its statement says")]
    Listed(u64),
    /// The row of the log's head says something else than the leaves.
    #[error("log_head: it is not the head of the leaves")]
    Head,
    /// A checkpoint that somebody kept is no earlier state of this log.
    #[error("checkpoint of size {0}: the log is not a later state of it")]
    Checkpoint(u64),
}

/// A checkpoint that somebody kept outside the server.
#[derive(Clone, Debug, Default)]
pub struct Kept(Option<Checkpoint>);

impl Kept {
    /// Reads one, as text: it must be of this log and signed by its key.
    pub fn read(app: &App, note: &str) -> Result<Self, FlowError> {
        let opened = app.signing_log_key().verifier().open(note);
        let bad = "the checkpoint is not a note of this log".to_owned();
        opened.map(|checkpoint| Self(Some(checkpoint))).map_err(|_| FlowError::BadRequest(bad))
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Leaves that were read.
    pub leaves: u64,
    /// What does not fit, in the order of the log; at most 100.
    pub misfits: Vec<Misfit>,
    /// Misfits beyond those.
    pub more: u64,
}

impl Verified {
    fn note(&mut self, misfit: Misfit) {
        if self.misfits.len() < MOST_NAMED {
            self.misfits.push(misfit);
        } else {
            self.more += 1;
        }
    }
}

/// Reads the whole log and compares it with its head, and with a checkpoint that was kept elsewhere: whoever
/// holds the server could change rows, the head and the signing key's next note together, but not that one.
pub async fn verify(app: &App, kept: &Kept) -> Result<Verified, FlowError> {
    let mut connection = app.store().reader().await?;
    let (mut found, mut walk) = (Verified::default(), Walk::default());
    // Leaves that are added meanwhile are of a later head.
    let head = match log::head(&mut connection).await {
        Ok(head) => Some(head.tree()),
        Err(StoreError::Corrupt(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let size = head.map_or(i64::MAX.unsigned_abs(), |head| head.size);
    loop {
        let rows = log::leaves(&mut connection, walk.next, size, AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            walk.leaf(&mut found, &row, kept);
            beside(&mut connection, &mut found, &row).await?;
        }
    }
    found.leaves = walk.next;
    if head.is_none() || walk.tree() != head {
        found.note(Misfit::Head);
    }
    if let Some(checkpoint) = &kept.0
        && checkpoint.size > 0
        && !walk.kept
    {
        // Also where leaves are gone, and no tree of that size can be made any more.
        found.note(Misfit::Checkpoint(checkpoint.size));
    }
    Ok(found)
}

/// The tree as far as it was made anew.
struct Walk {
    next: u64,
    frontier: Option<Frontier>,
    /// Whether the checkpoint that was kept is a state of this tree.
    kept: bool,
}

impl Default for Walk {
    fn default() -> Self {
        Self { next: 0, frontier: Some(Frontier::new()), kept: false }
    }
}

impl Walk {
    fn tree(&self) -> Option<TreeHead> {
        self.frontier.as_ref().map(|it| TreeHead { size: it.size(), root: it.root() })
    }

    fn gap(&mut self, found: &mut Verified, until: u64) {
        self.frontier = None;
        let named = until.min(self.next + MOST_NAMED as u64);
        (self.next..named).for_each(|seq| found.note(Misfit::Missing(seq)));
        found.more += until - named;
        self.next = until;
    }

    fn leaf(&mut self, found: &mut Verified, row: &LeafRow, kept: &Kept) {
        if self.next < row.seq {
            self.gap(found, row.seq);
        }
        self.next = row.seq + 1;
        let hash = leaf_hash(&row.data);
        let stored = row.nodes.first().copied();
        if stored != Some(hash) {
            found.note(Misfit::Leaf(row.seq));
        }
        let Some(frontier) = &mut self.frontier else { return };
        // With the hash that was stored the tree is that of the day, and names no row beside the changed one.
        let completed = frontier.append(stored.unwrap_or(hash));
        let fits = completed.len() == row.nodes.len()
            && completed.iter().zip(&row.nodes).all(|(node, stored)| node.hash == *stored);
        if !fits {
            found.note(Misfit::Nodes(row.seq));
        }
        if let Some(checkpoint) = &kept.0
            && checkpoint.size == frontier.size()
        {
            self.kept = frontier.root() == checkpoint.root;
        }
    }
}

/// Compares what a leaf stands for with it.
async fn beside(
    connection: &mut AnyConnection,
    found: &mut Verified,
    row: &LeafRow,
) -> Result<(), FlowError> {
    let Ok(leaf) = cbor::decode::<Leaf>(&row.data, MAX_LEAF_BYTES) else { return Ok(()) };
    let (seq, commitment) = (row.seq, leaf.commitment);
    let name = match leaf.kind {
        StatementKind::Decision => "decision",
        StatementKind::Refusal => "refusal",
        StatementKind::DocumentSignature => "document signature",
        _ => "statement",
    };
    let kept = match leaf.kind {
        StatementKind::Decision | StatementKind::Refusal => log::decided(connection, seq).await?,
        StatementKind::DocumentSignature => log::second(connection, seq).await?,
        _ => log::beside(connection, seq).await?,
    };
    let Some(kept) = kept else {
        found.note(Misfit::Nothing(seq, name));
        return Ok(());
    };
    if commitment != commits_to(&leaf, &kept.salt, &kept.content) {
        found.note(Misfit::Statement(seq, name));
        return Ok(());
    }
    if name == "statement" && !is_listed_as_stated(connection, seq, &leaf, &kept).await? {
        found.note(Misfit::Listed(seq));
    }
    Ok(())
}

fn commits_to(leaf: &Leaf, salt: &Salt, content: &[u8]) -> Sha256 {
    Leaf::new(leaf.kind, leaf.recorded_at, salt, &Sha256::of(content)).commitment
}

/// Whether the row that lists find an act by says what the statement says. Older statements do not name units
/// and people, so that only what they do name is compared.
async fn is_listed_as_stated(
    connection: &mut AnyConnection,
    seq: u64,
    leaf: &Leaf,
    kept: &Beside,
) -> Result<bool, FlowError> {
    let Ok(Value::Object(said)) = serde_json::from_slice(&kept.content) else { return Ok(true) };
    let name = said.get("act").and_then(Value::as_str).unwrap_or_default();
    let kind = Kind::stated(leaf.kind, name).filter(|kind| kind.is_listed());
    let Some(kind) = kind else { return Ok(true) };
    let Some(row) = act::row(connection, seq).await? else { return Ok(false) };
    let stated = ActRow::of(kind.slug(), leaf.recorded_at, &said);
    let Place { mut units, person } = stated.place;
    units.sort();
    units.dedup();
    let same_place =
        (units.is_empty() || units == row.units) && (person.is_none() || person == row.person);
    let (author, actor) = stated.author.columns();
    let same_act = (kind.slug(), leaf.recorded_at) == (row.kind.as_str(), row.at);
    let same_author = (author, actor) == (row.author.as_str(), row.actor);
    Ok(same_place && same_act && same_author && kept.subject == row.subject)
}
