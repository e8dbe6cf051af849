//! Every line of the shipped blueprints, damaged in every way that a hand can damage it.
//!
//! Each line is deleted, doubled, exchanged with the next, moved in and out; each of its words is misspelt; values are
//! exchanged within it and with the next line. A mutant must be one of these, and is counted as the first that it is:
//!
//! - **the same**: the model is the same, fact by fact; in what order it tells them means nothing;
//! - **diagnosed at the line**: a diagnostic points at a line that was touched;
//! - **diagnosed at a dependant**: a diagnostic points at a line that the touched one stands under, that stands under
//!   it or beside it, that has a name of it, or speaks of such a name; *every* diagnostic must be one of these two,
//!   so none is about something else;
//! - **another blueprint**, in which nothing was lost on the way from text to model. That is held by a second reader
//!   ([`naive`]) that shares nothing with the compiler: it must be able to read the text (what it gives up on, such as
//!   a line that YAML folds into the one before, the compiler must not accept), no path may stand in it twice, and
//!   - every fact that it reads is a fact of the model: a word that the model knows nothing of was dropped in silence;
//!   - every fact whose text changed has changed in the model: the parser does not read it as something else;
//!   - every fact that is gone from the text is gone from the model, or was only its default;
//!   - where no text was taken away (lines exchanged, doubled, moved), there are no fewer rules, requirements, keys,
//!     conditions, frozen fields, starting states and reasons than before.
//!
//! So deleting a rule whole is an honest other blueprint; everything else that loses one is not. Warnings count as
//! diagnostics; what one that stands elsewhere lets through is held to the same.
//!
//! A run tries every n-th mutant; `BLUEPRINT_LINES=all` tries all (minutes), `BLUEPRINT_TEST_SEED=7` other slips;
//! `BLUEPRINT_SHOW=1` with `-- --nocapture` tells of each what it is.

mod facts;
mod judge;
mod mutants;
mod naive;
#[path = "../shared/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use judge::{Original, Verdict, judge};
use mutants::Mutant;
use random::{Random, seed};

/// Of so many mutants one is tried, unless all are.
const ONE_OF: usize = 24;

#[test]
fn no_line_of_projects_is_lost() {
    check("projects", 1);
}

#[test]
fn no_line_of_marketplace_is_lost() {
    let all = std::env::var("BLUEPRINT_LINES").is_ok_and(|wanted| wanted == "all");
    check("marketplace", if all { 1 } else { ONE_OF });
}

/// A mutant and where it is from.
struct From<'t> {
    file: &'t Path,
    /// From 1.
    line: usize,
    text: &'t str,
    mutant: Mutant,
}

fn check(name: &str, one_of: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints").join(name);
    let original = Original::of(folder.join("blueprint.yaml"));
    let sources = blueprint::load(&original.path).expect("it can be read");
    let seed = seed(Some(1));
    let mut random = Random::seeded(seed);
    let mut all: Vec<From<'_>> = Vec::new();
    let mut count = 0;
    for id in sources.ids() {
        let file = sources.path(id).expect("it was read from a file");
        let lines: Vec<&str> = sources.file(id).text.lines().collect();
        count += lines.len();
        for (at, text) in lines.iter().enumerate() {
            let mutants = mutants::of_line(&lines, at, &mut random);
            all.extend(mutants.into_iter().map(|mutant| From { file, line: at + 1, text, mutant }));
        }
    }
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        index % one_of == seed as usize % one_of
    });
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = all.len().div_ceil(workers).max(1);
    let verdicts: Vec<Result<Verdict, String>> = thread::scope(|scope| {
        let original = &original;
        let of_part = |part: &[From<'_>]| -> Vec<Result<Verdict, String>> {
            part.iter().map(|from| judge(&from.mutant, from.file, original)).collect()
        };
        let running: Vec<_> =
            all.chunks(share).map(|part| scope.spawn(move || of_part(part))).collect();
        running.into_iter().flat_map(|one| one.join().expect("no mutant breaks it")).collect()
    });
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut lost = Vec::new();
    let shown = std::env::var_os("BLUEPRINT_SHOW").is_some();
    for (From { file, line, text, mutant }, verdict) in all.iter().zip(verdicts) {
        let file = file.file_name().expect("it is a file").display();
        if shown {
            println!("{verdict:?}: {file}:{line}, {}\n    {text}", mutant.what);
        }
        match verdict {
            Ok(verdict) => *counts.entry(verdict).or_default() += 1,
            Err(why) => lost.push(format!("{file}:{line}, {}: {why}\n    {text}", mutant.what)),
        }
    }
    println!("{} mutants of {count} lines: {counts:?}, {} lost", all.len(), lost.len());
    assert!(lost.is_empty(), "{} of {}:\n{}", lost.len(), all.len(), lost.join("\n"));
}
