//! Accounts and the devices that they are signed in on.
