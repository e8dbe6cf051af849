//! Quoting for each place in which a text may stand.

/// Words that no identifier can be, raw or not.
const NEVER_RAW: [&str; 5] = ["_", "crate", "self", "Self", "super"];

/// The identifier as Rust writes it, `r#` before a keyword; None where it cannot be one.
pub fn rust_ident(value: &str) -> Option<String> {
    let mut chars = value.chars();
    let head = chars.next()?;
    let is_ident = (head.is_ascii_alphabetic() || head == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !NEVER_RAW.contains(&value);
    if !is_ident {
        return None;
    }
    // syn refuses keywords here, and only them, since the alphabet is already right.
    let keyword = syn::parse_str::<syn::Ident>(value).is_err();
    Some(if keyword { format!("r#{value}") } else { value.to_owned() })
}

/// A Rust string literal on one line.
pub fn rust_str(value: &str) -> String {
    format!("\"{}\"", value.escape_default())
}

/// A PostgreSQL identifier, quoted where it is not a plain lower-case word or is reserved.
pub fn sql_ident(value: &str) -> String {
    let mut chars = value.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !SQL_RESERVED.contains(&value) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('"', "\"\""))
}

/// A PostgreSQL string literal, with `standard_conforming_strings` on as it is by default.
pub fn sql_str(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Words on one line: no control or bidirectional character, no run of spaces. For comments and docs.
pub fn one_line(value: &str) -> String {
    value
        .split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// As [`one_line`], for a comment that rustdoc reads as Markdown: nothing in it is a block of code, which rustdoc would
/// run as a test, nor HTML, nor a link.
pub fn doc(value: &str) -> String {
    let line = one_line(value)
        .replace('\\', "\\\\")
        .replace('<', "\\<")
        .replace('[', "\\[")
        .replace("```", "\\`\\`\\`")
        .replace("~~~", "\\~\\~\\~");
    no_block(&line)
}

/// As [`one_line`], for a Markdown table or paragraph.
pub fn markdown(value: &str) -> String {
    let mut text = String::new();
    let line = one_line(value);
    let mut before = ' ';
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let within = before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric());
        match c {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            '_' if within => text.push(c),
            '|' | '`' | '*' | '[' | ']' | '\\' | '#' | '_' | '~' | '$' => {
                text.push('\\');
                text.push(c);
            }
            _ => text.push(c),
        }
        before = c;
    }
    no_block(&text)
}

/// Whether a line of Markdown that begins with this word is more than words: a list, a heading, a quote, a rule, a
/// table, a fence.
pub fn begins_block(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    let numbered = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    let marks = !word.is_empty() && word.chars().all(|c| "-+*=_#:|".contains(c));
    numbered || marks || word.starts_with('>') || word.starts_with("```") || word.starts_with("~~~")
}

/// The line with a backslash where it would otherwise begin a block.
fn no_block(line: &str) -> String {
    let word = line.split(' ').next().unwrap_or_default();
    if !begins_block(word) {
        return line.to_owned();
    }
    let at = if word.starts_with(|c: char| c.is_ascii_digit()) { word.len() - 1 } else { 0 };
    format!("{}\\{}", &line[..at], &line[at..])
}

/// A row of a Markdown table.
pub fn markdown_row(cells: &[String]) -> String {
    let mut row = String::from("|");
    for cell in cells {
        row.push(' ');
        row.push_str(&markdown(cell));
        row.push_str(" |");
    }
    row
}

/// A word of a POSIX shell, on one line.
pub fn shell_str(value: &str) -> String {
    format!("'{}'", one_line(value).replace('\'', "'\\''"))
}

/// A basic string of TOML, which is also one of YAML and JSON.
pub fn toml_str(value: &str) -> String {
    let mut text = String::from("\"");
    for c in one_line(value).chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
    text
}

/// Characters that steer or hide text: zero-width ones, bidirectional controls, tags.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}' | '\u{61c}')
}

/// Reserved words of PostgreSQL 15 (appendix C): those that cannot name a column or a table.
const SQL_RESERVED: [&str; 102] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];
