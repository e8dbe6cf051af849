//! Runs one form for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::Fallible;
use crate::cpu::Cpu;
use crate::forms::Form;

/// One run, per request.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// CPU, in microseconds.
    pub postgres: f64,
    pub client: f64,
    /// Requests a second.
    pub rate: f64,
}

impl Measured {
    pub fn new(requests: u64, span: Duration, cpu: &Cpu) -> Self {
        let spent = cpu.spent();
        let each = 1e6 / requests.max(1) as f64;
        Self {
            postgres: spent.postgres * each,
            client: spent.client * each,
            rate: requests as f64 / span.as_secs_f64(),
        }
    }

    pub fn median(all: &mut [Self]) -> Self {
        let mut middle = |value: fn(&Self) -> f64| {
            all.sort_by(|a, b| value(a).total_cmp(&value(b)));
            all.get(all.len() / 2).map_or(0.0, value)
        };
        Self {
            postgres: middle(|one| one.postgres),
            client: middle(|one| one.client),
            rate: middle(|one| one.rate),
        }
    }
}

/// How many requests `clients` made in `span`.
pub async fn run(form: &Form, clients: usize, span: Duration) -> Fallible<u64> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let stop = Arc::clone(&stop);
        let mut worker = form.worker().await?;
        tasks.push(tokio::spawn(async move {
            let mut done = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                worker.request().await?;
                done += 1;
            }
            Fallible::Ok(done)
        }));
    }
    tokio::time::sleep(span).await;
    stop.store(true, Ordering::Relaxed);
    let mut requests = 0;
    for task in tasks {
        requests += task.await??;
    }
    Ok(requests)
}
