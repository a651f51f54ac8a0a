//! That an officer saw a device's PKCS#11 token, which is all that level T rests on.

use serde_json::json;
use trien_core::document::Text;
use trien_core::id::DeviceId;
use trien_core::wire::KeyEvidence;

use super::FlowError;
use super::act::kind::Kind;
use crate::store::device::DeviceRow;
use crate::writer::{CommitError, Tx};

/// A token whose serial number the officer read off it.
pub(super) struct TokenSeen {
    serial: Text<100>,
    model: Text<100>,
}

impl TokenSeen {
    /// Compares what the officer typed with what the device told. A device with a token needs it, and no other
    /// one has a place for it.
    pub(super) fn judge(
        device: &DeviceRow,
        typed: Option<&str>,
    ) -> Result<Option<Self>, FlowError> {
        match (&device.evidence, typed) {
            (KeyEvidence::Token { serial, model }, Some(typed)) if is_same(serial, typed) => {
                Ok(Some(Self { serial: serial.clone(), model: model.clone() }))
            }
            (KeyEvidence::Token { .. }, _) | (_, Some(_)) => Err(FlowError::TokenNotConfirmed),
            (_, None) => Ok(None),
        }
    }

    /// States it in the log.
    pub(super) async fn state(&self, tx: &mut Tx<'_>, device: DeviceId) -> Result<(), CommitError> {
        let after = json!({ "token_serial": self.serial, "token_model": self.model });
        let statement = json!({ "device": device, "before": null, "after": after });
        tx.state(Kind::TokenConfirmed, device.as_bytes(), &statement).await?;
        Ok(())
    }
}

// Makers print groups, dashes and capitals as they like.
fn is_same(told: &Text<100>, typed: &str) -> bool {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|it| it.to_ascii_lowercase()).collect()
    };
    let told = plain(told.as_str());
    !told.is_empty() && told == plain(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_read_as_it_is_printed_and_never_as_nothing() {
        let told = |text: &str| Text::new(text).unwrap();
        assert!(is_same(&told("0a1b2c3d"), "0A1B-2C3D "));
        assert!(!is_same(&told("0a1b2c3d"), "0a1b2c3e"));
        assert!(!is_same(&told("0a1b2c3d"), "a1b2c3d"));
        assert!(!is_same(&told("--"), ""));
    }
}
