//! Foreign PDFs are opened in a child of our own binary.
//!
//! A document can make a parser exhaust memory, time or the stack, and none of these can be caught
//! inside a process. So `trien worker` runs apart, with limits it sets on itself before it reads
//! the first byte; the server asks it through [`Checker`], which kills and replaces it at will.

mod child;
mod frame;
mod pool;

pub use child::{Limits, run};
pub use pool::{Checker, CheckerSettings, InspectError};
