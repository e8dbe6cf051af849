//! What is being tried stands in a file, so that it is there whatever becomes of the process; and an answer that does
//! not come ends it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A debug build on a busy machine answers a text in far less than a second.
const SECONDS: u64 = 120;

/// Counts up with every text; zero while none is tried.
static TURN: AtomicU64 = AtomicU64::new(0);

/// Where the text of this kind that is being tried stands.
pub fn file(kind: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder.join(format!("{kind}.yaml"))
}

/// Called before each text.
pub fn begins(kind: &str, at: usize, text: &[u8]) {
    fs::write(file(kind), text).expect("the target folder can be written");
    TURN.store(at as u64 + 1, Ordering::Relaxed);
}

/// Called after the last.
pub fn ends(kind: &str) {
    TURN.store(0, Ordering::Relaxed);
    fs::remove_file(file(kind)).expect("it was written before");
}

/// Ends the process where one text takes too long.
pub fn over(kind: &'static str, seed: u64) {
    thread::spawn(move || {
        let mut last = (0, 0);
        loop {
            thread::sleep(Duration::from_secs(1));
            let turn = TURN.load(Ordering::Relaxed);
            last = if turn == last.0 { (turn, last.1 + 1) } else { (turn, 0) };
            if turn == 0 && last.1 > 2 {
                return;
            }
            if turn > 0 && last.1 > SECONDS {
                let file = file(kind);
                eprintln!("{kind} {} of seed {seed} has no answer: {}", turn - 1, file.display());
                std::process::exit(101);
            }
        }
    });
}
