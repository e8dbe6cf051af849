//! What an editor waits for after a key is struck: the front end over the text as it is, and the index of names.

use std::fs;
use std::time::Duration;

use crate::generator;
use blueprint::diagnostics::Diagnostics;
use blueprint::source::Sources;
use blueprint::{proofs, resolve, syntax, yaml};

/// One step over a blueprint, with what the steps before it left.
struct Steps {
    /// CPU time of each, the last of letting all of it go.
    taken: [Duration; 6],
    names: usize,
}

const TIMES: usize = 7;

pub fn measure(sizes: &[usize]) {
    println!(
        "| entities | names | YAML | shapes | resolve | proofs | index | let go | all, CPU ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for entities in sizes.iter().copied() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let main = generator::write(folder.path(), entities, generator::Kind::Plain);
        let sources = blueprint::load(&main).expect("it was just written");
        let all: Vec<Steps> = (0..TIMES).map(|_| steps(&sources)).collect();
        let median = |step: usize| {
            let mut times: Vec<Duration> = all.iter().map(|steps| steps.taken[step]).collect();
            times.sort();
            times[TIMES / 2]
        };
        let steps: Vec<Duration> = (0..6).map(median).collect();
        let cells: Vec<String> = steps.iter().map(|step| step.as_millis().to_string()).collect();
        let sum: Duration = steps.iter().sum();
        let (cells, names) = (cells.join(" | "), all[0].names);
        println!("| {entities} | {names} | {cells} | {} |", sum.as_millis());
    }
}

/// As `blueprint::study` takes them.
fn steps(sources: &Sources) -> Steps {
    let mut taken = [Duration::ZERO; 6];
    let mut start = cpu();
    let mut step = |at: usize| {
        let now = cpu();
        taken[at] = now - start;
        start = now;
    };
    let mut diagnostics = Diagnostics::new();
    let trees = yaml::parse_all(sources, &mut diagnostics);
    step(0);
    let document = syntax::document(trees, sources.includes(), &mut diagnostics);
    let document = document.expect("what is generated can be read");
    step(1);
    let resolved = resolve::resolve(&document);
    step(2);
    proofs::prove(&resolved.model, &resolved.places, &mut diagnostics);
    step(3);
    let index = resolve::index::index(&document);
    step(4);
    assert!(!diagnostics.has_errors(), "what is generated compiles");
    let names = index.symbols().count();
    drop((resolved, index, document));
    step(5);
    Steps { taken, names }
}

/// CPU time of this thread: whatever else is at work on the machine does not count.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("/proc is mounted");
    let nanoseconds = stat.split(' ').next().and_then(|field| field.parse().ok());
    Duration::from_nanos(nanoseconds.expect("it begins with a number"))
}
