//! CPU time of processes, from `/proc`.

use std::fs;

/// What a measurement began with.
pub struct Cpu {
    postmaster: u32,
    client: u32,
    postgres_before: f64,
    client_before: f64,
}

/// Seconds since the start of the measurement.
pub struct Spent {
    pub postgres: f64,
    pub client: f64,
}

impl Cpu {
    /// `client` is the process that talks to PostgreSQL.
    pub fn start(postmaster: u32, client: u32) -> Self {
        Self {
            postmaster,
            client,
            postgres_before: children(postmaster),
            client_before: seconds(client),
        }
    }

    pub fn spent(&self) -> Spent {
        Spent {
            postgres: children(self.postmaster) - self.postgres_before,
            client: seconds(self.client) - self.client_before,
        }
    }
}

/// The parent of a process.
pub fn parent(pid: u32) -> Option<u32> {
    fields(pid)?.get(1)?.parse().ok()
}

/// The postmaster and all its children.
fn children(postmaster: u32) -> f64 {
    let Ok(processes) = fs::read_dir("/proc") else { return 0.0 };
    let children: f64 = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| parent(*pid) == Some(postmaster))
        .map(seconds)
        .sum();
    children + seconds(postmaster)
}

/// utime and stime (proc(5)), at the usual 100 ticks a second.
fn seconds(pid: u32) -> f64 {
    let ticks = fields(pid).and_then(|fields| {
        let user: f64 = fields.get(11)?.parse().ok()?;
        let system: f64 = fields.get(12)?.parse().ok()?;
        Some(user + system)
    });
    ticks.unwrap_or(0.0) / 100.0
}

/// Behind the name, which may hold spaces: state, parent, and so on.
fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}
