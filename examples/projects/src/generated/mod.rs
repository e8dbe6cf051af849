//! The service `projects`: Teams keep projects and finish tasks.
//!
//! A request comes in by `http`, becomes types of `domain`, and goes to the database by `store`,
//! whose every query runs in one of the `contexts`. What no entity needs to know is in `kernel`.

pub mod config;
pub mod constraints;
pub mod contexts;
pub mod domain;
pub mod http;
pub mod kernel;
pub mod migrations;
pub mod router;
pub mod store;

use std::sync::Arc;

use axum::Router;

pub use config::Config;
use constraints::CONSTRAINTS;
use kernel::cli::{Fault, Service, Started};
use kernel::cursor::Signer;
use kernel::db::Pool;
use kernel::identity::Identity;

/// What every request needs.
#[derive(Clone)]
pub struct App {
    identity: Arc<Identity>,
    signer: Arc<Signer>,
    myself: Pool,
    team: Pool,
}

impl App {
    /// Ready to answer; connections are made when they are first needed.
    pub fn start(config: &Config) -> Result<Self, String> {
        Ok(Self {
            identity: Arc::new(Identity::new(&config.identity)?),
            signer: Arc::new(Signer::new(&config.cursor_secret)),
            myself: Pool::new(&config.database, "self", CONSTRAINTS)?,
            team: Pool::new(&config.database, "team", CONSTRAINTS)?,
        })
    }

    pub fn router(&self) -> Router {
        router::router(self)
    }

    /// One for each context in which a request can act.
    pub fn pools(&self) -> Vec<Pool> {
        vec![self.myself.clone(), self.team.clone()]
    }
}

/// The service as its commands know it.
pub const SERVICE: Service = Service {
    name: "projects",
    contexts: &["anyone", "self", "team"],
    bootstrap: migrations::BOOTSTRAP,
    migrations: migrations::MIGRATIONS,
    audience: |_| "projects".to_owned(),
    subject: "sub",
    staff: &[],
    start,
};

fn start() -> Result<Started, Fault> {
    let config = Config::from_environment()?;
    let app = App::start(&config).map_err(Fault::Usage)?;
    Ok(Started { bind: config.bind, router: app.router() })
}
