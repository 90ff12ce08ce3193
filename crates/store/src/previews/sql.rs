//! The statements about pages that were asked lately.

use crate::sql::statements;

statements! {
    GET = "SELECT card FROM previews WHERE link = $1 AND expires_at > $2";
    KEEP = "INSERT INTO previews (link, card, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (link) DO UPDATE SET card = excluded.card, expires_at = excluded.expires_at";
    /// More than the bound by a thousand would be many nodes at once; the next one takes the rest.
    BOUND = "DELETE FROM previews WHERE link IN
        (SELECT link FROM previews ORDER BY expires_at DESC LIMIT 1000 OFFSET $1)";
    SWEEP = "DELETE FROM previews WHERE expires_at <= $1";
}
