//! The center's keys for personal data: a pair a field, in files beside the center's own key and
//! never in the database. Terminals and the public pages get the public halves alone.

use std::path::Path;

use crate::chain::field::FieldKeypair;
use crate::domain::{Field, FieldKey};

/// One pair a field.
#[derive(Clone, Debug)]
pub struct FieldKeys(Vec<FieldKeypair>);

impl FieldKeys {
    /// Reads `field-opinion.key` and the others of the data directory; makes what is missing.
    ///
    /// # Errors
    /// When one cannot be read or written, or is damaged: it is never silently replaced.
    pub fn load_or_create(folder: &Path) -> std::io::Result<FieldKeys> {
        let load = |field: Field| {
            let file = folder.join(format!("field-{}.key", field.as_str()));
            FieldKeypair::load_or_create(field, &file)
        };
        Field::ALL.into_iter().map(load).collect::<Result<_, _>>().map(FieldKeys)
    }

    /// What personal data is sealed to.
    #[must_use]
    pub fn public(&self) -> Vec<FieldKey> {
        self.0.iter().map(FieldKeypair::public).collect()
    }

    /// The pair of a field, which opens what was sealed to it.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<&FieldKeypair> {
        self.0.iter().find(|pair| pair.public().field == field)
    }
}
