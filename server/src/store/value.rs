//! Our types as column values: identifiers and digests are blobs, moments and numbers integers.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Decode, Encode, Row as _, Type};
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{
    AccountId, AdminTokenId, AnchorId, ApiKeyId, AttemptId, ChangeId, CommentId, DeviceId, EntryId,
    ExportId, InvitationId, JobId, PersonId, RequestId, SlipId, TemplateId, UnitId, WaveId,
    WebhookId,
};
use trien_core::log::leaf::Salt;
use trien_core::request::StepNumber;

use super::error::StoreError;

/// A type with one column representation.
pub(crate) trait Stored: Sized {
    /// What the database holds.
    type Raw: for<'r> Decode<'r, Any> + for<'q> Encode<'q, Any> + Type<Any> + Send;
    /// To the database.
    fn to_raw(&self) -> Self::Raw;
    /// From the database.
    fn from_raw(raw: Self::Raw) -> Result<Self, StoreError>;
}

/// Reads columns by position.
pub(crate) trait Columns {
    /// A column that is never null.
    fn get_as<T: Stored>(&self, index: usize) -> Result<T, StoreError>
    where
        Option<T::Raw>: for<'r> Decode<'r, Any> + Type<Any>;
    /// A column that may be null.
    fn get_opt<T: Stored>(&self, index: usize) -> Result<Option<T>, StoreError>
    where
        Option<T::Raw>: for<'r> Decode<'r, Any> + Type<Any>;
}

impl Columns for AnyRow {
    fn get_as<T: Stored>(&self, index: usize) -> Result<T, StoreError>
    where
        Option<T::Raw>: for<'r> Decode<'r, Any> + Type<Any>,
    {
        self.get_opt(index)?.ok_or(StoreError::Corrupt("null"))
    }

    fn get_opt<T: Stored>(&self, index: usize) -> Result<Option<T>, StoreError>
    where
        Option<T::Raw>: for<'r> Decode<'r, Any> + Type<Any>,
    {
        self.try_get::<Option<T::Raw>, _>(index)?.map(T::from_raw).transpose()
    }
}

/// Binds parameters in order.
pub(crate) trait Bind: Sized {
    /// A value.
    fn put<T: Stored>(self, value: &T) -> Self;
    /// A value or null.
    fn put_opt<T: Stored>(self, value: Option<&T>) -> Self
    where
        Option<T::Raw>: for<'q> Encode<'q, Any> + Type<Any>;
}

impl Bind for Query<'_, Any, AnyArguments> {
    fn put<T: Stored>(self, value: &T) -> Self {
        self.bind(value.to_raw())
    }

    fn put_opt<T: Stored>(self, value: Option<&T>) -> Self
    where
        Option<T::Raw>: for<'q> Encode<'q, Any> + Type<Any>,
    {
        self.bind(value.map(Stored::to_raw))
    }
}

macro_rules! ids {
    ($($name:ident),+) => {$(
        impl Stored for $name {
            type Raw = Vec<u8>;
            fn to_raw(&self) -> Vec<u8> {
                self.as_bytes().to_vec()
            }
            fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
                raw.try_into().map(Self::from_bytes).map_err(|_| StoreError::Corrupt("identifier"))
            }
        }
    )+};
}
ids!(
    AccountId,
    AdminTokenId,
    AnchorId,
    ApiKeyId,
    AttemptId,
    ChangeId,
    CommentId,
    DeviceId,
    EntryId,
    ExportId,
    InvitationId,
    JobId,
    PersonId,
    RequestId,
    SlipId,
    TemplateId,
    UnitId,
    WaveId,
    WebhookId
);

macro_rules! numbers {
    ($($name:ident: $write:expr, $read:expr;)+) => {$(
        impl Stored for $name {
            type Raw = i64;
            fn to_raw(&self) -> i64 {
                let write: fn(&Self) -> i64 = $write;
                write(self)
            }
            fn from_raw(raw: i64) -> Result<Self, StoreError> {
                let read: fn(i64) -> Option<Self> = $read;
                read(raw).ok_or(StoreError::Corrupt("number"))
            }
        }
    )+};
}
numbers! {
    i64: |n| *n, Some;
    u64: |n| i64::try_from(*n).unwrap_or(i64::MAX), |raw| raw.try_into().ok();
    u32: |n| i64::from(*n), |raw| raw.try_into().ok();
    u16: |n| i64::from(*n), |raw| raw.try_into().ok();
    bool: |b| i64::from(*b), |raw| match raw { 0 => Some(false), 1 => Some(true), _ => None };
    Timestamp: |t| t.as_millis(), |raw| Some(Self::from_millis(raw));
    UnixSecond: |t| t.get(), |raw| Some(Self::new(raw));
    StepNumber: |n| i64::from(n.0), |raw| raw.try_into().ok().map(Self);
}

impl Stored for String {
    type Raw = String;
    fn to_raw(&self) -> String {
        self.clone()
    }
    fn from_raw(raw: String) -> Result<Self, StoreError> {
        Ok(raw)
    }
}

impl Stored for Vec<u8> {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.clone()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
        Ok(raw)
    }
}

impl Stored for Sha256 {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.0.to_vec()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
        Self::from_slice(&raw).map_err(|_| StoreError::Corrupt("digest"))
    }
}

impl Stored for DecisionHash {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.0.to_raw()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
        Sha256::from_raw(raw).map(Self)
    }
}

impl Stored for Salt {
    type Raw = Vec<u8>;
    fn to_raw(&self) -> Vec<u8> {
        self.0.to_vec()
    }
    fn from_raw(raw: Vec<u8>) -> Result<Self, StoreError> {
        raw.try_into().map(Self).map_err(|_| StoreError::Corrupt("salt"))
    }
}

/// Stores a closed list by name.
macro_rules! stored_names {
    ($name:ty { $($variant:path = $text:literal),+ $(,)? }) => {
        impl $crate::store::Stored for $name {
            type Raw = String;
            fn to_raw(&self) -> String {
                match self {$($variant => $text,)+}.to_owned()
            }
            fn from_raw(raw: String) -> Result<Self, $crate::store::StoreError> {
                match raw.as_str() {
                    $($text => Ok($variant),)+
                    _ => Err($crate::store::StoreError::Corrupt(stringify!($name))),
                }
            }
        }
    };
}
pub(crate) use stored_names;

/// Stores a value as JSON text.
macro_rules! stored_json {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::store::Stored for $name {
            type Raw = String;
            fn to_raw(&self) -> String {
                serde_json::to_string(self).expect("our own types have a JSON form")
            }
            fn from_raw(raw: String) -> Result<Self, $crate::store::StoreError> {
                serde_json::from_str(&raw)
                    .map_err(|_| $crate::store::StoreError::Corrupt(stringify!($name)))
            }
        }
    )+};
}
pub(crate) use stored_json;
