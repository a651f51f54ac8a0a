//! PDF: a strict, lazy reader decides, a builder appends, hayro draws.
//!
//! [`read::open`] accepts only what no reader would have to repair; [`check::check`] says what a
//! signer should know; [`changes`] judges what came after earlier signatures; [`revise::build_revision`] appends a signing revision; [`render`] draws the
//! very bytes that passed.

mod annotations;
pub(crate) mod appearance;
pub(crate) mod append;
pub mod changes;
pub mod check;
pub mod clean_copy;
pub mod fields;
pub(crate) mod font;
pub mod geometry;
pub mod image;
pub mod inspect;
mod listing;
mod lock;
pub(crate) mod mask;
pub mod placement;
pub mod read;
pub mod recipe;
pub mod render;
pub mod revise;
mod stamp;
