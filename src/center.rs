//! The center.
pub mod accounts;
pub mod db;
pub mod ledger;
pub mod registry;
pub mod review;
pub mod web;
