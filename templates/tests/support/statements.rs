//! Every SQL text of the service, prepared in the role that sends it.

use super::database::Template;
use super::{Bench, Faults, Tests};
use std::fs;
use std::path::{Path, PathBuf};

pub fn add(tests: &mut Tests) {
    tests.add("statements/prepared".to_owned(), prepared);
}

fn prepared(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::Empty);
    let mut texts = Vec::new();
    collect(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/generated"), &mut texts);
    for text in texts {
        let mut words = text.trim_start().trim_start_matches("-- ").split_whitespace();
        let (Some(role), Some(path)) = (words.next(), words.next()) else { continue };
        let prepared = database.login(role).client().prepare(&text);
        faults.check(prepared.is_ok(), || format!("{role} {path}: {:?}\n{text}", prepared.err()));
    }
}

/// Raw strings that begin with a comment which names role and path.
fn collect(folder: &Path, texts: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("the service's sources are there");
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap_or_default();
            let raw = source.split("r#\"").skip(1).filter_map(|rest| rest.split("\"#").next());
            texts.extend(raw.filter(|text| text.starts_with("\n-- ")).map(str::to_owned));
        }
    }
}
