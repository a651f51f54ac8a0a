//! The office's own authority: where its keys are, a new issuing key, and the root's key kept away.

use std::path::Path;

use async_trait::async_trait;
use serde_json::json;
use trien_core::certificate::Certificate;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::log::leaf::StatementKind;

use super::act::{Act, Acted};
use super::{FlowError, crl};
use crate::app::App;
use crate::ca::FreshKey;
pub use crate::ca::{KeyError, KeyPlace, NewKey, RootKey};
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
}

/// Looks at the authority, and asks each issuing key for a signature.
pub async fn look(app: &App) -> Result<Authorities, FlowError> {
    let ca = app.ca();
    let root_key = if ca.has_root_key() { RootKeyPlace::Here } else { RootKeyPlace::Away };
    let root = standing(app, ca.root(), ca.root_name()).await?;
    let mut issuing = Vec::new();
    for authority in ca.authorities() {
        issuing.push(Issuing {
            standing: standing(app, authority.certificate(), authority.name().to_owned()).await?,
            place: authority.place().clone(),
            signs: authority.check().await,
        });
    }
    Ok(Authorities { root, root_key, issuing })
}

async fn standing(app: &App, of: &Certificate, name: String) -> Result<Standing, FlowError> {
    let list = crl::newest(app, &name).await?.map(|list| (list.number, list.next_update));
    Ok(Standing { name, subject: of.subject_text(), not_after: of.not_after(), list })
}

/// Whether the key that issues is there, for the log of a server that starts.
pub async fn check_key(app: &App) -> Result<(), FlowError> {
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
    let said = Said { act: "issuing-authority", certificate: certificate.sha256() };
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
    let said = Said { act: "root-key-taken-away", certificate: ca.root().sha256() };
    app.writer().commit(Acted(act.clone(), said)).await?;
    Ok(ca.remove_root()?)
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
    act: &'static str,
    certificate: Sha256,
}

#[async_trait]
impl Commit for Said {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let statement = json!({ "act": self.act, "certificate": self.certificate });
        tx.state(StatementKind::Certificate, self.certificate.as_bytes(), &statement).await?;
        Ok(())
    }
}
