//! A file holds one idea; one that is long, its tests aside, says here why.

use crate::sources::{none, rust};

const LINES: usize = 450;

/// Files that are long for a reason.
const LONG: &[(&str, &str)] =
    &[("src/plan/openapi.rs", "one document, told from its head to its end")];

#[test]
fn a_long_file_has_a_reason() {
    let mut findings = Vec::new();
    for file in rust("src") {
        let code = file.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code.lines().count();
        let excused = LONG.iter().any(|(path, _)| *path == file.path);
        if lines > LINES && !excused {
            findings.push(format!("{}: {lines} lines; are they two ideas?", file.path));
        } else if lines <= LINES && excused {
            findings.push(format!("{}: {lines} lines need no reason any more", file.path));
        }
    }
    none(&findings, "files that are too long");
}
