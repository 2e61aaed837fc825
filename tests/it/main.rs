//! The one integration binary: a module a subject.
//!
//! A test that cannot run fails; none skips itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "a test may panic, prints what a person looks at, and holds its table in a tuple"
)]

mod accounts;
mod center;
mod chromium;
mod content;
mod counter;
mod db;
mod enrolment;
mod flow;
mod format;
mod glass;
mod guide;
mod journal;
mod journey;
mod look;
mod monkey;
mod outages;
mod packaging;
mod pages;
mod past;
mod pictures;
mod protocol;
mod sample;
mod screen;
mod settings;
mod stills;
mod story;
mod support;
mod terminals;
mod tidy;
mod tls;
mod trigger;
mod wall;
mod watchdog;
