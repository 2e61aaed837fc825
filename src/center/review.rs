//! Ratings counted and compared: the overview for the supervising office.
//!
//! Figures come from roll-ups alone, so a page costs the same after ten years.

pub mod live;
mod pages;
pub mod rules;
pub mod store;

pub use live::Pulse;
pub use pages::routes;
