//! What the tests of this crate share: predictable randomness and keys.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::digest::Sha256;
use crate::env::Entropy;

#[cfg(feature = "software-signer")]
pub(crate) mod office;
#[cfg(feature = "software-signer")]
pub(crate) mod paper;

/// Entropy that repeats: block `n` is SHA-256 of the seed and `n`.
pub(crate) struct Counting {
    seed: u64,
    drawn: AtomicU64,
}

impl Counting {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(32) {
            let block = self.drawn.fetch_add(1, Ordering::Relaxed);
            let bytes = Sha256::of_parts(&[&self.seed.to_be_bytes(), &block.to_be_bytes()]);
            part.copy_from_slice(&bytes.as_bytes()[..part.len()]);
        }
    }
}

/// The software key number `seed`.
#[cfg(feature = "software-signer")]
pub(crate) fn software_key(seed: u64) -> crate::signer::SoftwareSigner {
    crate::signer::SoftwareSigner::generate(&Counting::new(seed))
}

/// Compares `bytes` with a committed vector; `UPDATE_VECTORS=1` writes it instead.
pub(crate) fn golden(name: &str, bytes: &[u8]) {
    let path = vector(name);
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let committed = std::fs::read(&path).unwrap_or_default();
    assert!(committed == bytes, "{name} is not what this build makes");
}

/// The bytes of a committed vector.
pub(crate) fn read_vector(name: &str) -> Vec<u8> {
    std::fs::read(vector(name)).unwrap()
}

/// The names of the committed vectors in `folder` that end in `end`.
pub(crate) fn vectors_in(folder: &str, end: &str) -> Vec<String> {
    let entries = std::fs::read_dir(vector(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(end)).map(|name| format!("{folder}/{name}")).collect()
}

/// Where a committed vector is.
pub(crate) fn vector(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name)
}
