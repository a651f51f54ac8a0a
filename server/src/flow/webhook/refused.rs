//! Why something is not done to a webhook.

use trien_core::env::Timestamp;

use super::MOST_OF_KEY;

/// Why something is not done to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoWebhook {
    /// The key has as many as it may.
    #[error(
        "a key has {MOST_OF_KEY} webhooks at most: end one that is not needed, then add this one"
    )]
    TooMany,
    /// It was given another secret a short while ago, and the one before still signs: it may be the one that is in use.
    #[error(
        "the secret before the last change signs until {0}, and may be in use: wait until then, or say that \
         it is dropped (drop_earlier, --drop-earlier)"
    )]
    EarlierSigns(Timestamp),
    /// Its other end wants nothing more.
    #[error("its other end answered 410 and is told nothing more: end the webhook and add it anew")]
    Gone,
}
