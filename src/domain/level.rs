//! The three levels of a rating.

/// What a citizen may answer, in the order the buttons always stand.
///
/// In entries, roll-ups and replies a level is one digit, so that every level takes the same room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// 满意
    Satisfied,
    /// 基本满意
    Basic,
    /// 不满意
    Dissatisfied,
}

/// A digit that is not 1, 2 or 3.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("level {0} is not one of 1 (满意), 2 (基本满意), 3 (不满意)")]
pub struct UnknownLevel(pub i64);

impl Level {
    /// All levels in button order.
    pub const ALL: [Level; 3] = [Level::Satisfied, Level::Basic, Level::Dissatisfied];

    /// The digit that stands in entries: 1, 2 or 3.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Level::Satisfied => 1,
            Level::Basic => 2,
            Level::Dissatisfied => 3,
        }
    }

    /// The word on the button.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Satisfied => "满意",
            Level::Basic => "基本满意",
            Level::Dissatisfied => "不满意",
        }
    }
}

impl TryFrom<i64> for Level {
    type Error = UnknownLevel;

    fn try_from(code: i64) -> Result<Self, UnknownLevel> {
        Level::ALL
            .into_iter()
            .find(|level| i64::from(level.code()) == code)
            .ok_or(UnknownLevel(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_comes_back_from_its_digit() {
        for level in Level::ALL {
            assert_eq!(Level::try_from(i64::from(level.code())), Ok(level));
        }
        assert_eq!(Level::try_from(0), Err(UnknownLevel(0)));
        assert_eq!(Level::try_from(4), Err(UnknownLevel(4)));
    }
}
