//! What the tests stand on: real databases, real servers, real terminals, thrown away afterwards.

pub mod postgres;
pub mod process;
pub mod visitor;
pub mod world;
