//! The signing revision as bytes behind the document's, with its hole and its digests.

use std::ops::Range;

use sha2::Digest as _;

use crate::digest::Sha256;

/// Room for the CMS, in bytes; it is written as twice as many hexadecimal digits.
pub const CMS_ROOM: usize = 16 * 1024;

/// The CMS does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature has {0} bytes, the document keeps room for {CMS_ROOM}")]
pub struct CmsTooLarge(pub usize);

/// What follows the document's bytes: one revision with a hole for its CMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    pub(super) bytes: Vec<u8>,
    pub(super) base_len: u64,
    pub(super) hole: Range<usize>,
}

/// The two digests of a document with a delta, from one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of the document alone: its name.
    pub document: Sha256,
    /// Of what the signature covers (`/ByteRange`): what goes into the CMS as message digest.
    pub signed: Sha256,
}

impl Delta {
    /// A delta that was built elsewhere, such as in a process of its own: its bytes, the length of
    /// its document, and where its hole starts in the bytes. `None` when there is no empty hole.
    #[must_use]
    pub fn from_parts(bytes: Vec<u8>, base_len: u64, hole_at: usize) -> Option<Self> {
        let hole = hole_at..hole_at.checked_add(2 * CMS_ROOM + 2)?;
        let [b'<', room @ .., b'>'] = bytes.get(hole.clone())? else { return None };
        room.iter().all(|&digit| digit == b'0').then_some(Self { bytes, base_len, hole })
    }

    /// The bytes; their hole holds zeros.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `/ByteRange`: offset and length before and behind the hole, in the whole file.
    #[must_use]
    pub fn byte_range(&self) -> [u64; 4] {
        let hole = self.hole();
        let behind = self.bytes.len() - self.hole.end;
        [0, hole.start, hole.end, behind as u64]
    }

    /// The hole, `<` and `>` included, as offsets in the whole file.
    #[must_use]
    pub fn hole(&self) -> Range<u64> {
        self.base_len + self.hole.start as u64..self.base_len + self.hole.end as u64
    }

    /// The digest by which phone and server compare what they built.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }

    /// The digest of what the signature covers, going on from a hasher that has seen the document.
    #[must_use]
    pub fn digest(&self, after_base: sha2::Sha256) -> Sha256 {
        let digest = after_base
            .chain_update(&self.bytes[..self.hole.start])
            .chain_update(&self.bytes[self.hole.end..])
            .finalize();
        Sha256(digest.into())
    }

    /// Both digests; `base` are the bytes that the delta was built for.
    #[must_use]
    pub fn digests(&self, base: &[u8]) -> Digests {
        self.digests_after(sha2::Sha256::new().chain_update(base))
    }

    /// Both digests, from a hasher that has seen the document.
    #[must_use]
    pub fn digests_after(&self, after_base: sha2::Sha256) -> Digests {
        let document = Sha256(after_base.clone().finalize().into());
        Digests { document, signed: self.digest(after_base) }
    }

    /// The signed tail: the bytes with the CMS (DER) in their hole.
    pub fn embed(mut self, cms: &[u8]) -> Result<Vec<u8>, CmsTooLarge> {
        if cms.len() > CMS_ROOM {
            return Err(CmsTooLarge(cms.len()));
        }
        let start = self.hole.start + 1;
        let room = &mut self.bytes[start..start + 2 * cms.len()];
        hex::encode_to_slice(cms, room).expect("the slice has two digits for each byte");
        Ok(self.bytes)
    }
}
