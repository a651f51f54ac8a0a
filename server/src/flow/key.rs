//! API keys of document systems.

use trien_core::env::Timestamp;
use trien_core::id::{ApiKeyId, UnitId};

use super::FlowError;
use crate::app::App;

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Queue documents.
    Submit,
    /// Read requests, documents, decisions and evidence of its unit.
    Read,
}

/// A document system that showed its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKeyId,
    /// The unit it acts for.
    pub unit: UnitId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// A fresh key; the token is shown once and stored only as a hash.
pub struct NewKey {
    /// The key.
    pub key: ApiKeyId,
    /// `trien_` and 43 characters: the value after `Bearer`.
    pub token: String,
}

/// A key as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Which.
    pub key: ApiKeyId,
    /// The unit it acts for.
    pub unit: UnitId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Who shows this token (without `Bearer `).
pub async fn authenticate(app: &App, token: &str) -> Result<ApiCaller, FlowError> {
    todo!()
}

/// Makes a key for `unit`.
pub async fn create(
    app: &App,
    unit: UnitId,
    scopes: &[Scope],
    label: &str,
) -> Result<NewKey, FlowError> {
    todo!()
}

/// All keys.
pub async fn list(app: &App) -> Result<Vec<KeyView>, FlowError> {
    todo!()
}

/// Ends a key; it stays listed.
pub async fn revoke(app: &App, key: ApiKeyId) -> Result<(), FlowError> {
    todo!()
}
