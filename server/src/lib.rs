//! Trien's server and its command line.
//!
//! `api, console, cli → flow → {store, core}`; `jobs → {push, flow}`. Handlers own no rule and no SQL: a
//! flow is the story of what happens, the store is where it is written, and [`cli`] is what people
//! type.

pub mod api;
pub mod app;
pub mod attestation;
pub mod blobs;
pub mod ca;
pub mod clean_copy;
pub mod cli;
pub mod config;
pub mod console;
pub mod deliver;
mod download;
pub mod egress;
mod escape;
mod etag;
pub mod finding;
pub mod flow;
pub mod fold;
pub mod founding;
pub mod jobs;
pub mod mail;
pub mod oidc;
pub mod paging;
mod private_file;
pub mod problem;
pub mod push;
pub mod relay;
pub mod room;
pub mod serve;
pub mod sheet;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod tls;
pub mod token;
pub mod worker;
pub mod writer;
