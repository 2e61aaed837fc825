//! The center: opens the database, mounts the slices, serves.
pub mod accounts;
pub mod content;
pub mod db;
pub mod intake;
pub mod ledger;
pub mod registry;
pub mod review;
pub mod web;
