//! Acts: what stands in the log, as lists ask for it. Each row says again what its leaf's statement says,
//! and is written with it; nothing here is known from elsewhere.

use serde_json::{Map, Value, json};
use sqlx::AnyConnection;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, DeviceId, PersonId, UnitId};

use super::people::Branch;
use super::{Bind as _, Columns as _, StoreError, account, statements};

/// What an act is done to: what the subject of its statement names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An account.
    Account,
    /// An anchor.
    Anchor,
    /// A token of an account.
    AdminToken,
    /// A key of a document system.
    ApiKey,
    /// The certificate of somebody, by its digest.
    Certificate,
    /// A phone.
    Device,
    /// An entry of the register.
    Entry,
    /// An invitation.
    Invitation,
    /// A person.
    Person,
    /// A request for signatures.
    Request,
    /// A slip.
    Slip,
    /// A template of routes.
    Template,
    /// A unit.
    Unit,
    /// A wave.
    Wave,
    /// A file, a report or an authority: it is where the one who acts has a role.
    Office,
}

macro_rules! listed {
    ($from:literal, $driven:literal, $rest:literal) => {
        concat!(
            "SELECT a.leaf FROM ",
            $from,
            " WHERE ",
            $driven,
            " AND a.leaf < $1 AND a.at_seconds >= $2 AND a.at_seconds < $3 \
             AND (a.kind = $4 OR $4 = '') AND (a.actor = $5 OR LENGTH($5) = 0) \
             AND (a.person = $6 OR LENGTH($6) = 0) AND (a.subject = $7 OR LENGTH($7) = 0) ",
            $rest
        )
    };
}

macro_rules! within {
    ($driven:literal) => {
        listed!(
            "act a",
            $driven,
            "AND (EXISTS (SELECT 1 FROM act_unit x JOIN unit u ON u.id = x.unit \
             WHERE x.leaf = a.leaf AND u.path >= $8 AND u.path < $9) \
             OR ($10 = 1 AND a.placed = 0)) ORDER BY a.leaf DESC LIMIT $11"
        )
    };
}

statements! {
    INSERT = "INSERT INTO act (leaf, kind, at_seconds, author, actor, person, subject, placed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_UNIT = "INSERT INTO act_unit (leaf, unit) VALUES ($1, $2)";
    IN_ORDER = within!("a.leaf >= 0");
    OF_KIND = within!("a.kind = $4");
    OF_ACTOR = within!("a.actor = $5");
    OF_PERSON = within!("a.person = $6");
    OF_SUBJECT = within!("a.subject = $7");
    OF_UNIT = listed!("act_unit x CROSS JOIN act a", "x.unit = $8 AND x.leaf < $1 AND a.leaf = x.leaf",
        "ORDER BY x.leaf DESC LIMIT $9");
    UNPLACED = listed!("act a", "a.placed = 0", "ORDER BY a.leaf DESC LIMIT $8");
    ONE = "SELECT a.kind, a.at_seconds, a.author, a.actor, a.person, s.body, c.name, o.name, h.name, \
        a.subject FROM act a JOIN statement s ON s.leaf = a.leaf LEFT JOIN account c ON c.id = a.actor \
        LEFT JOIN device d ON d.id = a.actor LEFT JOIN person h ON h.id = d.person \
        LEFT JOIN person o ON o.id = a.person WHERE a.leaf = $1";
    ROW = "SELECT kind, at_seconds, author, actor, person, subject FROM act WHERE leaf = $1";
    ROW_UNITS = "SELECT unit FROM act_unit WHERE leaf = $1 ORDER BY unit";
    UNITS_OF = "SELECT u.id, u.name FROM act_unit x JOIN unit u ON u.id = x.unit WHERE x.leaf = $1 \
        ORDER BY u.path LIMIT $2";
    UNITS = "SELECT id FROM unit WHERE path >= $1 AND path < $2 ORDER BY path LIMIT $3";
    OF_DEVICE = "SELECT unit, person FROM device WHERE id = $1";
    OF_CERTIFICATE = "SELECT unit, person FROM register_entry WHERE certificate = $1";
    OF_ENTRY = "SELECT unit, person FROM register_entry WHERE id = $1";
    OF_INVITATION = "SELECT unit, person FROM invitation WHERE id = $1";
    OF_SLIP = "SELECT unit, person FROM slip WHERE id = $1";
    OF_API_KEY = "SELECT unit FROM api_key WHERE id = $1";
    OF_ANCHOR = "SELECT unit FROM anchor WHERE id = $1";
    OF_WAVE = "SELECT unit FROM wave_unit WHERE wave = $1 ORDER BY unit";
    OF_TEMPLATE = "SELECT unit FROM template WHERE id = $1";
    OF_REQUEST = "SELECT unit FROM request WHERE id = $1";
    OF_POSTS = "SELECT DISTINCT unit FROM position WHERE person = $1 AND until IS NULL ORDER BY unit";
    OF_TOKEN = "SELECT account FROM admin_token WHERE id = $1";
    BACKLOG = "SELECT b.leaf, l.data, s.subject, s.body FROM act_backlog b \
        JOIN log_leaf l ON l.seq = b.leaf JOIN statement s ON s.leaf = b.leaf \
        ORDER BY b.leaf LIMIT $1";
    INDEXED = "DELETE FROM act_backlog WHERE leaf = $1";
    IS_WAITING = "SELECT leaf FROM act_backlog LIMIT 1";
}

/// Units below which each is asked for its own acts: in a narrow branch of a large office a search along
/// all acts would pass by nearly everything.
const FEW_UNITS: u32 = 24;
/// Units of one act that are told by name.
const TOLD_UNITS: u32 = 20;

/// Which units and which person an act concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The units; none: the office as a whole.
    pub units: Vec<UnitId>,
    /// The person.
    pub person: Option<PersonId>,
}

impl Place {
    /// What a statement says itself.
    #[must_use]
    pub fn said(said: &Map<String, Value>) -> Self {
        let read = |value: &Value| serde_json::from_value::<UnitId>(value.clone()).ok();
        let several = said.get("units").and_then(Value::as_array);
        let units = match several {
            Some(units) => units.iter().filter_map(read).collect(),
            None => said.get("unit").and_then(read).into_iter().collect(),
        };
        let person = said.get("person").cloned();
        Self { units, person: person.and_then(|person| serde_json::from_value(person).ok()) }
    }

    /// Has a statement say it, where it does not.
    pub fn note(&self, said: &mut Map<String, Value>) {
        let there = Self::said(said);
        if there.units.is_empty() {
            match self.units.as_slice() {
                [] => {}
                [unit] => drop(said.insert("unit".to_owned(), json!(unit))),
                units => drop(said.insert("units".to_owned(), json!(units))),
            }
        }
        if let (None, Some(person)) = (there.person, self.person) {
            said.insert("person".to_owned(), json!(person));
        }
    }
}

/// Who did something, as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// The server itself.
    Server,
    /// Somebody who signed in, or showed a token.
    Account(AccountId),
    /// A phone.
    Device(DeviceId),
}

impl Author {
    fn said(said: &Map<String, Value>) -> Self {
        let Some(by) = said.get("by") else { return Self::Server };
        if by == "command-line" {
            return Self::CommandLine;
        }
        let device = serde_json::from_value(by["device"].clone()).map(Self::Device);
        let account = serde_json::from_value(by.clone()).map(Self::Account);
        device.or(account).unwrap_or(Self::Server)
    }

    /// As its columns hold it: what kind, and which.
    #[must_use]
    pub fn columns(&self) -> (&'static str, Option<Vec<u8>>) {
        match self {
            Self::CommandLine => ("command-line", None),
            Self::Server => ("server", None),
            Self::Account(id) => ("account", Some(id.as_bytes().to_vec())),
            Self::Device(id) => ("device", Some(id.as_bytes().to_vec())),
        }
    }
}

/// What lists find an act by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActRow {
    /// What kind, by its name.
    pub kind: &'static str,
    /// When it was recorded.
    pub at: UnixSecond,
    /// By whom.
    pub author: Author,
    /// Whom and what it concerns.
    pub place: Place,
}

impl ActRow {
    /// The row of a statement.
    #[must_use]
    pub fn of(kind: &'static str, at: UnixSecond, said: &Map<String, Value>) -> Self {
        Self { kind, at, author: Author::said(said), place: Place::said(said) }
    }
}

/// Writes the row of a leaf's statement.
pub async fn insert(
    connection: &mut AnyConnection,
    leaf: u64,
    subject: &[u8],
    row: &ActRow,
) -> Result<(), StoreError> {
    let (author, actor) = row.author.columns();
    sqlx::query(INSERT)
        .put(&leaf)
        .bind(row.kind.to_owned())
        .put(&row.at)
        .bind(author.to_owned())
        .bind(actor)
        .put_opt(row.place.person.as_ref())
        .bind(subject.to_vec())
        .bind(i64::from(!row.place.units.is_empty()))
        .execute(&mut *connection)
        .await?;
    let mut units = row.place.units.clone();
    units.sort();
    units.dedup();
    for unit in &units {
        sqlx::query(INSERT_UNIT).put(&leaf).put(unit).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whom and what an act concerns: what its statement says, and else what its subject is of now.
pub async fn place(
    connection: &mut AnyConnection,
    of: Subject,
    subject: &[u8],
    said: &Map<String, Value>,
) -> Result<Place, StoreError> {
    let mut place = Place::said(said);
    let found = match of {
        Subject::Account => of_account(connection, subject).await?,
        Subject::AdminToken => {
            let row = sqlx::query(OF_TOKEN).bind(subject.to_vec());
            let account = row.fetch_optional(&mut *connection).await?;
            match account {
                Some(row) => of_account(connection, &row.get_as::<Vec<u8>>(0)?).await?,
                None => Place::default(),
            }
        }
        Subject::Office => match Author::said(said) {
            Author::Account(account) => of_account(connection, account.as_bytes()).await?,
            _ => Place::default(),
        },
        Subject::Unit => Place { units: unit(subject).into_iter().collect(), person: None },
        Subject::Person => {
            let units = units(connection, OF_POSTS, subject).await?;
            let person = subject.try_into().ok().map(PersonId::from_bytes);
            Place { units, person }
        }
        Subject::Device => pair(connection, OF_DEVICE, subject).await?,
        Subject::Certificate => pair(connection, OF_CERTIFICATE, subject).await?,
        Subject::Entry => pair(connection, OF_ENTRY, subject).await?,
        Subject::Invitation => pair(connection, OF_INVITATION, subject).await?,
        Subject::Slip => pair(connection, OF_SLIP, subject).await?,
        Subject::ApiKey => units(connection, OF_API_KEY, subject).await?.into(),
        Subject::Anchor => units(connection, OF_ANCHOR, subject).await?.into(),
        Subject::Wave => units(connection, OF_WAVE, subject).await?.into(),
        Subject::Template => units(connection, OF_TEMPLATE, subject).await?.into(),
        Subject::Request => units(connection, OF_REQUEST, subject).await?.into(),
    };
    if place.units.is_empty() {
        place.units = found.units;
    }
    place.person = place.person.or(found.person);
    Ok(place)
}

impl From<Vec<UnitId>> for Place {
    fn from(units: Vec<UnitId>) -> Self {
        Self { units, person: None }
    }
}

fn unit(subject: &[u8]) -> Option<UnitId> {
    subject.try_into().ok().map(UnitId::from_bytes)
}

async fn of_account(connection: &mut AnyConnection, id: &[u8]) -> Result<Place, StoreError> {
    let Ok(id) = id.try_into().map(AccountId::from_bytes) else { return Ok(Place::default()) };
    let grants = account::grants(&mut *connection, id).await?;
    let mut units: Vec<UnitId> = grants.iter().map(|grant| grant.unit).collect();
    units.dedup();
    if units.is_empty() {
        units = account::past_units(connection, id).await?;
    }
    Ok(units.into())
}

async fn units(
    connection: &mut AnyConnection,
    sql: &'static str,
    subject: &[u8],
) -> Result<Vec<UnitId>, StoreError> {
    let rows = sqlx::query(sql).bind(subject.to_vec()).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

async fn pair(
    connection: &mut AnyConnection,
    sql: &'static str,
    subject: &[u8],
) -> Result<Place, StoreError> {
    let row = sqlx::query(sql).bind(subject.to_vec()).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(Place::default()) };
    Ok(Place { units: vec![row.get_as(0)?], person: row.get_opt(1)? })
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// Only of this kind.
    pub kind: Option<&'static str>,
    /// Only by this account.
    pub account: Option<AccountId>,
    /// Only about this person.
    pub person: Option<PersonId>,
    /// Only about this thing.
    pub subject: Option<Vec<u8>>,
    /// Not before this moment.
    pub from: Option<UnixSecond>,
    /// Before this moment.
    pub until: Option<UnixSecond>,
}

/// Where is looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The part of the tree.
    pub branch: Branch,
    /// Whether what concerns the office as a whole is meant too: the branch is a whole tree.
    pub whole: bool,
}

/// At most `limit` acts with leaves before `before`, the newest first.
pub async fn list(
    connection: &mut AnyConnection,
    within: &Within,
    finding: &Finding,
    before: u64,
    limit: u32,
) -> Result<Vec<u64>, StoreError> {
    let along = match finding {
        Finding { subject: Some(_), .. } => Some(OF_SUBJECT),
        Finding { person: Some(_), .. } => Some(OF_PERSON),
        Finding { account: Some(_), .. } => Some(OF_ACTOR),
        Finding { kind: Some(_), .. } => Some(OF_KIND),
        _ => None,
    };
    let (path, end) = (within.branch.path().to_owned(), within.branch.end());
    let few = match along {
        Some(_) => None,
        None => few_units(connection, &path, &end).await?,
    };
    let mut found: Vec<u64> = Vec::new();
    let Some(units) = few else {
        let query = begun(along.unwrap_or(IN_ORDER), finding, before).bind(path).bind(end);
        let query = query.bind(i64::from(within.whole)).put(&limit);
        let rows = query.fetch_all(connection).await?;
        return rows.iter().map(|row| row.get_as(0)).collect();
    };
    for unit in units {
        let query = begun(OF_UNIT, finding, before).put(&unit).put(&limit);
        for row in query.fetch_all(&mut *connection).await? {
            found.push(row.get_as(0)?);
        }
    }
    if within.whole {
        let query = begun(UNPLACED, finding, before).put(&limit);
        for row in query.fetch_all(&mut *connection).await? {
            found.push(row.get_as(0)?);
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.dedup();
    found.truncate(limit as usize);
    Ok(found)
}

async fn few_units(
    connection: &mut AnyConnection,
    path: &str,
    end: &str,
) -> Result<Option<Vec<UnitId>>, StoreError> {
    let query = sqlx::query(UNITS).bind(path.to_owned()).bind(end.to_owned());
    let rows = query.put(&(FEW_UNITS + 1)).fetch_all(connection).await?;
    if rows.len() > FEW_UNITS as usize {
        return Ok(None);
    }
    rows.iter().map(|row| row.get_as(0)).collect::<Result<_, _>>().map(Some)
}

fn begun<'q>(
    sql: &'static str,
    finding: &Finding,
    before: u64,
) -> Query<'q, sqlx::Any, AnyArguments> {
    let account = finding.account.map(|id| id.as_bytes().to_vec());
    let person = finding.person.map(|id| id.as_bytes().to_vec());
    sqlx::query(sql)
        .put(&before)
        .put(&finding.from.unwrap_or(UnixSecond::new(0)))
        .put(&finding.until.unwrap_or(UnixSecond::new(i64::MAX)))
        .bind(finding.kind.unwrap_or_default().to_owned())
        .bind(account.unwrap_or_default())
        .bind(person.unwrap_or_default())
        .bind(finding.subject.clone().unwrap_or_default())
}

/// An act as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActFound {
    /// What kind, by its name.
    pub kind: String,
    /// When it was recorded.
    pub at: UnixSecond,
    /// By whom.
    pub author: Author,
    /// The name of whoever did it, where it is known.
    pub by_name: Option<String>,
    /// The person that it concerns, with the name.
    pub person: Option<(PersonId, String)>,
    /// The units that it concerns, with their names of today.
    pub units: Vec<(UnitId, String)>,
    /// What it is done to.
    pub subject: Vec<u8>,
    /// The statement.
    pub body: String,
}

/// One act.
pub async fn one(
    connection: &mut AnyConnection,
    leaf: u64,
) -> Result<Option<ActFound>, StoreError> {
    let row = sqlx::query(ONE).put(&leaf).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let author: String = row.get_as(2)?;
    let author = match author.as_str() {
        "command-line" => Author::CommandLine,
        "account" => Author::Account(row.get_as(3)?),
        "device" => Author::Device(row.get_as(3)?),
        _ => Author::Server,
    };
    let (account, holder): (Option<String>, Option<String>) = (row.get_opt(6)?, row.get_opt(8)?);
    let (person, name): (Option<PersonId>, Option<String>) = (row.get_opt(4)?, row.get_opt(7)?);
    let mut found = ActFound {
        kind: row.get_as(0)?,
        at: row.get_as(1)?,
        author,
        by_name: account.or(holder),
        person: person.zip(name),
        units: Vec::new(),
        subject: row.get_as(9)?,
        body: row.get_as(5)?,
    };
    let query = sqlx::query(UNITS_OF).put(&leaf).put(&TOLD_UNITS);
    for row in query.fetch_all(connection).await? {
        found.units.push((row.get_as(0)?, row.get_as(1)?));
    }
    Ok(Some(found))
}

/// The row of an act, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What kind, by its name.
    pub kind: String,
    /// When it was recorded.
    pub at: UnixSecond,
    /// By whom: what kind.
    pub author: String,
    /// By whom: which.
    pub actor: Option<Vec<u8>>,
    /// The person that it concerns.
    pub person: Option<PersonId>,
    /// What it is done to.
    pub subject: Vec<u8>,
    /// The units that it concerns, in order.
    pub units: Vec<UnitId>,
}

/// The row of an act.
pub async fn row(connection: &mut AnyConnection, leaf: u64) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query(ROW).put(&leaf).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let units = sqlx::query(ROW_UNITS).put(&leaf).fetch_all(connection).await?;
    Ok(Some(Stored {
        kind: row.get_as(0)?,
        at: row.get_as(1)?,
        author: row.get_as(2)?,
        actor: row.get_opt(3)?,
        person: row.get_opt(4)?,
        subject: row.get_as(5)?,
        units: units.iter().map(|row| row.get_as(0)).collect::<Result<_, _>>()?,
    }))
}

/// A statement that an older release wrote, before there were rows to find it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Older {
    /// Where it stands in the log.
    pub leaf: u64,
    /// The leaf.
    pub data: Vec<u8>,
    /// What the statement is about.
    pub subject: Vec<u8>,
    /// The statement.
    pub body: String,
}

/// Some of what waits for its rows.
pub async fn backlog(connection: &mut AnyConnection, limit: u32) -> Result<Vec<Older>, StoreError> {
    let rows = sqlx::query(BACKLOG).put(&limit).fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        let (leaf, data) = (row.get_as(0)?, row.get_as(1)?);
        Ok(Older { leaf, data, subject: row.get_as(2)?, body: row.get_as(3)? })
    };
    rows.iter().map(read).collect()
}

/// Whether anything waits for its rows.
pub async fn is_waiting(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query(IS_WAITING).fetch_optional(connection).await?.is_some())
}

/// Notes that a statement has its rows.
pub async fn indexed(connection: &mut AnyConnection, leaf: u64) -> Result<(), StoreError> {
    sqlx::query(INDEXED).put(&leaf).execute(connection).await?;
    Ok(())
}
