//! That a token refused a PIN, remembered across restarts: a service manager that starts a server
//! again and again would lock the token with one wrong PIN.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::key::Pin;
use super::vault::replace_private;

/// Remembers the PIN that was refused last, as an HMAC under the vault's passphrase.
#[derive(Clone)]
pub struct RefusedPin(Option<Place>);

#[derive(Clone)]
struct Place {
    file: PathBuf,
    passphrase: Arc<Zeroizing<String>>,
}

impl RefusedPin {
    /// Remembers in a file of the vault.
    pub(super) fn in_vault(file: PathBuf, passphrase: Arc<Zeroizing<String>>) -> Self {
        Self(Some(Place { file, passphrase }))
    }

    /// Where there is no vault yet, a person runs the command and sees the answer.
    pub(super) fn nowhere() -> Self {
        Self(None)
    }

    pub(super) fn is(&self, token: &str, pin: &Pin) -> bool {
        let Some(place) = &self.0 else { return false };
        let known = fs::read(&place.file).unwrap_or_default();
        known.ct_eq(place.mark(token, pin).as_bytes()).into()
    }

    pub(super) fn remember(&self, token: &str, pin: &Pin) {
        let Some(place) = &self.0 else { return };
        if let Err(error) = replace_private(&place.file, place.mark(token, pin).as_bytes()) {
            tracing::error!(%error, "that the PIN was refused is not remembered: do not restart with it");
        }
    }

    pub(super) fn forget(&self) {
        if let Some(place) = &self.0 {
            // Mostly it is not there.
            let _ = fs::remove_file(&place.file);
        }
    }
}

impl Place {
    fn mark(&self, token: &str, pin: &Pin) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.passphrase.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(b"trien-refused-pin/1\0");
        mac.update(token.as_bytes());
        mac.update(b"\0");
        mac.update(pin.reveal().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_pin_is_known_for_its_token_until_another_one_was_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("refused-pin");
        let open = || {
            let passphrase = Arc::new(Zeroizing::new("mật khẩu".to_owned()));
            RefusedPin::in_vault(file.clone(), passphrase)
        };
        let (wrong, right) = (Pin::new("1111"), Pin::new("2222"));
        assert!(!open().is("CA", &wrong));
        open().remember("CA", &wrong);
        assert!(open().is("CA", &wrong));
        assert!(!open().is("CA", &right));
        assert!(!open().is("other", &wrong));
        assert!(!fs::read_to_string(&file).unwrap().contains("1111"));
        open().forget();
        assert!(!open().is("CA", &wrong));
        assert_eq!(format!("{wrong:?}"), "Pin(…)");
    }
}
