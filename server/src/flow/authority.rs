//! The office's own authority: where its keys are, a new issuing key, and the root's key kept away.

use std::path::Path;

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::AnyConnection;
use trien_core::certificate::{Certificate, Reason};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};

use super::act::{Act, Acted};
use super::{FlowError, crl};
use crate::app::App;
use crate::ca::FreshKey;
pub use crate::ca::{KeyError, KeyPlace, NewKey, RootKey};
use crate::flow::act::kind::Kind;
use crate::store::authority::{RevokedAuthority, add_revoked_authority, revoked_authorities};
use crate::writer::{Commit, CommitError, Tx};

/// How the authority stands.
#[derive(Clone, Debug)]
pub struct Authorities {
    /// The root.
    pub root: Standing,
    /// Whether the root's key is on this server.
    pub root_key: RootKeyPlace,
    /// The issuing authorities, the one that issues last.
    pub issuing: Vec<Issuing>,
}

/// Where the root's key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootKeyPlace {
    /// In the vault.
    Here,
    /// Taken away.
    Away,
}

/// One certificate and its list.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its name in the address of its list.
    pub name: String,
    /// Its subject, for people.
    pub subject: String,
    /// Its serial number, in hexadecimal.
    pub serial: String,
    /// Until when it is valid.
    pub not_after: UnixSecond,
    /// Its newest list's number, and by when a newer one is out.
    pub list: Option<(u64, UnixSecond)>,
}

/// An issuing authority.
#[derive(Clone, Debug)]
pub struct Issuing {
    /// Certificate and list.
    pub standing: Standing,
    /// Where its key is.
    pub place: KeyPlace,
    /// Whether the key signs now.
    pub signs: Result<(), KeyError>,
    /// When the root revoked it, if it did.
    pub revoked_at: Option<Timestamp>,
}

/// Looks at the authority, and asks each issuing key for a signature.
pub async fn look(app: &App) -> Result<Authorities, FlowError> {
    let ca = app.ca();
    let root_key = if ca.has_root_key() { RootKeyPlace::Here } else { RootKeyPlace::Away };
    let root = standing(app, ca.root(), ca.root_name()).await?;
    let revoked = {
        let mut connection = app.store().reader().await?;
        revoked_authorities(&mut connection).await?
    };
    let mut issuing = Vec::new();
    for authority in ca.authorities() {
        issuing.push(Issuing {
            standing: standing(app, authority.certificate(), authority.name().to_owned()).await?,
            place: authority.place().clone(),
            signs: authority.check().await,
            revoked_at: revoked.iter().find(|it| it.name == authority.name()).map(|it| it.at),
        });
    }
    Ok(Authorities { root, root_key, issuing })
}

async fn standing(app: &App, of: &Certificate, name: String) -> Result<Standing, FlowError> {
    let list = crl::newest(app, &name).await?.map(|list| (list.number, list.next_update));
    let serial = of.serial().to_string();
    Ok(Standing { name, subject: of.subject_text(), serial, not_after: of.not_after(), list })
}

/// Whether the key that issues is there, and may issue, for the log of a server that starts.
pub async fn check_key(app: &App) -> Result<(), FlowError> {
    {
        let mut connection = app.store().reader().await?;
        require_in_force(&mut connection, app.ca().issuing().name()).await?;
    }
    app.ca().issuing().check().await.map_err(FlowError::IssuingKey)
}

/// Makes a new issuing key and has the root certify it. It issues once the data folder is opened again;
/// what earlier ones issued keeps its chain and its list.
pub async fn replace_issuing(
    app: &App,
    act: &Act,
    place: NewKey,
    root: &RootKey,
) -> Result<(), FlowError> {
    let ca = app.ca();
    // Before a key is made that nothing could certify.
    ca.require_root(root)?;
    let refused = ca.vault().refused_pin();
    let fresh = FreshKey::make(place, refused, app.shared_entropy()).await;
    let fresh = fresh.map_err(FlowError::IssuingKey)?;
    let now = app.clock().now().second();
    let certificate = ca.certify_issuing(&fresh, root, now, app.entropy())?;
    let said = Said {
        kind: Kind::IssuingAuthority,
        certificate: certificate.sha256(),
        before: json!({ "issuing": ca.issuing().certificate().sha256() }),
        after: json!({ "issuing": certificate.sha256() }),
    };
    app.writer().commit(Acted(act.clone(), said)).await?;
    Ok(ca.keep_issuing(&fresh, &certificate, app.entropy())?)
}

/// Writes the root's key, sealed with `passphrase`, into a new file, and removes it from the server.
pub async fn export_root(
    app: &App,
    act: &Act,
    file: &Path,
    passphrase: &str,
) -> Result<(), FlowError> {
    let ca = app.ca();
    ca.copy_root(file, passphrase, app.entropy())?;
    let said = Said {
        kind: Kind::RootKeyTakenAway,
        certificate: ca.root().sha256(),
        before: json!({ "root_key": "here" }),
        after: json!({ "root_key": "taken-away" }),
    };
    app.writer().commit(Acted(act.clone(), said)).await?;
    Ok(ca.remove_root()?)
}

/// Why an issuing authority is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityReason {
    /// Its key is lost, or known to others (RFC 5280 `cACompromise`).
    KeyCompromise,
    /// Another one came in its place (`superseded`).
    Superseded,
    /// No longer used (`cessationOfOperation`).
    CessationOfOperation,
}

impl AuthorityReason {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyCompromise => "key-compromise",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
        }
    }

    fn code(self) -> u32 {
        let reason = match self {
            Self::KeyCompromise => Reason::AuthorityCompromise,
            Self::Superseded => Reason::Superseded,
            Self::CessationOfOperation => Reason::CessationOfOperation,
        };
        u32::from(reason.code())
    }
}

/// Revokes an earlier issuing authority, by its name or serial number, and publishes the root's list that
/// says so: both or nothing. Its own list and responder go on.
pub async fn revoke(
    app: &App,
    act: &Act,
    called: &str,
    reason: AuthorityReason,
    root: &RootKey,
) -> Result<(), FlowError> {
    let (ca, at) = (app.ca(), app.clock().now());
    let refused = |why: &str| FlowError::BadRequest(why.to_owned());
    let found = ca.called(called);
    let found = found
        .ok_or_else(|| refused("no issuing authority is called so: see `trien authority show`"))?;
    let heir = ca.issuing();
    if heir.name() == found.name() || heir.certificate().not_after() <= at.second() {
        return Err(refused(
            "no other authority would be in force: run `trien authority new-issuing` first",
        ));
    }
    let certificate = found.certificate();
    let row = RevokedAuthority {
        issuer: ca.root_name(),
        name: found.name().to_owned(),
        serial: certificate.serial().to_string(),
        reason: reason.code(),
        at,
    };
    let list = crl::New::of_root(app, root, Some(&row.entry()?)).await?;
    let heir = heir.name().to_owned();
    let revoke = Revoke { row, certificate: certificate.sha256(), reason, heir, list };
    app.writer().commit(Acted(act.clone(), revoke)).await?;
    Ok(())
}

/// Refuses where the root revoked the authority of this name.
pub(super) async fn require_in_force(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<(), FlowError> {
    if revoked_authorities(connection).await?.iter().all(|it| it.name != name) {
        return Ok(());
    }
    Err(FlowError::Unavailable(
        "the authority that issues here was revoked: restart the server, and the new one issues"
            .to_owned(),
    ))
}

struct Revoke {
    row: RevokedAuthority,
    certificate: Sha256,
    reason: AuthorityReason,
    /// Who issues from then on.
    heir: String,
    list: crl::New,
}

#[async_trait]
impl Commit for Revoke {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        require_in_force(tx.connection(), &self.heir).await?;
        let before = revoked_authorities(tx.connection()).await?;
        if before.iter().any(|it| it.name == self.row.name) {
            return Err(FlowError::BadRequest("the authority is revoked already".to_owned()).into());
        }
        if !self.list.is_next(tx).await? {
            return Err(FlowError::Unavailable("another list was made".to_owned()).into());
        }
        add_revoked_authority(tx.connection(), self.row.clone()).await?;
        self.list.publish(tx).await?;
        let statement = json!({
            "certificate": self.certificate,
            "issuer": self.row.issuer,
            "serial": self.row.serial,
            "reason": self.reason.name(),
            "before": { "state": "in-force" },
            "after": { "state": "revoked" },
        });
        tx.state(Kind::AuthorityRevoked, self.certificate.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Makes the root's yearly list.
pub async fn renew_root_list(app: &App, root: &RootKey) -> Result<(), FlowError> {
    crl::renew_root(app, root).await
}

/// Makes the lists of the issuing authorities.
pub async fn renew_lists(app: &App) -> Result<(), FlowError> {
    crl::renew(app).await
}

struct Said {
    kind: Kind,
    certificate: Sha256,
    before: Value,
    after: Value,
}

#[async_trait]
impl Commit for Said {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let (before, after) = (&self.before, &self.after);
        let statement =
            json!({ "certificate": self.certificate, "before": before, "after": after });
        tx.state(self.kind, self.certificate.as_bytes(), &statement).await?;
        Ok(())
    }
}
