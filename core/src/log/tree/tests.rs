use std::collections::HashMap;

use super::*;

const MAX: u64 = 130;

fn leaf(index: u64) -> Sha256 {
    leaf_hash(&index.to_be_bytes())
}

// RFC 9162 §2.1.1, word for word.
fn naive_root(leaves: &[Sha256]) -> Sha256 {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(naive_split(many.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

fn naive_split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

// RFC 9162 §2.1.3.1.
fn naive_path(index: usize, leaves: &[Sha256]) -> Vec<Sha256> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = naive_split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut path, sibling) = if index < k {
        (naive_path(index, left), right)
    } else {
        (naive_path(index - k, right), left)
    };
    path.push(naive_root(sibling));
    path
}

// RFC 9162 §2.1.4.1.
fn naive_subproof(m: usize, leaves: &[Sha256], whole: Whole) -> Vec<Sha256> {
    if m == leaves.len() {
        return match whole {
            Whole::Yes => Vec::new(),
            Whole::No => vec![naive_root(leaves)],
        };
    }
    let k = naive_split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut proof, sibling) = if m <= k {
        (naive_subproof(m, left, whole), right)
    } else {
        (naive_subproof(m - k, right, Whole::No), left)
    };
    proof.push(naive_root(sibling));
    proof
}

#[derive(Clone, Copy)]
enum Whole {
    Yes,
    No,
}

struct Grown {
    leaves: Vec<Sha256>,
    roots: Vec<Sha256>,
    nodes: HashMap<NodeId, Sha256>,
}

fn grown(size: u64) -> Grown {
    let mut frontier = Frontier::new();
    let mut tree =
        Grown { leaves: Vec::new(), roots: vec![frontier.root()], nodes: HashMap::new() };
    for index in 0..size {
        for node in frontier.append(leaf(index)) {
            assert!(tree.nodes.insert(node.id, node.hash).is_none(), "{:?} twice", node.id);
        }
        tree.leaves.push(leaf(index));
        tree.roots.push(frontier.root());
    }
    tree
}

fn head(tree: &Grown, size: u64) -> TreeHead {
    TreeHead { size, root: tree.roots[usize::try_from(size).unwrap()] }
}

#[test]
fn roots_are_those_of_the_recursive_definition() {
    let tree = grown(MAX);
    for size in 0..=tree.leaves.len() {
        assert_eq!(tree.roots[size], naive_root(&tree.leaves[..size]), "size {size}");
    }
}

#[test]
fn inclusion_proofs_are_those_of_the_recursive_definition_and_verify() {
    let tree = grown(MAX);
    for size in 1..=MAX {
        let leaves = &tree.leaves[..usize::try_from(size).unwrap()];
        for index in 0..size {
            let plan = inclusion_plan(index, size).unwrap();
            let proof = plan.fold(|id| tree.nodes.get(&id).copied()).unwrap();
            assert_eq!(proof, naive_path(usize::try_from(index).unwrap(), leaves));
            let root = head(&tree, size).root;
            verify_inclusion(&leaf(index), index, size, &proof, &root).unwrap();
        }
    }
}

#[test]
fn consistency_proofs_are_those_of_the_recursive_definition_and_verify() {
    let tree = grown(MAX);
    for to in 1..=MAX {
        let leaves = &tree.leaves[..usize::try_from(to).unwrap()];
        for from in 1..=to {
            let plan = consistency_plan(from, to).unwrap();
            let proof = plan.fold(|id| tree.nodes.get(&id).copied()).unwrap();
            let expected = naive_subproof(usize::try_from(from).unwrap(), leaves, Whole::Yes);
            assert_eq!(proof, expected, "from {from} to {to}");
            verify_consistency(head(&tree, from), head(&tree, to), &proof).unwrap();
        }
    }
}

#[test]
fn an_empty_log_is_a_prefix_of_every_log() {
    let tree = grown(3);
    assert!(consistency_plan(0, 3).unwrap().nodes().next().is_none());
    verify_consistency(head(&tree, 0), head(&tree, 3), &[]).unwrap();
    verify_consistency(head(&tree, 0), head(&tree, 0), &[]).unwrap();
    let forged = TreeHead { size: 0, root: leaf(1) };
    let refused = verify_consistency(forged, head(&tree, 3), &[]);
    assert_eq!(refused, Err(ProofError::EarlierRoot));
}

#[test]
fn an_altered_inclusion_proof_is_refused() {
    let tree = grown(65);
    for size in [1, 2, 3, 7, 8, 33, 65] {
        let root = head(&tree, size).root;
        for index in 0..size {
            let plan = inclusion_plan(index, size).unwrap();
            let proof = plan.fold(|id| tree.nodes.get(&id).copied()).unwrap();
            for at in 0..proof.len() {
                let mut bent = proof.clone();
                bent[at].0[0] ^= 1;
                assert!(verify_inclusion(&leaf(index), index, size, &bent, &root).is_err());
                let mut short = proof.clone();
                short.remove(at);
                assert!(verify_inclusion(&leaf(index), index, size, &short, &root).is_err());
            }
            let mut long = proof.clone();
            long.push(root);
            assert!(verify_inclusion(&leaf(index), index, size, &long, &root).is_err());
            assert!(verify_inclusion(&leaf(index + 1), index, size, &proof, &root).is_err());
            assert!(verify_inclusion(&leaf(index), size, size, &proof, &root).is_err());
        }
    }
}

#[test]
fn a_rewritten_history_is_refused() {
    let tree = grown(40);
    for (from, to) in [(1, 2), (3, 7), (4, 8), (8, 9), (32, 33), (7, 40), (39, 40)] {
        let plan = consistency_plan(from, to).unwrap();
        let proof = plan.fold(|id| tree.nodes.get(&id).copied()).unwrap();
        let other = TreeHead { size: from, root: leaf(99) };
        assert!(verify_consistency(other, head(&tree, to), &proof).is_err());
        let other = TreeHead { size: to, root: leaf(99) };
        assert_eq!(verify_consistency(head(&tree, from), other, &proof), Err(ProofError::Root));
        for at in 0..proof.len() {
            let mut bent = proof.clone();
            bent[at].0[31] ^= 0x80;
            assert!(verify_consistency(head(&tree, from), head(&tree, to), &bent).is_err());
            let mut short = proof.clone();
            short.remove(at);
            assert!(verify_consistency(head(&tree, from), head(&tree, to), &short).is_err());
        }
        let backwards = verify_consistency(head(&tree, to), head(&tree, from), &proof);
        assert_eq!(backwards, Err(ProofError::Shrunk));
    }
}

#[test]
fn two_roots_for_one_size_are_refused() {
    let tree = grown(5);
    let other = TreeHead { size: 5, root: leaf(0) };
    let refused = verify_consistency(head(&tree, 5), other, &[]);
    assert_eq!(refused, Err(ProofError::EarlierRoot));
}

#[test]
fn a_frontier_can_be_restored_from_the_nodes_its_size_names() {
    let tree = grown(100);
    for size in 0..=100 {
        let peaks = Frontier::peak_ids(size).iter().map(|id| tree.nodes[id]).collect();
        let restored = Frontier::restore(size, peaks).unwrap();
        assert_eq!(restored.root(), head(&tree, size).root);
    }
    assert!(Frontier::restore(3, vec![leaf(0)]).is_err());
}

#[test]
fn plans_for_what_is_not_there_are_refused() {
    assert!(inclusion_plan(0, 0).is_err());
    assert!(inclusion_plan(5, 5).is_err());
    assert!(consistency_plan(6, 5).is_err());
    let plan = inclusion_plan(u64::MAX - 1, u64::MAX).unwrap();
    let first = plan.nodes().next().unwrap();
    assert_eq!(plan.fold(|_| None), Err(MissingNode(first)));
}

// Inputs and roots of the reference tests that RFC 6962 implementations share (Certificate
// Transparency, `merkle_tree_test`, Apache-2.0).
#[test]
fn the_roots_are_those_of_the_reference_tests() {
    let inputs: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::new();
    for (input, root) in inputs.iter().zip(roots) {
        frontier.append(leaf_hash(input));
        assert_eq!(frontier.root().to_string(), root);
    }
}
