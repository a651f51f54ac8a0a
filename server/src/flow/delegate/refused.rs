//! Why a delegation is not taken.

/// Why a delegation is not taken, or not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoDelegation {
    /// Not a delegation by this device's person in its one form.
    #[error("not a delegation by this device's person")]
    NotOne,
    /// The signature does not verify under the certificate registered for the device.
    #[error("the delegation's signature does not verify")]
    Signature,
    /// Its giver does not hold the post from which it is given: nobody hands on what was handed to them.
    #[error("a delegation is given from a post that its giver holds")]
    NotYourPost,
    /// Its giver's post is none of a head's.
    #[error("a delegation is given by who heads the unit")]
    NotHead,
    /// The delegate does not hold the post to which it is given.
    #[error("the delegate does not hold that post")]
    NotTheirPost,
    /// The posts do not suit KT., TL. or TUQ.
    #[error(
        "KT. is for a deputy of the head; TL. and TUQ. for the own unit and those below it; never from or to a clerk"
    )]
    Form,
    /// Signed at a time too far from the server's.
    #[error("the delegation was signed at another time than now")]
    Time,
    /// Its end has come already.
    #[error("the delegation's time is over")]
    Over,
    /// There are too many already.
    #[error("too many delegations of one person stand at once")]
    TooMany,
}

impl NoDelegation {
    /// A machine-readable name, which chooses the sentence of the problem.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotOne => "not-one",
            Self::Signature => "signature",
            Self::NotYourPost => "not-your-post",
            Self::NotHead => "not-head",
            Self::NotTheirPost => "not-their-post",
            Self::Form => "form",
            Self::Time => "time",
            Self::Over => "over",
            Self::TooMany => "too-many",
        }
    }
}
