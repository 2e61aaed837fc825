//! What terminals show: gathered from the registry, signed, kept by version.

pub mod store;
