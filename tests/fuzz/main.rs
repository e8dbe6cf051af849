//! Whatever text is given: the compiler answers, in words, at places that are there.
//!
//! Three sources of text, all from one seed: bytes; documents put together from the language's words, names and nasty
//! values; and blueprints that are good or nearly so, cut, doubled and spliced with each other. Of each answer
//! [`answer`] holds that it comes, that every place in it is a place, that nothing is told twice, that every form of
//! it is well-formed and moves no cursor, and that what is accepted gives Rust that parses.
//!
//! The number of texts bounds a run, never a clock. `BLUEPRINT_FUZZ=100000 cargo test --test fuzz` runs longer,
//! `BLUEPRINT_TEST_SEED=7` elsewhere. More than 200 MiB ([`memory`]), no answer ([`watch`]) and SQL that PostgreSQL
//! refuses ([`database`]; of each kind a few are tried) are failures too. [`limits`] tries what no seed finds: texts as
//! large as may be. A failure prints its seed and number, and its
//! text stands in a file of the target folder: keep it under `found`, where every run tries it again.

mod answer;
mod database;
mod limits;
mod memory;
#[path = "../shared/multiplied.rs"]
mod multiplied;
#[path = "../shared/random.rs"]
mod random;
#[path = "../../templates/tests/support/postgres.rs"]
mod server;
mod texts;
mod watch;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use answer::Judge;
use random::{Random, seed};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// Texts of each kind, unless `BLUEPRINT_FUZZ` says otherwise.
const TEXTS: usize = 400;

/// One kind at a time: memory is counted over all.
static ALONE: Mutex<()> = Mutex::new(());

fn run(kind: &'static str, make: impl Fn(&mut Random) -> Vec<u8>) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let texts =
        std::env::var("BLUEPRINT_FUZZ").map_or(TEXTS, |count| count.parse().expect("a number"));
    let seed = seed(Some(1));
    let mut judge = Judge::default();
    watch::over(kind, seed);
    for at in 0..texts {
        let mut random = Random::seeded(seed << 32 | at as u64);
        let text = make(&mut random);
        watch::begins(kind, at, &text);
        let judged = catch_unwind(AssertUnwindSafe(|| judge.judge(&text)));
        let wrong = match judged {
            Ok(Ok(())) => continue,
            Ok(Err(wrong)) => wrong,
            Err(_) => "it panics".to_owned(),
        };
        let shown = String::from_utf8_lossy(&text);
        panic!("{kind} {at} of seed {seed} ({}): {wrong}\n{shown}", watch::file(kind).display());
    }
    watch::ends(kind);
    let (Judge { accepted, refused, applied, .. }, most) = (judge, memory::most());
    println!(
        "{kind}: {accepted} accepted, {applied} applied, {refused} refused, {most} MiB at most"
    );
}

#[test]
fn bytes() {
    run("bytes", texts::bytes);
}

#[test]
fn documents() {
    run("documents", texts::document);
}

#[test]
fn blueprints() {
    let good = texts::blueprints();
    run("blueprints", |random| texts::damaged(&good, random));
}

/// What was wrong once.
#[test]
fn found() {
    let mut judge = Judge::default();
    for (name, text) in texts::found() {
        if let Err(wrong) = judge.judge(&text) {
            panic!("{name}: {wrong}");
        }
    }
}
