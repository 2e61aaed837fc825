//! The words of a bundle whose characters no font here has: found, named by their place, and
//! written so that a gap is seen.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::Bundle;
use crate::terminal::fonts::{Fonts, PLACEHOLDER};

/// Characters that cannot be shown, and where they stand, such as `staff 0317`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unshowable {
    /// Where.
    pub place: String,
    /// Each of them once.
    pub characters: String,
}

/// Puts the placeholder for every character that cannot be shown.
pub(super) fn make_showable(
    bundle: &mut Bundle,
    fonts: &mut Fonts,
) -> serde_json::Result<Vec<Unshowable>> {
    // Pictures and sounds are no words, and most of the bundle.
    let files = std::mem::take(&mut bundle.files);
    let mut whole = serde_json::to_value(&*bundle)?;
    bundle.files = files;
    let mut found = Vec::new();
    for (part, value) in whole.as_object_mut().into_iter().flatten() {
        match value {
            Value::Array(rows) => {
                for (nth, row) in rows.iter_mut().enumerate() {
                    let place = format!("{part} {}", name_of(row, nth));
                    found.extend(unshowable(place, row, fonts));
                }
            }
            value => found.extend(unshowable(part.clone(), value, fonts)),
        }
    }
    if !found.is_empty() {
        let files = std::mem::take(&mut bundle.files);
        *bundle = Bundle { files, ..serde_json::from_value(whole)? };
    }
    Ok(found)
}

/// What a row is called by: its number on the badge, its id, else its place.
fn name_of(row: &Value, nth: usize) -> String {
    let id = row.pointer("/badge/employee_no").or_else(|| row.get("id"));
    id.and_then(Value::as_str).map_or_else(|| (nth + 1).to_string(), str::to_owned)
}

fn unshowable(place: String, value: &mut Value, fonts: &mut Fonts) -> Option<Unshowable> {
    let mut missing = BTreeSet::new();
    replace(value, fonts, &mut missing);
    let characters: String = missing.into_iter().collect();
    (!characters.is_empty()).then_some(Unshowable { place, characters })
}

fn replace(value: &mut Value, fonts: &mut Fonts, missing: &mut BTreeSet<char>) {
    match value {
        Value::String(text) => {
            missing.extend(text.chars().filter(|one| !fonts.show(*one)));
            if text.contains(|one| missing.contains(&one)) {
                *text = text.replace(|one| missing.contains(&one), &PLACEHOLDER.to_string());
            }
        }
        Value::Array(rows) => rows.iter_mut().for_each(|row| replace(row, fonts, missing)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| replace(member, fonts, missing));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
