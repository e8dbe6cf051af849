//! The privileged part: roles, and what the database grants to everybody.

use postgres_protocol::password::scram_sha_256;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Client;

use super::Prefix;
use super::run::said;

/// What the administrator's step needs.
pub struct Bootstrap {
    pub sql: &'static str,
    pub prefix: Prefix,
    /// Contexts and others with a login.
    pub logins: &'static [&'static str],
    /// Of these logins.
    pub password: SecretString,
    /// Of the owner's login; left as it is where there is none.
    pub owner_password: Option<SecretString>,
}

/// Makes the roles and sets their passwords. May be run again.
pub async fn bootstrap(client: &mut Client, step: &Bootstrap) -> Result<(), String> {
    let failed = |error: tokio_postgres::Error| said(&error);
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(&step.prefix.apply(step.sql)).await.map_err(failed)?;
    transaction.batch_execute(&step.passwords()).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

impl Bootstrap {
    /// The whole step as SQL.
    pub fn print(&self) -> String {
        format!("{}\n{}", self.prefix.apply(self.sql), self.passwords())
    }

    /// Verifiers (RFC 5803), not passwords: the server and its log never see those.
    fn passwords(&self) -> String {
        let logins = self.logins.iter().map(|login| (*login, &self.password));
        logins
            .chain(self.owner_password.iter().map(|password| ("owner", password)))
            .map(|(of, password)| {
                let verifier = scram_sha_256(password.expose_secret().as_bytes());
                format!("ALTER ROLE \"{}\" PASSWORD '{verifier}';\n", self.prefix.role(of))
            })
            .collect()
    }
}
