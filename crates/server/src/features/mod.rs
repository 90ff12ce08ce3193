//! What people can do. One folder per feature, one file per verb.

pub mod accounts;
