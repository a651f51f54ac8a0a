//! Proofs, checkpoints, receipts and evidence. What is read is written the same and read again; what
//! verifies under the log's key is what the log really stated; and hashes of which one bit is turned
//! prove nothing.

use std::collections::HashMap;
use std::sync::OnceLock;

use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::evidence::Evidence;
use trien_core::log::checkpoint::VerifierKey;
use trien_core::log::leaf::{Leaf, Outcome, Salt};
use trien_core::log::proof::InclusionProof;
use trien_core::log::tree::{
    Frontier, NodeId, TreeHead, consistency_plan, inclusion_plan, leaf_hash, verify_consistency,
    verify_inclusion,
};
use trien_core::receipt::Receipt;

use crate::office::{SIGNED_AT, office};
use crate::seeds;

/// Leaves of the log that vouches for the seeds' decision.
const LEAVES: u64 = 5;
const OUR_LEAF: u64 = 2;

pub fn run(data: &[u8]) {
    hashes(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let key = office().log.verifier();
    if let Ok(proof) = text.parse::<InclusionProof>() {
        assert_eq!(proof.to_string().parse().as_ref(), Ok(&proof));
        if proof.verify(&our_leaf(), &key).is_ok() {
            assert_eq!(proof.index, OUR_LEAF);
            assert_eq!(proof.hashes, our_proof().hashes);
        }
    }
    if let Ok(checkpoint) = key.open(text) {
        assert_eq!(checkpoint.head(), our_head(), "a checkpoint that was never signed");
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string().parse().as_ref(), Ok(&key));
    }
    if let Ok(evidence) = text.parse::<Evidence>() {
        assert_eq!(evidence.to_string().parse().as_ref(), Ok(&evidence));
        if let Ok(found) = evidence.verify(None, &key) {
            assert!(seeds::decisions().contains(&found.decision.to_cbor()), "never recorded");
        }
    }
    if let Ok(receipt) = serde_json::from_str::<Receipt>(text)
        && receipt.verify(&key).is_ok()
    {
        assert_eq!(receipt.leaf(), our_leaf(), "a receipt that was never given");
    }
}

/// The first bytes choose sizes and a place, the rest is laid over a true proof.
fn hashes(data: &[u8]) {
    let [a, b, rest @ ..] = data else { return };
    let (size, other) = (u64::from(*a) + 1, u64::from(*b));
    let tree = tree();
    let index = other % size;
    let plan = inclusion_plan(index, size).expect("a leaf of the tree");
    let proof = plan.fold(|id| tree.nodes.get(&id).copied()).expect("a whole tree");
    let bent = laid_over(&proof, rest);
    let leaf = leaf_hash(&index.to_be_bytes());
    let verified = verify_inclusion(&leaf, index, size, &bent, &tree.roots[usize::from(*a)]);
    assert_eq!(verified.is_ok(), bent == proof, "inclusion of {index} in {size}");

    let (from, to) = (size.min(other + 1), size.max(other + 1));
    let plan = consistency_plan(from, to).expect("two sizes of the tree");
    let proof = plan.fold(|id| tree.nodes.get(&id).copied()).expect("a whole tree");
    let bent = laid_over(&proof, rest);
    let verified = verify_consistency(tree.head(from), tree.head(to), &bent);
    assert_eq!(verified.is_ok(), bent == proof, "consistency of {from} with {to}");

    let foreign: Vec<Sha256> =
        rest.chunks_exact(32).filter_map(|part| Sha256::from_slice(part).ok()).collect();
    if foreign != proof {
        let _ =
            verify_consistency(tree.head(from), TreeHead { size: u64::MAX, root: leaf }, &foreign);
        let _ = verify_inclusion(&leaf, other, u64::MAX, &foreign, &leaf);
    }
}

/// A proof with these bytes added to its own; the first one says how many hashes come or go.
fn laid_over(proof: &[Sha256], bytes: &[u8]) -> Vec<Sha256> {
    let mut bent = proof.to_vec();
    let Some((&length, bytes)) = bytes.split_first() else { return bent };
    match length {
        1 => bent.push(Sha256([0; 32])),
        2 => drop(bent.pop()),
        _ => {}
    }
    let places = bent.iter_mut().flat_map(|hash| &mut hash.0);
    places.zip(bytes).for_each(|(place, byte)| *place ^= byte);
    bent
}

/// A tree of 256 leaves, and what it was after each of them.
struct Tree {
    nodes: HashMap<NodeId, Sha256>,
    roots: Vec<Sha256>,
}

impl Tree {
    fn head(&self, size: u64) -> TreeHead {
        let at = usize::try_from(size - 1).expect("256 leaves");
        TreeHead { size, root: self.roots[at] }
    }
}

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| grow((0..256_u64).map(|index| index.to_be_bytes().to_vec())))
}

fn grow(leaves: impl Iterator<Item = Vec<u8>>) -> Tree {
    let mut frontier = Frontier::new();
    let mut tree = Tree { nodes: HashMap::new(), roots: Vec::new() };
    for leaf in leaves {
        tree.nodes
            .extend(frontier.append(leaf_hash(&leaf)).into_iter().map(|node| (node.id, node.hash)));
        tree.roots.push(frontier.root());
    }
    tree
}

fn our_leaf() -> Leaf {
    let decision = DecisionHash(Sha256::of(&office().decision().to_cbor()));
    Leaf::of_decision(Outcome::Recorded, SIGNED_AT.plus(10), &Salt([4; 32]), &decision)
}

fn our_log() -> &'static Tree {
    static LOG: OnceLock<Tree> = OnceLock::new();
    LOG.get_or_init(|| {
        let other = |index: u64| index.to_be_bytes().to_vec();
        grow(
            (0..LEAVES)
                .map(|index| if index == OUR_LEAF { our_leaf().to_cbor() } else { other(index) }),
        )
    })
}

fn our_head() -> TreeHead {
    our_log().head(LEAVES)
}

fn our_proof() -> &'static InclusionProof {
    static PROOF: OnceLock<InclusionProof> = OnceLock::new();
    PROOF.get_or_init(|| {
        let plan = inclusion_plan(OUR_LEAF, LEAVES).expect("a leaf of the tree");
        let hashes = plan.fold(|id| our_log().nodes.get(&id).copied()).expect("a whole tree");
        InclusionProof { index: OUR_LEAF, hashes, checkpoint: office().log.sign(our_head()) }
    })
}

/// Seeds: proof, checkpoint, key, receipt, evidence.
pub fn texts() -> Vec<String> {
    let decision = office().decision();
    let receipt = Receipt::new(
        decision.hash(),
        Outcome::Recorded,
        SIGNED_AT.plus(10),
        Salt([4; 32]),
        our_proof(),
    );
    let evidence = Evidence::new(decision.to_cbor(), None, &receipt).expect("our own proof");
    vec![
        our_proof().to_string(),
        our_proof().checkpoint.clone(),
        office().log.verifier().to_string(),
        serde_json::to_string(&receipt).expect("a receipt is JSON"),
        evidence.to_string(),
    ]
}
