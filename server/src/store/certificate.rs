//! Certificates of devices, and the revocation lists made from those of our own authority.

use std::collections::HashMap;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{DeviceId, EntryId, PersonId, UnitId};
use trien_core::register::State;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

/// As many as one OCSP request may ask about.
const AT_ONCE: usize = 8;

/// What the register says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateState {
    /// It may be used within its validity.
    Valid,
    /// It was revoked.
    Revoked,
}

stored_names!(CertificateState {
    CertificateState::Valid = "valid",
    CertificateState::Revoked = "revoked",
});

statements! {
    INSERT = "INSERT INTO certificate (sha256, device, issuer, serial, der, not_before_seconds, \
        not_after_seconds, state, issued_at, path) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'valid', $8, $9)";
    DER = "SELECT der, path FROM certificate WHERE sha256 = $1";
    OF_DEVICE = "SELECT sha256, der, path FROM certificate WHERE device = $1";
    OF_PERSON = "SELECT c.der FROM certificate c JOIN device d ON d.id = c.device \
        WHERE d.person = $1";
    TO_TELL = "SELECT c.sha256, c.der, c.reason, c.revoked_at, c.told_at, e.unit, e.id, p.name \
        FROM certificate c JOIN register_entry e ON e.certificate = c.sha256 \
        JOIN person p ON p.id = e.person \
        WHERE c.state = 'revoked' AND c.path IS NOT NULL ORDER BY c.revoked_at, c.sha256";
    TELL = "UPDATE certificate SET told_at = $2 WHERE sha256 = $1 AND state = 'revoked'";
    REVOKE = "UPDATE certificate SET state = 'revoked', reason = $2, revoked_at = $3 \
        WHERE sha256 = $1 AND state = 'valid'";
    REVOKED = "SELECT serial, reason, revoked_at FROM certificate \
        WHERE issuer = $1 AND state = 'revoked' ORDER BY revoked_at, serial";
    INSERT_CRL = "INSERT INTO crl (issuer, number, der, this_update_seconds, next_update_seconds) \
        VALUES ($1, $2, $3, $4, $5)";
    STATUSES = "SELECT c.serial, c.state, c.reason, c.revoked_at, c.not_before_seconds, e.state, \
        (SELECT MAX(v.at) FROM register_event v WHERE v.entry = e.id AND v.event = 'suspended') \
        FROM certificate c LEFT JOIN register_entry e ON e.certificate = c.sha256 \
        WHERE c.issuer = $1 AND c.serial IN ($2, $3, $4, $5, $6, $7, $8, $9) AND c.path IS NULL";
    NEWEST_CRL = "SELECT number, der, next_update_seconds FROM crl WHERE issuer = $1 \
        ORDER BY number DESC LIMIT 1";
}

/// A certificate as issued.
#[derive(Clone, Debug)]
pub struct CertificateRow {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// Whose approval key it is about.
    pub device: DeviceId,
    /// The issuing CA's name in the addresses of its revocation lists.
    pub issuer: String,
    /// Serial number, big endian.
    pub serial: Vec<u8>,
    /// The certificate.
    pub der: Vec<u8>,
    /// Not valid before.
    pub not_before: UnixSecond,
    /// Not valid after.
    pub not_after: UnixSecond,
    /// The outside authorities above it; none where it is of our own.
    pub path: Option<Path>,
}

/// The outside authorities above a certificate by the SHA-256 of their certificates, the issuer first
/// and the anchor last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Sha256>);

impl Stored for Path {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sha256| sha256.0).collect()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
        let (digests, rest) = raw.as_chunks::<32>();
        if rest.is_empty() {
            Ok(Self(digests.iter().map(|digest| Sha256(*digest)).collect()))
        } else {
            Err(StoreError::Corrupt("path"))
        }
    }
}

/// A certificate with what stands above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// The certificate.
    pub der: Vec<u8>,
    /// The outside authorities above it; none where it is of our own.
    pub path: Option<Path>,
}

/// A certificate that was revoked here and that only its outside authority can revoke for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToTell {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// The certificate.
    pub der: Vec<u8>,
    /// Reason code (RFC 5280 §5.3.1).
    pub reason: u32,
    /// When it was revoked here.
    pub revoked_at: Timestamp,
    /// When it was written into a list for the authority.
    pub told_at: Option<Timestamp>,
    /// The unit of its entry.
    pub unit: UnitId,
    /// Its entry in the register.
    pub entry: EntryId,
    /// Who held it.
    pub holder: String,
}

/// An entry of a revocation list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Serial number, big endian.
    pub serial: Vec<u8>,
    /// Reason code (RFC 5280 §5.3.1).
    pub reason: u32,
    /// When.
    pub at: Timestamp,
}

/// What the register says of a certificate of ours to those who ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It may be used within its validity.
    Good,
    /// It was revoked.
    Revoked {
        /// Reason code (RFC 5280 §5.3.1).
        reason: u32,
        /// When.
        at: Timestamp,
    },
    /// Its phone is suspended.
    Suspended {
        /// Since when; since its beginning where that was not recorded.
        since: UnixSecond,
    },
}

/// A revocation list.
#[derive(Clone, Debug)]
pub struct CrlRow {
    /// CRL number (RFC 5280 §5.2.3).
    pub number: u64,
    /// The list.
    pub der: Vec<u8>,
    /// A newer one is out by then.
    pub next_update: UnixSecond,
}

/// Registers a certificate.
pub async fn insert(
    connection: &mut AnyConnection,
    certificate: &CertificateRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&certificate.sha256)
        .put(&certificate.device)
        .put(&certificate.issuer)
        .put(&certificate.serial)
        .put(&certificate.der)
        .put(&certificate.not_before)
        .put(&certificate.not_after)
        .put(&at)
        .put_opt(certificate.path.as_ref())
        .execute(connection)
        .await?;
    Ok(())
}

/// A registered certificate.
pub async fn held(
    connection: &mut AnyConnection,
    sha256: &Sha256,
) -> Result<Option<Held>, StoreError> {
    let row = sqlx::query(DER).put(sha256).fetch_optional(connection).await?;
    row.map(|row| Ok(Held { sha256: *sha256, der: row.get_as(0)?, path: row.get_opt(1)? }))
        .transpose()
}

/// Every certificate that a device ever had.
pub async fn of_device(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Vec<Held>, StoreError> {
    let rows = sqlx::query(OF_DEVICE).put(&device).fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok(Held { sha256: row.get_as(0)?, der: row.get_as(1)?, path: row.get_opt(2)? }))
        .collect()
}

/// Every certificate that a person's phones ever had, DER.
pub async fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = sqlx::query(OF_PERSON).put(&person).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// All certificates of outside authorities that were revoked here, the first one first.
pub async fn to_tell(connection: &mut AnyConnection) -> Result<Vec<ToTell>, StoreError> {
    let rows = sqlx::query(TO_TELL).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(ToTell {
                sha256: row.get_as(0)?,
                der: row.get_as(1)?,
                reason: row.get_opt(2)?.unwrap_or(0),
                revoked_at: row.get_as(3)?,
                told_at: row.get_opt(4)?,
                unit: row.get_as(5)?,
                entry: row.get_as(6)?,
                holder: row.get_as(7)?,
            })
        })
        .collect()
}

/// Notes that a revoked certificate stands in a list for its authority.
pub async fn tell(
    connection: &mut AnyConnection,
    sha256: &Sha256,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(TELL).put(sha256).put(&at).execute(connection).await?;
    Ok(())
}

/// Revokes; gives 0 when it was revoked before.
pub async fn revoke(
    connection: &mut AnyConnection,
    sha256: &Sha256,
    reason: u32,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let update = sqlx::query(REVOKE).put(sha256).put(&reason).put(&at);
    Ok(update.execute(connection).await?.rows_affected())
}

/// What an issuer revoked.
pub async fn revoked(
    connection: &mut AnyConnection,
    issuer: &str,
) -> Result<Vec<Revoked>, StoreError> {
    let rows = sqlx::query(REVOKED).bind(issuer.to_owned()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Revoked {
                serial: row.get_as(0)?,
                reason: row.get_opt(1)?.unwrap_or(0),
                at: row.get_as(2)?,
            })
        })
        .collect()
}

/// What is known of the certificates with these serial numbers of our authority `issuer`.
pub async fn statuses(
    connection: &mut AnyConnection,
    issuer: &str,
    serials: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, Status>, StoreError> {
    let mut found = HashMap::new();
    for some in serials.chunks(AT_ONCE) {
        let mut query = sqlx::query(STATUSES).bind(issuer.to_owned());
        // The text has a fixed number of places.
        for serial in some.iter().chain(std::iter::repeat(&some[0])).take(AT_ONCE) {
            query = query.bind(serial.clone());
        }
        for row in query.fetch_all(&mut *connection).await? {
            found.insert(row.get_as(0)?, status(&row)?);
        }
    }
    Ok(found)
}

fn status(row: &AnyRow) -> Result<Status, StoreError> {
    if row.get_as::<CertificateState>(1)? == CertificateState::Revoked {
        let reason = row.get_opt(2)?.unwrap_or(0);
        return Ok(Status::Revoked { reason, at: row.get_as(3)? });
    }
    let entry: Option<State> = row.get_opt(5)?;
    if !matches!(entry, Some(State::Suspended | State::SuspendedUnused)) {
        return Ok(Status::Good);
    }
    let since: Option<Timestamp> = row.get_opt(6)?;
    let since = since.map_or(row.get_as(4)?, Timestamp::second);
    Ok(Status::Suspended { since })
}

/// Adds a revocation list.
pub async fn insert_crl(
    connection: &mut AnyConnection,
    issuer: &str,
    crl: &CrlRow,
    this_update: UnixSecond,
) -> Result<(), StoreError> {
    sqlx::query(INSERT_CRL)
        .bind(issuer.to_owned())
        .put(&crl.number)
        .put(&crl.der)
        .put(&this_update)
        .put(&crl.next_update)
        .execute(connection)
        .await?;
    Ok(())
}

/// The newest revocation list of an issuer.
pub async fn newest_crl(
    connection: &mut AnyConnection,
    issuer: &str,
) -> Result<Option<CrlRow>, StoreError> {
    let row = sqlx::query(NEWEST_CRL).bind(issuer.to_owned()).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(CrlRow { number: row.get_as(0)?, der: row.get_as(1)?, next_update: row.get_as(2)? })
    })
    .transpose()
}
