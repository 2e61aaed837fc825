//! The center.
pub mod db;
pub mod ledger;
pub mod content;
pub mod intake;
pub mod review { pub mod live {
#[derive(Clone)] pub struct Pulse; impl Pulse { pub fn beat(&self) {} }
} }
