//! The service, in a process of its own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use projects::generated::kernel::identity::development::Key;
use projects::generated::kernel::serve;
use projects::{App, Config};
use tokio::net::TcpStream;

use crate::seed::{SUBJECT_KEY, World};
use crate::{CLIENTS, Fallible};

pub struct Service {
    process: Child,
    pub address: String,
    key: PathBuf,
}

/// What the child does.
pub fn listen() -> Fallible<()> {
    let config = Config::from_environment()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = App::start(&config)?;
        Ok(serve::serve(config.bind, app.router()).await?)
    })
}

/// Starts it on a free port and waits until it answers.
pub async fn start(world: &World) -> Fallible<Service> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let key = std::env::temp_dir().join(format!("bench-service-{}.pem", std::process::id()));
    Key::load_or_make(&key)?;
    let process = Command::new(std::env::current_exe()?)
        .arg("serve")
        .env("BIND", &address)
        .env("DATABASE_URL", &world.url)
        .env("DATABASE_PASSWORD", &world.password)
        .env("DATABASE_ROLE_PREFIX", &world.prefix)
        .env("DATABASE_POOL_SIZE", CLIENTS.to_string())
        .env("SUBJECT_KEY", SUBJECT_KEY)
        .env("CURSOR_SECRET", "a secret for nothing but a benchmark")
        .env("DEV_ISSUER", "on")
        .env("DEV_ISSUER_KEY", &key)
        .spawn()?;
    let service = Service { process, address, key };
    while TcpStream::connect(&service.address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(service)
}

impl Service {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn token(&self, subject: &str) -> Fallible<String> {
        Ok(Key::load(&self.key)?.token(subject, "sub", "projects", &[])?)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.key);
    }
}
