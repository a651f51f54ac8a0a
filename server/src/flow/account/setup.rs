//! The first account: whoever has the code that the server printed makes it.

use async_trait::async_trait;
use serde_json::json;
use trien_core::digest::Sha256;
use trien_core::env::{Entropy, Timestamp, random};

use super::super::FlowError;
use super::super::act::{Act, Acted};
use super::session::{SessionToken, begin};
use super::{Create, NewAccount, account, directory, row_of};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::writer::{Commit, CommitError, Tx};

/// How long a code can be used, in seconds; the next start prints another one.
const CODE_SECONDS: i64 = 86_400;

/// The setting that holds the hash of the code.
const SETTING: &str = "setup-code";

/// The letters of codes: none looks like another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A code of 16 letters (80 bits) that makes the first account, once.
#[derive(Clone, PartialEq, Eq)]
pub struct SetupCode(String);

impl SetupCode {
    /// A fresh one.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte % 32)]);
        Self(random::<16>(entropy).into_iter().map(letter).collect())
    }

    /// Reads one as people type it: in any case, with blanks and hyphens.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        Self(letters.flat_map(char::to_uppercase).take(64).collect())
    }

    /// Whether somebody typed this one. Hashes are compared: their time tells nothing.
    #[must_use]
    pub fn is(&self, typed: &Self) -> bool {
        self.hash() == typed.hash()
    }

    fn hash(&self) -> Sha256 {
        Sha256::of_parts(&[b"trien-setup/1\0", self.0.as_bytes()])
    }
}

/// In groups of four, for the one who starts the server.
impl std::fmt::Display for SetupCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

/// Whether anybody has an account, or had one.
pub async fn is_set_up(app: &App) -> Result<bool, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(account::is_any(&mut connection).await?)
}

/// A fresh code where nobody has an account yet; the one before it is no longer good.
pub async fn begin_setup(app: &App) -> Result<Option<SetupCode>, FlowError> {
    if is_set_up(app).await? {
        return Ok(None);
    }
    let code = SetupCode::generate(app.entropy());
    app.writer().commit(NoteCode(code.hash())).await?;
    Ok(Some(code))
}

/// Makes the first account and signs it in. It administers the whole office and enrolls devices,
/// until it has given these roles to others.
pub async fn set_up(
    app: &App,
    code: &SetupCode,
    new: NewAccount,
    client: &str,
) -> Result<SessionToken, FlowError> {
    check(app, code).await?;
    let row = row_of(app, new.login, &new.name, new.password).await?;
    let create = Create { row: row.clone(), grants: new.grants, awaited: None };
    let first = First { code: code.hash(), create };
    app.writer().commit(Acted(Act::of(row.id, None), first)).await?;
    begin(app, &row, client).await
}

async fn check(app: &App, code: &SetupCode) -> Result<(), FlowError> {
    let mut connection = app.store().reader().await?;
    let noted = directory::setting(&mut connection, SETTING).await?;
    if is_good(noted.as_deref(), &code.hash(), app.clock().now()) {
        Ok(())
    } else {
        Err(FlowError::SetupCode)
    }
}

fn is_good(noted: Option<&str>, code: &Sha256, now: Timestamp) -> bool {
    let parts = noted.and_then(|noted| noted.split_once(' '));
    parts.is_some_and(|(hash, until)| {
        let until = until.parse().map(Timestamp::from_millis);
        // Hashes of 80 random bits: their time tells nothing.
        hash == code.to_string() && until.is_ok_and(|until| now < until)
    })
}

struct NoteCode(Sha256);

#[async_trait]
impl Commit for NoteCode {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let until = tx.now().plus_seconds(CODE_SECONDS).as_millis();
        let value = format!("{} {until}", self.0);
        Ok(directory::set_setting(tx.connection(), SETTING, &value).await?)
    }
}

struct First {
    code: Sha256,
    create: Create,
}

#[async_trait]
impl Commit for First {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let noted = directory::setting(tx.connection(), SETTING).await?;
        let first = !account::is_any(tx.connection()).await?;
        if !first || !is_good(noted.as_deref(), &self.code, now) {
            return Err(FlowError::SetupCode.into());
        }
        directory::remove_setting(tx.connection(), SETTING).await?;
        let (before, after) = (json!({ "set_up": false }), json!({ "set_up": true }));
        let account = self.create.row.id;
        let statement = json!({ "account": account, "before": before, "after": after });
        tx.state(Kind::SetUp, self.create.row.id.as_bytes(), &statement).await?;
        self.create.apply(tx).await
    }
}
