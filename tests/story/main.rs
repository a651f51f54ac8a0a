//! Stories: what people do with Trien, against the real server over HTTP, with real cryptography.
//!
//! Only clock, keys and network are played. The database is SQLite in a fresh folder, or with
//! `TRIEN_TEST_POSTGRES` a fresh PostgreSQL database; `tests/run` tells every story on both.

mod support;

mod approve;
#[path = "../flow/outside.rs"]
mod authority;
mod bad_input;
mod delegate;
mod document_signer;
#[path = "../flow/foreign_key.rs"]
mod foreign_key;
mod full_disk;
mod killed;
mod listen;
mod lost_answers;
mod lying_server;
mod outside;
mod refused;
mod reject;
mod replays;
mod several;
mod verify;
