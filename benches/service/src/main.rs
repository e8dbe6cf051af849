//! Requests to the service of `examples/projects`, and the same work by the bare query.
//!
//! `bench-service` needs `DATABASE_ADMIN_URL`: a superuser of a PostgreSQL that may be written to. It
//! makes the database `projects_bench` there, fills it, starts the service as a process of its own,
//! and prints a Markdown table. See `run` beside this package.

mod cpu;
mod forms;
mod load;
mod seed;
mod service;

use std::error::Error;
use std::time::Duration;

use cpu::Cpu;
use forms::{Form, Operation};
use load::Measured;

/// Clients at the same time, and connections of a pool.
const CLIENTS: usize = 8;
const ROUNDS: usize = 3;
const SPAN: Duration = Duration::from_secs(3);

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Fallible<()> {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return service::listen();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> Fallible<()> {
    let admin = std::env::var("DATABASE_ADMIN_URL").map_err(|_| "DATABASE_ADMIN_URL is not set")?;
    let world = seed::seed(&admin).await?;
    let service = service::start(&world).await?;
    let forms = forms::all(&world, &service).await?;

    let mut results: Vec<Vec<Measured>> = vec![Vec::new(); forms.len()];
    for round in 0..=ROUNDS {
        for (form, measured) in forms.iter().zip(&mut results) {
            let cpu = Cpu::start(world.postmaster, form.client(&service));
            let requests = load::run(form, CLIENTS, SPAN).await?;
            eprintln!("{} by {}: {requests}", form.operation.name(), form.kind.name());
            // The first round warms plans and pages.
            if round > 0 {
                measured.push(Measured::new(requests, SPAN, &cpu));
            }
        }
    }
    print(&forms, &mut results);
    Ok(())
}

fn print(forms: &[Form], results: &mut [Vec<Measured>]) {
    println!(
        "| operation | form | PostgreSQL CPU µs | client CPU µs | both, of bare | requests/s |"
    );
    println!("|---|---|---|---|---|---|");
    for operation in Operation::ALL {
        let mut bare = 0.0;
        for (form, measured) in forms.iter().zip(results.iter_mut()) {
            if form.operation != operation {
                continue;
            }
            let row = Measured::median(measured);
            let both = row.postgres + row.client;
            if bare == 0.0 {
                bare = both;
            }
            println!(
                "| {} | {} | {:.0} | {:.0} | {:.2} | {:.0} |",
                operation.name(),
                form.kind.name(),
                row.postgres,
                row.client,
                both / bare,
                row.rate,
            );
        }
    }
}
