//! One request's way to the database.

use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::assertion::Said;
use super::flight::{Flight, Statement};
use super::{Error, Kind, Param, Pool};

/// How a context is entered: the statement that derives what the caller is, from the grants as
/// they are in this transaction.
#[derive(Debug, Clone, Copy)]
pub enum Gate {
    /// Nothing to enter: requests without a token.
    Open,
    /// `$1` the assertion.
    Person(&'static str),
    /// `$1` the assertion, `$2` the tenant.
    Tenant(&'static str, Uuid),
}

/// How a person's row is made at the first valid token.
pub struct Provision {
    /// `$1` the assertion, `$2` the new id, then the claims.
    pub sql: &'static str,
    pub claims: Vec<Box<dyn ToSql + Sync + Send>>,
}

/// Who asks, in what; every query runs as that.
pub struct Session {
    pool: Pool,
    gate: Gate,
    subject: String,
    /// Id of the request; empty where there is none.
    request: String,
    /// Unix seconds; zero where the token does not say.
    signed_in: u64,
    provision: Option<Provision>,
}

/// A row that a query gives.
pub trait FromRow: Sized {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error>;
}

/// What a door answers that knows a repeat.
pub struct Once<T> {
    /// Id of the row that was made.
    pub made: Option<Uuid>,
    /// The row afterwards, where the caller could read it.
    pub row: Option<T>,
    /// Whether this was answered before, and nothing was done now.
    pub replayed: bool,
}

/// What a door answers that may wait for a second person.
pub struct Asked<T> {
    /// Id of the request, where it was asked for and not done.
    pub asked: Option<Uuid>,
    /// The row as it is, where the caller could read it.
    pub row: Option<T>,
    /// Whether this was answered before, and nothing was done now.
    pub replayed: bool,
}

impl Session {
    pub fn new(pool: Pool, gate: Gate, subject: String) -> Self {
        Self { pool, gate, subject, request: String::new(), signed_in: 0, provision: None }
    }

    /// The audit names this request.
    pub fn of_request(mut self, id: &str) -> Self {
        id.clone_into(&mut self.request);
        self
    }

    /// Doors may ask how long ago that was.
    pub fn signed_in(mut self, at: u64) -> Self {
        self.signed_in = at;
        self
    }

    /// Makes the person's row and tries once more where the database does not know the subject.
    pub fn provisioned(mut self, provision: Provision) -> Self {
        self.provision = Some(provision);
        self
    }

    /// The token's subject; empty where there is no token.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Proves to the gate for whom the service asks; fresh each time.
    pub fn assertion(&self) -> Vec<u8> {
        let tenant = match self.gate {
            Gate::Tenant(_, tenant) => Some(tenant),
            Gate::Open | Gate::Person(_) => None,
        };
        let said =
            Said { request: &self.request, signed_in: self.signed_in, subject: &self.subject };
        self.pool.assert(tenant, said)
    }

    /// What a hook gave, with the service's code over it: for this request, this call, and what the hook was
    /// given.
    pub(super) fn vouch(&self, path: &str, assertion: &[u8], said: &str, gave: &str) -> Vec<u8> {
        self.pool.vouch(path, assertion, said, gave)
    }

    /// Whether the database answers this login, and its gate believes this service; asked for nobody.
    pub async fn probe(&self) -> Result<(), Error> {
        match self.read_once(&Statement { sql: "SELECT 1", parameters: &[] }).await {
            Err(error) if error.refusal().is_some_and(|it| it.kind == Kind::Unknown) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Reads all rows of a query.
    pub async fn rows<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Vec<T>, Error> {
        let statement = Statement { sql, parameters };
        let rows = match self.read(&statement).await {
            Err(error) if self.makes_the_person(&error).await? => self.read(&statement).await?,
            other => other?,
        };
        rows.iter().map(decode).collect()
    }

    /// Reads at most one row.
    pub async fn row<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Option<T>, Error> {
        Ok(self.rows(sql, parameters).await?.pop())
    }

    /// Goes through a door; the row afterwards, where the caller may read it.
    pub async fn act<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Option<T>, Error> {
        self.door(sql, parameters).await?.last().map(decode).transpose()
    }

    /// Goes through a door whose outcome the caller may not read.
    pub async fn act_unread(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<(), Error> {
        self.door(sql, parameters).await.map(drop)
    }

    /// Goes through a door that knows a repeat.
    pub async fn act_once<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Once<T>, Error> {
        once(&self.door(sql, parameters).await?, row_of_once)
    }

    /// The same, where the caller may not read what becomes of it.
    pub async fn act_once_unread(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Once<()>, Error> {
        once(&self.door(sql, parameters).await?, |_| Ok(None))
    }

    /// Goes through a door that may wait for a second person.
    pub async fn act_asked<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Asked<T>, Error> {
        asked(&self.door(sql, parameters).await?, row_of_once)
    }

    /// The same, where the caller may not read what becomes of it.
    pub async fn act_asked_unread(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Asked<()>, Error> {
        asked(&self.door(sql, parameters).await?, |_| Ok(None))
    }

    pub(super) async fn door(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Vec<Row>, Error> {
        let statement = Statement { sql, parameters };
        match self.again(&statement).await {
            Err(error) if self.makes_the_person(&error).await? => self.again(&statement).await,
            other => other,
        }
    }

    /// Tries again where another transaction stood in the way: never an answer of the database.
    async fn again(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Error> {
        for pause in PAUSES {
            let outcome = self.one(statement).await;
            // guard: kernel.session.again
            if matches!(outcome, Err(Error::Collided(_))) {
                tokio::time::sleep(jittered(pause)).await;
                continue;
            }
            return outcome;
        }
        self.one(statement).await
    }

    /// A plan that went stale by a migration is an error once: the connection that has it is gone
    /// by then, and a read loses nothing by being sent again.
    async fn read(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Error> {
        match self.read_once(statement).await {
            Err(Error::Stale(_)) => self.read_once(statement).await,
            other => other,
        }
    }

    async fn read_once(&self, query: &Statement<'_>) -> Result<Vec<Row>, Error> {
        let flight = Flight::prepare(&self.pool).await?;
        match &self.gate {
            Gate::Open => flight.one(query).await,
            Gate::Person(sql) => {
                flight.within(&Statement { sql, parameters: &[&self.assertion()] }, query).await
            }
            Gate::Tenant(sql, tenant) => {
                let assertion = self.assertion();
                let parameters: [Param<'_>; 2] = [&assertion, tenant];
                flight.within(&Statement { sql, parameters: &parameters }, query).await
            }
        }
    }

    pub(super) async fn one(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Error> {
        Flight::prepare(&self.pool).await?.one(statement).await
    }

    pub(super) async fn makes_the_person(&self, error: &Error) -> Result<bool, Error> {
        let unknown = error.refusal().is_some_and(|refusal| refusal.kind == Kind::Unknown);
        let Some(provision) = self.provision.as_ref().filter(|_| unknown) else {
            return Ok(false);
        };
        let id = Uuid::now_v7();
        let assertion = self.assertion();
        let mut parameters: Vec<Param<'_>> = vec![&assertion, &id];
        parameters.extend(provision.claims.iter().map(|claim| claim.as_ref() as Param<'_>));
        self.one(&Statement { sql: provision.sql, parameters: &parameters }).await?;
        Ok(true)
    }
}

/// Before a statement is tried again.
pub(super) const PAUSES: [Duration; 3] =
    [Duration::from_millis(5), Duration::from_millis(25), Duration::from_millis(100)];

/// From half of it to all, so that two who collided do not meet again.
pub(super) fn jittered(pause: Duration) -> Duration {
    let half = pause / 2;
    let parts = u32::from(Uuid::now_v7().as_bytes()[15]);
    half + half * parts / 255
}

pub(super) fn decode<T: FromRow>(row: &Row) -> Result<T, Error> {
    T::from_row(row).map_err(unreadable)
}

fn unreadable(error: tokio_postgres::Error) -> Error {
    Error::Fault(format!("a row cannot be read: {error}"))
}

/// The row that a door read back which knows a repeat.
pub(super) fn row_of_once<T: FromRow>(row: &Row) -> Result<Option<T>, tokio_postgres::Error> {
    let id: Option<Uuid> = row.try_get("id")?;
    id.map(|_| T::from_row(row)).transpose()
}

/// Such a door always answers one row, whose columns are null where the caller could not read them.
pub(super) fn once<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<Option<T>, tokio_postgres::Error>,
) -> Result<Once<T>, Error> {
    let [row] = rows else {
        return Err(Error::Fault("a door that knows repeats answers one row".to_owned()));
    };
    let answer = || {
        let (made, replayed) = (row.try_get("made_")?, row.try_get("replayed_")?);
        Ok(Once { made, row: read(row)?, replayed })
    };
    answer().map_err(unreadable)
}

fn asked<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<Option<T>, tokio_postgres::Error>,
) -> Result<Asked<T>, Error> {
    let Once { row, replayed, .. } = once(rows, read)?;
    let asked = rows.first().map(|row| row.try_get("asked_")).transpose().map_err(unreadable)?;
    Ok(Asked { asked: asked.flatten(), row, replayed })
}
