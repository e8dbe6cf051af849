//! The service itself: its own binary, started on a free port of loopback.

use super::database::Database;
use super::http::{Answer, Request};
use super::tokens::Issuer;
use super::{Bench, value};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ends the service when standard input closes, however this process ends.
const GUARD: &str = r#"
"$@" &
pid=$!
read -r _
kill -KILL "$pid" 2>/dev/null
wait "$pid"
"#;

pub struct Service {
    pub address: String,
    guard: Child,
    log: Arc<Mutex<String>>,
}

/// What the service is started with, beside what the test gives.
pub fn environment(
    bench: &Bench,
    database: &Database<'_>,
    issuer: &Issuer,
) -> Vec<(String, String)> {
    let cluster = database.cluster;
    let mut environment = vec![
        ("DATABASE_URL".to_owned(), format!("postgres://{}/{}", cluster.address(), database.name)),
        ("DATABASE_PASSWORD".to_owned(), cluster.password.clone()),
        ("DATABASE_ROLE_PREFIX".to_owned(), cluster.prefix.clone()),
        ("DATABASE_POOL_SIZE".to_owned(), "3".to_owned()),
        ("SUBJECT_KEY".to_owned(), super::assertion::KEY.to_owned()),
        ("CURSOR_SECRET".to_owned(), "a secret of the tests, which is long enough".to_owned()),
        ("OIDC_ISSUER".to_owned(), bench.spec.tokens.issuer.clone()),
        ("OIDC_JWKS_URL".to_owned(), issuer.url.clone()),
    ];
    for setting in &bench.spec.settings {
        environment.push((setting.name.clone(), setting.value.clone()));
    }
    let tokens = &bench.spec.tokens;
    for (setting, value) in
        [(&tokens.issuer_setting, &tokens.issuer), (&tokens.audience_setting, &tokens.audience)]
    {
        if let Some(name) = setting {
            environment.retain(|(other, _)| other != name);
            environment.push((name.clone(), value.clone()));
        }
    }
    environment
}

/// The binary with nothing of our own environment but what finds libraries.
pub fn command(program: &str, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(program);
    let kept = ["PATH", "HOME", "LD_LIBRARY_PATH", "BLUEPRINT_MUTANT", "BLUEPRINT_MUTANT_SQL"];
    command.env_clear();
    command.envs(kept.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
    command.envs(environment.iter().cloned());
    command
}

impl Service {
    pub fn start(bench: &Bench, database: &Database<'_>) -> Self {
        Self::with(bench, &environment(bench, database, bench.issuer()))
    }

    pub fn with(bench: &Bench, environment: &[(String, String)]) -> Self {
        Self::up(bench, environment, "/readyz")
    }

    /// One that may never become ready, and what it says of that.
    pub fn unready(bench: &Bench, environment: &[(String, String)]) -> (Self, Answer) {
        let service = Self::up(bench, environment, "/healthz");
        let ready = service.send(&Request::get("/readyz"));
        (service, ready)
    }

    /// Started, and answering at `path`.
    fn up(bench: &Bench, environment: &[(String, String)], path: &str) -> Self {
        for _ in 0..5 {
            let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
            let address = format!("127.0.0.1:{}", port.expect("a free port").port());
            let mut environment = environment.to_vec();
            environment.push(("BIND".to_owned(), address.clone()));
            let mut guard = command("/bin/sh", &environment)
                .args(["-c", GUARD, "service-guard", bench.binary, "serve"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the service's binary starts");
            let log = Arc::default();
            collect(guard.stdout.take().expect("piped"), &log);
            collect(guard.stderr.take().expect("piped"), &log);
            let service = Self { address, guard, log };
            if service.answers(path) {
                return service;
            }
            let log = service.log();
            assert!(log.contains("in use"), "the service did not start: {log}");
        }
        panic!("no port stayed free for the service")
    }

    fn answers(&self, path: &str) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(15) {
            match Request::get(path).try_send(&self.address) {
                Ok(answer) if answer.status < 300 => return true,
                _ if self.log().contains("in use") => return false,
                _ => sleep(Duration::from_millis(10)),
            }
        }
        false
    }

    pub fn send(&self, request: &Request) -> Answer {
        request.send(&self.address)
    }

    /// Everything that it has written so far.
    pub fn log(&self) -> String {
        self.log.lock().map(|log| log.clone()).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn collect(from: impl std::io::Read + Send + 'static, into: &Arc<Mutex<String>>) {
    let into = Arc::clone(into);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Ok(mut log) = into.lock() {
                log.push_str(&line);
                log.push('\n');
            }
        }
    });
}

/// Waits for what another process does, at most a while.
pub fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    let end = value::now() + 20;
    while value::now() < end {
        if condition() {
            return true;
        }
        sleep(Duration::from_millis(20));
    }
    condition()
}
