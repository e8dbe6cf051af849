//! Whatever text is given: the compiler answers, in words, at places that are there.
//!
//! Three sources of text, all from one seed: bytes; documents put together from the language's words, names and nasty
//! values; and blueprints that are good or nearly so, cut, doubled and spliced with each other. Of each answer
//! [`answer`] holds that it comes, that every place in it is a place, that nothing is told twice, that every form of
//! it is well-formed and moves no cursor, and that what is accepted gives Rust that parses.
//!
//! The number of texts bounds a run, never a clock. `BLUEPRINT_FUZZ=100000 cargo test --test fuzz` runs longer,
//! `BLUEPRINT_TEST_SEED=7` elsewhere; a failure prints its seed and number, and writes out its text: keep it under
//! `found`, where every run tries it again.

mod answer;
mod texts;

#[path = "../lines/random.rs"]
mod random;

use std::panic::{AssertUnwindSafe, catch_unwind};

use answer::Judge;
use random::Random;

/// Texts of each kind, unless `BLUEPRINT_FUZZ` says otherwise.
const TEXTS: usize = 400;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn run(kind: &str, make: impl Fn(&mut Random) -> Vec<u8>) {
    let seed = number("BLUEPRINT_TEST_SEED", 1);
    let mut judge = Judge::default();
    for at in 0..number("BLUEPRINT_FUZZ", TEXTS) {
        let mut random = Random::seeded((seed as u64) << 32 | at as u64);
        let text = make(&mut random);
        let judged = catch_unwind(AssertUnwindSafe(|| judge.judge(&text)));
        let wrong = match judged {
            Ok(Ok(())) => continue,
            Ok(Err(wrong)) => wrong,
            Err(_) => "it panics".to_owned(),
        };
        let shown = String::from_utf8_lossy(&text);
        panic!("{kind} {at} of seed {seed}: {wrong}\n{shown}");
    }
    println!("{kind}: {} accepted, {} refused", judge.accepted, judge.refused);
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
