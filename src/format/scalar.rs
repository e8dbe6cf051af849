//! Single values, with quotes only where they are needed.

use crate::diagnostics::escape::is_invisible;

/// One line that YAML reads as this text: within brackets (`flow`), or behind a key.
pub fn write(text: &str, flow: bool, was_quoted: bool) -> String {
    if is_plain(text, flow) && !(was_quoted && is_more_than_text(text)) {
        return text.to_owned();
    }
    let special = |one: char| is_invisible(one) || matches!(one, '\n' | '\t');
    if text.chars().any(special) {
        return escaped(text);
    }
    if text.contains('\'') && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            hidden if is_invisible(hidden) => {
                out.push_str(&format!("\\U{:08x}", u32::from(hidden)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Whether the text can stand without quotes.
pub fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let begins = match first {
        '-' | '?' | ':' => second.is_some_and(|one| {
            !(one.is_whitespace() || flow && matches!(one, ',' | '[' | ']' | '{' | '}'))
        }),
        '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => false,
        '[' | ']' | '{' | '}' | ',' => false,
        _ => true,
    };
    begins
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !(flow && text.contains([',', '[', ']', '{', '}']))
        && !text.chars().any(|one| is_invisible(one) || one == '\n' || one == '\t')
}

/// Whether other readers of YAML would take the plain text for a number, a boolean or nothing. Somebody
/// put it in quotes so that they do not.
fn is_more_than_text(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", ".nan"];
    let number = text.starts_with(|one: char| one.is_ascii_digit() || "+-.".contains(one))
        && text.chars().all(|one| one.is_ascii_hexdigit() || "+-._:xobZT".contains(one));
    word.contains(&lower.as_str()) || number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_where_they_are_needed() {
        for (text, flow, quoted, expected) in [
            ("a b", false, true, "a b"),
            ("a, b", false, true, "a, b"),
            ("a, b", true, true, "'a, b'"),
            ("a: b", false, true, "'a: b'"),
            ("it's: so", false, true, "\"it's: so\""),
            ("16:00", true, false, "16:00"),
            ("007", false, true, "'007'"),
            ("007", false, false, "007"),
            ("", false, true, "''"),
            ("- a", false, true, "'- a'"),
            ("-1", false, false, "-1"),
            ("a\nb", false, true, "\"a\\nb\""),
        ] {
            assert_eq!(write(text, flow, quoted), expected);
        }
    }
}
