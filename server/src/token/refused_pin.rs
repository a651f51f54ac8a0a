//! That a token refused a PIN, remembered across restarts: a service manager that starts a server
//! again and again would lock the token with one wrong PIN.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit as _, Mac as _};
use subtle::ConstantTimeEq as _;
use trien_core::digest::Sha256;
use zeroize::Zeroizing;

use super::pin::Pin;
use crate::private_file;

/// Remembers the PIN that each token refused last, as an HMAC under the passphrase of the keys
/// beside which it is noted.
#[derive(Clone)]
pub struct RefusedPin(Option<Place>);

#[derive(Clone)]
struct Place {
    folder: Arc<Path>,
    passphrase: Arc<Zeroizing<String>>,
    /// Marks by the token's label that no file holds yet.
    unwritten: Arc<Mutex<BTreeMap<String, String>>>,
}

impl RefusedPin {
    /// Remembers in files of a folder of keys, one for each token.
    #[must_use]
    pub fn in_folder(folder: Arc<Path>, passphrase: Arc<Zeroizing<String>>) -> Self {
        Self(Some(Place { folder, passphrase, unwritten: Arc::default() }))
    }

    /// Where there is no such folder, a person runs the command and sees the answer.
    #[must_use]
    pub fn nowhere() -> Self {
        Self(None)
    }

    pub(super) fn is(&self, token: &str, pin: &Pin) -> bool {
        let Some(place) = &self.0 else { return false };
        let mark = place.mark(token, pin);
        let is_mark = |known: &[u8]| -> bool { known.ct_eq(mark.as_bytes()).into() };
        let unwritten = place.unwritten().get(token).cloned().unwrap_or_default();
        is_mark(unwritten.as_bytes()) || is_mark(&fs::read(place.file(token)).unwrap_or_default())
    }

    /// Writes down what [`Self::remember`] then has only to rename. Where that fails the PIN is not to be
    /// tried: on a full disk each restart would try it again.
    pub(super) fn prepare(&self, token: &str, pin: &Pin) -> io::Result<()> {
        let Some(place) = &self.0 else { return Ok(()) };
        private_file::replace(&place.draft(token), place.mark(token, pin).as_bytes())
    }

    pub(super) fn remember(&self, token: &str, pin: &Pin) {
        let Some(place) = &self.0 else { return };
        place.unwritten().insert(token.to_owned(), place.mark(token, pin));
        match fs::rename(place.draft(token), place.file(token)) {
            // From here on the file tells it, which a person may remove.
            Ok(()) => drop(place.unwritten().remove(token)),
            Err(error) => tracing::error!(
                %error,
                "that the PIN was refused is remembered until the next start only: correct it before"
            ),
        }
    }

    pub(super) fn forget(&self, token: &str) {
        if let Some(place) = &self.0 {
            place.unwritten().remove(token);
            // Mostly they are not there.
            let _ = fs::remove_file(place.file(token));
            let _ = fs::remove_file(place.draft(token));
        }
    }
}

impl Place {
    // A label may hold any character.
    fn file(&self, token: &str) -> PathBuf {
        let label = hex::encode(&Sha256::of(token.as_bytes()).0[..8]);
        self.folder.join(format!("refused-pin-{label}"))
    }

    fn draft(&self, token: &str) -> PathBuf {
        self.file(token).with_extension("tried")
    }

    fn unwritten(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }

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

    fn open(folder: &Path) -> RefusedPin {
        RefusedPin::in_folder(folder.into(), Arc::new(Zeroizing::new("mật khẩu".to_owned())))
    }

    #[test]
    fn a_refused_pin_is_known_for_its_token_until_that_token_took_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let open = || open(folder.path());
        let (wrong, right) = (Pin::new("1111"), Pin::new("2222"));
        let refuse = |token: &str| {
            open().prepare(token, &wrong).unwrap();
            assert!(!open().is(token, &wrong), "a try that was cut off is no refusal");
            open().remember(token, &wrong);
        };
        refuse("CA");
        assert!(open().is("CA", &wrong));
        assert!(!open().is("CA", &right));
        assert!(!open().is("other", &wrong));
        refuse("other");
        open().forget("other");
        assert!(open().is("CA", &wrong), "one token's answer says nothing of another");
        for file in fs::read_dir(folder.path()).unwrap() {
            assert!(!fs::read_to_string(file.unwrap().path()).unwrap().contains("1111"));
        }
        open().forget("CA");
        assert!(!open().is("CA", &wrong));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(format!("{wrong:?}"), "Pin(…)");
    }

    #[test]
    fn a_pin_that_could_not_be_noted_is_not_to_be_tried() {
        let folder = tempfile::tempdir().unwrap();
        let (refused, wrong) = (open(&folder.path().join("away")), Pin::new("1111"));
        assert!(refused.prepare("CA", &wrong).is_err());
        refused.remember("CA", &wrong);
        assert!(refused.clone().is("CA", &wrong), "known as long as the server runs");
        refused.forget("CA");
        assert!(!refused.is("CA", &wrong));
    }
}
