//! A key in a PKCS#11 token: found by its label, opened by a PIN that is tried once, reopened after the
//! token was away.
//!
//! A module's state belongs to the whole process (PKCS #11 v3.0 §5.4), so there is one of each here too.
//! Everything that is asked of it waits in one line: an authority signs seldom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use p256::pkcs8::EncodePublicKey as _;
use trien_core::digest::Sha256;
use trien_core::env::{Entropy, random};
use trien_core::signer::normalise;

use super::key::{IssuingKey, KeyError, KeyName, TokenSettings};
use super::refused_pin::RefusedPin;

/// secp256r1 (RFC 5480 §2.1.1.1) as a DER object identifier, as CKA_EC_PARAMS wants it.
const P_256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

static MODULES: Mutex<BTreeMap<PathBuf, Arc<Mutex<Module>>>> = Mutex::new(BTreeMap::new());

/// A key in a token.
pub(super) struct TokenKey {
    settings: TokenSettings,
    name: KeyName,
    public_key: Vec<u8>,
    refused: RefusedPin,
}

impl TokenKey {
    pub(super) fn new(
        settings: &TokenSettings,
        name: &KeyName,
        public_key: &[u8],
        refused: RefusedPin,
    ) -> Self {
        Self {
            settings: settings.clone(),
            name: name.clone(),
            public_key: public_key.to_vec(),
            refused,
        }
    }
}

impl IssuingKey for TokenKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let digest = Sha256::of(message);
        let access = Access { settings: &self.settings, name: &self.name, refused: &self.refused };
        let module = module(&self.settings.module);
        let signature = lock(&module).ask(&access, |session| {
            let key = access.find(session)?;
            Ok(session.sign(&Mechanism::Ecdsa, key, digest.as_bytes())?)
        })?;
        normalise(&signature, message, &self.public_key)
            .map_err(|_| KeyError::OtherKey(self.name.clone()))
    }
}

/// Makes a key that never leaves the token; gives its `SubjectPublicKeyInfo`.
pub(super) fn make(
    settings: &TokenSettings,
    refused: &RefusedPin,
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, KeyError> {
    let access = Access { settings, name: &settings.name, refused };
    let id: [u8; 16] = random(entropy);
    let module = module(&settings.module);
    lock(&module).ask(&access, |session| access.make(session, &id))
}

fn module(path: &Path) -> Arc<Mutex<Module>> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || Arc::new(Mutex::new(Module { path: path.to_owned(), ..Module::default() }));
    modules.entry(path.to_owned()).or_insert_with(new).clone()
}

fn lock(module: &Mutex<Module>) -> MutexGuard<'_, Module> {
    module.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A loaded module with its open sessions.
#[derive(Default)]
struct Module {
    path: PathBuf,
    /// Loaded once: some modules do not survive being unloaded.
    library: Option<Pkcs11>,
    is_initialized: bool,
    /// By the token's label.
    sessions: BTreeMap<String, Session>,
}

/// What went wrong while a session was used.
enum Failure {
    Key(KeyError),
    Token(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl Module {
    /// Asks the token. What an old session does not answer is asked once more of a new one: the token
    /// may have been away meanwhile.
    fn ask<T>(
        &mut self,
        access: &Access<'_>,
        ask: impl Fn(&Session) -> Result<T, Failure>,
    ) -> Result<T, KeyError> {
        let label = &access.name.token;
        if let Some(session) = self.sessions.get(label) {
            match ask(session) {
                Ok(answer) => return Ok(answer),
                Err(_) => self.start_anew(),
            }
        }
        let is_stale = self.is_initialized;
        let session = match self.open(access) {
            // A module that began without the token may not see that it came.
            Err(KeyError::TokenMissing(_)) if is_stale => {
                self.start_anew();
                self.open(access)?
            }
            opened => opened?,
        };
        let answer = ask(&session).map_err(|failure| match failure {
            Failure::Key(error) => error,
            Failure::Token(error) => access.failed(&error),
        });
        if answer.is_ok() {
            self.sessions.insert(label.clone(), session);
        }
        answer
    }

    /// Forgets all that the module knows of its tokens: only so do some look again.
    fn start_anew(&mut self) {
        self.sessions.clear();
        if let Some(library) = self.library.clone().filter(|_| self.is_initialized) {
            if let Err(error) = library.finalize() {
                tracing::warn!(%error, "the PKCS#11 module did not end in order");
            }
            self.is_initialized = false;
        }
    }

    fn open(&mut self, access: &Access<'_>) -> Result<Session, KeyError> {
        let library = self.library()?;
        let slot = access.slot(&library)?;
        let session = library.open_rw_session(slot);
        let session = session.map_err(|error| access.failed(&error))?;
        access.log_in(&library, slot, &session)?;
        Ok(session)
    }

    fn library(&mut self) -> Result<Pkcs11, KeyError> {
        let failed =
            |error: Error| KeyError::Module { module: self.path.clone(), why: error.to_string() };
        let library = match &self.library {
            Some(library) => library.clone(),
            None => Pkcs11::new(&self.path).map_err(failed)?,
        };
        if !self.is_initialized {
            match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
                Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        self.is_initialized = true;
        self.library = Some(library.clone());
        Ok(library)
    }
}

/// One key of one token, with what opens it.
struct Access<'a> {
    settings: &'a TokenSettings,
    name: &'a KeyName,
    refused: &'a RefusedPin,
}

impl Access<'_> {
    fn slot(&self, library: &Pkcs11) -> Result<Slot, KeyError> {
        let slots = library.get_slots_with_token().map_err(|error| self.failed(&error))?;
        // A token that goes away while it is looked at is one that is not there.
        let labelled = |slot: &Slot| {
            library.get_token_info(*slot).is_ok_and(|info| info.label() == self.name.token)
        };
        let found = slots.into_iter().find(labelled);
        found.ok_or_else(|| KeyError::TokenMissing(self.name.token.clone()))
    }

    fn log_in(&self, library: &Pkcs11, slot: Slot, session: &Session) -> Result<(), KeyError> {
        let token = &self.name.token;
        let info = library.get_token_info(slot).map_err(|error| self.failed(&error))?;
        if info.user_pin_locked() {
            return Err(KeyError::Locked(token.clone()));
        }
        let pin = match &self.settings.pin {
            Some(pin) if self.refused.is(token, pin) => {
                return Err(KeyError::WrongPin(token.clone()));
            }
            // Nobody is there to be asked: whoever knows the PIN shows first that it is right.
            Some(_) if info.user_pin_final_try() => return Err(KeyError::LastTry(token.clone())),
            Some(pin) => Some(pin),
            None if info.protected_authentication_path() => None,
            None => return Err(KeyError::NoPin(token.clone())),
        };
        if let Some(pin) = pin {
            let noted = self.refused.prepare(token, pin);
            noted.map_err(|error| KeyError::NotNoted(error.to_string()))?;
        }
        let typed = pin.map(|pin| AuthPin::new(pin.reveal().into()));
        match session.login(UserType::User, typed.as_ref()) {
            Ok(()) => {
                self.refused.forget(token);
                Ok(())
            }
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => {
                if let Some(pin) = pin {
                    self.refused.remember(token, pin);
                }
                Err(KeyError::WrongPin(token.clone()))
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(KeyError::Locked(token.clone())),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn find(&self, session: &Session) -> Result<ObjectHandle, Failure> {
        match self.labelled(session)?.as_slice() {
            [] => Err(Failure::Key(KeyError::KeyMissing(self.name.clone()))),
            [key] => Ok(*key),
            _ => Err(Failure::Key(KeyError::Ambiguous(self.name.clone()))),
        }
    }

    fn labelled(&self, session: &Session) -> Result<Vec<ObjectHandle>, Failure> {
        let template = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::KeyType(KeyType::EC),
            Attribute::Label(self.name.key.clone().into_bytes()),
        ];
        Ok(session.find_objects(&template)?)
    }

    fn make(&self, session: &Session, id: &[u8]) -> Result<Vec<u8>, Failure> {
        if !self.labelled(session)?.is_empty() {
            return Err(Failure::Key(KeyError::Exists(self.name.clone())));
        }
        let label = self.name.key.clone().into_bytes();
        let public = [
            Attribute::Token(true),
            Attribute::Private(false),
            Attribute::Verify(true),
            Attribute::EcParams(P_256.to_vec()),
            Attribute::Label(label.clone()),
            Attribute::Id(id.to_vec()),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Label(label),
            Attribute::Id(id.to_vec()),
        ];
        let (public, private) =
            session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)?;
        if !is_locked_in(session, private)? {
            session.destroy_object(private)?;
            session.destroy_object(public)?;
            return Err(Failure::Key(KeyError::Extractable(self.name.clone())));
        }
        self.public_key(session, public)
    }

    fn public_key(&self, session: &Session, key: ObjectHandle) -> Result<Vec<u8>, Failure> {
        let found = session.get_attributes(key, &[AttributeType::EcPoint])?;
        let point = found.into_iter().find_map(|attribute| match attribute {
            Attribute::EcPoint(point) => spki(&point),
            _ => None,
        });
        let why = "its public key is not a point of P-256".to_owned();
        let strange = KeyError::Token { token: self.name.token.clone(), why };
        point.ok_or(Failure::Key(strange))
    }

    fn failed(&self, error: &Error) -> KeyError {
        let token = self.name.token.clone();
        match error {
            Error::Pkcs11(
                RvError::TokenNotPresent | RvError::DeviceRemoved | RvError::SlotIdInvalid,
                _,
            ) => KeyError::TokenMissing(token),
            error => KeyError::Token { token, why: error.to_string() },
        }
    }
}

fn is_locked_in(session: &Session, key: ObjectHandle) -> Result<bool, Failure> {
    let asked = [AttributeType::Sensitive, AttributeType::Extractable];
    let told = session.get_attributes(key, &asked)?;
    Ok(told.contains(&Attribute::Sensitive(true)) && told.contains(&Attribute::Extractable(false)))
}

/// CKA_EC_POINT is an OCTET STRING around the point; some tokens leave the wrapping out.
fn spki(point: &[u8]) -> Option<Vec<u8>> {
    let bare = match point {
        [0x04, 0x41, bare @ ..] if bare.len() == 65 => bare,
        bare => bare,
    };
    let key = p256::PublicKey::from_sec1_bytes(bare).ok()?;
    key.to_public_key_der().ok().map(|der| der.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use trien_core::env::OsEntropy;
    use trien_core::signer::SoftwareSigner;

    use super::*;

    #[test]
    fn points_are_read_with_their_wrapping_and_without() {
        let expected = SoftwareSigner::generate(&OsEntropy).public_key();
        let bare = &expected[expected.len() - 65..];
        assert_eq!(spki(bare), Some(expected.clone()));
        let wrapped = [&[0x04, 0x41], bare].concat();
        assert_eq!(spki(&wrapped), Some(expected.clone()));
        for strange in [&[][..], &bare[..64], &wrapped[..66], &[0; 65]] {
            assert_eq!(spki(strange), None);
        }
    }

    #[test]
    fn a_missing_module_is_named() {
        let settings = TokenSettings {
            module: "/nowhere/module.so".into(),
            name: KeyName { token: "CA".to_owned(), key: "issuing".to_owned() },
            pin: None,
        };
        let error = make(&settings, &RefusedPin::nowhere(), &OsEntropy).unwrap_err();
        assert!(matches!(error, KeyError::Module { .. }), "{error}");
        assert!(error.to_string().starts_with("/nowhere/module.so: "), "{error}");
    }
}
