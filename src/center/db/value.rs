//! What goes into a statement and what comes out of it, the same for both databases.

use std::sync::Arc;

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

use super::Error;

/// A parameter, or a column of a row. A truth value is the integer 0 or 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// `params![terminal_id, seq, &hash[..]]`: the parameters `$1`, `$2`, `$3` of a statement.
macro_rules! params {
    () => { ::std::vec::Vec::<$crate::center::db::Value>::new() };
    ($($value:expr),+ $(,)?) => { vec![$($crate::center::db::Value::from($value)),+] };
}
pub(crate) use params;

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

macro_rules! from {
    ($($variant:ident: $($kind:ty),+;)+) => { $($(
        impl From<$kind> for Value {
            fn from(value: $kind) -> Self {
                Self::$variant(value.into())
            }
        }
    )+)+ };
}

from! {
    Int: i64, i32, i16, u32, u16, u8, bool;
    Float: f64;
    Text: String, &str, &String;
    Bytes: Vec<u8>, &[u8];
}

impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Self::Bytes(value.clone())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Bytes(value.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Bytes(value.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(*n),
            Self::Float(x) => ValueRef::Real(*x),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl FromSql for Value {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(n) => Self::Int(n),
            ValueRef::Real(x) => Self::Float(x),
            ValueRef::Text(_) => Self::Text(value.as_str()?.to_owned()),
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_owned()),
        })
    }
}

/// One row of an answer. Columns are asked for by name and by type.
#[derive(Clone, Debug)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64, Error> {
        self.opt_int(column)?.ok_or_else(|| null(column, "an integer"))
    }

    /// A number; an integer counts as one.
    pub fn float(&self, column: &str) -> Result<f64, Error> {
        self.opt_float(column)?.ok_or_else(|| null(column, "a number"))
    }

    /// A text.
    pub fn text(&self, column: &str) -> Result<&str, Error> {
        self.opt_text(column)?.ok_or_else(|| null(column, "text"))
    }

    /// Bytes.
    pub fn bytes(&self, column: &str) -> Result<&[u8], Error> {
        self.opt_bytes(column)?.ok_or_else(|| null(column, "bytes"))
    }

    /// Bytes of a fixed length: a hash, a key, a signature.
    pub fn array<const N: usize>(&self, column: &str) -> Result<[u8; N], Error> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map_err(|_| Error::Column {
            column: column.to_owned(),
            wanted: "bytes of a fixed length",
            found: "another length",
        })
    }

    /// A whole number, or nothing.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(n) => Ok(Some(*n)),
            other => Err(mismatch(column, "an integer", other)),
        }
    }

    /// A number, or nothing.
    pub fn opt_float(&self, column: &str) -> Result<Option<f64>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Float(x) => Ok(Some(*x)),
            #[expect(clippy::cast_precision_loss, reason = "a count shown as a number")]
            Value::Int(n) => Ok(Some(*n as f64)),
            other => Err(mismatch(column, "a number", other)),
        }
    }

    /// A text, or nothing.
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(mismatch(column, "text", other)),
        }
    }

    /// Bytes, or nothing.
    pub fn opt_bytes(&self, column: &str) -> Result<Option<&[u8]>, Error> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(mismatch(column, "bytes", other)),
        }
    }

    /// All columns as they came, in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The column as it came, for exports and the verifier.
    pub fn value(&self, column: &str) -> Result<&Value, Error> {
        let place = self.columns.iter().position(|name| name == column);
        place.and_then(|place| self.values.get(place)).ok_or_else(|| Error::Column {
            column: column.to_owned(),
            wanted: "a column of the answer",
            found: "no such column",
        })
    }
}

fn null(column: &str, wanted: &'static str) -> Error {
    mismatch(column, wanted, &Value::Null)
}

fn mismatch(column: &str, wanted: &'static str, found: &Value) -> Error {
    Error::Column { column: column.to_owned(), wanted, found: found.kind() }
}
