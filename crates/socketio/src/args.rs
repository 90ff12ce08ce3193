//! The arguments of an event or an acknowledgement: the raw JSON of each, and binary attachments beside them.
//!
//! Nothing is parsed into a tree. An argument is decoded straight into the caller's type when it is asked for, and what is
//! passed on is passed on as it came: placeholders of attachments, wherever they are nested, stay where they are.

use std::{borrow::Cow, ops::Range};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use smallvec::SmallVec;

/// The arguments of an event or an acknowledgement, without the event's name.
#[derive(Debug, Clone, Default)]
pub struct Args {
    /// Holds the JSON of every argument, and perhaps more around them.
    text: Cow<'static, str>,
    spans: SmallVec<[Range<u32>; 2]>,
    attachments: Vec<Bytes>,
}

/// An argument could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArgError {
    /// There are fewer arguments.
    #[error("argument {0} is missing")]
    Missing(usize),
    /// The argument is not of the type asked for.
    #[error("argument {index} is malformed: {source}")]
    Malformed {
        /// Which argument, from 0.
        index: usize,
        /// What was wrong with it.
        source: serde_json::Error,
    },
}

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The arguments whose JSON is at `spans` of `text`.
    pub(crate) fn from_spans(text: String, spans: SmallVec<[Range<u32>; 2]>, attachments: Vec<Bytes>) -> Self {
        Self {
            text: Cow::Owned(text),
            spans,
            attachments,
        }
    }

    /// Adds an argument. Fails where the value has no JSON, such as a map with keys that are not strings.
    pub fn with(self, value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        let json = serde_json::to_string(value)?;
        Ok(self.with_json(&json))
    }

    /// Adds an attachment as an argument of its own: the client gets a `Buffer` or an `ArrayBuffer`.
    #[must_use]
    pub fn with_binary(mut self, data: Bytes) -> Self {
        let placeholder = format!("{{\"_placeholder\":true,\"num\":{}}}", self.attachments.len());
        self.attachments.push(data);
        self.with_json(&placeholder)
    }

    /// Adds an attachment that an argument names by itself, with the placeholder that this returns put somewhere inside it.
    pub fn attach(&mut self, data: Bytes) -> Placeholder {
        self.attachments.push(data);
        Placeholder {
            placeholder: true,
            num: self.attachments.len() - 1,
        }
    }

    fn with_json(mut self, json: &str) -> Self {
        let text = self.text.to_mut();
        let start = text.len();
        text.push_str(json);
        self.spans.push(offset(start)..offset(text.len()));
        self
    }

    /// How many arguments there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no argument.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The JSON of one argument as it came.
    #[must_use]
    pub fn raw(&self, index: usize) -> Option<&str> {
        let span = self.spans.get(index)?;
        self.text.get(span.start as usize..span.end as usize)
    }

    /// Decodes one argument. An argument may be valid JSON and yet not decode: a string with half of a surrogate pair is legal in
    /// JavaScript and cannot be a `String`.
    pub fn get<T: DeserializeOwned>(&self, index: usize) -> Result<T, ArgError> {
        let raw = self.raw(index).ok_or(ArgError::Missing(index))?;
        serde_json::from_str(raw).map_err(|source| ArgError::Malformed { index, source })
    }

    /// The attachments that placeholders name by their index.
    #[must_use]
    pub fn attachments(&self) -> &[Bytes] {
        &self.attachments
    }

    /// Bytes held, for limits.
    pub(crate) fn weight(&self) -> usize {
        self.text.len()
            + self.spans.len() * size_of::<Range<u32>>()
            + self.attachments.iter().map(Bytes::len).sum::<usize>()
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("arguments of one packet stay under 4 GiB")
}

/// Stands for an attachment inside an argument; see [`Args::attach`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Placeholder {
    #[serde(rename = "_placeholder")]
    placeholder: bool,
    num: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_kept_as_json() {
        let args = Args::new()
            .with(&1)
            .unwrap()
            .with("two")
            .unwrap()
            .with_binary(Bytes::from_static(b"\x01"));
        assert_eq!(args.len(), 3);
        assert_eq!(args.raw(1), Some("\"two\""));
        assert_eq!(args.get::<u8>(0).unwrap(), 1);
        assert_eq!(args.raw(2), Some("{\"_placeholder\":true,\"num\":0}"));
        assert!(matches!(args.get::<u8>(3), Err(ArgError::Missing(3))));
        assert!(matches!(args.get::<u8>(1), Err(ArgError::Malformed { index: 1, .. })));
    }
}
