//! Ratings counted and compared: the overview for the supervising office.
//!
//! Figures come from roll-ups alone, so a page costs the same after ten years.

mod pages;
mod pulse;
pub mod rules;
pub mod store;

pub use pages::routes;
pub use pulse::Pulse;
