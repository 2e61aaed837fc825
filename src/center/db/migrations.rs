//! The center's schema, one numbered text for each database. A released one never changes.

use crate::sqlite::Migration;

macro_rules! migration {
    ($database:literal, $number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("migrations/", $database, "/", $name, ".sql")),
        }
    };
}

pub(super) const SQLITE: &[Migration] = &[
    migration!("sqlite", 1, "0001_first"),
    migration!("sqlite", 2, "0002_office"),
    migration!("sqlite", 3, "0003_counter"),
    migration!("sqlite", 4, "0004_wall"),
];

pub(super) const POSTGRES: &[Migration] = &[
    migration!("postgres", 1, "0001_first"),
    migration!("postgres", 2, "0002_office"),
    migration!("postgres", 3, "0003_counter"),
    migration!("postgres", 4, "0004_wall"),
];
