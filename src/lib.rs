//! Pingyi (评议).
pub mod chain;
pub mod clock;
pub mod domain;
pub mod files;
pub mod sqlite;
pub mod wire;

#[cfg(feature = "center")]
pub mod center;
