//! Passkeys: keys in a computer, a phone or a stick that sign in without a password (WebAuthn
//! Level 3). The core checks what authenticators say; here is what an office makes of it.
//!
//! A passkey belongs to a name, not to an address: without a name there is none, and browsers want
//! TLS or their own machine.

mod question;

use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;
use serde_json::json;
use trien_core::document::Text;
use trien_core::env::{Timestamp, random};
use trien_core::id::AccountId;
use trien_core::webauthn::{ALGORITHMS, Assertion, Refused, Registration, authenticate, register};

use super::super::act::{Act, Acted};
use super::super::{FlowError, Thing};
use super::session::{begin_in, session_for};
use super::{Officer, Password, SessionToken, confirm};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::account;
use crate::store::passkey::{self, PasskeyRow};
use crate::store::session::SessionRow;
use crate::writer::{Commit, CommitError, Tx};

pub use question::Passkeys;
use question::{Asked, PATIENCE_SECONDS};

/// What authenticators show for the office.
const OFFICE: &str = "Trien";

/// Passkeys of one account.
const MOST: usize = 20;

/// The longest answer of a browser that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// What a browser is to ask its authenticators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Comes back with the answer, once.
    pub id: String,
    /// The options as JSON, as `PublicKeyCredential.parse…OptionsFromJSON()` takes them.
    pub options: String,
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyView {
    /// The credential's identifier in base64url.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last signed in, if it did.
    pub used_at: Option<Timestamp>,
}

/// Begins to add a passkey to the own account. The password is asked for again: a session that
/// somebody left open must not become a key for good.
pub async fn ask_new(
    app: &App,
    passkeys: &Passkeys,
    officer: &Officer,
    password: Password,
    label: Text<64>,
) -> Result<Question, FlowError> {
    let office = passkeys.office()?;
    confirm(app, officer, password).await?;
    let known = known(app, officer.account).await?;
    if known.len() >= MOST {
        return Err(FlowError::BadRequest(format!("an account has at most {MOST} passkeys")));
    }
    let challenge = random::<32>(app.entropy());
    let excluded =
        known.iter().map(|row| json!({ "type": "public-key", "id": code(&row.credential.id) }));
    let excluded: Vec<_> = excluded.collect();
    let algorithms = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
    let options = json!({
        "rp": { "id": office.domain, "name": OFFICE },
        "user": {
            "id": code(officer.account.as_bytes()),
            "name": officer.login,
            "displayName": officer.name,
        },
        "challenge": code(&challenge),
        "pubKeyCredParams": algorithms,
        "timeout": PATIENCE_SECONDS * 1000,
        "excludeCredentials": excluded,
        // Whoever signs in types no name, so the authenticator has to keep whose key it is.
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    });
    let id = passkeys.keep(app, challenge, Asked::New { account: officer.account, label });
    Ok(Question { id, options: options.to_string() })
}

/// Adds the passkey that the browser made.
pub async fn add(
    app: &App,
    passkeys: &Passkeys,
    officer: &Officer,
    id: &str,
    answer: &str,
) -> Result<(), FlowError> {
    let (challenge, asked) = passkeys.take(app, id)?;
    let label = match asked {
        Asked::New { account, label } if account == officer.account => label,
        _ => return Err(FlowError::NoPasskey),
    };
    let answer: Answer<NewKey> = read(answer)?;
    let [client_data, attestation_object] =
        decoded([&answer.response.client_data_json, &answer.response.attestation_object])?;
    let answer =
        Registration { client_data: &client_data, attestation_object: &attestation_object };
    let credential = register(answer, passkeys.office()?.expected(&challenge));
    let credential = credential.map_err(refused)?;
    let created_at = app.clock().now();
    let (account, label) = (officer.account, label.as_str().to_owned());
    let row = PasskeyRow { credential, account, label, created_at, used_at: None };
    app.writer().commit(Acted(officer.act(None), Add(row))).await?;
    Ok(())
}

/// The passkeys of the officer's own account, oldest first.
pub async fn passkeys_of(app: &App, officer: &Officer) -> Result<Vec<PasskeyView>, FlowError> {
    let view = |row: PasskeyRow| PasskeyView {
        id: code(&row.credential.id),
        label: row.label,
        created_at: row.created_at,
        used_at: row.used_at,
    };
    Ok(known(app, officer.account).await?.into_iter().map(view).collect())
}

/// Removes one passkey of the officer's own account; its sessions live on.
pub async fn remove(app: &App, officer: &Officer, id: &str) -> Result<(), FlowError> {
    let id = Base64UrlUnpadded::decode_vec(id);
    let id = id.map_err(|_| FlowError::NotFound(Thing::Passkey))?;
    let remove = Remove { id, account: officer.account };
    app.writer().commit(Acted(officer.act(None), remove)).await?;
    Ok(())
}

/// Begins to sign somebody in who has not said who that is: the authenticator will.
pub fn ask_who(app: &App, passkeys: &Passkeys) -> Result<Question, FlowError> {
    let office = passkeys.office()?;
    let challenge = random::<32>(app.entropy());
    let options = json!({
        "rpId": office.domain,
        "challenge": code(&challenge),
        "timeout": PATIENCE_SECONDS * 1000,
        "userVerification": "required",
    });
    let id = passkeys.keep(app, challenge, Asked::Who);
    Ok(Question { id, options: options.to_string() })
}

/// Begins a session for whoever holds the passkey. A password that was guessed wrongly keeps nobody
/// out here: the answer is proof enough, and strangers could lock an account otherwise.
pub async fn sign_in_with(
    app: &App,
    passkeys: &Passkeys,
    id: &str,
    answer: &str,
    client: &str,
) -> Result<SessionToken, FlowError> {
    let (challenge, Asked::Who) = passkeys.take(app, id)? else {
        return Err(FlowError::NoPasskey);
    };
    let Answer { id, response }: Answer<KnownKey> = read(answer)?;
    let user = response.user_handle.as_ref().ok_or(FlowError::NoPasskey)?;
    let [id, user] = decoded([&id, user])?;
    let row = {
        let mut connection = app.store().reader().await?;
        passkey::by_id(&mut connection, &id).await?
    };
    let row = row.filter(|row| row.account.as_bytes()[..] == user[..]);
    let row = row.ok_or(FlowError::NoPasskey)?;
    let KnownKey { client_data_json, authenticator_data, signature, .. } = &response;
    let [client_data, authenticator_data, signature] =
        decoded([client_data_json, authenticator_data, signature])?;
    let answer = Assertion {
        client_data: &client_data,
        authenticator_data: &authenticator_data,
        signature: &signature,
    };
    let expected = passkeys.office()?.expected(&challenge);
    let counter = authenticate(answer, &row.credential, expected).map_err(refused)?;
    let (token, session) = session_for(app, row.account, client);
    let account = row.account;
    app.writer().commit(Acted(Act::of(account, None), Begin { row, counter, session })).await?;
    Ok(token)
}

/// `PublicKeyCredential.toJSON()` (WebAuthn §5.1); members that are not needed are left out.
#[derive(Deserialize)]
struct Answer<T> {
    id: String,
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewKey {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KnownKey {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

async fn known(app: &App, account: AccountId) -> Result<Vec<PasskeyRow>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(passkey::of_account(&mut connection, account).await?)
}

fn code(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn decoded<const N: usize>(texts: [&String; N]) -> Result<[Vec<u8>; N], FlowError> {
    let mut decoded = [const { Vec::new() }; N];
    for (bytes, text) in decoded.iter_mut().zip(texts) {
        *bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| FlowError::NoPasskey)?;
    }
    Ok(decoded)
}

fn read<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, FlowError> {
    if answer.len() > MAX_ANSWER_BYTES {
        return Err(FlowError::NoPasskey);
    }
    serde_json::from_str(answer).map_err(|_| FlowError::NoPasskey)
}

/// Whoever signs in is told no more; whoever runs the server finds why.
fn refused(why: Refused) -> FlowError {
    tracing::info!(%why, "a passkey was refused");
    FlowError::NoPasskey
}

struct Add(PasskeyRow);

#[async_trait]
impl Commit for Add {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let account = self.0.account;
        let row = account::by_id(tx.connection(), account).await?;
        if row.is_none_or(|row| row.ended_at.is_some()) {
            return Err(FlowError::Unauthenticated.into());
        }
        if passkey::insert(tx.connection(), &self.0).await? == 0 {
            return Err(FlowError::NoPasskey.into());
        }
        let count = passkey::of_account(tx.connection(), account).await?.len();
        let before = json!({ "passkeys": count.saturating_sub(1) });
        let after = json!({ "passkeys": count });
        let statement = json!({ "account": account, "before": before, "after": after });
        tx.state(Kind::PasskeyAdded, account.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Remove {
    id: Vec<u8>,
    account: AccountId,
}

#[async_trait]
impl Commit for Remove {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if passkey::remove(tx.connection(), &self.id, self.account).await? == 0 {
            return Err(FlowError::NotFound(Thing::Passkey).into());
        }
        let count = passkey::of_account(tx.connection(), self.account).await?.len();
        let (before, after) = (json!({ "passkeys": count + 1 }), json!({ "passkeys": count }));
        let statement = json!({ "account": self.account, "before": before, "after": after });
        tx.state(Kind::PasskeyRemoved, self.account.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Begin {
    row: PasskeyRow,
    counter: u32,
    session: SessionRow,
}

#[async_trait]
impl Commit for Begin {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let account = account::by_id(tx.connection(), self.row.account).await?;
        if account.is_none_or(|account| account.ended_at.is_some()) {
            return Err(FlowError::NoPasskey.into());
        }
        // Removed, or its counter moved by another answer, since this one was looked at.
        let credential = &self.row.credential;
        if passkey::used(tx.connection(), credential, self.counter, now).await? == 0 {
            return Err(FlowError::NoPasskey.into());
        }
        begin_in(tx, &self.session, Kind::SignedInByPasskey).await
    }
}
