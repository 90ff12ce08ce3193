-- Where a device is told of messages while no page is open: an address of its browser's push service, and the keys that only
-- this browser has the other halves of. One for each device, so that their number is bounded by that of the devices.

CREATE TABLE push_subscriptions (
    device_id  UUID PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    endpoint   TEXT NOT NULL,
    p256dh     BYTEA NOT NULL CHECK (length(p256dh) = 65),
    auth       BYTEA NOT NULL CHECK (length(auth) = 16),
    created_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id);
CREATE INDEX push_subscriptions_by_endpoint ON push_subscriptions (endpoint);
