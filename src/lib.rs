pub mod sqlite;

#[cfg(feature = "center")]
pub mod center;
