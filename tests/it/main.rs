//! The one integration test binary: a module a subject.

#[cfg(feature = "center")]
mod db;
mod support;
