//! The compiler's own figures, as tables for docs/benchmarks.md.
//!
//! `cargo bench --bench figures -- compile [N…]` measures the command line at each number of entities;
//! `… -- rules [N…]` the same where every second entity has to do with several rows;
//! `… -- front [N…]` reading and proving alone; `… -- edit [N…]` what an editor waits for;
//! `… -- lines` counts what the committed examples consist of; `… -- blueprint N` prints the input.

/// As the program's own: what it takes and lets go is much of what it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod compiling;
mod counting;
mod editing;
mod generator;
mod process;

use generator::Kind;

fn main() {
    let (bench, arguments): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument == "--bench");
    if bench.is_empty() {
        // `cargo test --all-targets` runs it too, and wants no figures.
        return;
    }
    let numbers: Vec<usize> = arguments.iter().filter_map(|arg| arg.parse().ok()).collect();
    match arguments.first().map(String::as_str) {
        Some("compile") if numbers.is_empty() => compiling::measure(&[10, 100, 1_000], Kind::Plain),
        Some("compile") => compiling::measure(&numbers, Kind::Plain),
        Some("rules") if numbers.is_empty() => compiling::measure(&[10, 100, 1_000], Kind::Rules),
        Some("rules") => compiling::measure(&numbers, Kind::Rules),
        Some("front") if numbers.is_empty() => {
            compiling::measure_front_end(&[1_000, 2_000, 5_000, 10_000]);
        }
        Some("front") => compiling::measure_front_end(&numbers),
        Some("edit") if numbers.is_empty() => editing::measure(&[10, 100, 1_000]),
        Some("edit") => editing::measure(&numbers),
        Some("lines") => counting::count(&["projects", "marketplace"]),
        Some("blueprint") => {
            let entities = numbers.first().copied().unwrap_or(10);
            print!("{}", generator::blueprint(entities, Kind::Plain));
        }
        _ => {
            compiling::measure(&[10, 100, 1_000], Kind::Plain);
            println!();
            counting::count(&["projects", "marketplace"]);
        }
    }
}
