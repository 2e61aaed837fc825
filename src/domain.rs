//! Pure values: what the words of the mission mean in Rust.
//!
//! Nothing here reads a clock, a file or a random source; a value that exists is valid.

mod content;
mod crockford;
mod ids;
mod level;
mod time;

pub use content::{Badge, Bundle, Commitment, Office, SupervisionLine, Text, WindowLabel};
pub use crockford::{from_crockford, to_crockford};
pub use ids::{
    BootId, BundleVersion, CodeId, Incarnation, InvalidId, ReceiptCode, TerminalId, WindowId,
};
pub use level::{Level, UnknownLevel};
pub use time::{Day, Stamp, hour_of};
