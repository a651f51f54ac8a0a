//! The server's outer surface: who may use which route, how it refuses, what the command line says,
//! and what a hostile document can do to it.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod access;
mod acts;
mod admin_day;
mod admin_grid;
mod answers;
mod approval_token;
mod apps;
#[path = "../flow/authenticator.rs"]
mod authenticator;
#[path = "../flow/outside.rs"]
mod authority;
mod bombs;
mod clean_copies;
mod command_line;
#[cfg(target_os = "linux")]
mod confined;
mod console;
mod described;
mod desk;
mod document_key;
#[path = "../flow/provider/fake.rs"]
mod fake;
mod founded;
mod grid;
mod office;
mod own_account;
mod parity;
mod phones;
mod process;
mod served;
mod status;
mod token;
mod tokens;
mod units;
mod worker;
