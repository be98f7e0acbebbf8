//! Medians, percentiles, and what the machine does meanwhile.

use std::fs;
use std::io::{Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// The middle value; of an even number the lower one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

/// The value that `part` of a hundred are not above.
pub fn percentile(times: &[Duration], part: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    let at = (sorted.len() * part).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let from = Instant::now();
    let done = work()?;
    Ok((done, from.elapsed()))
}

pub fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The median time that the disk under `folder` takes to make 4 kB durable.
pub fn fsync_time(folder: &Path) -> Result<Duration> {
    let path = folder.join("fsync.probe");
    let mut file = fs::File::create(&path)?;
    let block = [7_u8; 4096];
    let mut times = Vec::new();
    for _ in 0..200 {
        file.rewind()?;
        file.write_all(&block)?;
        let from = Instant::now();
        file.sync_data()?;
        times.push(from.elapsed());
    }
    fs::remove_file(&path)?;
    Ok(percentile(&times, 50))
}

/// CPU time that a process has used so far, in clock ticks; `/proc/PID` or `/proc/PID/task/TID`.
pub fn ticks(proc: &str) -> u64 {
    let stat = fs::read_to_string(format!("{proc}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; fields 14 and 15 of the line come after it.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let field = |index: usize| {
        fields
            .get(index)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or_default()
    };
    field(11) + field(12)
}

/// Ticks of this process by thread name: the writer and the readers of the database, and everything else.
pub fn own_ticks() -> (u64, u64) {
    let mut database = 0;
    for entry in fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let path = entry.path();
        let name = fs::read_to_string(path.join("comm")).unwrap_or_default();
        if name.starts_with("db-") {
            database += ticks(&path.to_string_lossy());
        }
    }
    // Threads that have ended are in the sum of the process alone.
    (database, ticks("/proc/self").saturating_sub(database))
}

/// The share of `part` in the whole, in per cent.
pub fn share(part: u64, other: u64) -> u64 {
    part * 100 / (part + other).max(1)
}

/// Resident memory of a process in MB.
pub fn resident_mb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

/// Copies a folder's files: every contestant starts from the same books.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The figures of a run: printed as they come, and in the end whether each target was met.
#[derive(Default)]
pub struct Report {
    lines: Vec<(String, bool)>,
}

impl Report {
    /// A ratio that should be at least `target`.
    pub fn at_least(&mut self, what: &str, value: f64, target: f64) {
        self.line(
            format!("{what}: {value:.2} (target: at least {target:.2})"),
            value >= target,
        );
    }

    /// A figure that should be at most `target`.
    pub fn at_most(&mut self, what: &str, value: f64, target: f64, unit: &str) {
        self.line(
            format!("{what}: {value:.2}{unit} (target: at most {target:.2}{unit})"),
            value <= target,
        );
    }

    fn line(&mut self, line: String, met: bool) {
        println!("  {} {line}", if met { "ok  " } else { "MISS" });
        self.lines.push((line, met));
    }

    /// Prints all figures once more and says whether every target was met.
    pub fn finish(&self) -> bool {
        println!("\nSummary");
        for (line, met) in &self.lines {
            println!("  {} {line}", if *met { "ok  " } else { "MISS" });
        }
        self.lines.iter().all(|(_, met)| *met)
    }
}
