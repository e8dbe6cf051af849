//! What is accepted is SQL that PostgreSQL takes.

use blueprint::tree::Tree;
use postgres::{Client, NoTls};

use crate::server::Server;

pub struct Database {
    client: Client,
    // Ends when it is dropped.
    _server: Server,
}

impl Database {
    pub fn new() -> Self {
        let server = Server::find().unwrap_or_else(|tried| panic!("no PostgreSQL: {tried}"));
        let client = Client::connect(&server.admin_url(), NoTls).expect("it takes connections");
        Database { client, _server: server }
    }

    /// Makes the roles and all that the migrations make, in a transaction that is taken back.
    pub fn apply(&mut self, tree: &Tree) -> Result<(), String> {
        let mut transaction = self.client.transaction().expect("one begins");
        for path in ["migrations/bootstrap.sql", "migrations/0001_init.sql"] {
            let text = &tree.get(path).expect("every service has it").text;
            if let Err(error) = transaction.batch_execute(text) {
                let told = error.as_db_error().map_or(error.to_string(), ToString::to_string);
                return Err(format!("PostgreSQL refuses {path}: {told}"));
            }
        }
        transaction.rollback().expect("it can be taken back");
        Ok(())
    }
}
