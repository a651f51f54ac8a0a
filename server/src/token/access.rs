//! Finding a token and opening it, with a PIN that is tried once.

use std::path::PathBuf;

use cryptoki::context::Pkcs11;
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;

use super::error::{Failure, TokenError};
use super::module;
use super::pin::{Pin, PinSource, Tries};
use super::refused_pin::RefusedPin;

/// One token, with what opens it.
#[derive(Clone)]
pub struct Access {
    /// The maker's PKCS#11 module, a library that is loaded when it is first needed.
    pub module: PathBuf,
    /// The token's label, or its serial number.
    pub token: String,
    /// What opens it.
    pub pin: PinSource,
    /// Remembers which PIN it refused.
    pub refused: RefusedPin,
}

impl Access {
    /// Asks the token, opened.
    pub(super) fn ask<T>(
        &self,
        ask: impl Fn(&Session) -> Result<T, Failure>,
    ) -> Result<T, TokenError> {
        module::with(&self.module, |module| module.ask(self, ask))
    }

    pub(super) fn slot(&self, library: &Pkcs11) -> Result<Slot, TokenError> {
        let slots = library.get_slots_with_token().map_err(|error| self.failed(&error))?;
        // A token that goes away while it is looked at is one that is not there.
        let is = |slot: &Slot, named: fn(&TokenInfo) -> &str| {
            library.get_token_info(*slot).is_ok_and(|info| named(&info) == self.token)
        };
        let labelled = slots.iter().find(|slot| is(slot, TokenInfo::label));
        let found =
            labelled.or_else(|| slots.iter().find(|slot| is(slot, TokenInfo::serial_number)));
        found.copied().ok_or_else(|| TokenError::TokenMissing(self.token.clone()))
    }

    pub(super) fn log_in(
        &self,
        library: &Pkcs11,
        slot: Slot,
        session: &Session,
    ) -> Result<(), TokenError> {
        let token = &self.token;
        let info = library.get_token_info(slot).map_err(|error| self.failed(&error))?;
        let pin = match (Tries::of(&info), info.protected_authentication_path()) {
            (Tries::None, _) => return Err(TokenError::Locked(token.clone())),
            (tries, types_itself) => self.pin(tries, types_itself)?,
        };
        if let Some(pin) = &pin {
            let noted = self.refused.prepare(token, pin);
            noted.map_err(|error| TokenError::NotNoted(error.to_string()))?;
        }
        let typed = pin.as_ref().map(|pin| AuthPin::new(pin.reveal().into()));
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
                if let Some(pin) = &pin {
                    self.refused.remember(token, pin);
                }
                Err(TokenError::WrongPin(token.clone()))
            }
            Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::Locked(token.clone())),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// The PIN to try; none where the token asks for it itself.
    fn pin(&self, tries: Tries, types_itself: bool) -> Result<Option<Pin>, TokenError> {
        let token = self.token.clone();
        match &self.pin {
            PinSource::Given(pin) if self.refused.is(&token, pin) => {
                Err(TokenError::WrongPin(token))
            }
            // Nobody is there to be asked: whoever knows the PIN shows first that it is right.
            PinSource::Given(_) if tries == Tries::One => Err(TokenError::LastTry(token)),
            PinSource::Given(pin) => Ok(Some(pin.clone())),
            PinSource::AtToken | PinSource::Person(_) if types_itself => Ok(None),
            PinSource::AtToken => Err(TokenError::NoPin(token)),
            PinSource::Person(ask) => match ask(&token, tries) {
                Ok(pin) => Ok(Some(pin)),
                Err(error) => Err(TokenError::NotTyped { token, why: error.to_string() }),
            },
        }
    }

    fn failed(&self, error: &Error) -> TokenError {
        TokenError::said(&self.token, error)
    }
}
