//! Rows that go into one statement: `SQLite` gets them as one JSON text, `PostgreSQL` as one array for each column.
//!
//! So a statement costs the same round trip for one row and for a thousand. They are the last parameters of a
//! statement: `json_each($n)` or `UNNEST($n::.., $n+1::.., ..)`. Ids travel as hexadecimal text in the JSON and come
//! back through `unhex`.

use serde_json::Value;
use sqlx::{Arguments as _, postgres::PgArguments, sqlite::SqliteArguments};
use uuid::Uuid;

/// One column of the rows that go in. All columns of a statement have the same length.
pub(crate) enum Column {
    Ids(Vec<Uuid>),
    MaybeIds(Vec<Option<Uuid>>),
    Numbers(Vec<i64>),
    MaybeNumbers(Vec<Option<i64>>),
    Texts(Vec<String>),
    MaybeTexts(Vec<Option<String>>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Ids(values) => values.len(),
            Self::MaybeIds(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::MaybeNumbers(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::MaybeTexts(values) => values.len(),
        }
    }

    fn json(&self, row: usize) -> Value {
        let hex = |id: Uuid| Value::String(id.simple().to_string());
        match self {
            Self::Ids(values) => hex(values[row]),
            Self::MaybeIds(values) => values[row].map_or(Value::Null, hex),
            Self::Numbers(values) => Value::from(values[row]),
            Self::MaybeNumbers(values) => values[row].map_or(Value::Null, Value::from),
            Self::Texts(values) => Value::String(values[row].clone()),
            Self::MaybeTexts(values) => values[row].clone().map_or(Value::Null, Value::String),
        }
    }
}

/// Adds the columns to the parameters of a statement.
pub(crate) trait AddColumns {
    fn add_columns(&mut self, columns: Vec<Column>) -> Result<(), sqlx::Error>;
}

impl AddColumns for SqliteArguments {
    fn add_columns(&mut self, columns: Vec<Column>) -> Result<(), sqlx::Error> {
        let rows = columns.first().map_or(0, Column::len);
        let rows = (0..rows).map(|row| Value::Array(columns.iter().map(|column| column.json(row)).collect()));
        self.add(Value::Array(rows.collect()).to_string())
            .map_err(sqlx::Error::Encode)
    }
}

impl AddColumns for PgArguments {
    fn add_columns(&mut self, columns: Vec<Column>) -> Result<(), sqlx::Error> {
        for column in columns {
            match column {
                Column::Ids(values) => self.add(values),
                Column::MaybeIds(values) => self.add(values),
                Column::Numbers(values) => self.add(values),
                Column::MaybeNumbers(values) => self.add(values),
                Column::Texts(values) => self.add(values),
                Column::MaybeTexts(values) => self.add(values),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(())
    }
}
