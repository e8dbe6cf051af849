//! Databases for the tests: a template is made once from the migrations and the world, and each
//! test takes a copy of its own. A copy in which nothing has changed is the next test's.

use super::assertion::{self, assertion};
use super::postgres::Server;
use super::reuse::Idle;
use super::spec::Spec;
use super::value::quote;
use super::world::World;
use postgres::{Client, NoTls, SimpleQueryMessage};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub struct Cluster {
    server: Server,
    /// Stands for the service's name at the head of every role's.
    pub prefix: String,
    pub password: String,
    pub service: String,
    copies: AtomicUsize,
    idle: Idle,
}

/// What a template holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// Tables and functions, no rows.
    Empty,
    /// The world's rows.
    World,
    /// The same, with row security off, so that what stands beside it stands alone.
    Unsecured,
}

impl Template {
    const ALL: [Self; 3] = [Self::Empty, Self::World, Self::Unsecured];

    fn name(self, prefix: &str) -> String {
        format!("{prefix}_{}", format!("{self:?}").to_lowercase())
    }
}

impl Cluster {
    pub fn start(spec: &Spec, world: &World) -> Result<Self, String> {
        let server = Server::find()?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let nanos = now.map_or(0, |now| now.subsec_nanos());
        let prefix = format!("t{}_{nanos:x}", std::process::id());
        let cluster = Self {
            server,
            password: format!("{prefix}x"),
            prefix,
            service: spec.service.clone(),
            copies: AtomicUsize::new(0),
            idle: Idle::default(),
        };
        cluster.templates(spec, world).map_err(|refusal| refusal.to_string())?;
        Ok(cluster)
    }

    fn templates(&self, spec: &Spec, world: &World) -> Result<(), Refusal> {
        let mut admin = self.admin();
        let empty = Template::Empty.name(&self.prefix);
        admin.run(&format!("CREATE DATABASE {empty}"))?;
        Session::open(&self.server.url(&empty)).run(&self.migration("bootstrap.sql"))?;
        let logins = format!(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND starts_with(rolname, '{}_')",
            self.prefix
        );
        for login in admin.column(&logins)? {
            admin.run(&format!("ALTER ROLE \"{login}\" PASSWORD '{}'", self.password))?;
        }
        let superuser = "SELECT 1::text FROM pg_roles WHERE rolname = current_user AND rolsuper";
        if admin.column(superuser)?.is_empty() {
            for role in self.roles(&mut admin) {
                admin.run(&format!("GRANT \"{role}\" TO CURRENT_USER"))?;
            }
        }
        let mut owner = Session::open(&self.url("owner", &empty));
        for file in self.migrations() {
            owner.run(&self.migration(&file))?;
        }
        owner.run(&assertion::told(1, assertion::KEY))?;
        let asks = |entity: &super::spec::Entity| entity.doors.iter().any(|one| one.asks.is_some());
        if spec.entities.iter().any(asks) {
            Session::open(&self.server.url(&empty)).run(&super::hooks::functions())?;
        }
        drop(owner);
        let secured = Template::World.name(&self.prefix);
        self.copy(&empty, &secured)?;
        Session::open(&self.url("owner", &secured)).run(&world.sql(spec))?;
        let unsecured = Template::Unsecured.name(&self.prefix);
        self.copy(&secured, &unsecured)?;
        let mut owner = Session::open(&self.url("owner", &unsecured));
        for entity in &spec.entities {
            owner.run(&format!("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", entity.table))?;
        }
        Ok(())
    }

    /// A database of the caller's own, until the value is dropped.
    pub fn database(&self, template: Template) -> Database<'_> {
        if let Some(name) = self.idle.take(template) {
            return Database { cluster: self, name, template };
        }
        let number = self.copies.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.prefix);
        self.copy(&template.name(&self.prefix), &name).expect("a template can be copied");
        let database = Database { cluster: self, name, template };
        self.idle.made(&database);
        database
    }

    /// As whoever may make databases and roles.
    pub fn admin(&self) -> Session {
        Session::open(&self.server.admin_url())
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        let url = self.server.url("");
        let rest = url.trim_start_matches("postgres://").trim_end_matches('/');
        rest.rsplit_once('@').map_or(rest, |(_, address)| address).to_owned()
    }

    fn url(&self, role: &str, database: &str) -> String {
        let (prefix, password) = (&self.prefix, &self.password);
        format!("postgres://{prefix}_{role}:{password}@{}/{database}", self.address())
    }

    /// A copy with the rights on the database itself, which a template does not hand on.
    fn copy(&self, template: &str, name: &str) -> Result<(), Refusal> {
        let mut admin = self.admin();
        admin.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        let rights = format!(
            "SELECT format('GRANT %s ON DATABASE {name} TO %s', a.privilege_type,
                    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(a.grantee::regrole::text) END)
             FROM pg_database d, aclexplode(d.datacl) a
             WHERE d.datname = '{template}' AND a.grantee <> d.datdba"
        );
        let rights = admin.column(&rights)?;
        let explicit = format!(
            "SELECT 1::text FROM pg_database WHERE datname = '{template}' AND datacl IS NOT NULL"
        );
        if !admin.column(&explicit)?.is_empty() {
            admin.run(&format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"))?;
        }
        for right in rights {
            admin.run(&right)?;
        }
        Ok(())
    }

    fn folder(&self) -> PathBuf {
        match std::env::var_os("BLUEPRINT_TEST_MIGRATIONS") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations"),
        }
    }

    fn roles(&self, admin: &mut Session) -> Vec<String> {
        let roles =
            format!("SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{}_')", self.prefix);
        admin.column(&roles).unwrap_or_default()
    }

    /// Numbered files, in order.
    fn migrations(&self) -> Vec<String> {
        let listing = std::fs::read_dir(self.folder()).expect("there is a folder of migrations");
        let mut files: Vec<String> = listing
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".sql") && name.starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        files.sort();
        files
    }

    /// A file's text with this run's roles.
    fn migration(&self, file: &str) -> String {
        let path = self.folder().join(file);
        let text = std::fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text.replace(&format!("\"{}_", self.service), &format!("\"{}_", self.prefix))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::env::var_os("DATABASE_URL").is_none() {
            return;
        }
        let mut admin = self.admin();
        let templates = Template::ALL.map(|template| template.name(&self.prefix));
        for name in templates.into_iter().chain(self.idle.all()) {
            let _ = admin.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
        let roles =
            format!("SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{}_')", self.prefix);
        for role in admin.column(&roles).unwrap_or_default() {
            let _ = admin.run(&format!("DROP ROLE \"{role}\""));
        }
    }
}

pub struct Database<'c> {
    pub cluster: &'c Cluster,
    pub name: String,
    pub template: Template,
}

impl Database<'_> {
    /// As whoever may make databases and roles.
    pub fn admin(&self) -> Session {
        Session::open(&self.cluster.server.url(&self.name))
    }

    /// The same, and what the server says beside its answers.
    pub fn overheard(&self, role: &str) -> (Session, Arc<Mutex<String>>) {
        Session::overheard(&self.cluster.url(role, &self.name))
    }

    /// Logged in as `<service>_<role>`.
    pub fn login(&self, role: &str) -> Session {
        Session::open(&self.url(role))
    }

    /// For logging in as `<service>_<role>`.
    pub fn url(&self, role: &str) -> String {
        self.cluster.url(role, &self.name)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if self.cluster.idle.keep(self) {
            return;
        }
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(refusal) = self.cluster.admin().run(&drop) {
            eprintln!("{} is left behind: {refusal}", self.name);
        }
    }
}

/// What PostgreSQL answered to a statement that it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// SQLSTATE.
    pub code: String,
    pub message: String,
    pub constraint: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

pub type Line = Vec<Option<String>>;

/// One connection; everything is text in both directions.
pub struct Session(Client);

impl Session {
    pub fn open(url: &str) -> Self {
        Self::try_open(url).unwrap_or_else(|refusal| panic!("{url}: {refusal}"))
    }

    pub fn try_open(url: &str) -> Result<Self, Refusal> {
        let mut client = Client::connect(url, NoTls).map_err(|error| refusal(&error))?;
        client.simple_query("SET timezone = 'UTC'").map_err(|error| refusal(&error))?;
        Ok(Self(client))
    }

    /// With a copy of everything that the server says beside its answers.
    pub fn overheard(url: &str) -> (Self, Arc<Mutex<String>>) {
        let said = Arc::<Mutex<String>>::default();
        let heard = Arc::clone(&said);
        let mut config: postgres::Config = url.parse().expect("a URL of ours");
        config.notice_callback(move |notice| {
            let mut said = heard.lock().unwrap_or_else(PoisonError::into_inner);
            said.push_str(notice.message());
            said.push_str(notice.detail().unwrap_or_default());
        });
        (Self(config.connect(NoTls).expect("the server answers")), said)
    }

    /// Runs statements and gives the rows of all of them.
    pub fn rows(&mut self, sql: &str) -> Result<Vec<Line>, Refusal> {
        let messages = self.0.simple_query(sql).map_err(|error| refusal(&error))?;
        let mut rows = Vec::new();
        for message in messages {
            if let SimpleQueryMessage::Row(row) = message {
                rows.push((0..row.len()).map(|index| row.get(index).map(str::to_owned)).collect());
            }
        }
        Ok(rows)
    }

    pub fn run(&mut self, sql: &str) -> Result<(), Refusal> {
        self.rows(sql).map(drop)
    }

    /// The first column.
    pub fn column(&mut self, sql: &str) -> Result<Vec<String>, Refusal> {
        let rows = self.rows(sql)?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
    }

    /// Runs statements in a transaction that is undone, whatever they do.
    pub fn undone<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.run("BEGIN").expect("BEGIN");
        let result = work(self);
        self.run("ROLLBACK").expect("ROLLBACK");
        result
    }

    /// What one statement is answered, without ending the transaction around it.
    pub fn attempt(&mut self, sql: &str) -> Result<Vec<Line>, Refusal> {
        self.run("SAVEPOINT attempt")?;
        let answer = self.rows(sql);
        self.run("ROLLBACK TO SAVEPOINT attempt")?;
        answer
    }

    /// The client itself, for prepared statements.
    pub fn client(&mut self) -> &mut Client {
        &mut self.0
    }
}

fn refusal(error: &postgres::Error) -> Refusal {
    match error.as_db_error() {
        Some(error) => Refusal {
            code: error.code().code().to_owned(),
            message: error.message().to_owned(),
            constraint: error.constraint().map(str::to_owned),
        },
        None => Refusal { code: "client".to_owned(), message: error.to_string(), constraint: None },
    }
}

/// `SELECT rt.enter_…` for a person in a context; nothing for `anyone`.
pub fn enter(
    context: &super::spec::Context,
    subject: Option<&str>,
    tenant: Option<&str>,
) -> String {
    use super::spec::ContextKind;
    let name = &context.name;
    let subject = assertion(name, tenant, subject);
    match context.kind {
        ContextKind::Anyone => "SELECT 1".to_owned(),
        ContextKind::Person | ContextKind::Staff => format!("SELECT rt.enter_{name}({subject})"),
        ContextKind::Tenant => format!("SELECT rt.enter_{name}({subject}, {})", quote(tenant)),
    }
}
