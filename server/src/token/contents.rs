//! What is plugged in, and what a token holds: certificates, and whether their keys are there.

use std::path::Path;

use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use cryptoki::slot::{Slot, TokenInfo};
use trien_core::certificate::Certificate;

use super::access::Access;
use super::error::{Failure, TokenError};
use super::module;
use super::pin::Tries;

/// A token that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is called here: its label, or where that says nothing or another one has it too, its serial number.
    pub name: String,
    /// The label that was given to it.
    pub label: String,
    /// Its maker's serial number.
    pub serial: String,
    /// Its maker.
    pub maker: String,
    /// Its model.
    pub model: String,
    /// How often a wrong PIN may still be tried.
    pub tries: Tries,
}

impl Token {
    fn of(info: &TokenInfo, all: &[(Slot, TokenInfo)]) -> Self {
        let is_alone = all.iter().filter(|(_, it)| it.label() == info.label()).count() == 1;
        let is_named = is_alone && !info.label().is_empty();
        let name = if is_named { info.label() } else { info.serial_number() };
        Self {
            name: name.to_owned(),
            label: info.label().to_owned(),
            serial: info.serial_number().to_owned(),
            maker: info.manufacturer_id().to_owned(),
            model: info.model().to_owned(),
            tries: Tries::of(info),
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.label == name || self.serial == name
    }

    /// The one that is called so, by its label or serial number; where nothing is called, the only one.
    pub fn choose(module: &Path, called: Option<&str>) -> Result<Self, TokenError> {
        let mut found = plugged(module)?;
        if found.is_empty() {
            return Err(TokenError::NoToken { module: module.to_owned() });
        }
        if let Some(name) = called {
            found.retain(|token| token.is_called(name));
        }
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                found.push(last);
                let named = |token: &Self| format!("{:?} serial {}", token.label, token.serial);
                Err(TokenError::SeveralTokens(found.iter().map(named).collect()))
            }
            (None, _) => Err(TokenError::TokenMissing(called.unwrap_or_default().to_owned())),
        }
    }
}

/// The tokens that are plugged in.
pub fn plugged(module: &Path) -> Result<Vec<Token>, TokenError> {
    module::with(module, |module| {
        let found = module.tokens()?;
        Ok(found.iter().map(|(_, info)| Token::of(info, &found)).collect())
    })
}

/// Whether the key of a certificate is in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyThere {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Tokens show their keys to who knows the PIN.
    NotShown,
}

/// A certificate, a key, or both.
#[derive(Clone, Debug)]
pub struct Item {
    /// What the token calls it.
    pub label: String,
    /// The certificate, where there is one.
    pub certificate: Option<Certificate>,
    /// Whether its key is there.
    pub key: KeyThere,
}

/// What everybody sees in a token, without its PIN: certificates.
pub fn shown(module: &Path, serial: &str) -> Result<Vec<Item>, TokenError> {
    module::with(module, |module| {
        let tokens = module.tokens()?;
        let found = tokens.iter().find(|(_, info)| info.serial_number() == serial);
        let token = found.ok_or_else(|| TokenError::TokenMissing(serial.to_owned()))?;
        let held = module.look(token, certificates)?;
        Ok(held.into_iter().map(|held| held.item(KeyThere::NotShown)).collect())
    })
}

impl Access {
    /// What the opened token holds: each certificate, then the keys that have none.
    pub fn contents(&self) -> Result<Vec<Item>, TokenError> {
        self.ask(|session| {
            let (certificates, keys) = (certificates(session)?, keys(session)?);
            let there = |held: &Held| {
                if keys.iter().any(|key| key.is_of(held)) { KeyThere::Yes } else { KeyThere::No }
            };
            let lone = keys.iter().filter(|key| !certificates.iter().any(|held| key.is_of(held)));
            let lone = lone.map(|key| Item {
                label: key.label.clone(),
                certificate: None,
                key: KeyThere::Yes,
            });
            let paired = certificates.iter().map(|held| held.clone().item(there(held)));
            Ok(paired.chain(lone).collect())
        })
    }
}

/// A certificate in a token.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) label: String,
    id: Vec<u8>,
    pub(super) certificate: Certificate,
}

impl Held {
    fn item(self, key: KeyThere) -> Item {
        Item { label: self.label, certificate: Some(self.certificate), key }
    }
}

/// A private key in a token.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) handle: ObjectHandle,
    pub(super) label: String,
    pub(super) id: Vec<u8>,
}

impl Key {
    /// Whether it is the key of a certificate: both have one CKA_ID (PKCS #11 v3.0 §4.6.2), or where a token gives
    /// none, one label.
    pub(super) fn is_of(&self, held: &Held) -> bool {
        match (self.id.as_slice(), held.id.as_slice()) {
            ([], _) | (_, []) => self.label == held.label,
            (ours, theirs) => ours == theirs,
        }
    }
}

/// The certificates of a token. What is no X.509 is nothing that is looked for.
pub(super) fn certificates(session: &Session) -> Result<Vec<Held>, Failure> {
    let mut found = Vec::new();
    for handle in session.find_objects(&[Attribute::Class(ObjectClass::CERTIFICATE)])? {
        let (label, id) = named(session, handle)?;
        let value = session.get_attributes(handle, &[AttributeType::Value])?;
        let der = value.into_iter().find_map(|attribute| match attribute {
            Attribute::Value(der) => Some(der),
            _ => None,
        });
        if let Some(certificate) = der.and_then(|der| Certificate::parse(&der).ok()) {
            found.push(Held { label, id, certificate });
        }
    }
    Ok(found)
}

/// The private keys of an opened token.
pub(super) fn keys(session: &Session) -> Result<Vec<Key>, Failure> {
    let mut found = Vec::new();
    for handle in session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])? {
        let (label, id) = named(session, handle)?;
        found.push(Key { handle, label, id });
    }
    Ok(found)
}

fn named(session: &Session, handle: ObjectHandle) -> Result<(String, Vec<u8>), Failure> {
    let (mut label, mut id) = (String::new(), Vec::new());
    for attribute in session.get_attributes(handle, &[AttributeType::Label, AttributeType::Id])? {
        match attribute {
            Attribute::Label(text) => label = String::from_utf8_lossy(&text).into_owned(),
            Attribute::Id(bytes) => id = bytes,
            _ => {}
        }
    }
    Ok((label, id))
}
