//! What both programs of measurements share: times, tables, what the kernel says of a process, and the data.

pub mod data;

use std::fs;
use std::process::Command;
use std::time::Duration;

/// Whether the short run was asked for: `cargo bench … -- --quick`.
pub fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}

/// Times of one thing, done many times.
pub struct Times(Vec<Duration>);

impl Times {
    /// From times in any order; there is at least one.
    pub fn of(mut times: Vec<Duration>) -> Times {
        assert!(!times.is_empty(), "nothing was measured");
        times.sort_unstable();
        Times(times)
    }

    /// The time that so many in a thousand do not exceed.
    fn quantile(&self, per_mille: usize) -> Duration {
        let rank = (self.0.len() * per_mille).div_ceil(1000).max(1);
        self.0[rank - 1]
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        self.quantile(500)
    }

    /// What one in a hundred exceeds.
    pub fn p99(&self) -> Duration {
        self.quantile(990)
    }
}

/// A count as a number that can be divided.
pub fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Three significant digits, as people write them: `12300`, `123`, `1.23`, `0.0123`.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let [big, middle, small] = [1000.0, 100.0, 10.0];
    if value >= big {
        return format!("{:.0}", (value / small).round() * small);
    }
    if value >= middle {
        return format!("{value:.0}");
    }
    if value >= small {
        return format!("{value:.1}");
    }
    if value >= 1.0 { format!("{value:.2}") } else { format!("{value:.3}") }
}

/// Milliseconds.
pub fn ms(time: Duration) -> String {
    short(time.as_secs_f64() * 1000.0)
}

/// Prints a table in Markdown.
pub fn table(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("\n### {title}\n\n| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// Says on what all of it was measured.
pub fn print_machine() {
    let first = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map_or(line, |(_, value)| value).trim().to_owned()
    };
    let output = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program).args(arguments).output();
        ran.map(|ran| String::from_utf8_lossy(&ran.stdout).trim().to_owned()).unwrap_or_default()
    };
    let changed = if output("git", &["status", "--porcelain", "src", "forms"]).is_empty() {
        ""
    } else {
        " and changes"
    };
    println!(
        "{}, commit {}{changed}; {} × {}, {} of memory, Linux {}, data on {}; load before {}",
        output("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        output("git", &["rev-parse", "--short", "HEAD"]),
        std::thread::available_parallelism().map_or(1, usize::from),
        first("/proc/cpuinfo", "model name"),
        first("/proc/meminfo", "MemTotal"),
        fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        output("df", &["--output=fstype,source", env!("CARGO_TARGET_TMPDIR")])
            .lines()
            .last()
            .unwrap_or_default(),
        fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or_default(),
    );
}

/// Memory of a process in MiB: `VmRSS` now, `VmHWM` at most so far. `process` is its number, or `self`.
pub fn memory(process: &str, what: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kib: u32 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    f64::from(kib) / 1024.0
}
