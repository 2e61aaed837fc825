//! Pingyi (评议).
pub mod chain;
pub mod clock;
pub mod domain;
pub mod files;
pub mod wire;
