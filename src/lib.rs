//! Pingyi (评议).
pub mod chain;
pub mod clock;
pub mod domain;
pub mod files;
#[cfg(feature = "terminal")]
pub mod terminal;
pub mod wire;
