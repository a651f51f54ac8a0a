//! Signing in with a password, and the sessions that come of it (security.md §6: a random cookie
//! stored by its hash, 15 minutes idle, 8 hours in all).

use async_trait::async_trait;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, random};
use trien_core::id::AccountId;

use super::super::act::{Act, Acted};
use super::super::{FlowError, Thing};
use super::provider::PROOF_SECONDS;
use super::{Login, Officer, Password};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::account::{self, AccountRow};
use crate::store::admin_token;
use crate::store::identity;
use crate::store::session::{self, SessionRow};
use crate::writer::{Commit, CommitError, Tx};

/// How long a session lives without being used, in seconds.
pub const MAX_IDLE_SECONDS: i64 = 15 * 60;
/// How long a session lives, in seconds.
pub const MAX_AGE_SECONDS: i64 = 8 * 3600;

/// Wrong passwords that cost nothing but their time.
const FREE_FAILURES: u32 = 5;
/// The first wait after those, in seconds; each further wrong password doubles it.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait, in seconds.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;

/// A session's use is noted when it is this much older than the last note, in seconds: reading a
/// page should not cost a write.
pub(super) const NOTE_AFTER_SECONDS: i64 = 60;

const MAX_CLIENT_CHARACTERS: usize = 120;

/// What a browser holds for a session: 256 random bits. Prints as `…`.
#[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct SessionToken(String);

impl SessionToken {
    /// From a cookie; anything but 43 characters of base64url is none.
    #[must_use]
    pub fn from_cookie(value: &str) -> Option<Self> {
        let sound = value.len() == 43
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        sound.then(|| Self(value.to_owned()))
    }

    /// For the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What forms of this session carry, so that no other page can send them.
    #[must_use]
    pub fn form_token(&self) -> String {
        Sha256::of_parts(&[b"trien-form/1\0", self.0.as_bytes()]).to_string()
    }

    pub(super) fn hash(&self) -> Sha256 {
        Sha256::of(self.0.as_bytes())
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// What somebody typed to sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// The password.
    pub password: Password,
    /// What the browser calls itself.
    pub client: String,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Names it without being it: the SHA-256 of its cookie.
    pub id: Sha256,
    /// What the browser calls itself.
    pub client: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used, to about a minute.
    pub used_at: Timestamp,
}

impl SessionView {
    /// Whether `token` is its cookie.
    #[must_use]
    pub fn is_of(&self, token: &SessionToken) -> bool {
        self.id == token.hash()
    }
}

/// Begins a session. A wrong login, a wrong password and an account that waits look and last the
/// same; an account waits after a few wrong passwords, and a right one does not end that.
pub async fn sign_in(app: &App, asked: SignIn) -> Result<SessionToken, FlowError> {
    let known = match Login::parse(&asked.login) {
        None => None,
        Some(login) => {
            let mut connection = app.store().reader().await?;
            account::by_login(&mut connection, login.as_str()).await?
        }
    };
    let account = prove(app, known, asked.password).await?;
    begin(app, &account, &asked.client).await
}

/// Refuses all but the right password of an account that does not wait; a wrong one counts.
async fn prove(
    app: &App,
    known: Option<AccountRow>,
    password: Password,
) -> Result<AccountRow, FlowError> {
    let now = app.clock().now();
    let known = known.filter(|account| account.ended_at.is_none());
    let waits = known.as_ref().is_some_and(|account| now < account.locked_until);
    let hash = known.as_ref().map(|account| account.password.clone());
    let right = app.passwords().is(password, hash).await?;
    match known {
        // Told apart, a wait would say that there is such an account.
        Some(_) if waits => Err(FlowError::Unauthenticated),
        Some(account) if right => Ok(account),
        Some(account) => {
            app.writer().commit(Failed(account.id)).await?;
            Err(FlowError::Unauthenticated)
        }
        None => Err(FlowError::Unauthenticated),
    }
}

/// Asks somebody who has signed in for the password once more, before what outlasts a session.
/// Guessing here costs what it costs at the door.
pub(super) async fn confirm(
    app: &App,
    officer: &Officer,
    password: Password,
) -> Result<AccountRow, FlowError> {
    let known = {
        let mut connection = app.store().reader().await?;
        account::by_id(&mut connection, officer.account).await?
    };
    if password.is_empty() {
        // Whoever proved it at the provider a moment ago types none.
        app.writer().commit(ProvedElsewhere(officer.account)).await?;
        return known.ok_or(FlowError::WrongPassword);
    }
    let confirmed = match prove(app, known, password).await {
        Ok(account) => app.writer().commit(Confirmed(account.id)).await.map(|_| account),
        Err(error) => Err(error),
    };
    match confirmed {
        Err(FlowError::Unauthenticated) => Err(FlowError::WrongPassword),
        confirmed => confirmed,
    }
}

/// How long a proof of who sits there is good for grave acts, in seconds.
pub const FRESH_SECONDS: i64 = 600;

/// Whether the person of a session has proved lately to be there: by signing in, or by [`prove_anew`].
pub async fn is_fresh(app: &App, token: &SessionToken) -> Result<bool, FlowError> {
    let now = app.clock().now();
    let mut connection = app.store().reader().await?;
    let proved = session::proved_at(&mut connection, &token.hash()).await?;
    Ok(proved.is_some_and(|at| now < at.plus_seconds(FRESH_SECONDS)))
}

/// Takes the password once more, or a proof at the provider of a moment ago where none is typed.
pub async fn prove_anew(
    app: &App,
    officer: &Officer,
    token: &SessionToken,
    password: Password,
) -> Result<(), FlowError> {
    confirm(app, officer, password).await?;
    app.writer().commit(Fresh(token.hash())).await?;
    Ok(())
}

struct Fresh(Sha256);

#[async_trait]
impl Commit for Fresh {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        Ok(session::prove(tx.connection(), &self.0, now).await?)
    }
}

pub(super) async fn begin(
    app: &App,
    account: &AccountRow,
    client: &str,
) -> Result<SessionToken, FlowError> {
    let (token, session) = session_for(app, account.id, client);
    app.writer().commit(Acted(Act::of(account.id, None), Begin(session))).await?;
    Ok(token)
}

/// A session that is still to be written.
pub(super) fn session_for(
    app: &App,
    account: AccountId,
    client: &str,
) -> (SessionToken, SessionRow) {
    let token = SessionToken(Base64UrlUnpadded::encode_string(&random::<32>(app.entropy())));
    let now = app.clock().now();
    let session = SessionRow {
        hash: token.hash(),
        account,
        client: client.chars().filter(|c| !c.is_control()).take(MAX_CLIENT_CHARACTERS).collect(),
        created_at: now,
        used_at: now,
    };
    (token, session)
}

/// What somebody does with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Looks or acts: the session stays awake.
    Acts,
    /// A page asks on its own; nobody may be sitting before it.
    Follows,
}

/// Who holds this session; [`FlowError::Unauthenticated`] when it ended.
pub async fn officer(app: &App, token: &SessionToken, used: Use) -> Result<Officer, FlowError> {
    let (now, hash) = (app.clock().now(), token.hash());
    let (session, officer) = {
        let mut connection = app.store().reader().await?;
        let session = session::by_hash(&mut connection, &hash).await?;
        let session = session.filter(|session| lives(session, now));
        let session = session.ok_or(FlowError::Unauthenticated)?;
        let officer = standing(&mut connection, session.account).await?;
        (session, officer)
    };
    if used == Use::Acts && now >= session.used_at.plus_seconds(NOTE_AFTER_SECONDS) {
        app.writer().commit(Used(hash)).await?;
    }
    Ok(officer)
}

/// An account that has not ended, with what it may do now.
pub(super) async fn standing(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Officer, FlowError> {
    let row = account::by_id(connection, account).await?;
    let row = row.filter(|row| row.ended_at.is_none()).ok_or(FlowError::Unauthenticated)?;
    let grants = account::grants(connection, row.id).await?;
    Ok(Officer { account: row.id, login: row.login, name: row.name, grants, token: None })
}

fn lives(session: &SessionRow, now: Timestamp) -> bool {
    now < session.created_at.plus_seconds(MAX_AGE_SECONDS)
        && now < session.used_at.plus_seconds(MAX_IDLE_SECONDS)
}

/// Ends this session.
pub async fn sign_out(app: &App, token: &SessionToken) -> Result<(), FlowError> {
    let officer = officer(app, token, Use::Acts).await?;
    end_session(app, &officer, token.hash()).await
}

/// The sessions of the officer's own account that still live.
pub async fn sessions_of(app: &App, officer: &Officer) -> Result<Vec<SessionView>, FlowError> {
    let now = app.clock().now();
    let mut connection = app.store().reader().await?;
    let rows = session::of_account(&mut connection, officer.account).await?;
    let view = |row: SessionRow| SessionView {
        id: row.hash,
        client: row.client,
        created_at: row.created_at,
        used_at: row.used_at,
    };
    Ok(rows.into_iter().filter(|row| lives(row, now)).map(view).collect())
}

/// Ends one session of the officer's own account.
pub async fn end_session(app: &App, officer: &Officer, id: Sha256) -> Result<(), FlowError> {
    app.writer().commit(End { id, account: officer.account }).await?;
    Ok(())
}

/// Changes the officer's own password; every other session and every token of the account ends.
pub async fn change_password(
    app: &App,
    officer: &Officer,
    token: &SessionToken,
    change: NewPassword,
) -> Result<(), FlowError> {
    let row = confirm(app, officer, change.current).await?;
    let password = app.passwords().hash(change.chosen).await?;
    let change = Change { before: row.password, password, account: row.id, keep: token.hash() };
    app.writer().commit(Acted(officer.act(None), change)).await?;
    Ok(())
}

/// What somebody typed to change the own password.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// The one until now.
    pub current: Password,
    /// The one from now on.
    pub chosen: Password,
}

struct Begin(SessionRow);

#[async_trait]
impl Commit for Begin {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        forget_failures(tx, self.0.account).await?;
        begin_in(tx, &self.0, Kind::SignedIn).await
    }
}

/// After a right password. Of many tried at once, the wrong ones count before the right one does.
async fn forget_failures(tx: &mut Tx<'_>, account: AccountId) -> Result<(), CommitError> {
    let now = tx.now();
    let row = account::by_id(tx.connection(), account).await?;
    if row.is_none_or(|row| row.ended_at.is_some() || now < row.locked_until) {
        return Err(FlowError::Unauthenticated.into());
    }
    Ok(account::note_failures(tx.connection(), account, 0, now).await?)
}

/// The right password of somebody who has signed in.
struct Confirmed(AccountId);

#[async_trait]
impl Commit for Confirmed {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        forget_failures(tx, self.0).await
    }
}

/// The proof at the provider of somebody who has signed in; it counts once.
struct ProvedElsewhere(AccountId);

#[async_trait]
impl Commit for ProvedElsewhere {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let after = tx.now().plus_seconds(-PROOF_SECONDS);
        let row = account::by_id(tx.connection(), self.0).await?;
        let stands = row.is_some_and(|row| row.ended_at.is_none());
        if !stands || identity::use_proof(tx.connection(), self.0, after).await? == 0 {
            return Err(FlowError::WrongPassword.into());
        }
        Ok(())
    }
}

/// Writes a session and states how it began.
pub(super) async fn begin_in(
    tx: &mut Tx<'_>,
    session: &SessionRow,
    kind: Kind,
) -> Result<(), CommitError> {
    session::insert(tx.connection(), session).await?;
    let (before, after) = (json!(null), json!({ "session": "open" }));
    let statement = json!({ "account": session.account, "before": before, "after": after });
    tx.state(kind, session.account.as_bytes(), &statement).await?;
    Ok(())
}

struct Failed(AccountId);

#[async_trait]
impl Commit for Failed {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let row = account::by_id(tx.connection(), self.0).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Account))?;
        let failures = row.failures.saturating_add(1);
        let until = now.plus_seconds(wait(failures));
        Ok(account::note_failures(tx.connection(), self.0, failures, until).await?)
    }
}

/// How long an account waits after so many wrong passwords in a row, in seconds.
fn wait(failures: u32) -> i64 {
    match failures.checked_sub(FREE_FAILURES) {
        None => 0,
        Some(more) => {
            let doubled = FIRST_WAIT_SECONDS.checked_shl(more).unwrap_or(LONGEST_WAIT_SECONDS);
            if more > 8 { LONGEST_WAIT_SECONDS } else { doubled.min(LONGEST_WAIT_SECONDS) }
        }
    }
}

struct Change {
    before: String,
    password: String,
    account: AccountId,
    /// The session that does it.
    keep: Sha256,
}

#[async_trait]
impl Commit for Change {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (before, password) = (&self.before, &self.password);
        if account::set_password(tx.connection(), self.account, before, password).await? == 0 {
            return Err(FlowError::WrongPassword.into());
        }
        session::end_others(tx.connection(), self.account, &self.keep).await?;
        // Whoever knew the old password may have made one with it.
        let now = tx.now();
        admin_token::end_all(tx.connection(), self.account, now).await?;
        // Nothing of a password is told, not even that it is another one than before.
        let after = json!({ "password": "changed" });
        let statement = json!({ "account": self.account, "before": null, "after": after });
        tx.state(Kind::PasswordChanged, self.account.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct Used(Sha256);

#[async_trait]
impl Commit for Used {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        Ok(session::used(tx.connection(), &self.0, now).await?)
    }
}

struct End {
    id: Sha256,
    account: AccountId,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        match session::end(tx.connection(), &self.id, self.account).await? {
            0 => Err(FlowError::NotFound(Thing::Session).into()),
            _ => Ok(()),
        }
    }
}
