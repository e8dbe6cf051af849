//! The commands of the service.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use axum::Router;
use clap::{Parser, Subcommand};
use secrecy::SecretString;
use tokio_postgres::Config as Connection;
use tracing::level_filters::LevelFilter;
use uuid::Uuid;

use super::config::{Environment, Faults};
use super::hook::Hook;
use super::identity::development;
use super::migrate::{
    Bootstrap, Migration, Prefix, SubjectKeys, bootstrap, migrate, write_subject_keys,
};
use super::db::Worker;
use super::work::{self, Timer};
use super::{answers, audit, db, serve, telemetry};

/// What the commands need to know of this service.
pub struct Service {
    /// snake_case.
    pub name: &'static str,
    /// Whose logins the database has: contexts, and the worker where there are timers.
    pub logins: &'static [&'static str],
    pub bootstrap: &'static str,
    pub migrations: &'static [Migration],
    /// What a token's `aud` is and which claim names the person, for development tokens.
    pub audience: fn(&mut Environment) -> String,
    pub subject: &'static str,
    /// Code written by hand.
    pub hooks: &'static [&'static Hook],
    /// Contexts in which people act over all tenants.
    pub staff: &'static [Staff],
    /// What the clock does.
    pub timers: &'static [Timer],
    /// Reads the configuration and builds the routes.
    pub start: fn() -> Result<Started, Fault>,
}

/// How the first person of a staff context is made.
pub struct Staff {
    pub context: &'static str,
    pub roles: &'static [&'static str],
    /// `$1` the subject, `$2` a new id for the person, `$3` one for the grant, `$4` the role.
    pub grant: &'static str,
}

/// A service that is ready to listen.
pub struct Started {
    pub bind: SocketAddr,
    pub router: Router,
}

/// Why a command did not do its work.
pub enum Fault {
    /// The environment or the arguments are wrong.
    Usage(String),
    /// Something outside failed.
    Failed(String),
}

impl From<Faults> for Fault {
    fn from(faults: Faults) -> Self {
        Self::Usage(faults.to_string())
    }
}

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until told to stop.
    Serve,
    /// Do what the clock does, as it comes due, until told to stop.
    Work {
        /// Do what is due now, and no more.
        #[arg(long)]
        once: bool,
        #[command(subcommand)]
        step: Option<WorkStep>,
    },
    /// Bring the database to this service's schema, and its gates to SUBJECT_KEY, as its owner
    /// (DATABASE_OWNER_URL).
    Migrate {
        #[command(subcommand)]
        step: Option<MigrateStep>,
    },
    /// Print a token of the development issuer (DEV_ISSUER=on).
    Token {
        /// Who the bearer is.
        #[arg(long)]
        subject: String,
        /// More that the token says, as name=value.
        #[arg(long = "claim", value_parser = claim)]
        claims: Vec<(String, String)>,
    },
    /// People who act over all tenants.
    Staff {
        #[command(subcommand)]
        step: StaffStep,
    },
    /// Take away answers that were kept for repeats and whose 24 hours are over, as the owner
    /// (DATABASE_OWNER_URL).
    Forget,
    /// What was changed, by whom and why.
    Audit {
        #[command(subcommand)]
        step: AuditStep,
    },
}

#[derive(Subcommand)]
enum WorkStep {
    /// Print what timers could not do, and why, as the owner (DATABASE_OWNER_URL).
    Failures,
}

#[derive(Subcommand)]
enum MigrateStep {
    /// Make the roles and set their passwords, as an administrator (DATABASE_ADMIN_URL). The
    /// owner's is the one in DATABASE_OWNER_URL.
    Bootstrap {
        /// Print the SQL instead of running it.
        #[arg(long)]
        print: bool,
    },
}

#[derive(Subcommand)]
enum StaffStep {
    /// Give a person a role, through the owner (DATABASE_OWNER_URL); for the first one.
    Grant {
        #[arg(long)]
        subject: String,
        #[arg(long)]
        role: String,
    },
}

#[derive(Subcommand)]
enum AuditStep {
    /// Check that every entry is as it was sealed, as the owner (DATABASE_OWNER_URL).
    Verify {
        /// Check too that the seals which `audit heads` printed into this file are still there.
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
    },
    /// Print the newest seal of each stream, to be kept where nobody who can change the database
    /// can change it.
    Heads,
}

/// Runs the command that the process was called with. Exit codes: 0 done, 1 failed, 2 wrong usage.
pub fn run(service: &Service) -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(service, arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault::Usage(reason)) => {
            eprintln!("{reason}");
            ExitCode::from(2)
        }
        Err(Fault::Failed(reason)) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(service: &Service, command: Command) -> Result<(), Fault> {
    match command {
        Command::Serve => listen(service).await,
        Command::Work { step: Some(WorkStep::Failures), .. } => failures(service).await,
        Command::Work { once, step: None } => run_timers(service, once).await,
        Command::Migrate { step: None } => run_migrations(service).await,
        Command::Migrate { step: Some(MigrateStep::Bootstrap { print }) } => {
            run_bootstrap(service, print).await
        }
        Command::Token { subject, claims } => token(service, &subject, &claims),
        Command::Staff { step: StaffStep::Grant { subject, role } } => {
            grant(service, &subject, &role).await
        }
        Command::Forget => forget().await,
        Command::Audit { step: AuditStep::Heads } => audit_heads().await,
        Command::Audit { step: AuditStep::Verify { heads } } => {
            audit_verify(heads.as_deref()).await
        }
    }
}

fn log_level(environment: &mut Environment) -> LevelFilter {
    environment.read(
        "LOG_LEVEL",
        LevelFilter::INFO,
        "`error`, `warn`, `info`, `debug` or `off`",
        |text| text.parse().ok(),
    )
}

async fn listen(service: &Service) -> Result<(), Fault> {
    let mut environment = Environment::default();
    let level = log_level(&mut environment);
    let level = environment.finish(level)?;
    let started = (service.start)()?;
    telemetry::start(level);
    for hook in service.hooks.iter().filter(|hook| !hook.written) {
        tracing::warn!(
            "{} is not written yet: what asks it is answered 501; write it in {}",
            hook.path,
            hook.file
        );
    }
    serve::serve(started.bind, started.router)
        .await
        .map_err(|error| Fault::Failed(format!("{}: {error}", started.bind)))
}

async fn run_timers(service: &Service, once: bool) -> Result<(), Fault> {
    timed(service)?;
    let mut environment = Environment::default();
    let level = log_level(&mut environment);
    let worker = Worker::read(&mut environment, service.name);
    let (level, worker) = environment.finish((level, worker))?;
    if !once {
        telemetry::start(level);
        let worked = work::work(&worker, service.timers).await;
        return worked.map_err(|error| Fault::Failed(error.to_string()));
    }
    let done = work::once(&worker, service.timers).await.map_err(Fault::Failed)?;
    println!("{} rows were due, {} more were refused", done.rows, done.refused);
    Ok(())
}

async fn failures(service: &Service) -> Result<(), Fault> {
    timed(service)?;
    let failures = work::failures(&as_owner().await?).await;
    for failure in failures.map_err(|error| Fault::Failed(error.to_string()))? {
        println!("{failure}");
    }
    Ok(())
}

fn timed(service: &Service) -> Result<(), Fault> {
    match service.timers {
        [] => Err(Fault::Usage("this service has no timers".to_owned())),
        _ => Ok(()),
    }
}

async fn run_migrations(service: &Service) -> Result<(), Fault> {
    let mut environment = Environment::default();
    let url = environment.required("DATABASE_OWNER_URL");
    let prefix = Prefix::read(&mut environment, service.name);
    let keys = SubjectKeys::read(&mut environment);
    let (url, prefix, keys) = environment.finish((url, prefix, keys))?;
    let mut client = db::connect(&url).await.map_err(Fault::Failed)?;
    let ran = migrate(&mut client, service.migrations, &prefix).await.map_err(Fault::Failed)?;
    for name in &ran {
        println!("applied {name}");
    }
    if ran.is_empty() {
        println!("nothing to apply");
    }
    write_subject_keys(&mut client, &keys).await.map_err(Fault::Failed)?;
    match keys.previous {
        None => println!("gates know SUBJECT_KEY"),
        Some(_) => println!("gates know SUBJECT_KEY and SUBJECT_KEY_PREVIOUS"),
    }
    Ok(())
}

async fn run_bootstrap(service: &Service, print: bool) -> Result<(), Fault> {
    let mut environment = Environment::default();
    let password = environment.secret("DATABASE_PASSWORD");
    let owner_password = environment
        .optional("DATABASE_OWNER_URL")
        .and_then(|owner| owner.parse::<Connection>().ok())
        .and_then(|owner| String::from_utf8(owner.get_password()?.to_vec()).ok())
        .map(SecretString::from);
    let url = if print { String::new() } else { environment.required("DATABASE_ADMIN_URL") };
    let prefix = Prefix::read(&mut environment, service.name);
    let step = Bootstrap {
        sql: service.bootstrap,
        prefix,
        logins: service.logins,
        password,
        owner_password,
    };
    let step = environment.finish(step)?;
    if print {
        print!("{}", step.print());
        return Ok(());
    }
    let mut client = db::connect(&url).await.map_err(Fault::Failed)?;
    bootstrap(&mut client, &step).await.map_err(Fault::Failed)?;
    println!("roles are there");
    Ok(())
}

fn token(service: &Service, subject: &str, claims: &[(String, String)]) -> Result<(), Fault> {
    let mut environment = Environment::default();
    if !environment.switch("DEV_ISSUER") {
        environment.fault("DEV_ISSUER", "is not `on`: there is no development issuer");
    }
    let path = environment.required("DEV_ISSUER_KEY");
    let audience = (service.audience)(&mut environment);
    let (path, audience) = environment.finish((path, audience))?;
    let key = development::Key::load_or_make(Path::new(&path)).map_err(Fault::Failed)?;
    let token = key.token(subject, service.subject, &audience, claims).map_err(Fault::Failed)?;
    println!("{token}");
    Ok(())
}

async fn grant(service: &Service, subject: &str, role: &str) -> Result<(), Fault> {
    let Some(staff) = service.staff.iter().find(|staff| staff.roles.contains(&role)) else {
        let roles: Vec<_> = service.staff.iter().flat_map(|staff| staff.roles).copied().collect();
        return Err(Fault::Usage(match roles.as_slice() {
            [] => "this service has no staff".to_owned(),
            roles => format!("{role} is no role of staff; there are: {}", roles.join(", ")),
        }));
    };
    let client = as_owner().await?;
    client
        .execute(staff.grant, &[&subject, &Uuid::now_v7(), &Uuid::now_v7(), &role])
        .await
        .map_err(|error| Fault::Failed(error.to_string()))?;
    println!("{subject} is {role} in {}", staff.context);
    Ok(())
}

async fn as_owner() -> Result<tokio_postgres::Client, Fault> {
    let mut environment = Environment::default();
    let url = environment.required("DATABASE_OWNER_URL");
    db::connect(&environment.finish(url)?).await.map_err(Fault::Failed)
}

async fn forget() -> Result<(), Fault> {
    let forgotten = answers::forget(&as_owner().await?).await;
    let forgotten = forgotten.map_err(|error| Fault::Failed(error.to_string()))?;
    println!("{forgotten} kept answers forgotten");
    Ok(())
}

async fn audit_heads() -> Result<(), Fault> {
    let heads = audit::heads(&as_owner().await?).await;
    for head in heads.map_err(|error| Fault::Failed(error.to_string()))? {
        println!("{head}");
    }
    Ok(())
}

async fn audit_verify(kept: Option<&Path>) -> Result<(), Fault> {
    let kept = match kept {
        None => Vec::new(),
        Some(path) => {
            let wrong = |reason: String| Fault::Usage(format!("{}: {reason}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
            let heads: Result<Vec<audit::Head>, _> = text.lines().map(str::parse).collect();
            heads.map_err(wrong)?
        }
    };
    let found = audit::verify(&as_owner().await?, &kept).await;
    let found = found.map_err(|error| Fault::Failed(error.to_string()))?;
    if found.faults.is_empty() {
        println!("{} entries in {} streams are as they were sealed", found.entries, found.streams);
        return Ok(());
    }
    Err(Fault::Failed(found.faults.join("\n")))
}

fn claim(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("name=value is wanted")?;
    Ok((name.to_owned(), value.to_owned()))
}
