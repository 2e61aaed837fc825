//! Values in PostgreSQL's binary form, by the type that the server infers.

use std::{error::Error as StdError, sync::Arc};

use bytes::{BufMut, BytesMut};
use tokio_postgres::{
    Statement,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use crate::center::db::{Error, Row, Value};

type Failure = Box<dyn StdError + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) => int_to_sql(*n, wanted, out),
            Self::Float(x) if *wanted == Type::FLOAT8 => x.to_sql(wanted, out),
            Self::Text(text) if <&str as ToSql>::accepts(wanted) => text.to_sql(wanted, out),
            Self::Bytes(bytes) if *wanted == Type::BYTEA => bytes.to_sql(wanted, out),
            Self::Float(_) | Self::Text(_) | Self::Bytes(_) => Err(unfit(self, wanted)),
        }
    }

    fn accepts(_: &Type) -> bool {
        true // by the value, in to_sql
    }

    to_sql_checked!();
}

fn int_to_sql(n: i64, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
    match (wanted, n) {
        (&Type::INT8, _) => n.to_sql(wanted, out),
        (&Type::INT4, _) => i32::try_from(n)?.to_sql(wanted, out),
        (&Type::INT2, _) => i16::try_from(n)?.to_sql(wanted, out),
        (&Type::BOOL, 0 | 1) => (n == 1).to_sql(wanted, out),
        #[expect(clippy::cast_precision_loss, reason = "the statement compares with a number")]
        (&Type::FLOAT8, _) => (n as f64).to_sql(wanted, out),
        (&Type::NUMERIC, _) => Ok(numeric_to_sql(n, out)),
        _ => Err(unfit(&Value::Int(n), wanted)),
    }
}

fn unfit(value: &Value, wanted: &Type) -> Failure {
    format!("{} where the statement takes {wanted}", value.kind()).into()
}

/// Numeric is a row of digits to the base 10,000, the first of them worth 10,000 to the `weight`.
fn numeric_to_sql(n: i64, out: &mut BytesMut) -> IsNull {
    let mut digits = Vec::with_capacity(5);
    let mut rest = n.unsigned_abs();
    while rest > 0 {
        digits.push(u16::try_from(rest % 10_000).unwrap_or_default());
        rest /= 10_000;
    }
    let count = i16::try_from(digits.len()).unwrap_or_default();
    out.put_i16(count);
    out.put_i16(count.saturating_sub(1).max(0));
    out.put_u16(if n < 0 { NEGATIVE } else { POSITIVE });
    out.put_u16(0);
    digits.iter().rev().for_each(|&digit| out.put_u16(digit));
    IsNull::No
}

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;

/// A numeric that is whole and fits is an integer, any other a number.
struct Numeric(Value);

impl<'a> FromSql<'a> for Numeric {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        let mut words = raw.chunks_exact(2).filter_map(|word| word.try_into().ok());
        let mut word = || words.next().map(u16::from_be_bytes).ok_or("a numeric cut short");
        let (_count, weight, sign, _scale) = (word()?, word()?, word()?, word()?);
        if sign != POSITIVE && sign != NEGATIVE {
            return Err("a numeric that is not a number".into());
        }
        let mut exponent = i32::from(weight.cast_signed());
        let (mut whole, mut float) = (Some(0_i64), 0.0);
        while let Ok(digit) = word() {
            let digit = if sign == NEGATIVE { -i64::from(digit) } else { i64::from(digit) };
            whole = whole.and_then(|whole| whole.checked_add(scaled(digit, exponent)?));
            float += f64::from(i32::try_from(digit)?) * 10_000_f64.powi(exponent);
            exponent -= 1;
        }
        Ok(Self(whole.map_or(Value::Float(float), Value::Int)))
    }

    fn accepts(given: &Type) -> bool {
        *given == Type::NUMERIC
    }
}

/// The digit at its place, when that is whole and fits.
fn scaled(digit: i64, exponent: i32) -> Option<i64> {
    if digit == 0 {
        return Some(0);
    }
    digit.checked_mul(10_000_i64.checked_pow(u32::try_from(exponent).ok()?)?)
}

/// An answer of the server as rows of ours.
pub(super) fn rows(statement: &Statement, rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, Error> {
    let names = statement.columns().iter().map(|column| column.name().to_owned());
    let columns: Arc<[String]> = names.collect();
    let values = |row| (0..columns.len()).map(|n| value(row, n)).collect::<Result<_, _>>();
    rows.iter().map(|row| Ok(Row::new(columns.clone(), values(row)?))).collect()
}

fn value(row: &tokio_postgres::Row, n: usize) -> Result<Value, Error> {
    let column = row.columns().get(n);
    let given = column.map_or(Type::UNKNOWN, |column| column.type_().clone());
    let value = match given {
        Type::INT8 => row.try_get::<_, Option<i64>>(n).map(Value::from),
        Type::INT4 => row.try_get::<_, Option<i32>>(n).map(Value::from),
        Type::INT2 => row.try_get::<_, Option<i16>>(n).map(Value::from),
        Type::BOOL => row.try_get::<_, Option<bool>>(n).map(Value::from),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(n).map(Value::from),
        Type::FLOAT4 => row.try_get::<_, Option<f32>>(n).map(|x| x.map(f64::from).into()),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(n).map(Value::from),
        Type::NUMERIC => row
            .try_get::<_, Option<Numeric>>(n)
            .map(|numeric| numeric.map_or(Value::Null, |Numeric(value)| value)),
        Type::VOID => Ok(Value::Null),
        _ => row.try_get::<_, Option<String>>(n).map(Value::from),
    };
    value.map_err(|_| Error::Column {
        column: column.map_or_else(String::new, |column| column.name().to_owned()),
        wanted: "an integer, a number, text or bytes",
        found: "another type",
    })
}
