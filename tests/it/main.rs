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
mod db;
mod enrolment;
mod flow;
mod format;
mod glass;
mod journal;
mod look;
mod outages;
mod pages;
mod pictures;
mod protocol;
mod sample;
mod screen;
mod settings;
mod story;
mod support;
mod terminals;
mod tidy;
mod tls;
