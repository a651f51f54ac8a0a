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
    /// References that lead nowhere.
    pub dangling: Dangling,
    /// Members of object streams with something behind their value, which counts for nothing.
    pub excess: Vec<ObjectId>,
    /// Streams with a filter that is none: some readers take the packed data for plain.
    pub undecodable: Vec<ObjectId>,
    /// Pages without a size.
    pub unsized_pages: Vec<ObjectId>,
}

/// Numbers that are referred to and not in use.
#[derive(Debug)]
pub(super) enum Dangling {
    /// All of them, sorted.
    Known(Vec<u32>),
    /// More than are remembered.
    TooMany,
}

impl Default for Dangling {
    fn default() -> Self {
        Self::Known(Vec::new())
    }
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
        self.dangling = if numbers.len() > MAX_DANGLING {
            self.differ = true;
            Dangling::TooMany
        } else {
            Dangling::Known(numbers)
        };
    }

    /// References to this number and greater ones that lead nowhere; `None` if nobody remembers.
    pub(super) fn dangling_from(&self, number: u32) -> Option<&[u32]> {
        let Dangling::Known(numbers) = &self.dangling else { return None };
        Some(&numbers[numbers.partition_point(|&dangling| dangling < number)..])
    }

    /// Whether other readers may see something else in this document.
    pub(super) fn readers_differ(&self, document: &Document<'_>) -> bool {
        let Dangling::Known(dangling) = &self.dangling else { return true };
        // A dangling reference makes poppler rebuild a file whose sections are all tables.
        let rebuilt = self.loose || (document.xref.tables_only && !dangling.is_empty());
        self.differ
            || (rebuilt && !rebuild::finds_the_same(document, dangling))
            || !linear::agrees(document)
    }
}
