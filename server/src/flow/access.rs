//! Access tokens of document systems: an API key, exchanged for something that lasts a quarter of an hour
//! (OAuth 2.0, RFC 6749 §4.4).
//!
//! A token is the key's identifier and, sealed, until when it is good and for what: nothing is stored, and a key
//! that is revoked ends its tokens with it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use thiserror::Error;
use trien_core::enrollment::InvitationSecret;
use trien_core::env::Timestamp;
use trien_core::id::ApiKeyId;

use super::FlowError;
use super::at_rest::AtRest;
use super::key::{self, ApiCaller, Scope};
use crate::app::App;
use crate::store;

/// So long a token is good.
pub const LIFE_SECONDS: i64 = 900;

const PREFIX: &str = "trien_access_";
/// An identifier of 16 bytes, and what is sealed: nonce, moment, scopes, tag.
const MAX_BYTES: usize = 128;

/// Seals access tokens.
pub struct AccessSeal(AtRest);

impl AccessSeal {
    /// With a key derived from the server's secret.
    #[must_use]
    pub fn new(secret: &InvitationSecret) -> Self {
        Self(AtRest::new(secret, "trien-access-token/1"))
    }
}

/// A token, and what it is good for.
#[derive(Debug)]
pub struct Granted {
    /// `trien_access_` and what stands behind it: the value after `Bearer`.
    pub token: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
}

/// Why no token is given.
#[derive(Debug, Error)]
pub enum Refusal {
    /// There is no such key, or its secret is another.
    #[error("the client is not known")]
    Client,
    /// The key does not reach that far.
    #[error("the key does not allow this scope")]
    Scope,
    /// Something else.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

/// Gives a token for a key, named by its identifier and proved by its text; for all that the key allows, or for what
/// is asked of it, names with blanks between.
pub async fn grant(
    app: &App,
    client: &str,
    secret: &str,
    scope: Option<&str>,
) -> Result<Granted, Refusal> {
    let caller = match key::authenticate(app, secret).await {
        Ok(caller) if caller.key.to_string() == client => caller,
        Ok(_) | Err(FlowError::Unauthenticated) => return Err(Refusal::Client),
        Err(other) => return Err(other.into()),
    };
    let scopes = match scope {
        Some(asked) => narrowed(&caller, asked).ok_or(Refusal::Scope)?,
        None => caller.scopes,
    };
    let until = app.clock().now().plus_seconds(LIFE_SECONDS);
    let names: Vec<_> = scopes.iter().map(|scope| scope.name()).collect();
    let kept = [&until.as_millis().to_be_bytes()[..], names.join(" ").as_bytes()].concat();
    let row = caller.key.as_bytes();
    let sealed = app.access_seal().0.seal(row, kept, app.entropy())?;
    let token = Base64UrlUnpadded::encode_string(&[&row[..], &sealed].concat());
    Ok(Granted { token: format!("{PREFIX}{token}"), scopes })
}

fn narrowed(caller: &ApiCaller, asked: &str) -> Option<Vec<Scope>> {
    let mut scopes = Vec::new();
    for name in asked.split(' ') {
        let scope = Scope::from_name(name).filter(|scope| caller.scopes.contains(scope))?;
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Some(scopes)
}

/// Who shows this (without `Bearer `): a key, or a token that was given for one.
pub async fn authenticate(app: &App, shown: &str) -> Result<ApiCaller, FlowError> {
    let Some(token) = shown.strip_prefix(PREFIX) else {
        return key::authenticate(app, shown).await;
    };
    let (key, until, scopes) = open(app, token).ok_or(FlowError::Unauthenticated)?;
    if until <= app.clock().now() {
        return Err(FlowError::Unauthenticated);
    }
    let mut connection = app.store().reader().await?;
    let standing = store::key::unit_of(&mut connection, key).await?;
    // The unit of today: a key goes with its unit when units change.
    let unit = standing.ok_or(FlowError::Unauthenticated)?;
    Ok(ApiCaller { key, unit, scopes })
}

fn open(app: &App, token: &str) -> Option<(ApiKeyId, Timestamp, Vec<Scope>)> {
    let mut bytes = [0; MAX_BYTES];
    let bytes = Base64UrlUnpadded::decode(token, &mut bytes).ok()?;
    let (row, sealed) = bytes.split_first_chunk::<16>()?;
    let kept = app.access_seal().0.open(row, sealed)?;
    let (until, names) = kept.split_first_chunk::<8>()?;
    let names = std::str::from_utf8(names).ok()?.split(' ');
    let scopes = names.map(Scope::from_name).collect::<Option<_>>()?;
    Some((ApiKeyId::from_bytes(*row), Timestamp::from_millis(i64::from_be_bytes(*until)), scopes))
}
