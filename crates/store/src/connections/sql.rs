//! The statements about connections and blocks.

use crate::sql::statements;

statements! {
    BETWEEN = "SELECT EXISTS (SELECT 1 FROM users WHERE id = $3) AS \"exists\",
        EXISTS (SELECT 1 FROM connections WHERE user_low = $1 AND user_high = $2 AND state = 'accepted') AS connected,
        EXISTS (SELECT 1 FROM blocks WHERE (blocker_id = $1 AND blocked_id = $2)
            OR (blocker_id = $2 AND blocked_id = $1)) AS blocked";
}
