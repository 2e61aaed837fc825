//! The one integration binary: a module a subject.
//!
//! A test that cannot run fails; none skips itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic, and prints what a person looks at"
)]

mod accounts;
mod center;
mod chromium;
mod format;
mod look;
mod pages;
mod settings;
mod terminals;
// mod tidy;
