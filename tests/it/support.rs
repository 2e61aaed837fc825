//! What the tests stand on: real databases, thrown away afterwards.

#[cfg(feature = "center")]
pub mod postgres;
