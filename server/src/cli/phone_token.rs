//! `trien phone --pkcs11`: the approval key in a token, the silent key in a file as ever.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use clap::Args;
use serde::{Deserialize, Serialize};
use trien_core::client::{KeyFiles, KeyRole, KeyStore, KeyStoreError, KeyTerms};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Entropy, random};
use trien_core::signer::{Signer, SignerError, ToSign, normalise};
use trien_core::wire::KeyEvidence;
use zeroize::Zeroizing;

use super::pkcs11::OpeningArgs;
use crate::private_file;
use crate::token::{Access, CurveKey, RefusedPin, Token, TokenError};

/// Beside the key files: which key of which token is the approval key.
const NOTE: &str = "approval.token";

/// The token that holds the approval key, if one does.
#[derive(Clone, Debug, Args)]
pub(super) struct ApprovalTokenArgs {
    /// PKCS#11 module of the token that holds the approval key (assurance level T); where it is given at the
    /// enrollment, the folder remembers it
    #[arg(long = "pkcs11", value_name = "MODULE")]
    module: Option<PathBuf>,
    #[command(flatten)]
    opening: OpeningArgs,
}

/// The key store of a phone folder: its approval key is in a token where one was given when it was made, or is
/// given now.
pub(super) fn key_store(
    folder: &Path,
    passphrase: String,
    args: &ApprovalTokenArgs,
    entropy: Arc<dyn Entropy>,
) -> Arc<dyn KeyStore> {
    let passphrase = Zeroizing::new(passphrase);
    let files = KeyFiles::new(folder, passphrase.to_string(), entropy.clone());
    let note = folder.join(NOTE);
    if args.module.is_none() && !note.exists() {
        return Arc::new(files);
    }
    let refused = RefusedPin::in_folder(folder.into(), Arc::new(passphrase));
    Arc::new(TokenKeys { files, note, args: args.clone(), refused, entropy })
}

/// What remembers, beside the keys, which PIN a token refused.
pub(super) fn refused(folder: &Path, passphrase: String) -> RefusedPin {
    RefusedPin::in_folder(folder.into(), Arc::new(Zeroizing::new(passphrase)))
}

struct TokenKeys {
    files: KeyFiles,
    note: PathBuf,
    args: ApprovalTokenArgs,
    refused: RefusedPin,
    entropy: Arc<dyn Entropy>,
}

/// Which key of which token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    module: PathBuf,
    serial: String,
    model: String,
    key: String,
    /// Hexadecimal DER, so that it is known while the token is away.
    public_key: String,
}

impl Note {
    fn read(path: &Path) -> Result<Option<Self>, KeyStoreError> {
        let unavailable = |why: String| KeyStoreError::Unavailable(why);
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let damaged = |_| unavailable(format!("{}: it is damaged", path.display()));
                toml::from_str(&text).map(Some).map_err(damaged)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(format!("{}: {error}", path.display()))),
        }
    }

    fn write(&self, path: &Path) -> Result<(), KeyStoreError> {
        let unfit = |error: toml::ser::Error| KeyStoreError::Unavailable(error.to_string());
        let text = toml::to_string(self).map_err(unfit)?;
        let written = private_file::replace(path, text.as_bytes());
        written.map_err(|error| KeyStoreError::Unavailable(format!("{}: {error}", path.display())))
    }
}

impl TokenKeys {
    /// Makes a new key in the token that is meant now, and destroys the one that it takes the place of.
    fn make(&self) -> Result<TokenSigner, KeyStoreError> {
        let before = Note::read(&self.note)?;
        let module = self.args.module.clone().or(before.as_ref().map(|note| note.module.clone()));
        let module = module.ok_or(KeyStoreError::Missing)?;
        // It is noted in a text, and a key that nothing notes would be lost in the token.
        if module.to_str().is_none() {
            let why = format!("{}: the path of the module is no text", module.display());
            return Err(KeyStoreError::Unavailable(why));
        }
        let token = in_store(self.args.opening.token(&module))?;
        let access = in_store(self.args.opening.access(&module, &token, self.refused.clone()))?;
        let key = format!("trien-approval-{}", hex::encode(random::<8>(&*self.entropy)));
        let public_key = in_store(CurveKey::new(&access, &key).make(&*self.entropy))?;
        let model = format!("{} {}", token.maker, token.model);
        let (serial, hex) = (token.serial.clone(), hex::encode(&public_key));
        let note = Note { module, serial, model, key, public_key: hex };
        note.write(&self.note)?;
        if let Some(before) = before.filter(|before| before.serial == note.serial)
            && let Err(error) = CurveKey::new(&access, &before.key).destroy()
        {
            eprintln!("the earlier key {:?} stays in the token: {error}", before.key);
        }
        eprintln!(
            "token   {:?}, serial number {} (the officer types the number that stands on it)",
            token.label, token.serial
        );
        Ok(TokenSigner { note, public_key, access })
    }

    fn open(&self) -> Result<TokenSigner, KeyStoreError> {
        let note = Note::read(&self.note)?.ok_or(KeyStoreError::Missing)?;
        let damaged =
            |_| KeyStoreError::Unavailable(format!("{}: it is damaged", self.note.display()));
        let public_key = hex::decode(&note.public_key).map_err(damaged)?;
        let module = self.args.module.clone().unwrap_or_else(|| note.module.clone());
        let token = in_store(Token::choose(&module, Some(&note.serial)))?;
        let access = in_store(self.args.opening.access(&module, &token, self.refused.clone()))?;
        Ok(TokenSigner { note, public_key, access })
    }
}

fn in_store<T>(done: Result<T, impl std::fmt::Display>) -> Result<T, KeyStoreError> {
    done.map_err(|error| KeyStoreError::Unavailable(error.to_string()))
}

#[async_trait]
impl KeyStore for TokenKeys {
    async fn create(
        &self,
        role: KeyRole,
        terms: KeyTerms,
    ) -> Result<Arc<dyn Signer>, KeyStoreError> {
        match role {
            KeyRole::Auth => self.files.create(role, terms).await,
            KeyRole::Approval => tokio::task::block_in_place(|| self.make()).map(shared),
        }
    }

    async fn load(&self, role: KeyRole) -> Result<Arc<dyn Signer>, KeyStoreError> {
        match role {
            KeyRole::Auth => self.files.load(role).await,
            // A device whose key was made in a file goes on with it, whatever token is plugged in.
            KeyRole::Approval if Note::read(&self.note)?.is_none() => self.files.load(role).await,
            KeyRole::Approval => tokio::task::block_in_place(|| self.open()).map(shared),
        }
    }

    async fn evidence(&self, _: Sha256) -> Result<KeyEvidence, KeyStoreError> {
        let note = Note::read(&self.note)?.ok_or(KeyStoreError::Missing)?;
        let text = |text: &str| {
            let unfit = |_| KeyStoreError::Unsupported("the token does not tell its number".into());
            Text::new(text.trim()).map_err(unfit)
        };
        Ok(KeyEvidence::Token { serial: text(&note.serial)?, model: text(&note.model)? })
    }
}

fn shared(signer: TokenSigner) -> Arc<dyn Signer> {
    Arc::new(signer)
}

/// The approval key, opened when it signs.
struct TokenSigner {
    note: Note,
    public_key: Vec<u8>,
    access: Access,
}

#[async_trait]
impl Signer for TokenSigner {
    fn public_key(&self) -> Vec<u8> {
        self.public_key.clone()
    }

    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError> {
        let key = CurveKey::new(&self.access, &self.note.key);
        let signed = tokio::task::block_in_place(|| key.sign(&request.digest));
        let signature = signed.map_err(|error| match error {
            TokenError::NotTyped { .. } => SignerError::Cancelled,
            error => SignerError::Unavailable(error.to_string()),
        })?;
        normalise(&signature, &request.message, &self.public_key)
    }
}
