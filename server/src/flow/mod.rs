//! Flows: what happens, told once.
//!
//! A flow has two acts. `prepare` reads, verifies and builds, outside any transaction; `commit` is a
//! small guarded set of writes that the [writer](crate::writer) runs in a savepoint of its batch.
//! Neither awaits the network: whatever leaves the process starts from a job's row.

pub mod admin;
pub mod decide;
pub mod device;
pub mod enroll;
mod error;
pub mod invite;
pub mod key;
pub mod read;
pub mod submit;
pub mod sync;

pub use error::{FlowError, Mismatch, Thing};
