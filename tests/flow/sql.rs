//! One SQL text for both databases.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Executor as _, Row as _, SqlSafeStr as _};
use trien_core::digest::Sha256;
use trien_core::id::UnitId;
use trien_server::paging::Turn;
use trien_server::store::dialect::Dialect;
use trien_server::store::people::{self, Way};
use trien_server::store::{
    STATEMENTS, Store, absence, changes, comment, copy, delegation, delivery, device, devices,
    directory, document_signature, evidence, mail, number, on_paper, proposal, register,
    replacement, requests, slip, stand_in, stuck, template, waiting, wave, webhook,
};

use crate::office::{connect, fresh_database};

/// Columns by table and name: type and whether null is allowed.
type Columns = BTreeMap<(String, String), (String, bool)>;

async fn sqlite() -> (tempfile::TempDir, Store, AnyConnection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trien.db");
    let store = Store::open_sqlite(&path).await.unwrap();
    let connection = store.writer().await.unwrap();
    (folder, store, connection)
}

async fn prepare_all(connection: &mut AnyConnection, dialect: Dialect) {
    for (name, sql) in STATEMENTS.iter().copied().flatten() {
        if *name == "HEAD_LOCKED" && dialect == Dialect::Sqlite {
            continue;
        }
        let sql: &'static str = sql;
        if let Err(error) = connection.prepare(sql.into_sql_str()).await {
            panic!("{name}: {error}\n{sql}");
        }
    }
}

async fn sqlite_columns(connection: &mut AnyConnection) -> Columns {
    const COLUMNS: &str = "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema m \
        JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    let mut columns = Columns::new();
    for row in sqlx::query(COLUMNS).fetch_all(connection).await.unwrap() {
        let not_null = row.get::<i64, _>(3) == 1;
        columns.insert((row.get(0), row.get(1)), (row.get(2), !not_null));
    }
    columns
}

async fn postgres_columns(connection: &mut AnyConnection) -> Columns {
    const COLUMNS: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), \
        CAST(data_type AS TEXT), CAST(is_nullable AS TEXT) FROM information_schema.columns \
        WHERE table_schema = 'public'";
    let mut columns = Columns::new();
    for row in sqlx::query(COLUMNS).fetch_all(connection).await.unwrap() {
        let kind = match row.get::<String, _>(2).as_str() {
            "bigint" => "INTEGER",
            "bytea" => "BLOB",
            "text" => "TEXT",
            other => panic!("a column of type {other}"),
        };
        let nullable = row.get::<String, _>(3) == "YES";
        columns.insert((row.get(0), row.get(1)), (kind.to_owned(), nullable));
    }
    columns
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let (_folder, _store, mut connection) = sqlite().await;
    prepare_all(&mut connection, Dialect::Sqlite).await;
}

/// What SQLite does for a statement, one line a table, and whether it does so for the statement itself.
async fn plan(connection: &mut AnyConnection, sql: &str) -> Vec<(String, bool)> {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = sqlx::query(explain).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| (row.get(3), row.get::<i64, _>(1) == 0)).collect()
}

/// Statements of a module with their names, those that follow an order to its page, and those that look
/// at few.
type Pages =
    (&'static [(&'static str, &'static str)], &'static [&'static str], &'static [&'static str]);

const LISTS: [Pages; 25] = [
    (copy::STATEMENTS, &["OF_UNIT"], &["VIEWS", "UNITS", "DELIVERED", "HAS"]),
    (
        document_signature::STATEMENTS,
        &["OF_DECIDER"],
        &[
            "SIGNER",
            "ENTRY",
            "SIGNS",
            "WAITING",
            "ONE",
            "AWAITED",
            "DECIDED_BY",
            "OF_DEVICE",
            "OF_BRANCH",
            "OF_ENTRY",
            "OF_DEVICE_OF_ENTRY",
            "STRANDED",
            "UNDONE",
            "RAN_OUT",
            "AWAITS",
        ],
    ),
    (comment::STATEMENTS, &[], &["LIST", "WRITER", "COUNT", "HAS_PART"]),
    (template::STATEMENTS, &["OF_UNIT"], &["ENDED", "VERSIONS", "HOLDERS", "TITLE"]),
    (absence::STATEMENTS, &[], &["ONE"]),
    (waiting::STATEMENTS, &[], &["WAITING", "CHIEF"]),
    (mail::STATEMENTS, &[], &["DUE", "OPEN", "ESCALATED", "LAST"]),
    (on_paper::STATEMENTS, &[], &["COUNTS", "WHOLE"]),
    (
        number::STATEMENTS,
        &[],
        &["LIST", "BY_TEXT", "OF_REQUEST", "BY_REFERENCE", "FIND_TEXT", "FIND_VALUE", "SERIES"],
    ),
    (
        delegation::STATEMENTS,
        &["FROM_PERSON", "TO_PERSON"],
        &["ONE", "OF_POST", "OF_DEVICE", "COUNT", "OF_REQUEST"],
    ),
    (
        stand_in::STATEMENTS,
        &[],
        &["OPEN_REQUESTS", "STOOD_IN", "MAY", "STANDING_IN", "TASK", "ONE_STAND_IN"],
    ),
    (changes::STATEMENTS, &["OF_UNIT"], &["OF_REQUEST", "ONE"]),
    (delivery::STATEMENTS, &[], &["LIST", "LIST_OF_STATE", "DUE", "QUEUE"]),
    (webhook::STATEMENTS, &[], &["ONE", "OWNER", "IN_BRANCH"]),
    (requests::STATEMENTS, &["IN_ORDER", "OF_UNIT"], &["UNITS"]),
    (
        people::STATEMENTS,
        &[
            "IN_ORDER",
            "ALONG_WORD",
            "ALONG_TWO",
            "WITH_WORD_FROM",
            "WITH_WORD_UP_TO",
            "WITHOUT_DEVICE_IN_ORDER",
        ],
        &["BY_WORD", "BY_UNIT", "WITHOUT_DEVICE_BY_UNIT", "COUNT", "ONE"],
    ),
    (
        devices::STATEMENTS,
        &[
            "IN_ORDER",
            "OF_STANDING",
            "ALONG_WORD",
            "ALONG_TWO",
            "WITH_WORD_FROM",
            "WITH_WORD_UP_TO",
            "NEWEST",
            "WAITING",
        ],
        &["BY_WORD", "BY_UNIT", "WAITING_BY_UNIT", "COUNT", "ONE", "OF_PERSON"],
    ),
    (
        register::READING,
        &["NEWEST", "NEWEST_OF_STATE", "ENDING", "EXCEEDING"],
        &[
            "NEWEST_BY_UNIT",
            "ENDING_BY_UNIT",
            "HELD_ELSEWHERE",
            "ONE",
            "EVENTS",
            "COUNT_BELOW",
            "TALLY",
        ],
    ),
    (register::FIGURES, &[], &["FIGURES"]),
    (register::RENEWAL, &[], &["BEFORE", "AFTER", "CERTIFIED", "COUNT_EXCEEDING"]),
    (wave::STATEMENTS, &[], &["COUNTS", "STUCK", "PERSON", "UNITS", "OPEN_IN"]),
    (device::STATEMENTS, &[], &["BY_ID", "KNOWN", "STANDING", "POST", "EQUIP", "OTHERS"]),
    (proposal::STATEMENTS, &[], &["OPEN_ON"]),
    (stuck::STATEMENTS, &[], &["STUCK", "POST"]),
    (slip::STATEMENTS, &[], &["ONE", "NEWEST", "OF_PERSON", "IN_UNIT", "IN_WAVE", "COUNTS"]),
];

#[tokio::test]
async fn no_list_reads_through_a_table_or_sorts_what_it_does_not_show() {
    let (_folder, _store, mut connection) = sqlite().await;
    let mut looked = 0;
    for (statements, along, few) in LISTS {
        for (name, sql) in statements {
            let is = |kinds: &[&str]| {
                let of = |kind: &&str| {
                    let rest = name.strip_prefix(kind);
                    rest.is_some_and(|rest| ["", "_AFTER", "_BEFORE"].contains(&rest))
                };
                kinds.iter().any(of) || kinds.contains(&"COUNT") && name.starts_with("COUNT_")
            };
            let is_along = is(along);
            if !is_along && !is(few) {
                continue;
            }
            looked += 1;
            for (line, is_whole) in plan(&mut connection, sql).await {
                // What a statement found itself is gone through.
                let own = ["SCAN f", "SCAN m", "SCAN r", "SCAN few"].contains(&line.as_str());
                let own = own || line.starts_with("SCAN (");
                let scans = line.starts_with("SCAN ") && !line.contains(" USING ") && !own;
                assert!(!scans && !line.contains("AUTOMATIC"), "{name}: {line}");
                let sorts = is_along && is_whole && line.contains("TEMP B-TREE");
                assert!(!sorts, "{name}: {line}");
            }
        }
    }
    assert!(looked > 40, "{looked} statements are lists");
}

/// Where few of a hundred thousand devices are meant, SQLite would go through all of a standing.
#[tokio::test]
async fn what_few_devices_have_is_looked_for_where_it_is_noted() {
    let (_folder, _store, mut connection) = sqlite().await;
    for (statements, name, first) in [
        (evidence::STATEMENTS, "DOUBTED", "SCAN x"),
        (replacement::STATEMENTS, "ASKING", "SEARCH d USING INDEX device_replacement_asked"),
        (proposal::STATEMENTS, "OPEN", "SCAN p USING INDEX proposal_open"),
        (register::RENEWAL, "COUNT_EXCEEDING", "SCAN e USING INDEX register_entry_exceeds"),
        (document_signature::STATEMENTS, "OF_BRANCH", "SCAN w USING INDEX document_signature_"),
    ] {
        let looked = looked_first(&mut connection, statements, name).await;
        assert!(looked.starts_with(first), "{name}: {looked}");
    }
}

/// Where SQLite looks first for what a statement of a module asks for.
async fn looked_first(
    connection: &mut AnyConnection,
    statements: &[(&str, &str)],
    name: &str,
) -> String {
    let (_, sql) = statements.iter().find(|(one, _)| *one == name).unwrap();
    let plan = plan(connection, sql).await;
    let mut looks = plan.into_iter().map(|(line, _)| line);
    looks.find(|line| line.starts_with('S')).unwrap()
}

/// A unit's register has tens of thousands of numbers, and each document that is submitted with one asks for its own.
#[tokio::test]
async fn a_number_is_looked_for_as_documents_bear_it_and_not_through_the_register() {
    let (_folder, _store, mut connection) = sqlite().await;
    for name in ["BY_TEXT", "FIND_TEXT"] {
        let looked = looked_first(&mut connection, number::STATEMENTS, name).await;
        let by_both = "USING INDEX document_number_text (unit=? AND number=?)";
        assert!(looked.ends_with(by_both), "{name}: {looked}");
    }
}

#[tokio::test]
#[ignore = "needs a PostgreSQL: tests/postgres.sh"]
async fn every_statement_prepares_on_postgres() {
    let store = Store::open_postgres(&fresh_database().await).await.unwrap();
    let mut connection = store.writer().await.unwrap();
    prepare_all(&mut connection, Dialect::Postgres).await;
}

#[tokio::test]
#[ignore = "needs a PostgreSQL: tests/postgres.sh"]
async fn both_databases_get_the_same_columns() {
    let (_folder, _store, mut connection) = sqlite().await;
    let mut on_sqlite = sqlite_columns(&mut connection).await;
    // The table of migrations is made by one text, whose BIGINT SQLite keeps by that name.
    for (kind, _) in on_sqlite.values_mut() {
        if kind == "BIGINT" {
            "INTEGER".clone_into(kind);
        }
    }
    let url = fresh_database().await;
    let _store = Store::open_postgres(&url).await.unwrap();
    let on_postgres = postgres_columns(&mut connect(&url).await).await;
    assert_eq!(on_sqlite, on_postgres);
}

/// A unit below another one and a person there, as the second schema held them.
async fn with_the_second_schema(connection: &mut AnyConnection, dialect: Dialect) {
    const TABLE: &str = "CREATE TABLE migration (version BIGINT NOT NULL PRIMARY KEY, \
        sha256 TEXT NOT NULL)";
    const RECORD: &str = "INSERT INTO migration (version, sha256) VALUES ($1, $2)";
    const UNIT: &str = "INSERT INTO unit (id, parent, name, software_keys, prompt_policy, \
        created_at) VALUES ($1, $2, $3, 0, '\"per-use\"', 0)";
    const PERSON: &str = "INSERT INTO person (id, name, created_at) VALUES ($1, $2, 0)";
    const POSITION: &str =
        "INSERT INTO position (person, unit, title, since) VALUES ($1, $2, $3, 0)";
    let schemas = match dialect {
        Dialect::Sqlite => [
            include_str!("../../server/migrations/sqlite/0001_first.sql"),
            include_str!("../../server/migrations/sqlite/0002_accounts.sql"),
        ],
        Dialect::Postgres => [
            include_str!("../../server/migrations/postgres/0001_first.sql"),
            include_str!("../../server/migrations/postgres/0002_accounts.sql"),
        ],
    };
    sqlx::raw_sql(TABLE).execute(&mut *connection).await.unwrap();
    for (version, sql) in (1_i64..).zip(schemas) {
        sqlx::raw_sql(sql).execute(&mut *connection).await.unwrap();
        let record = sqlx::query(RECORD).bind(version);
        let digest = Sha256::of(sql.as_bytes()).to_string();
        record.bind(digest).execute(&mut *connection).await.unwrap();
    }
    let (top, below) = (vec![1_u8; 16], vec![2_u8; 16]);
    for (id, parent, name) in [(&top, None, "Sở Y tế"), (&below, Some(&top), "Phòng Dược")]
    {
        let unit = sqlx::query(UNIT).bind(id.clone()).bind(parent.cloned());
        unit.bind(name).execute(&mut *connection).await.unwrap();
    }
    let person = sqlx::query(PERSON).bind(vec![3_u8; 16]).bind("Đỗ Thị Ánh");
    person.execute(&mut *connection).await.unwrap();
    let position = sqlx::query(POSITION).bind(vec![3_u8; 16]).bind(below).bind("Trưởng phòng");
    position.execute(&mut *connection).await.unwrap();
}

async fn finds_who_was_there(store: &Store) {
    let mut connection = store.reader().await.unwrap();
    let top = UnitId::from_bytes([1; 16]);
    let branch = directory::branch(&mut connection, top).await.unwrap().unwrap();
    for way in [Way::InOrder, Way::ByUnit, Way::ByWord("anh".to_owned())] {
        let words = ["anh", "duoc", "truong"].map(str::to_owned);
        let found = people::list(&mut connection, &way, &branch, &words, &Turn::First, 9).await;
        let found = found.unwrap();
        assert_eq!(found.len(), 1, "{way:?}");
        assert_eq!(found[0].sorting, "anh do thi");
    }
}

#[tokio::test]
async fn people_of_an_older_sqlite_database_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trien.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    with_the_second_schema(&mut connect(&url).await, Dialect::Sqlite).await;
    finds_who_was_there(&Store::open_sqlite(&path).await.unwrap()).await;
}

#[tokio::test]
#[ignore = "needs a PostgreSQL: tests/postgres.sh"]
async fn people_of_an_older_postgres_database_are_found() {
    let url = fresh_database().await;
    with_the_second_schema(&mut connect(&url).await, Dialect::Postgres).await;
    finds_who_was_there(&Store::open_postgres(&url).await.unwrap()).await;
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_left_alone() {
    const NEWER: &str = "INSERT INTO migration (version, sha256) VALUES (9999, 'x')";
    let (folder, store, mut connection) = sqlite().await;
    sqlx::query(NEWER).execute(&mut connection).await.unwrap();
    store.close().await;
    let refused = Store::open_sqlite(&folder.path().join("trien.db")).await.unwrap_err();
    assert!(refused.to_string().contains("newer release"), "{refused}");
}

#[tokio::test]
async fn every_sqlite_connection_is_durable_and_readers_cannot_write() {
    let (_folder, store, mut writer) = sqlite().await;
    for (pragma, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")]
    {
        let sql = format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut writer).await.unwrap();
        assert_eq!(row.get::<String, _>(0), expected, "{pragma}");
    }
    let mut reader = store.reader().await.unwrap();
    let write = sqlx::query("DELETE FROM job").execute(&mut *reader).await;
    assert!(write.unwrap_err().to_string().contains("readonly"));
}
