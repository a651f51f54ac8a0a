//! PKCS#11 tokens: cards, sticks and modules that sign and never give their keys away.
//!
//! The office's authority keeps its issuing key in one, and people who hold one sign with it from the command
//! line. Whose key it is, and what is signed, is not known here.

mod access;
mod contents;
mod curve;
mod document;
mod error;
mod module;
mod pin;
mod refused_pin;

pub use access::Access;
pub use contents::{Item, KeyThere, Token, plugged, shown};
pub use curve::CurveKey;
pub use document::{DocumentKey, Wanted};
pub use error::{KeyName, TokenError};
pub use pin::{Asking, Pin, PinSource, Tries};
pub use refused_pin::RefusedPin;
