//! The Merkle tree of RFC 9162 §2.1: hashes, growth, and proofs.
//!
//! Nothing here loads or stores. [`Frontier::append`] says which complete subtrees a leaf
//! finishes, the plans say which of them a proof needs, and a plan folds what was loaded into the
//! proof's hashes; so a database holds one row per complete subtree and is asked by key.

use sha2::Digest as _;

use crate::digest::Sha256;

/// The root of a tree without leaves (RFC 9162 §2.1.1).
#[must_use]
pub fn empty_root() -> Sha256 {
    Sha256::of(b"")
}

/// The hash of a leaf's data.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Sha256 {
    Sha256::of_parts(&[&[0], data])
}

/// The hash of a node with two children.
#[must_use]
pub fn node_hash(left: &Sha256, right: &Sha256) -> Sha256 {
    let mut hasher = sha2::Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Sha256(hasher.finalize().into())
}

/// A complete subtree: the leaves from `index << level` up to `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// Height: 0 is a leaf. At most 63.
    pub level: u8,
    /// Place among the subtrees of that height, from 0.
    pub index: u64,
}

/// A complete subtree with its hash; it never changes once it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which.
    pub id: NodeId,
    /// Its root.
    pub hash: Sha256,
}

/// The right edge of a tree: all that is needed to append to it and to know its root.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    // Roots of the complete subtrees, largest first: one per bit set in `size`.
    peaks: Vec<Sha256>,
}

/// The stored frontier does not fit its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves has {expected} peaks, not {actual}")]
pub struct InvalidFrontier {
    /// Leaves.
    pub size: u64,
    /// Peaks it must have.
    pub expected: u32,
    /// Peaks found.
    pub actual: usize,
}

impl Frontier {
    /// The frontier of a tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A frontier as it was stored: the roots of the complete subtrees, largest first.
    pub fn restore(size: u64, peaks: Vec<Sha256>) -> Result<Self, InvalidFrontier> {
        let expected = size.count_ones();
        if usize::try_from(expected) == Ok(peaks.len()) {
            Ok(Self { size, peaks })
        } else {
            Err(InvalidFrontier { size, expected, actual: peaks.len() })
        }
    }

    /// The subtrees that [`Self::restore`] needs for a tree of `size` leaves, in its order.
    #[must_use]
    pub fn peak_ids(size: u64) -> Vec<NodeId> {
        cover(0, size)
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Sha256] {
        &self.peaks
    }

    /// The tree's root.
    #[must_use]
    pub fn root(&self) -> Sha256 {
        fold(&self.peaks).unwrap_or_else(empty_root)
    }

    /// Appends a leaf by its [`leaf_hash`]. Gives the subtrees that it completes, the leaf itself
    /// first: to be stored with it.
    pub fn append(&mut self, leaf: Sha256) -> Vec<Node> {
        let mut node = Node { id: NodeId { level: 0, index: self.size }, hash: leaf };
        let mut completed = vec![node];
        while node.id.index & 1 == 1 {
            let left = self.peaks.pop().expect("an odd subtree has its left sibling as a peak");
            node = Node {
                id: NodeId { level: node.id.level + 1, index: node.id.index >> 1 },
                hash: node_hash(&left, &node.hash),
            };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
        completed
    }
}

/// Which complete subtrees to load for a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    // One entry per hash of the proof: the subtrees to fold into it, from the left.
    hashes: Vec<Vec<NodeId>>,
}

/// A subtree that the plan names was not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log has no node at level {} with index {}", .0.level, .0.index)]
pub struct MissingNode(pub NodeId);

impl Plan {
    /// The subtrees to load, each once.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.hashes.iter().flatten().copied()
    }

    /// The proof's hashes, once the subtrees can be looked up.
    pub fn fold(
        &self,
        mut lookup: impl FnMut(NodeId) -> Option<Sha256>,
    ) -> Result<Vec<Sha256>, MissingNode> {
        self.hashes
            .iter()
            .map(|ids| {
                let loaded = ids.iter().map(|id| lookup(*id).ok_or(MissingNode(*id)));
                let loaded = loaded.collect::<Result<Vec<_>, _>>()?;
                Ok(fold(&loaded).expect("no hash of a proof covers an empty range"))
            })
            .collect()
    }
}

/// No such proof exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The leaf is not in the tree.
    #[error("leaf {index} is not in a tree of {size}")]
    NoSuchLeaf {
        /// The leaf, from 0.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The earlier tree is the larger one.
    #[error("a tree of {from} leaves is not an earlier state of one of {to}")]
    Backwards {
        /// Leaves of the tree taken as the earlier one.
        from: u64,
        /// Leaves of the later one.
        to: u64,
    },
}

/// Plans the proof that leaf `index` is in the tree of `size` leaves (RFC 9162 §2.1.3.1).
pub fn inclusion_plan(index: u64, size: u64) -> Result<Plan, PlanError> {
    if index >= size {
        return Err(PlanError::NoSuchLeaf { index, size });
    }
    let mut hashes = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            hashes.push(cover(middle, end));
            end = middle;
        } else {
            hashes.push(cover(start, middle));
            start = middle;
        }
    }
    hashes.reverse();
    Ok(Plan { hashes })
}

/// Plans the proof that the tree of `from` leaves is a prefix of that of `to` leaves (RFC 9162
/// §2.1.4.1). It is empty for equal sizes, and for an empty earlier tree, which is a prefix of all.
pub fn consistency_plan(from: u64, to: u64) -> Result<Plan, PlanError> {
    if from > to {
        return Err(PlanError::Backwards { from, to });
    }
    let mut hashes = Vec::new();
    if from == 0 || from == to {
        return Ok(Plan { hashes });
    }
    let (mut start, mut end) = (0, to);
    while end != from {
        let middle = start + split(end - start);
        if from <= middle {
            hashes.push(cover(middle, end));
            end = middle;
        } else {
            hashes.push(cover(start, middle));
            start = middle;
        }
    }
    // The verifier knows the earlier root; it needs this subtree only when that is not the root.
    if start > 0 {
        hashes.push(cover(start, end));
    }
    hashes.reverse();
    Ok(Plan { hashes })
}

/// A proof does not prove what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf lies outside the tree.
    #[error("the leaf lies outside the tree")]
    NoSuchLeaf,
    /// The earlier tree is larger than the later one.
    #[error("the tree has shrunk")]
    Shrunk,
    /// More or fewer hashes than the sizes call for.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes do not lead to the later root.
    #[error("the proof does not lead to the root")]
    Root,
    /// The hashes do not lead to the earlier root: history was rewritten.
    #[error("the proof does not lead to the earlier root")]
    EarlierRoot,
}

/// Checks that a leaf's hash stands at `index` in the tree of `size` leaves with this root (RFC
/// 9162 §2.1.3.2).
pub fn verify_inclusion(
    leaf: &Sha256,
    index: u64,
    size: u64,
    proof: &[Sha256],
    root: &Sha256,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchLeaf);
    }
    let (mut first, mut second) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if second == 0 {
            return Err(ProofError::Length);
        }
        if first & 1 == 1 || first == second {
            hash = node_hash(sibling, &hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                second >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        first >>= 1;
        second >>= 1;
    }
    if second != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// A tree's size and root: one state of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Root hash.
    pub root: Sha256,
}

/// Checks that the tree `from` is a prefix of the tree `to` (RFC 9162 §2.1.4.2).
pub fn verify_consistency(
    from: TreeHead,
    to: TreeHead,
    proof: &[Sha256],
) -> Result<(), ProofError> {
    if from.size > to.size {
        return Err(ProofError::Shrunk);
    }
    if from.size == 0 || from.size == to.size {
        return verify_without_hashes(from, to, proof);
    }
    // RFC 9162 leaves the first hash out when the earlier tree is itself one complete subtree.
    let whole = from.size.is_power_of_two().then_some(from.root);
    let mut hashes = whole.iter().chain(proof);
    let seed = *hashes.next().ok_or(ProofError::Length)?;
    let (mut first, mut second) = (from.size - 1, to.size - 1);
    while first & 1 == 1 {
        first >>= 1;
        second >>= 1;
    }
    let (mut earlier, mut later) = (seed, seed);
    for hash in hashes {
        if second == 0 {
            return Err(ProofError::Length);
        }
        if first & 1 == 1 || first == second {
            earlier = node_hash(hash, &earlier);
            later = node_hash(hash, &later);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                second >>= 1;
            }
        } else {
            later = node_hash(&later, hash);
        }
        first >>= 1;
        second >>= 1;
    }
    if second != 0 {
        return Err(ProofError::Length);
    }
    if earlier != from.root {
        return Err(ProofError::EarlierRoot);
    }
    if later == to.root { Ok(()) } else { Err(ProofError::Root) }
}

fn verify_without_hashes(from: TreeHead, to: TreeHead, proof: &[Sha256]) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length);
    }
    if from.size == 0 && from.root != empty_root() {
        return Err(ProofError::EarlierRoot);
    }
    if from.size == to.size && from.root != to.root {
        return Err(ProofError::EarlierRoot);
    }
    Ok(())
}

// The largest power of two smaller than `n`, for n > 1: where RFC 9162 splits a tree.
fn split(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

// The complete subtrees that make up the leaves from `start` to `end`, from the left. RFC 9162
// only splits so that they descend in size from a start that the largest one aligns with.
fn cover(mut start: u64, end: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    while start < end {
        let level = u64::BITS - 1 - (end - start).leading_zeros();
        let level_u8 = u8::try_from(level).expect("a level is below 64");
        nodes.push(NodeId { level: level_u8, index: start >> level });
        start += 1 << level;
    }
    nodes
}

fn fold(nodes: &[Sha256]) -> Option<Sha256> {
    let mut from_right = nodes.iter().rev();
    let last = *from_right.next()?;
    Some(from_right.fold(last, |right, left| node_hash(left, &right)))
}

#[cfg(test)]
mod tests;
