//! A code has a page, and a page a code.

use crate::sources::{below, none};
use blueprint::diagnostics::codes;

#[test]
fn each_code_has_a_page_and_each_page_a_code() {
    let mut findings = Vec::new();
    for code in codes::ALL {
        let head = format!("# {}: {}", code.id, code.title);
        let sections = ["## What it does", "## Why it is refused", "## Example", "## Way out"];
        if code.page.lines().next() != Some(&head) {
            findings.push(format!("docs/codes/{}.md does not begin with `{head}`", code.id));
        }
        for section in sections {
            if !code.page.lines().any(|line| line == section) {
                findings.push(format!("docs/codes/{}.md has no `{section}`", code.id));
            }
        }
    }
    for page in below("docs/codes") {
        let name = page.path.trim_start_matches("docs/codes/").trim_end_matches(".md");
        if name != "README" && codes::find(name).is_none() {
            findings.push(format!("{}: there is no such code", page.path));
        }
    }
    none(&findings, "codes and pages");
}

#[test]
fn codes_are_in_order_and_each_is_one() {
    let ids: Vec<&str> = codes::ALL.iter().map(|code| code.id).collect();
    assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
}
