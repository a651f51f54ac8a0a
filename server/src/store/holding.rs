//! What somebody holds: posts, devices, certificates, invitations, and what waits for their decision.

use std::collections::HashSet;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::digest::Sha256;
use trien_core::document::Metadata;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{DeviceId, EntryId, InvitationId, PersonId, RequestId, UnitId};
use trien_core::register::{CertificateKind, KeyHome, State};
use trien_core::request::{Role, StepNumber};
use trien_core::wire::{PersonView, UnitView};

use super::device::Standing;
use super::directory::Authority;
use super::{Bind as _, Columns as _, StoreError, statements};

statements! {
    NAME = "SELECT name FROM person WHERE id = $1";
    POSTS = "SELECT u.id, u.name, o.title, o.authority, o.since FROM position o \
        JOIN unit u ON u.id = o.unit WHERE o.person = $1 AND o.until IS NULL \
        ORDER BY o.since, o.title, o.unit";
    PAST_POSTS = "SELECT unit, unit_name, title, authority, since, until FROM past_position \
        WHERE person = $1 ORDER BY until DESC, title LIMIT 100";
    PAST_TITLES = "SELECT DISTINCT title FROM past_position WHERE person = $1";
    DEVICES = "SELECT d.id, d.unit, d.state, d.model, d.assurance, d.prompt_policy, c.der \
        FROM device d LEFT JOIN certificate c ON c.sha256 = d.certificate \
        WHERE d.person = $1 \
        AND d.state IN ('pending', 'waiting-for-certificate', 'active', 'suspended') \
        ORDER BY d.created_at, d.id";
    ENTRIES = "SELECT id, unit, kind, home, state, certificate, der, not_after_seconds \
        FROM register_entry WHERE person = $1 AND device IS NULL \
        AND state IN ('requested', 'reviewed', 'in-use', 'suspended') ORDER BY id";
    STEPS = "SELECT a.request, r.metadata, u.id, u.name, a.step, s.role, a.state, a.recipe \
        FROM assignment a JOIN request r ON r.id = a.request JOIN unit u ON u.id = r.unit \
        JOIN step s ON s.request = a.request AND s.number = a.step \
        WHERE a.person = $1 AND a.state IN ('open', 'waiting') AND r.state = 'open' \
        ORDER BY r.queued_at, a.request, a.step";
    INVITATIONS = "SELECT id, unit, unit_name, expires_seconds FROM invitation \
        WHERE person = $1 AND state = 'open' AND expires_seconds >= $2 ORDER BY created_at, id";
    SIGNERS = "SELECT p.id, p.name, o.title FROM position o JOIN person p ON p.id = o.person \
        WHERE o.unit = $1 AND o.until IS NULL AND o.person <> $2 AND EXISTS \
        (SELECT 1 FROM device d WHERE d.person = o.person AND d.unit = o.unit \
        AND d.state = 'active') ORDER BY o.sorting, o.person, o.since, o.title LIMIT 200";
    CAN_SIGN = "SELECT 1 FROM position o WHERE o.unit = $1 AND o.person = $2 AND o.until IS NULL \
        AND EXISTS (SELECT 1 FROM device d WHERE d.person = o.person AND d.unit = o.unit \
        AND d.state = 'active') LIMIT 1";
    COLLEAGUES = "SELECT p.id, p.name, o.title FROM position o JOIN person p ON p.id = o.person \
        WHERE o.unit = $1 AND o.until IS NULL AND o.person <> $2 \
        ORDER BY CASE WHEN o.authority = 'clerk' THEN 0 ELSE 1 END, o.sorting, \
        o.person, o.since, o.title LIMIT 200";
    CLERKS = "SELECT p.id, p.name, o.title FROM position o JOIN person p ON p.id = o.person \
        WHERE o.unit = $1 AND o.until IS NULL AND o.person <> $2 AND o.authority = 'clerk' \
        ORDER BY o.sorting, o.person, o.since, o.title LIMIT 200";
    HOLDS = "SELECT 1 FROM person p WHERE p.id = $1 AND (\
        EXISTS (SELECT 1 FROM device d WHERE d.person = p.id \
            AND d.state IN ('pending', 'waiting-for-certificate', 'active', 'suspended')) \
        OR EXISTS (SELECT 1 FROM register_entry e WHERE e.person = p.id \
            AND e.state IN ('requested', 'reviewed', 'issued', 'in-use', 'suspended', \
            'suspended-unused')) \
        OR EXISTS (SELECT 1 FROM assignment a JOIN request r ON r.id = a.request \
            WHERE a.person = p.id AND a.state IN ('open', 'waiting') AND r.state = 'open'))";
    IN_UNIT = "SELECT DISTINCT person FROM position WHERE unit = $1 AND until IS NULL \
        ORDER BY person";
    OF_UNIT = "SELECT person FROM position WHERE unit = $1 AND until IS NULL \
        UNION SELECT person FROM device WHERE unit = $1 \
            AND state IN ('pending', 'waiting-for-certificate', 'active', 'suspended') \
        UNION SELECT person FROM register_entry WHERE unit = $1 AND device IS NULL \
            AND state IN ('requested', 'reviewed', 'in-use', 'suspended') \
        UNION SELECT person FROM invitation WHERE unit = $1 AND state = 'open' \
            AND expires_seconds >= $2 \
        ORDER BY 1";
}

/// A post that somebody has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPost {
    /// The unit.
    pub unit: UnitView,
    /// The position.
    pub title: String,
    /// What it lets its holder do.
    pub authority: Option<Authority>,
    /// Since when.
    pub since: Timestamp,
}

/// A post that somebody had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPost {
    /// The post; the unit by its name of that time.
    pub post: HeldPost,
    /// Until when.
    pub until: Timestamp,
}

/// A device that may act, is suspended, or waits for its officer or its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDevice {
    /// Which.
    pub id: DeviceId,
    /// For which unit.
    pub unit: UnitId,
    /// Whether it may act.
    pub standing: Standing,
    /// Its model.
    pub model: String,
    /// Where its keys live.
    pub assurance: Assurance,
    /// How often its approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// DER of its certificate.
    pub certificate: Option<Vec<u8>>,
}

/// An entry of the register whose key is in no phone, in force or waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEntry {
    /// Which.
    pub id: EntryId,
    /// For which unit.
    pub unit: UnitId,
    /// What the certificate is for.
    pub kind: CertificateKind,
    /// Where its key lives.
    pub home: KeyHome,
    /// Where it stands.
    pub state: State,
    /// SHA-256 of the certificate, once there is one.
    pub certificate: Option<Sha256>,
    /// Its DER.
    pub der: Option<Vec<u8>>,
    /// Not valid after.
    pub not_after: Option<UnixSecond>,
}

/// Whether somebody may decide now, or after others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turn {
    /// Now.
    Open,
    /// After an earlier step.
    Waiting,
}

/// A step of an open request that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldStep {
    /// The request.
    pub request: RequestId,
    /// What the document is about.
    pub metadata: Metadata,
    /// The unit that submitted it.
    pub unit: UnitView,
    /// Which step.
    pub step: StepNumber,
    /// What it asks.
    pub role: Role,
    /// Whether it is the person's turn.
    pub turn: Turn,
    /// The recipe of the person's signature, canonical CBOR.
    pub recipe: Option<Vec<u8>>,
}

/// An invitation that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldInvitation {
    /// Which.
    pub id: InvitationId,
    /// Into which unit, by the name that the link carries.
    pub unit: UnitView,
    /// Until when.
    pub expires: UnixSecond,
}

/// Somebody's full name.
pub async fn name(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Option<String>, StoreError> {
    let row = sqlx::query(NAME).put(&person).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// The posts that somebody has, the oldest first.
pub async fn posts(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<HeldPost>, StoreError> {
    let rows = sqlx::query(POSTS).put(&person).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(HeldPost {
            unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
            title: row.get_as(2)?,
            authority: row.get_opt(3)?,
            since: row.get_as(4)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The posts that somebody had, the last one first.
pub async fn past_posts(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<PastPost>, StoreError> {
    let rows = sqlx::query(PAST_POSTS).put(&person).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        let post = HeldPost {
            unit: UnitView { id: row.get_as(0)?, name: row.get_as(1)? },
            title: row.get_as(2)?,
            authority: row.get_opt(3)?,
            since: row.get_as(4)?,
        };
        Ok(PastPost { post, until: row.get_as(5)? })
    };
    rows.iter().map(read).collect()
}

/// The positions that somebody had at any time and has no more, anywhere.
pub async fn past_titles(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(PAST_TITLES).put(&person).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// The devices that somebody has, or would have.
pub async fn devices(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<HeldDevice>, StoreError> {
    let rows = sqlx::query(DEVICES).put(&person).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(HeldDevice {
            id: row.get_as(0)?,
            unit: row.get_as(1)?,
            standing: row.get_as(2)?,
            model: row.get_as(3)?,
            assurance: row.get_as(4)?,
            prompt_policy: row.get_as(5)?,
            certificate: row.get_opt(6)?,
        })
    };
    rows.iter().map(read).collect()
}

/// What the register says that somebody holds outside phones, or waits for.
pub async fn entries(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<HeldEntry>, StoreError> {
    let rows = sqlx::query(ENTRIES).put(&person).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(HeldEntry {
            id: row.get_as(0)?,
            unit: row.get_as(1)?,
            kind: row.get_as(2)?,
            home: row.get_as(3)?,
            state: row.get_as(4)?,
            certificate: row.get_opt(5)?,
            der: row.get_opt(6)?,
            not_after: row.get_opt(7)?,
        })
    };
    rows.iter().map(read).collect()
}

/// What waits for somebody's decision, now or later, the oldest request first.
pub async fn steps(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<HeldStep>, StoreError> {
    let rows = sqlx::query(STEPS).put(&person).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        let turn: String = row.get_as(6)?;
        Ok(HeldStep {
            request: row.get_as(0)?,
            metadata: row.get_as(1)?,
            unit: UnitView { id: row.get_as(2)?, name: row.get_as(3)? },
            step: row.get_as(4)?,
            role: row.get_as(5)?,
            turn: if turn == "open" { Turn::Open } else { Turn::Waiting },
            recipe: row.get_opt(7)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The invitations that somebody can use now.
pub async fn invitations(
    connection: &mut AnyConnection,
    person: PersonId,
    now: UnixSecond,
) -> Result<Vec<HeldInvitation>, StoreError> {
    let rows = sqlx::query(INVITATIONS).put(&person).put(&now).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(HeldInvitation {
            id: row.get_as(0)?,
            unit: UnitView { id: row.get_as(1)?, name: row.get_as(2)? },
            expires: row.get_as(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Who else of a unit can sign there: a post and a device that may act.
pub async fn signers(
    connection: &mut AnyConnection,
    unit: UnitId,
    but: PersonId,
) -> Result<Vec<PersonView>, StoreError> {
    people(connection, SIGNERS, unit, but).await
}

/// Who else has a post in a unit, clerks first.
pub async fn colleagues(
    connection: &mut AnyConnection,
    unit: UnitId,
    but: PersonId,
) -> Result<Vec<PersonView>, StoreError> {
    people(connection, COLLEAGUES, unit, but).await
}

/// Who else is a clerk of a unit: nobody else may hold its seal.
pub async fn clerks(
    connection: &mut AnyConnection,
    unit: UnitId,
    but: PersonId,
) -> Result<Vec<PersonView>, StoreError> {
    people(connection, CLERKS, unit, but).await
}

async fn people(
    connection: &mut AnyConnection,
    sql: &'static str,
    unit: UnitId,
    but: PersonId,
) -> Result<Vec<PersonView>, StoreError> {
    let rows = sqlx::query(sql).put(&unit).put(&but).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? })
    };
    let mut people: Vec<PersonView> = rows.iter().map(read).collect::<Result<_, StoreError>>()?;
    // Somebody with two positions there stands once, with the one in which a device acts: the oldest.
    let mut known = HashSet::new();
    people.retain(|person| known.insert(person.id));
    Ok(people)
}

/// Whether somebody has a post and a device that may act in a unit.
pub async fn can_sign(
    connection: &mut AnyConnection,
    unit: UnitId,
    person: PersonId,
) -> Result<bool, StoreError> {
    let row = sqlx::query(CAN_SIGN).put(&unit).put(&person).fetch_optional(connection).await?;
    Ok(row.is_some())
}

/// Whether somebody holds a device or a certificate, or something waits for their decision.
pub async fn holds(connection: &mut AnyConnection, person: PersonId) -> Result<bool, StoreError> {
    Ok(sqlx::query(HOLDS).put(&person).fetch_optional(connection).await?.is_some())
}

/// Everybody with a post in a unit.
pub async fn people_in(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = sqlx::query(IN_UNIT).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Everybody who has a post in a unit or holds anything of it.
pub async fn people_of(
    connection: &mut AnyConnection,
    unit: UnitId,
    now: UnixSecond,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = sqlx::query(OF_UNIT).put(&unit).put(&now).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}
