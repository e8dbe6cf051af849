//! Migrations: each is run once, in order, in a transaction of its own.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::Prefix;

/// A file of `migrations/`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// The chain of what was applied: each link's digest covers the one before, so that a file that was
/// changed, dropped or slipped in afterwards shows.
const CHAIN: &str = "\
CREATE SCHEMA IF NOT EXISTS migration;
CREATE TABLE IF NOT EXISTS migration.applied (
  position int PRIMARY KEY,
  name text NOT NULL UNIQUE,
  chain text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)";

const LOCK: &str =
    "SELECT pg_advisory_lock(hashtextextended('migration ' || current_database(), 0))";
const UNLOCK: &str =
    "SELECT pg_advisory_unlock(hashtextextended('migration ' || current_database(), 0))";

/// Runs what is not applied yet, as the owner. Gives the names of what it ran.
pub async fn migrate(
    client: &mut Client,
    migrations: &[Migration],
    prefix: &Prefix,
) -> Result<Vec<&'static str>, String> {
    client.query_one(LOCK, &[]).await.map_err(|error| said(&error))?;
    let outcome = apply(client, migrations, prefix).await;
    client.query_one(UNLOCK, &[]).await.map_err(|error| said(&error))?;
    outcome
}

async fn apply(
    client: &mut Client,
    migrations: &[Migration],
    prefix: &Prefix,
) -> Result<Vec<&'static str>, String> {
    client.batch_execute(CHAIN).await.map_err(|error| said(&error))?;
    let applied = client
        .query("SELECT name, chain FROM migration.applied ORDER BY position", &[])
        .await
        .map_err(|error| said(&error))?;
    if applied.len() > migrations.len() {
        return Err("the database is ahead of this service".to_owned());
    }
    let mut ran = Vec::new();
    let mut chain = String::new();
    for (position, migration) in migrations.iter().enumerate() {
        chain = link(&chain, migration);
        match applied.get(position) {
            Some(row) if row.get::<_, &str>(1) == chain => {}
            Some(row) => {
                return Err(format!(
                    "{} was applied as {} and is not the same any more",
                    migration.name,
                    row.get::<_, &str>(0),
                ));
            }
            None => {
                one(client, migration, prefix, position, &chain)
                    .await
                    .map_err(|error| format!("{}: {}", migration.name, said(&error)))?;
                ran.push(migration.name);
            }
        }
    }
    Ok(ran)
}

async fn one(
    client: &mut Client,
    migration: &Migration,
    prefix: &Prefix,
    position: usize,
    chain: &str,
) -> Result<(), tokio_postgres::Error> {
    let position = i32::try_from(position).unwrap_or(i32::MAX);
    let transaction = client.transaction().await?;
    transaction.batch_execute("SET LOCAL lock_timeout = '5s'; SET LOCAL timezone = 'UTC'").await?;
    transaction.batch_execute(&prefix.apply(migration.sql)).await?;
    transaction
        .execute(
            "INSERT INTO migration.applied (position, name, chain) VALUES ($1, $2, $3)",
            &[&position, &migration.name, &chain],
        )
        .await?;
    transaction.commit().await
}

/// Over the text as it stands in the file, whatever the roles are called here.
fn link(before: &str, migration: &Migration) -> String {
    let mut digest = Sha256::new();
    for part in [before, migration.name, migration.sql] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the server said, with where and what to do.
pub(super) fn said(error: &tokio_postgres::Error) -> String {
    let Some(db) = error.as_db_error() else { return error.to_string() };
    let mut text = format!("{} ({})", db.message(), db.code().code());
    for more in [db.detail(), db.hint(), db.where_()].into_iter().flatten() {
        text.push_str("\n  ");
        text.push_str(more);
    }
    text
}
