//! How connections are made.

use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod, Runtime};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{Client, Config};

use crate::generated::kernel::config::Environment;
use crate::generated::kernel::limits;
use crate::generated::kernel::migrate::Prefix;

/// Where the database is and how the service logs in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `postgres://host:port/database`, without user and password.
    pub url: String,
    /// Of every context's login.
    pub password: SecretString,
    /// By which gates know the service.
    pub subject_key: SecretString,
    /// Logins are `<prefix>_<context>`.
    pub role_prefix: String,
    /// Connections of one context.
    pub pool_size: usize,
}

impl Settings {
    /// `DATABASE_URL`, `DATABASE_PASSWORD`, `SUBJECT_KEY`, `DATABASE_ROLE_PREFIX` (the service's name
    /// unless set) and `DATABASE_POOL_SIZE` (8 unless set).
    pub fn read(environment: &mut Environment, service: &'static str) -> Self {
        let url = environment.required("DATABASE_URL");
        if !url.is_empty() {
            match config_of(&url) {
                Ok(config) if config.get_user().is_none() && config.get_password().is_none() => {}
                Ok(_) => environment.fault("DATABASE_URL", "must not name a user or a password"),
                Err(reason) => environment.fault("DATABASE_URL", reason),
            }
        }
        Self {
            url,
            password: environment.secret("DATABASE_PASSWORD"),
            subject_key: environment.long_secret("SUBJECT_KEY", 32),
            role_prefix: Prefix::read(environment, service).to_string(),
            pool_size: environment.read(
                "DATABASE_POOL_SIZE",
                8,
                "a number from 1 to 1000",
                |text| text.parse().ok().filter(|size| (1..=1000).contains(size)),
            ),
        }
    }
}

/// What `url` says, with the bounds that every connection has.
pub fn config_of(url: &str) -> Result<Config, String> {
    let mut config: Config = url.parse().map_err(|_| "is not a postgres:// address".to_owned())?;
    config.connect_timeout(limits::CONNECTION).application_name("service");
    Ok(config)
}

/// Where the worker logs in.
#[derive(Debug)]
pub struct Worker(Config);

impl Worker {
    /// `DATABASE_URL`, `DATABASE_PASSWORD` and `DATABASE_ROLE_PREFIX`.
    pub fn read(environment: &mut Environment, service: &'static str) -> Self {
        let url = environment.required("DATABASE_URL");
        let password = environment.secret("DATABASE_PASSWORD");
        let prefix = Prefix::read(environment, service);
        let mut config = config_of(&url).unwrap_or_default();
        if !url.is_empty() && config_of(&url).is_err() {
            environment.fault("DATABASE_URL", "is not a postgres:// address");
        }
        config
            .user(prefix.role("worker"))
            .password(password.expose_secret())
            .options(format!("-c statement_timeout={}", limits::STATEMENT.as_millis()));
        Self(config)
    }

    pub async fn connect(&self) -> Result<Client, String> {
        open(&self.0).await
    }
}

/// One connection outside the pools, for migrations.
pub async fn connect(url: &str) -> Result<Client, String> {
    open(&config_of(url)?).await
}

async fn open(config: &Config) -> Result<Client, String> {
    let failed = |error: tokio_postgres::Error| match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let (client, connection) = config.connect(tls::connector()).await.map_err(failed)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::error!(%error, "the connection to the database ended");
        }
    });
    Ok(client)
}

pub(super) fn pool(settings: &Settings, context: &str) -> Result<deadpool_postgres::Pool, String> {
    let mut config = config_of(&settings.url)?;
    config
        .user(format!("{}_{context}", settings.role_prefix))
        .password(settings.password.expose_secret())
        .options(format!("-c statement_timeout={}", limits::STATEMENT.as_millis()));
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    deadpool_postgres::Pool::builder(Manager::from_config(config, tls::connector(), recycling))
        .max_size(settings.pool_size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(limits::CONNECTION))
        .create_timeout(Some(limits::CONNECTION))
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(not(feature = "tls"))]
mod tls {
    pub fn connector() -> tokio_postgres::NoTls {
        tokio_postgres::NoTls
    }
}

#[cfg(feature = "tls")]
mod tls {
    use crate::generated::kernel::tls;
    use tokio_postgres_rustls::MakeRustlsConnect;

    pub fn connector() -> MakeRustlsConnect {
        MakeRustlsConnect::new(tls::client())
    }
}
