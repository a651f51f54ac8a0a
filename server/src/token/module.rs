//! The maker's library, loaded once, with its open sessions.
//!
//! A module's state belongs to the whole process (PKCS #11 v3.0 §5.4), so there is one of each here too.
//! Everything that is asked of it waits in one line: tokens sign seldom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::Session;
use cryptoki::slot::{Slot, TokenInfo};

use super::access::Access;
use super::error::{Failure, TokenError};

static MODULES: Mutex<BTreeMap<PathBuf, Arc<Mutex<Module>>>> = Mutex::new(BTreeMap::new());

/// Does something with a loaded module while nobody else does.
pub(super) fn with<T>(path: &Path, work: impl FnOnce(&mut Module) -> T) -> T {
    let module = {
        let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Mutex::new(Module { path: path.to_owned(), ..Module::default() }));
        modules.entry(path.to_owned()).or_insert_with(new).clone()
    };
    let mut module: MutexGuard<'_, Module> = module.lock().unwrap_or_else(PoisonError::into_inner);
    work(&mut module)
}

/// A loaded module with its open sessions.
#[derive(Default)]
pub(super) struct Module {
    path: PathBuf,
    /// Loaded once: some modules do not survive being unloaded.
    library: Option<Pkcs11>,
    is_initialized: bool,
    /// By the token's label.
    sessions: BTreeMap<String, Session>,
}

impl Module {
    /// Asks the token. What an old session does not answer is asked once more of a new one: the token
    /// may have been away meanwhile.
    pub(super) fn ask<T>(
        &mut self,
        access: &Access,
        ask: impl Fn(&Session) -> Result<T, Failure>,
    ) -> Result<T, TokenError> {
        let label = &access.token;
        if let Some(session) = self.sessions.get(label) {
            match ask(session) {
                Ok(answer) => return Ok(answer),
                Err(_) => self.start_anew(),
            }
        }
        let is_stale = self.is_initialized;
        let session = match self.open(access) {
            // A module that began without the token may not see that it came.
            Err(TokenError::TokenMissing(_)) if is_stale => {
                self.start_anew();
                self.open(access)?
            }
            opened => opened?,
        };
        let answer = ask(&session).map_err(|failure| failure.of(label));
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

    /// Every token that is plugged in, each with what it says of itself.
    pub(super) fn tokens(&mut self) -> Result<Vec<(Slot, TokenInfo)>, TokenError> {
        // A module that began without a token may not see that it came; where nobody is signed in, nothing is lost.
        if self.sessions.is_empty() {
            self.start_anew();
        }
        let library = self.library()?;
        let failed =
            |error: Error| TokenError::Module { module: self.path.clone(), why: error.to_string() };
        let slots = library.get_slots_with_token().map_err(failed)?;
        let told = |slot: Slot| library.get_token_info(slot).ok().map(|info| (slot, info));
        Ok(slots
            .into_iter()
            .filter_map(told)
            .filter(|(_, info)| info.token_initialized())
            .collect())
    }

    /// Looks at what a token shows to everybody.
    pub(super) fn look<T>(
        &mut self,
        (slot, info): &(Slot, TokenInfo),
        look: impl Fn(&Session) -> Result<T, Failure>,
    ) -> Result<T, TokenError> {
        let session = self.library()?.open_ro_session(*slot).map_err(Failure::from);
        session.and_then(|session| look(&session)).map_err(|failure| failure.of(info.label()))
    }

    fn open(&mut self, access: &Access) -> Result<Session, TokenError> {
        let library = self.library()?;
        let slot = access.slot(&library)?;
        let session = library.open_rw_session(slot);
        let session = session.map_err(|error| TokenError::said(&access.token, &error))?;
        access.log_in(&library, slot, &session)?;
        Ok(session)
    }

    pub(super) fn library(&mut self) -> Result<Pkcs11, TokenError> {
        let failed =
            |error: Error| TokenError::Module { module: self.path.clone(), why: error.to_string() };
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
