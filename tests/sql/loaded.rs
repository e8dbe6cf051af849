//! Databases of the blueprints here, as their own migrations make them.

use crate::server::Server;
use postgres::{Client, NoTls};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub struct Loaded {
    pub name: String,
    client: Client,
}

/// By the name of a database, for all tests of a run.
struct Databases {
    server: Server,
    names: Vec<String>,
}

impl Loaded {
    /// Of every shipped blueprint, and of those that the tests have.
    pub fn all() -> Vec<Self> {
        static DATABASES: OnceLock<Databases> = OnceLock::new();
        let databases = DATABASES.get_or_init(Databases::make);
        let open = |name: &String| Self {
            name: name.clone(),
            client: Client::connect(&databases.server.url(name), NoTls).unwrap(),
        };
        databases.names.iter().map(open).collect()
    }

    pub fn run(&mut self, sql: &str) {
        self.client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The first column of what a query finds.
    pub fn rows(&mut self, sql: &str) -> Vec<String> {
        let found = self.client.query(sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        found.iter().map(|row| row.get(0)).collect()
    }
}

impl Databases {
    /// # Panics
    ///
    /// Where PostgreSQL is not there: then nothing can be asked.
    fn make() -> Self {
        // The roles of a service have its name, so a server of somebody else's will not do.
        let server = Server::own().unwrap_or_else(|tried| panic!("no PostgreSQL: {tried}"));
        let mut admin = Client::connect(&server.admin_url(), NoTls).unwrap();
        let mut names = Vec::new();
        for source in sources() {
            let name = service(&source);
            admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
            load(&server.url(&name), &source, &name);
            names.push(name);
        }
        Self { server, names }
    }
}

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["blueprints", "tests/services"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            all.push(entry.unwrap().path().join("blueprint.yaml"));
        }
    }
    all.retain(|source| source.exists());
    all.sort();
    assert!(all.len() > 3, "{all:?}");
    all
}

/// The name of the folder is that of the service.
fn service(source: &Path) -> String {
    source.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
}

fn load(url: &str, source: &Path, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let compiled = Command::new(env!("CARGO_BIN_EXE_blueprint"))
        .arg("compile")
        .arg(source)
        .arg("--out")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let read = |file| std::fs::read_to_string(folder.path().join("migrations").join(file)).unwrap();
    let mut client = Client::connect(url, NoTls).unwrap();
    client.batch_execute(&read("bootstrap.sql")).unwrap();
    let init = read("0001_init.sql");
    let owned = format!("SET SESSION AUTHORIZATION {name}_owner; BEGIN; {init}; COMMIT");
    client.batch_execute(&owned).unwrap_or_else(|error| panic!("{name}: {error}"));
}
