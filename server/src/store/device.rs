//! Devices, their standing, and the nonces of their requests.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AttemptId, DeviceId, PersonId, UnitId};
use trien_core::wire::{KeyEvidence, PersonView, UnitView};

use super::certificate::CertificateState;
use super::directory::{LOWEST_BY_DEFAULT, lowest};
use super::value::{stored_json, stored_names};
use super::{Bind as _, Columns as _, StoreError, devices, statements};

/// Whether a device may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Waits for its officer.
    Pending,
    /// Waits for an outside CA.
    WaitingForCertificate,
    /// May act.
    Active,
    /// Never became one.
    Refused,
    /// Stopped for a while.
    Suspended,
    /// Stopped for good.
    Revoked,
}

impl Standing {
    /// All of them, those that wait first.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::WaitingForCertificate,
        Self::Active,
        Self::Suspended,
        Self::Revoked,
        Self::Refused,
    ];

    /// Its name in the database, in addresses and in answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::WaitingForCertificate => "waiting-for-certificate",
            Self::Active => "active",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

stored_names!(Standing {
    Standing::Pending = "pending",
    Standing::WaitingForCertificate = "waiting-for-certificate",
    Standing::Active = "active",
    Standing::Refused = "refused",
    Standing::Suspended = "suspended",
    Standing::Revoked = "revoked",
});
stored_names!(Assurance {
    Assurance::A = "A",
    Assurance::B = "B",
    Assurance::C = "C",
    // Between C and D, so that the strictest of several is the least text.
    Assurance::T = "CT",
    Assurance::D = "D",
});
stored_json!(KeyEvidence);

statements! {
    INSERT = "INSERT INTO device (id, person, unit, attempt, state, auth_key, csr, nonce, \
        assurance, evidence, prompt_policy, model, app, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    BY_ID = "SELECT id, person, unit, attempt, state, auth_key, csr, nonce, assurance, evidence, \
        prompt_policy, model, app, created_at, certificate FROM device WHERE id = $1";
    KNOWN = "SELECT person, state, auth_key FROM device WHERE id = $1";
    STANDING = concat!(
        "SELECT d.person, d.state, d.certificate, c.state, c.not_before_seconds, \
        c.not_after_seconds, d.assurance, ",
        lowest!("u"),
        ", (SELECT o.title FROM position o WHERE o.person = d.person \
            AND o.unit = d.unit AND o.until IS NULL ORDER BY o.since, o.title LIMIT 1) \
        FROM device d JOIN unit u ON u.id = d.unit \
        LEFT JOIN certificate c ON c.sha256 = d.certificate WHERE d.id = $1"
    );
    POST = "SELECT p.id, p.name, o.title, u.id, u.name FROM device d \
        JOIN unit u ON u.id = d.unit JOIN person p ON p.id = d.person \
        JOIN position o ON o.person = d.person AND o.unit = d.unit AND o.until IS NULL \
        WHERE d.id = $1 ORDER BY o.since, o.title LIMIT 1";
    OTHERS = "SELECT id, model, app, state, created_at FROM device WHERE person = $1 AND id <> $2 \
        AND state IN ('waiting-for-certificate', 'active', 'suspended') ORDER BY created_at, id";
    SET_STATE = "UPDATE device SET state = $2 WHERE id = $1 AND state = $3";
    ACTIVATE = "UPDATE device SET state = 'active', certificate = $2 \
        WHERE id = $1 AND state = $3";
    EQUIP = "UPDATE position SET equipped = CASE WHEN EXISTS (SELECT 1 FROM device d \
        WHERE d.person = position.person AND d.state = 'active') THEN 1 ELSE 0 END \
        WHERE person = (SELECT e.person FROM device e WHERE e.id = $1)";
    SPEND_NONCE = "INSERT INTO nonce (device, nonce, used_at) VALUES ($1, $2, $3) \
        ON CONFLICT (device, nonce) DO NOTHING";
    SWEEP_NONCES = "DELETE FROM nonce WHERE used_at < $1";
}

/// A device as stored.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// By which enrollment.
    pub attempt: AttemptId,
    /// Whether it may act.
    pub standing: Standing,
    /// DER `SubjectPublicKeyInfo` of the auth key.
    pub auth_key: Vec<u8>,
    /// DER PKCS#10 of the approval key.
    pub csr: Vec<u8>,
    /// The phone's random value of its enrollment.
    pub nonce: Vec<u8>,
    /// Where its keys live.
    pub assurance: Assurance,
    /// What it showed for that.
    pub evidence: KeyEvidence,
    /// How often the approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// When it sent its keys.
    pub created_at: Timestamp,
    /// SHA-256 of its certificate, once it has one.
    pub certificate: Option<Sha256>,
}

/// A device by the `keyid` of a signed request, before its signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// Whether it may act.
    pub standing: Standing,
    /// DER `SubjectPublicKeyInfo` of its auth key.
    pub auth_key: Vec<u8>,
}

/// A device as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// Whose.
    pub person: PersonView,
    /// The unit of the person's post.
    pub unit: UnitId,
    /// Whether it may act.
    pub standing: Standing,
    /// Where its keys live.
    pub assurance: Assurance,
    /// How often its approval key asks for the person.
    pub prompt_policy: PromptPolicy,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// When it sent its keys.
    pub created_at: Timestamp,
}

/// Everything about a device that a decision depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNow {
    /// Whose.
    pub person: PersonId,
    /// Whether it may act.
    pub standing: Standing,
    /// Its certificate.
    pub certificate: Option<CertificateNow>,
    /// Where its keys live.
    pub assurance: Assurance,
    /// The lowest level that its unit takes.
    pub lowest: Assurance,
    /// The position in whose name the person acts, if any is left.
    pub position: Option<String>,
}

impl DeviceNow {
    /// Whether its unit takes keys of its level.
    #[must_use]
    pub fn takes(&self) -> bool {
        self.assurance >= self.lowest
    }
}

/// Everything about a certificate that a decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateNow {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// Whether it is valid, as far as the register says.
    pub state: CertificateState,
    /// Not valid before.
    pub not_before: UnixSecond,
    /// Not valid after.
    pub not_after: UnixSecond,
}

/// Adds a device.
pub async fn insert(connection: &mut AnyConnection, device: &DeviceRow) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&device.id)
        .put(&device.person)
        .put(&device.unit)
        .put(&device.attempt)
        .put(&device.standing)
        .put(&device.auth_key)
        .put(&device.csr)
        .put(&device.nonce)
        .put(&device.assurance)
        .put(&device.evidence)
        .put(&device.prompt_policy)
        .put(&device.model)
        .put(&device.app)
        .put(&device.created_at)
        .execute(&mut *connection)
        .await?;
    devices::learn(connection, device.id, device.person).await
}

/// One device.
pub async fn by_id(
    connection: &mut AnyConnection,
    id: DeviceId,
) -> Result<Option<DeviceRow>, StoreError> {
    let row = sqlx::query(BY_ID).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// What is needed to check a signed request.
pub async fn known(
    connection: &mut AnyConnection,
    id: DeviceId,
) -> Result<Option<KnownDevice>, StoreError> {
    let row = sqlx::query(KNOWN).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(KnownDevice {
            id,
            person: row.get_as(0)?,
            standing: row.get_as(1)?,
            auth_key: row.get_as(2)?,
        })
    })
    .transpose()
}

/// A device beside another one of the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Which.
    pub id: DeviceId,
    /// Its model.
    pub model: String,
    /// Its app and build.
    pub app: String,
    /// Active or suspended.
    pub standing: Standing,
    /// When it sent its keys.
    pub created_at: Timestamp,
}

/// The devices of a person beside one of them that are active or suspended, the oldest first.
pub async fn others(
    connection: &mut AnyConnection,
    person: PersonId,
    but: DeviceId,
) -> Result<Vec<Beside>, StoreError> {
    let rows = sqlx::query(OTHERS).put(&person).put(&but).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Beside {
                id: row.get_as(0)?,
                model: row.get_as(1)?,
                app: row.get_as(2)?,
                standing: row.get_as(3)?,
                created_at: row.get_as(4)?,
            })
        })
        .collect()
}

/// What a decision depends on, as it is now.
pub async fn now(
    connection: &mut AnyConnection,
    id: DeviceId,
) -> Result<Option<DeviceNow>, StoreError> {
    let row = sqlx::query(STANDING).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_now).transpose()
}

/// The post in which a device acts, if its person still has one in its unit.
pub async fn post(
    connection: &mut AnyConnection,
    id: DeviceId,
) -> Result<Option<(PersonView, UnitView)>, StoreError> {
    let row = sqlx::query(POST).put(&id).fetch_optional(connection).await?;
    row.map(|row| {
        let person =
            PersonView { id: row.get_as(0)?, name: row.get_as(1)?, position: row.get_as(2)? };
        Ok((person, UnitView { id: row.get_as(3)?, name: row.get_as(4)? }))
    })
    .transpose()
}

/// Moves a device from one standing to another; gives 0 when it was in none such.
pub async fn set_standing(
    connection: &mut AnyConnection,
    id: DeviceId,
    from: Standing,
    to: Standing,
) -> Result<u64, StoreError> {
    let update = sqlx::query(SET_STATE).put(&id).put(&to).put(&from);
    let moved = update.execute(&mut *connection).await?.rows_affected();
    if [from, to].contains(&Standing::Active) {
        equip(connection, id).await?;
    }
    Ok(moved)
}

/// Gives a device in one standing its certificate; gives 0 when it was in none such.
pub async fn activate(
    connection: &mut AnyConnection,
    id: DeviceId,
    from: Standing,
    certificate: &Sha256,
) -> Result<u64, StoreError> {
    let update = sqlx::query(ACTIVATE).put(&id).put(certificate).put(&from);
    let moved = update.execute(&mut *connection).await?.rows_affected();
    equip(connection, id).await?;
    Ok(moved)
}

/// Notes at the posts of a device's person whether one of their devices may act.
async fn equip(connection: &mut AnyConnection, id: DeviceId) -> Result<(), StoreError> {
    sqlx::query(EQUIP).put(&id).execute(connection).await?;
    Ok(())
}

/// Spends the nonce of a signed request; gives 0 when it was spent before.
pub async fn spend_nonce(
    connection: &mut AnyConnection,
    device: DeviceId,
    nonce: &str,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(SPEND_NONCE).put(&device).bind(nonce.to_owned()).put(&at);
    Ok(insert.execute(connection).await?.rows_affected())
}

/// Forgets nonces from before `then`.
pub async fn sweep_nonces(
    connection: &mut AnyConnection,
    then: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(SWEEP_NONCES).put(&then).execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        id: row.get_as(0)?,
        person: row.get_as(1)?,
        unit: row.get_as(2)?,
        attempt: row.get_as(3)?,
        standing: row.get_as(4)?,
        auth_key: row.get_as(5)?,
        csr: row.get_as(6)?,
        nonce: row.get_as(7)?,
        assurance: row.get_as(8)?,
        evidence: row.get_as(9)?,
        prompt_policy: row.get_as(10)?,
        model: row.get_as(11)?,
        app: row.get_as(12)?,
        created_at: row.get_as(13)?,
        certificate: row.get_opt(14)?,
    })
}

fn read_now(row: &AnyRow) -> Result<DeviceNow, StoreError> {
    let certificate = match (row.get_opt(2)?, row.get_opt(3)?, row.get_opt(4)?, row.get_opt(5)?) {
        (Some(sha256), Some(state), Some(not_before), Some(not_after)) => {
            Some(CertificateNow { sha256, state, not_before, not_after })
        }
        _ => None,
    };
    Ok(DeviceNow {
        person: row.get_as(0)?,
        standing: row.get_as(1)?,
        certificate,
        assurance: row.get_as(6)?,
        lowest: row.get_opt(7)?.unwrap_or(LOWEST_BY_DEFAULT),
        position: row.get_opt(8)?,
    })
}
