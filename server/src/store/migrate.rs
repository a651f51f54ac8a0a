//! Schema versions: each migration has a file per database and runs once, in a transaction.

mod fold_accounts;
mod fold_people;
mod fold_requests;
mod name_devices;

use sqlx::{AnyConnection, Row as _};
use trien_core::digest::Sha256;

use super::dialect::{Dialect, run};
use super::error::StoreError;

struct Migration {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
    then: Then,
}

/// What a migration needs beside its SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Nothing,
    FoldPeople,
    FoldAccounts,
    NameDevices,
    FoldRequests,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sqlite: include_str!("../../migrations/sqlite/0001_first.sql"),
        postgres: include_str!("../../migrations/postgres/0001_first.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 2,
        sqlite: include_str!("../../migrations/sqlite/0002_accounts.sql"),
        postgres: include_str!("../../migrations/postgres/0002_accounts.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 3,
        sqlite: include_str!("../../migrations/sqlite/0003_proposals.sql"),
        postgres: include_str!("../../migrations/postgres/0003_proposals.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 4,
        sqlite: include_str!("../../migrations/sqlite/0004_register.sql"),
        postgres: include_str!("../../migrations/postgres/0004_register.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 5,
        sqlite: include_str!("../../migrations/sqlite/0005_people.sql"),
        postgres: include_str!("../../migrations/postgres/0005_people.sql"),
        then: Then::FoldPeople,
    },
    Migration {
        version: 6,
        sqlite: include_str!("../../migrations/sqlite/0006_posts.sql"),
        postgres: include_str!("../../migrations/postgres/0006_posts.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 7,
        sqlite: include_str!("../../migrations/sqlite/0007_outside_and_waves.sql"),
        postgres: include_str!("../../migrations/postgres/0007_outside_and_waves.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 8,
        sqlite: include_str!("../../migrations/sqlite/0008_passkeys.sql"),
        postgres: include_str!("../../migrations/postgres/0008_passkeys.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 9,
        sqlite: include_str!("../../migrations/sqlite/0009_two_persons.sql"),
        postgres: include_str!("../../migrations/postgres/0009_two_persons.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 10,
        sqlite: include_str!("../../migrations/sqlite/0010_admin_tokens.sql"),
        postgres: include_str!("../../migrations/postgres/0010_admin_tokens.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 12,
        sqlite: include_str!("../../migrations/sqlite/0012_sign_in.sql"),
        postgres: include_str!("../../migrations/postgres/0012_sign_in.sql"),
        then: Then::FoldAccounts,
    },
    Migration {
        version: 13,
        sqlite: include_str!("../../migrations/sqlite/0013_slips_and_levels.sql"),
        postgres: include_str!("../../migrations/postgres/0013_slips_and_levels.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 14,
        sqlite: include_str!("../../migrations/sqlite/0014_lists.sql"),
        postgres: include_str!("../../migrations/postgres/0014_lists.sql"),
        then: Then::NameDevices,
    },
    Migration {
        version: 15,
        sqlite: include_str!("../../migrations/sqlite/0015_phones.sql"),
        postgres: include_str!("../../migrations/postgres/0015_phones.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 16,
        sqlite: include_str!("../../migrations/sqlite/0016_requests_and_districts.sql"),
        postgres: include_str!("../../migrations/postgres/0016_requests_and_districts.sql"),
        then: Then::FoldRequests,
    },
    Migration {
        version: 17,
        sqlite: include_str!("../../migrations/sqlite/0017_push.sql"),
        postgres: include_str!("../../migrations/postgres/0017_push.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 18,
        sqlite: include_str!("../../migrations/sqlite/0018_acts.sql"),
        postgres: include_str!("../../migrations/postgres/0018_acts.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 19,
        sqlite: include_str!("../../migrations/sqlite/0019_register_figures.sql"),
        postgres: include_str!("../../migrations/postgres/0019_register_figures.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 21,
        sqlite: include_str!("../../migrations/sqlite/0021_stuck.sql"),
        postgres: include_str!("../../migrations/postgres/0021_stuck.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 22,
        sqlite: include_str!("../../migrations/sqlite/0022_certified.sql"),
        postgres: include_str!("../../migrations/postgres/0022_certified.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 23,
        sqlite: include_str!("../../migrations/sqlite/0023_changes.sql"),
        postgres: include_str!("../../migrations/postgres/0023_changes.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 24,
        sqlite: include_str!("../../migrations/sqlite/0024_webhooks.sql"),
        postgres: include_str!("../../migrations/postgres/0024_webhooks.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 25,
        sqlite: include_str!("../../migrations/sqlite/0025_versions.sql"),
        postgres: include_str!("../../migrations/postgres/0025_versions.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 26,
        sqlite: include_str!("../../migrations/sqlite/0026_numbers.sql"),
        postgres: include_str!("../../migrations/postgres/0026_numbers.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 27,
        sqlite: include_str!("../../migrations/sqlite/0027_templates.sql"),
        postgres: include_str!("../../migrations/postgres/0027_templates.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 28,
        sqlite: include_str!("../../migrations/sqlite/0028_time.sql"),
        postgres: include_str!("../../migrations/postgres/0028_time.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 29,
        sqlite: include_str!("../../migrations/sqlite/0029_delegations.sql"),
        postgres: include_str!("../../migrations/postgres/0029_delegations.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 30,
        sqlite: include_str!("../../migrations/sqlite/0030_papers.sql"),
        postgres: include_str!("../../migrations/postgres/0030_papers.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 31,
        sqlite: include_str!("../../migrations/sqlite/0031_passcode.sql"),
        postgres: include_str!("../../migrations/postgres/0031_passcode.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 32,
        sqlite: include_str!("../../migrations/sqlite/0032_document_signers.sql"),
        postgres: include_str!("../../migrations/postgres/0032_document_signers.sql"),
        then: Then::Nothing,
    },
    Migration {
        version: 34,
        sqlite: include_str!("../../migrations/sqlite/0034_desk.sql"),
        postgres: include_str!("../../migrations/postgres/0034_desk.sql"),
        then: Then::Nothing,
    },
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration \
     (version BIGINT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)";
const DONE: &str = "SELECT version, sha256 FROM migration ORDER BY version";
const RECORD: &str = "INSERT INTO migration (version, sha256) VALUES ($1, $2)";

impl Migration {
    fn sql(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Runs what is missing; refuses databases of newer builds.
pub(super) async fn run_all(
    dialect: Dialect,
    connection: &mut AnyConnection,
) -> Result<(), StoreError> {
    run(connection, TABLE).await?;
    run(connection, dialect.begin()).await?;
    if dialect == Dialect::Postgres {
        // Two nodes that start together take turns.
        run(connection, "LOCK TABLE migration IN ACCESS EXCLUSIVE MODE").await?;
    }
    match missing(dialect, connection).await {
        Ok(()) => Ok(run(connection, "COMMIT").await?),
        Err(error) => {
            let _ = run(connection, "ROLLBACK").await;
            Err(error)
        }
    }
}

async fn missing(dialect: Dialect, connection: &mut AnyConnection) -> Result<(), StoreError> {
    let mut done = Vec::new();
    for row in sqlx::query(DONE).fetch_all(&mut *connection).await? {
        done.push((row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?));
    }
    if let Some((newer, _)) = done.iter().find(|(v, _)| MIGRATIONS.iter().all(|m| m.version != *v))
    {
        return Err(StoreError::Newer(*newer));
    }
    for migration in MIGRATIONS {
        let sql = migration.sql(dialect);
        let digest = Sha256::of(sql.as_bytes()).to_string();
        match done.iter().find(|(version, _)| *version == migration.version) {
            Some((_, recorded)) if *recorded == digest => {}
            Some(_) => return Err(StoreError::ChangedMigration(migration.version)),
            None => {
                run(connection, sql).await?;
                match migration.then {
                    Then::Nothing => {}
                    Then::FoldPeople => fold_people::run(connection).await?,
                    Then::FoldAccounts => fold_accounts::run(connection).await?,
                    Then::NameDevices => name_devices::run(connection).await?,
                    Then::FoldRequests => fold_requests::run(connection).await?,
                }
                let record = sqlx::query(RECORD).bind(migration.version).bind(digest);
                record.execute(&mut *connection).await?;
            }
        }
    }
    Ok(())
}
