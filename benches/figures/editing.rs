//! What an editor waits for after a key is struck: the front end over the text as it is, and the index of names.

use std::time::{Duration, Instant};

use crate::generator;
use blueprint::source::Sources;

pub fn measure(sizes: &[usize]) {
    println!("| entities | names | study ms |");
    println!("|---|---|---|");
    for entities in sizes.iter().copied() {
        let sources = Sources::from_text("blueprint.yaml", generator::blueprint(entities));
        let mut times: Vec<Duration> = Vec::new();
        let mut names = 0;
        for _ in 0..5 {
            let start = Instant::now();
            let study = blueprint::study(&sources);
            times.push(start.elapsed());
            names = study.index.map_or(0, |index| index.symbols().count());
        }
        times.sort();
        println!("| {entities} | {names} | {} |", times[times.len() / 2].as_millis());
    }
}
