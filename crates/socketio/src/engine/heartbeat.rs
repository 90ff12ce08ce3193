//! The times of a session: heartbeat, connect timeout, and how fast it may be read.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Config, EventRate};

/// When what is due in one session. Holds deadlines only; the session's task has the one timer.
pub(super) struct Clock {
    ping_interval: Duration,
    ping_timeout: Duration,
    next_ping: Instant,
    /// A pong is due until then.
    pong_by: Option<Instant>,
    /// The client was heard while its pong was due, which gives it more time, once.
    extended: bool,
    connect_by: Option<Instant>,
    /// We do not read at the moment, so a pong may wait unseen.
    paused: bool,
    bucket: Option<Box<Bucket>>,
}

struct Bucket {
    rate: EventRate,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// Tokens at most. With room for none, nothing would ever be read.
    fn most(rate: EventRate) -> f64 {
        f64::from(rate.burst.max(1))
    }
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Ping,
    PingTimeout,
    ConnectTimeout,
}

impl Clock {
    pub(super) fn new(config: &Config) -> Self {
        let now = Instant::now();
        Self {
            ping_interval: config.ping_interval,
            ping_timeout: config.ping_timeout,
            next_ping: now + config.ping_interval,
            pong_by: None,
            extended: false,
            connect_by: Some(now + config.connect_timeout),
            paused: false,
            bucket: config.event_rate.map(|rate| {
                Box::new(Bucket {
                    rate,
                    tokens: Bucket::most(rate),
                    filled: now,
                })
            }),
        }
    }

    /// A pong came: the next ping follows an interval later.
    pub(super) fn pong(&mut self) {
        self.pong_by = None;
        self.next_ping = Instant::now() + self.ping_interval;
    }

    /// A packet came, of whatever kind: it costs a token, or a flood of those that mean nothing would cost only the server. A pong may
    /// be behind it, so there is more time for that, once for each ping.
    pub(super) fn heard(&mut self) {
        self.spend(1);
        if self.pong_by.is_some() && !self.extended {
            self.extended = true;
            self.pong_by = Some(Instant::now() + self.ping_timeout);
        }
    }

    /// Takes tokens, also those that are not there yet.
    pub(super) fn spend(&mut self, tokens: u32) {
        if let Some(bucket) = &mut self.bucket {
            bucket.tokens -= f64::from(tokens);
        }
    }

    pub(super) fn has_token(&self) -> bool {
        self.bucket.as_ref().is_none_or(|bucket| bucket.tokens >= 1.0)
    }

    pub(super) fn refill(&mut self) {
        let Some(bucket) = &mut self.bucket else { return };
        let now = Instant::now();
        let earned = (now - bucket.filled).as_secs_f64() * bucket.rate.per_second;
        bucket.tokens = (bucket.tokens + earned).min(Bucket::most(bucket.rate));
        bucket.filled = now;
    }

    /// Reading stopped, or goes on. A pong that waited unseen gets its time again.
    pub(super) fn pause(&mut self, paused: bool) {
        if self.paused && !paused && self.pong_by.is_some() {
            self.pong_by = Some(Instant::now() + self.ping_timeout);
        }
        self.paused = paused;
    }

    pub(super) fn deadline(&self) -> Instant {
        let mut deadline = self.pong_by.unwrap_or(self.next_ping);
        if let Some(connect_by) = self.connect_by {
            deadline = deadline.min(connect_by);
        }
        if let Some(bucket) = self.bucket.as_ref().filter(|bucket| bucket.tokens < 1.0) {
            let missing = (1.0 - bucket.tokens) / bucket.rate.per_second.max(0.001);
            deadline = deadline.min(bucket.filled + Duration::from_secs_f64(missing));
        }
        deadline
    }

    pub(super) fn due(&mut self, now: Instant, joined: bool) -> Option<Due> {
        if self.connect_by.is_some_and(|by| by <= now) {
            self.connect_by = None;
            if !joined {
                return Some(Due::ConnectTimeout);
            }
        }
        match self.pong_by {
            Some(by) if by <= now => {
                if self.paused {
                    self.pong_by = Some(now + self.ping_timeout);
                    return None;
                }
                Some(Due::PingTimeout)
            }
            None if self.next_ping <= now => {
                // Counted from when the ping was due, so that a late timer does not add up.
                let due = if now - self.next_ping < self.ping_timeout {
                    self.next_ping
                } else {
                    now
                };
                self.pong_by = Some(due + self.ping_timeout);
                self.extended = false;
                Some(Due::Ping)
            }
            _ => None,
        }
    }
}
