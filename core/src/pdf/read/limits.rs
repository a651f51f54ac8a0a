//! What one document may cost. Each limit is accepted when met and refused one above.

use crate::document::MAX_DOCUMENT_BYTES;

/// Most bytes of a document before anybody signed it.
#[expect(clippy::cast_possible_truncation, reason = "50 MiB fit any usize that we build for")]
pub const MAX_BYTES: usize = MAX_DOCUMENT_BYTES as usize;

/// Bytes that each signature may add to [`MAX_BYTES`], so that a document at the limit can still
/// be signed by the next person. Sixteen times what our own revision takes.
pub const SIGNATURE_ROOM: usize = 512 * 1024;

/// Most pages.
pub const MAX_PAGES: usize = 5_000;

/// Most signatures present.
pub const MAX_SIGNATURES: usize = 64;

/// Most cross-reference sections: the drawing reader follows 256 and repairs beyond.
pub const MAX_SECTIONS: usize = 256;

/// Greatest object number (ISO 32000-1, annex C).
pub const MAX_OBJECT_NUMBER: u32 = 8_388_607;

/// Most cross-reference entries over all sections.
pub const MAX_ENTRIES: usize = 2_097_152;

/// Most keys of one dictionary; one above is malformed. Comparing them all takes its time.
pub const MAX_KEYS: usize = 262_144;

/// Deepest nesting of values, of the page tree and of the field tree.
pub const MAX_DEPTH: usize = 64;

/// Most bytes that all cross-reference and object streams may inflate to.
pub const MAX_INFLATED: usize = 64 * 1024 * 1024;
