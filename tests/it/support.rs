//! What the tests stand on: real databases, real servers, real terminals, thrown away afterwards.

pub mod books;
pub mod chance;
pub mod copies;
pub mod hand;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod visitor;
pub mod world;
