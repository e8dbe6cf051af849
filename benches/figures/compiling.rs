//! `compile` into an empty folder, `compile` again with nothing changed, and `check`; and the front end alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::generator::{self, Kind};
use crate::process::{Cost, run, run_often, run_to};

const BLUEPRINT: &str = env!("CARGO_BIN_EXE_blueprint");

pub fn measure(sizes: &[usize], kind: Kind) {
    println!("| entities | operation | wall ms | CPU ms | peak MiB | lines written |");
    println!("|---|---|---|---|---|---|");
    for entities in sizes.iter().copied() {
        let times = (400 / entities).clamp(3, 20) as u32;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let input = generator::write(folder.path(), entities, kind);
        let out = folder.path().join("out");

        let cold = run_often(times, || {
            if out.exists() {
                fs::remove_dir_all(&out).expect("the folder is ours");
            }
            run(&mut command("compile", &input, &out))
        });
        row(entities, "compile", cold, Some(lines_below(&out)));
        // As after a build: the folder in which it is noted which program compiled.
        fs::create_dir(out.join("target")).expect("it was not there");
        run(&mut command("compile", &input, &out));
        row(
            entities,
            "compile, no change",
            run_often(times, || run(&mut command("compile", &input, &out))),
            None,
        );
        row(entities, "check", run_often(times, || run(&mut command("check", &input, &out))), None);
    }
}

/// Reading, shape, names and proofs: `check` of what has one mistake, at its end, so that nothing is written or compared.
pub fn measure_front_end(sizes: &[usize]) {
    println!("| entities | wall ms | CPU ms | peak MiB |");
    println!("|---|---|---|---|");
    for entities in sizes.iter().copied() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let input = generator::write(folder.path(), entities, Kind::Plain);
        generator::misspell(folder.path(), entities);
        let out = folder.path().join("out");
        let cost = run_often(5, || run_to(1, &mut command("check", &input, &out)));
        println!(
            "| {entities} | {} | {} | {} |",
            cost.wall.as_millis(),
            cost.cpu.as_millis(),
            cost.peak / 1024
        );
    }
}

fn command(name: &str, input: &Path, out: &Path) -> Command {
    let mut command = Command::new(BLUEPRINT);
    command.arg(name).arg(input).arg("--out").arg(out);
    command
}

fn row(entities: usize, operation: &str, cost: Cost, lines: Option<usize>) {
    println!(
        "| {entities} | {operation} | {} | {} | {} | {} |",
        cost.wall.as_millis(),
        cost.cpu.as_millis(),
        cost.peak / 1024,
        lines.map(|lines| lines.to_string()).unwrap_or_default(),
    );
}

fn lines_below(folder: &Path) -> usize {
    fs::read_dir(folder)
        .expect("the folder was just written")
        .map(|entry| entry.expect("the folder is ours").path())
        .map(|path| if path.is_dir() { lines_below(&path) } else { lines_of(&path) })
        .sum()
}

pub fn lines_of(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}
