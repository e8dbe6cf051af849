//! Doors that ask a hook: a look, the hook, and the door, which checks everything again.
//!
//! No transaction is open and no lock is held while the hook runs. If what the hook was given has changed by
//! the time the door holds its locks, the door says so, and all of it is gone through again.
//!
//! Where a request has a name, the door is asked first whether it is a repeat: without an answer of the hook it
//! answers what was answered before, or refuses, or wants that answer.

use tokio_postgres::Row;

use super::flight::Statement;
use super::session::{FromRow, Once, PAUSES, Session, decode, jittered, once, row_of_once};
use super::{Error, Param};
use crate::generated::kernel::hook::{Hook, Unanswered};

/// What a door asks of a hook.
pub struct Asking<'a> {
    /// `commands.book.calls.quote`.
    pub path: &'static str,
    /// What says what the hook is given; `$1` is the assertion.
    pub look: &'static str,
    /// From `$2` on.
    pub shown: &'a [Param<'a>],
    /// Whether the caller gave the request a name, by which a repeat is known.
    pub named: bool,
    pub hook: &'static Hook,
}

impl Session {
    /// Goes through a door with what a hook gave; the row afterwards, where the caller may read it.
    /// `parameters` are those between the assertion and what the hook gave.
    pub async fn act_asking<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Option<T>, Error> {
        self.asking(sql, parameters, asking).await?.last().map(decode).transpose()
    }

    /// As `act_asking`, where the caller may not read what came of it.
    pub async fn act_asking_unread(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<(), Error> {
        self.asking(sql, parameters, asking).await.map(drop)
    }

    /// As `act_asking`, through a door that knows a repeat.
    pub async fn act_asking_once<T: FromRow>(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Once<T>, Error> {
        once(&self.asking(sql, parameters, asking).await?, row_of_once)
    }

    /// The same, where the caller may not read what came of it.
    pub async fn act_asking_once_unread(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Once<()>, Error> {
        once(&self.asking(sql, parameters, asking).await?, |_| Ok(None))
    }

    async fn asking(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Vec<Row>, Error> {
        if asking.named
            && let Some(answer) = self.answered(sql, parameters, asking).await?
        {
            return Ok(answer);
        }
        for pause in PAUSES {
            let outcome = self.attempt(sql, parameters, asking).await;
            // guard: kernel.asking.again
            if matches!(outcome, Err(Error::Collided(_))) {
                tokio::time::sleep(jittered(pause)).await;
                continue;
            }
            return outcome;
        }
        self.attempt(sql, parameters, asking).await
    }

    /// What the door answers where nothing need be done any more; none where it wants what the hook gives.
    async fn answered(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Option<Vec<Row>>, Error> {
        let (assertion, nothing) = (self.assertion(), None::<&[u8]>);
        let mut all: Vec<Param<'_>> = vec![&assertion];
        all.extend(parameters);
        all.push(&nothing);
        match self.door(sql, &all).await {
            Err(Error::Unvouched(path)) if path == asking.path => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// The look, the hook and the door, each once.
    async fn attempt(
        &self,
        sql: &'static str,
        parameters: &[Param<'_>],
        asking: &Asking<'_>,
    ) -> Result<Vec<Row>, Error> {
        let assertion = self.assertion();
        let mut shown: Vec<Param<'_>> = vec![&assertion];
        shown.extend(asking.shown);
        let look = Statement { sql: asking.look, parameters: &shown };
        let rows = match self.one(&look).await {
            Err(error) if self.makes_the_person(&error).await? => self.one(&look).await?,
            // What stands in the way now may be what this very request did, sent twice.
            Err(refused @ Error::Refused(_)) if asking.named => {
                return self.answered(sql, parameters, asking).await?.ok_or(refused);
            }
            other => other?,
        };
        let said: String = match rows.first() {
            Some(row) => row.try_get(0).map_err(|error| Error::Fault(error.to_string()))?,
            None => return Err(Error::Fault(format!("{}: nothing was said", asking.path))),
        };
        let gave = (asking.hook.ask)(&said)?;
        let vouched = self.vouch(asking.path, &assertion, &said, &gave);
        let mut all: Vec<Param<'_>> = vec![&assertion];
        all.extend(parameters);
        all.push(&vouched);
        self.one(&Statement { sql, parameters: &all }).await
    }
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::NotWritten(hook) => Self::NotWritten(format!(
                "{} is not written yet: {} holds a stub",
                hook.path, hook.file
            )),
            Unanswered::Failed(why) => Self::Fault(why),
        }
    }
}
