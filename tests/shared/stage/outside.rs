//! What an operator does before a service runs: a database, roles, tables.

use crate::server::Server;
use postgres::{Client, NoTls};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

pub struct Outside {
    pub binary: &'static str,
    pub environment: Vec<(String, String)>,
    server: Server,
    /// Of the database, and the head of every role's name.
    name: String,
}

impl Outside {
    pub fn prepare(binary: &'static str) -> Self {
        let server = Server::find().unwrap_or_else(|error| panic!("PostgreSQL is wanted: {error}"));
        let nanos = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.subsec_nanos());
        let name = format!("s{}_{nanos:x}", std::process::id());
        let environment = environment(&server, &name);
        let outside = Self {
            binary,
            environment,
            server,
            name,
        };
        outside.admin(&format!("CREATE DATABASE {}", outside.name));
        outside.command(&["migrate", "bootstrap"]);
        outside.command(&["migrate"]);
        // Makes the key by which the service believes the tokens.
        outside.command(&["token", "--subject", "nobody"]);
        outside
    }

    /// Runs a command of the service and gives what it prints.
    pub fn command(&self, arguments: &[&str]) -> String {
        let mut command = bare(self.binary, &self.environment);
        let output = command.args(arguments).stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", self.binary));
        let (said, wrong) = (output.stdout, String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{}: {wrong}", arguments.join(" "));
        String::from_utf8_lossy(&said).into_owned()
    }

    pub fn admin_url(&self) -> String {
        self.server.url(&self.name)
    }

    fn admin(&self, statement: &str) {
        let done = Client::connect(&self.server.admin_url(), NoTls)
            .and_then(|mut client| client.batch_execute(statement));
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

impl Drop for Outside {
    /// A server of somebody else's is left as it was found.
    fn drop(&mut self) {
        if std::env::var_os("DATABASE_URL").is_some() {
            self.admin(&format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            ));
            self.admin(&format!(
                "DO $$ DECLARE one text; BEGIN
                   FOR one IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{}_') LOOP
                     EXECUTE format('DROP ROLE %I', one);
                   END LOOP;
                 END $$",
                self.name
            ));
        }
        let _ = std::fs::remove_file(key_file(&self.name));
    }
}

const PASSWORD: &str = "for-scenarios-only";

fn environment(server: &Server, name: &str) -> Vec<(String, String)> {
    let address = address(server);
    let set = |variable: &str, value: String| (variable.to_owned(), value);
    vec![
        set("DATABASE_URL", format!("postgres://{address}/{name}")),
        set("DATABASE_ADMIN_URL", server.url(name)),
        set(
            "DATABASE_OWNER_URL",
            format!("postgres://{name}_owner:{PASSWORD}@{address}/{name}"),
        ),
        set("DATABASE_PASSWORD", PASSWORD.to_owned()),
        set("DATABASE_ROLE_PREFIX", name.to_owned()),
        set("DATABASE_POOL_SIZE", "8".to_owned()),
        set(
            "SUBJECT_KEY",
            "a key of the scenarios, which is long enough".to_owned(),
        ),
        set(
            "CURSOR_SECRET",
            "a secret of the scenarios, which is long enough".to_owned(),
        ),
        set("OIDC_ISSUER", "http://localhost/scenarios".to_owned()),
        set("DEV_ISSUER", "on".to_owned()),
        set("DEV_ISSUER_KEY", key_file(name)),
    ]
}

fn key_file(name: &str) -> String {
    std::env::temp_dir()
        .join(format!("{name}.pem"))
        .display()
        .to_string()
}

/// `host:port`.
fn address(server: &Server) -> String {
    let url = server.url("");
    let rest = url.trim_start_matches("postgres://").trim_end_matches('/');
    rest.rsplit_once('@')
        .map_or(rest, |(_, address)| address)
        .to_owned()
}

/// The binary with nothing of our own environment but what finds libraries.
pub fn bare(binary: &str, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(binary);
    let kept = ["PATH", "HOME", "LD_LIBRARY_PATH"];
    command.env_clear();
    command.envs(
        kept.iter()
            .filter_map(|name| Some((*name, std::env::var_os(name)?))),
    );
    command.envs(environment.iter().cloned());
    command
}
