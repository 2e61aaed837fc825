//! Names, passwords, waiting times and the life of a session. Pure.
//!
//! Passwords follow OWASP ASVS 5.0, chapter 6.2: long instead of composed, never a common one, no
//! forced change.

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sees and does everything that the pages offer.
    Admin,
}

impl Role {
    /// The word as stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "admin",
        }
    }

    /// The role of a stored word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Role> {
        (word == "admin").then_some(Role::Admin)
    }
}

/// A name or password that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The name's length or characters.
    #[error("账号名须为 2 至 32 个字符：汉字、字母、数字和 . _ -")]
    Name,
    /// Fewer than fifteen characters.
    #[error("密码至少 15 个字符")]
    Short,
    /// More than 256 characters.
    #[error("密码至多 256 个字符")]
    Long,
    /// On the list of common passwords, a repetition, a sequence, or the account's own name.
    #[error("这个密码太常见，请换一个")]
    Common,
}

/// The account's name without surrounding space.
pub fn account_name(text: &str) -> Result<String, Unfit> {
    let name = text.trim();
    let fits = (2..=32).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if fits { Ok(name.to_owned()) } else { Err(Unfit::Name) }
}

const SHORTEST: usize = 15;
/// The longest that is taken at login too, so that nobody makes us hash a megabyte.
pub const LONGEST: usize = 256;

/// Whether a new password may be used with this account.
pub fn check_password(account: &str, password: &str) -> Result<(), Unfit> {
    match password.chars().count() {
        ..SHORTEST => return Err(Unfit::Short),
        SHORTEST..=LONGEST => {}
        _ => return Err(Unfit::Long),
    }
    let low = password.to_lowercase();
    let listed = include_str!("common.txt").lines().any(|line| line == low);
    let named = low.replace(&account.to_lowercase(), "").chars().count() < 4;
    if listed || named || repeats(&low) || counts(&low) { Err(Unfit::Common) } else { Ok(()) }
}

/// One piece of at most six characters, over and over: `aaaa…`, `abc123abc123…`.
fn repeats(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=6).any(|piece| chars.iter().zip(chars.iter().skip(piece)).all(|(a, b)| a == b))
}

/// Each character one above, or each one below, the one before: `123456…`, `zyxwv…`; 0 follows 9.
fn counts(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let follows = |a: char, b: char| u32::from(a) + 1 == u32::from(b) || (a, b) == ('9', '0');
    let pairs = || chars.iter().zip(chars.iter().skip(1));
    pairs().all(|(a, b)| follows(*a, *b)) || pairs().all(|(a, b)| follows(*b, *a))
}

/// Seconds to wait after so many failures in a row, `free` of them without waiting: 1, 2, 4 and so
/// on up to `longest`. A stranger's failures never lock anybody out for good.
pub fn wait_seconds(failures: u32, free: u32, longest: u64) -> u64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(beyond) => 1_u64.checked_shl(beyond).unwrap_or(u64::MAX).min(longest),
    }
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without a request, in minutes.
    pub idle_minutes: u32,
    /// In any case, in hours.
    pub absolute_hours: u32,
}

impl Limits {
    /// Whether a session seen last at `seen_at`, with its absolute end, still lasts; all in
    /// milliseconds UTC. A clock set back ends it too.
    #[must_use]
    pub fn allow(self, seen_at: i64, expires_at: i64, now: i64) -> bool {
        let idle_ms = i64::from(self.idle_minutes) * 60_000;
        now < expires_at && now - seen_at < idle_ms && now - seen_at > -idle_ms
    }

    /// The absolute end of a session that begins now.
    #[must_use]
    pub fn end(self, now: i64) -> i64 {
        now + i64::from(self.absolute_hours) * 3_600_000
    }
}

/// The address to go to after login: a path of this center, never another site.
pub fn local_path(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace())
        && !next.starts_with("/login")
        && next.len() <= 1024;
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_by_length_and_rarity_alone() {
        let judge = |password: &str| check_password("linxiaohui", password);
        assert_eq!(judge("correct horse battery"), Ok(()));
        assert_eq!(judge("我家门前有两棵树一棵是枣树还有"), Ok(()));
        assert_eq!(judge("short but fine"), Err(Unfit::Short));
        assert_eq!(judge(&"long ".repeat(60)), Err(Unfit::Long));
        let common = [
            "aaaaaaaaaaaaaaaaaaaa",
            "abc123abc123abc123",
            "1234567890123456",
            "0987654321098765",
            "Qwertyuiop123456",
            "linxiaohui_linxiaohui",
            "LinXiaoHui12linxiaohui",
        ];
        for password in common {
            assert_eq!(judge(password), Err(Unfit::Common), "{password}");
        }
    }

    #[test]
    fn every_listed_password_is_long_enough_to_matter() {
        for line in include_str!("common.txt").lines() {
            assert!(line.chars().count() >= SHORTEST && line == line.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn an_account_has_a_name_that_can_be_typed() {
        assert_eq!(account_name(" 林晓慧 "), Ok("林晓慧".to_owned()));
        for name in ["", "a", "a b", "a/b", &"x".repeat(33)] {
            assert_eq!(account_name(name), Err(Unfit::Name), "{name}");
        }
    }

    #[test]
    fn waiting_doubles_up_to_a_ceiling() {
        let waits = [0, 2, 3, 4, 5, 20, 200].map(|failures| wait_seconds(failures, 3, 900));
        assert_eq!(waits, [0, 0, 1, 2, 4, 900, 900]);
    }

    #[test]
    fn a_session_ends_idle_or_old() {
        let limits = Limits { idle_minutes: 30, absolute_hours: 12 };
        let (start, minute) = (1_000_000_000, 60_000);
        let end = limits.end(start);
        assert!(limits.allow(start, end, start + 29 * minute));
        assert!(!limits.allow(start, end, start + 30 * minute));
        assert!(limits.allow(end - minute, end, end - 1));
        assert!(!limits.allow(end - minute, end, end));
        assert!(!limits.allow(start, end, start - 31 * minute));
    }

    #[test]
    fn login_leads_to_this_center_only() {
        assert_eq!(local_path("/?month=2026-11&unit=u1"), "/?month=2026-11&unit=u1");
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil",
            "/login?next=/",
            "x",
        ] {
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }
}
