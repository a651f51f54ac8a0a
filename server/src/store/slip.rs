//! Enrollment slips, and the short codes that officers start for them.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{InvitationId, PersonId, SlipId, UnitId, WaveId};
use trien_core::wire::PersonView;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Whether a slip still leads to its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlipState {
    /// Yes, until it expires.
    Open,
    /// A device came of it, or the person has one by another way.
    Used,
    /// An officer cancelled it.
    Cancelled,
    /// Another one was made for the person.
    Replaced,
    /// The person left the post, or the unit ended.
    Left,
}

/// Whether a short code can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeState {
    /// Yes, while it lives.
    Open,
    /// The phone got the invitation by it.
    Opened,
    /// All tries were used.
    Spent,
    /// The officer started another one.
    Ended,
}

stored_names!(SlipState {
    SlipState::Open = "open",
    SlipState::Used = "used",
    SlipState::Cancelled = "cancelled",
    SlipState::Replaced = "replaced",
    SlipState::Left = "left",
});
stored_names!(CodeState {
    CodeState::Open = "open",
    CodeState::Opened = "opened",
    CodeState::Spent = "spent",
    CodeState::Ended = "ended",
});

macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.pins, s.expires_seconds, s.unit, u.name, p.id, p.name, \
            COALESCE((SELECT o.title FROM position o WHERE o.person = p.id AND o.unit = s.unit \
                AND o.until IS NULL ORDER BY o.since, o.title LIMIT 1), '') \
            FROM slip s JOIN unit u ON u.id = s.unit JOIN person p ON p.id = s.person \
            WHERE s.state = 'open' AND s.expires_seconds >= $1 ",
            $rest,
            " ORDER BY u.path, (SELECT MIN(o.sorting) FROM position o WHERE o.person = p.id \
                AND o.unit = s.unit AND o.until IS NULL), p.id LIMIT $3 OFFSET $4"
        )
    };
}

statements! {
    INSERT = "INSERT INTO slip (id, person, unit, pins, expires_seconds, state, created_at) \
        VALUES ($1, $2, $3, $4, $5, 'open', $6)";
    ONE = "SELECT id, person, unit, pins, expires_seconds, state, created_at FROM slip \
        WHERE id = $1";
    NEWEST = "SELECT id, person, unit, pins, expires_seconds, state, created_at FROM slip \
        WHERE person = $1 ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, created_at DESC, \
        id DESC LIMIT 1";
    END = "UPDATE slip SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'open'";
    END_OF = "UPDATE slip SET state = $2, ended_at = $3 WHERE person = $1 AND state = 'open'";
    END_IN = "UPDATE slip SET state = 'left', ended_at = $3 \
        WHERE person = $1 AND unit = $2 AND state = 'open'";
    END_UNIT = "UPDATE slip SET state = 'left', ended_at = $2 WHERE unit = $1 AND state = 'open'";
    OF_PERSON = listed!("AND s.person = $2");
    IN_UNIT = listed!("AND s.unit = $2");
    IN_WAVE = listed!(
        "AND s.unit IN (SELECT b.id FROM wave_unit w CROSS JOIN unit t CROSS JOIN unit b \
            WHERE w.wave = $2 AND t.id = w.unit AND b.path >= t.path \
            AND b.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0')"
    );
    COUNTS = "SELECT \
        CAST(COALESCE(SUM(CASE WHEN s.state = 'open' AND s.expires_seconds >= $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN s.state = 'open' AND s.expires_seconds < $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN s.state = 'used' THEN 1 ELSE 0 END), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN s.state = 'cancelled' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        FROM slip s WHERE s.unit IN (SELECT b.id FROM wave_unit w CROSS JOIN unit t CROSS JOIN unit b \
            WHERE w.wave = $1 AND t.id = w.unit AND b.path >= t.path \
            AND b.path < SUBSTR(t.path, 1, LENGTH(t.path) - 1) || '0') \
        AND NOT EXISTS (SELECT 1 FROM slip n WHERE n.person = s.person \
            AND (n.created_at > s.created_at OR (n.created_at = s.created_at AND n.id > s.id)))";
    INSERT_CODE = "INSERT INTO short_code (invitation, slip, until_seconds, tries, state, \
        created_at) VALUES ($1, $2, $3, 0, 'open', $4)";
    NEWEST_CODE = "SELECT invitation, slip, until_seconds, tries, state FROM short_code \
        WHERE slip = $1 ORDER BY CASE state WHEN 'open' THEN 0 WHEN 'ended' THEN 2 ELSE 1 END, \
        created_at DESC, invitation DESC LIMIT 1";
    TRY = "UPDATE short_code SET tries = tries + 1, \
        state = CASE WHEN tries + 1 >= $3 THEN 'spent' ELSE state END \
        WHERE slip = $1 AND state = 'open' AND until_seconds >= $2";
    OPENED = "UPDATE short_code SET state = 'opened' WHERE invitation = $1 \
        AND state IN ('open', 'spent')";
    SPEND_ALL = "UPDATE invitation SET state = 'spent' WHERE state = 'open' AND id IN \
        (SELECT c.invitation FROM short_code c JOIN slip s ON s.id = c.slip WHERE s.person = $1 \
            AND s.unit = $2)";
    END_CODES = "UPDATE short_code SET state = 'ended' WHERE slip = $1 AND state IN ('open', 'spent')";
    HAS_DEVICE = "SELECT 1 FROM device WHERE person = $1 AND unit = $2 AND state IN \
        ('pending', 'waiting-for-certificate', 'active', 'suspended') LIMIT 1";
}

/// A slip as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipRow {
    /// Which.
    pub id: SlipId,
    /// Whose.
    pub person: PersonId,
    /// In which unit.
    pub unit: UnitId,
    /// The server's pins as they stand in the link.
    pub pins: Vec<Sha256>,
    /// Useless after this.
    pub expires: UnixSecond,
    /// Whether it still leads to its person.
    pub state: SlipState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A short code as stored; its digits are derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The invitation that it opens.
    pub invitation: InvitationId,
    /// The slip that it is for.
    pub slip: SlipId,
    /// Useless after this.
    pub until: UnixSecond,
    /// Questions that were answered.
    pub tries: u32,
    /// Whether it can be tried.
    pub state: CodeState,
}

/// An open slip as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSlip {
    /// Which.
    pub id: SlipId,
    /// The server's pins as they stand in the link.
    pub pins: Vec<Sha256>,
    /// Useless after this.
    pub expires: UnixSecond,
    /// In which unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Whose.
    pub person: PersonView,
}

/// Whose slips are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// One person's.
    Person(PersonId),
    /// Those of a unit, without what stands below it.
    Unit(UnitId),
    /// Those of a wave's units and what stands below them.
    Wave(WaveId),
}

/// Adds an open slip.
pub async fn insert(connection: &mut AnyConnection, slip: &SlipRow) -> Result<(), StoreError> {
    let pins: Vec<u8> = slip.pins.iter().flat_map(|pin| pin.0).collect();
    sqlx::query(INSERT)
        .put(&slip.id)
        .put(&slip.person)
        .put(&slip.unit)
        .put(&pins)
        .put(&slip.expires)
        .put(&slip.created_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// One slip.
pub async fn one(
    connection: &mut AnyConnection,
    id: SlipId,
) -> Result<Option<SlipRow>, StoreError> {
    let row = sqlx::query(ONE).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The newest slip of a person, in whatever state.
pub async fn newest(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Option<SlipRow>, StoreError> {
    let row = sqlx::query(NEWEST).put(&person).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Ends an open slip; gives 0 when it was not open.
pub async fn end(
    connection: &mut AnyConnection,
    id: SlipId,
    to: SlipState,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(&id).put(&to).put(&at).execute(connection).await?.rows_affected())
}

/// Ends the open slip of a person, if there is one.
pub async fn end_of(
    connection: &mut AnyConnection,
    person: PersonId,
    to: SlipState,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END_OF).put(&person).put(&to).put(&at);
    Ok(end.execute(connection).await?.rows_affected())
}

/// Ends the open slip of a person who leaves a unit.
pub async fn end_in(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END_IN).put(&person).put(&unit).put(&at);
    Ok(end.execute(connection).await?.rows_affected())
}

/// Ends the open slips of a unit that ends.
pub async fn end_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END_UNIT).put(&unit).put(&at).execute(connection).await?.rows_affected())
}

/// Open slips of those who are meant, in the order of units and names; from `skip` on, at most `limit`.
pub async fn open(
    connection: &mut AnyConnection,
    among: Among,
    now: UnixSecond,
    skip: u32,
    limit: u32,
) -> Result<Vec<ListedSlip>, StoreError> {
    let query = match among {
        Among::Person(person) => sqlx::query(OF_PERSON).put(&now).put(&person),
        Among::Unit(unit) => sqlx::query(IN_UNIT).put(&now).put(&unit),
        Among::Wave(wave) => sqlx::query(IN_WAVE).put(&now).put(&wave),
    };
    query.put(&limit).put(&skip).fetch_all(connection).await?.iter().map(read_listed).collect()
}

/// How many people's newest slips of a wave's units are good, expired, used and cancelled.
pub async fn counts(
    connection: &mut AnyConnection,
    wave: WaveId,
    now: UnixSecond,
) -> Result<[u64; 4], StoreError> {
    let row = sqlx::query(COUNTS).put(&wave).put(&now).fetch_one(connection).await?;
    Ok([row.get_as(0)?, row.get_as(1)?, row.get_as(2)?, row.get_as(3)?])
}

/// Adds a short code that nobody tried yet.
pub async fn insert_code(
    connection: &mut AnyConnection,
    invitation: InvitationId,
    slip: SlipId,
    until: UnixSecond,
    at: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(INSERT_CODE).put(&invitation).put(&slip).put(&until).put(&at);
    insert.execute(connection).await?;
    Ok(())
}

/// The newest short code of a slip, in whatever state.
pub async fn newest_code(
    connection: &mut AnyConnection,
    slip: SlipId,
) -> Result<Option<CodeRow>, StoreError> {
    let row = sqlx::query(NEWEST_CODE).put(&slip).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(CodeRow {
            invitation: row.get_as(0)?,
            slip: row.get_as(1)?,
            until: row.get_as(2)?,
            tries: row.get_as(3)?,
            state: row.get_as(4)?,
        })
    })
    .transpose()
}

/// Counts a try at the open short code of a slip, the last allowed one included; gives 0 when there is
/// none that can be tried.
pub async fn try_code(
    connection: &mut AnyConnection,
    slip: SlipId,
    now: UnixSecond,
    most: u32,
) -> Result<u64, StoreError> {
    let counted = sqlx::query(TRY).put(&slip).put(&now).put(&most);
    Ok(counted.execute(connection).await?.rows_affected())
}

/// Notes that a phone has the invitation of a short code.
pub async fn opened(
    connection: &mut AnyConnection,
    invitation: InvitationId,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(OPENED).put(&invitation).execute(connection).await?.rows_affected())
}

/// Ends the short codes of a slip that no phone has opened.
pub async fn end_codes(connection: &mut AnyConnection, slip: SlipId) -> Result<(), StoreError> {
    sqlx::query(END_CODES).put(&slip).execute(connection).await?;
    Ok(())
}

/// Ends the invitations that came by short codes for a person's slips in a unit, also those that a phone
/// has opened; a device that waits can then not be approved.
pub async fn spend_invitations(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
) -> Result<u64, StoreError> {
    let spend = sqlx::query(SPEND_ALL).put(&person).put(&unit);
    Ok(spend.execute(connection).await?.rows_affected())
}

/// Whether a person has a device in a unit, or one that waits.
pub async fn has_device(
    connection: &mut AnyConnection,
    person: PersonId,
    unit: UnitId,
) -> Result<bool, StoreError> {
    let row = sqlx::query(HAS_DEVICE).put(&person).put(&unit).fetch_optional(connection).await?;
    Ok(row.is_some())
}

fn read(row: &AnyRow) -> Result<SlipRow, StoreError> {
    Ok(SlipRow {
        id: row.get_as(0)?,
        person: row.get_as(1)?,
        unit: row.get_as(2)?,
        pins: pins(row, 3)?,
        expires: row.get_as(4)?,
        state: row.get_as(5)?,
        created_at: row.get_as(6)?,
    })
}

fn read_listed(row: &AnyRow) -> Result<ListedSlip, StoreError> {
    Ok(ListedSlip {
        id: row.get_as(0)?,
        pins: pins(row, 1)?,
        expires: row.get_as(2)?,
        unit: row.get_as(3)?,
        unit_name: row.get_as(4)?,
        person: PersonView { id: row.get_as(5)?, name: row.get_as(6)?, position: row.get_as(7)? },
    })
}

fn pins(row: &AnyRow, at: usize) -> Result<Vec<Sha256>, StoreError> {
    let bytes: Vec<u8> = row.get_as(at)?;
    let (pins, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt("pins"));
    }
    Ok(pins.iter().map(|pin| Sha256(*pin)).collect())
}
