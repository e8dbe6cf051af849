//! What the service reads from its environment.

use std::net::SocketAddr;

use secrecy::SecretString;

use super::kernel::config::{Environment, Faults};
use super::kernel::{db, identity};

#[derive(Debug, Clone)]
pub struct Config {
    /// `BIND`: where to listen.
    pub bind: SocketAddr,
    /// `DATABASE_URL`, `DATABASE_PASSWORD`, `DATABASE_ROLE_PREFIX`, `DATABASE_POOL_SIZE`.
    pub database: db::Settings,
    /// `OIDC_ISSUER`, `OIDC_JWKS_URL`, `DEV_ISSUER`, `DEV_ISSUER_KEY`.
    pub identity: identity::Settings,
    /// `CURSOR_SECRET`: signs the cursors of lists; the same in all instances.
    pub cursor_secret: SecretString,
}

impl Config {
    /// Everything that is missing or wrong is reported at once.
    pub fn from_environment() -> Result<Self, Faults> {
        let mut environment = Environment::default();
        let config = Self {
            bind: environment.address("BIND", ([127, 0, 0, 1], 8080)),
            database: db::Settings::read(&mut environment, "projects"),
            identity: identity::Settings {
                issuer: identity::Issuer::read(&mut environment, None),
                audience: "projects".to_owned(),
                algorithms: vec!["ES256".to_owned(), "RS256".to_owned()],
                subject: "sub".to_owned(),
                development: identity::development::read(&mut environment),
            },
            cursor_secret: environment.long_secret("CURSOR_SECRET", 32),
        };
        environment.finish(config)
    }
}
