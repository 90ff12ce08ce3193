//! The program from outside: people with and without a session ask for things, and the whole answer is looked at.
//!
//! Most tests ask the program's router in this process, with a clock of their own and an address of their choice. What
//! only a process can show (arguments, signals, the port) starts the binary.

#![expect(clippy::unwrap_used, reason = "what a test cannot unwrap has failed it")]

mod assets;
mod browsers;
mod command_line;
mod conversations;
mod devices;
mod digest;
mod digest_addresses;
mod files;
mod harness;
mod hostile_pages;
mod mail_server;
mod people;
mod postgres;
mod previews;
mod problems;
mod push;
mod push_devices;
mod push_service;
mod refresh;
mod search;
mod sessions;
mod settings;
mod sign_in;
mod sign_up;
mod transcript;
