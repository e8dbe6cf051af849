//! Texts to be answered.

use std::fs;
use std::path::{Path, PathBuf};

use super::random::Random;

/// What YAML, the language, SQL, Rust, shells, templates and terminals take for more than text.
const NASTY: &[&str] = &[
    "",
    "~",
    "null",
    "NO",
    "on",
    "007",
    "1.10",
    "16:00",
    "1e9",
    "-0",
    "0x1F",
    "=",
    "<<",
    "&a",
    "*a",
    "!!str x",
    "!",
    "|",
    ">-",
    "%",
    "@",
    "`",
    "'",
    "\"",
    "\"\\u001b[2J\"",
    "\"\\0\"",
    "\u{202e}",
    "\u{feff}",
    "é",
    "日本",
    "🦀",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "- ",
    "? ",
    "#",
    "---",
    "...",
    "\t",
    "\r",
    "{{ 7*7 }}",
    "{% raw %}",
    "${HOME}",
    "$(id)",
    "`id`",
    "'; DROP TABLE x; --",
    "*/",
    "\"]",
    "]]>",
    "r#\"",
    "{}",
    "{0}",
    "%s",
    "../../etc/passwd",
    "/dev/null",
    "\\",
    "9223372036854775808",
    "text(1..99999999999999999999)",
    "now() < now() + 9223372036854775807d",
    "((((((((((",
    "not not not not a",
    "a && b || c && d",
    "x is a|b|c",
    "state is open",
    "fn",
    "select",
    "self",
    "Self",
    "type",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

const WORDS: &[&str] = &[
    "blueprint",
    "service",
    "name",
    "summary",
    "currency",
    "identity",
    "user",
    "contexts",
    "tenant",
    "grants",
    "founder",
    "path",
    "tokens",
    "settings",
    "roles",
    "in",
    "includes",
    "entities",
    "fields",
    "type",
    "optional",
    "default",
    "frozen",
    "deleted",
    "parties",
    "states",
    "list",
    "groups",
    "unique",
    "where",
    "global",
    "rules",
    "read",
    "when",
    "all",
    "actions",
    "by",
    "accept",
    "from",
    "to",
    "input",
    "require",
    "because",
    "required",
    "scope",
    "through",
    "platform",
    "routes",
    "standard",
    "include",
    "create",
    "found",
    "grant",
    "revoke",
    "Task",
    "Project",
    "User",
    "Team",
    "Member",
    "member",
    "lead",
    "team",
    "title",
    "due",
    "assignee",
    "open",
    "done",
    "any",
    "anyone",
    "me",
    "self",
    "1",
    "true",
    "false",
    "text(1..80)",
    "optional date",
    "ref Task",
    "ref User in team",
    "money",
    "one of a|b",
    "range of timestamp",
    "due is set",
    "title == \"x\"",
    "now() < due",
    "tables",
    "commands",
    "hooks",
    "webhooks",
    "totals",
    "exclude",
];

pub fn bytes(random: &mut Random) -> Vec<u8> {
    let length = random.below(300);
    let of_text = b"abc:{}[],-# \n\n  \"'|>&*!%@`\\\t\r0";
    (0..length)
        .map(|_| match random.below(12) {
            0 => random.below(256) as u8,
            _ => of_text[random.below(of_text.len())],
        })
        .collect()
}

pub fn document(random: &mut Random) -> Vec<u8> {
    let mut text = String::new();
    if random.below(8) > 0 {
        text.push_str("blueprint: 1\nservice: { name: shop, currency: EUR }\n");
    }
    for section in ["identity", "roles", "entities", "settings", "routes", "include"] {
        if random.below(3) > 0 {
            text.push_str(section);
            text.push(':');
            value(&mut text, random, 1);
        }
    }
    text.into_bytes()
}

fn word(random: &mut Random) -> &'static str {
    let words = if random.below(12) == 0 { NASTY } else { WORDS };
    words[random.below(words.len())]
}

/// What stands after a colon or a dash, with its line's end.
fn value(text: &mut String, random: &mut Random, depth: usize) {
    let margin = "  ".repeat(depth);
    match random.below(if depth > 5 { 3 } else { 8 }) {
        0 | 1 => text.push_str(&format!(" {}\n", word(random))),
        2 => {
            let items: Vec<&str> = (0..random.below(5)).map(|_| word(random)).collect();
            text.push_str(&format!(" [{}]\n", items.join(", ")));
        }
        3 => {
            let entries: Vec<String> = (0..random.below(5))
                .map(|_| format!("{}: {}", word(random), word(random)))
                .collect();
            text.push_str(&format!(" {{ {} }}\n", entries.join(", ")));
        }
        4 => {
            text.push('\n');
            for _ in 0..random.below(4) {
                text.push_str(&format!("{margin}-"));
                value(text, random, depth + 1);
            }
        }
        _ => {
            text.push('\n');
            for _ in 0..1 + random.below(5) {
                text.push_str(&format!("{margin}{}:", word(random)));
                value(text, random, depth + 1);
            }
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn children(folder: PathBuf) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths
}

/// Good ones, and what the UI cases have of good and bad.
pub fn blueprints() -> Vec<String> {
    let cases = children(root().join("tests/ui"))
        .into_iter()
        .flat_map(|case| ["blueprint.yaml", "fixed.yaml"].map(|name| case.join(name)));
    let shipped = ["projects", "starter"]
        .map(|name| root().join("blueprints").join(name).join("blueprint.yaml"));
    let texts = shipped.into_iter().chain(cases).filter_map(|path| fs::read_to_string(path).ok());
    texts.filter(|text| text.len() < 4000).collect()
}

/// One of them, after a few accidents.
pub fn damaged(good: &[String], random: &mut Random) -> Vec<u8> {
    let one = &good[random.below(good.len())];
    let mut lines: Vec<String> = one.lines().map(str::to_owned).collect();
    for _ in 0..random.below(4) {
        if lines.is_empty() {
            break;
        }
        let at = random.below(lines.len());
        match random.below(7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = &good[random.below(good.len())];
                let from: Vec<&str> = other.lines().collect();
                if !from.is_empty() {
                    let start = random.below(from.len());
                    let end = (start + 1 + random.below(6)).min(from.len());
                    lines.splice(at..at, from[start..end].iter().map(|line| (*line).to_owned()));
                }
            }
            3 => {
                let line = lines[at].clone();
                let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
                if !places.is_empty() {
                    let place = places[random.below(places.len())];
                    lines[at] = format!("{}{}{}", &line[..place], word(random), &line[place..]);
                }
            }
            4 => lines[at] = format!("  {}", lines[at]),
            5 => {
                if let Some((key, _)) = lines[at].split_once(": ") {
                    lines[at] = format!("{key}: {}", word(random));
                }
            }
            _ => {
                let other = random.below(lines.len());
                lines.swap(at, other);
            }
        }
    }
    (lines.join("\n") + "\n").into_bytes()
}

/// Texts that broke something, by name.
pub fn found() -> Vec<(String, Vec<u8>)> {
    let texts = children(root().join("tests/fuzz/found")).into_iter();
    texts
        .map(|path| (path.display().to_string(), fs::read(&path).expect("it can be read")))
        .collect()
}
