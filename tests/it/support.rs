//! What the tests stand on: real databases, real servers, real terminals, thrown away afterwards.

pub mod postgres;
pub mod world;
