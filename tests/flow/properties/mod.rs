//! The state machines of enrollment, sessions, roles and trust against small models: random sequences of acts through
//! the real flows, on SQLite. After each act the answer and what the database holds must be what the model says.
//!
//! `PROPTEST_CASES=2000 cargo test …` runs more of them; a failure prints the shortest sequence that shows it. That they
//! can fail is shown too: a trigger in the database breaks one rule, and the model must name that one.

mod anchor;
mod authority;
mod device;
mod enrollment;
mod figures;
mod proposal;
mod role;
mod route;
mod session;
mod slip;

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sqlx::{AnyConnection, Row as _};
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::id::{AccountId, PersonId, UnitId};
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::store::account::{self as accounts, AccountRow};

use crate::office::Office;

/// Sequences in an ordinary run.
const CASES: u32 = 64;
/// Acts of a sequence, at most.
const STEPS: usize = 30;

/// What a case found.
type Found = Result<(), TestCaseError>;

/// Whether the server keeps its rules.
#[derive(Clone, Copy, Debug)]
enum Rules {
    Kept,
    /// A trigger undoes what a rule did.
    Broken(&'static str),
}

/// Runs a story for each of many random sequences, each about a person of its own, in one office; gives what did not
/// hold.
fn run<A: Debug + Clone>(
    rules: Rules,
    act: impl Strategy<Value = A>,
    story: impl AsyncFn(&Office, Vec<A>) -> Found,
) -> Result<(), String> {
    run_some(CASES, rules, act, story)
}

/// The same for another number of sequences in an ordinary run.
fn run_some<A: Debug + Clone>(
    cases: u32,
    rules: Rules,
    act: impl Strategy<Value = A>,
    story: impl AsyncFn(&Office, Vec<A>) -> Found,
) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let office = runtime.block_on(async {
        let office = Office::on_sqlite().await;
        if let Rules::Broken(trigger) = rules {
            let mut database = office.database().await;
            sqlx::raw_sql(trigger).execute(&mut database).await.unwrap();
        }
        office
    });
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        // Where a rule is broken, the first who notices ends it.
        cases: match rules {
            Rules::Kept => asked.unwrap_or(cases),
            Rules::Broken(_) => 4_096,
        },
        failure_persistence: None,
        max_shrink_iters: match rules {
            Rules::Kept => 300,
            Rules::Broken(_) => 0,
        },
        ..Config::default()
    };
    let sequences = vec(act, 1..=STEPS);
    let mut runner = match rules {
        Rules::Kept => TestRunner::new(config),
        // The same sequences each time: chance decides which of its claims a broken rule breaks first.
        Rules::Broken(_) => {
            TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
        }
    };
    let held = runner.run(&sequences, |acts| runtime.block_on(story(&office, acts)));
    held.map_err(|error| error.to_string())
}

/// Breaks one rule by a trigger, and asks that the model notices just this one, by the words of a claim that it breaks.
fn notices<A: Debug + Clone>(
    (trigger, claims): (&'static str, &[&str]),
    act: impl Strategy<Value = A>,
    story: impl AsyncFn(&Office, Vec<A>) -> Found,
) {
    let told = run(Rules::Broken(trigger), act, story).expect_err("the model looks away");
    assert!(
        claims.iter().any(|claim| told.contains(claim)),
        "another rule than {claims:?}: {told}"
    );
}

/// An account with these roles in a unit, which nobody made.
async fn account(office: &Office, unit: UnitId, roles: &[Role]) -> Officer {
    let account = AccountId::generate(&*office.clock, &OsEntropy);
    let (login, name) = (account.to_string(), "Cán bộ".to_owned());
    let row = AccountRow {
        id: account,
        login: login.clone(),
        name: name.clone(),
        password: String::new(),
        failures: 0,
        locked_until: office.clock.now(),
        created_at: office.clock.now(),
        ended_at: None,
    };
    let grants: Vec<Grant> = roles.iter().map(|role| Grant { unit, role: *role }).collect();
    let mut connection = office.database().await;
    assert_eq!(accounts::insert(&mut connection, &row).await.unwrap(), 1);
    for grant in &grants {
        accounts::grant(&mut connection, account, *grant, row.created_at).await.unwrap();
    }
    Officer { account, login, name, grants, token: None }
}

/// The same, made by another one while phones are in use: no second person beside whoever made it.
async fn puppet(office: &Office, of: &Officer, unit: UnitId, roles: &[Role]) -> Officer {
    let made = account(office, unit, roles).await;
    let mut connection = office.database().await;
    let note = sqlx::query("UPDATE account SET made_by = $1 WHERE id = $2");
    let note = note.bind(of.account.as_bytes().to_vec()).bind(made.account.as_bytes().to_vec());
    note.execute(&mut connection).await.unwrap();
    made
}

/// Texts of the rows that a query about one person gives.
async fn texts(connection: &mut AnyConnection, sql: &'static str, of: PersonId) -> Vec<String> {
    let rows = sqlx::query(sql).bind(of.as_bytes().to_vec()).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
