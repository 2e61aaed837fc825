//! The center.
pub mod db;
pub mod ledger;
