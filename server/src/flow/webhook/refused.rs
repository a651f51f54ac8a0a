//! Why something is not done to a webhook.

use super::MOST_OF_KEY;

/// Why something is not done to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoWebhook {
    /// The key has as many as it may.
    #[error("a key has {MOST_OF_KEY} webhooks at most: end one that is not needed, then add this one")]
    TooMany,
    /// Its other end wants nothing more.
    #[error("its other end answered 410 and is told nothing more: end the webhook and add it anew")]
    Gone,
}
