//! Delegations (Decree 30/2020, article 13): a statement by which somebody lets another one decide in their place,
//! signed by the approval key of the one whose place it is.
//!
//! It is limited in time, in units and, where it says so, in kinds of documents; [`Delegation::covers`] is the one
//! judge of that, for phone, server and `trien verify`. Nobody hands on what was handed to them: the post from which
//! a delegation is given is its signer's own, and it gives no post. A seal is never delegated.

pub mod evidence;
pub mod wire;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cbor::{self, CborError};
use crate::decision::SeenCheckpoint;
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::UnixSecond;
use crate::id::{DeviceId, PersonId, UnitId};
use crate::request::Role;

/// Largest encoded delegation, in bytes.
pub const MAX_DELEGATION_BYTES: usize = 32 * 1024;
/// Most units, and most kinds of documents, of one delegation.
pub const MAX_NAMED: usize = 32;
/// The longest time of a delegation, in seconds: a year.
pub const MAX_SECONDS: i64 = 366 * 86_400;

/// The act by which a delegation was given, as its statement names it.
pub const GIVEN: &str = "delegation-given";

/// What stands before the title of the one whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Form {
    /// Ký thay: a deputy for the head of the same unit.
    #[n(1)]
    Kt,
    /// Thừa lệnh: somebody of the unit, or of one below it, by the head's order.
    #[n(2)]
    Tl,
    /// Thừa ủy quyền: by a written authorisation for certain matters.
    #[n(3)]
    Tuq,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kt, Self::Tl, Self::Tuq];

    /// Its name in addresses, commands and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kt => "kt",
            Self::Tl => "tl",
            Self::Tuq => "tuq",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// As it is written above a signature.
    #[must_use]
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::Kt => "KT.",
            Self::Tl => "TL.",
            Self::Tuq => "TUQ.",
        }
    }

    /// The first line above a signature in another's place, such as "KT. CHỦ TỊCH".
    #[must_use]
    pub fn in_place_of(self, position: &str) -> String {
        format!("{} {}", self.abbreviation(), position.to_uppercase())
    }
}

/// A post that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Holder {
    /// Who.
    #[n(0)]
    pub person: PersonId,
    /// In which unit.
    #[n(1)]
    pub unit: UnitId,
    /// The position, as written above a signature.
    #[n(2)]
    pub position: Text<200>,
}

/// How far a unit of the scope reaches.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Reach {
    /// The unit alone.
    #[n(0)]
    Alone,
    /// The unit and those below it.
    #[n(1)]
    AndBelow,
}

/// A unit whose requests are covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct UnitScope {
    /// Which.
    #[n(0)]
    pub unit: UnitId,
    /// Whether those below it are, too.
    #[n(1)]
    pub reach: Reach,
}

/// A delegation, version 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Delegation {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// KT., TL. or TUQ.
    #[n(1)]
    pub form: Form,
    /// Whose place it is: the signer.
    #[n(2)]
    pub from: Holder,
    /// Who may decide in it.
    #[n(3)]
    pub to: Holder,
    /// Whose requests, in ascending order, each unit once.
    #[n(4)]
    pub units: Vec<UnitScope>,
    /// About which kinds of documents, in ascending order; none: about all.
    #[n(5)]
    pub kinds: Vec<Text<100>>,
    /// From when.
    #[n(6)]
    pub starts: UnixSecond,
    /// Until when; not in that second any more.
    #[n(7)]
    pub ends: UnixSecond,
    /// Why, or by which written act.
    #[n(8)]
    pub reason: Text<2000>,
    /// SHA-256 of the DER of the signer's certificate.
    #[n(9)]
    pub certificate: Sha256,
    /// On which device it was signed.
    #[n(10)]
    pub device: DeviceId,
    /// The log as the phone knew it.
    #[n(11)]
    pub checkpoint: SeenCheckpoint,
    /// The phone's time.
    #[n(12)]
    pub signed_at: UnixSecond,
    /// The app and its build.
    #[n(13)]
    pub app: Text<100>,
}

/// The delegation contradicts itself, or says more than one may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDelegation {
    /// Not its deterministic encoding.
    #[error(transparent)]
    Encoding(#[from] CborError),
    /// A version this build does not know.
    #[error("delegation version {0} is not known")]
    Version(u8),
    /// To the one who gives it.
    #[error("nobody delegates to themselves")]
    ToOneself,
    /// It ends before it starts, or before it was signed.
    #[error("a delegation ends after it starts and after it is signed")]
    Backwards,
    /// Longer than a year.
    #[error("a delegation lasts a year at most")]
    TooLong,
    /// No unit, too many, or not in order.
    #[error("a delegation names 1 to {MAX_NAMED} units, each once and in order")]
    Units,
    /// Too many kinds, or not in order.
    #[error("a delegation names at most {MAX_NAMED} kinds of documents, each once and in order")]
    Kinds,
    /// KT. is for a deputy of the same unit.
    #[error("KT. is signed by a deputy of the same unit")]
    OtherUnit,
    /// TUQ. is limited in content.
    #[error("TUQ. names the kinds of documents that it is for")]
    NoKinds,
}

/// What is to be decided in another's place.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The unit whose request it is, and those above it, from it up.
    pub line: &'a [UnitId],
    /// The kind of document.
    pub kind: &'a str,
    /// What the step asks.
    pub role: Role,
    /// When it is decided.
    pub at: UnixSecond,
}

/// Which limit of a delegation would be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCovered {
    /// It has not started.
    #[error("the delegation has not started")]
    Early,
    /// It is over.
    #[error("the delegation is over")]
    Over,
    /// Of another unit.
    #[error("the delegation is not for this unit's requests")]
    Unit,
    /// Of another kind.
    #[error("the delegation is not for this kind of document")]
    Kind,
    /// A seal, or nothing to decide.
    #[error("a step of this role is never delegated")]
    Role,
}

impl Delegation {
    /// The deterministic encoding.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads and checks one.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, InvalidDelegation> {
        let delegation: Self = cbor::decode(bytes, MAX_DELEGATION_BYTES)?;
        delegation.check()?;
        Ok(delegation)
    }

    /// The identity: SHA-256 of its CBOR, never of a signature.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.to_cbor())
    }

    /// Checks what a type cannot say.
    pub fn check(&self) -> Result<(), InvalidDelegation> {
        if self.version != 1 {
            return Err(InvalidDelegation::Version(self.version));
        }
        if self.from.person == self.to.person {
            return Err(InvalidDelegation::ToOneself);
        }
        if self.ends <= self.starts || self.ends <= self.signed_at {
            return Err(InvalidDelegation::Backwards);
        }
        if self.ends.get().saturating_sub(self.starts.get()) > MAX_SECONDS {
            return Err(InvalidDelegation::TooLong);
        }
        let in_order = self.units.windows(2).all(|pair| pair[0].unit < pair[1].unit);
        if !(1..=MAX_NAMED).contains(&self.units.len()) || !in_order {
            return Err(InvalidDelegation::Units);
        }
        let in_order = self.kinds.windows(2).all(|pair| pair[0] < pair[1]);
        if self.kinds.len() > MAX_NAMED || !in_order {
            return Err(InvalidDelegation::Kinds);
        }
        match self.form {
            Form::Kt if self.from.unit != self.to.unit => Err(InvalidDelegation::OtherUnit),
            Form::Tuq if self.kinds.is_empty() => Err(InvalidDelegation::NoKinds),
            _ => Ok(()),
        }
    }

    /// Whether this may be decided by it; else which limit forbids it.
    pub fn covers(&self, asked: &Asked<'_>) -> Result<(), NotCovered> {
        self.in_force(asked.at)?;
        self.covers_part(asked.line, asked.kind, asked.role)
    }

    /// The same without the time.
    pub fn covers_part(&self, line: &[UnitId], kind: &str, role: Role) -> Result<(), NotCovered> {
        if !is_delegable(role) {
            return Err(NotCovered::Role);
        }
        let holds = |scope: &UnitScope| match scope.reach {
            Reach::Alone => line.first() == Some(&scope.unit),
            Reach::AndBelow => line.contains(&scope.unit),
        };
        if !self.units.iter().any(holds) {
            return Err(NotCovered::Unit);
        }
        self.covers_kind(kind)
    }

    /// Whether it is in force at a time.
    pub fn in_force(&self, at: UnixSecond) -> Result<(), NotCovered> {
        if at < self.starts {
            Err(NotCovered::Early)
        } else if at >= self.ends {
            Err(NotCovered::Over)
        } else {
            Ok(())
        }
    }

    /// Whether it is for a kind of document, in capitals or not.
    pub fn covers_kind(&self, kind: &str) -> Result<(), NotCovered> {
        let kind = kind.to_lowercase();
        let mut named = self.kinds.iter();
        if self.kinds.is_empty() || named.any(|named| named.as_str().to_lowercase() == kind) {
            Ok(())
        } else {
            Err(NotCovered::Kind)
        }
    }

    /// The first line above a signature by it, such as "KT. CHỦ TỊCH".
    #[must_use]
    pub fn in_place_of(&self) -> String {
        self.form.in_place_of(self.from.position.as_str())
    }
}

/// Whether a part of this role may be decided in another's place. The clerk must not lend the seal, and a copy asks for
/// no decision.
#[must_use]
pub fn is_delegable(role: Role) -> bool {
    match role {
        Role::Review | Role::Initial | Role::Approve => true,
        Role::Seal | Role::Receive => false,
    }
}

#[cfg(test)]
pub(crate) mod tests;
