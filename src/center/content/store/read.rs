//! Reads texts and JSON out of rows.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::center::db::Row;
use crate::center::ledger::Error;
use crate::domain::Text;

/// A text of a row: `key` in Chinese, `key_en` in English, further languages in `more`.
pub(super) fn text(row: &Row, key: &str) -> Result<Text, Error> {
    let english = row.text(&format!("{key}_en"))?;
    Ok(Text { more: more(row, key)?, ..Text::new(row.text(key)?, english) })
}

/// A text's further languages.
pub(super) fn more(row: &Row, key: &str) -> Result<BTreeMap<String, String>, Error> {
    let mut more: BTreeMap<String, BTreeMap<String, String>> = json(row, "more")?;
    Ok(more.remove(key).unwrap_or_default())
}

/// What stands in a column as JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, Error> {
    serde_json::from_str(row.text(column)?).map_err(|_| odd(column))
}

/// The same where there may be nothing.
pub(super) fn maybe_json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, Error> {
    let text = row.opt_text(column)?;
    text.map(|text| serde_json::from_str(text).map_err(|_| odd(column))).transpose()
}

/// Something that the registry does not write.
pub(super) fn odd(column: &str) -> Error {
    let (wanted, found) = ("what the registry writes", "something else");
    crate::center::db::Error::Column { column: column.into(), wanted, found }.into()
}
