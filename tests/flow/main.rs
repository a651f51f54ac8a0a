//! Flows with real keys, documents and databases, without HTTP: what the server records and refuses.
//!
//! Each case runs on SQLite; the same cases run on PostgreSQL with
//! `tests/postgres.sh cargo test -p trien-server --test flow -- --include-ignored`.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod foreign_key;
#[path = "../attestation/lookalike.rs"]
mod lookalike;
mod office;
mod outside;
mod phone;

mod access;
mod account;
mod acts;
mod admin_token;
mod attest;
mod authenticator;
mod awaited;
mod batch;
mod change;
mod decide;
mod delegate;
mod devices;
mod document_signer;
mod enroll;
mod exchange;
mod faults;
mod fields;
mod figures;
mod import;
mod large;
mod letters;
mod lists;
mod lost;
mod numbers;
mod objections;
mod papers;
mod passkey;
mod people;
mod policy;
mod prompt;
mod properties;
mod provider;
mod push;
mod recall;
mod record;
mod recovery;
mod register;
mod renewal;
mod replace;
mod resume;
mod roles;
mod slip;
mod sql;
mod stuck;
mod submit;
mod templates;
mod three;
mod time;
mod together;
mod unit_change;
mod versions;
mod waves;
mod webhook;

/// Runs each case on both databases, and looks at what the log says of it.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let office = $crate::office::Office::on_sqlite().await;
                    let log = $crate::acts::Log::of(&office).await;
                    super::$case(office).await;
                    log.check().await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs a PostgreSQL: tests/postgres.sh"]
                async fn $case() {
                    let office = $crate::office::Office::on_postgres().await;
                    let log = $crate::acts::Log::of(&office).await;
                    super::$case(office).await;
                    log.check().await;
                }
            )+
        }
    };
}
pub(crate) use on_both;
