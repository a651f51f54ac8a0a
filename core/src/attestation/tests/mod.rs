//! Real chains are read field by field; look-alikes of our own are judged.

#[path = "../../../../tests/attestation/lookalike.rs"]
mod lookalike;

mod altered;
mod app;
mod real;
mod real_apps;
mod status;
