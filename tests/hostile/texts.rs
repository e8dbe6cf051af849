//! The texts that people write freely, and others in their place.

use std::fs;
use std::path::Path;

/// What SQL, Rust, its comments, format strings, templates, TOML, shells, Markdown and HTML take for more than text. As
/// short as the shortest field that takes them as its default.
pub const NASTY: &[&str] = &[
    "'; DROP TABLE app.match; --",
    "'' OR 1=1; SELECT pg_sleep(9) --",
    "$$; DROP TABLE app.match; $$ $body1$ $1",
    "\\'; SELECT 1; -- E'\\\\' U&'\\0041'",
    "/* unclosed",
    "*/ closed /*/ //* */",
    "\"; } fn main() { std::process::abort() } //",
    "\"# + r\"\" + r##\"",
    "\\\" \\u{7f} \\",
    "{} {0} {x:?} %s %n",
    "{{ 7*7 }} {% raw %} {# x #} {%- if x %}",
    "${HOME} $(id) `id` $((1)) !!",
    "'; touch /tmp/x; '",
    "\n[dependencies]\nevil = \"1\"\n",
    "\n//! x\n#![feature(x)]\nfn x() {}\n",
    "```\nfn x() {}\n```",
    "``` rust",
    "~~~",
    "\n\n    indented code",
    "# heading\n===\n---",
    "- a list\n- of two",
    "1. one\n2) two",
    "+ * - _ ***",
    "> quoted",
    "| a | b |\n|---|---|\n| c | d |",
    "<script>alert(1)</script><!-- x -->",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) ![b](//c) [d]: //e",
    "[x] [^1]: y <https://example.org> &lt; \\< \\[",
    "__a__ *b* ~~c~~ $d$ $$e$$",
    "\"corners_owner\" \"corners_",
    "PRIVATE=1\nPATH=.",
    "]]> --> \" ' ` \\0",
    "\ttab\tand  spaces ",
    "日本 🦀 é ﷽ 𝒳",
    "a ``` b ```` c ~~~~ d",
    "-----BEGIN PRIVATE KEY-----",
    "@import url(//x) </style>",
    "null",
];

/// The blueprint of `tests/services/corners`, each free text exchanged.
pub fn corners(mut other: impl FnMut() -> String) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/corners/blueprint.yaml");
    let text = fs::read_to_string(path).expect("it is there");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.map(|line| exchanged(line, &mut other) + "\n").collect()
}

fn exchanged(line: &str, other: &mut impl FnMut() -> String) -> String {
    let (mut out, mut chars, mut expression) = (String::new(), line.chars(), false);
    while let Some(c) = chars.next() {
        if c == '\'' {
            expression = !expression;
        }
        if c != '"' {
            out.push(c);
            continue;
        }
        let was = rest_of_text(&mut chars);
        let text = match other() {
            // Of the names of zones each is known, so none is nasty.
            _ if out.ends_with("today(") => was,
            text if was.starts_with("https://") => {
                format!("https://example.org/{}", text.replace(char::is_whitespace, "-"))
            }
            text => text,
        };
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        out.push('"');
        if expression {
            out.push_str(&escaped.replace('\'', "''").replace(['\n', '\t'], " "));
        } else {
            out.push_str(&escaped.replace('\n', "\\n").replace('\t', "\\t"));
        }
        out.push('"');
    }
    out
}

/// Up to the quote that ends it.
fn rest_of_text(chars: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => return text,
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    panic!("a text of the blueprint goes over its line: {text}")
}
