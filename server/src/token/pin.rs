//! What opens a token.

use std::io;
use std::sync::Arc;

use cryptoki::slot::TokenInfo;
use zeroize::Zeroizing;

/// A PIN; prints as `…`.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Wraps a PIN.
    #[must_use]
    pub fn new(pin: &str) -> Self {
        Self(Zeroizing::new(pin.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Asks a person for the PIN of the token of this name, who is told what tries are left.
pub type Asking = dyn Fn(&str, Tries) -> io::Result<Pin> + Send + Sync;

/// Where a PIN comes from.
#[derive(Clone)]
pub enum PinSource {
    /// A file or a variable: nobody is there to be asked.
    Given(Pin),
    /// A person at the terminal.
    Person(Arc<Asking>),
    /// The token asks for it itself, on its own keys.
    AtToken,
}

impl PinSource {
    /// The PIN that was given, or else the token's own keys.
    #[must_use]
    pub fn given(pin: Option<Pin>) -> Self {
        pin.map_or(Self::AtToken, Self::Given)
    }
}

impl std::fmt::Debug for PinSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Given(_) => "Given(…)",
            Self::Person(_) => "Person",
            Self::AtToken => "AtToken",
        })
    }
}

/// How often a wrong PIN may still be tried, as far as a token tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tries {
    /// No wrong PIN since the last right one, or the token does not tell.
    All,
    /// A wrong PIN was tried.
    Fewer,
    /// The next wrong PIN locks it.
    One,
    /// It is locked.
    None,
}

impl Tries {
    pub(super) fn of(info: &TokenInfo) -> Self {
        if info.user_pin_locked() {
            Self::None
        } else if info.user_pin_final_try() {
            Self::One
        } else if info.user_pin_count_low() {
            Self::Fewer
        } else {
            Self::All
        }
    }
}
