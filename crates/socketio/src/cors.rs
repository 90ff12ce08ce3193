//! Cross-origin rules.
