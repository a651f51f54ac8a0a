//! Identifiers that cannot pass for one another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::env::{Clock, Entropy, random};

/// The text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct InvalidId;

fn new_v7(clock: &dyn Clock, entropy: &dyn Entropy) -> Uuid {
    let millis = u64::try_from(clock.now().as_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random(entropy)).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh identifier (UUID version 7, RFC 9562 §5.7): sorts by time of creation.
            pub fn generate(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                Self(new_v7(clock, entropy))
            }

            /// The 16 bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From 16 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.as_bytes())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let bytes = d.bytes()?;
                Uuid::from_slice(bytes)
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message("an identifier has 16 bytes"))
            }
        }
    )+};
}

ids! {
    /// A unit (cơ quan, đơn vị) of the tree.
    UnitId;
    /// A person (cán bộ).
    PersonId;
    /// A phone bound to a person.
    DeviceId;
    /// An invitation to enroll one device.
    InvitationId;
    /// An enrollment slip, which says who one is.
    SlipId;
    /// One try at enrolling with an invitation.
    AttemptId;
    /// A document's route through its signers.
    RequestId;
    /// An API key of a document system.
    ApiKeyId;
    /// An account of somebody who administers.
    AccountId;
    /// A token with which somebody administers over the API.
    AdminTokenId;
    /// A unit of background work.
    JobId;
    /// An entry of the certificate register.
    EntryId;
    /// A trust anchor of an outside authority, in one unit.
    AnchorId;
    /// A file of requests for an outside authority.
    ExportId;
    /// A wave of enrollment.
    WaveId;
    /// A change of post or of units, and the report that it left.
    ChangeId;
    /// A comment beside a page.
    CommentId;
    /// A template of routes for a kind of document.
    TemplateId;
    /// An address at which a document system is told what became of its requests.
    WebhookId;
}
