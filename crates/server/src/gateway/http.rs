//! Routes to features.
