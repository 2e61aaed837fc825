//! The register of complaints, and the flags: newest first, paged by key.

use crate::center::db::{Db, Error, Row, params};

/// A complaint or suggestion as the register shows it: without contact and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The leaf of its entry.
    pub leaf: i64,
    /// Its number, without the hyphen.
    pub number: String,
    /// When it was made, in milliseconds UTC.
    pub at: i64,
    /// At which window.
    pub window_id: String,
    /// What it is about: `window`, `office` or `other`.
    pub about: String,
    /// The ids of its categories.
    pub tags: Vec<String>,
    /// No contact was wanted.
    pub is_anonymous: bool,
    /// A phone number was left, sealed.
    pub has_contact: bool,
    /// Written to practise.
    pub is_training: bool,
}

/// Complaints of days from `from` to `to` before a leaf, the newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn complaints(
    db: &Db,
    (from, to): (i64, i64),
    before: i64,
    limit: i64,
) -> Result<Vec<Complaint>, Error> {
    let sql = "select leaf, number, at, window_id, about, tags, anonymous, has_contact, training
               from complaints where day >= $1 and day <= $2 and leaf < $3
               order by leaf desc limit $4";
    let read = |row: &Row| {
        Ok(Complaint {
            leaf: row.int("leaf")?,
            number: row.text("number")?.to_owned(),
            at: row.int("at")?,
            window_id: row.text("window_id")?.to_owned(),
            about: row.text("about")?.to_owned(),
            tags: serde_json::from_str(row.text("tags")?).unwrap_or_default(),
            is_anonymous: row.int("anonymous")? != 0,
            has_contact: row.int("has_contact")? != 0,
            is_training: row.int("training")? != 0,
        })
    };
    db.read(sql, params![from, to, before, limit]).await?.iter().map(read).collect()
}

/// A flag with where it was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Its number.
    pub flag_id: i64,
    /// The entry it is about, if it is about one.
    pub leaf: Option<i64>,
    /// The terminal.
    pub terminal_id: String,
    /// Where the terminal stands; empty for one that is not known.
    pub window_id: String,
    /// Which rule.
    pub rule: String,
    /// What was found.
    pub evidence: String,
    /// When, in milliseconds UTC.
    pub raised_at: i64,
}

/// Which flags are looked at.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A rule, or empty for all.
    pub rule: String,
    /// A terminal, or empty for all.
    pub terminal: String,
    /// Only flags before this one; 0 for the newest.
    pub before: i64,
}

/// Flags, the newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn flags(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<Raised>, Error> {
    let sql =
        "select f.flag_id, f.leaf, f.terminal_id, coalesce(t.window_id, '') as window_id, f.rule,
                      f.evidence, f.raised_at
               from flags f left join terminals t on t.terminal_id = f.terminal_id
               where ($1 = '' or f.rule = $1) and ($2 = '' or f.terminal_id = $2)
                 and ($3 = 0 or f.flag_id < $3)
               order by f.flag_id desc limit $4";
    let Filter { rule, terminal, before } = filter;
    let read = |row: &Row| {
        Ok(Raised {
            flag_id: row.int("flag_id")?,
            leaf: row.opt_int("leaf")?,
            terminal_id: row.text("terminal_id")?.to_owned(),
            window_id: row.text("window_id")?.to_owned(),
            rule: row.text("rule")?.to_owned(),
            evidence: row.text("evidence")?.to_owned(),
            raised_at: row.int("raised_at")?,
        })
    };
    let values = params![rule.as_str(), terminal.as_str(), *before, limit];
    db.read(sql, values).await?.iter().map(read).collect()
}

/// The words of tags of one kind, `rating` or `complaint`, by their ids.
///
/// # Errors
/// When the database fails.
pub async fn tag_words(
    db: &Db,
    kind: &str,
) -> Result<std::collections::BTreeMap<String, String>, Error> {
    let sql = "select tag_id, text from tags where kind = $1";
    let read = |row: &Row| {
        let text: crate::domain::Text = serde_json::from_str(row.text("text")?).unwrap_or_default();
        Ok((row.text("tag_id")?.to_owned(), text.zh))
    };
    db.read(sql, params![kind]).await?.iter().map(read).collect()
}
