//! Certificates of our own authority and the revocation lists made from them.

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::DeviceId;

use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

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
        not_after_seconds, state, issued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'valid', $8)";
    DER = "SELECT der FROM certificate WHERE sha256 = $1";
    OF_DEVICE = "SELECT sha256, der FROM certificate WHERE device = $1";
    REVOKE = "UPDATE certificate SET state = 'revoked', reason = $2, revoked_at = $3 \
        WHERE sha256 = $1 AND state = 'valid'";
    REVOKED = "SELECT serial, reason, revoked_at FROM certificate \
        WHERE issuer = $1 AND state = 'revoked' ORDER BY revoked_at, serial";
    INSERT_CRL = "INSERT INTO crl (issuer, number, der, this_update_seconds, next_update_seconds) \
        VALUES ($1, $2, $3, $4, $5)";
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
        .execute(connection)
        .await?;
    Ok(())
}

/// A registered certificate.
pub async fn der(
    connection: &mut AnyConnection,
    sha256: &Sha256,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(DER).put(sha256).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Every certificate that a device ever had, as digest and DER.
pub async fn of_device(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Vec<(Sha256, Vec<u8>)>, StoreError> {
    let rows = sqlx::query(OF_DEVICE).put(&device).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
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
