//! Latencies, counted in buckets of a hundredth of their size.

use hdrhistogram::Histogram;
use serde::Serialize;

/// A histogram of nanoseconds.
pub(crate) struct Latency(Histogram<u64>);

/// Microseconds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Percentiles {
    count: u64,
    p50: f64,
    pub(crate) p99: f64,
    p999: f64,
    max: f64,
}

impl Latency {
    pub(crate) fn new() -> Self {
        // A latency beyond two minutes counts as two minutes: no run waits for longer.
        Self(Histogram::new_with_bounds(1, 120_000_000_000, 2).expect("these bounds are allowed"))
    }

    pub(crate) fn record(&mut self, nanos: u64) {
        self.0.saturating_record(nanos.max(1));
    }

    pub(crate) fn percentiles(&self) -> Percentiles {
        #[expect(clippy::cast_precision_loss, reason = "a latency is far below 2^53 ns")]
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 1_000.0;
        Percentiles {
            count: self.0.len(),
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
            max: at(1.0),
        }
    }
}
