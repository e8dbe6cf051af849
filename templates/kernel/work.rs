//! What is done without anybody asking: timers that are due.
//!
//! Each row is one statement, and so one transaction, of the database, which finds it, asks again and
//! locks it: any number of workers may run beside each other, and one that is killed leaves a row done
//! or untouched.

use std::future::Future;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::db::Worker;
use super::limits;

/// An action that the clock does.
#[derive(Debug, Clone, Copy)]
pub struct Timer {
    /// `entities.Booking.actions.expire`.
    pub path: &'static str,
    /// Does it to one row that is due: its id, and why it was refused; no row where none is due.
    pub sql: &'static str,
}

/// What one pass over all timers came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub rows: u64,
    pub refused: u64,
}

/// Works until SIGTERM or SIGINT, and ends what is under way first. What the database cannot do now
/// is tried again.
pub async fn work(worker: &Worker, timers: &[Timer]) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stopped = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tokio::pin!(stopped);
    tracing::info!(timers = timers.len(), "working");
    let mut client = None;
    loop {
        let pause = match pass(&mut client, worker, timers, true).await {
            Ok(done) if done.rows > 0 => Duration::ZERO,
            Ok(_) => limits::TIMERS,
            Err(reason) => {
                tracing::warn!(%reason, "work is interrupted");
                client = None;
                limits::TIMERS
            }
        };
        if stopped_within(pause, stopped.as_mut()).await {
            tracing::info!("stopping");
            return Ok(());
        }
    }
}

/// Does all that is due now, and no more.
pub async fn once(worker: &Worker, timers: &[Timer]) -> Result<Done, String> {
    let mut client = None;
    let mut all = Done::default();
    loop {
        let done = pass(&mut client, worker, timers, false).await?;
        all.rows += done.rows;
        all.refused += done.refused;
        if done.rows + done.refused == 0 {
            return Ok(all);
        }
    }
}

async fn stopped_within(pause: Duration, stopped: impl Future<Output = ()>) -> bool {
    tokio::select! {
        biased;
        () = stopped => true,
        () = tokio::time::sleep(pause) => false,
    }
}

/// A part of what is due, of each timer, so that none waits for all rows of another.
async fn pass(
    client: &mut Option<Client>,
    worker: &Worker,
    timers: &[Timer],
    told: bool,
) -> Result<Done, String> {
    let client = match client {
        Some(client) => client,
        None => client.insert(worker.connect().await?),
    };
    let mut done = Done::default();
    for timer in timers {
        for _ in 0..limits::TIMER_ROWS {
            match one(client, timer).await.map_err(|error| said(&error))? {
                None => break,
                Some((_, None)) => done.rows += 1,
                Some((row, Some(reason))) => {
                    done.refused += 1;
                    if told {
                        tracing::warn!(timer = timer.path, %row, %reason, "a timer is refused");
                    } else {
                        eprintln!("{} {row}: {reason}", timer.path);
                    }
                }
            }
        }
    }
    Ok(done)
}

/// One row; tried again where another transaction stood in the way.
async fn one(client: &Client, timer: &Timer) -> Result<Option<(Uuid, Option<String>)>, Error> {
    loop {
        match client.query_opt(timer.sql, &[]).await {
            Err(error) if collided(&error) => continue,
            other => return Ok(other?.map(|row| (row.get(0), row.get(1)))),
        }
    }
}

fn collided(error: &Error) -> bool {
    let code = error.code();
    code == Some(&SqlState::T_R_SERIALIZATION_FAILURE)
        || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

fn said(error: &Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} {}", error.code().code(), error.message()),
        None => error.to_string(),
    }
}

/// What timers could not do, each a line: since when, how often, when it is tried again, and why.
pub async fn failures(client: &Client) -> Result<Vec<String>, Error> {
    let sql = "SELECT format('%s %s: %s, tried %s times, again at %s', timer, row_id, why, tries,
                             date_trunc('second', again_at))
               FROM clock.failure ORDER BY timer, at";
    Ok(client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}
