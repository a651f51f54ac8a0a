//! What Trien's phone and server agree on.
//!
//! The crate holds the domain, the document formats, the wire types and the log's proofs. Without
//! the feature `client` it does no I/O: time, randomness, keys and the network are arguments.
//!
//! Start at [`request`] (what waits for a signature), [`decision`] (what a leader decides) and
//! [`pdf`] (what is read, built and shown); [`log`] and [`evidence`] say how a record is proved.

pub mod algorithm;
pub mod anchor;
pub mod asn1;
pub mod attestation;
pub mod cbor;
pub mod certificate;
pub mod change;
pub mod classification;
pub mod cms;
pub mod cose;
pub mod decision;
pub mod delegation;
pub mod digest;
pub mod document;
pub mod document_signature;
pub mod enrollment;
pub mod env;
pub mod evidence;
pub mod http_signature;
pub mod id;
pub mod jose;
pub mod log;
mod oid;
pub mod papers;
pub mod pdf;
pub mod problem;
pub mod push;
pub mod receipt;
pub mod register;
pub mod request;
pub mod signer;
pub mod template;
pub mod verify;
pub mod wave;
pub mod webauthn;
pub mod wire;

#[cfg(feature = "client")]
pub mod client;

#[cfg(test)]
mod testing;

// Test files that the server's tests share name this crate as others do.
#[cfg(test)]
extern crate self as trien_core;
