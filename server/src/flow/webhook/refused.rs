//! Why something is not done to a webhook.

/// Why something is not done to a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoWebhook {
    /// Its other end wants nothing more.
    #[error("its other end answered 410 and is told nothing more: end the webhook and add it anew")]
    Gone,
}
