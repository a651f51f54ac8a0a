//! The log: an append-only Merkle tree (RFC 9162 §2.1) over salted statements, with C2SP
//! checkpoints. One leaf per statement; no personal data in leaves.

pub mod checkpoint;
pub mod leaf;
pub mod proof;
pub mod tree;
