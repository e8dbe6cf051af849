//! The only ways in which a value of the plan enters a file.

use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

use crate::plan::quote;

/// Adds every filter; each is named for the place in which its result may stand.
pub fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("ident", ident);
    environment.add_filter("idents", idents);
    environment.add_filter("name", name);
    environment.add_filter("rust", rust);
    environment.add_filter("rust_str", |value: &str| safe(quote::rust_str(value)));
    environment.add_filter("rust_strs", |values: Vec<String>| {
        safe(values.iter().map(|value| quote::rust_str(value)).collect::<Vec<_>>().join(", "))
    });
    environment.add_filter("sql", sql);
    environment.add_filter("sql_ident", |value: &str| safe(quote::sql_ident(value)));
    environment.add_filter("sql_str", |value: &str| safe(quote::sql_str(value)));
    environment.add_filter("doc", |value: &str| safe(quote::doc(value)));
    environment.add_filter("line", |value: &str| safe(quote::one_line(value)));
    environment.add_filter("md", |value: &str| safe(quote::markdown(value)));
    environment.add_filter("md_head", |cells: Vec<String>| {
        safe(format!("{}\n{}|", quote::markdown_row(&cells), "|---".repeat(cells.len())))
    });
    environment.add_filter("md_rows", |rows: Vec<Vec<String>>| {
        safe(rows.iter().map(|cells| quote::markdown_row(cells)).collect::<Vec<_>>().join("\n"))
    });
    environment.add_filter("md_list", |items: Vec<String>| {
        let item = |item: &String| format!("- {}", quote::markdown(item));
        safe(items.iter().map(item).collect::<Vec<_>>().join("\n"))
    });
    environment.add_filter("mermaid", |value: &str| safe(quote::one_line(value)));
    environment.add_filter("env", env);
    environment.add_filter("sh", |value: &str| safe(value.to_owned()));
    environment.add_filter("toml_str", |value: &str| safe(quote::toml_str(value)));
}

fn safe(text: String) -> Value {
    Value::from_safe_string(text)
}

fn refused(what: &str, value: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("`{value}` is not {what}"))
}

/// A Rust identifier, raw where the name is a keyword.
fn ident(value: &str) -> Result<Value, Error> {
    match quote::rust_ident(value) {
        Some(ident) => Ok(safe(ident)),
        None => Err(refused("an identifier", value)),
    }
}

/// Several, with commas between them.
fn idents(values: Vec<String>) -> Result<Value, Error> {
    let idents = values.iter().map(|value| quote::rust_ident(value));
    match idents.collect::<Option<Vec<_>>>() {
        Some(idents) => Ok(safe(idents.join(", "))),
        None => Err(refused("a list of identifiers", &values.join(", "))),
    }
}

/// A name, a dotted path, a route or a number as they stand outside of Rust: nothing that any format reads as its own.
fn name(value: &str) -> Result<Value, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./{}@:".contains(c);
    if value.chars().all(plain) {
        Ok(safe(value.to_owned()))
    } else {
        Err(refused("a plain name", value))
    }
}

/// `NAME=value`, as a shell and compose both read it.
fn env(value: &str) -> Result<Value, Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@#+,".contains(c);
    if value.chars().all(plain) {
        return Ok(safe(value.to_owned()));
    }
    match value.split_once('=') {
        Some((name, value)) => Ok(safe(format!("{name}={}", quote::shell_str(value)))),
        None => Err(refused("a variable with its value", value)),
    }
}

/// Rust that the plan itself has put together (a type, an expression); the whole file is parsed afterwards.
fn rust(value: &str) -> Result<Value, Error> {
    if comments(value) {
        return Err(refused("a piece of Rust without comments", value));
    }
    Ok(safe(value.to_owned()))
}

/// Whether a comment begins outside of the strings. They are written by `quote::rust_str`, so none is raw.
fn comments(rust: &str) -> bool {
    let (mut quoted, mut escaped, mut slash) = (false, false, false);
    for c in rust.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '/' | '*' if slash && !quoted => return true,
            _ => {}
        }
        slash = c == '/' && !quoted;
    }
    false
}

/// SQL that `schema` and the plan have put together, as the inside of a raw string literal.
fn sql(value: &str) -> Result<Value, Error> {
    if value.contains("\"#") {
        return Err(refused("SQL that fits a raw string", value));
    }
    Ok(safe(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::render::environment::environment;
    use minijinja::context;

    fn filtered(filter: &str, value: &str) -> Option<String> {
        let template = format!("{{{{ value | {filter} }}}}");
        environment().render_str(&template, context! { value }).ok()
    }

    #[test]
    fn each_filter_quotes_for_its_place() {
        let cases = [
            ("ident", "task", Some("task")),
            ("ident", "type", Some("r#type")),
            ("ident", "self", None),
            ("ident", "a b", None),
            ("ident", "1a", None),
            ("ident", "", None),
            ("name", "/v1/teams/{team}", Some("/v1/teams/{team}")),
            ("name", "a;b", None),
            ("rust_str", "a\"b\\\n", Some("\"a\\\"b\\\\\\n\"")),
            ("sql_ident", "task", Some("task")),
            ("sql_ident", "user", Some("\"user\"")),
            ("sql_str", "it's", Some("'it''s'")),
            ("line", "one\n  two\u{202e}", Some("one two")),
            ("doc", "one\n  two\u{202e}", Some("one two")),
            ("doc", "a ````rust b", Some("a \\`\\`\\``rust b")),
            ("doc", "- <b> [c](d)", Some("\\- \\<b> \\[c](d)")),
            ("doc", "12. c", Some("12\\. c")),
            ("md", "a_b _c_ ~~~", Some("a_b \\_c\\_ \\~\\~\\~")),
            ("md", "--- a", Some("\\--- a")),
            ("md", "a | b <c>", Some("a \\| b &lt;c&gt;")),
            ("toml_str", "a\"b", Some("\"a\\\"b\"")),
            ("rust", "Option<Uuid>", Some("Option<Uuid>")),
            ("rust", "x // y", None),
            ("rust", "x /* y */", None),
            ("rust", "read(\"https://a\")", Some("read(\"https://a\")")),
            ("rust", "read(\"\\\"\") // y", None),
            ("sql", "SELECT 1", Some("SELECT 1")),
            ("sql", "SELECT \"#\"", None),
        ];
        for (filter, value, expected) in cases {
            assert_eq!(filtered(filter, value).as_deref(), expected, "{filter} of {value:?}");
        }
    }
}
