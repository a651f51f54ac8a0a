//! Durable decisions a second with 64 phones in flight, beside a loop that only writes and verifies.
//!
//! Both write on SQLite with `synchronous=FULL`, in turns, on the same disk. The loop puts 64 rows into a
//! transaction, each with as many bytes as a decision leaves behind, and verifies one P-256 signature per
//! row; it has no rules, no log, no revision to rebuild and no receipt to make.

use std::error::Error;
use std::path::Path;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};
use trien_core::decision::Verb;
use trien_core::env::OsEntropy;
use trien_core::signer::{self, SoftwareSigner};
use trien_core::wire::Binding;

use crate::office::Office;
use crate::phone::Phone;

const PHONES: usize = 64;
const ROUNDS: usize = 12;
/// Decision, attributes, signature, leaf, tree nodes and receipt beside the signed tail, measured.
const SMALL_ROWS: usize = 3_000;

pub async fn measure() -> Result<(), Box<dyn Error>> {
    let office = Office::on_sqlite().await;
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let person = office.person(&format!("Người thứ {number}")).await;
        phones.push(std::sync::Arc::new(Phone::enroll(&office, person).await));
    }
    let folder = tempfile::tempdir()?;
    let mut raw = Raw::open(&folder.path().join("raw.sqlite")).await?;
    let (mut ours, mut loops) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        let (taken, tail) = round(&office, &phones).await?;
        ours += taken;
        loops += raw.round(tail + SMALL_ROWS).await?;
    }
    let rate = |taken: Duration| {
        f64::from(u32::try_from(PHONES * ROUNDS).unwrap_or(0)) / taken.as_secs_f64()
    };
    println!("| {PHONES} phones, {ROUNDS} rounds, SQLite FULL | decisions a second |");
    println!("|---|---|");
    println!("| Trien: verify, rebuild, embed, log, receipt | {:.0} |", rate(ours));
    println!("| bare loop: verify one signature, write the bytes | {:.0} |", rate(loops));
    println!("| ratio | {:.2} |", rate(ours) / rate(loops));
    Ok(())
}

/// One approval by every phone at once; gives the time for all of them and the size of a signed tail.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
async fn round(
    office: &Office,
    phones: &[std::sync::Arc<Phone>],
) -> Result<(Duration, usize), Box<dyn Error>> {
    let mut ready = Vec::new();
    for phone in phones {
        let request = office.queue(&[phone.person]).await;
        let draft = phone.draft(office, request, Verb::Approve).await;
        let submission = phone.sign(&draft);
        assert!(
            matches!(submission.binding, Binding::Cms { .. }),
            "an approval signs the document"
        );
        ready.push((phone.clone(), draft, submission));
    }
    let tail = tail_bytes(&ready[0].1);
    let start = Instant::now();
    let sent: Vec<_> = ready
        .into_iter()
        .map(|(phone, draft, submission)| {
            let app = office.app.clone();
            tokio::spawn(async move { phone.send(&app, &draft, submission).await })
        })
        .collect();
    for answer in sent {
        answer.await??;
    }
    Ok((start.elapsed(), tail))
}

fn tail_bytes(draft: &crate::phone::Draft) -> usize {
    let base = trien_core::pdf::read::open(&draft.base).expect("the sample is signable");
    let recipe = draft.recipe.as_ref().expect("an approval has a recipe");
    let images = trien_core::pdf::image::Images::none();
    let delta =
        trien_core::pdf::revise::build_revision(&base, recipe, &images, draft.decision.signed_at);
    delta.expect("the server asked for this revision").bytes().len()
}

struct Raw {
    connection: SqliteConnection,
    key: SoftwareSigner,
}

impl Raw {
    async fn open(file: &Path) -> Result<Self, Box<dyn Error>> {
        let options = SqliteConnectOptions::from_str(&format!("sqlite://{}", file.display()))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let table = "CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT";
        sqlx::query(table).execute(&mut connection).await?;
        Ok(Self { connection, key: SoftwareSigner::generate(&OsEntropy) })
    }

    #[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
    async fn round(&mut self, bytes: usize) -> Result<Duration, Box<dyn Error>> {
        let public_key = self.key.public_key();
        let signed: Vec<(Vec<u8>, Vec<u8>)> = (0..PHONES)
            .map(|number| {
                let message = vec![number.to_le_bytes()[0]; bytes];
                let signature = self.key.sign_now(&message[..200]);
                (message, signature)
            })
            .collect();
        let start = Instant::now();
        let mut transaction = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for (message, signature) in signed {
            signer::verify(&signature, &message[..200], &public_key)?;
            sqlx::query("INSERT INTO row (bytes) VALUES ($1)")
                .bind(message)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(start.elapsed())
    }
}
