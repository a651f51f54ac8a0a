//! Issuing authorities that the root revoked: so few in the life of an office that they are one setting.

use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use trien_core::env::Timestamp;

use super::certificate::Revoked;
use super::directory::{set_setting, setting};
use super::value::stored_json;
use super::{StoreError, Stored as _};

const SETTING: &str = "revoked-authorities";

/// An issuing authority that was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokedAuthority {
    /// Who revoked it: the root's name in the address of its list.
    pub issuer: String,
    /// Its own name there.
    pub name: String,
    /// Its serial number, big endian, in hexadecimal.
    pub serial: String,
    /// Reason code (RFC 5280 §5.3.1).
    pub reason: u32,
    /// When.
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct All(Vec<RevokedAuthority>);

stored_json!(All);

impl RevokedAuthority {
    /// As an entry of the list of whoever revoked it.
    pub fn entry(&self) -> Result<Revoked, StoreError> {
        let serial = hex::decode(&self.serial).map_err(|_| StoreError::Corrupt("serial"))?;
        Ok(Revoked { serial, reason: self.reason, at: self.at })
    }
}

/// All of them, the first one first.
pub async fn revoked_authorities(
    connection: &mut AnyConnection,
) -> Result<Vec<RevokedAuthority>, StoreError> {
    match setting(connection, SETTING).await? {
        Some(text) => Ok(All::from_raw(text)?.0),
        None => Ok(Vec::new()),
    }
}

/// Puts one more to them. Who calls it holds the writer's transaction, and has looked whether it is there.
pub async fn add_revoked_authority(
    connection: &mut AnyConnection,
    row: RevokedAuthority,
) -> Result<(), StoreError> {
    let mut all = revoked_authorities(connection).await?;
    all.push(row);
    set_setting(connection, SETTING, &All(all).to_raw()).await
}
