//! What a child process costs. Linux only: it reads `/proc`.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Cost of one run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub wall: Duration,
    /// User and system time, of the child and what it waited for. Counted in hundredths of a second.
    pub cpu: Duration,
    /// Largest resident size seen, in KiB. Looked at every millisecond.
    pub peak: u64,
}

/// Runs `command` to its end, its output thrown away.
///
/// Panics where it cannot be started or does not end with success: then there is no figure.
pub fn run(command: &mut Command) -> Cost {
    run_to(0, command)
}

/// The same for what ends with another exit `code`.
pub fn run_to(code: i32, command: &mut Command) -> Cost {
    let before = cpu_of_children();
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("the child is ours") {
            break ended;
        }
        peak = peak.max(resident_peak(&status).unwrap_or(0));
        thread::sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed();
    assert_eq!(ended.code(), Some(code), "how {command:?} ended");
    Cost { wall, cpu: cpu_of_children() - before, peak }
}

/// Median wall time, mean CPU time and largest size of `times` runs.
pub fn run_often(times: u32, mut once: impl FnMut() -> Cost) -> Cost {
    let costs: Vec<Cost> = (0..times).map(|_| once()).collect();
    let mut walls: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    walls.sort();
    Cost {
        wall: walls[walls.len() / 2],
        cpu: costs.iter().map(|cost| cost.cpu).sum::<Duration>() / times,
        peak: costs.iter().map(|cost| cost.peak).max().unwrap_or(0),
    }
}

fn resident_peak(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// User and system time of all children that ended and were waited for: fields 16 and 17 of `stat`,
/// whose second field may hold spaces but ends with the last bracket.
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("/proc is mounted");
    let after_name = stat.rsplit_once(") ").expect("the name stands in brackets").1;
    let ticks: u64 = after_name
        .split(' ')
        .skip(13)
        .take(2)
        .map(|field| field.parse::<u64>().expect("ticks are a number"))
        .sum();
    Duration::from_millis(ticks * 10)
}
