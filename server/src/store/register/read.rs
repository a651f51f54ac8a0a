//! Reading the register: pages of entries, one entry's events, and counts.

use std::ops::Range;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::Assurance;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AccountId, DeviceId, EntryId, PersonId, UnitId, WaveId};
use trien_core::register::{CertificateKind, KeyHome, State};
use trien_core::wire::{PersonView, UnitView};

use super::{Author, Certified, EventRow};
use crate::store::account::{Grant, Role};
use crate::store::{Bind as _, Columns as _, StoreError, Stored as _, statements};

macro_rules! entries {
    () => {
        "SELECT e.id, e.unit, u.name, e.person, p.name, COALESCE((SELECT o.title FROM position o \
            WHERE o.person = e.person AND o.unit = e.unit AND o.until IS NULL \
            ORDER BY o.since, o.title LIMIT 1), ''), e.device, d.model, e.kind, e.home, \
        e.assurance, e.state, e.certificate, e.der, e.not_before_seconds, e.not_after_seconds, \
        e.issued_at, e.predecessor \
        FROM register_entry e JOIN unit u ON u.id = e.unit JOIN person p ON p.id = e.person \
        LEFT JOIN device d ON d.id = e.device \
        WHERE e.unit IN (SELECT r.unit FROM reach r) "
    };
}

statements! {
    NEWEST = concat!(reach!(), entries!(), "AND ($3 = 'any' OR e.state = $3 OR e.state = $4) \
        AND e.id < $5 ORDER BY e.id DESC LIMIT $6");
    ENDING = concat!(reach!(), entries!(), "AND ($3 = 'any' OR e.state = $3 OR e.state = $4) \
        AND e.state IN ('issued', 'in-use') AND e.not_after_seconds <= $5 \
        AND (e.not_after_seconds > $6 OR (e.not_after_seconds = $6 AND e.id > $7)) \
        ORDER BY e.not_after_seconds, e.id LIMIT $8");
    HELD_ELSEWHERE = concat!(reach!(), entries!(), "AND e.person = $3 AND e.home <> 'phone' \
        AND e.state IN ('in-use', 'suspended') ORDER BY e.id DESC");
    ONE = concat!(reach!(), entries!(), "AND e.id = $3");
    EVENTS = "SELECT v.event, v.at, v.author, v.account, v.reason, v.why, a.name \
        FROM register_event v LEFT JOIN account a ON a.id = v.account \
        WHERE v.entry = $1 ORDER BY v.number";
    COUNTS = concat!(reach!(), "SELECT e.unit, u.name, e.assurance, e.state, \
        CAST(COUNT(*) AS BIGINT) FROM register_entry e JOIN unit u ON u.id = e.unit \
        WHERE e.unit IN (SELECT r.unit FROM reach r) \
        AND COALESCE(e.issued_at, 0) >= $3 AND COALESCE(e.issued_at, 0) < $4 \
        GROUP BY e.unit, u.name, e.assurance, e.state ORDER BY u.name, e.unit, e.assurance, e.state");
    COUNT_ENDING = concat!(reach!(), "SELECT CAST(COUNT(*) AS BIGINT) FROM register_entry e \
        WHERE e.unit IN (SELECT r.unit FROM reach r) AND e.state IN ('issued', 'in-use') \
        AND e.not_after_seconds >= $3 AND e.not_after_seconds <= $4");
}

/// Which units are looked at.
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
    /// Where it stands.
    pub state: State,
    /// The certificate, once there is one.
    pub certificate: Option<Certified>,
    /// The entry whose place it took.
    pub predecessor: Option<EntryId>,
}

/// Entries of one unit, level and state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The unit.
    pub unit: UnitView,
    /// How well the keys are known to be in hardware; none for those outside phones.
    pub assurance: Option<Assurance>,
    /// The state.
    pub state: State,
    /// How many.
    pub entries: u64,
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
    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Any => ("any", "any"),
            Self::Only(state) => (state.name(), state.name()),
            Self::Either(one, other) => (one.name(), other.name()),
        }
    }
}

/// Entries from the newest on, those before `before` in time; at most `limit`.
pub async fn newest(
    connection: &mut AnyConnection,
    within: Within,
    states: States,
    before: Option<EntryId>,
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let (kind, id) = within.parts();
    let (one, other) = states.parts();
    let query = sqlx::query(NEWEST)
        .bind(kind)
        .bind(id)
        .bind(one)
        .bind(other)
        .put(&before.unwrap_or(EntryId::from_bytes([0xff; 16])))
        .put(&limit);
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

/// Certificates in force that end after `after` and until `until`, the next one first; at most
/// `limit`.
pub async fn ending(
    connection: &mut AnyConnection,
    within: Within,
    states: States,
    after: EndPlace,
    until: UnixSecond,
    limit: u32,
) -> Result<Vec<EntryRow>, StoreError> {
    let (kind, id) = within.parts();
    let (one, other) = states.parts();
    let query = sqlx::query(ENDING)
        .bind(kind)
        .bind(id)
        .bind(one)
        .bind(other)
        .put(&until)
        .put(&after.not_after)
        .put(&after.entry)
        .put(&limit);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// One entry, if its unit is among those looked at.
pub async fn one(
    connection: &mut AnyConnection,
    within: Within,
    entry: EntryId,
) -> Result<Option<EntryRow>, StoreError> {
    let (kind, id) = within.parts();
    let row = sqlx::query(ONE).bind(kind).bind(id).put(&entry).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// What a person holds in force outside phones, the newest first.
pub async fn held_elsewhere(
    connection: &mut AnyConnection,
    within: Within,
    person: PersonId,
) -> Result<Vec<EntryRow>, StoreError> {
    let (kind, id) = within.parts();
    let query = sqlx::query(HELD_ELSEWHERE).bind(kind).bind(id).put(&person);
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

/// Entries by unit, level and state. A period, from the first moment until before the last, takes
/// those whose certificate was issued in it.
pub async fn counts(
    connection: &mut AnyConnection,
    within: Within,
    issued: Range<Timestamp>,
) -> Result<Vec<Count>, StoreError> {
    let (kind, id) = within.parts();
    let query = sqlx::query(COUNTS).bind(kind).bind(id).put(&issued.start).put(&issued.end);
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Count {
                unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
                assurance: row.get_opt(2)?,
                state: row.get_as(3)?,
                entries: row.get_as(4)?,
            })
        })
        .collect()
}

/// How many certificates in force end from `now` until `until`.
pub async fn count_ending(
    connection: &mut AnyConnection,
    within: Within,
    now: UnixSecond,
    until: UnixSecond,
) -> Result<u64, StoreError> {
    let (kind, id) = within.parts();
    let query = sqlx::query(COUNT_ENDING).bind(kind).bind(id).put(&now).put(&until);
    query.fetch_one(connection).await?.get_as(0)
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
