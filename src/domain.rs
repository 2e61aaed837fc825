//! Pure values: what the words of the mission mean in Rust.
//!
//! Nothing here reads a clock, a file or a random source; a value that exists is valid.

mod content;
mod crockford;
mod field;
mod ids;
mod language;
mod level;
mod offensive;
mod record;
mod text;
mod time;

pub use content::{
    AwayReason, Badge, Behaviour, Bulletin, Bundle, Commitment, Fee, Figures, Item, Letter,
    MonthFigures, Notice, Office, Rectification, Slide, StaffMember, SupervisionLine, Tag, Text,
    TimeLimit, TimeUnit, Wall, WindowLabel,
};
pub use crockford::{from_crockford, to_crockford};
pub use field::{Field, FieldKey};
pub use ids::{
    BootId, BundleVersion, CodeId, Incarnation, InvalidId, ReceiptCode, TerminalId, WindowId,
};
pub use language::Language;
pub use level::{Level, UnknownLevel};
pub use record::{About, Leaving, Means, Record, SelfTest};
pub(crate) use text::{from_base64url, parsed};
pub use time::{Day, Stamp, hour_of};
