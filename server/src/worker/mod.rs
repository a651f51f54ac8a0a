//! Foreign PDFs are opened in a child of our own binary.
//!
//! A document can make a parser exhaust memory, time or the stack, and none of these can be caught
//! inside a process. So `trien worker` runs apart, [confined](confine()) before it reads the first
//! byte; the server asks it through [`Checker`], which kills and replaces it at will.

mod child;
mod confine;
mod frame;
mod pool;
mod process;
mod task;

pub use child::run;
pub use confine::{Confinement, Hold, Limits, confine};
pub use pool::{Built, Checker, CheckerSettings, InspectError, Signing};
