//! Migrations and queries for `SQLite` and `PostgreSQL`.
