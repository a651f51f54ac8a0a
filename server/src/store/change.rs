//! Reports of changed posts and units: what was held, and what was done to each thing.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, ChangeId, PersonId, UnitId};

use super::{Bind as _, Columns as _, StoreError, statements};

macro_rules! reports {
    ($where:literal) => {
        concat!(
            "SELECT r.id, r.kind, r.person, r.subject, r.place, r.author, r.account, a.name, r.why, \
             r.at, r.leaf, r.lines FROM change_report r LEFT JOIN account a ON a.id = r.account ",
            $where
        )
    };
}

statements! {
    INSERT = "INSERT INTO change_report (id, kind, person, subject, place, author, account, why, \
        at, leaf, lines) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INSERT_UNIT = "INSERT INTO change_unit (report, unit) VALUES ($1, $2) \
        ON CONFLICT (report, unit) DO NOTHING";
    INSERT_LINE = "INSERT INTO change_line (report, number, person, name, thing, what, deed, \
        detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    NEWEST = reports!("WHERE r.id < $3 AND EXISTS (SELECT 1 FROM change_unit c \
        JOIN unit u ON u.id = c.unit WHERE c.report = r.id AND u.path >= $1 AND u.path < $2) \
        ORDER BY r.id DESC LIMIT $4");
    OF_PERSON = reports!("WHERE r.person = $1 OR r.id IN \
        (SELECT l.report FROM change_line l WHERE l.person = $1) ORDER BY r.id DESC LIMIT 50");
    ONE = reports!("WHERE r.id = $1");
    UNITS = "SELECT unit FROM change_unit WHERE report = $1 ORDER BY unit";
    LINES = "SELECT person, name, thing, what, deed, detail FROM change_line WHERE report = $1 \
        ORDER BY number";
}

/// What a change did to one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it was, where it was somebody's.
    pub person: Option<PersonId>,
    /// That person's name then.
    pub name: String,
    /// What kind of thing, by its name.
    pub thing: String,
    /// Which, in words.
    pub what: String,
    /// What was done, by its name.
    pub deed: String,
    /// To whom, into which unit, or for which reason.
    pub detail: String,
}

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// Somebody who signed in, with the full name.
    Account(AccountId, String),
}

/// A report without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// Which.
    pub id: ChangeId,
    /// What kind of change, by its name.
    pub kind: String,
    /// Whose post, where it is one person's.
    pub person: Option<PersonId>,
    /// The person's or unit's name then.
    pub subject: String,
    /// From where to where.
    pub place: String,
    /// By whom.
    pub by: By,
    /// Why, in that person's words.
    pub why: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The leaf of the log that names it.
    pub leaf: u64,
    /// SHA-256 of its lines, which that leaf holds.
    pub lines: Sha256,
}

/// Adds a report with its lines and the units that it is about.
pub async fn insert(
    connection: &mut AnyConnection,
    report: &ReportRow,
    units: &[UnitId],
    lines: &[Line],
) -> Result<(), StoreError> {
    let (author, account) = match &report.by {
        By::CommandLine => ("command-line", None),
        By::Account(account, _) => ("account", Some(account)),
    };
    sqlx::query(INSERT)
        .put(&report.id)
        .put(&report.kind)
        .put_opt(report.person.as_ref())
        .put(&report.subject)
        .put(&report.place)
        .bind(author.to_owned())
        .put_opt(account)
        .put_opt(report.why.as_ref())
        .put(&report.at)
        .put(&report.leaf)
        .put(&report.lines)
        .execute(&mut *connection)
        .await?;
    for unit in units {
        sqlx::query(INSERT_UNIT).put(&report.id).put(unit).execute(&mut *connection).await?;
    }
    for (number, line) in (1_u64..).zip(lines) {
        sqlx::query(INSERT_LINE)
            .put(&report.id)
            .put(&number)
            .put_opt(line.person.as_ref())
            .put(&line.name)
            .put(&line.thing)
            .put(&line.what)
            .put(&line.deed)
            .put(&line.detail)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The reports about units with a path from `from` until before `to`, from the newest on, those before
/// `before`; at most `limit`.
pub async fn newest(
    connection: &mut AnyConnection,
    from: &str,
    to: &str,
    before: Option<ChangeId>,
    limit: u32,
) -> Result<Vec<ReportRow>, StoreError> {
    let before = before.unwrap_or(ChangeId::from_bytes([0xff; 16]));
    let query = sqlx::query(NEWEST).bind(from.to_owned()).bind(to.to_owned());
    query.put(&before).put(&limit).fetch_all(connection).await?.iter().map(read).collect()
}

/// The reports in which somebody stands, the newest first.
pub async fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<ReportRow>, StoreError> {
    sqlx::query(OF_PERSON).put(&person).fetch_all(connection).await?.iter().map(read).collect()
}

/// One report.
pub async fn one(
    connection: &mut AnyConnection,
    id: ChangeId,
) -> Result<Option<ReportRow>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The units that a report is about.
pub async fn units(
    connection: &mut AnyConnection,
    id: ChangeId,
) -> Result<Vec<UnitId>, StoreError> {
    let rows = sqlx::query(UNITS).put(&id).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// The lines of a report.
pub async fn lines(connection: &mut AnyConnection, id: ChangeId) -> Result<Vec<Line>, StoreError> {
    let rows = sqlx::query(LINES).put(&id).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(Line {
            person: row.get_opt(0)?,
            name: row.get_as(1)?,
            thing: row.get_as(2)?,
            what: row.get_as(3)?,
            deed: row.get_as(4)?,
            detail: row.get_as(5)?,
        })
    };
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<ReportRow, StoreError> {
    let (author, account): (String, Option<AccountId>) = (row.get_as(5)?, row.get_opt(6)?);
    let by = match (author.as_str(), account) {
        ("command-line", None) => By::CommandLine,
        ("account", Some(account)) => By::Account(account, row.get_as(7)?),
        _ => return Err(StoreError::Corrupt("author")),
    };
    Ok(ReportRow {
        id: row.get_as(0)?,
        kind: row.get_as(1)?,
        person: row.get_opt(2)?,
        subject: row.get_as(3)?,
        place: row.get_as(4)?,
        by,
        why: row.get_opt(8)?,
        at: row.get_as(9)?,
        leaf: row.get_as(10)?,
        lines: row.get_as(11)?,
    })
}
