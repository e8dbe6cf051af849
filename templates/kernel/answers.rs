//! Answers that the database keeps under their callers' keys, so that a repeat is given the same.

use tokio_postgres::{Client, Error};

/// Takes away those whose time is over, and says how many; none where no action knows repeats.
pub async fn forget(client: &Client) -> Result<i64, Error> {
    let known = "SELECT to_regprocedure('rt.forget_answers()') IS NOT NULL";
    match client.query_one(known, &[]).await?.try_get(0)? {
        true => client.query_one("SELECT rt.forget_answers()", &[]).await?.try_get(0),
        false => Ok(0),
    }
}
