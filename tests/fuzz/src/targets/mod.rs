//! What is fuzzed, and what each target claims. A panic of ours and a broken claim end the run.

mod cbor;
mod changes;
mod cms;
mod http;
mod image;
mod known;
mod pdf;
mod proofs;
mod verify;
mod x509;

pub use changes::bases;
pub use http::{Message, signed_messages};
pub use proofs::texts;

/// One target.
pub struct Target {
    name: &'static str,
    /// Takes one input.
    pub run: fn(&[u8]),
    /// Whether inputs are PDF files, whose mutants are mended.
    pub mends: bool,
}

const TARGETS: [Target; 9] = [
    Target { name: "pdf", run: pdf::run, mends: true },
    Target { name: "changes", run: changes::run, mends: false },
    Target { name: "verify", run: verify::run, mends: true },
    Target { name: "cms", run: cms::run, mends: false },
    Target { name: "x509", run: x509::run, mends: false },
    Target { name: "cbor", run: cbor::run, mends: false },
    Target { name: "http", run: http::run, mends: false },
    Target { name: "proofs", run: proofs::run, mends: false },
    Target { name: "image", run: image::run, mends: false },
];

/// The target of this name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
