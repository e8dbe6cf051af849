//! The only code that uses a connection.
//!
//! Statements leave together and their answers come back together: one round trip. That has teeth,
//! and each rule here answers one of them:
//!
//! - All statements are prepared and all parameters encoded before the first byte leaves.
//! - The futures are joined, never `try_join`ed: an early return would leave the rest unread and
//!   the transaction open. Every result is looked at, since COMMIT of an aborted transaction is Ok.
//! - A flight that was dropped on its way takes its connection out of the pool: nobody knows in
//!   whose name its transaction still stands.

use deadpool_postgres::Object;
use futures_util::future::join4;
use futures_util::{StreamExt, pin_mut};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::bound::{BindError, Bound};
use super::{Error, Param, Pool};

pub struct Flight {
    /// Gone once it has landed.
    client: Option<Object>,
    pool: Pool,
}

/// SQL with its parameters.
pub struct Statement<'a> {
    pub sql: &'static str,
    pub parameters: &'a [Param<'a>],
}

impl Flight {
    pub async fn prepare(pool: &Pool) -> Result<Self, Error> {
        let client = pool.get().await?;
        Ok(Self { client: Some(client), pool: pool.clone() })
    }

    /// One statement, which is its own transaction.
    pub async fn one(mut self, statement: &Statement<'_>) -> Result<Vec<Row>, Error> {
        let client = self.client();
        let bound = match Bound::new(client, statement.sql, statement.parameters).await {
            Ok(bound) => bound,
            Err(error) => return Err(self.not_sent(error)),
        };
        let outcome = rows(client, &bound).await;
        if outcome.as_ref().is_err_and(|error| error.as_db_error().is_some()) {
            // A refusal is told before its transaction has ended: whoever asks again at once, on another
            // connection, would meet its locks.
            let _ = client.check_connection().await;
        }
        self.land(outcome)
    }

    /// BEGIN READ ONLY, `enter`, `query`, COMMIT.
    pub async fn within(
        mut self,
        enter: &Statement<'_>,
        query: &Statement<'_>,
    ) -> Result<Vec<Row>, Error> {
        let client = self.client();
        let bound = match Bound::new(client, enter.sql, enter.parameters).await {
            Ok(enter) => match Bound::new(client, query.sql, query.parameters).await {
                Ok(query) => Ok((enter, query)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        let (enter, query) = match bound {
            Ok(bound) => bound,
            Err(error) => return Err(self.not_sent(error)),
        };
        let (begun, entered, outcome, committed) = join4(
            client.batch_execute("BEGIN READ ONLY"),
            rows(client, &enter),
            rows(client, &query),
            client.batch_execute("COMMIT"),
        )
        .await;
        if let Err(error) = begun.and(committed) {
            return Err(self.pool.error(error));
        }
        // guard: kernel.flight.entered
        if let Err(error) = entered {
            return self.land(Err(error));
        }
        self.land(outcome)
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("a flight has its connection until it lands")
    }

    /// Nothing was sent, so the connection is as it was.
    fn not_sent(&mut self, error: BindError) -> Error {
        match error {
            BindError::Encode(error) => {
                self.finish();
                Error::Fault(format!("a parameter cannot be encoded: {error}"))
            }
            BindError::Database(error) => {
                if error.as_db_error().is_some() {
                    self.finish();
                }
                self.pool.error(error)
            }
        }
    }

    /// All answers are there. What the server refused leaves the connection clean.
    fn land(
        &mut self,
        outcome: Result<Vec<Row>, tokio_postgres::Error>,
    ) -> Result<Vec<Row>, Error> {
        match outcome {
            Ok(rows) => {
                self.finish();
                Ok(rows)
            }
            Err(error) => {
                let stale = error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED);
                if error.as_db_error().is_some() && !stale {
                    self.finish();
                }
                Err(self.pool.error(error))
            }
        }
    }

    /// Gives the connection back to the pool.
    fn finish(&mut self) {
        self.client = None;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        // guard: kernel.flight.drop
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

async fn rows(client: &Object, bound: &Bound) -> Result<Vec<Row>, tokio_postgres::Error> {
    let stream = bound.send(client).await?;
    pin_mut!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await {
        rows.push(row?);
    }
    Ok(rows)
}
