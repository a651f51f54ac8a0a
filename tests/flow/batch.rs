//! Many commits in one transaction.

use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use serde_json::json;
use trien_core::env::{OsEntropy, SystemClock};
use trien_core::log::checkpoint::LogKey;
use trien_core::log::tree::{Frontier, TreeHead, leaf_hash, verify_inclusion};
use trien_server::flow::FlowError;
use trien_server::flow::act::kind::Kind;
use trien_server::store::Store;
use trien_server::store::directory::{insert_setting, setting};
use trien_server::store::log::{head, leaf};
use trien_server::writer::{Commit, CommitError, Committed, Means, Tx, Writer};

use crate::office::fresh_database;

/// Polls all of them in turn until each is done.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut waiting {
            if output.is_none()
                && let Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        let all = waiting.iter().all(|(_, output)| output.is_some());
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, output)| output).collect()
}

/// Writes a setting and a leaf, then ends as told.
struct Entry {
    name: String,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Well,
    Refused,
    RefusedAndRecorded,
    Lost,
    Panic,
}

#[async_trait]
impl Commit for Entry {
    type Done = u64;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<u64, CommitError> {
        insert_setting(tx.connection(), &self.name, "x").await?;
        let statement = json!({ "before": null, "after": { "entry": self.name } });
        let leaf = tx.state(Kind::SetUp, b"x", &statement).await?;
        tx.next_change();
        match self.end {
            End::Well => Ok(leaf),
            End::Refused | End::RefusedAndRecorded => Err(FlowError::Overtaken.into()),
            End::Panic => panic!("a commit with a defect"),
            End::Lost => Err(CommitError::Lost(FlowError::Unavailable("gone".to_owned()))),
        }
    }

    async fn refuse(
        &mut self,
        tx: &mut Tx<'_>,
        why: &FlowError,
    ) -> Result<Option<u64>, CommitError> {
        assert_eq!(*why, FlowError::Overtaken);
        if self.end != End::RefusedAndRecorded {
            return Ok(None);
        }
        let statement = json!({ "before": null, "after": { "refused": self.name } });
        Ok(Some(tx.state(Kind::SetUp, b"x", &statement).await?))
    }
}

struct Bench {
    _folder: tempfile::TempDir,
    store: Store,
    writer: Writer,
    log_key: Arc<LogKey>,
}

impl Bench {
    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(&folder.path().join("trien.db")).await.unwrap();
        Self::over(folder, store)
    }

    async fn on_postgres() -> Self {
        let store = Store::open_postgres(&fresh_database().await).await.unwrap();
        Self::over(tempfile::tempdir().unwrap(), store)
    }

    fn over(folder: tempfile::TempDir, store: Store) -> Self {
        let log_key = Arc::new(LogKey::from_seed("test.example/log", &[7; 32]).unwrap());
        let writer = Writer::start(Means {
            store: store.clone(),
            log_key: log_key.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
        });
        Self { _folder: folder, store, writer, log_key }
    }

    /// Ten commits that wait together, so they are one batch; the fifth ends as told.
    async fn ten(&self, round: &str, fifth: End) -> Vec<Result<Committed<u64>, FlowError>> {
        // On one thread the writer's task runs only after all ten have been handed over.
        let commits = (0..10).map(|n| {
            let end = if n == 4 { fifth } else { End::Well };
            self.writer.commit(Entry { name: format!("{round}-{n}"), end })
        });
        join_all(commits).await
    }

    async fn head(&self) -> (TreeHead, u64) {
        let mut reader = self.store.reader().await.unwrap();
        let head = head(&mut reader).await.unwrap();
        (head.tree(), head.change)
    }

    async fn has(&self, name: &str) -> bool {
        let mut reader = self.store.reader().await.unwrap();
        setting(&mut reader, name).await.unwrap().is_some()
    }

    async fn assert_included(&self, committed: &Committed<u64>) {
        let proof = committed.sealed.proof(committed.value).unwrap();
        let mut reader = self.store.reader().await.unwrap();
        let data = leaf(&mut reader, committed.value).await.unwrap().unwrap();
        let TreeHead { size, root } = committed.sealed.head();
        verify_inclusion(&leaf_hash(&data), proof.index, size, &proof.hashes, &root).unwrap();
    }

    fn assert_proved(&self, committed: &Committed<u64>) {
        let proof = committed.sealed.proof(committed.value).unwrap();
        let checkpoint = self.log_key.verifier().open(&proof.checkpoint).unwrap();
        assert_eq!(checkpoint.head(), committed.sealed.head());
        assert_eq!(proof.index, committed.value);
    }
}

async fn one_bad_commit_among_ten_takes_nobody_with_it(bench: Bench) {
    let answers = bench.ten("first", End::Refused).await;
    let heads: Vec<_> =
        answers.iter().flatten().map(|committed| committed.sealed.head().size).collect();
    assert_eq!(heads, [9; 9], "one batch, one head");
    assert_eq!(answers[4].as_ref().unwrap_err(), &FlowError::Overtaken);
    let leaves: Vec<_> = answers.iter().flatten().map(|committed| committed.value).collect();
    assert_eq!(leaves, (0..9).collect::<Vec<_>>(), "no gap where the refused one was");
    answers.iter().flatten().for_each(|committed| bench.assert_proved(committed));
    let (tree, change) = bench.head().await;
    assert_eq!((tree.size, change), (9, 9));
    assert!(!bench.has("first-4").await && bench.has("first-5").await);

    let again = bench.ten("second", End::Well).await;
    let sealed = &again[9].as_ref().unwrap().sealed;
    assert_eq!((sealed.head(), sealed.head().size), (bench.head().await.0, 19));
    again.iter().flatten().for_each(|committed| bench.assert_proved(committed));
}

async fn a_refusal_is_recorded_apart_from_what_it_refuses(bench: Bench) {
    let answers = bench.ten("first", End::RefusedAndRecorded).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(answers[4].as_ref().unwrap().value, 4);
    bench.assert_proved(answers[4].as_ref().unwrap());
    let (tree, change) = bench.head().await;
    assert_eq!((tree.size, change), (10, 9), "its change was rolled back, its leaf was not");
    assert!(!bench.has("first-4").await);
}

async fn a_lost_transaction_fails_its_whole_batch(bench: Bench) {
    let answers = bench.ten("first", End::Lost).await;
    for answer in &answers {
        assert!(matches!(answer, Err(FlowError::Unavailable(_))), "{answer:?}");
    }
    assert_eq!(bench.head().await.0.size, 0);
    assert!(!bench.has("first-0").await);
    let again = bench.ten("second", End::Well).await;
    assert!(again.iter().all(Result::is_ok), "the next batch begins anew");
    assert_eq!(bench.head().await.0.size, 10);
}

async fn a_commit_that_panics_does_not_end_the_writer(bench: Bench) {
    let answers = bench.ten("first", End::Panic).await;
    for answer in &answers {
        assert!(matches!(answer, Err(FlowError::Unavailable(_))), "{answer:?}");
    }
    assert!(bench.writer.is_running());
    let again = bench.ten("second", End::Well).await;
    assert!(again.iter().all(Result::is_ok), "the next batch begins anew");
    assert_eq!(bench.head().await.0.size, 10);
    assert!(!bench.has("first-0").await);
    bench.writer.stop().await;
    assert!(!bench.writer.is_running());
}

async fn a_stopping_writer_writes_what_waits(bench: Bench) {
    let (answers, ()) = tokio::join!(bench.ten("first", End::Well), bench.writer.stop());
    assert!(answers.iter().all(Result::is_ok));
    let late = bench.writer.commit(Entry { name: "late".to_owned(), end: End::Well }).await;
    assert!(matches!(late, Err(FlowError::Unavailable(_))));
}

/// Whatever is mixed: each answered leaf stands where it was said, under the root that was signed, and
/// nothing else stands in the log.
async fn tree_of_what_was_answered(mix: Vec<Vec<End>>) {
    let bench = Bench::on_sqlite().await;
    let mut expected = 0;
    for (round, batch) in mix.into_iter().enumerate() {
        let lost = batch.contains(&End::Lost);
        let commits = batch.iter().enumerate().map(|(number, end)| {
            bench.writer.commit(Entry { name: format!("{round}-{number}"), end: *end })
        });
        let answers = join_all(commits).await;
        for (end, answer) in batch.iter().zip(&answers) {
            match (end, answer) {
                (_, Err(FlowError::Unavailable(_))) => assert!(lost),
                (End::Refused, Err(FlowError::Overtaken)) => {}
                (End::Well | End::RefusedAndRecorded, Ok(committed)) => {
                    assert_eq!(committed.value, expected);
                    expected += 1;
                    bench.assert_included(committed).await;
                }
                (_, other) => panic!("{other:?}"),
            }
        }
    }
    let (tree, _) = bench.head().await;
    assert_eq!(tree.size, expected);
    let mut grown = Frontier::new();
    let mut reader = bench.store.reader().await.unwrap();
    for seq in 0..expected {
        grown.append(leaf_hash(&leaf(&mut reader, seq).await.unwrap().unwrap()));
    }
    assert_eq!(grown.root(), tree.root);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(24))]
    #[test]
    fn any_mix_of_commits_leaves_a_tree_of_what_was_answered(
        mix in proptest::collection::vec(proptest::collection::vec(end(), 1..9), 1..9),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(tree_of_what_was_answered(mix));
    }
}

fn end() -> impl proptest::strategy::Strategy<Value = End> {
    proptest::prop_oneof![
        8 => proptest::strategy::Just(End::Well),
        3 => proptest::strategy::Just(End::Refused),
        3 => proptest::strategy::Just(End::RefusedAndRecorded),
        1 => proptest::strategy::Just(End::Lost),
    ]
}

macro_rules! benches {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::Bench::on_sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            #[ignore = "needs a PostgreSQL: tests/postgres.sh"]
            async fn $case() {
                super::$case(super::Bench::on_postgres().await).await;
            })+
        }
    };
}

benches! {
    one_bad_commit_among_ten_takes_nobody_with_it,
    a_refusal_is_recorded_apart_from_what_it_refuses,
    a_lost_transaction_fails_its_whole_batch,
    a_commit_that_panics_does_not_end_the_writer,
    a_stopping_writer_writes_what_waits,
}
