//! What is measured: an operation in one form.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::seed::{Team, World};
use crate::service::Service;
use crate::{CLIENTS, Fallible};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Get,
    List,
    Create,
    Finish,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One prepared statement by a superuser, so without row security; the triggers stay.
    Bare,
    /// The whole service: HTTP, token, flight or door, JSON, log.
    Service,
}

pub struct Form {
    pub operation: Operation,
    pub kind: Kind,
    targets: Arc<Targets>,
    pool: Pool,
    address: String,
}

/// Which rows: each request takes the next, so that no two meet.
struct Targets {
    teams: Vec<Target>,
    next: AtomicUsize,
    /// Of the tasks to finish, where this form's own begin.
    offset: usize,
}

struct Target {
    team: Team,
    token: String,
}

pub struct Worker {
    operation: Operation,
    kind: Kind,
    targets: Arc<Targets>,
    pool: Pool,
    http: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Get, Self::List, Self::Create, Self::Finish];

    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list of 50",
            Self::Create => "create",
            Self::Finish => "finish",
        }
    }

    fn bare(self) -> &'static str {
        match self {
            Self::Get => {
                "SELECT id, team, project, title, due::text, assignee, state, version, created_at::text, updated_at::text
                 FROM app.task WHERE team = $1 AND id = $2"
            }
            Self::List => {
                "SELECT id, team, project, title, due::text, assignee, state, version, created_at::text, updated_at::text
                 FROM app.task WHERE team = $1 AND id < $2 ORDER BY id DESC LIMIT 51"
            }
            Self::Create => {
                "INSERT INTO app.task (id, team, project, title, assignee) VALUES ($1, $2, $3, $4, $5)
                 RETURNING id, team, project, title, assignee, state, version"
            }
            Self::Finish => {
                "UPDATE app.task SET state = 'done' WHERE team = $1 AND id = $2 AND state = 'open' AND version = 1
                 RETURNING id, team, project, title, assignee, state, version"
            }
        }
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare query",
            Self::Service => "service",
        }
    }
}

pub async fn all(world: &World, service: &Service) -> Fallible<Vec<Form>> {
    let config = world.admin_url.parse()?;
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let pool =
        Pool::builder(Manager::from_config(config, NoTls, recycling)).max_size(CLIENTS).build()?;
    let mut forms = Vec::new();
    for operation in Operation::ALL {
        for (position, kind) in [Kind::Bare, Kind::Service].into_iter().enumerate() {
            let teams = world
                .teams
                .iter()
                .map(|team| {
                    let token = service.token(&team.subject)?;
                    Ok(Target { team: team.clone(), token })
                })
                .collect::<Fallible<_>>()?;
            forms.push(Form {
                operation,
                kind,
                targets: Arc::new(Targets {
                    teams,
                    next: AtomicUsize::new(0),
                    offset: position * 100,
                }),
                pool: pool.clone(),
                address: service.address.clone(),
            });
        }
    }
    Ok(forms)
}

impl Form {
    /// The process that talks to PostgreSQL.
    pub fn client(&self, service: &Service) -> u32 {
        match self.kind {
            Kind::Bare => std::process::id(),
            Kind::Service => service.pid(),
        }
    }

    pub async fn worker(&self) -> Fallible<Worker> {
        let http = match self.kind {
            Kind::Bare => None,
            Kind::Service => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                Some(stream)
            }
        };
        Ok(Worker {
            operation: self.operation,
            kind: self.kind,
            targets: Arc::clone(&self.targets),
            pool: self.pool.clone(),
            http,
            buffer: Vec::new(),
        })
    }
}

impl Worker {
    pub async fn request(&mut self) -> Fallible<()> {
        let number = self.targets.next.fetch_add(1, Ordering::Relaxed);
        let targets = Arc::clone(&self.targets);
        let target = &targets.teams[number % targets.teams.len()];
        let turn = number / targets.teams.len();
        match self.kind {
            Kind::Bare => self.bare(&target.team, targets.offset + turn).await,
            Kind::Service => self.http(target, targets.offset + turn).await,
        }
    }

    async fn bare(&self, team: &Team, turn: usize) -> Fallible<()> {
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(self.operation.bare()).await?;
        let task = team.tasks[turn % team.tasks.len()];
        let rows = match self.operation {
            Operation::Get => client.query(&statement, &[&team.id, &task]).await?,
            Operation::List => client.query(&statement, &[&team.id, &Uuid::max()]).await?,
            Operation::Create => {
                let id = Uuid::now_v7();
                client
                    .query(&statement, &[&id, &team.id, &team.project, &"A new task", &team.lead])
                    .await?
            }
            Operation::Finish => client.query(&statement, &[&team.id, &task]).await?,
        };
        match rows.is_empty() {
            true => Err(format!("{}: the bare query found nothing", self.operation.name()).into()),
            false => Ok(()),
        }
    }

    async fn http(&mut self, target: &Target, turn: usize) -> Fallible<()> {
        let Target { team, token } = target;
        let task = team.tasks[turn % team.tasks.len()];
        let tasks = format!("/v1/teams/{}/tasks", team.id);
        let (line, more, body) = match self.operation {
            Operation::Get => (format!("GET {tasks}/{task}"), "", String::new()),
            Operation::List => (format!("GET {tasks}"), "", String::new()),
            Operation::Create => (
                format!("POST {tasks}"),
                "content-type: application/json\r\n",
                format!(
                    r#"{{"project":"{}","title":"A new task","assignee":"{}"}}"#,
                    team.project, team.lead
                ),
            ),
            Operation::Finish => {
                (format!("POST {tasks}/{task}/finish"), "if-match: \"1\"\r\n", String::new())
            }
        };
        let request = format!(
            "{line} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n{more}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let stream = self.http.as_mut().ok_or("no connection to the service")?;
        stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        loop {
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the service hung up".into());
            }
            if whole(&self.buffer)? {
                break;
            }
        }
        match self.buffer.starts_with(b"HTTP/1.1 20") {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&self.buffer).into_owned().into()),
        }
    }
}

/// Whether the answer is all there.
fn whole(answer: &[u8]) -> Fallible<bool> {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(false);
    };
    let text = std::str::from_utf8(&answer[..head])?;
    let length: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .ok_or("an answer without a length")?
        .parse()?;
    Ok(answer.len() >= head + 4 + length)
}
