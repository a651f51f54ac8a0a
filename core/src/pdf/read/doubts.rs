//! What the gate lets pass although some readers see something else in it.
//!
//! Such a document is read as ISO 32000 demands, drawn by our reading ([`super::pin`]), and the
//! signer is told.

use super::{Document, ObjectId, linear, rebuild};

/// Most references that lead nowhere and are remembered one by one.
const MAX_DANGLING: usize = 65_536;

/// Gathered while a document is read.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// Readers are known to differ.
    pub differ: bool,
    /// Some readers cannot follow the cross-reference and rebuild it from the objects that they
    /// find. That is harmless when they find the same.
    pub loose: bool,
    /// The drawing reader has to be given our cross-reference.
    pub pin: bool,
    /// Numbers that are referred to and not in use, sorted.
    pub dangling: Vec<u32>,
    /// Members of object streams with something behind their value, which counts for nothing.
    pub excess: Vec<ObjectId>,
    /// Streams with a filter that is none: some readers take the packed data for plain.
    pub undecodable: Vec<ObjectId>,
    /// Pages without a size.
    pub unsized_pages: Vec<ObjectId>,
}

impl Doubts {
    /// Readers differ, and the drawing reader would be one of those that see something else.
    pub(super) fn differ_in_drawing(&mut self) {
        self.differ = true;
        self.pin = true;
    }

    /// Some readers repair this, the drawing reader among them.
    pub(super) fn loosely_written(&mut self) {
        self.loose = true;
        self.pin = true;
    }

    /// Notes references that lead nowhere.
    pub(super) fn lead_nowhere(&mut self, mut numbers: Vec<u32>) {
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() > MAX_DANGLING {
            self.differ = true;
            numbers.clear();
        }
        self.dangling = numbers;
    }

    /// Whether other readers may see something else in this document.
    pub(super) fn readers_differ(&self, document: &Document<'_>) -> bool {
        // A dangling reference makes poppler rebuild a file whose sections are all tables.
        let rebuilt = self.loose || (document.xref.tables_only && !self.dangling.is_empty());
        self.differ
            || (rebuilt && !rebuild::finds_the_same(document, &self.dangling))
            || !linear::agrees(document)
    }
}
