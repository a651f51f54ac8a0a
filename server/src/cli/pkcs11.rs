//! Which token is meant, and who opens it.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use zeroize::Zeroizing;

use super::CliError;
use crate::token::{Access, Pin, PinSource, RefusedPin, Token, TokenError, Tries};

/// A token and its PIN.
#[derive(Clone, Debug, Args)]
pub(super) struct OpeningArgs {
    #[arg(
        long = "pkcs11-token",
        id = "opened_token",
        value_name = "LABEL",
        help = "Label or serial number of the token; needed where several are plugged in"
    )]
    token: Option<String>,
    #[arg(
        long = "pkcs11-pin-file",
        id = "opened_pin_file",
        value_name = "FILE",
        help = "File whose first line is the PIN [default: the variable TRIEN_PKCS11_PIN, else it \
                is asked for]"
    )]
    pin_file: Option<PathBuf>,
}

impl OpeningArgs {
    /// The token that is meant.
    pub(super) fn token(&self, module: &Path) -> Result<Token, CliError> {
        Ok(Token::choose(module, self.token.as_deref())?)
    }

    /// Whether a token was named.
    pub(super) fn names_token(&self) -> bool {
        self.token.is_some()
    }

    /// A token with what opens it when it is first asked.
    pub(super) fn access(
        &self,
        module: &Path,
        token: &Token,
        refused: RefusedPin,
    ) -> Result<Access, CliError> {
        let (module, token) = (module.to_owned(), token.name.clone());
        Ok(Access { module, token, pin: self.pin()?, refused })
    }

    fn pin(&self) -> Result<PinSource, CliError> {
        if let Some(path) = &self.pin_file {
            let text = std::fs::read_to_string(path).map(Zeroizing::new);
            let text = text.map_err(|error| CliError::file(path, error))?;
            return match text.lines().next() {
                Some(line) if !line.is_empty() => Ok(PinSource::Given(Pin::new(line))),
                _ => Err(CliError::Usage(format!("{}: its first line is empty", path.display()))),
            };
        }
        if let Ok(pin) = std::env::var("TRIEN_PKCS11_PIN").map(Zeroizing::new) {
            return Ok(PinSource::Given(Pin::new(&pin)));
        }
        // Where nobody can be asked, a token may still have keys of its own.
        let is_asked = io::stdin().is_terminal();
        Ok(if is_asked { PinSource::Person(Arc::new(ask)) } else { PinSource::AtToken })
    }
}

fn ask(token: &str, tries: Tries) -> io::Result<Pin> {
    let left = match tries {
        Tries::All => "",
        Tries::Fewer => " (a wrong one was typed before)",
        Tries::One | Tries::None => " (ONE TRY LEFT: a wrong one locks it)",
    };
    let typed = rpassword::prompt_password(format!("PIN of the token {token:?}{left}: "))?;
    let typed = Zeroizing::new(typed);
    if typed.is_empty() {
        return Err(io::Error::other("none was typed"));
    }
    Ok(Pin::new(&typed))
}

impl From<TokenError> for CliError {
    fn from(error: TokenError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Does what may wait for a token away from the runtime's own threads.
pub(super) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    let stopped = |error| CliError::failed("cannot ask the token", error);
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}
