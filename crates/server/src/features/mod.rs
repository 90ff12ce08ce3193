//! What people can do. One folder per feature, one file per verb.

pub mod accounts;
pub mod admin;
pub mod blocks;
pub mod connections;
pub mod conversations;
pub mod digest;
pub mod files;
pub mod messages;
pub mod presence;
pub mod previews;
pub mod push;
pub mod receipts;
pub mod search;
pub mod settings;
pub mod typing;
