//! Flows: what happens, told once.
//!
//! A flow has two acts. `prepare` reads, verifies and builds, outside any transaction; `commit` is a
//! small guarded set of writes that the [writer](crate::writer) runs in a savepoint of its batch.
//! Neither awaits the network: whatever leaves the process starts from a job's row.

pub mod absence;
pub mod access;
pub mod account;
pub mod act;
pub mod acts;
pub mod admin;
mod at_rest;
mod attest;
pub mod authority;
pub mod calendar;
pub mod change;
pub mod changes;
pub mod clean_copy;
pub mod comments;
mod content;
pub mod copies;
pub mod crl;
pub mod decide;
pub mod delegate;
pub mod desk;
pub mod device;
pub mod devices;
pub mod digest;
pub mod document_signature;
pub mod enroll;
mod error;
pub mod events;
pub mod exchange;
mod expire;
pub mod export;
pub mod forms;
pub mod import;
pub mod invite;
pub(crate) mod kept;
pub mod key;
pub mod levels;
pub mod lost;
pub mod notices;
pub mod numbers;
pub mod ocsp;
pub mod on_paper;
pub mod overview;
pub mod people;
pub mod policy;
pub mod prompt;
pub mod push;
pub mod read;
pub mod recall;
pub(crate) mod receipts;
pub mod register;
pub mod rejudge;
pub mod remind;
pub mod replace;
pub mod requests;
pub mod resume;
pub mod slip;
pub mod submit;
mod submitter;
mod supersede;
pub mod sync;
pub mod templates;
mod token_seen;
pub mod units;
mod view;
pub mod waves;
pub mod webhook;

pub use error::{FlowError, Mismatch, Thing};
pub(crate) use expire::expire;
