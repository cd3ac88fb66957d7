//! What the service tells those who run it: the log, and numbers for Prometheus.
//!
//! Invariants: neither holds names, addresses of people, tokens or texts; requests are named by the pattern of their
//! address, never by the address itself.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use crate::config::Log;
use crate::problem::{Kind, Problem};

/// Starts the log on standard error.
///
/// # Errors
/// The filter cannot be read, or a log has been started before.
pub fn start(log: &Log) -> Result<(), Problem> {
    let wrong = |what: String| Problem::new(Kind::Malformed, "setting", what.clone(), what);
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|fault| wrong(format!("USVE_LOG cannot be read: {fault}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if log.json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
    started.map_err(Problem::internal)
}

/// Upper limits of the answer times that are counted apart, in milliseconds.
const LIMITS: [u64; 8] = [5, 10, 25, 50, 100, 250, 1000, 5000];

/// Counts since the process began.
#[derive(Debug, Default)]
pub struct Metrics {
    by_class: [AtomicU64; 5],
    within: [AtomicU64; LIMITS.len()],
    microseconds: AtomicU64,
    jobs_done: AtomicU64,
    jobs_failed: AtomicU64,
}

/// Numbers that stand in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Mails that wait to be sent.
    pub mail: i64,
    /// Mails that were given up.
    pub mail_failed: i64,
    /// Jobs that wait.
    pub jobs: i64,
    /// Jobs that were given up.
    pub jobs_failed: i64,
}

impl Metrics {
    /// Counts one answered request.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(count) = self.by_class.get(class) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (limit, count) in LIMITS.iter().zip(&self.within) {
            if micros <= limit * 1000 {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.microseconds.fetch_add(micros, Ordering::Relaxed);
    }

    /// Counts one job that was run.
    pub fn job(&self, succeeded: bool) {
        let count = if succeeded { &self.jobs_done } else { &self.jobs_failed };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything in the text format of Prometheus; `waiting` is none when the database cannot be read.
    #[must_use]
    pub fn page(&self, waiting: Option<Waiting>) -> String {
        let mut page = String::new();
        let mut line = |name: &str, labels: &str, value: &dyn std::fmt::Display| {
            // Writing to a String cannot fail.
            let _ = writeln!(page, "usve_{name}{labels} {value}");
        };
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut total = 0;
        for (class, count) in ["1xx", "2xx", "3xx", "4xx", "5xx"].iter().zip(&self.by_class) {
            total += read(count);
            line("requests_total", &format!("{{class=\"{class}\"}}"), &read(count));
        }
        for (limit, count) in LIMITS.iter().zip(&self.within) {
            let seconds = format!("{}.{:03}", limit / 1000, limit % 1000);
            line("request_seconds_bucket", &format!("{{le=\"{seconds}\"}}"), &read(count));
        }
        line("request_seconds_bucket", "{le=\"+Inf\"}", &total);
        let micros = read(&self.microseconds);
        line("request_seconds_sum", "", &format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000));
        line("request_seconds_count", "", &total);
        line("jobs_total", "{result=\"done\"}", &read(&self.jobs_done));
        line("jobs_total", "{result=\"failed\"}", &read(&self.jobs_failed));
        line("database_up", "", &u8::from(waiting.is_some()));
        if let Some(waiting) = waiting {
            line("mail_waiting", "", &waiting.mail);
            line("mail_given_up", "", &waiting.mail_failed);
            line("jobs_waiting", "", &waiting.jobs);
            line("jobs_given_up", "", &waiting.jobs_failed);
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_class_and_time() {
        let metrics = Metrics::default();
        metrics.answered(200, Duration::from_millis(7));
        metrics.answered(404, Duration::from_millis(70));
        let page = metrics.page(None);
        for line in [
            "usve_requests_total{class=\"2xx\"} 1",
            "usve_requests_total{class=\"4xx\"} 1",
            "usve_request_seconds_bucket{le=\"0.005\"} 0",
            "usve_request_seconds_bucket{le=\"0.010\"} 1",
            "usve_request_seconds_bucket{le=\"0.100\"} 2",
            "usve_request_seconds_sum 0.077000",
            "usve_request_seconds_count 2",
            "usve_database_up 0",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is missing in\n{page}");
        }
    }
}
