//! MessagePack to JSON.

use std::io::Write as _;

use bytes::Bytes;
use rmp::Marker;

use super::{MAX_ATTACHMENTS, MAX_DEPTH, MsgpackError};

/// What a message says, as JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unpacked {
    /// The JSON, with placeholders where there were bytes.
    pub json: String,
    /// The bytes that the placeholders stand for.
    pub attachments: Vec<Bytes>,
}

/// An array or map that is being read.
struct Open {
    map: bool,
    /// Elements, or pairs, that are still to come.
    left: u32,
    /// The next value of a map is a key.
    key: bool,
    /// Nothing was written yet.
    empty: bool,
    /// Where the last key begins, with the comma in front of it: it goes if its value turns out to be `undefined`.
    undo: usize,
}

/// What a marker begins.
#[derive(Clone, Copy)]
enum Value<'a> {
    Array(u32),
    Map(u32),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Date(i64),
    Extension(i8, &'a [u8]),
    Undefined,
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// The JSON of a message, which is one value and nothing else. Attachments share the message's memory.
pub fn to_json(message: &Bytes) -> Result<Unpacked, MsgpackError> {
    let mut reader = Reader { rest: message };
    let mut writer = Writer {
        message,
        out: Vec::with_capacity(message.len() + message.len() / 4),
        attachments: Vec::new(),
        open: Vec::new(),
    };
    loop {
        let value = reader.value()?;
        if writer.write(value)? {
            break;
        }
    }
    if !reader.rest.is_empty() {
        return Err(MsgpackError::Trailing);
    }
    Ok(Unpacked {
        json: String::from_utf8(writer.out).map_err(|_| MsgpackError::Malformed)?,
        attachments: writer.attachments,
    })
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], MsgpackError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(MsgpackError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MsgpackError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(MsgpackError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A length of one, two or four bytes.
    fn length(&mut self, bytes: usize) -> Result<u32, MsgpackError> {
        Ok(match bytes {
            1 => u32::from(self.array::<1>()?[0]),
            2 => u32::from(u16::from_be_bytes(self.array()?)),
            _ => u32::from_be_bytes(self.array()?),
        })
    }

    fn sized(&mut self, bytes: usize) -> Result<&'a [u8], MsgpackError> {
        let length = self.length(bytes)?;
        self.take(length as usize)
    }

    fn value(&mut self) -> Result<Value<'a>, MsgpackError> {
        Ok(match Marker::from_u8(self.array::<1>()?[0]) {
            Marker::FixPos(number) => Value::Unsigned(number.into()),
            Marker::FixNeg(number) => Value::Signed(number.into()),
            Marker::U8 => Value::Unsigned(self.array::<1>()?[0].into()),
            Marker::U16 => Value::Unsigned(u16::from_be_bytes(self.array()?).into()),
            Marker::U32 => Value::Unsigned(u32::from_be_bytes(self.array()?).into()),
            Marker::U64 => Value::Unsigned(u64::from_be_bytes(self.array()?)),
            Marker::I8 => Value::Signed(i8::from_be_bytes(self.array()?).into()),
            Marker::I16 => Value::Signed(i16::from_be_bytes(self.array()?).into()),
            Marker::I32 => Value::Signed(i32::from_be_bytes(self.array()?).into()),
            Marker::I64 => Value::Signed(i64::from_be_bytes(self.array()?)),
            Marker::F32 => Value::Float(f32::from_be_bytes(self.array()?).into()),
            Marker::F64 => Value::Float(f64::from_be_bytes(self.array()?)),
            Marker::Null => Value::Null,
            Marker::True => Value::Bool(true),
            Marker::False => Value::Bool(false),
            Marker::FixStr(length) => Value::Text(self.take(length.into())?),
            Marker::Str8 => Value::Text(self.sized(1)?),
            Marker::Str16 => Value::Text(self.sized(2)?),
            Marker::Str32 => Value::Text(self.sized(4)?),
            Marker::Bin8 => Value::Bytes(self.sized(1)?),
            Marker::Bin16 => Value::Bytes(self.sized(2)?),
            Marker::Bin32 => Value::Bytes(self.sized(4)?),
            Marker::FixArray(length) => Value::Array(length.into()),
            Marker::Array16 => Value::Array(self.length(2)?),
            Marker::Array32 => Value::Array(self.length(4)?),
            Marker::FixMap(length) => Value::Map(length.into()),
            Marker::Map16 => Value::Map(self.length(2)?),
            Marker::Map32 => Value::Map(self.length(4)?),
            Marker::FixExt1 => match self.extension(1)? {
                // As the official packer wrote it once.
                Value::Extension(0, _) => Value::Undefined,
                other => other,
            },
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => self.sized_extension(1)?,
            Marker::Ext16 => self.sized_extension(2)?,
            Marker::Ext32 => self.sized_extension(4)?,
            Marker::Reserved => return Err(MsgpackError::Malformed),
        })
    }

    fn extension(&mut self, length: usize) -> Result<Value<'a>, MsgpackError> {
        let kind = self.array::<1>()?[0].cast_signed();
        let data = self.take(length)?;
        Ok(match (kind, data) {
            // Dates as the official packer wrote them once.
            (0, data) if length == 8 => Value::Date(i64::from_be_bytes(
                data.try_into().map_err(|_| MsgpackError::Malformed)?,
            )),
            _ => timestamp(kind, data).map_or(Value::Extension(kind, data), Value::Date),
        })
    }

    fn sized_extension(&mut self, bytes: usize) -> Result<Value<'a>, MsgpackError> {
        let length = self.length(bytes)?;
        let kind = self.array::<1>()?[0].cast_signed();
        let data = self.take(length as usize)?;
        Ok(match kind {
            // An `ArrayBuffer` as the official packer wrote it once.
            0 => Value::Bytes(data),
            _ => timestamp(kind, data).map_or(Value::Extension(kind, data), Value::Date),
        })
    }
}

/// Milliseconds since 1970 of the timestamp type of the specification.
fn timestamp(kind: i8, data: &[u8]) -> Option<i64> {
    let (seconds, nanoseconds) = match (kind, data.len()) {
        (-1, 4) => (i64::from(u32::from_be_bytes(data.try_into().ok()?)), 0),
        (-1, 8) => {
            let both = u64::from_be_bytes(data.try_into().ok()?);
            (
                i64::try_from(both & 0x3_FFFF_FFFF).ok()?,
                u32::try_from(both >> 34).ok()?,
            )
        }
        (-1, 12) => {
            let (nanoseconds, seconds) = data.split_first_chunk::<4>()?;
            (
                i64::from_be_bytes(seconds.try_into().ok()?),
                u32::from_be_bytes(*nanoseconds),
            )
        }
        _ => return None,
    };
    // Beyond what fits is beyond what a date can be, too.
    Some(
        seconds
            .saturating_mul(1000)
            .saturating_add(i64::from(nanoseconds / 1_000_000)),
    )
}

struct Writer<'a> {
    message: &'a Bytes,
    out: Vec<u8>,
    attachments: Vec<Bytes>,
    open: Vec<Open>,
}

impl Writer<'_> {
    /// Writes a value, and closes what it completes. `true` if that was everything.
    fn write(&mut self, value: Value<'_>) -> Result<bool, MsgpackError> {
        match self.open.last_mut() {
            Some(open) if open.map && open.key => {
                open.undo = self.out.len();
                if !open.empty {
                    self.out.push(b',');
                }
                open.key = false;
                self.key(value)?;
                return Ok(false);
            }
            Some(open) if open.map => {
                open.key = true;
                open.left -= 1;
                if matches!(value, Value::Undefined) {
                    self.out.truncate(open.undo);
                } else {
                    open.empty = false;
                    self.value(value)?;
                }
            }
            Some(open) => {
                if !open.empty {
                    self.out.push(b',');
                }
                open.empty = false;
                open.left -= 1;
                self.value(value)?;
            }
            None => self.value(value)?,
        }
        while let Some(open) = self.open.last() {
            if open.left > 0 {
                return Ok(false);
            }
            self.out.push(if open.map { b'}' } else { b']' });
            self.open.pop();
        }
        Ok(true)
    }

    fn key(&mut self, value: Value<'_>) -> Result<(), MsgpackError> {
        match value {
            Value::Text(text) => self.text(text)?,
            // JavaScript makes a string of any key.
            Value::Unsigned(number) => self.text(number.to_string().as_bytes())?,
            Value::Signed(number) => self.text(number.to_string().as_bytes())?,
            _ => return Err(MsgpackError::Malformed),
        }
        self.out.push(b':');
        Ok(())
    }

    fn value(&mut self, value: Value<'_>) -> Result<(), MsgpackError> {
        match value {
            Value::Array(length) => self.begin(false, length)?,
            Value::Map(length) => self.begin(true, length)?,
            Value::Text(text) => self.text(text)?,
            Value::Bytes(data) => self.bytes(data)?,
            Value::Date(milliseconds) => self.date(milliseconds)?,
            // As the official packer gives it to JavaScript.
            Value::Extension(kind, data) => {
                self.print(format_args!("[{kind},"))?;
                self.bytes(data)?;
                self.out.push(b']');
            }
            Value::Undefined | Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(value) => self.print(format_args!("{value}"))?,
            Value::Unsigned(number) => self.print(format_args!("{number}"))?,
            Value::Signed(number) => self.print(format_args!("{number}"))?,
            Value::Float(number) => self.float(number)?,
        }
        Ok(())
    }

    fn begin(&mut self, map: bool, left: u32) -> Result<(), MsgpackError> {
        if self.open.len() == MAX_DEPTH {
            return Err(MsgpackError::TooDeep);
        }
        self.out.push(if map { b'{' } else { b'[' });
        self.open.push(Open {
            map,
            left,
            key: map,
            empty: true,
            undo: 0,
        });
        Ok(())
    }

    fn text(&mut self, text: &[u8]) -> Result<(), MsgpackError> {
        // Half of a surrogate pair is written as if it were a character.
        let text = String::from_utf8_lossy(text);
        serde_json::to_writer(&mut self.out, &text).map_err(|_| MsgpackError::Malformed)
    }

    fn bytes(&mut self, data: &[u8]) -> Result<(), MsgpackError> {
        if self.attachments.len() == MAX_ATTACHMENTS {
            return Err(MsgpackError::Attachments);
        }
        let number = self.attachments.len();
        self.attachments.push(self.message.slice_ref(data));
        self.print(format_args!("{{\"_placeholder\":true,\"num\":{number}}}"))
    }

    fn float(&mut self, number: f64) -> Result<(), MsgpackError> {
        // JSON has no NaN and no infinity; `JSON.stringify` writes null.
        serde_json::to_writer(&mut self.out, &number).map_err(|_| MsgpackError::Malformed)
    }

    /// A date as `JSON.stringify` writes it.
    fn date(&mut self, milliseconds: i64) -> Result<(), MsgpackError> {
        // ECMAScript, 21.4.1.1: as far as a date goes, to both sides of 1970.
        const FURTHEST: u64 = 8_640_000_000_000_000;
        if milliseconds.unsigned_abs() > FURTHEST {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let (days, of_day) = (milliseconds.div_euclid(86_400_000), milliseconds.rem_euclid(86_400_000));
        // Days to a date of the Gregorian calendar, in years that begin in March: the leap day is the last of them.
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        self.out.push(b'"');
        if (0..=9999).contains(&year) {
            self.print(format_args!("{year:04}"))?;
        } else {
            self.print(format_args!("{year:+07}"))?;
        }
        let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
        let (second, millisecond) = (of_day / 1000 % 60, of_day % 1000);
        self.print(format_args!(
            "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z\""
        ))
    }

    fn print(&mut self, text: std::fmt::Arguments<'_>) -> Result<(), MsgpackError> {
        self.out.write_fmt(text).map_err(|_| MsgpackError::Malformed)
    }
}
