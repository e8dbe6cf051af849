//! The folders.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use blueprint::diagnostics::render::{Look, human};
use blueprint::diagnostics::{Diagnostics, codes};
use blueprint::source::{Sources, Unsaved};

use super::{diagnose, generated};

pub fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("there are cases")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A case as it is read; one that is not there is made.
fn sources(path: &Path) -> Sources {
    if path.exists() {
        blueprint::load_as(path, "blueprint.yaml", &Unsaved::new()).expect("it can be read")
    } else {
        Sources::from_bytes("blueprint.yaml", generated::blueprint(path))
    }
}

/// A case and what is said of it.
pub struct Case {
    pub folder: PathBuf,
    pub sources: Sources,
    pub diagnostics: Diagnostics,
}

/// Each, read once.
pub fn all() -> &'static [Case] {
    static ALL: OnceLock<Vec<Case>> = OnceLock::new();
    ALL.get_or_init(|| {
        let cases = folders().into_iter().map(|folder| {
            let sources = sources(&folder.join("blueprint.yaml"));
            let diagnostics = diagnose(&sources);
            Case { folder, sources, diagnostics }
        });
        cases.collect()
    })
}

fn said(path: &Path) -> String {
    let sources = sources(path);
    human(&diagnose(&sources), &sources, Look::Plain)
}

#[test]
fn each_case_says_what_is_expected() {
    let update = std::env::var_os("BLUEPRINT_UPDATE").is_some();
    let mut wrong = String::new();
    for folder in folders() {
        let expected = folder.join("expected.txt");
        let said = said(&folder.join("blueprint.yaml"));
        if update {
            fs::write(&expected, &said).expect("it can be written");
        } else if said != read(&expected) {
            let _ = writeln!(wrong, "{} says now:\n{said}", folder.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_fixed_is_fixed() {
    for folder in folders() {
        let fixed = folder.join("fixed.yaml");
        if fixed.exists() {
            assert_eq!(said(&fixed), "", "{}", fixed.display());
        }
    }
}

#[test]
fn every_code_has_a_case() {
    let shown: BTreeSet<String> = folders()
        .iter()
        .flat_map(|folder| {
            let text = read(&folder.join("expected.txt"));
            let codes: Vec<String> = text
                .lines()
                .filter_map(|line| {
                    line.strip_prefix("error[").or(line.strip_prefix("warning["))?.split(']').next()
                })
                .map(str::to_owned)
                .collect();
            codes
        })
        .collect();
    let missing: Vec<&str> =
        codes::ALL.iter().map(|code| code.id).filter(|id| !shown.contains(*id)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
