//! Random expressions over random rows: the evaluator, PostgreSQL, printed Rust and, where it has the
//! same, CEL come to the same value or the same fault.
//!
//! `BLUEPRINT_CASES` says how many, `BLUEPRINT_TEST_SEED` repeats a run.

mod cel;
mod compiled;
mod database;
mod generate;
mod outcome;
mod random;
mod readings;
mod reference;
#[path = "../../templates/tests/support/postgres.rs"]
mod server;
mod world;

use generate::Generator;
use random::{Random, seed};
use readings::{Asked, Readings};
use world::Case;

/// Rows of a run, and how many of them an expression is tried on.
const ROWS: usize = 80;
const OVER: usize = 20;

/// What a right expression may be refused for: a constant in it that fits nothing, its size, and a test
/// that a test around it has made needless.
const REFUSED: [&str; 6] = [
    "does not fit 64 bits",
    "divides by zero",
    "10,000 years",
    "too many parts",
    "too long",
    "always set",
];

#[test]
fn all_readings_of_an_expression_agree() {
    let cases = std::env::var("BLUEPRINT_CASES").map_or(2_000, |count| count.parse().unwrap());
    let mut random = Random::seeded(seed(None));
    let rows: Vec<Case> = (0..ROWS).map(|_| Case::random(&mut random)).collect();
    let asked: Vec<Asked> = (0..cases / OVER).map(|_| ask(&mut random)).collect();
    let mut readings = Readings::over(rows);
    let told = readings.compare(&asked);
    if let Some(first) = told.differences.first() {
        let asked = &asked[first.index];
        panic!(
            "{} of {} cases differ. The first, of `{}`:\n{}",
            told.differences.len(),
            told.cases,
            asked.text,
            readings.smallest(asked, first)
        );
    }
    eprintln!("{} cases agree; {} of them fail, {} are CEL too", told.cases, told.faults, told.cel);
    // Were nothing ever out of range, or CEL never asked, less would be tried than is said.
    if told.cases >= 10_000 {
        assert!(
            told.faults * 500 > told.cases,
            "only {} of {} cases fail",
            told.faults,
            told.cases
        );
        assert!(told.cel * 10 > told.cases, "only {} of {} cases are CEL", told.cel, told.cases);
    }
}

fn ask(random: &mut Random) -> Asked {
    loop {
        let (ty, text) = Generator::new(random).any();
        match world::read(&text, &ty) {
            Ok(expr) => {
                let over = (0..OVER).map(|_| random.below(ROWS)).collect();
                return Asked { text, expr, over };
            }
            Err(told) if REFUSED.iter().any(|refused| told.contains(refused)) => {}
            Err(told) => panic!("`{text}` is refused: {told}"),
        }
    }
}
