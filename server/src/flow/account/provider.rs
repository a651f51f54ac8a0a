//! Signing in by an identity provider: which account is whose there, and the way of a browser to the
//! provider and back.
//!
//! What is asked at the door is answered by the network, which no other flow waits for: here a person
//! does, within a few seconds, and nothing is held meanwhile.

mod journey;

use async_trait::async_trait;
use serde_json::{Value, json};
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::super::FlowError;
use super::super::act::{Act, Acted};
use super::session::{Use, begin_in, officer, session_for};
use super::{Officer, Password, SessionToken, account, confirm};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::oidc::{Identity, ProviderError, email_of, is_subject};
use crate::store::identity::{self, IdentityRow};
use crate::store::session::{self as sessions, SessionRow};
use crate::writer::{Commit, CommitError, Tx};

use journey::Purpose;
pub use journey::{BrowserToken, Departure, IdentityProvider, SettingOut};

/// How long a proof at the provider stands for the password, in seconds.
pub const PROOF_SECONDS: i64 = 300;

/// Why nobody is signed in by a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoIdentity {
    /// The office has no provider.
    #[error("no identity provider is configured")]
    NotConfigured,
    /// The answer is late, came before, or belongs to another browser.
    #[error("the answer is late, or of another browser")]
    Late,
    /// The provider, or the person there, said no.
    #[error("the provider did not sign the person in")]
    Declined,
    /// The provider's answer is not believed.
    #[error("the provider's answer is refused")]
    Untrusted,
    /// The provider does not answer.
    #[error("the provider does not answer")]
    Unreachable,
    /// No account is linked with the person.
    #[error("no account is linked with this person")]
    Unlinked(Identity),
    /// The person is linked with another account, or the account with another person.
    #[error("the account, or the person at the provider, is linked already")]
    Taken,
    /// Another person than the one whose account it is.
    #[error("another person at the provider")]
    Other,
}

/// Whom an administrator expects for a new account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The provider's own name for the person.
    Subject(String),
    /// An address; counts only where the provider says that it has been verified.
    Email(String),
}

impl Awaited {
    /// As it is typed: with `@` an address, otherwise the provider's own name.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.contains('@') {
            return email_of(typed).map(Self::Email);
        }
        is_subject(typed).then(|| Self::Subject(typed.to_owned()))
    }

    pub(super) fn of(self, account: AccountId, issuer: &str, since: Timestamp) -> IdentityRow {
        let (subject, email) = match self {
            Self::Subject(subject) => (Some(subject), None),
            Self::Email(email) => (None, Some(email)),
        };
        let issuer = issuer.to_owned();
        IdentityRow { account, issuer, subject, email, since, used_at: None }
    }
}

/// An account at a provider as its owner and administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityView {
    /// The provider's name for the person, or the expected address.
    pub known_as: String,
    /// Whether the person has come, or is only expected.
    pub standing: IdentityStanding,
    /// When it last signed in, if it did.
    pub used_at: Option<Timestamp>,
}

impl IdentityView {
    fn of(row: IdentityRow) -> Option<Self> {
        let standing = match row.used_at {
            Some(_) => IdentityStanding::Linked,
            None => IdentityStanding::Awaited,
        };
        let known_as = row.subject.or(row.email)?;
        Some(Self { known_as, standing, used_at: row.used_at })
    }
}

/// Whether an account is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityStanding {
    /// Linked for good.
    Linked,
    /// The first one with the expected address or name will be.
    Awaited,
}

/// What came of a journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Somebody has signed in.
    SignedIn(SessionToken),
    /// The account is linked.
    Linked,
    /// Somebody who has signed in proved anew who that is.
    Proved,
}

/// What a browser brings back.
#[derive(Clone, Default)]
pub struct Answered {
    /// What it was given.
    pub state: String,
    /// The code, if the provider signed somebody in.
    pub code: Option<String>,
    /// Whose answer it is, if it says so.
    pub issuer: Option<String>,
}

/// The longest value that is taken from an address.
const MAX_VALUE_BYTES: usize = 4096;

/// Sends a browser to the provider, to sign in.
pub async fn depart(
    app: &App,
    provider: &IdentityProvider,
    setting_out: SettingOut,
    redirect: &str,
) -> Result<Departure, FlowError> {
    provider.depart(app, redirect, Purpose::SignIn(setting_out)).await
}

/// Sends somebody who has signed in there, to link the own account. The password is asked for: a
/// session that somebody left open must not become another one's door.
pub async fn depart_to_link(
    app: &App,
    provider: &IdentityProvider,
    officer: &Officer,
    token: &SessionToken,
    password: Password,
    redirect: &str,
) -> Result<Departure, FlowError> {
    confirm(app, officer, password).await?;
    if of(app, provider, officer.account).await?.is_some_and(|row| row.used_at.is_some()) {
        return Err(NoIdentity::Taken.into());
    }
    provider.depart(app, redirect, Purpose::Link(token.clone())).await
}

/// Sends somebody who has signed in there, to prove anew who that is instead of by the password.
pub async fn depart_to_prove(
    app: &App,
    provider: &IdentityProvider,
    token: &SessionToken,
    redirect: &str,
) -> Result<Departure, FlowError> {
    provider.depart(app, redirect, Purpose::Prove(token.clone())).await
}

/// Takes what a browser brings back: a session begins, or what somebody in one asked for is done.
pub async fn arrive(
    app: &App,
    provider: &IdentityProvider,
    browser: Option<&BrowserToken>,
    answered: Answered,
    client: &str,
) -> Result<Arrival, FlowError> {
    let taken = provider.take(app, &answered.state, browser)?;
    let mut values = answered.code.iter().chain(&answered.issuer);
    if values.any(|value| value.len() > MAX_VALUE_BYTES) {
        return Err(NoIdentity::Untrusted.into());
    }
    let code = answered.code.as_deref().ok_or(NoIdentity::Declined)?;
    let identity = provider.redeem(app, code, answered.issuer.as_deref(), &taken).await?;
    match &taken.purpose {
        Purpose::SignIn(setting_out) => {
            let arrived = sign_in(app, provider, identity, client).await?;
            provider.give_back(setting_out);
            if let Some(earlier) = &setting_out.earlier {
                // It may have ended long ago.
                let _ = super::sign_out(app, earlier).await;
            }
            Ok(arrived)
        }
        Purpose::Link(token) => link(app, provider, identity, token).await,
        Purpose::Prove(token) => prove(app, provider, identity, token).await,
    }
}

async fn sign_in(
    app: &App,
    provider: &IdentityProvider,
    identity: Identity,
    client: &str,
) -> Result<Arrival, FlowError> {
    let issuer = provider.issuer()?.to_owned();
    let row = {
        let mut connection = app.store().reader().await?;
        let known = identity::by_subject(&mut connection, &issuer, &identity.subject).await?;
        match (known, &identity.email) {
            (Some(known), _) => Some(known),
            (None, Some(email)) => identity::by_email(&mut connection, &issuer, email).await?,
            (None, None) => None,
        }
    };
    let Some(row) = row else { return Err(NoIdentity::Unlinked(identity).into()) };
    let (token, session) = session_for(app, row.account, client);
    let act = Act::of(row.account, None);
    app.writer().commit(Acted(act, Begin { row, identity, session })).await?;
    Ok(Arrival::SignedIn(token))
}

async fn link(
    app: &App,
    provider: &IdentityProvider,
    identity: Identity,
    token: &SessionToken,
) -> Result<Arrival, FlowError> {
    let officer = officer(app, token, Use::Follows).await?;
    let issuer = provider.issuer()?;
    let now = app.clock().now();
    let row = Awaited::Subject(identity.subject).of(officer.account, issuer, now);
    // The person has just signed in there.
    let row = IdentityRow { used_at: Some(now), ..row };
    let link = Link { row, email: identity.email };
    app.writer().commit(Acted(officer.act(None), link)).await?;
    Ok(Arrival::Linked)
}

async fn prove(
    app: &App,
    provider: &IdentityProvider,
    identity: Identity,
    token: &SessionToken,
) -> Result<Arrival, FlowError> {
    let officer = officer(app, token, Use::Follows).await?;
    let proved = Proved {
        account: officer.account,
        issuer: provider.issuer()?.to_owned(),
        subject: identity.subject,
        token: token.clone(),
    };
    app.writer().commit(Acted(officer.act(None), proved)).await?;
    Ok(Arrival::Proved)
}

/// How an account is known at the office's provider.
pub async fn identity_of(
    app: &App,
    provider: &IdentityProvider,
    account: AccountId,
) -> Result<Option<IdentityView>, FlowError> {
    let row = of(app, provider, account).await?;
    Ok(row.and_then(IdentityView::of))
}

/// How an account is known at a provider, and at which.
pub async fn known_identity(
    app: &App,
    account: AccountId,
) -> Result<Option<(String, IdentityView)>, FlowError> {
    let mut connection = app.store().reader().await?;
    let row = identity::of_account(&mut connection, account).await?;
    Ok(row.and_then(|row| Some((row.issuer.clone(), IdentityView::of(row)?))))
}

async fn of(
    app: &App,
    provider: &IdentityProvider,
    account: AccountId,
) -> Result<Option<IdentityRow>, FlowError> {
    let issuer = provider.issuer()?;
    let mut connection = app.store().reader().await?;
    let row = identity::of_account(&mut connection, account).await?;
    Ok(row.filter(|row| row.issuer == issuer))
}

/// Takes the link away from the own account; sessions live on.
pub async fn unlink(app: &App, officer: &Officer) -> Result<(), FlowError> {
    app.writer().commit(Acted(officer.act(None), Unlink(officer.account))).await?;
    Ok(())
}

impl From<ProviderError> for FlowError {
    /// Whoever signs in is told no more; whoever runs the server finds why.
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unusable(_) => {
                tracing::warn!(%error, "nobody can sign in by the provider");
                NoIdentity::Unreachable.into()
            }
            ProviderError::Untrusted(_) => {
                tracing::info!(%error, "a sign-in by the provider was refused");
                NoIdentity::Untrusted.into()
            }
        }
    }
}

/// What stood before an account was, or was no longer, somebody at the provider, and what stands now.
fn linked(now: bool) -> (Value, Value) {
    (json!({ "linked": !now }), json!({ "linked": now }))
}

async fn state(
    tx: &mut Tx<'_>,
    kind: Kind,
    account: AccountId,
    (before, after): (Value, Value),
) -> Result<(), CommitError> {
    let statement = json!({ "account": account, "before": before, "after": after });
    tx.state(kind, account.as_bytes(), &statement).await?;
    Ok(())
}

struct Begin {
    row: IdentityRow,
    identity: Identity,
    session: SessionRow,
}

#[async_trait]
impl Commit for Begin {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let IdentityRow { account, issuer, subject, .. } = &self.row;
        let came = &self.identity.subject;
        let unlinked = || FlowError::from(NoIdentity::Unlinked(self.identity.clone()));
        let stands = account::by_id(tx.connection(), *account).await?;
        if stands.is_none_or(|row| row.ended_at.is_some()) {
            return Err(unlinked().into());
        }
        if subject.is_none() {
            let email = self.identity.email.as_deref().ok_or_else(unlinked)?;
            if identity::bind(tx.connection(), *account, issuer, email, came).await? == 0 {
                return Err(unlinked().into());
            }
            state(tx, Kind::IdentityLinked, *account, linked(true)).await?;
        }
        // Taken away since it was looked at.
        if identity::used(tx.connection(), *account, issuer, came, now).await? == 0 {
            return Err(unlinked().into());
        }
        begin_in(tx, &self.session, Kind::SignedInByProvider).await
    }
}

struct Link {
    row: IdentityRow,
    /// The address that the provider vouches for.
    email: Option<String>,
}

#[async_trait]
impl Commit for Link {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let IdentityRow { account, issuer, subject, .. } = &self.row;
        let (account, email) = (*account, self.email.as_deref());
        identity::make_way(tx.connection(), account, issuer).await?;
        // Whoever wrote this person into another account did not bring the person there.
        let subject = subject.as_deref().unwrap_or_default();
        for other in identity::unused(tx.connection(), issuer, subject, email).await? {
            identity::make_way(tx.connection(), other, issuer).await?;
            state(tx, Kind::IdentityRemoved, other, linked(false)).await?;
        }
        if identity::insert(tx.connection(), &self.row).await? == 0 {
            return Err(FlowError::from(NoIdentity::Taken).into());
        }
        state(tx, Kind::IdentityLinked, account, linked(true)).await
    }
}

struct Proved {
    account: AccountId,
    issuer: String,
    subject: String,
    token: SessionToken,
}

#[async_trait]
impl Commit for Proved {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (now, account) = (tx.now(), self.account);
        let (issuer, subject) = (&self.issuer, &self.subject);
        if identity::proved(tx.connection(), account, issuer, subject, now).await? == 0 {
            return Err(FlowError::from(NoIdentity::Other).into());
        }
        // The proof is the account's: no other session may use it first.
        sessions::end_others(tx.connection(), account, &self.token.hash()).await?;
        state(tx, Kind::ProvedByProvider, account, (Value::Null, json!({ "proof": "given" }))).await
    }
}

struct Unlink(AccountId);

#[async_trait]
impl Commit for Unlink {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if identity::remove(tx.connection(), self.0).await? == 0 {
            return Err(FlowError::NotFound(super::Thing::Account).into());
        }
        state(tx, Kind::IdentityRemoved, self.0, linked(false)).await
    }
}
