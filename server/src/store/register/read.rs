//! Reading the register: pages of entries, one entry's events, and counts.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, DeviceId, EntryId, PersonId, UnitId, WaveId};
use trien_core::register::{CertificateKind, KeyHome, State};
use trien_core::wire::{PersonView, UnitView};

use super::{Author, Certified, EventRow};
use crate::store::account::{Grant, Role};
use crate::store::people::Branch;
use crate::store::{Bind as _, Columns as _, StoreError, Stored as _, statements};

macro_rules! entries {
    ($from:literal) => {
        concat!(
            "SELECT e.id, e.unit, u.name, e.person, p.name, COALESCE((SELECT o.title FROM position o \
                WHERE o.person = e.person AND o.unit = e.unit AND o.until IS NULL \
                ORDER BY o.since, o.title LIMIT 1), ''), e.device, d.model, e.kind, e.home, \
            e.assurance, e.state, e.certificate, e.der, e.not_before_seconds, \
            e.not_after_seconds, e.issued_at, e.predecessor, e.prompt_policy, e.exceeds, e.signs_documents FROM ",
            $from,
            " CROSS JOIN person p LEFT JOIN device d ON d.id = e.device \
             WHERE u.id = e.unit AND p.id = e.person AND u.path >= $1 AND u.path < $2 "
        )
    };
}
// SQLite takes the tables of a CROSS JOIN in their order; PostgreSQL chooses by itself.
macro_rules! in_order {
    () => {
        entries!("register_entry e CROSS JOIN unit u")
    };
}
macro_rules! by_unit {
    () => {
        entries!("unit u CROSS JOIN register_entry e")
    };
}
macro_rules! newest {
    () => {
        "AND ($3 = 'any' OR e.state = $3 OR e.state = $4) AND e.id < $5 \
         ORDER BY e.id DESC LIMIT $6"
    };
}
macro_rules! ending {
    () => {
        "AND e.state = $3 AND e.not_after_seconds <= $4 \
         AND (e.not_after_seconds, e.id) > ($5, $6) \
         ORDER BY e.not_after_seconds, e.id LIMIT $7"
    };
}
macro_rules! ends {
    ($by:literal) => {
        concat!(
            "CAST(SUM(CASE WHEN e.state IN ('issued', 'in-use') AND e.not_after_seconds >= $3 \
             AND e.not_after_seconds <= ",
            $by,
            " THEN 1 ELSE 0 END) AS BIGINT)"
        )
    };
}

statements! {
    NEWEST = concat!(in_order!(), newest!());
    NEWEST_OF_STATE = concat!(in_order!(), "AND e.state = $7 ", newest!());
    NEWEST_BY_UNIT = concat!(by_unit!(), newest!());
    EXCEEDING = concat!(in_order!(), "AND e.exceeds = 1 ", newest!());
    ENDING = concat!(in_order!(), ending!());
    ENDING_BY_UNIT = concat!(by_unit!(), ending!());
    HELD_ELSEWHERE = concat!(in_order!(), "AND e.person = $3 AND e.home <> 'phone' \
        AND e.state IN ('in-use', 'suspended') ORDER BY e.id DESC");
    ONE = concat!(in_order!(), "AND e.id = $3");
    COUNT_BELOW = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 AS one FROM unit u \
        CROSS JOIN register_entry e WHERE e.unit = u.id AND u.path >= $1 AND u.path < $2 \
        LIMIT $3) AS few";
    EVENTS = "SELECT v.event, v.at, v.author, v.account, v.reason, v.why, a.name \
        FROM register_event v LEFT JOIN account a ON a.id = v.account \
        WHERE v.entry = $1 ORDER BY v.number";
    TALLY = concat!("SELECT e.state, CAST(COUNT(*) AS BIGINT), ", ends!("$4"), ", ", ends!("$5"),
        ", ", ends!("$6"), " FROM unit u CROSS JOIN register_entry e WHERE e.unit = u.id \
        AND u.path >= $1 AND u.path < $2 GROUP BY e.state");
}

/// A part of the register: the entries of units whose paths lie in a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub(super) from: String,
    pub(super) to: String,
}

impl Part {
    /// All of it.
    #[must_use]
    pub fn everything() -> Self {
        Self { from: String::new(), to: "~".to_owned() }
    }

    /// A unit's and those of the units below it.
    #[must_use]
    pub fn branch(branch: &Branch) -> Self {
        Self { from: branch.path().to_owned(), to: branch.end() }
    }

    /// A unit's alone. What stands below it goes on with a digit.
    #[must_use]
    pub fn alone(unit: &Branch) -> Self {
        Self { from: unit.path().to_owned(), to: format!("{}0", unit.path()) }
    }
}

/// The way to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Along the order.
    InOrder,
    /// By the units of the part.
    ByUnit,
}

/// Whose entries wait to be certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// All of them.
    All,
    /// One alone.
    Unit(UnitId),
    /// One and those below it.
    Branch(UnitId),
    /// Those in which an account has one of these roles, and those below them.
    Account(AccountId, Roles),
    /// Those of a wave, and those below them.
    Wave(WaveId),
}

impl Within {
    pub(super) fn parts(&self) -> (String, Vec<u8>) {
        let (kind, id) = match self {
            Self::All => ("all", Vec::new()),
            Self::Unit(unit) => ("unit", unit.to_raw()),
            Self::Branch(unit) => ("branch", unit.to_raw()),
            Self::Account(account, roles) => return (roles.kind(), account.to_raw()),
            Self::Wave(wave) => ("wave", wave.to_raw()),
        };
        (kind.to_owned(), id)
    }
}

/// Roles of an account: a token may be narrowed to some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles([bool; Role::ALL.len()]);

impl Roles {
    /// Those of these grants.
    #[must_use]
    pub fn of(grants: &[Grant]) -> Self {
        Self(Role::ALL.map(|role| grants.iter().any(|grant| grant.role == role)))
    }

    /// As `reach!` compares it: the names, each between spaces.
    fn kind(self) -> String {
        let held = Role::ALL.into_iter().zip(self.0).filter(|(_, held)| *held);
        held.fold("account ".to_owned(), |kind, (role, _)| kind + role.name() + " ")
    }
}

/// An entry with those whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// Which.
    pub id: EntryId,
    /// For which unit.
    pub unit: UnitView,
    /// Who holds it.
    pub person: PersonView,
    /// The phone and its model, where the key lives in one.
    pub device: Option<(DeviceId, String)>,
    /// What the certificate is for.
    pub kind: CertificateKind,
    /// Where its key lives.
    pub home: KeyHome,
    /// How well the phone's keys are known to be in hardware.
    pub assurance: Option<Assurance>,
    /// How often the key asks for the person; none where nobody stated it.
    pub prompt_policy: Option<PromptPolicy>,
    /// Where it stands.
    pub state: State,
    /// The certificate, once there is one.
    pub certificate: Option<Certified>,
    /// The entry whose place it took.
    pub predecessor: Option<EntryId>,
    /// Whether the certificate is valid for longer than R14 allows.
    pub exceeds: bool,
    /// Whether this key, which is outside phones, signs the documents that its holder decides on by phone.
    pub signs_documents: bool,
}

impl EntryRow {
    /// When its certificate ends; the beginning of time where it has none.
    #[must_use]
    pub fn ends(&self) -> UnixSecond {
        self.certificate.as_ref().map_or(UnixSecond::new(0), |it| it.not_after)
    }
}

/// Which states a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum States {
    /// Every one.
    Any,
    /// One.
    Only(State),
    /// Either of two.
    Either(State, State),
}

impl States {
    fn hold(self, state: State) -> bool {
        match self {
            Self::Any => true,
            Self::Only(one) => one == state,
            Self::Either(one, other) => one == state || other == state,
        }
    }

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Any => ("any", "any"),
            Self::Only(state) => (state.name(), state.name()),
            Self::Either(one, other) => (one.name(), other.name()),
        }
    }
}

/// Entries from the newest on, those before `before` in time; at most `limit` of each state.
pub async fn newest(
    connection: &mut AnyConnection,
    way: Way,
    part: &Part,
    states: States,
    before: Option<EntryId>,
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let (one, other) = states.parts();
    let before = before.unwrap_or(EntryId::from_bytes([0xff; 16]));
    let asked = |sql| {
        let query = sqlx::query(sql).put(&part.from).put(&part.to).bind(one).bind(other);
        query.put(&before).put(&limit)
    };
    let of_state = match (way, states) {
        (Way::ByUnit, _) => vec![asked(NEWEST_BY_UNIT)],
        (Way::InOrder, States::Any) => vec![asked(NEWEST)],
        (Way::InOrder, States::Only(_)) => vec![asked(NEWEST_OF_STATE).bind(one)],
        (Way::InOrder, States::Either(..)) => {
            vec![asked(NEWEST_OF_STATE).bind(one), asked(NEWEST_OF_STATE).bind(other)]
        }
    };
    let mut found = Vec::new();
    for query in of_state {
        for row in query.fetch_all(&mut *connection).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Entries whose certificates are valid for longer than R14 allows, the newest first, those before `before` in
/// time; at most `limit`.
pub async fn exceeding(
    connection: &mut AnyConnection,
    part: &Part,
    states: States,
    before: Option<EntryId>,
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let (one, other) = states.parts();
    let before = before.unwrap_or(EntryId::from_bytes([0xff; 16]));
    let query = sqlx::query(EXCEEDING).put(&part.from).put(&part.to).bind(one).bind(other);
    let query = query.put(&before).put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// A place in the list of what ends soon: an end and the entry that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndPlace {
    /// When the last one listed ends.
    pub not_after: UnixSecond,
    /// Which it is.
    pub entry: EntryId,
}

/// Certificates in force that end in a range, after a place and until a moment; at most `limit` of each
/// state, the next one first.
pub async fn ending(
    connection: &mut AnyConnection,
    way: Way,
    part: &Part,
    states: States,
    range: (EndPlace, UnixSecond),
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let (after, until) = range;
    let sql = if way == Way::ByUnit { ENDING_BY_UNIT } else { ENDING };
    let mut found = Vec::new();
    // Along each state that is in force: an index holds their ends in order.
    for state in [State::Issued, State::InUse].into_iter().filter(|state| states.hold(*state)) {
        let query = sqlx::query(sql).put(&part.from).put(&part.to).put(&state).put(&until);
        let query = query.put(&after.not_after).put(&after.entry).put(&limit);
        for row in query.fetch_all(&mut *connection).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// How many entries a part has; not counted beyond `most`.
pub async fn count_below(
    connection: &mut AnyConnection,
    part: &Part,
    most: u32,
) -> Result<u32, StoreError> {
    let count = sqlx::query(COUNT_BELOW).put(&part.from).put(&part.to).put(&most);
    count.fetch_one(connection).await?.get_as(0)
}

/// One entry, if its unit is in the part.
pub async fn one(
    connection: &mut AnyConnection,
    part: &Part,
    entry: EntryId,
) -> Result<Option<EntryRow>, StoreError> {
    let query = sqlx::query(ONE).put(&part.from).put(&part.to).put(&entry);
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// What a person holds in force outside phones, the newest first.
pub async fn held_elsewhere(
    connection: &mut AnyConnection,
    part: &Part,
    person: PersonId,
) -> Result<Vec<EntryRow>, StoreError> {
    let query = sqlx::query(HELD_ELSEWHERE).put(&part.from).put(&part.to).put(&person);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// What happened to an entry, oldest first.
pub async fn events(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query(EVENTS).put(&entry).fetch_all(connection).await?;
    rows.iter().map(read_event).collect()
}

/// How many entries of a part are in which state, and how many of them, in force, end from `now` until
/// each of three moments.
pub async fn tally(
    connection: &mut AnyConnection,
    part: &Part,
    now: UnixSecond,
    ends: [UnixSecond; 3],
) -> Result<Vec<(State, u64, [u64; 3])>, StoreError> {
    let query = sqlx::query(TALLY).put(&part.from).put(&part.to).put(&now);
    let query = query.put(&ends[0]).put(&ends[1]).put(&ends[2]);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let ends = [row.get_as(2)?, row.get_as(3)?, row.get_as(4)?];
            Ok((row.get_as(0)?, row.get_as(1)?, ends))
        })
        .collect()
}

fn read(row: &AnyRow) -> Result<EntryRow, StoreError> {
    let device: Option<DeviceId> = row.get_opt(6)?;
    let model: Option<String> = row.get_opt(7)?;
    let certificate = match row.get_opt(12)? {
        Some(sha256) => Some(Certified {
            sha256,
            der: row.get_as(13)?,
            not_before: row.get_as(14)?,
            not_after: row.get_as(15)?,
            issued_at: row.get_as(16)?,
        }),
        None => None,
    };
    Ok(EntryRow {
        id: row.get_as(0)?,
        unit: UnitView { id: row.get_as(1)?, name: row.get_as(2)? },
        person: PersonView { id: row.get_as(3)?, name: row.get_as(4)?, position: row.get_as(5)? },
        device: device.zip(model),
        kind: row.get_as(8)?,
        home: row.get_as(9)?,
        assurance: row.get_opt(10)?,
        state: row.get_as(11)?,
        certificate,
        predecessor: row.get_opt(17)?,
        prompt_policy: row.get_opt(18)?,
        exceeds: row.get_as(19)?,
        signs_documents: row.get_as(20)?,
    })
}

fn read_event(row: &AnyRow) -> Result<EventRow, StoreError> {
    let author: String = row.get_as(2)?;
    let author = match (author.as_str(), row.get_opt(3)?) {
        ("phone", None) => Author::Phone,
        ("server", None) => Author::Server,
        ("command-line", None) => Author::CommandLine,
        ("account", Some(account)) => Author::Account(account),
        ("unrecorded", None) => Author::Unrecorded,
        _ => return Err(StoreError::Corrupt("author")),
    };
    Ok(EventRow {
        event: row.get_as(0)?,
        at: row.get_opt(1)?,
        author,
        reason: row.get_opt(4)?,
        why: row.get_opt(5)?,
        name: row.get_opt(6)?,
    })
}
