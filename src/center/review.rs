//! Ratings counted and compared.
pub mod live;
pub use live::{Pulse, routes};
