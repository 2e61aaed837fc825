//! What an entry counts as: decided from its lines and its batch alone.

use crate::chain::{Error, Kind, PrivateLine, PublicLine, VERSION};
use crate::domain::{Day, Incarnation, Level, Stamp, TerminalId, hour_of};

/// A clock that is off by more is not asked about an earlier boot, in milliseconds: what it showed
/// then is anybody's guess.
const TRUSTED_OFFSET: i64 = 10 * 60 * 1000;

/// A correction that comes later than this after its rating is kept and not counted, in
/// milliseconds. The terminal offers five seconds and thanks for twenty.
const CORRECTION_LIMIT: i64 = 60 * 1000;

/// No rating is older than this program (2026-01-01), whatever a terminal's clocks say.
const EARLIEST: i64 = 1_767_225_600_000;

/// The longest text that is counted by: a database keeps no longer one in an index.
const LONGEST: usize = 64;

/// The channel of ratings that were tapped on a terminal.
pub const TERMINAL_CHANNEL: &str = "terminal";

/// Both lines of an entry, or why they cannot be read.
pub type Reading = Result<(PublicLine, PrivateLine), Error>;

/// Where an entry stands and how it came.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The terminal that signed the batch.
    pub terminal: &'a TerminalId,
    /// The incarnation of the batch.
    pub incarnation: Incarnation,
    /// The terminal's clocks as it signed.
    pub sent: Stamp,
    /// When the batch arrived, in milliseconds UTC.
    pub received_at: i64,
}

/// What an entry counts as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A rating.
    Rating(Counted),
    /// The correction of the rating with this seq, made when the terminal's clocks stood so.
    Correction(u64, Counted, Stamp),
    /// Kept in the ledger, and nothing to count: the start of an incarnation, an act.
    Nothing,
    /// Kept in the ledger, not counted, flagged: by which rule, with what evidence.
    Odd(&'static str, String),
}

/// One counted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// When it was tapped, in milliseconds UTC, as well as it can be known.
    pub rated_at: i64,
    /// Whether that is known; where not, it is the time of receipt.
    pub is_time_known: bool,
    /// The local date.
    pub day: i64,
    /// The local hour.
    pub hour: i64,
    /// The window.
    pub window: String,
    /// The employee number of the person on duty, or empty.
    pub employee_no: String,
    /// The service item, or empty.
    pub item: String,
    /// The level.
    pub level: Level,
    /// Whether it was given for a service.
    pub with_service: bool,
    /// The receipt's code, or empty.
    pub receipt: String,
}

/// When an entry was made, by the center's clock; nothing where it cannot be known.
///
/// Within the boot that sent the batch the monotonic clock tells exactly. Of an earlier boot the
/// wall clock is believed only if it is right now, and only about the past.
#[must_use]
pub fn made_at(at: &Stamp, sent: &Stamp, received_at: i64) -> Option<i64> {
    let made_at = if at.boot == sent.boot && at.mono <= sent.mono {
        received_at.checked_sub(sent.mono.checked_sub(at.mono)?)?
    } else {
        let offset = received_at.checked_sub(sent.wall)?;
        let is_right = (-TRUSTED_OFFSET..=TRUSTED_OFFSET).contains(&offset);
        at.wall.checked_add(offset).filter(|_| is_right)?
    };
    (EARLIEST..=received_at).contains(&made_at).then_some(made_at)
}

/// What the entry at `seq` of a batch counts as.
#[must_use]
pub fn meaning(reading: &Reading, seq: u64, source: &Source<'_>) -> Meaning {
    let (public, private) = match reading {
        Ok(lines) => lines,
        Err(error) => return Meaning::Odd("unreadable", error.to_string()),
    };
    let place = (&public.terminal, public.incarnation, public.seq);
    if place != (source.terminal, source.incarnation, seq) {
        let found = format!("says {} {} {}", public.terminal, public.incarnation, public.seq);
        return Meaning::Odd("misplaced", found);
    }
    if public.v != VERSION {
        return Meaning::Odd("unknown_version", public.v.to_string());
    }
    let texts = [&public.window, &private.staff, &private.item];
    if let Some(text) = texts.into_iter().find(|text| !is_countable(text)) {
        return Meaning::Odd("odd_text", format!("{text:?}"));
    }
    match &public.kind {
        Kind::Start
        | Kind::Act
        | Kind::Shift
        | Kind::Service
        | Kind::Addition
        | Kind::Complaint
        | Kind::SelfTest
        | Kind::Report => Meaning::Nothing,
        Kind::Other(kind) => Meaning::Odd("unknown_kind", kind.clone()),
        Kind::Rating | Kind::Correction => match (private.level(), private.corrects) {
            (None, _) => Meaning::Odd("no_level", format!("{:?}", private.level)),
            (Some(level), None) if public.kind == Kind::Rating => {
                Meaning::Rating(counted(public, private, level, source))
            }
            (Some(level), Some(corrected)) if public.kind == Kind::Correction => {
                Meaning::Correction(corrected, counted(public, private, level, source), private.at)
            }
            (Some(_), corrects) => {
                Meaning::Odd("kind_and_content", format!("corrects {corrects:?}"))
            }
        },
    }
}

fn is_countable(text: &str) -> bool {
    text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
}

fn counted(
    public: &PublicLine,
    private: &PrivateLine,
    level: Level,
    source: &Source<'_>,
) -> Counted {
    let known = made_at(&private.at, &source.sent, source.received_at);
    let rated_at = known.unwrap_or(source.received_at);
    Counted {
        rated_at,
        is_time_known: known.is_some(),
        day: Day::of(rated_at).map_or(0, Day::number),
        hour: hour_of(rated_at),
        window: public.window.clone(),
        employee_no: private.staff.clone(),
        item: private.item.clone(),
        level,
        with_service: !private.service.is_empty(),
        receipt: public
            .receipt
            .as_ref()
            .map(crate::domain::ReceiptCode::compact)
            .unwrap_or_default(),
    }
}

/// The same by the terminal's own clocks, where both were made in one boot: two batches travel for
/// different times, so their ratings' times may lie in the wrong order.
#[must_use]
pub fn is_in_time_there(rated: &Stamp, corrected: &Stamp) -> bool {
    rated.boot == corrected.boot
        && corrected.mono.checked_sub(rated.mono).is_some_and(|apart| is_in_time(0, apart))
}

/// Whether a correction made at `corrected_at` may replace a rating made at `rated_at`.
#[must_use]
pub fn is_in_time(rated_at: i64, corrected_at: i64) -> bool {
    (0..=CORRECTION_LIMIT).contains(&(corrected_at - rated_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::BootId;

    const NOW: i64 = 1_795_305_600_000;

    fn stamp(wall: i64, mono: i64, boot: u8) -> Stamp {
        Stamp { wall, mono, boot: BootId([boot; 16]) }
    }

    #[test]
    fn the_time_of_a_tap_is_known_only_where_a_clock_can_be_trusted() {
        let cases = [
            (
                "same boot, right clock",
                stamp(NOW - 50, 950, 1),
                stamp(NOW, 1000, 1),
                Some(NOW - 50),
            ),
            ("same boot, clock at 1970", stamp(0, 950, 1), stamp(50, 1000, 1), Some(NOW - 50)),
            (
                "same boot, clock jumped between",
                stamp(NOW * 2, 0, 1),
                stamp(NOW, 1000, 1),
                Some(NOW - 1000),
            ),
            (
                "earlier boot, right clock",
                stamp(NOW - 90_000, 5, 1),
                stamp(NOW, 9, 2),
                Some(NOW - 90_000),
            ),
            (
                "earlier boot, clock off by an hour",
                stamp(NOW, 5, 1),
                stamp(NOW + 3_600_000, 9, 2),
                None,
            ),
            (
                "same boot, longer ago than there are ratings",
                stamp(0, i64::MIN, 1),
                stamp(0, 9, 1),
                None,
            ),
            ("a wall clock beyond counting", stamp(i64::MAX, 5, 1), stamp(i64::MIN, 9, 2), None),
            (
                "earlier boot, said to be tomorrow",
                stamp(NOW + 86_400_000, 5, 1),
                stamp(NOW, 9, 2),
                None,
            ),
        ];
        for (name, at, sent, expected) in cases {
            assert_eq!(made_at(&at, &sent, NOW), expected, "{name}");
        }
    }

    #[test]
    fn a_correction_is_in_time_for_a_minute() {
        assert!(is_in_time(NOW, NOW + 5_000));
        assert!(!is_in_time(NOW, NOW + 61_000));
        assert!(!is_in_time(NOW, NOW - 1));
    }
}
