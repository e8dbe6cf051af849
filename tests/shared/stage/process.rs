//! The service's binary, started on a free port of loopback.

use super::outside::bare;
use crate::http::Request;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ends the service when standard input closes, however this process ends, and ends with it.
const GUARD: &str = r#"
exec 3<&0
(read -r _ <&3; kill -KILL $$ 2>/dev/null) &
exec "$@" 3<&- </dev/null
"#;

pub struct Process {
    pub address: String,
    pub(crate) guard: Child,
}

impl Process {
    pub fn serve(binary: &str, environment: &[(String, String)]) -> Self {
        for _ in 0..5 {
            let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
            let address = format!("127.0.0.1:{}", port.expect("a free port").port());
            let mut environment = environment.to_vec();
            environment.push(("BIND".to_owned(), address.clone()));
            environment.push(("LOG_LEVEL".to_owned(), "error".to_owned()));
            let guard = guarded(binary, "serve", &environment);
            let mut process = Self { address, guard };
            if process.ready() {
                return process;
            }
        }
        panic!("the service did not become ready")
    }

    /// Not so where its port was taken meanwhile.
    fn ready(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(15) {
            match Request::get("/readyz").try_send(&self.address) {
                Ok(answer) if answer.status < 300 => return true,
                _ if self.ended() => return false,
                _ => sleep(Duration::from_millis(10)),
            }
        }
        false
    }

    fn ended(&mut self) -> bool {
        matches!(self.guard.try_wait(), Ok(Some(_)))
    }
}

pub(crate) fn guarded(binary: &str, command: &str, environment: &[(String, String)]) -> Child {
    bare("/bin/sh", environment)
        .args(["-c", GUARD, "service-guard", binary, command])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the service's binary starts")
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
